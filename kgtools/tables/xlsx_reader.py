"""Reading the cells of an Excel workbook (ECMA-376 part 1, chapter 18), with no limit left to the sender."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, NoReturn

from kgtools.graph.files import Files
from kgtools.tables.cells import CellDate, CellError, CellNumber, CellValue, Grid, parse_address
from kgtools.tables.package import Package, local, open_package

MAX_ROWS: Final = 200_000
MAX_CELLS: Final = 2_000_000
MAX_TEXT_CHARACTERS: Final = 60_000_000
_LAST_ROW: Final = 1_048_576
_LAST_COLUMN: Final = 16_384
_TRUE: Final = {"1", "true"}
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_PARTS: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_PLAIN: Final = {"", "General", "GENERAL", "general", "@", "0"}
"""The formats that show a whole number as it was typed."""
_CODES: Final = {
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    48: "##0.0E+0",
}
"""The codes of the built-in formats that show a number otherwise than it was typed (section 18.8.30)."""
_BUILT_IN: Final = {
    **dict.fromkeys((14, 15, 16, 22, *range(27, 32), *range(34, 37), *range(50, 59)), "day"),
    17: "month",
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 46, 47), "time"),
}


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of a workbook: its name, its part, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass
class WorkbookIndex:
    """What applies to all sheets of a workbook.

    Attributes:
        part: the workbook's own part.
        sheets: its sheets, in order.
        epoch: the day that serial number 0 stands for.
        strings: the shared strings.
        formats: the code of each cell format's number format, and what a date shows in it.
    """

    part: str
    sheets: list[SheetPart] = field(default_factory=list)
    epoch: dt.date = dt.date(1899, 12, 30)
    strings: list[str] = field(default_factory=list)
    formats: list[tuple[str, str | None]] = field(default_factory=list)


def read_workbook(file: Path, files: Files) -> list[Grid]:
    """Read all sheets of a workbook.

    Args:
        file: the file.
        files: the files as the command reads them.

    Raises:
        UnreadableWorkbookError: it can't be read safely, or holds more than a workbook of records does.
    """
    with open_package(file, files) as package:
        index = read_index(package)
        reader = _SheetReader(package, index)
        return [reader.read(sheet) for sheet in index.sheets]


def read_index(package: Package) -> WorkbookIndex:
    """Read the list of sheets, the shared strings and the cell formats."""
    main = next((part for kind, part in package.relations("").values() if kind == "officeDocument"), None)
    if main is None:
        raise package.refused("It is a zip archive, but not a workbook. Save it as an Excel workbook (.xlsx).")
    index = WorkbookIndex(main)
    relations = package.relations(main)

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "workbookPr" and attributes.get("date1904") in _TRUE:
            index.epoch = dt.date(1904, 1, 1)
        elif name == "sheet":
            identifier = next((v for k, v in attributes.items() if local(k) == "id" and ":" in k), "")
            kind, part = relations.get(identifier, ("", ""))
            if kind == "worksheet":
                hidden = attributes.get("state", "visible") != "visible"
                index.sheets.append(SheetPart(attributes.get("name", "?"), part, hidden))

    package.parse(main, StartElementHandler=start)
    for kind, part in relations.values():
        if kind == "sharedStrings":
            index.strings = _shared_strings(package, part)
        elif kind == "styles":
            index.formats = _formats(package, part)
    return index


def unescape(text: str) -> str:
    """Text with the escapes of ST_Xstring undone (section 22.9.2.19)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _shared_strings(package: Package, part: str) -> list[str]:
    strings: list[str] = []
    pieces: list[str] = []
    state = {"text": False, "phonetic": False, "size": 0}

    def start(tag: str, _: dict[str, str]) -> None:
        name = local(tag)
        if name == "si":
            pieces.clear()
        state["phonetic"] = state["phonetic"] or name == "rPh"
        state["text"] = name == "t" and not state["phonetic"]

    def end(tag: str) -> None:
        name = local(tag)
        state["text"] = False
        if name == "rPh":
            state["phonetic"] = False
        elif name == "si":
            strings.append(unescape("".join(pieces)))
            _check_size(package, len(strings), MAX_CELLS, "different texts")

    def data(text: str) -> None:
        if state["text"]:
            pieces.append(text)
            state["size"] += len(text)
            _check_size(package, state["size"], MAX_TEXT_CHARACTERS, "characters of text")

    package.parse(part, StartElementHandler=start, EndElementHandler=end, CharacterDataHandler=data)
    return strings


def _check_size(package: Package, number: int, limit: int, what: str) -> None:
    if number > limit:
        raise package.refused(f"It holds more than {limit:,} {what}. Delete everything that is not data, or split it.")


def _formats(package: Package, part: str) -> list[tuple[str, str | None]]:
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside = {"cellXfs": False}

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "numFmt":
            codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            inside["cellXfs"] = True
        elif name == "xf" and inside["cellXfs"]:
            formats.append(_number(attributes.get("numFmtId")))

    def end(tag: str) -> None:
        if local(tag) == "cellXfs":
            inside["cellXfs"] = False

    package.parse(part, StartElementHandler=start, EndElementHandler=end)
    return [
        (codes[f], date_precision(codes[f])) if f in codes else (_CODES.get(f, ""), _BUILT_IN.get(f)) for f in formats
    ]


def date_precision(code: str) -> str | None:
    """The smallest part of a date that a number format shows, or nothing where it shows no date (section 18.8.30)."""
    letters = set(_NOT_PARTS.sub("", code.partition(";")[0]).lower())
    if "d" in letters:
        return "day"
    if letters & {"h", "s"}:
        return "time"
    if "y" in letters or "m" in letters:
        return "month" if "m" in letters else "year"
    return None


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


_style: Final = lru_cache(maxsize=1 << 12)(_number)
"""The number of a cell's style; a workbook has few styles and many cells."""
_ENDS: Final = frozenset({"c", "v", "t"})
"""The elements at whose end something is done, as nearly all programs write them: without a prefix."""


@dataclass
class _SheetReader:
    """Reads the sheets of one workbook, counting what they hold together."""

    package: Package
    index: WorkbookIndex
    rows: int = 0
    cells: int = 0

    def read(self, sheet: SheetPart) -> Grid:
        grid = Grid(sheet.name, hidden=sheet.hidden)
        handler = _SheetHandler(self, grid, self.package.links(sheet.part))
        self.package.parse(
            sheet.part,
            StartElementHandler=handler.start,
            EndElementHandler=handler.end,
            CharacterDataHandler=handler.data,
        )
        return grid

    def count_row(self, grid: Grid) -> None:
        self.rows += 1
        if self.rows > MAX_ROWS:
            self._refuse(grid)

    def count_cell(self, grid: Grid) -> None:
        self.cells += 1
        if self.cells > MAX_CELLS:
            self._refuse(grid)

    def _refuse(self, grid: Grid) -> NoReturn:
        what = f"{MAX_ROWS:,} rows" if self.rows > MAX_ROWS else f"{MAX_CELLS:,} cells"
        fix = "Delete the empty rows below the records, or split the workbook."
        raise self.package.refused(f"It holds more than {what}, counted up to the sheet '{grid.name}'. {fix}")


class _SheetHandler:
    """The expat handlers for one sheet."""

    def __init__(self, reader: _SheetReader, grid: Grid, links: Mapping[str, str]) -> None:
        self._reader = reader
        self._links = links
        self._grid = grid
        self._row = -1
        self._column = -1
        self._type = "n"
        self._style = 0
        self._text: list[str] | None = None
        self._value = ""
        self._phonetic = False
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "c": self._start_cell,
            "row": self._start_row,
            "col": self._start_column,
            "v": self._start_text,
            "t": self._start_text,
            "f": self._start_formula,
            "mergeCell": self._merge,
            "hyperlink": self._hyperlink,
            "dimension": self._dimension,
            "rPh": self._start_phonetic,
        }

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        handler = self._starts.get(tag) or self._starts.get(local(tag))
        if handler:
            handler(attributes)

    def end(self, tag: str) -> None:
        name = tag if tag in _ENDS else local(tag)
        if name == "c":
            self._end_cell()
        elif name in {"v", "t"} and self._text is not None:
            self._value += "".join(self._text)
            self._text = None
        elif name == "rPh":
            self._phonetic = False

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = _number(attributes["r"]) - 1 if "r" in attributes else self._row + 1
        self._column = -1
        if not 0 <= self._row < _LAST_ROW:
            raise self._beyond(self._row + 1)
        self._reader.count_row(self._grid)
        if attributes.get("hidden") in _TRUE or attributes.get("ht") == "0":
            self._grid.hidden_rows.add(self._row)

    def _start_column(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _TRUE or attributes.get("width") == "0":
            first, last = _number(attributes.get("min")), min(_number(attributes.get("max")), _LAST_COLUMN)
            self._grid.hidden_columns.update(range(first - 1, last))

    def _beyond(self, row: int) -> Exception:
        return self._reader.package.refused(
            f"Its sheet '{self._grid.name}' declares {row:,} rows; a sheet can have at most {_LAST_ROW:,}. "
            "Copy the records to the template and send that."
        )

    def _dimension(self, attributes: dict[str, str]) -> None:
        digits = re.findall(r"[0-9]+", attributes.get("ref", "")[:60])
        if digits and int(digits[-1]) > _LAST_ROW:
            raise self._beyond(int(digits[-1]))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        try:
            self._column = parse_address(address)[1] if address else self._column + 1
        except ValueError as error:
            raise self._reader.package.refused(f"Its sheet '{self._grid.name}' is damaged: {error}") from error
        self._type = attributes.get("t", "n")
        self._style = _style(attributes.get("s"))
        self._value = ""
        self._reader.count_cell(self._grid)

    def _start_text(self, _: dict[str, str]) -> None:
        if not self._phonetic:
            self._text = []

    def _start_phonetic(self, _: dict[str, str]) -> None:
        self._phonetic = True

    def _start_formula(self, _: dict[str, str]) -> None:
        self._grid.formulas.add((self._row, self._column))

    def _merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        try:
            (top, left), (bottom, right) = parse_address(first), parse_address(last or first)
        except ValueError:
            return
        self._grid.merges.append((top, left, bottom, right))

    def _hyperlink(self, attributes: dict[str, str]) -> None:
        identifier = next((v for k, v in attributes.items() if local(k) == "id"), "")
        target = self._links.get(identifier, "")
        if not target.startswith(("http://", "https://")):
            return
        try:
            place = parse_address(attributes.get("ref", "").partition(":")[0])
        except ValueError:
            return
        self._grid.links[place] = target[:2_000]

    def _end_cell(self) -> None:
        if (self._row, self._column) in self._grid.formulas:
            self._grid.rows.setdefault(self._row, {})[self._column] = "formula"
        elif self._value:
            self._grid.rows.setdefault(self._row, {})[self._column] = self._cell_value()

    def _cell_value(self) -> CellValue:
        text, kind = self._value, self._type
        if kind == "s":
            number = _number(text.strip())
            return self._reader.index.strings[number] if number < len(self._reader.index.strings) else ""
        if kind in {"str", "inlineStr"}:
            return unescape(text)
        if kind == "b":
            return text.strip() == "1"
        if kind == "e":
            return CellError(text.strip())
        return self._iso(text) if kind == "d" else self._numeric(text)

    def _iso(self, text: str) -> CellValue:
        try:
            return CellDate(dt.datetime.fromisoformat(text.strip()).date(), "day", 0.0)
        except ValueError:
            return text

    def _numeric(self, text: str) -> CellValue:
        try:
            number = float(text)
        except ValueError:
            return text
        if not math.isfinite(number):
            return text
        formats = self._reader.index.formats
        code, precision = formats[self._style] if self._style < len(formats) else ("", None)
        day = self._day(number) if precision else None
        if precision and day:
            whole = number.is_integer() or precision == "time"
            return CellDate(day, precision if whole else "time", number)
        plain = int(number) if number.is_integer() and abs(number) < 1e15 else number
        return plain if code in _PLAIN and not precision else CellNumber(plain, code, bool(precision))

    def _day(self, serial: float) -> dt.date | None:
        epoch = self._reader.index.epoch
        # Excel takes 1900 for a leap year and other programs don't, so that they differ on each day before March. Such
        # small numbers are hardly ever dates: 0 is an empty cell, 1 a truth value.
        first = 61 if epoch.year == 1899 else 2
        return epoch + dt.timedelta(days=int(serial)) if first <= serial < 2_958_466 else None
