"""Every question's rows on a small graph, checked by hand against the table at the head of fixture.ttl."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kgtools.answers.determine import derive_certainties, derive_determinations
from kgtools.answers.output import render
from kgtools.answers.questions import find_question
from kgtools.core.namespaces import ID, SPF
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from kgtools.graph.store import EmbeddedStore
from tests.conftest import ROOT
from tests.questions.asking import EXAMPLES_ON_FIXTURE, FIXTURE, FOLDER, ask, fixture_store

NAMES = sorted(file.stem for file in (ROOT / "queries" / "answers").glob("*.rq"))


@pytest.fixture(scope="module")
def small(project: Project) -> EmbeddedStore:
    return fixture_store(project)


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


def test_the_determinations_and_certainties_of_the_fixture_follow_by_the_rules(project: Project) -> None:
    triples = list(read_triples(FIXTURE))
    derived = derive_determinations(triples, project)
    answered = {t.subject for t in triples if t.object == ox.NamedNode(SPF + "Determination")}
    assert {t for t in triples if t.subject in answered} == {t for found in derived.values() for t in found}
    certainties = derive_certainties(triples, project)
    said = {t for t in triples if t.predicate.value == SPF + "certainty" and t.subject in certainties}
    assert said == set(certainties.values())


def test_a_missing_review_is_never_told_as_absence(project: Project, small: EmbeddedStore) -> None:
    """Puerto Rico has no record at all: every cell says so, and no cell says that something is absent."""
    answer = ask(small, find_question(project, "coverage"), {"state": "PR"})
    rows = [dict(zip(answer.variables, map(_value, row), strict=True)) for row in answer.rows]
    assert [(r["recommended"], r["looked_at"], r["not_reviewed"]) for r in rows] == [("1", "0", "1"), ("2", "0", "2")]
    assert {r["confirmed_absent"] for r in rows} == {"0"}
    gaps = ask(small, find_question(project, "gaps"), {"state": "PR"})
    assert {_value(row[3]) for row in gaps.rows} == {"not reviewed"}
    assert {_value(row[5]) for row in gaps.rows} == {"0 of 1 in full, 0 looked at", "0 of 2 in full, 0 looked at"}


def _self_reported(store: EmbeddedStore, where: str) -> EmbeddedStore:
    """The store in which the subjects ``?d`` of a pattern rest on what a state says of itself."""
    store.update(
        f"""PREFIX spf: <{SPF}>
        DELETE {{ ?d spf:epistemicStatus ?how }}
        INSERT {{ ?d spf:epistemicStatus <{ID}epistemic-status/self-reported> }}
        WHERE {{ {where} OPTIONAL {{ ?d spf:epistemicStatus ?how }} }}"""
    )
    return store


def test_a_profile_and_the_ratings_mark_what_a_state_says_of_itself(project: Project) -> None:
    store = _self_reported(
        fixture_store(project),
        f"""VALUES ?kind {{ spf:StatePolicy spf:StateAdaptation spf:Determination }} ?d a ?kind .
        FILTER NOT EXISTS {{ ?d spf:concerns ?c ; spf:jurisdiction <{ID}jurisdiction/ky> . ?c spf:recommendedUnder
          <{ID}condition/shared-vision> }}""",
    )
    profile = ask(store, find_question(project, "state-profile"), {"state": "KY"})
    assert [[_value(cell) for cell in row] for row in profile.rows] == [
        ["condition", "1 Vision", "0 of 1 in full", "1 of 1 looked at, 0 not reviewed"],
        ["condition", "3 Pathways and credit", "1 of 2 in full", "2 of 2 looked at, 0 not reviewed; 2 self-reported"],
        ["state policy", "Kentucky credit", "in force (self-reported)", ""],
        ["state policy", "Kentucky pathways", "unknown (self-reported)", "HB 3"],
        ["adaptation", "Credit for mastery", "local name (self-reported)", "Says proof credit."],
    ]
    ratings = ask(store, find_question(project, "ratings-beside-ours"), {"state": "UT"})
    row = dict(zip(ratings.variables, map(_value, ratings.rows[0]), strict=True))
    assert (row["answer_here"], row["look"]) == ("in full (self-reported)", "differs")


def test_coverage_counts_what_a_state_says_of_itself(project: Project) -> None:
    store = _self_reported(fixture_store(project), f"?d spf:determinationValue <{ID}determination-value/in-part> .")
    for name, told in (("coverage", {("KY", "1")}), ("coverage-by-condition", {("", "1"), ("", "3")})):
        answer = ask(store, find_question(project, name), {})
        rows = [dict(zip(answer.variables, map(_value, row), strict=True)) for row in answer.rows]
        assert {(r.get("usps", ""), r["position"]) for r in rows if r["self_reported"] == "1"} >= told
        assert all(r["self_reported"] == r["in_part"] for r in rows)


def test_a_look_that_found_nothing_says_when_and_where(project: Project, small: EmbeddedStore) -> None:
    gaps = ask(small, find_question(project, "gaps"), {"state": "UT"})
    assert [[_value(cell) for cell in row[3:5]] for row in gaps.rows] == [
        ["looked for, not found", "2026-01-03: Utah Code, law.example"]
    ]


def _value(term: object) -> str:
    return str(getattr(term, "value", ""))
