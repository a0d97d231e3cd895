"""The same questions on other engines: the CSV of every example, and the N-Triples of every graph, byte for byte."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator

import pytest

from kgtools.answers.output import render, render_graph
from kgtools.answers.questions import Question, bind, read_catalogue, read_graph_catalogue
from kgtools.answers.questions.page import example_parameters
from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore, RemoteStore, Store
from tests.conftest import ROOT
from tests.questions.engines import files_of, loaded_oxigraph, loaded_virtuoso, rdflib_store
from tests.shacl.servers import find

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("question-servers")]


@pytest.fixture(scope="module")
def real(project: Project) -> EmbeddedStore:
    return load_project(project)


@pytest.fixture(scope="module")
def oxigraph(project: Project) -> Iterator[RemoteStore]:
    if find("oxigraph") is None:
        pytest.skip("the oxigraph server is not installed (pip install oxigraph)")
    with loaded_oxigraph(project) as store:
        yield store


@pytest.fixture(scope="module")
def virtuoso(project: Project) -> Iterator[RemoteStore]:
    if find("virtuoso-t") is None:
        pytest.skip("virtuoso-t is not installed (Debian: virtuoso-opensource-7)")
    with loaded_virtuoso(project) as store:
        yield store


def differences(project: Project, real: EmbeddedStore, other: Store) -> dict[str, list[tuple[str, str]]]:
    """The lines that differ, by question."""
    found = {}
    for question in (*read_catalogue(project), *read_graph_catalogue(project)):
        query = bind(question.query, question.parameters, example_parameters(question), real)
        ours, theirs = answer(question, query, real), answer(question, query, other)
        if ours != theirs:
            pairs = zip(ours.splitlines(), theirs.splitlines(), strict=False)
            found[question.name] = [pair for pair in pairs if pair[0] != pair[1]][:3]
    return found


def answer(question: Question, query: str, store: Store) -> str:
    return render_graph(store.construct(query), "nt") if question.gives_graph else render(store.select(query), "csv")


def test_oxigraph_server_gives_the_same_csv(project: Project, real: EmbeddedStore, oxigraph: RemoteStore) -> None:
    assert differences(project, real, oxigraph) == {}


def test_virtuoso_gives_the_same_csv(project: Project, real: EmbeddedStore, virtuoso: RemoteStore) -> None:
    assert differences(project, real, virtuoso) == {}


RDFLIB_SECONDS = 120
RDFLIB_BYTES = 6 << 30


@pytest.fixture(scope="module")
def real_in_rdflib(project: Project) -> Store:
    return rdflib_store(files_of(project))


@pytest.mark.soak
@pytest.mark.parametrize(
    "question", [*read_catalogue(Project(ROOT)), *read_graph_catalogue(Project(ROOT))], ids=lambda each: each.name
)
def test_rdflib_gives_the_same_answer_on_the_real_data(
    real: EmbeddedStore, real_in_rdflib: Store, question: Question
) -> None:
    """In a process of its own: some joins take rdflib minutes and more than ten gigabytes.

    On the hand-checked fixture it answers every question; see ``test_fixture.py``.
    """
    query = bind(question.query, question.parameters, example_parameters(question), real)
    expected = answer(question, query, real)
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (RDFLIB_SECONDS, RDFLIB_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (RDFLIB_BYTES, RDFLIB_BYTES))
        try:
            os._exit(0 if answer(question, query, real_in_rdflib) == expected else 1)
        except MemoryError:
            os._exit(2)
        except BaseException:  # noqa: BLE001 - the child must never go on as a second pytest
            os._exit(3)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status in {2, -signal.SIGXCPU, -signal.SIGKILL}:
        pytest.skip(f"rdflib gave no answer within {RDFLIB_SECONDS} s and {RDFLIB_BYTES >> 30} GB")
    assert status == 0


def test_the_comparison_notices_a_difference(project: Project, real: EmbeddedStore) -> None:
    assert {"conditions", "state-records"} <= differences(project, real, EmbeddedStore()).keys()
