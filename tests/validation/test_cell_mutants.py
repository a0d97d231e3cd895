"""The rules on workbooks are broken one at a time, as the other rules are in ``test_mutations``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from kgtools.tables.tables import OTHER, OTHER_HEADINGS
from kgtools.validation import Catalog, Report, Request, validate_files
from tests.few_states import few_states
from tests.validation.conftest import ROOT

Edit = Callable[[Workbook], None]
SHEET = "Organizations"


def put(book: Workbook, sheet: str = SHEET, **cells: str | float | None) -> None:
    """Write cells of a sheet."""
    for name, value in cells.items():
        book[sheet][name] = value


def merged(book: Workbook) -> None:
    book[SHEET].merge_cells("B2:C2")


def without_name(book: Workbook) -> None:
    book[SHEET].delete_cols(2)


def new_sheet(book: Workbook, title: str, rows: tuple[tuple[str, ...], ...]) -> None:
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)


def hidden(book: Workbook) -> None:
    book[SHEET].sheet_state = "hidden"


def hidden_row(book: Workbook) -> None:
    book[SHEET].row_dimensions[2].hidden = True


def hidden_column(book: Workbook) -> None:
    book[SHEET].column_dimensions["C"].hidden = True


def put_date(book: Workbook) -> None:
    """A source with a number where a day belongs, otherwise correct."""
    put(book, "Sources", A2="ut-test-source")
    headings = {str(cell.value).removesuffix(" *"): get_column_letter(cell.column or 1) for cell in book["Sources"][1]}
    values = {
        "Name": "Test source",
        "URL": "https://le.utah.gov/x",
        "Publisher": "Test agency",
        "Source kind": "official",
    }
    for heading, value in values.items():
        book["Sources"][f"{headings[heading]}2"] = value
    cell = book["Sources"][f"{headings['Access date']}2"]
    cell.value, cell.number_format = 46_000, "General"


EDITS: dict[str, Edit] = {
    "cell.spoiled": partial(put, B2=53.1),
    "cell.number": partial(put, B2=53),
    "cell.characters-lost": partial(put, B2="Caf\ufffd agency"),
    "cell.miscoded": partial(put, B2="Caf\u00c3\u00a9 agency"),
    "cell.date.guessed": put_date,
    "column.hidden": hidden_column,
    "column.unnamed": partial(put, E2="blue"),
    "row.hidden": hidden_row,
    "cell.formula": partial(put, B2='="Test "&"agency"'),
    "cell.merged": merged,
    "column.unknown": partial(put, E1="Favourite color", E2="blue"),
    "column.guessed": partial(put, B1="Nmae *"),
    "column.repeated": partial(put, E1="Name *", E2="Other agency"),
    "column.missing": without_name,
    "row.identifier.malformed": partial(put, A2="UT agency!!"),
    "row.identifier.repeated": partial(put, A3="ut-test-agency", B3="Second agency"),
    "row.identifier.missing": partial(put, A2=None, B2=None),
    "sheet.unknown": partial(new_sheet, title="Gossip", rows=(("Who", "What"), ("A", "B"))),
    "sheet.hidden": hidden,
    "sheet.headings.missing": partial(put, sheet="People", A1="x", B1="y", C1="z", D1="q", E1="w", A2="1"),
    "cell.not-turtle": partial(new_sheet, title=OTHER, rows=(OTHER_HEADINGS, ("a", "b c", "d", "yes"))),
    "sheet.repeated": partial(new_sheet, title="Organizations_", rows=(("Identifier", "Name"), ("ut-other", "Other"))),
}

_HEADINGS = "Identifier,Name,Jurisdiction\r\n"
_FIRST = "ut-test-agency,Test agency,UT\r\n"
TEXTS: dict[str, bytes] = {
    "row.cells.too-many": b"ut-test-agency,Test agency,UT,Provo",
    "row.quote.stray": b'ut-test-agency,"The "Test" agency",UT',
    "row.quote.unclosed": b'ut-test-agency,Test agency,UT\r\nut-other,"Other agency',
    "row.separator.differs": b"ut-test-agency,Test agency,UT\r\nut-other;Other agency;UT",
    "row.swallowed": b'ut-test-agency,"Test agency,UT\r\nut-third,Third agency,UT\r\nut-other,Other agency",UT',
    "sheet.encoding.guessed": "ut-test-agency,Caf\u00e9 agency,UT".encode("cp1252"),
}
"""The rows of a CSV file, by the rule that they break."""


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One state is enough to tell how cells are read."""
    return few_states(ROOT, tmp_path_factory.mktemp("few") / "project", ("ut",), ("gu",))


@pytest.fixture(scope="module")
def template(few: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template with one organization filled in."""
    file = tmp_path_factory.mktemp("book") / "template.xlsx"
    assert main(["--project", str(few.root), "template", "-o", str(file)]) == 0
    book = load_workbook(file)
    for sheet in book:
        sheet.sheet_state = "visible"  # the template hides rarely needed sheets, and a hidden sheet gets a remark
    put(book, A2="ut-test-agency", B2="Test agency", C2="UT")
    book.save(file)
    return file


FALLBACK = {"cell.unreadable"}
"""What is said of a value for which the shapes have no rule of their own; at present they have one for each column."""
ENTRY = {"cell.date.order", "row.derived", "row.guess.unconfirmed", "row.on-record", "row.question"}
"""What is said of the sheet for new policies and of dates; tests/workbook has them."""
CONSEQUENCES = {"row.identifier.missing": {"record.name.missing"}}
"""Other rules that the same damage must break: a row without a name also lacks the name."""
UNREAD = {"cell.formula"}
"""What keeps a file from being read in full, so that no level of severity lets it pass."""


def validated(file: Path, project: Project) -> Report:
    return validate_files(Request(files=(file,)), project)


def test_every_rule_on_cells_has_a_mutant() -> None:
    catalog = Catalog(read_triples(ROOT / "shapes" / "tables.ttl"))
    assert {rule.identifier for rule in catalog.rules} == set(EDITS) | set(TEXTS) | FALLBACK | ENTRY


def test_the_workbook_is_correct_before(template: Path, few: Project) -> None:
    report = validated(template, few)
    assert report.findings == ()
    assert report.verdict == "conforms"


@pytest.mark.parametrize("rule", sorted(EDITS))
def test_a_damaged_workbook_breaks_its_rule_at_a_cell(rule: str, template: Path, few: Project, tmp_path: Path) -> None:
    book = load_workbook(template)
    EDITS[rule](book)
    file = tmp_path / "book.xlsx"
    book.save(file)
    report = validated(file, few)
    assert report.problems == ()
    assert report.exit_status("never") == (2 if rule in UNREAD else 0)
    assert {f.rule.identifier for f in report.findings} == {rule} | CONSEQUENCES.get(rule, set())
    assert all("!" in str(f.location) for f in report.findings)


@pytest.mark.parametrize("rule", sorted(TEXTS))
def test_a_damaged_text_breaks_its_rule_at_a_cell(rule: str, few: Project, tmp_path: Path) -> None:
    file = tmp_path / "organizations.csv"
    file.write_bytes(_HEADINGS.encode() + _FIRST.encode())
    assert validated(file, few).findings == ()
    file.write_bytes(_HEADINGS.encode() + TEXTS[rule])
    report = validated(file, few)
    assert report.problems == ()
    assert {f.rule.identifier for f in report.findings} == {rule}
    assert all("organizations.csv!" in str(f.location) for f in report.findings)
