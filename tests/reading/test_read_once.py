"""A command reads each file once: what was validated is what is written, whatever becomes of the file meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from kgtools.cli.main import main
from kgtools.core.namespaces import SPF
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.turtle import canonical_turtle
from kgtools.intake.accept import Acceptance, Missing, plan_acceptance
from kgtools.intake.records import ImportResult, plan_import
from kgtools.serve.submissions import Upload, ValidationJob
from kgtools.tables.context import Context
from kgtools.tables.convert import load, workbook, written
from kgtools.tables.template import template_triples
from kgtools.validation import Request, validate_files
from kgtools.validation.render import render
from tests.bulk.test_import import GOOD
from tests.reading.watching import opened_files, parsed_files, swapped

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
LONG = "word " * 80
FORMS = ("xlsx", "csv", "ttl")
LATER = tuple(pytest.param(reading, marks=pytest.mark.soak) for reading in (2, 3))
"""Readings after which the file is swapped that only `make soak` tries: a second reading is the one that went wrong."""


@dataclass(frozen=True)
class Submission:
    """What a state hands in, in one form: the first content passes validation, the second does not."""

    first: dict[str, bytes]
    second: bytes

    @property
    def swapped(self) -> str:
        """The file that is swapped."""
        return next(iter(self.first))

    def put(self, folder: Path) -> Path:
        """Write the first content.

        Returns:
            The file, or the folder of CSV files.
        """
        folder.mkdir(parents=True)
        for name, content in self.first.items():
            (folder / name).write_bytes(content)
        return folder if len(self.first) > 1 else folder / self.swapped


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory, project: Project) -> dict[str, Submission]:
    folder = tmp_path_factory.mktemp("submissions")
    context = Context.of(project, Files())
    triples = template_triples(context, context.jurisdiction("WY"), NOW.date(), "0.1.0", filled=True)
    book = folder / "wy.xlsx"
    book.write_bytes(workbook(triples, context, day=NOW.date(), title="Wyoming", version="0.1.0"))
    first, second = _edited(book, "First name", ""), _edited(book, "Second name", LONG)
    found = {"xlsx": Submission({"wy.xlsx": first}, second)}
    forms = []
    for number, content in enumerate((first, second)):
        (folder / f"{number}.xlsx").write_bytes(content)
        data = load(folder / f"{number}.xlsx", context, Files())
        forms.append((canonical_turtle(data.triples).encode(), written(data, folder / "csv", context, day=NOW.date())))
    found["ttl"] = Submission({"wy.ttl": forms[0][0]}, forms[1][0])
    tables = [{path.name: content for path, content in each[1].items()} for each in forms]
    ordered = {"policies.csv": tables[0]["policies.csv"]} | tables[0]
    return found | {"csv": Submission(ordered, tables[1]["policies.csv"])}


def _edited(file: Path, name: str, summary: str) -> bytes:
    book = openpyxl.load_workbook(file)
    book["Submission"]["D2"].value = "Wyoming Department of Education"
    sheet = book["Policies"]
    columns = {str(cell.value).removesuffix(" *"): cell.column or 1 for cell in sheet[1]}
    sheet.cell(2, columns["Name"]).value = name
    if summary:
        sheet.cell(2, columns["Summary"]).value = summary
    target = file.with_name("edited.xlsx")
    book.save(target)
    return target.read_bytes()


@pytest.fixture
def copy(few_copy: Project) -> Project:
    """A project of our own to write to."""
    return few_copy


@pytest.mark.parametrize("form", FORMS)
def test_the_second_content_is_refused_when_it_is_read(
    form: str, submissions: dict[str, Submission], project: Project, tmp_path: Path
) -> None:
    path = submissions[form].put(tmp_path / "in")
    with swapped(tmp_path / "in" / submissions[form].swapped, submissions[form].second, 0):
        found = plan_acceptance(project, path, NOW, Missing.ASK)
    assert found.contents is None
    assert {finding.path for finding in found.report.findings if finding.rule.severity == "violation"} == {
        f"{SPF}summary"
    }


def _accepted(project: Project, path: Path) -> Acceptance:
    return plan_acceptance(project, path, NOW, Missing.ASK)


def _validated(project: Project, path: Path) -> str:
    return str(render(validate_files(Request(files=(path,)), project), "json"))


def _converted(project: Project, path: Path) -> dict[Path, bytes]:
    files = Files()
    context = Context.of(project, files)
    return written(load(path, context, files), path.with_name("out.nt"), context, day=NOW.date())


@pytest.mark.parametrize("after", [1, *LATER])
@pytest.mark.parametrize("command", [_accepted, _validated, _converted], ids=lambda command: command.__name__[1:])
@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_is_saved_in_between_is_used_as_it_was_read_first(
    form: str,
    command: Callable[[Project, Path], object],
    after: int,
    submissions: dict[str, Submission],
    project: Project,
    tmp_path: Path,
) -> None:
    path = submissions[form].put(tmp_path / "in")
    undisturbed = command(project, path)
    with swapped(tmp_path / "in" / submissions[form].swapped, submissions[form].second, after):
        assert command(project, path) == undisturbed


def test_accepting_writes_the_first_content(
    submissions: dict[str, Submission], copy: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = submissions["xlsx"].put(tmp_path / "in")
    with swapped(path, submissions["xlsx"].second, 1):
        assert main(["--project", str(copy.root), "accept", str(path)]) == 0
    text = (copy.root / "data/states/wy.ttl").read_text(encoding="utf-8")
    assert "First name" in text
    assert "Second name" not in text
    assert LONG.strip() not in text
    assert "data/states/wy.ttl" in capsys.readouterr().out


@pytest.mark.parametrize("after", [1, LATER[0]])
def test_a_workbook_is_annotated_as_it_was_validated(
    after: int,
    submissions: dict[str, Submission],
    project: Project,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong = Submission({"wy.xlsx": submissions["xlsx"].second}, submissions["xlsx"].first["wy.xlsx"])
    path, out = wrong.put(tmp_path / "in"), tmp_path / "out.xlsx"
    with swapped(path, wrong.second, after):
        assert main(["--project", str(project.root), "validate", str(path), "--annotate", str(out)]) == 1
    assert "Second name" in capsys.readouterr().out
    names = [cell.value for row in openpyxl.load_workbook(out)["Policies"].iter_rows(max_row=2) for cell in row]
    assert "Second name" in names
    assert "First name" not in names


@pytest.mark.parametrize("after", [1, LATER[0]])
@pytest.mark.parametrize("form", ["xlsx", "ttl"])
def test_an_upload_is_reported_and_annotated_as_it_was_read_first(
    form: str,
    after: int,
    submissions: dict[str, Submission],
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)  # the job changes the folder of its process
    [(name, first)] = submissions[form].first.items()
    second = submissions[form].second
    formats = ("json", "html", "xlsx") if form == "xlsx" else ("json", "html")

    def replied(folder: Path) -> object:
        folder.mkdir()
        return ValidationJob(folder, (Upload.of(name, second),), formats).run(project)

    undisturbed = replied(tmp_path / "undisturbed")
    with swapped(tmp_path / "swapped" / name, first, after):
        assert replied(tmp_path / "swapped") == undisturbed


def _imported(project: Project, file: Path) -> ImportResult:
    return plan_import(project, [file])


@pytest.mark.parametrize("after", [1, LATER[0]])
def test_records_are_imported_as_they_were_read_first(after: int, project: Project, tmp_path: Path) -> None:
    file = tmp_path / "records.yaml"
    file.write_text(GOOD, encoding="utf-8")
    undisturbed = _imported(project, file)
    assert undisturbed.problems == ()
    with swapped(file, b"policies: nonsense", after):
        assert _imported(project, file) == undisturbed
    file.write_text("policies: nonsense", encoding="utf-8")
    [problem] = _imported(project, file).problems
    assert problem.message == "'policies' must be a list of records."


@pytest.mark.parametrize(
    "command",
    [
        ("validate",),
        ("validate", "{wy}"),
        ("validate", "{wy}", "{project}/data/states/ut.ttl"),
        ("validate", "{wy}", "--annotate", "{out}.xlsx"),
        ("accept", "{wy}", "--dry-run"),
        ("accept", "{wy}"),
        ("import", "{records}"),
        ("convert", "{wy}", "-o", "{out}.ttl"),
        ("template", "--state", "UT", "-o", "{out}.xlsx"),
        pytest.param(("export", "-o", "{out}"), marks=pytest.mark.soak),
        ("query", "coverage"),
        ("memo", "UT"),
        pytest.param(("load", "--store", "{out}"), marks=pytest.mark.soak),
        ("load", "--store", "{out}", "--no-validate"),
        pytest.param(("site", "-o", "{out}"), marks=pytest.mark.soak),
        pytest.param(("tour",), marks=pytest.mark.soak),
        ("fmt", "--check"),
        ("rules",),
        ("explain", "--plan"),
    ],
    ids=" ".join,
)
def test_each_file_is_opened_and_parsed_at_most_once(
    command: tuple[str, ...],
    submissions: dict[str, Submission],
    copy: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = tmp_path / "records.yaml"
    records.write_text(GOOD, encoding="utf-8")
    names = {"wy": submissions["xlsx"].put(tmp_path / "in"), "records": records, "out": tmp_path / "out"}
    arguments = [part.format(**names, project=copy.root) for part in command]
    data = {*copy.ontology, *copy.shapes, *copy.data}
    with opened_files() as opened, parsed_files(monkeypatch) as parsed:
        assert main(["--project", str(copy.root), *arguments]) == 0
    handed = {names["wy"], records}
    assert {str(file): times for file, times in opened.items() if file in data | handed and times > 1} == {}
    again = {copy.root / "data/sources.ttl", copy.root / "data/states/ut.ttl"} if command[0] == "import" else set()
    most = {file.as_uri(): 1 + (file in again) for file in data}  # an import checks what it is about to write, too
    assert {file: parsed[file] for file in most if parsed[file] > most[file]} == {}
    assert any(parsed[file.as_uri()] for file in data)
