"""What people do to workbooks is read right, or reported at the cell."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from kgtools.core.namespaces import ID, SKOS, SPF, XSD
from kgtools.graph.files import Files
from kgtools.tables.cells import CellDate, CellValue, column_letters, parse_address
from kgtools.tables.context import Context
from kgtools.tables.convert import LoadedTable, load
from kgtools.tables.names import Names
from kgtools.tables.schema import Column, Sheet
from kgtools.tables.values import UnreadableValueError, parse
from kgtools.tables.xlsx_reader import date_precision

_POLICY = ox.NamedNode(ID + "state-policy/ut-early-graduation-reimbursement")


def column(context: Context, kind: str, name: str) -> Column:
    sheet: Sheet = context.schema.sheets[kind]
    return next(c for c in sheet.columns if c.path.value in {SPF + name, SKOS + name})


def typed(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


_DAY = typed("2016-05-10", "date")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("dateEffective", "2016-05-10", _DAY),
        ("dateEffective", " 5/10/2016\u00a0", _DAY),
        ("dateEffective", "May 10, 2016", _DAY),
        ("dateEffective", "10 May 2016", _DAY),
        ("dateEffective", "2016-05-10T00:00:00", _DAY),
        ("dateEffective", 42500, _DAY),
        ("dateEffective", CellDate(dt.date(2016, 5, 10), "day", 42500), _DAY),
        ("yearAdopted", "2016", ox.Literal(2016)),
        ("yearAdopted", 2016.0, ox.Literal(2016)),
        ("yearAdopted", CellDate(dt.date(1905, 7, 8), "day", 2016), ox.Literal(2016)),
        ("yearAdopted", CellDate(dt.date(2016, 1, 1), "year", 42370), ox.Literal(2016)),
        ("instrument", "statute", ox.NamedNode(ID + "instrument/statute")),
        ("instrument", "  Board   Policy ", ox.NamedNode(ID + "instrument/board-policy")),
        ("instrument", "\u201cboard-policy\u201d", ox.NamedNode(ID + "instrument/board-policy")),
        ("instrument", "instrument:statute", ox.NamedNode(ID + "instrument/statute")),
        ("legalStatus", "In\u2011Force", ox.NamedNode(ID + "legal-status/in-force")),
        ("jurisdiction", "utah", ox.NamedNode(ID + "jurisdiction/ut")),
        ("jurisdiction", "UT", ox.NamedNode(ID + "jurisdiction/ut")),
        ("citation", 53, ox.Literal("53")),
        (
            "summary",
            "Lets\n districts \u201cmove\u201d.",
            ox.Literal("Lets districts \u201cmove\u201d.", language="en"),
        ),
    ],
)
def test_values_are_read_as_people_write_them(
    context: Context, names: Names, name: str, value: CellValue, expected: ox.Literal
) -> None:
    assert parse(value, column(context, "state-policy", name), names) == [expected]


@pytest.mark.parametrize("value", ["2019", 2019, CellDate(dt.date(2019, 1, 1), "year", 43466)])
def test_a_year_alone_is_a_year(context: Context, names: Names, value: CellValue) -> None:
    assert parse(value, column(context, "adaptation", "asOf"), names) == [typed("2019", "gYear")]


@pytest.mark.parametrize("value", ["2026-02", "Feb 2026", "2/2026", CellDate(dt.date(2026, 2, 1), "month", 46054)])
def test_a_month_is_a_month(context: Context, names: Names, value: CellValue) -> None:
    assert parse(value, column(context, "adaptation", "asOf"), names) == [typed("2026-02", "gYearMonth")]


@pytest.mark.parametrize("text", ["credit flexibility; learner records", "learner-records\ncredit-flexibility"])
def test_several_values_in_a_cell(context: Context, names: Names, text: str) -> None:
    found = parse(text, column(context, "state-policy", "topic"), names)
    assert {v.value for v in found} == {ID + "topic/credit-flexibility", ID + "topic/learner-records"}


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("dateEffective", "13/13/2016", "'13/13/2016' is not a day"),
        ("dateEffective", "2016", "is not a day"),
        ("dateEffective", "soon", "'soon' is not a day"),
        ("dateEffective", CellDate(dt.date(2016, 5, 10), "time", 42500.5), "is not a day"),
        ("yearAdopted", "FY16", "'FY16' is not a whole number"),
        ("yearAdopted", CellDate(dt.date(2016, 5, 10), "day", 42500), "is not a whole number"),
        ("yearAdopted", True, "is not a whole number"),
        ("instrument", "statut", "'statut' is not a known instrument"),
        ("citation", CellDate(dt.date(2026, 3, 5), "day", 46086), "turned this citation into the date 2026-03-05"),
    ],
)
def test_what_can_not_be_read_is_said(context: Context, names: Names, name: str, value: CellValue, word: str) -> None:
    with pytest.raises(UnreadableValueError) as error:
        parse(value, column(context, "state-policy", name), names)
    assert word in error.value.message


def test_a_misspelt_value_gets_a_suggestion(context: Context, names: Names) -> None:
    with pytest.raises(UnreadableValueError) as error:
        parse("statut", column(context, "state-policy", "instrument"), names)
    assert error.value.fix.startswith("Did you mean 'statute'?")


@pytest.mark.parametrize(
    ("code", "precision"),
    [
        ("yyyy-mm-dd", "day"),
        ("mmm-yy", "month"),
        ("yyyy", "year"),
        ("h:mm AM/PM", "time"),
        ("[$-409]d\\-mmm\\-yy;@", "day"),
        ('0.00" days"', None),
        ("#,##0;[Red]-#,##0", None),
    ],
)
def test_number_formats_tell_dates_from_numbers(code: str, precision: str | None) -> None:
    assert date_precision(code) == precision


def test_addresses_of_cells() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert parse_address("$AA$10") == (9, 26)


def edited(file: Path, context: Context, change: Callable[[openpyxl.Workbook, Worksheet], None]) -> LoadedTable:
    """A workbook after somebody has worked on it in a spreadsheet program."""
    book = openpyxl.load_workbook(file)
    change(book, book["Policies"])
    book.save(file)
    return load(file, context, Files())


def insert_rows_above(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.insert_rows(1, 3)
    sheet["A1"] = "Utah State Board of Education"


def blank_rows_between(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.insert_rows(4, 2)
    sheet["C5"] = "   "


def hide(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.sheet_state = "hidden"


def own_sheets_and_columns(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    book.create_sheet("My notes")["A1"] = "call Ann"
    sheet["Z1"] = "Who checks"
    sheet["Z2"] = "Ann"


def reorder(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=sheet.max_column)]
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(reversed(row), start=1):
            sheet.cell(number, place).value = value
            sheet.cell(number, place).number_format = "General"


def rename(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.title = "state policies"
    sheet["J1"] = "LEGAL  status"
    sheet["F1"] = "yearAdopted"


def merge_down(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    for row in range(3, 16):
        sheet[f"C{row}"] = None
    sheet.merge_cells("C2:C15")


@pytest.mark.parametrize(
    "change",
    [insert_rows_above, blank_rows_between, hide, own_sheets_and_columns, reorder, rename, merge_down],
    ids=lambda change: change.__name__,
)
def test_habits_are_read_right(
    utah: Path, context: Context, change: Callable[[openpyxl.Workbook, Worksheet], None]
) -> None:
    before = load(utah, context, Files())
    after = edited(utah, context, change)
    assert after.errors == ()
    assert after.triples == before.triples


def test_what_was_read_with_a_guess_or_not_at_all_is_told(utah: Path, context: Context) -> None:
    def change(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        own_sheets_and_columns(book, sheet)
        sheet["J1"] = "Legal statuss"
        book["Examples"].sheet_state = "hidden"

    told = {(str(p.place), p.rule) for p in edited(utah, context, change).problems}
    assert told == {
        ("Policies!Z1", "column.unknown"),
        ("Policies!J1", "column.guessed"),
        ("'My notes'!A1", "sheet.unknown"),
        ("Examples!B1", "sheet.hidden"),
    }


def test_a_new_row_gets_an_identifier_and_can_be_referred_to_by_name(utah: Path, context: Context) -> None:
    def change(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        row = next(n for n in range(2, 999) if sheet[f"B{n}"].value is None)
        sheet[f"B{row}"], sheet[f"C{row}"] = "Mastery Credit Act", "Utah"
        claims = book["Claims"]
        row = next(n for n in range(2, 999) if claims[f"B{n}"].value is None)
        claims[f"B{row}"], claims[f"C{row}"] = "mastery credit act", "Award credit for demonstrated mastery"

    found = edited(utah, context, change)
    assert found.errors == ()
    policy = ox.NamedNode(ID + "state-policy/ut-mastery-credit-act")
    claim = ox.NamedNode(ID + "claim/ut-mastery-credit-act--credit-by-demonstrated-mastery")
    assert ox.Triple(claim, ox.NamedNode(SPF + "alignsStatePolicy"), policy) in found.triples


def test_what_is_doubtful_is_told_of_each_cell_with_the_same_value(utah: Path, context: Context) -> None:
    def change(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        for row in (2, 3, 4):
            sheet[f"G{row}"] = "5/10/2016"

    found = edited(utah, context, change)
    told = [str(p.place) for p in found.problems if p.rule == "cell.date.order"]
    assert told == ["Policies!G2", "Policies!G3", "Policies!G4"]
    effective = ox.NamedNode(SPF + "dateEffective")
    assert sum(t.predicate == effective and t.object == _DAY for t in found.triples) >= len(told)


def test_statements_of_a_record_stand_together_and_each_once(utah: Path, context: Context) -> None:
    ordered = load(utah, context, Files()).ordered
    assert len(ordered) == len(set(ordered)) > 100
    subjects = [subject for subject, _ in itertools.groupby(ordered, key=lambda triple: triple.subject)]
    assert len(subjects) == len(set(subjects))


def test_the_1904_date_system_is_heeded(utah: Path, context: Context) -> None:
    def change(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        book.epoch = CALENDAR_MAC_1904
        row = next(n for n in range(2, 999) if sheet[f"A{n}"].value == _POLICY.value.rsplit("/", 1)[-1])
        sheet[f"G{row}"] = dt.date(2017, 3, 1)

    found = edited(utah, context, change)
    effective = ox.NamedNode(SPF + "dateEffective")
    assert ox.Triple(_POLICY, effective, typed("2017-03-01", "date")) in found.triples


def test_a_folder_saved_by_excel_in_windows_1252_with_semicolons_is_read(tmp_path: Path, context: Context) -> None:
    text = "Identifier;Name\r\nx-office;Caf\u00e9 \u2013 \u201cx\u201d\r\n"
    (tmp_path / "organizations.csv").write_bytes(text.encode("cp1252"))
    label = ox.Literal("Caf\u00e9 \u2013 \u201cx\u201d", language="en")
    subject = ox.NamedNode(ID + "organization/x-office")
    assert ox.Triple(subject, ox.NamedNode(SKOS + "prefLabel"), label) in load(tmp_path, context, Files()).triples
