"""Quotation marks, separators and encodings that are wrong in CSV text are said at the cell where they begin."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgtools.graph.files import Files
from kgtools.graph.reading import UnreadableFileError
from kgtools.tables.cells import Grid
from kgtools.tables.context import Context
from kgtools.tables.convert import load
from kgtools.tables.csv_text import csv_text, read_csv

HEADINGS = "Identifier,Name,Jurisdiction\n"


def read(folder: Path, data: str | bytes) -> Grid:
    file = folder / "organizations.csv"
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_csv(file, Files())


def said(grid: Grid) -> list[tuple[str, str]]:
    return [(problem.rule, problem.place.address) for problem in grid.problems]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('a-b,"Garden,UT\nc-d,Orchard,UT\n', ("row.quote.unclosed", "B2")),
        ('a-b,"Garden,UT\r\nc-d,Orchard,UT\r\n', ("row.quote.unclosed", "B2")),
        ('a-b,"Garden,UT\rc-d,Orchard,UT\r', ("row.quote.unclosed", "B2")),
        ('a-b,Garden,UT\nc-d,Orchard,"UT\n', ("row.quote.unclosed", "C3")),
        ('a-b,Garden,UT\nc-d,"Orchard', ("row.quote.unclosed", "B3")),
        ('a-b,"Garden,UT\nc-d,Orchard",UT\n', ("row.swallowed", "B2")),
        ('a-b,"Garden,UT\n,Pond,UT\nc-d,Orchard",UT\n', ("row.swallowed", "B2")),
        ('a-b,Garden,"UT\nc-d,Orchard,UT"\n', ("row.swallowed", "C2")),
        ('a-b,"The "Good" Garden",UT\nc-d,Orchard,UT\n', ("row.quote.stray", "A2")),
        ('a-b,Garden,UT\nc-d,"Orchard" Office,UT\n', ("row.quote.stray", "A3")),
        ("a-b,Garden,UT\nc-d;Orchard;UT\n", ("row.separator.differs", "A3")),
        ("a-b,Garden,UT\nc-d\tOrchard\tUT\ne-f\tPond\tUT\n", ("row.separator.differs", "A3")),
    ],
)
def test_marks_and_separators_out_of_place(tmp_path: Path, rows: str, expected: tuple[str, str]) -> None:
    assert said(read(tmp_path, HEADINGS + rows)) == [expected]


@pytest.mark.parametrize(
    "rows",
    [
        'a-b,"Garden, Office",UT\n',
        'a-b,"Garden\nOffice",UT\n',
        'a-b,"Garden, x\nOffice, y",UT\n',
        'a-b,"Garden, of flowers, and of herbs\nin Provo",UT\n',
        'a-b,"The ""Good"" Garden",UT\n',
        'a-b,5" Garden,UT\n',
        "a-b,Garden; Orchard,UT\n",
        "a-b,Garden\n",
        '"a-b","Garden","UT"',
    ],
)
def test_text_that_is_right_is_not_doubted(tmp_path: Path, rows: str) -> None:
    assert said(read(tmp_path, HEADINGS + rows)) == []


def test_the_message_says_where_the_mark_opens_and_where_it_closes(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, HEADINGS + 'x,Pond,UT\na-b,"Garden,UT\nc-d,Orchard,UT\ne-f,Field",UT\n').problems
    assert "opens in line 3 is closed only in line 5" in problem.message


def test_a_mark_that_swallows_too_much_is_refused_with_its_line(tmp_path: Path) -> None:
    text = HEADINGS + 'a-b,"Garden,UT\n' + "c-d,Orchard,UT\n" * 100_000
    with pytest.raises(UnreadableFileError, match=r"begins in line 2 .* quotation mark that is never closed"):
        read(tmp_path, text)


def test_rows_with_another_separator_are_not_read(tmp_path: Path) -> None:
    grid = read(tmp_path, HEADINGS + "a-b,Garden,UT\nc-d;Orchard;UT\n")
    assert list(grid.rows) == [0, 1]
    assert "these rows by semicolons, so they were not read: 3." in grid.problems[0].message


def test_more_cells_than_headings(tmp_path: Path, context: Context) -> None:
    read(tmp_path, HEADINGS + "a-b,Garden, Orchard and Pond,UT\nc-d,Field,UT,,\n")
    found = [(p.rule, str(p.place)) for p in load(tmp_path, context, Files()).problems]
    assert ("row.cells.too-many", "organizations.csv!D2") in found
    assert "organizations.csv!D3" not in dict(found).values()


@pytest.mark.parametrize(
    ("data", "at", "name"),
    [
        ("a-b,Caf\u00e9,UT\n".encode("cp1252"), "B2", "Caf\u00e9"),
        ("a-b,Garden \u2013 Office,UT\n".encode("cp1252"), "B2", "Garden \u2013 Office"),
        ("a-b,Caf\u00e9,UT\n".encode() + "c-d,Ca\u00f1on,UT\n".encode("cp1252"), "B3", "Caf\u00e9"),
    ],
)
def test_an_encoding_that_was_guessed_is_said_at_the_first_doubtful_cell(
    tmp_path: Path, data: bytes, at: str, name: str
) -> None:
    grid = read(tmp_path, HEADINGS.encode() + data)
    assert said(grid) == [("sheet.encoding.guessed", at)]
    assert "Windows-1252" in grid.problems[0].message
    assert grid.rows[1][1] == name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_encoding_that_is_known_is_not_doubted(tmp_path: Path, encoding: str) -> None:
    grid = read(tmp_path, (HEADINGS + "a-b,Caf\u00e9,UT\n").encode(encoding))
    assert said(grid) == []
    assert grid.rows[1][1] == "Caf\u00e9"


def test_mojibake_and_lost_characters_are_said_at_their_cells(tmp_path: Path, context: Context) -> None:
    read(tmp_path, HEADINGS + "a-b,Caf\u00c3\u00a9,UT\nc-d,Ca\ufffdon,UT\n")
    found = {p.rule: p for p in load(tmp_path, context, Files()).problems}
    assert {rule: str(p.place) for rule, p in found.items()} == {
        "cell.miscoded": "organizations.csv!B2",
        "cell.characters-lost": "organizations.csv!B3",
    }
    assert "'Caf\u00c3\u00a9' looks like 'Caf\u00e9'" in found["cell.miscoded"].message


_PIECES = st.sampled_from(["word", "Office", " ", ", ", "; ", '"', "\n", "caf\u00e9"])
_NAMES = st.lists(_PIECES, min_size=1, max_size=12).map("".join).filter(str.strip)
"""Prose: a space follows each comma."""


@given(st.lists(_NAMES, min_size=1, max_size=6))
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_row_that_was_written_right_is_doubted(tmp_path: Path, names: list[str]) -> None:
    rows = [("Identifier", "Name", "Jurisdiction"), *((f"row-{n}", name, "UT") for n, name in enumerate(names))]
    assert said(read(tmp_path, csv_text(rows))) == []


@given(st.integers(min_value=1, max_value=5), st.integers(min_value=0, max_value=2), st.data())
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mark_that_is_put_in_never_loses_a_row_in_silence(
    tmp_path: Path, count: int, column: int, data: st.DataObject
) -> None:
    """A mark put before any cell, and perhaps one after a later cell."""
    rows = [[f"row-{n}", f"Office {n}", "UT"] for n in range(count)]
    at = data.draw(st.integers(min_value=0, max_value=count - 1))
    close = data.draw(st.none() | st.integers(min_value=at + 1, max_value=count))
    rows[at][column] = '"' + rows[at][column]
    if close is not None and close < count:
        rows[close][column] += '"'
    text = HEADINGS + "".join(",".join(row) + "\n" for row in rows)
    lost = count - (len(list(csv.reader(io.StringIO(text, newline="")))) - 1)
    rules = {rule for rule, _ in said(read(tmp_path, text))}
    assert len(rules) == 1
    assert rules <= {"row.quote.unclosed", "row.swallowed", "row.quote.stray"}
    assert lost >= 0
