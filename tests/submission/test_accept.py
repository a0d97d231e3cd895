"""Accepting a submission: what changes in plain words, all of it or nothing, and the past kept."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
from openpyxl.utils import get_column_letter

from kgtools.cli.main import main
from kgtools.core.namespaces import ID, SPF
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.turtle import canonical_turtle
from kgtools.intake.accept import Missing, plan_acceptance
from kgtools.tables.context import Context
from kgtools.tables.convert import workbook
from kgtools.tables.template import template_triples
from kgtools.validation import Request, validate_files

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def wyoming_bytes(project: Project) -> bytes:
    context = Context.of(project, Files())
    triples = template_triples(context, context.jurisdiction("WY"), NOW.date(), "0.1.0", filled=True)
    return workbook(triples, context, day=NOW.date(), title="Wyoming", version="0.1.0")


@pytest.fixture
def copy(few_copy: Project) -> Project:
    """A project of our own to write to."""
    return few_copy


@pytest.fixture
def book(wyoming_bytes: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "wy.xlsx"
    file.write_bytes(wyoming_bytes)
    return edited(file, lambda book: put(book, "Submission", "D2", "Wyoming Department of Education"))


def put(book: openpyxl.Workbook, sheet: str, cell: str, value: object) -> None:
    book[sheet][cell].value = value


def edited(file: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    book = openpyxl.load_workbook(file)
    change(book)
    book.save(file)
    return file


def state_of(project: Project) -> dict[str, bytes]:
    return {str(f.relative_to(project.root)): f.read_bytes() for f in project.root.rglob("*") if f.is_file()}


def accept(project: Project, file: Path, *more: str) -> int:
    return main(["--project", str(project.root), "accept", str(file), *more])


def test_what_was_changed_is_told_by_label_and_written(
    copy: Project, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["Policies"]
        names = {str(cell.value).removesuffix(" *"): get_column_letter(cell.column or 1) for cell in sheet[1]}
        put(workbook, "Policies", f"{names['Year adopted']}2", 2001)

    before = state_of(copy)
    label = openpyxl.load_workbook(book)["Policies"]["B2"].value
    assert accept(copy, edited(book, change)) == 0
    told = capsys.readouterr().out
    assert f"changed state policy “{label}”" in told
    assert "year adopted: " in told
    assert "→ “2001”" in told or "“2001” added" in told
    after = state_of(copy)
    changed = {name for name in after if before.get(name) != after[name]}
    assert {name for name in changed if "/history/wy/" not in name} == {"data/states/wy.ttl"}
    assert len(changed) == 2
    text = (copy.root / "data/states/wy.ttl").read_text()
    triples = [q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    assert text == canonical_turtle(triples)
    [marked] = {t.subject for t in triples if t.predicate.value == SPF + "inSubmission"}
    years = [t.object for t in triples if t.subject == marked and t.predicate.value == SPF + "yearAdopted"]
    assert years == [ox.Literal(2001)]
    known = [t.object for t in triples if t.subject == marked and t.predicate.value == SPF + "epistemicStatus"]
    assert known == [ox.NamedNode(f"{ID}epistemic-status/self-reported")]
    assert any(t.predicate.value == SPF + "dateSubmitted" for t in triples)
    assert main(["--project", str(copy.root), "validate", str(copy.root / "data/states/wy.ttl")]) == 0


def test_the_previous_records_can_still_be_read(copy: Project, book: Path) -> None:
    before = (copy.root / "data/states/wy.ttl").read_bytes()
    put_year = edited(book, lambda b: put(b, "Policies", "B2", "Another name"))
    found = plan_acceptance(copy, put_year, NOW, Missing.ASK)
    assert found.contents
    [archive] = [file for file in found.contents if "history" in str(file)]
    quads = list(ox.parse(found.contents[archive], format=ox.RdfFormat.TRIG))
    kept = {q.triple for q in quads if isinstance(q.graph_name, ox.NamedNode)}
    assert kept >= {q.triple for q in ox.parse(before, format=ox.RdfFormat.TURTLE)}
    plain = [q for q in quads if isinstance(q.graph_name, ox.DefaultGraph)]
    about = {q.predicate.value.replace("#", "/").rsplit("/", 1)[-1] for q in plain}
    assert about >= {"wasRevisionOf", "wasDerivedFrom", "dateAccepted", "invalidatedAtTime"}
    assert archive not in copy.data


def test_accepting_again_changes_nothing(copy: Project, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edited(book, lambda b: put(b, "Policies", "B2", "Another name"))
    assert accept(copy, book) == 0
    before = state_of(copy)
    assert accept(copy, book) == 0
    assert state_of(copy) == before
    assert "Nothing changes" in capsys.readouterr().err


def test_a_dry_run_writes_nothing(copy: Project, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = state_of(copy)
    assert accept(copy, edited(book, lambda b: put(b, "Policies", "B2", "Another name")), "--dry-run") == 0
    assert f"would write {copy.root / 'data/states/wy.ttl'}" in capsys.readouterr().out
    assert state_of(copy) == before


def test_findings_keep_a_submission_out(copy: Project, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = state_of(copy)
    assert accept(copy, edited(book, lambda b: put(b, "Policies", "D2", "statut"))) == 1
    told = capsys.readouterr()
    assert "Policies!D2" in told.out
    assert "Nothing was written" in told.err
    assert state_of(copy) == before


def test_missing_records_are_asked_about(copy: Project, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last = openpyxl.load_workbook(book)["Claims"]["A3"].value
    edited(book, lambda b: b["Claims"].delete_rows(3))
    before = state_of(copy)
    assert accept(copy, book) == 1
    told = capsys.readouterr()
    assert "removed alignment claim" in told.out
    assert "--remove" in told.err
    assert state_of(copy) == before
    claim = f"claim:{last} a".encode()
    assert accept(copy, book, "--keep") == 0
    assert claim in (copy.root / "data/states/wy.ttl").read_bytes()
    edited(book, lambda b: put(b, "Policies", "B2", "Another name"))
    assert accept(copy, book, "--remove") == 0
    assert "removed alignment claim" in capsys.readouterr().out
    assert claim not in (copy.root / "data/states/wy.ttl").read_bytes()


def test_a_deleted_row_that_others_refer_to_is_told_alike_by_validate_and_accept(
    copy: Project, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = openpyxl.load_workbook(book)["Policies"]
    policy, label = str(sheet["A2"].value), str(sheet["B2"].value)
    edited(book, lambda b: b["Policies"].delete_rows(2))
    claims = openpyxl.load_workbook(book)["Claims"]
    cells = {f"Claims!B{row[1].row}" for row in claims.iter_rows(min_row=2) if row[1].value == policy}
    assert cells
    before = state_of(copy)
    reports = []
    for verb in ("validate", "accept"):
        assert main(["--project", str(copy.root), verb, str(book)]) == 1
        reports.append(" ".join(capsys.readouterr().out.split()))
        assert "is on record, but the submission no longer contains it" in reports[-1]
        assert label in reports[-1]
    found = [f for f in validate_files(Request(files=(book,)), copy).findings if f.rule.severity == "violation"]
    assert {f.location.place.short for f in found if f.location.place} == cells
    assert reports[0] == reports[1]
    assert state_of(copy) == before
    for verb in ("validate", "accept"):
        assert main(["--project", str(copy.root), verb, str(book), "--keep"]) == 0


def test_a_policy_that_is_deleted_with_its_claims_leaves_no_finding(copy: Project, book: Path) -> None:
    policy = openpyxl.load_workbook(book)["Policies"]["A2"].value

    def change(workbook: openpyxl.Workbook) -> None:
        workbook["Policies"].delete_rows(2)
        rows = [row[1].row for row in workbook["Claims"].iter_rows(min_row=2) if row[1].value == policy]
        for row in reversed(rows):
            workbook["Claims"].delete_rows(row)

    edited(book, change)
    report = validate_files(Request(files=(book,)), copy)
    assert report.exit_status() == 0, [f.sentence for f in report.findings]
    assert any("not in wy.xlsx" in note for note in report.notes)
    assert accept(copy, book, "--remove") == 0
    assert f"state-policy:{policy} a" not in (copy.root / "data/states/wy.ttl").read_text()


def test_determinations_are_worked_out_again(copy: Project, book: Path) -> None:
    def change(workbook: openpyxl.Workbook) -> None:
        workbook["Claims"].delete_rows(2, workbook["Claims"].max_row)

    determination = ox.NamedNode(SPF + "determinationValue")
    context = Context.of(copy, Files())
    state = (copy.root / "data/states/wy.ttl").read_bytes()
    old = {q.object for q in ox.parse(state, format=ox.RdfFormat.TURTLE) if q.predicate == determination}
    assert ox.NamedNode(ID + "determination-value/in-part") in old
    assert context.on_record(context.jurisdiction("WY"))
    book = edited(book, change)
    found = plan_acceptance(copy, book, NOW, Missing.REMOVE)
    assert found.contents, [f.sentence for f in found.report.findings][:5]
    text = found.contents[copy.root / "data/states/wy.ttl"]
    new = {q.object for q in ox.parse(text, format=ox.RdfFormat.TURTLE) if q.predicate == determination}
    assert new <= {ox.NamedNode(ID + f"determination-value/{v}") for v in ("not-reviewed", "looked-for-not-found")}


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "word"),
    [
        ("Policies", "A2", "co-something", "must begin with 'wy-'"),
        ("Submission", "A2", None, ""),
    ],
)
def test_what_is_not_the_states_to_change_is_refused(
    copy: Project, book: Path, sheet: str, cell: str, value: str | None, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if not word:
        edited(book, lambda b: b["Submission"].delete_rows(2))
        word = "holds no submission"
    else:
        old = openpyxl.load_workbook(book)[sheet][cell].value
        edited(book, lambda b: rename(b, str(old), str(value)))
    before = state_of(copy)
    assert accept(copy, book, "--remove") == 2
    assert word in capsys.readouterr().err
    assert state_of(copy) == before


def rename(book: openpyxl.Workbook, old: str, new: str) -> None:
    book["Policies"]["A2"].value = new
    for row in book["Claims"].iter_rows(min_row=2):
        if row[1].value == old:
            row[0].value, row[1].value = None, new
    book["Examples"].delete_rows(2, 100)


def test_a_turtle_file_is_accepted_like_a_workbook(copy: Project, book: Path, tmp_path: Path) -> None:
    edited(book, lambda b: put(b, "Policies", "B2", "Another name"))
    turtle = tmp_path / "wy.ttl"
    assert main(["--project", str(copy.root), "convert", str(book), "-o", str(turtle)]) == 0
    by_book = plan_acceptance(copy, book, NOW, Missing.ASK)
    by_turtle = plan_acceptance(copy, turtle, NOW, Missing.ASK)
    assert [str(c) for c in by_turtle.changes] == [str(c) for c in by_book.changes]
    assert by_book.contents
    assert by_turtle.contents
    state = copy.root / "data/states/wy.ttl"
    assert by_turtle.contents[state] == by_book.contents[state]


def test_diff_tells_the_records_that_accept_told(copy: Project, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def git(*arguments: str) -> None:
        command = ["git", "-C", str(copy.root), "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments]
        subprocess.run(command, check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "before")
    edited(book, lambda b: put(b, "Policies", "B2", "Another name"))
    found = plan_acceptance(copy, book, NOW, Missing.ASK)
    assert accept(copy, book) == 0
    assert list((copy.root / "data" / "history").rglob("*.trig"))
    capsys.readouterr()
    assert main(["--project", str(copy.root), "diff", "HEAD", "--format", "json"]) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert {(c.kind, c.subject.value) for c in found.changes} == {(c["kind"], c["subject"]) for c in changes}
    assert len(changes) < 20


def test_a_key_that_json_ld_drops_is_named_where_something_is_missing(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "handed.jsonld"
    context = {"spf": "https://w3id.org/spf-kg/ontology#"}
    submission = {"@id": f"{ID}submission/wy-2026", "@type": "spf:Submission", "jurisdiction": f"{ID}jurisdiction/wy"}
    file.write_text(json.dumps({"@context": context, **submission}), encoding="utf-8")
    assert accept(project, file, "--dry-run") == 2
    told = capsys.readouterr().err
    assert "The submission names no jurisdiction" in told
    assert "The context maps the key 'jurisdiction' to no property" in told


def test_what_is_warned_about_is_said_by_accept(
    project: Project, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def add(workbook: openpyxl.Workbook) -> None:
        sheet = workbook.create_sheet("New policies")
        sheet.append(["Policy", "What it does", "Recommendation", "Link", "Citation", "Status"])
        words = "Lets the state board approve a plan by which a district awards credit for mastery."
        link = "https://wyoleg.gov/statutes/compress/title21.pdf"
        sheet.append(["Approval of mastery plans", words, "3a", link, "W.S. 21-2-304(a)", "in force"])

    edited(book, add)
    assert accept(project, book, "--dry-run") in {0, 1}
    told = capsys.readouterr()
    assert "is on record as" in told.out + told.err
