"""Competency questions: what the graph must be able to tell, what must never hold, and that each term serves one."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.core.namespaces import OWL, PREFIXES, RDF, SPF
from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.graph.reading import read_triples
from kgtools.graph.store import EmbeddedStore
from tests.conftest import ROOT
from tests.questions.asking import fixture_store

HERE = Path(__file__).parent
HOLD = sorted((HERE / "hold").glob("*.rq"))
NEVER = sorted((HERE / "never").glob("*.rq"))
_UNASKED = dict(line.split(": ", 1) for line in (HERE / "unasked.txt").read_text().splitlines() if line[0] != "#")


def small(project: Project) -> EmbeddedStore:
    store = fixture_store(project)
    store.load(read_triples(HERE / "more.ttl"))
    return store


@pytest.fixture(scope="module")
def real(project: Project) -> EmbeddedStore:
    return load_project(project)


def header(file: Path, key: str) -> list[str]:
    return re.findall(rf"^#\+ {key}: (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)


def rows(store: EmbeddedStore, file: Path) -> list[str]:
    found = store.select(file.read_text(encoding="utf-8")).rows
    return [" | ".join(getattr(term, "value", "") for term in row) for row in found]


@pytest.mark.parametrize("file", HOLD, ids=lambda file: file.stem)
def test_must_hold(project: Project, file: Path) -> None:
    assert header(file, "question")
    assert header(file, "expect")
    assert rows(small(project), file) == header(file, "expect")


@pytest.mark.parametrize("file", NEVER, ids=lambda file: file.stem)
def test_must_never_hold(project: Project, real: EmbeddedStore, file: Path) -> None:
    """On the real data there is no row; on the fixture there is one as soon as something wrong is added."""
    assert header(file, "question")
    assert rows(real, file) == []
    store = small(project)
    wrong = " ".join(f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items()) + header(file, "breaks")[0]
    before = set(rows(store, file))
    store.load(ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(wrong, format=ox.RdfFormat.TURTLE))
    assert set(rows(store, file)) - before


def test_every_term_of_the_ontology_serves_a_question_or_has_a_reason() -> None:
    declared = {
        triple.subject.value.removeprefix(SPF)
        for triple in read_triples(ROOT / "ontology" / "core.ttl")
        if isinstance(triple.subject, ox.NamedNode)
        and triple.subject.value.startswith(SPF)
        and triple.predicate.value == f"{RDF}type"
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value.startswith(OWL)
    }
    asked = set()
    for file in [*(ROOT / "queries" / "answers").glob("*.rq"), *HOLD, *NEVER]:
        code = re.sub(r"^#.*$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        asked |= set(re.findall(r"\bspf:(\w+)", code))
    assert asked - declared == set(), "a question uses a term that the ontology doesn't have"
    assert declared - asked - _UNASKED.keys() == set(), "terms that serve no question: ask one, or give the reason"
    assert _UNASKED.keys() & asked == set(), "terms that are listed as unasked and are asked"
    assert _UNASKED.keys() <= declared
    assert all(len(reason) > 20 for reason in _UNASKED.values())
