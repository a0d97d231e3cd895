"""CSV text: written so that no cell can run as a formula, and read in whatever way a spreadsheet saved it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kgtools.graph.files import Files
from kgtools.graph.reading import TooLargeFileError, UnreadableFileError
from kgtools.tables.cells import CellProblem, Grid
from kgtools.tables.csv_rows import TextRow, check_rows

MAX_BYTES: Final = 60_000_000
MAX_ROWS: Final = 200_000
_MOST_IN_CELL: Final = 1_000_000
_NOT_ASCII_WORD: Final = re.compile(r"[A-Za-z]*[^\x00-\x7f][^\s,;\"]*")
_RISKY: Final = re.compile(r"'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_GUARDED: Final = re.compile(r"''*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe is put before what could be one.

    A text that already has apostrophes before such a sign gets one more, so that ``unguarded`` gives each back.
    """
    return f"'{text}" if _RISKY.match(text) else text


def unguarded(text: str) -> str:
    """The text that ``guarded`` was given."""
    return text[1:] if _GUARDED.match(text) else text


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV (RFC 4180); cells that are nothing stay empty, and text is guarded."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    for row in rows:
        writer.writerow(["" if cell is None else guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return stream.getvalue()


def read_csv(file: Path, files: Files) -> Grid:
    """Read a CSV file: UTF-8, UTF-16 or Windows-1252, separated by commas, semicolons or tabs.

    Args:
        file: the file.
        files: the files as the command reads them.

    Returns:
        The cells, with what is wrong with the text: marks that are not closed, lines that were swallowed, a separator
        that is not that of the headings, an encoding that was guessed.

    Raises:
        UnreadableFileError: it can't be opened, is no text, or is too large.
    """
    decoded = _decoded(file, _content(file, files))
    separator = _separator(decoded.text)
    rows = _rows(file, decoded.text, separator)
    grid = Grid(file.name, is_text=True)
    for number, row in enumerate(rows):
        cells = {i: unguarded(cell) for i, cell in enumerate(row.cells) if cell}
        if cells:
            grid.rows[number] = dict(cells)
    grid.problems += check_rows(grid, decoded.text, separator, rows)
    grid.problems += _encoding(grid, decoded)
    return grid


def decoded_text(file: Path, files: Files) -> str:
    """The text of a file: UTF-8, UTF-16 or Windows-1252.

    Raises:
        UnreadableFileError: it can't be opened, is no text, or is too large.
    """
    return _decoded(file, _content(file, files)).text


def _content(file: Path, files: Files) -> bytes:
    try:
        return files.content(file, MAX_BYTES)
    except TooLargeFileError as error:
        raise UnreadableFileError(file, f"It is larger than {MAX_BYTES // 1_000_000} MB. Split it.") from error
    except OSError as error:
        raise UnreadableFileError(file, f"It can't be opened: {error.strerror or error}.") from error


def _rows(file: Path, text: str, separator: str) -> list[TextRow]:
    rows: list[TextRow] = []
    previous = csv.field_size_limit(_MOST_IN_CELL)
    line = 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            if len(rows) >= MAX_ROWS:
                raise UnreadableFileError(file, f"It has more than {MAX_ROWS:,} rows. Split it.")
            rows.append(TextRow(line, reader.line_num, row))
            line = reader.line_num + 1
    except csv.Error as error:
        reason = f"The row that begins in line {line:,} has a cell of more than {_MOST_IN_CELL:,} characters."
        fix = "Look there for a quotation mark that is never closed."
        raise UnreadableFileError(file, f"{reason} {fix}") from error
    finally:
        csv.field_size_limit(previous)
    return rows


@dataclass(frozen=True, slots=True)
class _Decoded:
    """A text, and the first line that is not UTF-8, if there is one."""

    text: str
    doubtful: str = ""


def _decoded(file: Path, data: bytes) -> _Decoded:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableFileError(file, "It is a workbook, not CSV; name it .xlsx.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _Decoded(data.decode("utf-16", errors="replace"))
    try:
        found = _Decoded(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        found = _mixed(data.removeprefix(b"\xef\xbb\xbf"))
    if "\x00" in found.text:
        raise UnreadableFileError(file, "It isn't text. Save it as CSV (UTF-8).")
    return found


def _mixed(data: bytes) -> _Decoded:
    """Lines that are UTF-8 as such, and the others as Windows-1252: files are put together from several."""
    lines, doubtful = [], ""
    for line in data.split(b"\n"):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252", errors="replace"))
            doubtful = doubtful or lines[-1]
    return _Decoded("\n".join(lines), doubtful)


def _encoding(grid: Grid, decoded: _Decoded) -> list[CellProblem]:
    """That the encoding was guessed, at the first cell that would read otherwise in another."""
    word = _NOT_ASCII_WORD.search(decoded.doubtful)
    if not word:
        return []
    cells = ((row, column, str(v)) for row, found in sorted(grid.rows.items()) for column, v in sorted(found.items()))
    row, column, text = next((cell for cell in cells if word[0] in cell[2]), (0, 0, word[0]))
    message = f"The file is not UTF-8; it was read as Windows-1252. The first doubtful cell reads '{text[:60]}'."
    fix = "Check the letters with accents, dashes and quotation marks, and save the file as CSV (UTF-8)."
    return [CellProblem(grid.place(row, column), "sheet.encoding.guessed", message, fix, True)]


def _separator(text: str) -> str:
    heading = next(iter(text[:100_000].splitlines()), "")
    return max(",;\t", key=heading.count)
