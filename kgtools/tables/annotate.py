"""Returning a workbook with its findings: cells colored, comments added, everything else as it was.

The parts of the package are changed by splicing (``kgtools.tables.splice``); a part that needs no change is copied
byte by byte. So formats, charts, pictures and whatever else the submitter's program wrote come back untouched.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

from kgtools.core.errors import UnwritableTableError
from kgtools.graph.files import Files
from kgtools.tables.cells import CellRef, column_letters, parse_address
from kgtools.tables.package import Package, open_package
from kgtools.tables.splice import (
    ElementSpan,
    Splice,
    UnsplicableError,
    as_utf8,
    named,
    only,
    spans,
    with_attribute,
    xml_text,
)
from kgtools.tables.xlsx_reader import SheetPart, read_index

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_MAIN: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_STRICT_REL: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE_REL: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FILLS: Final = {"violation": "FFF8CBAD", "warning": "FFFFE699", "info": "FFDDEBF7"}
_WORDS: Final = {"violation": "Must be fixed", "warning": "Should be fixed", "info": "Could be better"}
_AFTER_LEGACY: Final = (
    "legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst".split()  # noqa: SIM905
)
_MAX_COMMENT: Final = 2_000
_VML_SPACES: Final = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_SHAPE_TYPE: Final = (
    f'<v:shapetype {_VML_SPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


@dataclass(frozen=True, slots=True)
class Note:
    """A finding at a cell.

    Attributes:
        place: the cell.
        severity: ``violation``, ``warning`` or ``info``.
        rule: the identifier of the rule.
        message: what is wrong.
        fix: what to do.
    """

    place: CellRef
    severity: str
    rule: str
    message: str
    fix: str

    @property
    def text(self) -> str:
        """The finding as a comment says it."""
        return f"{self.rule}: {self.message}\nTo do: {self.fix}" if self.fix else f"{self.rule}: {self.message}"


def annotated(file: Path, files: Files, notes: Sequence[Note]) -> bytes:
    """A workbook with findings at their cells, and a sheet that lists them.

    Args:
        file: the workbook.
        files: the files as the command reads them, so that what is annotated is what was validated.
        notes: the findings; those on sheets that the workbook does not have are left out.

    Raises:
        UnreadableWorkbookError: the workbook can't be read safely.
        UnwritableTableError: it is built in a way that can't be added to.
    """
    with open_package(file, files) as package:
        try:
            return _Annotator(package).write(notes)
        except UnsplicableError as error:
            raise UnwritableTableError(
                f"{file}: comments can't be added to this workbook. {error} Open it in Excel, save it and try again."
            ) from error


@dataclass
class _Styles:
    """The cell formats of a workbook, to which colored ones are added as they are needed."""

    data: bytes
    splice: Splice
    fills: ElementSpan
    fonts: ElementSpan
    formats: ElementSpan
    xfs: list[ElementSpan]
    counts: dict[str, int]
    added: dict[tuple[int, str], int] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, data: bytes) -> _Styles:
        found = spans(data, {"fills", "fill", "fonts", "font", "cellXfs", "xf"})
        fills, fonts, formats = (only(found, name) for name in ("fills", "fonts", "cellXfs"))
        xfs = [xf for xf in named(found, "xf") if formats.start < xf.start < formats.end]
        counts = {
            parent.name: sum(1 for s in found if s.depth == 2 and parent.start < s.start < parent.end)
            for parent in (fills, fonts)
        }
        return cls(data, Splice(data), fills, fonts, formats, xfs, counts)

    def _count(self, span: ElementSpan) -> int:
        return self.counts[span.name]

    def colored(self, style: int, severity: str) -> int:
        """A cell format like another, but with the color of a severity."""
        key = (style if style < len(self.xfs) else 0, severity)
        if key not in self.added:
            xf = self.xfs[key[0]]
            tag = self.data[xf.start : xf.opened].decode()
            fill = self._count(self.fills) + list(_FILLS).index(severity)
            tag = with_attribute(with_attribute(tag, "fillId", str(fill)), "applyFill", "1")
            self.added[key] = self._append(tag + self.data[xf.opened : xf.end].decode())
        return self.added[key]

    def plain(self, severity: str = "", *, font: int | None = None) -> int:
        """A cell format of the sheet of findings: wrapped, perhaps with a color, perhaps in our own font."""
        key = (-1 if font is None else -2 - font, severity)
        if key not in self.added:
            fill = self._count(self.fills) + list(_FILLS).index(severity) if severity else 0
            number = 0 if font is None else self._count(self.fonts) + font
            tag = f"{self.formats.prefix}xf"
            alignment = f'<{self.formats.prefix}alignment vertical="top" wrapText="1"/>'
            attributes = f'numFmtId="0" fontId="{number}" fillId="{fill}" borderId="0" xfId="0"'
            applied = 'applyFont="1" applyFill="1" applyAlignment="1"'
            self.added[key] = self._append(f"<{tag} {attributes} {applied}>{alignment}</{tag}>")
        return self.added[key]

    def _append(self, text: str) -> int:
        self.texts.append(text)
        return len(self.xfs) + len(self.texts) - 1

    def result(self) -> bytes:
        """The part with the formats that were asked for."""
        p = self.fills.prefix
        fills = "".join(
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{color}"/></{p}patternFill></{p}fill>'
            for color in _FILLS.values()
        )
        base = f'<{p}sz val="11"/><{p}name val="Calibri"/>'
        fonts = f'<{p}font><{p}b/>{base}</{p}font><{p}font><{p}u/><{p}sz val="11"/>'
        fonts += f'<{p}color rgb="FF1155CC"/><{p}name val="Calibri"/></{p}font>'
        for span, text, number in ((self.fonts, fonts, 2), (self.fills, fills, 3)):
            self._extend(span, text, self._count(span) + number)
        self._extend(self.formats, "".join(self.texts), len(self.xfs) + len(self.texts))
        return self.splice.result()

    def _extend(self, span: ElementSpan, text: str, count: int) -> None:
        if span.closing == span.opened:
            raise UnsplicableError(f"Its list '{span.name}' of formats is empty.")
        self.splice.set_attribute(span, "count", str(count))
        self.splice.insert(span.closing, text)


class _Annotator:
    """Changes the parts of one package."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._index = read_index(package)
        self._relations = package.relations(self._index.part)
        self._changed: dict[str, bytes] = {}
        self._overrides: dict[str, str] = {}
        self._needs_vml = False
        styles = next((part for kind, part in self._relations.values() if kind == "styles"), None)
        if styles is None:
            raise UnsplicableError("It has no cell formats.")
        self._styles_part = styles
        self._styles = _Styles.of(self._read(styles))

    def _read(self, part: str) -> bytes:
        if part in self._changed:
            return self._changed[part]
        return as_utf8(self._package.archive.read(part)) if part in self._package.names() else b""

    def write(self, notes: Sequence[Note]) -> bytes:
        by_sheet: dict[str, dict[tuple[int, int], list[Note]]] = defaultdict(lambda: defaultdict(list))
        for note in notes:
            by_sheet[note.place.sheet][note.place.row, note.place.column].append(note)
        shown: list[Note] = []
        for sheet in self._index.sheets:
            cells = by_sheet.get(sheet.name)
            if cells:
                self._sheet(sheet, cells)
                shown += [note for _, at in sorted(cells.items()) for note in at]
        self._findings(shown)
        self._changed[self._styles_part] = self._styles.result()
        self._content_types()
        return self._packed()

    def _packed(self) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in self._package.archive.infolist():
                data = self._changed.pop(entry.filename, None)
                target.writestr(entry, self._package.archive.read(entry) if data is None else data)
            for part, data in self._changed.items():
                entry = zipfile.ZipInfo(part, (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(entry, data)
        return stream.getvalue()

    # One sheet

    def _sheet(self, sheet: SheetPart, cells: Mapping[tuple[int, int], list[Note]]) -> None:
        data = self._read(sheet.part)
        found = spans(data, {"cols", "col", "sheetData", "row", "c", "legacyDrawing", *_AFTER_LEGACY})
        splice = Splice(data)
        graver = {at: min((n.severity for n in notes), key=list(_FILLS).index) for at, notes in cells.items()}
        _Colorer(splice, found, self._styles).color(graver)
        comments, vml = self._comment_parts(sheet, splice, found)
        texts = {at: "\n\n".join(n.text for n in notes)[:_MAX_COMMENT] for at, notes in cells.items()}
        self._changed[sheet.part] = splice.result()
        fresh = self._comments(comments, texts)
        self._shapes(vml, fresh)

    def _comment_parts(self, sheet: SheetPart, splice: Splice, found: list[ElementSpan]) -> tuple[str, str]:
        """The parts that hold a sheet's comments and their shapes; made where there are none yet."""
        relations = self._package.relations(sheet.part)
        comments = next((part for kind, part in relations.values() if kind == "comments"), None)
        vml = next((part for kind, part in relations.values() if kind == "vmlDrawing"), None)
        number = self._index.sheets.index(sheet) + 1
        root = found[0]
        if comments is None:
            comments = f"xl/comments-kgtools{number}.xml"
            self._relate(sheet.part, comments, "comments", root)
            self._overrides[comments] = f"{_TYPE}.comments+xml"
        if vml is None:
            vml = f"xl/drawings/vmlDrawing-kgtools{number}.vml"
            relation = self._relate(sheet.part, vml, "vmlDrawing", root)
            self._needs_vml = True
            text = f'<{root.prefix}legacyDrawing xmlns:kgr="{_relation_space(root)}" kgr:id="{relation}"/>'
            later = (s.start for s in found if s.depth == 1 and s.name in _AFTER_LEGACY)
            splice.insert(next(later, root.closing), text)
        return comments, vml

    def _relate(self, part: str, target: str, kind: str, root: ElementSpan) -> str:
        """Add a relation from one part to another, and give its identifier."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        data = self._read(rels) or f'<Relationships xmlns="{_PACKAGE_REL}"></Relationships>'.encode()
        found = spans(data, {"Relationship"})
        used = {span.attributes.get("Id") for span in found}
        identifier = next(f"rIdKg{n}" for n in range(1, 10_000) if f"rIdKg{n}" not in used)
        relative = posixpath.relpath(target, folder)
        attributes = f'Id="{identifier}" Type="{_relation_space(root)}/{kind}" Target="{relative}"'
        text = f"<{found[0].prefix}Relationship {attributes}/>"
        splice = Splice(data)
        splice.append_to(found[0], text)
        self._changed[rels] = splice.result()
        return identifier

    def _comments(self, part: str, texts: Mapping[tuple[int, int], str]) -> list[tuple[int, int]]:
        """Add comments, and give the cells that had none before."""
        empty = f'<comments xmlns="{_MAIN}"><authors></authors><commentList></commentList></comments>'
        data = self._read(part) or empty.encode()
        found = spans(data, {"authors", "author", "commentList", "comment", "text"})
        splice, p = Splice(data), found[0].prefix
        author = sum(1 for _ in named(found, "author"))
        splice.append_to(only(found, "authors"), f"<{p}author>kgtools</{p}author>")
        existing = {span.attributes.get("ref"): span for span in named(found, "comment")}
        fresh, added = [], []
        for (row, column), text in sorted(texts.items()):
            address = f"{column_letters(column)}{row + 1}"
            before = existing.get(address)
            inner = next((t for t in named(found, "text") if before and before.start < t.start < before.end), None)
            if inner:
                splice.append_to(inner, _run(p, "\n\n" + text))
                continue
            fresh.append((row, column))
            added.append(
                f'<{p}comment ref="{address}" authorId="{author}"><{p}text>{_run(p, text)}</{p}text></{p}comment>'
            )
        splice.append_to(only(found, "commentList"), "".join(added))
        self._changed[part] = splice.result()
        return fresh

    def _shapes(self, part: str, cells: Iterable[tuple[int, int]]) -> None:
        """Add the boxes that Excel shows comments in."""
        data = self._read(part) or f"<xml {_VML_SPACES}></xml>".encode()
        end = data.rfind(b"</xml>")
        if end < 0:
            raise UnsplicableError("The boxes of its comments are damaged.")
        used = [int(n) for n in re.findall(rb"_x0000_s([0-9]{1,8})", data)]
        number = max(used, default=1024)
        text = "" if b"_x0000_t202" in data else _SHAPE_TYPE
        for count, (row, column) in enumerate(cells, start=1):
            text += _shape(number + count, row, column)
        self._changed[part] = data[:end] + text.encode() + data[end:]

    # The sheet of findings

    def _findings(self, notes: Sequence[Note]) -> None:
        taken = {sheet.name.casefold() for sheet in self._index.sheets}
        names = ("Findings", *(f"Findings {n}" for n in range(2, 1_000)))
        name = next(n for n in names if n.casefold() not in taken)
        part = "xl/worksheets/sheet-kgtools-findings.xml"
        while part in self._package.names():
            part = part.replace(".xml", "-2.xml")
        data = self._read(self._index.part)
        found = spans(data, {"sheets", "sheet"})
        relation = self._relate(self._index.part, part, "worksheet", found[0])
        identifier = max((int(s.attributes.get("sheetId", "0")) for s in named(found, "sheet")), default=0) + 1
        p, space = found[0].prefix, _relation_space(found[0])
        text = f'<{p}sheet name="{name}" sheetId="{identifier}" xmlns:kgr="{space}" kgr:id="{relation}"/>'
        splice = Splice(data)
        splice.append_to(only(found, "sheets"), text)
        self._changed[self._index.part] = splice.result()
        self._overrides[part] = f"{_TYPE}.worksheet+xml"
        strict = space == _STRICT_REL
        self._changed[part] = _findings_sheet(notes, self._styles, _STRICT_MAIN if strict else _MAIN).encode()

    def _content_types(self) -> None:
        part = next(name for name in self._package.names() if name.lower() == "[content_types].xml")
        data = self._read(part)
        found = spans(data, {"Default"})
        p, splice = found[0].prefix, Splice(data)
        known = {span.attributes.get("Extension", "").lower() for span in found[1:]}
        text = ""
        if self._needs_vml and "vml" not in known:
            text = (
                f'<{p}Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
            )
            splice.insert(found[0].opened, text)
        overrides = (f'<{p}Override PartName="/{n}" ContentType="{t}"/>' for n, t in self._overrides.items())
        splice.append_to(found[0], "".join(overrides))
        self._changed[part] = splice.result()


class _Colorer:
    """Gives cells of one sheet another format, and makes the cells and rows that aren't there."""

    def __init__(self, splice: Splice, found: list[ElementSpan], styles: _Styles) -> None:
        self._splice = splice
        self._styles = styles
        self._prefix = found[0].prefix
        self._data = only(found, "sheetData")
        self._columns = [span for span in found if span.name == "col"]
        self._rows = self._numbered([s for s in found if s.name == "row"])
        self._cells = self._by_row([s for s in found if s.name == "c"])

    @staticmethod
    def _numbered(rows: list[ElementSpan]) -> dict[int, ElementSpan]:
        numbered: dict[int, ElementSpan] = {}
        number = -1
        for span in rows:
            number = int(span.attributes["r"]) - 1 if "r" in span.attributes else number + 1
            numbered[number] = span
        return numbered

    def _by_row(self, cells: list[ElementSpan]) -> dict[int, dict[int, ElementSpan]]:
        """The cells of each row by column; rows and cells both come in order, so that one pass is enough."""
        found: dict[int, dict[int, ElementSpan]] = defaultdict(dict)
        rows = iter(sorted(self._rows.items(), key=lambda pair: pair[1].start))
        number, row = next(rows, (-1, None))
        column = -1
        for cell in cells:
            while row is not None and cell.start >= row.end:
                number, row = next(rows, (-1, None))
                column = -1
            address = cell.attributes.get("r")
            column = parse_address(address)[1] if address else column + 1
            found[number][column] = cell
        return found

    def color(self, cells: Mapping[tuple[int, int], str]) -> None:
        """Color cells by severity."""
        missing: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for (row, column), severity in sorted(cells.items()):
            cell = self._cells.get(row, {}).get(column)
            if cell is None:
                missing[row].append((column, severity))
            else:
                style = self._styles.colored(int(cell.attributes.get("s", "0")), severity)
                self._splice.set_attribute(cell, "s", str(style))
        for row, columns in missing.items():
            self._add_cells(row, columns)

    def _add_cells(self, row: int, columns: list[tuple[int, str]]) -> None:
        span = self._rows.get(row)
        if span is None:
            text = "".join(self._new_cell(row, column, severity, None) for column, severity in columns)
            self._add_row(row, f'<{self._prefix}row r="{row + 1}">{text}</{self._prefix}row>')
            return
        there = self._cells.get(row, {})
        at_end = ""
        for column, severity in columns:
            text = self._new_cell(row, column, severity, span)
            later = min((c for c in there if c > column), default=None)
            if later is None:
                at_end += text
            else:
                self._splice.insert(there[later].start, text)
        if at_end:
            self._splice.append_to(span, at_end)

    def _add_row(self, row: int, text: str) -> None:
        later = min((n for n in self._rows if n > row), default=None)
        if later is None:
            self._splice.append_to(self._data, text)
        else:
            self._splice.insert(self._rows[later].start, text)

    def _new_cell(self, row: int, column: int, severity: str, span: ElementSpan | None) -> str:
        style = int(span.attributes.get("s", "0")) if span and span.attributes.get("customFormat") == "1" else 0
        for col in self._columns:
            if not style and int(col.attributes.get("min", "0")) <= column + 1 <= int(col.attributes.get("max", "0")):
                style = int(col.attributes.get("style", "0"))
        address = f"{column_letters(column)}{row + 1}"
        return f'<{self._prefix}c r="{address}" s="{self._styles.colored(style, severity)}"/>'


def _relation_space(root: ElementSpan) -> str:
    """The namespace of relations that goes with a part: of the strict form of the format, or of the usual one."""
    strict = any(value == _STRICT_MAIN for value in root.attributes.values())
    return _STRICT_REL if strict else _REL


def _run(prefix: str, text: str) -> str:
    look = f'<{prefix}rPr><{prefix}sz val="9"/><{prefix}rFont val="Tahoma"/></{prefix}rPr>'
    return f'<{prefix}r>{look}<{prefix}t xml:space="preserve">{xml_text(text)}</{prefix}t></{prefix}r>'


def _shape(number: int, row: int, column: int) -> str:
    anchor = f"{column + 1}, 15, {max(row - 1, 0)}, 10, {column + 4}, 60, {row + 6}, 4"
    return (
        f'<v:shape {_VML_SPACES} id="_x0000_s{number}" type="#_x0000_t202" '
        'style="position:absolute;margin-left:80pt;margin-top:5pt;width:240pt;height:110pt;z-index:1;'
        'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def _findings_sheet(notes: Sequence[Note], styles: _Styles, space: str) -> str:
    bold, link, wrap = styles.plain("info", font=0), styles.plain(font=1), styles.plain()
    headings = ("Cell", "How urgent", "Rule", "What is wrong", "How to fix it")
    rows = [_findings_row(1, [(text, bold) for text in headings])]
    links = []
    for number, note in enumerate(notes, start=2):
        cells = [
            (str(note.place), link),
            (_WORDS[note.severity], styles.plain(note.severity)),
            (note.rule, wrap),
            (note.message, wrap),
            (note.fix, wrap),
        ]
        rows.append(_findings_row(number, cells))
        quoted = "'" + note.place.sheet.replace("'", "''") + "'"
        target = f"{quoted}!{note.place.address}"
        links.append(f'<hyperlink ref="A{number}" location={quoteattr(target)}/>')
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate((20, 18, 26, 60, 60), 1)
    )
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    hyperlinks = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{space}">'
        f'<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>{''.join(rows)}</sheetData>{hyperlinks}"
        '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _findings_row(number: int, cells: Sequence[tuple[str, int]]) -> str:
    texts = "".join(
        f'<c r="{column_letters(column)}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        f"{xml_text(text)}</t></is></c>"
        for column, (text, style) in enumerate(cells)
    )
    lines = max(1, *(-(-len(text) // 58) for text, _ in cells))
    return f'<row r="{number}" ht="{15 * lines + 3}" customHeight="1">{texts}</row>'
