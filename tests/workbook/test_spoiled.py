"""What spreadsheets make of what people type is never read as if it had been typed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgtools.core.namespaces import SPF
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.tables.cells import CellNumber, CellProblem, CellValue
from kgtools.tables.context import Context
from kgtools.tables.convert import load
from kgtools.tables.names import Names
from kgtools.tables.spoiled import damage, doubts, repaired
from kgtools.tables.values import UnreadableValueError, parse
from kgtools.tables.xlsx_reader import read_workbook
from kgtools.validation import Request, validate_files
from tests.workbook.test_reading import column, typed


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (CellNumber(0.0053, "0.00E+00"), "into a power of ten, the number 0.0053"),
        (CellNumber(53, "0000"), "into the number 53, shown as 0053"),
        (CellNumber(53.1, "0.00"), "into the number 53.1, shown as 53.10"),
        (CellNumber(0.25, "0%"), "into the percentage 25%"),
        (CellNumber(1234567, "#,##0"), "into the number 1234567, shown as 1,234,567"),
        (CellNumber(277.5, "# ?/?"), "into the number 277.5"),
        (CellNumber(0.2, "", is_date=True), "into the number 0.2, shown as a date or time"),
        (1.2345678901234567e19, "keeps only the first 15 digits"),
        (53.1, "into the number 53.1"),
        (True, "into the truth value TRUE"),
        ("5.30E-03", "into the power of ten 5.30E-03"),
        ("1.23457E+19", "into the power of ten 1.23457E+19"),
        ("FALSE", "into the truth value FALSE"),
        ("25%", "into the percentage 25%"),
        ("5-Mar", "into the date 5-Mar"),
        ("Mar-05", "into the date Mar-05"),
        ("3/5/2026", "into the date 3/5/2026"),
        ("2026-03-05", "into the date 2026-03-05"),
        ("1234567890123450000", "keeps only the first 15 digits"),
        ("#REF!", "shows the error #REF!"),
        ("#N/A", "shows the error #N/A"),
        ("Err:502", "shows the error Err:502"),
        ("########", "too narrow"),
        ("Utah Code \ufffd 53E", "were lost"),
    ],
)
def test_a_citation_that_was_made_into_something_else_is_refused(
    context: Context, names: Names, value: CellValue, said: str
) -> None:
    with pytest.raises(UnreadableValueError) as error:
        parse(value, column(context, "state-policy", "citation"), names)
    assert said in error.value.message
    assert error.value.rule in {"cell.spoiled", "cell.characters-lost"}


@pytest.mark.parametrize(
    "text",
    [
        "53E-4-303",
        "72E4",
        "R.C. 3313.618",
        "25% rule, section 3",
        "HB 25",
        "#12",
        "S.B. 5 (2019)",
        "123456789012345",
        "5",
    ],
)
def test_a_citation_as_printed_is_read(context: Context, names: Names, text: str) -> None:
    assert parse(text, column(context, "state-policy", "citation"), names) == [ox.Literal(text)]


@pytest.mark.parametrize("name", ["dateEffective", "yearAdopted", "topic", "legalStatus", "summary"])
@pytest.mark.parametrize("word", ["#REF!", "#DIV/0!", "####", "###############"])
def test_error_words_are_refused_in_every_kind_of_column(context: Context, names: Names, name: str, word: str) -> None:
    with pytest.raises(UnreadableValueError) as error:
        parse(word, column(context, "state-policy", name), names)
    assert error.value.rule == "cell.spoiled"


@pytest.mark.parametrize("text", ["1899-12-30", "12/31/1899", "1900-01-00", "1/0/1900", "2/29/1900", "1900-02-29"])
def test_days_that_spreadsheets_write_for_nothing_are_no_days(context: Context, names: Names, text: str) -> None:
    with pytest.raises(UnreadableValueError, match=r".*") as error:
        parse(text, column(context, "source", "dateAccessed"), names)
    assert "is not a day" in error.value.message


@given(
    st.floats(allow_nan=False, allow_infinity=False) | st.integers(),
    st.sampled_from(["0.00", "0%", "0000", "0.00E+00"]),
)
@settings(deadline=None, max_examples=200)
def test_no_number_with_a_format_is_read_as_text(context: Context, number: float, code: str) -> None:
    harm = damage(CellNumber(number, code), column(context, "state-policy", "citation"))
    assert harm is not None
    assert harm.rule == "cell.spoiled"


@given(st.integers(min_value=0, max_value=10**15 - 1))
@settings(deadline=None, max_examples=100)
def test_a_whole_number_is_read_as_text_and_said(context: Context, names: Names, number: int) -> None:
    citation = column(context, "state-policy", "citation")
    assert parse(number, citation, names) == [ox.Literal(str(number))]
    assert [remark.rule for remark in doubts(number, citation)] == ["cell.number"]


@given(st.floats(min_value=1e-12, max_value=1e14).filter(lambda number: not number.is_integer()))
@settings(deadline=None, max_examples=100)
def test_a_fraction_is_never_read_as_text(context: Context, names: Names, number: float) -> None:
    for value in (number, f"{number:.2E}"):
        with pytest.raises(UnreadableValueError):
            parse(value, column(context, "state-policy", "citation"), names)


_LETTERS = st.text(st.sampled_from("abc \u00e9\u00f1\u00fc\u00a7\u2013\u2014\u2019\u201c\u201d\u2026"), min_size=1)


@given(_LETTERS, st.integers(min_value=1, max_value=2))
@settings(deadline=None, max_examples=300)
def test_text_opened_in_windows_1252_is_put_right(text: str, times: int) -> None:
    spoiled = text
    for _ in range(times):
        spoiled = "".join(
            byte.decode("cp1252") if byte[0] not in b"\x81\x8d\x8f\x90\x9d" else byte.decode("latin-1")
            for byte in (bytes([b]) for b in spoiled.encode())
        )
    assert repaired(spoiled) == text


@given(_LETTERS)
@settings(deadline=None, max_examples=300)
def test_text_that_is_right_is_left_alone(text: str) -> None:
    assert repaired(text) == text


def cells_of(tmp_path: Path, *values: object, formats: tuple[str, ...]) -> list[CellValue]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, (value, code) in enumerate(zip(values, formats, strict=True), start=1):
        sheet.cell(1, number).value = value  # type: ignore[assignment]
        sheet.cell(1, number).number_format = code
    file = tmp_path / "cells.xlsx"
    book.save(file)
    return list(read_workbook(file, Files())[0].rows[0].values())


def test_numbers_keep_the_format_that_shows_them_otherwise(tmp_path: Path) -> None:
    formats = ("General", "0", "@", "0.00", "0%", "0000", "#,##0", "0.00E+00")
    found = cells_of(tmp_path, *[53] * len(formats), formats=formats)
    assert found == [53, 53, 53, *(CellNumber(53, code) for code in formats[3:])]


@pytest.mark.parametrize("serial", [0, 1, 59, 60])
def test_small_numbers_are_no_dates(tmp_path: Path, serial: int, context: Context, names: Names) -> None:
    (found,) = cells_of(tmp_path, serial, formats=("yyyy-mm-dd",))
    assert isinstance(found, CellNumber)
    with pytest.raises(UnreadableValueError) as error:
        parse(found, column(context, "source", "dateAccessed"), names)
    assert "stands for no day of the calendar" in error.value.message


def test_the_first_date_that_all_programs_agree_on_is_read(tmp_path: Path) -> None:
    (found,) = cells_of(tmp_path, 61, formats=("yyyy-mm-dd",))
    assert getattr(found, "day", None) == dt.date(1900, 3, 1)


def book_of(tmp_path: Path, rows: list[list[object]]) -> tuple[openpyxl.Workbook, Path]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Organizations"
    for row in rows:
        sheet.append(row)
    return book, tmp_path / "book.xlsx"


def problems(file: Path, context: Context) -> list[CellProblem]:
    return list(load(file, context, Files()).problems)


def test_hidden_rows_and_columns_are_named_once(tmp_path: Path, context: Context) -> None:
    rows: list[list[object]] = [["Identifier", "Name", "Jurisdiction"]]
    book, file = book_of(tmp_path, rows + [[f"ut-x{n}", f"Office {n}", "UT"] for n in range(2, 9)])
    for row in (3, 5, 8, 99):
        book["Organizations"].row_dimensions[row].hidden = True
    book["Organizations"].column_dimensions["C"].hidden = True
    book.save(file)
    found = {p.rule: p for p in problems(file, context)}
    assert set(found) == {"row.hidden", "column.hidden"}
    assert found["row.hidden"].message.endswith(": 3, 5, 8.")
    assert found["column.hidden"].message.endswith(": C (Jurisdiction).")
    assert len(load(file, context, Files()).triples) == 7 * 4


@pytest.mark.parametrize("value", [True, 2.5, dt.date(2026, 3, 5), "1.23E+15", "#N/A", "####"])
def test_an_identifier_that_was_made_into_something_else_is_refused(
    tmp_path: Path, context: Context, value: object
) -> None:
    book, file = book_of(tmp_path, [["Identifier", "Name", "Jurisdiction"], [value, "Office", "UT"]])
    book.save(file)
    assert [(p.rule, str(p.place)) for p in problems(file, context)] == [("cell.spoiled", "Organizations!A2")]


def test_a_bare_number_read_as_a_day_is_said(context: Context, tmp_path: Path) -> None:
    book, file = book_of(tmp_path, [["Identifier", "Name", "Access date"], ["x", "Page", 46000]])
    book["Organizations"].title = "Sources"
    book.save(file)
    found = load(file, context, Files())
    assert ("cell.date.guessed", "Sources!C2") in {(p.rule, str(p.place)) for p in found.problems}
    day = typed("2025-12-09", "date")
    assert day in {t.object for t in found.triples if t.predicate.value == SPF + "dateAccessed"}


def test_cells_without_a_heading_are_said(tmp_path: Path, context: Context) -> None:
    book, file = book_of(tmp_path, [["Identifier", "Name", "Jurisdiction"], ["x", "Office", "UT", None, "call Ann"]])
    book.save(file)
    assert [(p.rule, str(p.place)) for p in problems(file, context)] == [("column.unnamed", "Organizations!E2")]


def test_rows_that_a_filter_hides_are_read_and_named_in_one_hint(tmp_path: Path, project: Project) -> None:
    """As Excel leaves a sheet whose filter shows only some rows, in any of its tables."""
    rows: list[list[object]] = [["Identifier", "Name", "Jurisdiction"]]
    book, file = book_of(tmp_path, rows + [[f"ut-x{n}", f"Office {n}", "UT"] for n in range(2, 9)])
    sheet = book["Organizations"]
    sheet.auto_filter.ref = "A1:C8"
    sheet.auto_filter.add_filter_column(1, ["Office 2", "Office 7"])
    for row in (3, 4, 5, 6, 8):
        sheet.row_dimensions[row].hidden = True
    book.save(file)
    report = validate_files(Request(files=(file,)), project)
    (hint,) = [finding for finding in report.findings if finding.rule.identifier == "row.hidden"]
    assert hint.rule.severity == "warning"
    assert hint.message == (
        "Rows of 'Organizations' are hidden, by hand or by a filter, and were read like the others: 3, 4, 5, 6, 8."
    )
    assert str(hint.location) == f"{file}: Organizations!B3"
    assert report.files[0].records == 7
