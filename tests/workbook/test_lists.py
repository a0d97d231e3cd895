"""Twelve lists as agencies keep them: what is read, guessed and asked, and how few rounds there are to acceptance."""

from __future__ import annotations

import datetime as dt
import io
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.intake.accept import Missing, plan_acceptance
from kgtools.tables.context import Context
from kgtools.tables.entry_columns import COLUMNS, KEYS
from kgtools.tables.from_list import EntryPlan, EntryRow, plan_entries
from kgtools.tables.lists import read_list, read_pasted
from kgtools.tables.template import workbook_of_list
from kgtools.validation import Report
from tests.conftest import FEW_OR_WHOLE, ROOT
from tests.few_states import few_states
from tests.workbook.conftest import DAY

LISTS: Final = ROOT / "tests" / "workbook" / "lists"
ANSWERS: Final[dict[str, Any]] = tomllib.loads((LISTS / "answers.toml").read_text(encoding="utf-8"))
CELLS: Final = ("name", "says", "serves", "link", "citation", "year", "status", "instrument", "ended", "effective")
NOW: Final = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
FIGURES: Final = {"given, right": 161, "guess, right": 67, "guess, wrong": 6, "asked": 43}
"""What docs/how-to/fill-in-the-workbook.md says of the lists, cell by cell; none was given and wrong."""


def made(context: Context, name: str) -> tuple[EntryPlan, bytes]:
    state = context.jurisdiction(ANSWERS[name]["state"])
    found = workbook_of_list(read_list(LISTS / name, Files()), context, state, DAY, "0.1.0")
    return found.plan, found.content


@pytest.fixture(scope="module", params=FEW_OR_WHOLE)
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The lists are held against what is on record of their states, and in `make soak` against all records."""
    if request.param == "whole":
        return Project(ROOT)
    states = sorted({of["state"].lower() for of in ANSWERS.values()})
    return few_states(ROOT, tmp_path_factory.mktemp("lists") / "project", states)


@pytest.fixture(scope="module")
def context(project: Project) -> Context:
    return Context.of(project, Files())


@pytest.fixture(scope="module")
def plans() -> dict[str, EntryPlan]:
    """What becomes of each list beside the whole record."""
    context = Context.of(Project(ROOT), Files())
    return {
        name: plan_entries(read_list(LISTS / name, Files()), context.clerk, context.jurisdiction(of["state"]).value)
        for name, of in ANSWERS.items()
    }


def right(name: str, line: int) -> dict[str, Any]:
    return next(row for row in ANSWERS[name]["new"] if row["line"] == line)


def judged(row: EntryRow, truth: dict[str, Any]) -> list[tuple[str, str]]:
    """For each cell that has a right value: whether it was given, guessed, asked, or left empty, and rightly."""
    found = []
    for key in CELLS:
        cell, value = row.cells.get(key), str(truth.get(key, ""))
        if cell is None:
            found += [(key, "left empty")] if value else []
        elif cell.state == "asked":
            found.append((key, "asked"))
        else:
            found.append((key, f"{cell.state}, {'right' if cell.value == value else 'wrong'}"))
    return found


@pytest.mark.parametrize("name", ANSWERS)
def test_each_line_of_a_list_is_accounted_for(plans: dict[str, EntryPlan], name: str) -> None:
    plan = plans[name]
    assert [o.line for o in plan.outcomes if o.became.startswith("On record")] == ANSWERS[name]["known"]
    assert [row.line for row in plan.rows] == [row["line"] for row in ANSWERS[name]["new"]]
    text = (LISTS / name).read_bytes().decode("cp1252", "replace") if not name.endswith("xlsx") else ""
    shown = " ".join(o.shown for o in plan.outcomes)
    lost = [word for word in text.replace("|", " ").split() if word.isalpha() and word not in shown]
    assert lost == [] or text.count("\ufffd") or name == "south_carolina.csv"


def test_what_is_not_asked_or_marked_as_a_guess_is_right(plans: dict[str, EntryPlan]) -> None:
    counted: Counter[str] = Counter()
    silent = []
    for name in ANSWERS:
        for row in plans[name].rows:
            truth = right(name, row.line)
            if not truth.get("deleted"):
                cells = judged(row, truth)
                counted.update(how for _, how in cells)
                silent += [(name, row.line, key) for key, how in cells if how == "given, wrong"]
    assert silent == []
    assert dict(counted) == FIGURES


def answered(content: bytes, plan: EntryPlan, name: str, file: Path) -> Path:
    """The workbook as the steward of the list sends it: what is asked is answered, and what is guessed is checked."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["New policies"]
    at = {str(cell.value).removesuffix(" *"): cell.column or 1 for cell in sheet[1]}
    columns = {c.key: at[c.heading] for c in COLUMNS if c.heading in at}
    for number, row in reversed(list(enumerate(plan.rows, start=2))):
        truth = right(name, row.line)
        if truth.get("deleted"):
            sheet.delete_rows(number)
            continue
        for key in (*CELLS, "publisher", "topic"):
            cell = row.cells.get(key)
            asked = cell is not None and cell.state != "given"
            if key in truth and key in columns and (asked or key == "topic"):
                value = truth[key]
                sheet.cell(number, columns[key]).value = int(value) if key in {"year", "ended"} else value
        if row.guesses:
            sheet.cell(number, columns["checked"]).value = "yes"
    submission = book["Submission"]
    submission["D2"] = f"Department of Education of {ANSWERS[name]['state']}"
    organizations = book["Organizations"]
    organizations["B2"] = submission["D2"].value
    book.save(file)
    return file


def corrected(file: Path, report: Report, plan: EntryPlan, name: str) -> Path:
    """The workbook after the steward has answered what the findings ask."""
    book = openpyxl.load_workbook(file)
    sheet = book["New policies"]
    at = {str(cell.value).removesuffix(" *"): cell.column or 1 for cell in sheet[1]}
    kept = [right(name, row.line) for row in plan.rows if not right(name, row.line).get("deleted")]
    publishers = [truth["publisher"] for truth in kept if "publisher" in truth]
    for finding in report.findings:
        if finding.rule.identifier == "row.question" and finding.location.place:
            assert finding.message.startswith("Who published")
            sheet.cell(finding.location.place.line, at["Publisher"]).value = publishers[0]
    book.save(file)
    return file


def violations(report: Report) -> list[str]:
    return [f"{f.location}: {f.message}" for f in report.findings if f.rule.severity == "violation"]


@pytest.mark.parametrize(
    "name",
    [
        "ohio.csv",
        "iowa.txt",
        *(pytest.param(n, marks=pytest.mark.soak) for n in ANSWERS if n not in {"ohio.csv", "iowa.txt"}),
    ],
)
def test_a_list_becomes_an_accepted_submission_in_two_rounds_at_most(
    context: Context, project: Project, tmp_path: Path, name: str
) -> None:
    plan, content = made(context, name)
    file = answered(content, plan, name, tmp_path / "book.xlsx")
    found = plan_acceptance(project, file, NOW, Missing.ASK)
    if violations(found.report):  # a second round, for what only the findings ask
        found = plan_acceptance(project, corrected(file, found.report, plan, name), NOW, Missing.ASK)
    assert violations(found.report) == []
    new = sum(not row.get("deleted") for row in ANSWERS[name]["new"])
    assert sum(c.kind == "added" and c.what == "state policy" for c in found.changes) == new
    assert {c.kind for c in found.changes} <= {"added", "changed"}


def test_a_list_that_nobody_looked_at_is_not_accepted(context: Context, project: Project, tmp_path: Path) -> None:
    plan, content = made(context, "ohio.csv")
    file = tmp_path / "book.xlsx"
    file.write_bytes(content)
    found = plan_acceptance(project, file, NOW, Missing.ASK)
    rules = Counter(f.rule.identifier for f in found.report.findings)
    assert found.contents is None
    assert rules["row.guess.unconfirmed"] == len(plan.rows)
    assert rules["row.question"] == sum(len(row.of("asked")) for row in plan.rows)


def test_each_guess_and_question_is_seen_in_the_workbook(context: Context) -> None:
    plan, content = made(context, "ohio.csv")
    sheet = openpyxl.load_workbook(io.BytesIO(content))["New policies"]
    at = {str(cell.value).removesuffix(" *"): cell.column or 1 for cell in sheet[1]}
    for number, row in enumerate(plan.rows, start=2):
        for key, cell in row.cells.items():
            shown = sheet.cell(number, at[KEYS[key].heading])
            color = {"guess": "FFFFF2C2", "asked": "FFF9D5D0"}.get(cell.state)
            assert (shown.fill.fgColor.rgb == color) if color else shown.fill.fill_type is None
            assert bool(shown.comment) == (cell.state != "given")


def test_who_submits_is_filled_in_as_a_guess_that_is_seen_and_counted(context: Context) -> None:
    plan, content = made(context, "ohio.csv")
    cell = openpyxl.load_workbook(io.BytesIO(content))["Submission"]["D2"]
    assert cell.value == "Ohio Department of Education and Workforce"
    assert cell.fill.fgColor.rgb == "FFFFF2C2"
    assert cell.comment is not None
    assert cell.comment.text.startswith("Guess: the education agency of Ohio")
    assert f"{sum(len(row.of('guess')) for row in plan.rows) + 1} guesses to confirm" in plan.summary


def test_the_command_says_what_became_of_the_list(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "ohio.xlsx"
    asked = ["--project", str(project.root), "template", "--from", str(LISTS / "ohio.csv"), "-o", str(out)]
    assert main(asked) == 2
    assert "--state" in capsys.readouterr().err
    assert main([*asked, "--state", "Ohio"]) == 0
    assert "4 new policies, 2 on record already, 6 other lines" in capsys.readouterr().err
    sheets = openpyxl.load_workbook(out)
    assert [s.title for s in sheets if s.sheet_state == "visible"][:4] == [
        "Instructions",
        "Submission",
        "New policies",
        "Your list",
    ]
    assert sheets["Claims"].sheet_state == "hidden"


def test_formulas_in_a_list_are_named_and_not_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Citation", "Title", "Link"])
    sheet.append(["R.C. 9999.1", "First", '=HYPERLINK("https://codes.ohio.gov/x","text")'])
    file = tmp_path / "formulas.xlsx"
    book.save(file)
    found = read_list(file, Files())
    assert any("formulas, which are never read: C2" in remark for remark in found.remarks)
    [row] = [row for row in found.rows if row.is_policy]
    assert "link" not in row.cells


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("long.csv", b"Citation,Title\n" + b"R.C. 1.1,x\n" * 5_001, "more than 5,000 lines"),
        ("long.txt", b"R.C. 1.1 x\n" * 5_001, "more than 5,000 lines"),
        ("empty.csv", b"", "holds no list"),
        ("list.pdf", b"%PDF-1.7", "not '.pdf'"),
        ("zip.csv", b"PK\x03\x04", "workbook, not CSV"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(
    project: Project, tmp_path: Path, name: str, content: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    out = tmp_path / "out.xlsx"
    asked = ["--project", str(project.root), "template", "--from", str(file), "--state", "OH", "-o", str(out)]
    assert main(asked) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_a_cell_of_a_million_letters_is_no_obstacle() -> None:
    rows = read_pasted("Citation\tTitle\tNotes\nR.C. 9999.1\t" + "A. " * 200_000 + "\t" + "(1)" * 200_000).rows
    assert [row.cells["citation"] for row in rows if row.is_policy] == ["R.C. 9999.1"]


BARE: Final = "Wis. Stat. 118.33\n118.55 early college credit\nPI 18 high school graduation standards\n"
CITED: Final = "Wis. Stat. 118.33\nWis. Stat. 118.99 early college credit\nWis. Admin. Code PI 99\n"


@pytest.mark.parametrize("ending", ["txt", "csv"])
@pytest.mark.parametrize(
    ("text", "cited"),
    [
        (BARE, ["Wis. Stat. 118.33", "Wis. Stat. 118.55", "PI 18"]),
        (CITED, ["Wis. Stat. 118.33", "Wis. Stat. 118.99", "Wis. Admin. Code PI 99"]),
    ],
)
def test_each_line_that_begins_with_a_law_is_a_row_of_its_own(
    tmp_path: Path, text: str, cited: list[str], ending: str
) -> None:
    file = tmp_path / f"list.{ending}"
    file.write_text(text, encoding="utf-8")
    rows = read_list(file, Files()).rows
    assert [(row.line, row.cells["citation"]) for row in rows if row.is_policy] == list(enumerate(cited, start=1))
    assert "early college credit" in rows[1].cells["title"].casefold()
    assert ("citation" in rows[1].guessed) == (text == BARE)  # of which code the bare number is, nobody said


def test_a_line_that_may_be_a_law_is_asked_and_a_joined_one_is_named() -> None:
    text = "Wis. Stat. 118.33\nSPS 80 teacher licenses\nthat districts may use\n12.5 million dollars of grants\n"
    first, asked, joined, amount = read_pasted(text).rows
    assert first.cells["citation"] == "Wis. Stat. 118.33"
    assert asked.is_policy
    assert "Is this a law of its own, or does it go on with line 1" in asked.asked
    assert [(row.why, row.part_of) for row in (joined, amount)] == [("part", 2), ("part", 2)]


def test_a_row_of_a_table_that_begins_with_a_number_is_not_joined() -> None:
    rows = read_pasted("Law\tTitle\nWis. Stat. 118.33\tDiploma\n118.55\tCollege credit\n").rows
    assert [row.cells["citation"] for row in rows if row.is_policy] == ["Wis. Stat. 118.33", "118.55"]


def test_the_year_of_a_bill_is_no_part_of_its_name() -> None:
    [row] = read_pasted("SB 55 of 2023, portrait of a graduate").rows
    assert (row.cells["citation"], row.cells["title"], row.cells["year"]) == (
        "SB 55 of 2023",
        "portrait of a graduate",
        "2023",
    )
