"""The matrix of engine, question and parameter case: the CSV of each, and the N-Triples of graphs, byte for byte."""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore, RemoteStore, Store
from tests.conftest import ROOT
from tests.questions.asking import EXAMPLES_ON_FIXTURE, FIXTURE, fixture_store
from tests.questions.cases import Case, all_cases, differences
from tests.questions.engines import (
    comunica_server,
    files_of,
    install_comunica,
    loaded_oxigraph,
    loaded_virtuoso,
    rdflib_store,
)
from tests.shacl.servers import find

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("question-servers")]

NEEDS_OXIGRAPH = pytest.mark.skipif(find("oxigraph") is None, reason="no Oxigraph server (pip install oxigraph)")
NEEDS_VIRTUOSO = pytest.mark.skipif(find("virtuoso-t") is None, reason="no Virtuoso (Debian: virtuoso-opensource-7)")


@pytest.fixture(scope="module")
def real(project: Project) -> EmbeddedStore:
    return load_project(project)


@pytest.fixture(scope="module")
def real_cases(project: Project, real: EmbeddedStore) -> tuple[Case, ...]:
    return all_cases(project, real)


@pytest.fixture(scope="module")
def small(project: Project) -> EmbeddedStore:
    return fixture_store(project)


@pytest.fixture(scope="module")
def small_cases(project: Project, small: EmbeddedStore) -> tuple[Case, ...]:
    return all_cases(project, small, EXAMPLES_ON_FIXTURE)


@pytest.fixture(scope="module")
def real_in_oxigraph(project: Project) -> Iterator[RemoteStore]:
    with loaded_oxigraph(files_of(project)) as store:
        yield store


@pytest.fixture(scope="module")
def real_in_virtuoso(project: Project) -> Iterator[RemoteStore]:
    with loaded_virtuoso(files_of(project)) as store:
        yield store


def small_files(project: Project) -> tuple[Path, ...]:
    return (*project.ontology, FIXTURE)


def test_every_parameter_is_asked_open_bound_and_in_vain(real_cases: tuple[Case, ...]) -> None:
    names = [(case.question.name, case.name) for case in real_cases]
    assert len(set(names)) == len(names)
    assert {("coverage", "as shipped"), ("coverage", "state bound"), ("coverage", "condition unknown")} <= set(names)


def test_no_query_joins_what_is_not_defined_or_a_subquery_that_counts_nothing(real_cases: tuple[Case, ...]) -> None:
    """Engines read the first differently, and Virtuoso loses rows of the second."""
    for case in real_cases:
        text = re.sub(r"(?m)^\s*#.*$", "", case.question.query)
        assert "UNDEF" not in text, case.question.name
        for inner in re.findall(r"\{\s*SELECT\b(.*?)\bWHERE\b", text, re.DOTALL):
            assert re.search(r"\b(COUNT|SUM|MIN|MAX)\(", inner), case.question.name


@NEEDS_OXIGRAPH
def test_oxigraph_answers_the_fixture_alike(
    project: Project, small: EmbeddedStore, small_cases: tuple[Case, ...]
) -> None:
    with loaded_oxigraph(small_files(project)) as store:
        assert differences(small_cases, small, store) == {}


@NEEDS_VIRTUOSO
def test_virtuoso_answers_the_fixture_alike(
    project: Project, small: EmbeddedStore, small_cases: tuple[Case, ...]
) -> None:
    with loaded_virtuoso(small_files(project)) as store:
        assert differences(small_cases, small, store) == {}


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["usual", "every"])
def test_rdflib_answers_the_fixture_alike(
    project: Project, small: EmbeddedStore, small_cases: tuple[Case, ...], every: bool
) -> None:
    """In `make test`, each question as it is shipped."""
    asked = tuple(case for case in small_cases if every or case.name == "as shipped")
    assert {case.question.name for case in asked} == {case.question.name for case in small_cases}
    assert differences(asked, small, rdflib_store(small_files(project))) == {}


@NEEDS_OXIGRAPH
def test_oxigraph_answers_the_real_data_alike(
    real: EmbeddedStore, real_cases: tuple[Case, ...], real_in_oxigraph: RemoteStore
) -> None:
    assert differences(real_cases, real, real_in_oxigraph) == {}


@NEEDS_VIRTUOSO
def test_virtuoso_answers_the_real_data_alike(
    real: EmbeddedStore, real_cases: tuple[Case, ...], real_in_virtuoso: RemoteStore
) -> None:
    assert differences(real_cases, real, real_in_virtuoso) == {}


def test_the_comparison_notices_a_difference(small: EmbeddedStore, small_cases: tuple[Case, ...]) -> None:
    found = differences(small_cases, small, EmbeddedStore()).keys()
    assert {"conditions, as shipped", "coverage, as shipped"} <= found


QUESTIONS = sorted(f.stem for folder in ("answers", "derive") for f in (ROOT / "queries" / folder).glob("*.rq"))
RDFLIB_SECONDS = 60  # of processor time, for one case: a guard against a join that multiplies
RDFLIB_BYTES = 6 << 30


@pytest.fixture(scope="module")
def real_in_rdflib(project: Project) -> Store:
    return rdflib_store(files_of(project))


@pytest.mark.soak
@pytest.mark.parametrize("name", QUESTIONS)
def test_rdflib_answers_the_real_data_alike(
    real: EmbeddedStore, real_cases: tuple[Case, ...], real_in_rdflib: Store, name: str
) -> None:
    """Each case in a process of its own: a join that multiplies takes rdflib minutes and over ten gigabytes."""
    asked = [case for case in real_cases if case.question.name == name]
    assert asked
    for case in asked:
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (RDFLIB_SECONDS, RDFLIB_SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (RDFLIB_BYTES, RDFLIB_BYTES))
            try:
                os._exit(0 if case.answered(real_in_rdflib) == case.answered(real) else 1)
            except BaseException:  # noqa: BLE001 - the child must never go on as a second pytest
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, case.name


# Comunica gives an empty cell for the COUNT of what is never bound, where the standard has 0.
COMUNICA_DIFFERS = {
    "by-authority",
    "compare",
    "conditions",
    "coverage-by-condition",
    "evidence-strength",
    "instrument-mix",
    "next-steps",
    "publishers",
    "topics",
    "who-could-act",
}


@pytest.mark.soak
def test_comunica_answers_the_fixture_alike_but_for_counts_of_nothing(
    project: Project, small: EmbeddedStore, small_cases: tuple[Case, ...], tmp_path: Path
) -> None:
    """Rows are compared as sorted lines: it also orders some texts in another way."""
    differing = set()
    with comunica_server(install_comunica(tmp_path), small_files(project)) as store:
        for case in small_cases:
            ours, theirs = case.answered(small).splitlines(), case.answered(store).splitlines()
            if sorted(ours) != sorted(theirs):
                differing.add(case.question.name)
    assert differing == COMUNICA_DIFFERS
