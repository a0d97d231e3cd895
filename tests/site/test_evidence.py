"""What the explorer concludes from claims: levels, gaps, next steps; and agreement with the published rule."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kgtools.answers.determine import derive_determinations
from kgtools.answers.evidence.graph import ThingGraph
from kgtools.answers.evidence.standing import LEVELS, Evidence
from kgtools.answers.questions import AnswerColumn, bind, find_question
from kgtools.core.namespaces import PREFIXES
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.store import EmbeddedStore, Term
from tests.conftest import ROOT

_HEAD = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
_SMALL = """
edition:e a spf:FrameworkEdition ; spf:editionNumber 3 .
condition:c a spf:Condition ; spf:inEdition edition:e ; spf:position 1 .
transformative-policy:one a spf:TransformativePolicy ; spf:recommendedUnder condition:c .
transformative-policy:two a spf:TransformativePolicy ; spf:recommendedUnder condition:c .
jurisdiction:aa a spf:Jurisdiction, spf:State . jurisdiction:bb a spf:Jurisdiction, spf:State .
jurisdiction:aa spf:uspsCode "AA" . jurisdiction:bb spf:uspsCode "BB" .
"""


def _policy(place: str, about: str, *, status: str = "in-force", extent: str = "full", known: str = "stated") -> str:
    return f"""
state-policy:{place}-{about} a spf:StatePolicy ; spf:jurisdiction jurisdiction:{place} ;
  spf:legalStatus legal-status:{status} .
claim:{place}-{about} a spf:AlignmentClaim ; spf:alignsStatePolicy state-policy:{place}-{about} ;
  spf:alignsWith transformative-policy:{about} ; spf:extent extent:{extent} ;
  spf:epistemicStatus epistemic-status:{known} ; spf:dateReviewed "2026-01-01"^^xsd:date .
"""


def _look(place: str, about: str) -> str:
    return f"""
inquiry:{place}-{about} a spf:Inquiry ; spf:jurisdiction jurisdiction:{place} ; spf:outcome inquiry-outcome:not-found ;
  spf:concerns transformative-policy:{about} ; spf:dateOfInquiry "2026-01-01"^^xsd:date ; spf:lookedAt "The code" .
"""


def _evidence(*parts: str) -> Evidence:
    text = _HEAD + _SMALL + "".join(parts)
    quads = ox.parse(input=text, format=ox.RdfFormat.TURTLE)
    triples = [ox.Triple(q.subject, q.predicate, q.object) for q in quads]
    derived = derive_determinations(triples, Project(ROOT))
    return Evidence(ThingGraph.of([*triples, *(t for found in derived.values() for t in found)]))


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({}, "in-full"),
        ({"known": "inferred"}, "in-part"),
        ({"status": "unknown"}, "status-unknown"),
        ({"status": "repealed"}, "ended-or-never-adopted"),
        ({"status": "proposed"}, "ended-or-never-adopted"),
        ({"extent": "partial"}, "in-part"),
        ({"extent": "enabling", "known": "inferred"}, "made-possible"),
    ],
)
def test_levels(facts: dict[str, str], level: str) -> None:
    evidence = _evidence(_policy("aa", "one", **facts))
    cell = evidence.row(evidence.jurisdictions[0])[0]
    assert [standing.level for standing in cell.standings] == [level, "not-reviewed"]
    shades = {"in-full": "half-in-full", "status-unknown": "status-unknown"}
    assert cell.value == shades.get(level, "none-in-full")
    assert (cell.in_full, cell.looked_at) == (int(level == "in-full"), 1)
    assert cell.words == f"1 {LEVELS[level]}, 1 not reviewed, of 2"


def test_without_a_claim_or_a_look_nobody_has_looked() -> None:
    evidence = _evidence()
    cell = evidence.row(evidence.jurisdictions[1])[0]
    assert (cell.value, cell.words, cell.looked_at) == ("not-reviewed", "2 not reviewed, of 2", 0)


def test_a_look_that_found_nothing_is_no_review_that_is_missing() -> None:
    evidence = _evidence(_look("aa", "one"))
    cell = evidence.row(evidence.jurisdictions[0])[0]
    assert (cell.value, cell.words) == ("looked-for-not-found", "1 looked for, not found, 1 not reviewed, of 2")
    assert [look.slug for look in cell.standings[0].inquiries] == ["aa-one"]


def test_next_steps_say_of_how_many_others_looked_at() -> None:
    evidence = _evidence(_policy("bb", "one"), _look("bb", "two"))
    steps = evidence.next_steps(evidence.jurisdictions[0])
    assert [(s.standing.recommendation.slug, s.share) for s in steps] == [
        ("one", "1 of 1 other jurisdiction looked at"),
        ("two", "0 of 1 other jurisdiction looked at"),
    ]


def test_next_steps_name_precedents_of_others_and_put_what_is_out_of_scope_last() -> None:
    parts = (_policy("aa", "one"), _policy("bb", "two"), _policy("bb", "one", status="repealed"))
    evidence = _evidence(*parts)
    first, second = evidence.jurisdictions
    (step,) = evidence.next_steps(first)
    assert step.standing.recommendation.slug == "two"
    assert [claim.slug for claim in step.precedents] == ["bb-two"]
    assert [s.standing.recommendation.slug for s in evidence.next_steps(second)] == ["one"]
    own_way = """adaptation:x a spf:StateAdaptation ; spf:jurisdiction jurisdiction:aa ;
      spf:concerns transformative-policy:two ; spf:adaptationKind adaptation-kind:KIND ."""
    told = _evidence(*parts, own_way.replace("KIND", "own-approach"))
    assert [a.slug for step in told.next_steps(told.jurisdictions[0]) for a in step.adaptations] == ["x"]
    none_done = _evidence(_policy("bb", "two"))
    assert [s.standing.recommendation.slug for s in none_done.next_steps(none_done.jurisdictions[0])] == ["two", "one"]
    refused = _evidence(_policy("bb", "two"), own_way.replace("KIND", "out-of-scope"))
    steps = refused.next_steps(refused.jurisdictions[0])
    assert [(s.standing.recommendation.slug, s.out_of_scope) for s in steps] == [("one", False), ("two", True)]


def test_a_next_step_whose_status_is_unknown_comes_after_those_where_nothing_is() -> None:
    parts = (_policy("bb", "one"), _policy("aa", "one", status="unknown"))
    evidence = _evidence(*parts)
    steps = evidence.next_steps(evidence.jurisdictions[0])
    assert [(s.standing.recommendation.slug, s.states, s.unknown) for s in steps] == [
        ("two", 0, False),
        ("one", 1, True),
    ]


@pytest.fixture(scope="module")
def evidence(project: Project) -> Evidence:
    return Evidence(ThingGraph.of(Files().triples(*project.ontology, *project.data)))


def test_the_counts_of_a_condition_are_those_of_the_coverage_question(
    project: Project, store: EmbeddedStore, evidence: Evidence
) -> None:
    question = find_question(project, "coverage")
    rows = store.select(bind(question.query, question.parameters, {}, store)).rows
    asked = {tuple(_literal(row[i]) for i in (0, 2)): tuple(_literal(row[i]) for i in (4, 5, 6)) for row in rows}
    shown = {
        (place.text("uspsCode"), cell.condition.text("position")): tuple(
            str(n) for n in (len(cell.standings), cell.looked_at, cell.in_full)
        )
        for place in (*evidence.jurisdictions, *evidence.territories)
        for cell in evidence.row(place)
    }
    assert shown == asked


@pytest.mark.parametrize("code", ["id", "ut", "ms", "dc", "gu"])
def test_next_steps_agree_with_the_canned_question(
    project: Project, store: EmbeddedStore, evidence: Evidence, code: str
) -> None:
    question = find_question(project, "next-steps")
    query = bind(question.query, question.parameters, {"state": code.upper(), "least": "1"}, store)
    rows = [dict(zip(question.columns, row, strict=True)) for row in store.select(query).rows]
    asked = {_text(row, "policy"): int(_text(row, "jurisdictions")) for row in rows}
    (place,) = (p for p in (*evidence.jurisdictions, *evidence.territories) if p.slug == code)
    shown = {step.standing.recommendation.slug: step.states for step in evidence.next_steps(place) if step.states}
    assert shown == asked
    ranks = [(_said(row, "state_says") == "out of scope", _said(row, "answer") == "status unknown") for row in rows]
    assert ranks == sorted(ranks)


def _said(row: dict[AnswerColumn, Term | None], name: str) -> str:
    return next((getattr(term, "value", "") for column, term in row.items() if column.name == name), "")


def _text(row: dict[AnswerColumn, Term | None], name: str) -> str:
    (value,) = (term for column, term in row.items() if column.name == name)
    assert isinstance(value, ox.Literal)
    return value.value


def test_the_comparison_and_the_question_follow_one_rule(project: Project, store: EmbeddedStore) -> None:
    evidence = Evidence(ThingGraph.of(Files().triples(*project.ontology, *project.data)))
    question = find_question(project, "compare")
    places = [place.text("uspsCode") for place in evidence.jurisdictions]
    seen = set()
    for condition in evidence.conditions:
        given = {"state": ",".join(places), "condition": condition.slug}
        rows = store.select(bind(question.query, question.parameters, given, store)).rows
        asked = {(_literal(row[0]), _literal(row[1])): _literal(row[2]) for row in rows}
        shown = {
            (standing.recommendation.label, place.text("uspsCode")): LEVELS[standing.level]
            for place in evidence.jurisdictions
            for standing in evidence.cell(place, condition).standings
        }
        assert asked == shown, condition.slug
        seen |= set(asked.values())
    assert seen | {"not reviewed", "not applicable", "confirmed absent"} == set(LEVELS.values())


def _literal(term: Term | None) -> str:
    assert isinstance(term, ox.Literal)
    return term.value


def _holds(place: str, kind: str, power: str, name: str = "") -> str:
    own = f'spf:localName "{name}" ; ' if name else ""
    return f"""
authority:{place}-{kind} a spf:StateAuthority ; spf:jurisdiction jurisdiction:{place} ; {own}
  spf:authorityKind actor-kind:{kind} ; spf:powerExtent power-extent:{power} .
"""


_KINDS = """
actor-kind:state-board skos:prefLabel "state board of education"@en .
actor-kind:legislature skos:prefLabel "state legislature"@en .
transformative-policy:one spf:requiresAuthority actor-kind:state-board .
transformative-policy:two spf:requiresAuthority actor-kind:legislature, actor-kind:state-board .
"""


@pytest.mark.parametrize(
    ("held", "one", "two"),
    [
        ((), {"state board of education"}, {"state legislature", "state board of education"}),
        ((_holds("aa", "state-board", "general", "Regents"),), {"Regents"}, {"state legislature", "Regents"}),
        ((_holds("aa", "state-board", "none"),), {"state legislature, by statute"}, {"state legislature"}),
        (
            (_holds("aa", "state-board", "advisory", "Council"), _holds("aa", "legislature", "general", "Assembly")),
            {"Assembly, by statute"},
            {"Assembly"},
        ),
        (
            (_holds("aa", "state-board", "limited", "Board"),),
            {"Board (on matters that its law names)"},
            {"state legislature", "Board (on matters that its law names)"},
        ),
    ],
)
def test_next_steps_name_the_states_own_bodies_that_have_the_power(
    held: tuple[str, ...], one: set[str], two: set[str]
) -> None:
    evidence = _evidence(_KINDS, *held)
    steps = {s.standing.recommendation.slug: set(s.bodies) for s in evidence.next_steps(evidence.jurisdictions[0])}
    assert steps == {"one": one, "two": two}
