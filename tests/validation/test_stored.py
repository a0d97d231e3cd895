"""A store is checked where it is, with the same findings as files; the compiled queries can be taken elsewhere."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.graph.reading import read_triples
from kgtools.graph.store import EmbeddedStore, Store
from kgtools.validation import Report, Request, validate_files
from kgtools.validation.stored import validate_store
from tests.conftest import FEW_OR_WHOLE, ROOT
from tests.shacl.servers import find, oxigraph_server
from tools.bench.generate import write

SHAPES = ROOT / "shapes" / "submission.ttl"
ONTOLOGY = Project(ROOT).ontology


@pytest.fixture(scope="module", params=FEW_OR_WHOLE)
def either(request: pytest.FixtureRequest, few: Project) -> Project:
    return few if request.param == "few" else Project(ROOT)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("stored") / "data.ttl"
    write(file, 60, error_share=0.5)
    return file


def _told(report: Report) -> list[tuple[str, str, str, str]]:
    return sorted((f.rule.identifier, f.record.iri, f.path, f.value_term) for f in report.findings)


def _expected(data: Path) -> list[tuple[str, str, str, str]]:
    files = (data, *ONTOLOGY)
    told = _told(validate_files(Request(files=files, shapes=(SHAPES,)), None))
    assert len({rule for rule, *_ in told}) > 10
    return told


def _fill(store: Store, data: Path) -> None:
    for file in (data, *ONTOLOGY):
        store.load(read_triples(file), f"urn:{file.stem}")


def test_a_folder_gives_the_findings_of_the_files(data: Path, tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store")
    _fill(store, data)
    report = validate_store(store, (SHAPES,), None)
    assert _told(report) == _expected(data)
    assert all(f.location.place is None for f in report.findings)
    assert any(f.record.label.startswith("Policy ") for f in report.findings)


@pytest.mark.server
@pytest.mark.skipif(find("oxigraph") is None, reason="the Oxigraph server is not installed")
def test_an_endpoint_gives_the_findings_of_the_files(data: Path, tmp_path: Path) -> None:
    with oxigraph_server() as store:
        _fill(store, data)
        target = tmp_path / "report.md"
        assert main(["validate", "--store", store.name, "--shapes", str(SHAPES), "-o", str(target)]) == 1
        report = validate_store(store, (SHAPES,), None)
    # The server rewrites literals when it is loaded; ill-formed and unusual forms stay as they are.
    assert _told(report) == _expected(data)
    assert "claim.aligns-with.wrong-kind" in target.read_text(encoding="utf-8")


def test_the_project_in_a_store_gives_the_findings_of_its_files(either: Project) -> None:
    report = validate_store(load_project(either), (), either)
    assert _told(report) == _told(validate_files(Request(), either))
    assert report.coverage.focus_nodes > 1000


@pytest.mark.parametrize("format_", ["text", "json", "sarif", "junit", "html", "csv", "md", "ttl"])
def test_every_format_can_be_written(data: Path, tmp_path: Path, format_: str) -> None:
    store = EmbeddedStore(tmp_path / "store")
    _fill(store, data)
    del store
    target = tmp_path / "report"
    arguments = ["validate", "--store", str(tmp_path / "store"), "--shapes", str(SHAPES)]
    assert main([*arguments, "--format", format_, "-o", str(target)]) == 1
    assert "bench" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [["some.ttl", "--store", "."], ["--store", "no-such-folder"], ["--store", ".", "--engine", "pyshacl"]],
)
def test_what_a_store_cannot_do_is_said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", *arguments]) == 2
    assert "store" in capsys.readouterr().err


def test_the_printed_queries_run_as_they_are(either: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--project", str(either.root), "explain", "--plan"]) == 0
    sections = capsys.readouterr().out.split("\n\n# ")
    store = load_project(either)
    focus = [each for each in sections if "Focus nodes of shape" in each]
    found = [store.inner.query("# " + each, use_default_graph_as_union=True) for each in focus]
    assert sum(len(list(each)) for each in found if isinstance(each, ox.QuerySolutions)) > 1000
    assert len(sections) > 600
    assert any("PREFIX spf:" in each and "spf:StatePolicy" in each for each in sections)


def test_explain_wants_a_rule_or_a_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 2
    assert "--plan" in capsys.readouterr().err
