"""A memo as a Word document (Office Open XML).

The parts are written here, with few styles: a library took ten times as long, and its template holds 800 kB of styles
that no memo uses. The explorer makes two memos for each jurisdiction.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from kgtools.core.words import host
from kgtools.publish.memo.document import (
    Block,
    Endnote,
    Heading,
    Items,
    Line,
    Memo,
    MemoTable,
    Paragraph,
    TextRun,
)

_PARTS: Final = Path(__file__).parent / "word_parts"
_UNPRINTABLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAIN: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # an archive can't say an earlier time
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SOURCES: Final = "Sources, official ones first (the long form gives every address)"
_TEXT_WIDTH: Final = 9980  # in twentieths of a point: letter paper less its margins
_PAGE: Final = (
    '<w:sectPr><w:footerReference w:type="default" r:id="footer"/><w:pgSz w:w="12240" w:h="15840"/>'
    '<w:pgMar w:top="760" w:right="1130" w:bottom="800" w:left="1130" w:header="400" w:footer="400" w:gutter="0"/>'
    "</w:sectPr>"
)


def as_word(document: Memo, today: dt.date) -> bytes:
    """The document as the bytes of a .docx file.

    Args:
        document: the memo.
        today: the date that the file says it was made on, so that equal memos give equal files.
    """
    links = _Links()
    body = "".join(_body(document, links))
    namespaces = f'xmlns:w="{_MAIN}" xmlns:r="{_RELATIONS}"'
    parts = {
        "[Content_Types].xml": _part("content_types"),
        "_rels/.rels": _part("package_rels"),
        "docProps/core.xml": _properties(document, today),
        "word/document.xml": f"{_HEAD}<w:document {namespaces}><w:body>{body}{_PAGE}</w:body></w:document>",
        "word/_rels/document.xml.rels": links.part(),
        "word/footer1.xml": _footer(document),
        "word/numbering.xml": _part("numbering"),
        "word/styles.xml": _part("styles").replace("{size}", "19" if document.short else "20"),  # in half points
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())
    return target.getvalue()


@cache
def _part(name: str) -> str:
    """A part that is the same in each memo."""
    return (_PARTS / f"{name}.xml").read_text(encoding="utf-8")


@dataclass(slots=True)
class _Links:
    """The web addresses that a document links to, each with its number."""

    numbers: dict[str, int] = field(default_factory=dict)

    def to(self, url: str) -> str:
        """The identifier by which the document speaks of an address."""
        return f"link{self.numbers.setdefault(url, len(self.numbers) + 1)}"

    def part(self) -> str:
        """The part that says where each link leads, with the other parts that the document needs."""
        own = "".join(
            f'<Relationship Id="{name}" Type="{_RELATIONS}/{name}" Target="{file}.xml"/>'
            for name, file in (("styles", "styles"), ("numbering", "numbering"), ("footer", "footer1"))
        )
        links = "".join(
            f'<Relationship Id="link{number}" Type="{_RELATIONS}/hyperlink" Target={quoteattr(url)} '
            'TargetMode="External"/>'
            for url, number in self.numbers.items()
        )
        return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{own}{links}</Relationships>'


def _properties(document: Memo, today: dt.date) -> str:
    made = f'xsi:type="dcterms:W3CDTF">{today.isoformat()}T00:00:00Z</dcterms:'
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{_escaped(document.title)}</dc:title>'
        f"<dc:creator>spf-kg</dc:creator><dcterms:created {made}created><dcterms:modified {made}modified>"
        "<dc:language>en-US</dc:language></cp:coreProperties>"
    )


def _footer(document: Memo) -> str:
    """The foot of each page: what the document is, and the number of the page."""
    page = "".join(
        f"<w:r>{part}</w:r>"
        for part in (
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    words = _run(document.title) + "<w:r><w:tab/></w:r>" + _run("Page ") + page
    return f'{_HEAD}<w:ftr xmlns:w="{_MAIN}">{_styled("Footer", words)}</w:ftr>'


def _body(document: Memo, links: _Links) -> Iterator[str]:
    yield _styled("Title", _run(document.title))
    facts = [_run(f"{name}: ", strong=True) + _run(value) for name, value in document.facts]
    yield _styled("Facts", _run("  ·  ").join(facts))
    yield _styled("Caution", _run(document.caution))
    for block in document.blocks:
        yield from _block(block)
    groups = document.source_groups
    if document.short:  # one heading, and each source on a line: its link shows the site, and leads to the page
        groups = ((_SOURCES, document.endnotes),) if document.endnotes else ()
    for heading, notes in groups:
        yield _styled("Heading1", _run(heading))
        for note in notes:
            yield _styled("Source", _endnote(note, links, whole=not document.short))


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(words, level, new_page):
            yield _styled(f"Heading{level - 1}", _run(words), "<w:pageBreakBefore/>" if new_page else "")
        case Paragraph(line):
            yield _styled("Normal", _line(line))
        case Items(lines):
            yield from (_styled("ListBullet", _line(line)) for line in lines)
        case MemoTable():
            yield _table(block)


def _styled(style: str, content: str, more: str = "") -> str:
    """A paragraph."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{content}</w:p>'


def _line(line: Line) -> str:
    return "".join(
        _run(part.text, strong=part.strong)
        if isinstance(part, TextRun)
        else _run(f"[{', '.join(map(str, part.numbers))}]", look='<w:vertAlign w:val="superscript"/>')
        for part in line
    )


def _run(text: str, *, strong: bool = False, look: str = "") -> str:
    """A run of text that looks the same throughout."""
    look = ("<w:b/>" if strong else "") + look
    return f'<w:r>{f"<w:rPr>{look}</w:rPr>" if look else ""}<w:t xml:space="preserve">{_escaped(text)}</w:t></w:r>'


def _escaped(text: str) -> str:
    """Text in which nothing is markup, and the characters that XML 1.0 forbids are shown as lost."""
    return escape(_UNPRINTABLE.sub("\ufffd", text))


def _table(table: MemoTable) -> str:
    """A table whose first row is repeated at the head of each page that it runs on to."""
    widths = [_TEXT_WIDTH * width // 100 for width in table.widths]
    look = '<w:tblPr><w:tblStyle w:val="MemoTable"/><w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/>'
    look += '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0"/></w:tblPr>'
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row([_run(name, strong=True) for name in table.header], widths, "<w:cantSplit/><w:tblHeader/>")
    rows = "".join(_row(map(_line, row), widths, "<w:cantSplit/>") for row in table.rows)
    # Word wants a paragraph after a table, and two tables without one between them would become one.
    return f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>{_styled('Normal', '')}"


def _row(cells: Iterable[str], widths: Iterable[int], look: str) -> str:
    written = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_styled("Cell", cell)}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr>{look}</w:trPr>{written}</w:tr>"


def _endnote(note: Endnote, links: _Links, *, whole: bool) -> str:
    said = _run(f"{note.number}.") + "<w:r><w:tab/></w:r>" + _run(f"{note.text} ")
    if not note.url:
        return said
    shown = note.url if whole else host(note.url)
    linked = f'<w:r><w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr><w:t>{_escaped(shown)}</w:t></w:r>'
    return f'{said}<w:hyperlink r:id="{links.to(_UNPRINTABLE.sub("", note.url))}" w:history="1">{linked}</w:hyperlink>'
