"""Of many statements only the graph made of them is kept in memory, and what is found stays the same."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.validation import Report, Request, run, validate_files
from kgtools.validation.documents import Document

_RECORDS = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix spf: <https://w3id.org/spf-kg/ontology#> .
@prefix source: <https://w3id.org/spf-kg/id/source/> .
@prefix state-policy: <https://w3id.org/spf-kg/id/state-policy/> .
@prefix submission: <https://w3id.org/spf-kg/id/submission/> .
@prefix jurisdiction: <https://w3id.org/spf-kg/id/jurisdiction/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

state-policy:zz-one a spf:StatePolicy ; skos:prefLabel "Caf\u00c3\u00a9"@en ; spf:jurisdiction jurisdiction:zz ;
  spf:citation "53G-4-1" ; spf:hasSource source:zz .
state-policy:zz-two a spf:StatePolicy ; skos:prefLabel "Caf\u00c3\u00a9"@en ; spf:jurisdiction jurisdiction:zz ;
  spf:citation "53G-4-1" ; spf:hasSorce source:zz ; spf:legalStatus jurisdiction:zz .
source:zz a spf:Sauce ; spf:dateAccessed "2030-01-01"^^xsd:date .
submission:zz-1 a spf:Submission ; spf:jurisdiction jurisdiction:zz ; spf:replaces submission:zz-1 .
"""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a fault for each check that goes through the statements once more."""
    file = tmp_path_factory.mktemp("large") / "faulty.ttl"
    file.write_text(_RECORDS, encoding="utf-8")
    return file


def _checked(project: Project, file: Path, files: Files | None = None) -> Report:
    return validate_files(Request(files=(file,)), project, files=files, today=dt.date(2026, 11, 30))


def test_statements_that_were_let_go_change_nothing(
    small_project: Project, faulty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = _checked(small_project, faulty)
    let_go: list[str] = []
    original = Document.let_go

    def noted(document: Document, files: Files) -> None:
        original(document, files)
        let_go.extend([document.file.name] if document.stated is None else [])

    monkeypatch.setattr(run, "_MANY", 0)
    monkeypatch.setattr(Document, "let_go", noted)
    assert _checked(small_project, faulty) == kept
    assert let_go == ["faulty.ttl"]
    assert kept.files[0].triples == 16
    assert len(kept.notes) == 1
    rules = {finding.rule.identifier for finding in kept.findings}
    assert {
        "record.text.miscoded",
        "record.class.undeclared",
        "record.property.undeclared",
        "state-policy.citation.on-record",
        "state-policy.duplicate",
    } <= rules


def test_a_file_with_nodes_in_brackets_is_kept(
    small_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_MANY", 0)
    file = tmp_path / "a.ttl"
    file.write_text(_RECORDS.replace("spf:hasSource source:zz", "spf:hasSource [ a spf:Source ]"), encoding="utf-8")
    found = [f for f in _checked(small_project, file).findings if f.rule.identifier == "record.identifier.missing"]
    assert [str(finding.location).rpartition("/")[2] for finding in found] == ["a.ttl:10:28"]


def test_statements_are_parsed_again_from_the_text_that_was_read(
    small_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_MANY", 0)
    file, files = tmp_path / "a.ttl", Files()
    file.write_text(_RECORDS, encoding="utf-8")
    before = files.parsed(file).triples
    _checked(small_project, file, files)
    file.write_text("", encoding="utf-8")
    assert [str(triple.predicate) for triple in files.parsed(file).triples] == [str(t.predicate) for t in before]
