"""Each mistake at its cell, in one run; and the submitter's own workbook back, with the mistakes marked in it."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections import defaultdict
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.reading import read_triples
from kgtools.tables.annotate import Note, annotated
from kgtools.tables.cells import CellRef
from kgtools.tables.context import Context
from kgtools.tables.convert import load
from kgtools.validation import Report, Request, validate_files
from kgtools.validation.sheets import cell_notes
from tests.conftest import ROOT
from tests.workbook.mistakes import MISTAKES, seed

CONSEQUENCES = {
    ("Policies", "state-policy.duplicate"),  # under its wrong identifier it is another policy of the same name
    ("Sources", "source.address.duplicate"),  # under its wrong identifier it is another source of the same address
}
"""What follows from a mistake elsewhere in the same row, and is told at a cell that is right in itself."""


@pytest.fixture
def seeded(utah: Path, tmp_path: Path) -> tuple[Path, list[tuple[str, str]]]:
    target = tmp_path / "seeded.xlsx"
    return target, list(seed(utah, target))


def told(report: Report) -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for note in cell_notes(report):
        found[str(note.place)].append((note.severity, note.rule, note.message))
    return found


def test_forty_mistakes_are_each_reported_at_exactly_their_cell(
    project: Project, seeded: tuple[Path, list[tuple[str, str]]]
) -> None:
    file, expected = seeded
    assert len(MISTAKES) >= 40
    assert len({at for at, _ in expected}) == len(expected)
    found = told(validate_files(Request(files=(file,)), project))
    missing = [(at, why, found.get(at)) for at, why in expected if not any(why in m for _, _, m in found.get(at, []))]
    assert missing == []
    elsewhere = {
        (at.partition("!")[0], rule)
        for at, notes in found.items()
        for severity, rule, _ in notes
        if severity == "violation" and at not in dict(expected)
    }
    assert elsewhere <= CONSEQUENCES


def test_a_correct_workbook_has_no_violation(project: Project, utah: Path) -> None:
    book = openpyxl.load_workbook(utah)
    book["Submission"]["D2"] = "Utah State Board of Education"
    book.save(utah)
    report = validate_files(Request(files=(utah,)), project)
    assert report.exit_status() == 0
    assert report.coverage.records == report.coverage.records_checked > 100


def test_a_folder_of_csv_files_is_validated_at_its_cells(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "ut"
    assert main(["--project", str(project.root), "template", "--state", "UT", "-o", str(folder)]) == 0
    file = folder / "policies.csv"
    file.write_text(file.read_text(encoding="utf-8-sig").replace(",regulation,", ",regulatoin,", 1), encoding="utf-8")
    found = told(validate_files(Request(files=(folder,)), project))
    said = [message for at, notes in found.items() if at.startswith("policies.csv!D") for _, _, message in notes]
    assert any("'regulatoin' is not a known instrument" in message for message in said)


def test_cell_rules_are_described_in_the_shapes_with_the_severity_that_reading_gives_them(project: Project) -> None:
    triples = list(read_triples(project.root / "shapes" / "tables.ttl"))
    severity = {
        str(t.subject).rsplit("#", 1)[-1].rstrip(">"): str(t.object).rsplit("#", 1)[-1].rstrip(">")
        for t in triples
        if t.predicate.value.endswith("#severity")
    }
    code = "\n".join(f.read_text() for f in (ROOT / "kgtools" / "tables").glob("*.py"))
    named = set(re.findall(r'"((?:cell|column|row|sheet)\.[a-z.-]+)"', code))
    assert named == set(severity)
    warnings = {rule for rule, level in severity.items() if level == "Warning"}
    assert warnings == {
        "cell.date.guessed",
        "cell.date.order",
        "cell.miscoded",
        "cell.number",
        "column.guessed",
        "column.hidden",
        "column.unknown",
        "column.unnamed",
        "row.hidden",
        "sheet.encoding.guessed",
        "sheet.hidden",
        "sheet.unknown",
    }


def test_the_annotated_copy_marks_the_cells_and_leaves_the_rest(
    project: Project, seeded: tuple[Path, list[tuple[str, str]]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, expected = seeded
    out = tmp_path / "checked.xlsx"
    assert main(["--project", str(project.root), "validate", str(file), "--annotate", str(out)]) == 2
    capsys.readouterr()
    before, after = openpyxl.load_workbook(file), openpyxl.load_workbook(out)
    assert after.sheetnames == [*before.sheetnames, "Findings"]
    for at, why in expected:
        sheet, _, address = at.partition("!")
        cell = after[sheet][address]
        assert cell.fill.fgColor.rgb in {"FFF8CBAD", "FFFFE699", "FFDDEBF7"}, at
        assert cell.comment is not None, at
        assert why in cell.comment.text
    links = {row[0].hyperlink.location for row in after["Findings"].iter_rows(min_row=2) if row[0].hyperlink}
    assert all(f"'{at.partition('!')[0]}'!{at.partition('!')[2]}" in links for at, _ in expected)
    marked = {(at.partition("!")[0], at.partition("!")[2]) for at, _ in expected}
    for name in before.sheetnames:
        assert_same_look(before[name], after[name], {address for sheet, address in marked if sheet == name})


def assert_same_look(before: object, after: object, marked: set[str]) -> None:
    assert isinstance(before, Worksheet)
    assert isinstance(after, Worksheet)
    assert after.freeze_panes == before.freeze_panes
    assert after.merged_cells.ranges == before.merged_cells.ranges
    assert {k: d.width for k, d in after.column_dimensions.items()} == {
        k: d.width for k, d in before.column_dimensions.items()
    }
    assert len(after.data_validations.dataValidation) == len(before.data_validations.dataValidation)
    for row in before.iter_rows():
        for cell in row:
            twin = after[cell.coordinate]
            assert twin.value == cell.value
            if not cell.has_style:
                continue  # a cell that was not there takes the format of its column
            looks = ("font", "border", "alignment", "number_format", "protection")
            assert all(repr(getattr(twin, look)) == repr(getattr(cell, look)) for look in looks), cell.coordinate
            assert cell.coordinate in marked or repr(twin.fill) == repr(cell.fill) or twin.comment is not None


def test_parts_that_need_no_change_are_copied_byte_by_byte(utah: Path) -> None:
    note = Note(CellRef("Policies", 2, 3), "violation", "record.name.missing", "Wrong & <odd>.", "Fix it.")
    copy = utah.with_name("copy.xlsx")
    copy.write_bytes(annotated(utah, Files(), [note]))
    with zipfile.ZipFile(utah) as before, zipfile.ZipFile(copy) as after:
        changed = {n for n in before.namelist() if before.read(n) != after.read(n)}
        added = set(after.namelist()) - set(before.namelist())
    assert "xl/worksheets/sheet4.xml" not in changed
    assert {n for n in changed if "worksheets/sheet" in n} == {"xl/worksheets/sheet3.xml"}
    assert "xl/sharedStrings.xml" not in changed
    assert added == {"xl/worksheets/sheet-kgtools-findings.xml"}
    cell = openpyxl.load_workbook(copy)["Policies"]["D3"]
    assert cell.comment is not None
    assert "Wrong & <odd>." in cell.comment.text


def test_a_workbook_without_comments_gets_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Policies"
    sheet["B2"] = "x"
    file, copy = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    book.save(file)
    notes = [Note(CellRef("Policies", r, c), "warning", "R-1", f"at {r} {c}", "") for r, c in ((1, 1), (1, 3), (9, 0))]
    copy.write_bytes(annotated(file, Files(), notes))
    page = openpyxl.load_workbook(copy)["Policies"]
    assert [page[a].comment.text for a in ("B2", "D2", "A10")] == ["R-1: at 1 1", "R-1: at 1 3", "R-1: at 9 0"]
    again = tmp_path / "c.xlsx"
    again.write_bytes(annotated(copy, Files(), notes[:1]))
    twice = openpyxl.load_workbook(again)
    assert twice.sheetnames == ["Policies", "Findings", "Findings 2"]
    assert twice["Policies"]["B2"].comment.text.count("R-1: at 1 1") == 2


def test_the_annotated_copy_opens_in_libreoffice(
    seeded: tuple[Path, list[tuple[str, str]]], context: Context, project: Project, tmp_path: Path, soffice: str
) -> None:
    file, _ = seeded
    report = validate_files(Request(files=(file,)), project)
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(annotated(file, Files(), cell_notes(report)))
    home = f"-env:UserInstallation=file://{tmp_path / 'home'}"
    command = [soffice, home, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "lo"), str(copy)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    opened = openpyxl.load_workbook(tmp_path / "lo" / "copy.xlsx")
    assert "Findings" in opened.sheetnames
    cell = opened["Policies"]["D2"]
    assert cell.value == "statut"
    assert cell.fill.fgColor.rgb == "FFF8CBAD"
    assert "not a known instrument" in cell.comment.text
    heading = opened["Policies"]["B1"]
    assert (heading.fill.fgColor.rgb, heading.font.bold) == ("FF1F3A5F", True)
    kept = {p.rule for p in load(tmp_path / "lo" / "copy.xlsx", context, Files()).problems}
    assert "cell.formula" in kept


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["a.ttl", "--annotate", "b.xlsx"], "takes one workbook"),
        (["a.xlsx", "--annotate", "b.ods"], "must end in .xlsx"),
        (["a.xlsx", "--annotate", "a.xlsx"], "writes a copy"),
    ],
)
def test_annotating_the_wrong_thing_is_refused(
    project: Project, arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--project", str(project.root), "validate", *arguments]) == 2
    assert word in capsys.readouterr().err


def test_a_wrong_jurisdiction_of_the_submission_is_one_finding_with_the_count(project: Project, utah: Path) -> None:
    book = openpyxl.load_workbook(utah)
    book["Submission"]["C2"], book["Submission"]["D2"] = "Wyoming", "Utah State Board of Education"
    book.save(utah)
    report = validate_files(Request(files=(utah,)), project)
    [finding] = [f for f in report.findings if f.rule.severity == "violation"]
    assert str(finding.location).endswith("Submission!C2")
    assert re.search(r"None of the \d\d records is about Wyoming, the jurisdiction of the submission", finding.message)
