"""What the explorer concludes from claims: levels, gaps, next steps; and agreement with the published rule."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from kgtools.answers.evidence.graph import Graph
from kgtools.answers.evidence.standing import Evidence
from kgtools.answers.questions import Column, bind, find_question
from kgtools.core.namespaces import PREFIXES
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.store import EmbeddedStore, Term

_HEAD = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
_SMALL = """
edition:e a spf:FrameworkEdition ; spf:editionNumber 3 .
condition:c a spf:Condition ; spf:inEdition edition:e ; spf:position 1 .
transformative-policy:one a spf:TransformativePolicy ; spf:recommendedUnder condition:c .
transformative-policy:two a spf:TransformativePolicy ; spf:recommendedUnder condition:c .
jurisdiction:aa a spf:Jurisdiction, spf:State . jurisdiction:bb a spf:Jurisdiction, spf:State .
determination:aa-c a spf:Determination ; spf:jurisdiction jurisdiction:aa ; spf:concerns condition:c ;
  spf:determinationValue determination-value:partial .
"""


def _policy(place: str, about: str, *, status: str = "in-force", extent: str = "full", known: str = "stated") -> str:
    return f"""
state-policy:{place}-{about} a spf:StatePolicy ; spf:jurisdiction jurisdiction:{place} ;
  spf:legalStatus legal-status:{status} .
claim:{place}-{about} a spf:AlignmentClaim ; spf:alignsStatePolicy state-policy:{place}-{about} ;
  spf:alignsWith transformative-policy:{about} ; spf:extent extent:{extent} ;
  spf:epistemicStatus epistemic-status:{known} .
"""


def _evidence(*parts: str) -> Evidence:
    text = _HEAD + _SMALL + "".join(parts)
    quads = ox.parse(input=text, format=ox.RdfFormat.TURTLE)
    return Evidence(Graph.of(ox.Triple(q.subject, q.predicate, q.object) for q in quads))


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({}, "in-full"),
        ({"known": "inferred"}, "inferred-full"),
        ({"status": "unknown"}, "inferred-full"),
        ({"status": "repealed"}, "ended"),
        ({"status": "proposed"}, "ended"),
        ({"extent": "partial"}, "partial"),
        ({"extent": "enabling", "known": "inferred"}, "enabling"),
    ],
)
def test_levels(facts: dict[str, str], level: str) -> None:
    evidence = _evidence(_policy("aa", "one", **facts))
    cell = evidence.row(evidence.jurisdictions[0])[0]
    assert [standing.level for standing in cell.standings] == [level, "none"]
    assert cell.value == ("partial-some" if level == "in-full" else "partial-none")
    assert cell.in_full == (level == "in-full")


def test_without_a_determination_nobody_has_looked() -> None:
    evidence = _evidence()
    cell = evidence.row(evidence.jurisdictions[1])[0]
    assert (cell.value, cell.words) == ("not-reviewed", "not reviewed")


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


@pytest.fixture(scope="module")
def evidence(project: Project) -> Evidence:
    return Evidence(Graph.of(Files().triples(*project.ontology, *project.data)))


def test_counts_agree_with_the_basis_that_the_published_rule_wrote(evidence: Evidence) -> None:
    compared = 0
    for place in (*evidence.jurisdictions, *evidence.territories):
        for cell in evidence.row(place):
            assert cell.determination
            numbers = re.findall(r"\d+", cell.determination.text("basis"))
            if cell.value in ("present", "partial-some", "partial-none"):
                assert numbers == [str(len(cell.standings)), str(cell.in_full), str(cell.touched - cell.in_full)]
                compared += 1
    assert compared > 300


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


def _text(row: dict[Column, Term | None], name: str) -> str:
    (value,) = (term for column, term in row.items() if column.name == name)
    assert isinstance(value, ox.Literal)
    return value.value


def test_the_comparison_and_the_question_follow_one_rule(project: Project, store: EmbeddedStore) -> None:
    words = {
        "in-full": "in full",
        "partial": "in part",
        "enabling": "enabling",
        "inferred-full": "in full, not confirmed",
        "ended": "ended or not adopted",
        "none": "nothing on record",
    }
    evidence = Evidence(Graph.of(Files().triples(*project.ontology, *project.data)))
    question = find_question(project, "compare")
    places = [place.text("uspsCode") for place in evidence.jurisdictions]
    seen = set()
    for condition in evidence.conditions:
        given = {"state": ",".join(places), "condition": condition.slug}
        rows = store.select(bind(question.query, question.parameters, given, store)).rows
        asked = {(_literal(row[0]), _literal(row[1])): _literal(row[2]) for row in rows}
        shown = {
            (standing.recommendation.label, place.text("uspsCode")): words[standing.level]
            for place in evidence.jurisdictions
            for standing in evidence.cell(place, condition).standings
        }
        assert asked == shown, condition.slug
        seen |= set(asked.values())
    assert seen == set(words.values())


def _literal(term: Term | None) -> str:
    assert isinstance(term, ox.Literal)
    return term.value
