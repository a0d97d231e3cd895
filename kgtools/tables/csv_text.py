"""CSV text: written so that no cell can run as a formula, and read in whatever way a spreadsheet saved it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from kgtools.graph.files import Files
from kgtools.graph.reading import TooLargeFileError, UnreadableFileError
from kgtools.tables.cells import Grid

MAX_BYTES: Final = 60_000_000
MAX_ROWS: Final = 200_000
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

    Raises:
        UnreadableFileError: it can't be opened, is no text, or is too large.
    """
    try:
        data = files.content(file, MAX_BYTES)
    except TooLargeFileError as error:
        raise UnreadableFileError(file, f"It is larger than {MAX_BYTES // 1_000_000} MB. Split it.") from error
    except OSError as error:
        raise UnreadableFileError(file, f"It can't be opened: {error.strerror or error}.") from error
    text = _decoded(file, data)
    grid = Grid(file.name)
    previous = csv.field_size_limit(1_000_000)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))):
            if number >= MAX_ROWS:
                raise UnreadableFileError(file, f"It has more than {MAX_ROWS:,} rows. Split it.")
            cells = {i: unguarded(cell) for i, cell in enumerate(row) if cell}
            if cells:
                grid.rows[number] = dict(cells)
    except csv.Error as error:
        raise UnreadableFileError(file, f"It can't be read as CSV: {error}.") from error
    finally:
        csv.field_size_limit(previous)
    return grid


def _decoded(file: Path, data: bytes) -> str:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableFileError(file, "It is a workbook, not CSV; name it .xlsx.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise UnreadableFileError(file, "It isn't text. Save it as CSV (UTF-8).")
    return text


def _separator(text: str) -> str:
    heading = text.partition("\n")[0]
    return max(",;\t", key=heading.count)
