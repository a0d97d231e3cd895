"""Every question's rows on a small graph, checked by hand against the table at the head of fixture.ttl."""

from __future__ import annotations

import pytest

from kgtools.answers.output import render
from kgtools.answers.questions import find_question
from kgtools.core.project import Project
from kgtools.graph.store import EmbeddedStore, Store
from tests.conftest import ROOT
from tests.questions.asking import EXAMPLES_ON_FIXTURE, FOLDER, ask, fixture_store
from tests.questions.engines import rdflib_store

NAMES = sorted(file.stem for file in (ROOT / "queries" / "answers").glob("*.rq"))


@pytest.fixture(scope="module")
def small(project: Project) -> EmbeddedStore:
    return fixture_store(project)


@pytest.fixture(scope="module")
def small_in_rdflib(project: Project) -> Store:
    return rdflib_store([*project.ontology, FOLDER / "fixture.ttl"])


def expected(name: str) -> str:
    return (FOLDER / "expected" / f"{name}.csv").read_text(encoding="utf-8")


def test_every_question_has_expected_rows() -> None:
    assert sorted(EXAMPLES_ON_FIXTURE) == NAMES
    assert sorted([*(f.stem for f in (FOLDER / "expected").glob("*.csv")), "terms"]) == NAMES


@pytest.mark.parametrize("name", [name for name in NAMES if name != "terms"])
def test_rows_are_those_worked_out_by_hand(project: Project, small: EmbeddedStore, name: str) -> None:
    answer = ask(small, find_question(project, name), EXAMPLES_ON_FIXTURE[name])
    assert render(answer, "csv").replace("\r\n", "\n") == expected(name)
    assert answer.rows


def test_terms_counts_the_uses_of_each_term(project: Project, small: EmbeddedStore) -> None:
    answer = ask(small, find_question(project, "terms"), {})
    uses = {str(row[1].value): str(row[3].value) for row in answer.rows if row[1] is not None and row[3] is not None}  # type: ignore[union-attr]
    assert uses["spf:StatePolicy"] == "6"
    assert uses["spf:carriesOut"] == "1"
    assert uses["spf:Submission"] == "0"


@pytest.mark.parametrize("name", NAMES)
def test_rdflib_gives_the_same_csv(project: Project, small: EmbeddedStore, small_in_rdflib: Store, name: str) -> None:
    from kgtools.answers.questions import bind

    question = find_question(project, name)
    query = bind(question.query, question.parameters, EXAMPLES_ON_FIXTURE[name], small)
    assert render(small_in_rdflib.select(query), "csv") == render(small.select(query), "csv")


def test_a_missing_review_is_never_told_as_absence(project: Project, small: EmbeddedStore) -> None:
    """Puerto Rico has no record at all: every cell says so, and no cell says that something is absent."""
    answer = ask(small, find_question(project, "coverage"), {"state": "PR"})
    answers = {str(row[4]) for row in answer.rows}
    assert answers == {'"not reviewed"'}
    gaps = ask(small, find_question(project, "gaps"), {"state": "PR"})
    assert {str(row[3]) for row in gaps.rows} == {'"nothing on record"'}
    assert {str(row[4]) for row in gaps.rows} == {'"not reviewed"'}
