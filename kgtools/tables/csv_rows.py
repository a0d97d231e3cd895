"""The rows of a CSV text, and what quotation marks and separators in the wrong place do to them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from kgtools.core.minting import is_slug
from kgtools.tables.cells import CellProblem, Grid

_SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
UNCLOSED: Final = "row.quote.unclosed"
_MOST_TOLD: Final = 20
_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row of a CSV text.

    Attributes:
        first: the line of the text in which it begins, counted from 1.
        last: the line in which it ends.
        cells: its cells.
    """

    first: int
    last: int
    cells: Sequence[str]


def check_rows(grid: Grid, text: str, separator: str, rows: Sequence[TextRow]) -> list[CellProblem]:
    """Look for what quotation marks and separators do to rows.

    Args:
        grid: the cells; rows that another separator divides are taken out of it.
        text: the text.
        separator: what divides the headings.
        rows: the rows.

    Returns:
        What is wrong: one finding for each cell that holds other rows, one for the first mark that is out of place, and
        one for all rows that have another separator.
    """
    headings = len(next((row.cells for row in rows if any(row.cells)), ()))
    marks = list(_marks(grid, text, separator, rows))
    unclosed = {p.place.row for p in marks if p.rule == UNCLOSED}
    swallowed = [p for p in _swallowed(grid, separator, rows, headings) if p.place.row not in unclosed]
    explained = {p.place.row for p in swallowed}
    problems = swallowed + [p for p in marks if p.place.row not in explained]
    return problems + _other_separators(grid, separator, rows, headings)


def _swallowed(grid: Grid, separator: str, rows: Sequence[TextRow], headings: int) -> Iterator[CellProblem]:
    """The cells that hold whole rows, because a quotation mark is closed too late."""
    if headings < 2:
        return
    for number, row in enumerate(rows):
        if row.first == row.last:
            continue
        for column, cell in enumerate(row.cells):
            if _holds_rows(_LINE_BREAK.split(cell), column, len(row.cells), separator, headings):
                message = (
                    f"The quotation mark that opens in line {row.first} is closed only in line {row.last}, so that all "
                    "rows between them became part of the cell and were lost."
                )
                fix = "Close the quotation mark at the end of the value, or delete it."
                yield CellProblem(grid.place(number, column), "row.swallowed", message, fix)
                break


def _holds_rows(lines: Sequence[str], column: int, cells: int, separator: str, headings: int) -> bool:
    """Whether the lines of a cell are the end of its row, whole rows, and the beginning of the last.

    Text of several lines may hold commas; it is not taken for rows unless each line has just as many as a row needs,
    and begins as a row does: with an identifier, or with none.
    """
    if len(lines) < 2:
        return False
    first, *middle, last = lines
    if any(line.count(separator) == headings - 1 and _begins_row(line, separator) for line in middle):
        return True
    if not is_slug(last.partition(separator)[0]):
        return False
    whole = column + first.count(separator) == headings - 1 and all(m.count(separator) == headings - 1 for m in middle)
    return whole and last.count(separator) + cells - 1 - column == headings - 1 and _begins_row(last, separator)


def _begins_row(line: str, separator: str) -> bool:
    """Whether a line begins with an identifier, or none; in prose a space follows a comma."""
    begin, _, rest = line.partition(separator)
    return not rest.startswith(" ") and (not begin or is_slug(begin))


def _marks(grid: Grid, text: str, separator: str, rows: Sequence[TextRow]) -> Iterator[CellProblem]:
    """The first quotation mark that is never closed, or that has text after it."""
    strict = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number, done = 0, 0
    try:
        for _ in strict:
            number, done = number + 1, strict.line_num
    except csv.Error:
        pass
    else:
        return
    row = rows[min(number, len(rows) - 1)]
    column = next((i for i, cell in enumerate(row.cells) if "\n" in cell or "\r" in cell), len(row.cells) - 1)
    if _is_open(text, done, separator):
        message = f"The quotation mark that opens in line {row.first} is never closed" + (
            ", so that all lines after it became part of the cell." if row.last > row.first else "."
        )
        yield CellProblem(
            grid.place(number, column), UNCLOSED, message, "Close it at the end of the value, or delete it."
        )
        return
    message = (
        f"Text follows a closing quotation mark in line {strict.line_num}, so that marks or separators were misread."
    )
    fix = 'Write each quotation mark within a value twice (""), or leave out those around the value.'
    yield CellProblem(grid.place(number, 0), "row.quote.stray", message, fix)


def _is_open(text: str, lines: int, separator: str) -> bool:
    """Whether what follows a number of lines ends within quotation marks."""
    rest = "".join(islice(io.StringIO(text, newline=""), lines, None))
    try:
        list(csv.reader(io.StringIO(rest + '"', newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return False
    return True


def _other_separators(grid: Grid, separator: str, rows: Sequence[TextRow], headings: int) -> list[CellProblem]:
    """One finding for all rows that another separator divides; they are taken out, as none of their cells is right."""
    found: dict[int, str] = {}
    for number, row in enumerate(rows[1:], start=1):
        filled = [cell for cell in row.cells if cell]
        if len(filled) == 1 and row.cells[0]:
            other = next((s for s in _SEPARATORS if s != separator and filled[0].count(s) == headings - 1), "")
            if other and headings > 1 and _begins_row(filled[0], other):
                found[number] = other
    if not found:
        return []
    first, other = next(iter(found.items()))
    told = ", ".join(str(n + 1) for n in list(found)[:_MOST_TOLD])
    more = f" and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
    for number in found:
        grid.rows.pop(number, None)
    ours, theirs = _SEPARATORS[separator], _SEPARATORS[other]
    message = f"The headings are separated by {ours}, and these rows by {theirs}, so they were not read: {told}{more}."
    return [CellProblem(grid.place(first, 0), "row.separator.differs", message, "Use one separator in the whole file.")]
