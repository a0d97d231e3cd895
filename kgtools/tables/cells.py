"""What is read from a table before anything is made of it: cells, grids, and what is wrong with a cell."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias

import pyoxigraph as ox

_ADDRESS: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,9})\Z")
_BARE_SHEET: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*\Z")


def column_letters(column: int) -> str:
    """The letters of a column that is counted from 0: A, B … Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def parse_address(text: str) -> tuple[int, int]:
    """Row and column, both counted from 0, of an address such as B3.

    Raises:
        ValueError: the text isn't an address.
    """
    match = _ADDRESS.match(text)
    if not match:
        raise ValueError(f"'{text[:20]}' is not the address of a cell.")
    return int(match[2]) - 1, _column_number(match[1])


@lru_cache(maxsize=1 << 10)
def _column_number(letters: str) -> int:
    """The column of some letters, counted from 0; a sheet has few columns and many cells."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1


@dataclass(frozen=True, slots=True, order=True)
class CellRef:
    """The place of a cell; row and column are counted from 0."""

    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        """The address within the sheet, such as B3."""
        return f"{column_letters(self.column)}{self.row + 1}"

    def __str__(self) -> str:
        name = self.sheet if _BARE_SHEET.match(self.sheet) else "'" + self.sheet.replace("'", "''") + "'"
        return f"{name}!{self.address}"


@dataclass(frozen=True, slots=True)
class CellDate:
    """A number that the sheet shows as a date.

    Attributes:
        day: the date.
        precision: the smallest part that the number format shows: ``day``, ``month``, ``year`` or ``time``.
        serial: the number itself.
    """

    day: dt.date
    precision: str
    serial: float

    def __str__(self) -> str:
        return self.day.isoformat()


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value of the spreadsheet, such as #REF!."""

    code: str

    def __str__(self) -> str:
        return self.code


_ZEROS: Final = re.compile(r"0{2,}\Z")
_FIXED: Final = re.compile(r"(#,##)?0(?:\.(0+))?(%?)\Z")


@dataclass(frozen=True, slots=True)
class CellNumber:
    """A number in a cell whose format shows it otherwise than it was typed.

    Attributes:
        number: the number itself.
        code: the number format.
        is_date: whether the format shows a date or time, and no calendar has such a day.
    """

    number: int | float
    code: str
    is_date: bool = False

    def __str__(self) -> str:
        return str(self.number)

    @property
    def described(self) -> str:
        """The number in words, with what the cell shows where that is easily said."""
        if self.is_date:
            return f"the number {self.number}, shown as a date or time"
        if "%" in self.code:
            return f"the percentage {self._shown or f'{self.number * 100:g}%'}"
        if "E+" in self.code or "E-" in self.code:
            return f"a power of ten, the number {self.number}"
        shown = self._shown
        return f"the number {self.number}" + (f", shown as {shown}" if shown and shown != str(self.number) else "")

    @property
    def _shown(self) -> str:
        """What the cell shows; empty for formats that are not among the simple ones."""
        if _ZEROS.match(self.code) and float(self.number).is_integer():
            return f"{int(self.number):0{len(self.code)}}"
        match = _FIXED.match(self.code)
        if not match:
            return ""
        number = self.number * 100 if match[3] else self.number
        return f"{number:{',' if match[1] else ''}.{len(match[2] or '')}f}{match[3]}"


CellValue: TypeAlias = str | float | int | bool | CellDate | CellError | CellNumber


@dataclass
class Grid:
    """The cells of one sheet or CSV file.

    Attributes:
        name: the name of the sheet or file.
        rows: the values by row and column, counted from 0; empty cells are left out.
        hidden: whether the sheet is hidden.
        formulas: the cells that hold a formula; their values are what the formula last gave.
        merges: the merged ranges: first row, first column, last row, last column.
        hidden_rows: the rows that are hidden, by hand or by a filter.
        hidden_columns: the columns that are hidden.
        links: where the cells that are links lead, by row and column.
        is_text: whether it was text (CSV), where one comma too many moves all cells after it.
        problems: what is wrong with the text that it was read from.
    """

    name: str
    rows: dict[int, dict[int, CellValue]] = field(default_factory=dict)
    hidden: bool = False
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    is_text: bool = False
    problems: list[CellProblem] = field(default_factory=list)

    def place(self, row: int, column: int) -> CellRef:
        """The reference of one of its cells."""
        return CellRef(self.name, row, column)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What keeps a cell from being read, or what should be known about how it was read.

    Attributes:
        place: the cell.
        rule: the identifier of the rule.
        message: what is wrong, as a sentence.
        fix: what to do, as a sentence.
        warning: whether reading goes on without loss of what matters.
        subject: the record that the cell is part of, where it has one.
        path: the property that the cell is about.
    """

    place: CellRef
    rule: str
    message: str
    fix: str
    warning: bool = False
    subject: ox.NamedNode | None = None
    path: ox.NamedNode | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.message} {self.fix} [{self.rule}]"
