"""The same questions on other engines: the CSV of every example, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kgtools.graph import load_project
from kgtools.output import render
from kgtools.project import Project
from kgtools.questions import bind, read_catalogue
from kgtools.questions.page import example_parameters
from kgtools.store import EmbeddedStore, RemoteStore, Store
from tests.questions.engines import loaded_oxigraph, loaded_virtuoso
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
    for question in read_catalogue(project):
        query = bind(question.query, question.parameters, example_parameters(question), real)
        ours, theirs = render(real.select(query), "csv"), render(other.select(query), "csv")
        if ours != theirs:
            pairs = zip(ours.splitlines(), theirs.splitlines(), strict=False)
            found[question.name] = [pair for pair in pairs if pair[0] != pair[1]][:3]
    return found


def test_oxigraph_server_gives_the_same_csv(project: Project, real: EmbeddedStore, oxigraph: RemoteStore) -> None:
    assert differences(project, real, oxigraph) == {}


def test_virtuoso_gives_the_same_csv(project: Project, real: EmbeddedStore, virtuoso: RemoteStore) -> None:
    assert differences(project, real, virtuoso) == {}


def test_the_comparison_notices_a_difference(project: Project, real: EmbeddedStore) -> None:
    assert "conditions" in differences(project, real, EmbeddedStore())
