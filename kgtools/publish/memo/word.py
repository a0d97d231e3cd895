"""A memo as a Word document (Office Open XML), through python-docx."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, Final

from kgtools.publish.memo.document import Block, CitationMark, Endnote, Heading, Items, Line, Memo, MemoTable, Paragraph

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph as WordParagraph

_UNPRINTABLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINK: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_PAGE_CM: Final = 16.5
_EARLIEST: Final = bytes((0, 0, 0x21, 0))  # midnight of 1 January 1980, as archives write it


def as_word(document: Memo, today: dt.date) -> bytes:
    """The document as the bytes of a .docx file.

    Args:
        document: the memo.
        today: the date that the file says it was made on, so that equal memos give equal files.
    """
    import docx
    from docx.shared import Pt

    word = docx.Document()
    _set_up(word, document.title, today)
    word.add_heading(_clean(document.title), level=0)
    for name, value in document.facts:
        paragraph = _paragraph(word)
        paragraph.paragraph_format.space_after = 0
        paragraph.add_run(_clean(f"{name}: ")).bold = True
        paragraph.add_run(_clean(value))
    caution = _paragraph(word)
    caution.paragraph_format.space_before = Pt(8)
    caution.add_run(_clean(document.caution)).italic = True
    for block in document.blocks:
        _add(word, block)
    for heading, notes in document.source_groups:
        word.add_heading(_clean(heading), level=1)
        for note in notes:
            _endnote(word, note)
    target = io.BytesIO()
    word.save(target)
    return _undated(target.getvalue())


def _undated(archive: bytes) -> bytes:
    """The archive with the first day of 1980, the earliest there is, as the time of each of its files.

    They are written in place: packing everything again would take as long as making the document.
    """
    content = bytearray(archive)
    with zipfile.ZipFile(io.BytesIO(archive)) as read:
        place = read.start_dir
        for entry in read.infolist():
            content[entry.header_offset + 10 : entry.header_offset + 14] = _EARLIEST
            content[place + 12 : place + 16] = _EARLIEST
            place += 46 + len(entry.filename.encode()) + len(entry.extra) + len(entry.comment)
    return bytes(content)


def _set_up(word: WordDocument, title: str, today: dt.date) -> None:
    from docx.shared import Cm, Pt

    made = dt.datetime.combine(today, dt.time())
    properties = word.core_properties
    properties.title, properties.author, properties.language = _clean(title), "spf-kg", "en-US"
    properties.created = properties.modified = made
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21.59), Cm(27.94)
    section.left_margin = section.right_margin = Cm(2.54)
    section.top_margin = section.bottom_margin = Cm(1.8)
    for name, points, before, after in (
        ("Normal", 10, 0, 3),
        ("List Bullet", 10, 0, 1),
        ("Title", 17, 0, 4),
        ("Heading 1", 12, 9, 2),
        ("Heading 2", 10.5, 6, 0),
    ):
        style: Any = word.styles[name]
        style.font.size = Pt(points)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    word.styles["Normal"].font.name = "Calibri"


def _clean(text: str) -> str:
    """Text without the characters that XML 1.0 forbids."""
    return _UNPRINTABLE.sub("", text)


def _add(word: WordDocument, block: Block) -> None:
    match block:
        case Heading(words, level, new_page):
            heading = _paragraph(word, f"Heading{level - 1}")
            heading.add_run(_clean(words))
            heading.paragraph_format.page_break_before = new_page
        case Paragraph(line):
            _fill(_paragraph(word), line)
        case Items(lines):
            for line in lines:
                _fill(_paragraph(word, "ListBullet"), line)
        case MemoTable():
            _table(word, block)


def _paragraph(word: WordDocument, style: str | None = None) -> WordParagraph:
    """A new paragraph. Its style goes by identifier: looking one up by its name takes python-docx half of its time."""
    paragraph = word.add_paragraph()
    paragraph._p.style = style
    return paragraph


def _fill(paragraph: WordParagraph, line: Line) -> None:
    for part in line:
        if isinstance(part, CitationMark):
            run = paragraph.add_run(f"[{', '.join(map(str, part.numbers))}]")
            run.font.superscript = True
        else:
            paragraph.add_run(_clean(part.text)).bold = part.strong


def _table(word: WordDocument, table: MemoTable) -> None:
    from docx.shared import Cm

    made: Any = word.add_table(rows=1, cols=len(table.header), style="Light Grid Accent 1")
    made.autofit = False
    for cell, name in zip(made.rows[0].cells, table.header, strict=True):
        cell.text = _clean(name)
    _repeat(made.rows[0])
    for row in table.rows:
        for cell, line in zip(made.add_row().cells, row, strict=True):
            _fill(cell.paragraphs[0], line)
            for run in cell.paragraphs[0].runs:
                run.bold = False
    for column, width in zip(made.columns, table.widths, strict=True):
        column.width = Cm(_PAGE_CM * width / 100)
        for cell in column.cells:
            cell.width = column.width
    _paragraph(word)


def _repeat(row: Any) -> None:
    """Repeat a row at the head of each page that its table runs on to."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _endnote(word: WordDocument, note: Endnote) -> None:
    from docx.shared import Cm, Pt

    paragraph = _paragraph(word)
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(0.9), Cm(-0.9)
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.add_run(f"{note.number}.\t{_clean(note.text)} ")
    if note.url:
        _hyperlink(paragraph, note.url)


def _hyperlink(paragraph: WordParagraph, url: str) -> None:
    """Add a link; python-docx reads hyperlinks and has no call that writes one."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(_clean(url), _LINK, is_external=True))
    run: Any = paragraph.add_run(_clean(url))
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)
