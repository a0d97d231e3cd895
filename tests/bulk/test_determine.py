"""The two rules, case by case: what a cell's records make of it, and how certain a claim's readings make it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kgtools.answers.determine import derive_certainties, derive_determinations
from kgtools.core.namespaces import PREFIXES, SPF, identifier
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples

_PREFIXES = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
CELL = (
    _PREFIXES
    + """
jurisdiction:ut a spf:Jurisdiction ; spf:uspsCode "UT" .
jurisdiction:nv a spf:Jurisdiction ; spf:uspsCode "NV" .
transformative-policy:p a spf:TransformativePolicy .
"""
)


def claim(status: str, extent: str, how: str = "stated", day: str = "2026-11-01") -> str:
    name = f"{status}-{extent}-{how}"
    return (
        f"claim:{name} a spf:AlignmentClaim ; spf:alignsWith transformative-policy:p ; spf:extent extent:{extent} ; "
        f"spf:alignsStatePolicy state-policy:{name} ; spf:epistemicStatus epistemic-status:{how} ; "
        f'spf:dateReviewed "{day}"^^xsd:date . '
        f"state-policy:{name} spf:jurisdiction jurisdiction:ut ; spf:legalStatus legal-status:{status} .\n"
    )


def look(outcome: str, day: str = "2026-11-30") -> str:
    return (
        f"inquiry:{outcome} a spf:Inquiry ; spf:jurisdiction jurisdiction:ut ; spf:concerns transformative-policy:p ; "
        f'spf:dateOfInquiry "{day}"^^xsd:date ; spf:outcome inquiry-outcome:{outcome} .\n'
    )


def triples(turtle: str) -> list[ox.Triple]:
    return [ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]


def said(project: Project, records: str, place: str = "ut") -> dict[str, set[str]]:
    """What the determination of Utah's cell says, by property."""
    derived = derive_determinations(triples(CELL + records), project)
    assert set(derived) == {ox.NamedNode(identifier("determination", f"{code}-p")) for code in ("ut", "nv")}
    found: dict[str, set[str]] = {}
    for t in derived[ox.NamedNode(identifier("determination", f"{place}-p"))]:
        value = getattr(t.object, "value", "").rsplit("/", 1)[-1]
        found.setdefault(t.predicate.value.rsplit("#", 1)[-1], set()).add(value)
    return found


FULL, PART, WAY = claim("in-force", "full"), claim("in-force", "partial"), claim("in-force", "enabling")


@pytest.mark.parametrize(
    ("records", "value"),
    [
        ("", "not-reviewed"),
        (FULL, "in-full"),
        (claim("in-force", "full", "inferred"), "in-part"),
        (claim("in-force", "full", "self-reported"), "in-part"),
        (claim("in-force", "enabling", "self-reported"), "made-possible"),
        (claim("in-force", "enabling", "self-reported") + claim("in-force", "full"), "in-full"),
        (PART, "in-part"),
        (claim("in-force", "partial", "inferred"), "in-part"),
        (WAY, "made-possible"),
        (claim("unknown", "full"), "status-unknown"),
        (claim("unknown", "full") + WAY, "made-possible"),
        (claim("unknown", "full") + claim("repealed", "full"), "status-unknown"),
        (claim("repealed", "full"), "ended-or-never-adopted"),
        (claim("expired", "full") + claim("superseded", "partial"), "ended-or-never-adopted"),
        (claim("proposed", "enabling", "inferred"), "ended-or-never-adopted"),
        (claim("not-adopted", "enabling", "inferred"), "ended-or-never-adopted"),
        (FULL + PART + WAY + claim("repealed", "full"), "in-full"),
        (PART + WAY, "in-part"),
        (look("not-found"), "looked-for-not-found"),
        (look("not-found") + look("confirmed-absent"), "confirmed-absent"),
        (look("not-applicable") + look("not-found"), "not-applicable"),
        (look("confirmed-absent") + WAY, "made-possible"),
        (look("not-found") + claim("repealed", "full"), "ended-or-never-adopted"),
    ],
)
def test_the_answer_of_a_cell(project: Project, records: str, value: str) -> None:
    assert said(project, records)["determinationValue"] == {value}


def test_a_determination_names_all_that_bears_on_its_cell_and_the_latest_day(project: Project) -> None:
    found = said(project, FULL + claim("repealed", "full", day="2026-11-02") + look("not-found", "2026-10-05"))
    assert found["evidence"] == {"in-force-full-stated", "repealed-full-stated"}
    assert found["inquiry"] == {"not-found"}
    assert found["dateReviewed"] == {"2026-11-02"}
    assert found["wasGeneratedBy"] == {"determinations"}


def test_what_a_state_says_of_itself_stays_visible(project: Project) -> None:
    own = claim("in-force", "full", "self-reported")
    assert said(project, own)["epistemicStatus"] == {"self-reported"}
    assert said(project, own + claim("in-force", "full"))["epistemicStatus"] == {"inferred"}
    assert said(project, own + claim("in-force", "partial"))["epistemicStatus"] == {"inferred"}
    assert said(project, own + claim("repealed", "full"))["epistemicStatus"] == {"self-reported"}
    assert said(project, look("not-found"))["epistemicStatus"] == {"inferred"}


def test_another_jurisdiction_is_not_reviewed_by_it(project: Project) -> None:
    found = said(project, FULL + look("not-found"), place="nv")
    assert found["determinationValue"] == {"not-reviewed"}
    assert found.keys().isdisjoint({"evidence", "inquiry", "dateReviewed"})


def test_every_cell_of_the_project_has_the_determination_that_follows(project: Project) -> None:
    data = [t for file in project.data for t in read_triples(file)]
    derived = derive_determinations(data, project)
    is_one = f"{SPF}Determination"
    committed = {t.subject for t in data if t.object == ox.NamedNode(is_one)}
    assert set(derived) == committed
    assert len(committed) == 56 * 41
    assert {t for t in data if t.subject in committed} == {t for found in derived.values() for t in found}


def reading(name: str, kind: str, manner: str, publisher: str, locator: str = "") -> str:
    where = f'spf:locator "{locator}" ; ' if locator else ""
    return (
        f"claim:c a spf:AlignmentClaim ; spf:restsOn provision:{name} . "
        f"provision:{name} {where}spf:readingManner reading-manner:{manner} ; spf:hasSource source:{name} . "
        f"source:{name} spf:sourceKind source-kind:{kind} ; spf:publishedBy organization:{publisher} .\n"
    )


@pytest.mark.parametrize(
    ("readings", "certainty"),
    [
        ("claim:c a spf:AlignmentClaim .", "low"),
        (reading("a", "official", "text", "state", "§ 1"), "high"),
        (reading("a", "official", "text", "state"), "medium"),
        (reading("a", "official", "opening", "state", "§ 1"), "medium"),
        (reading("a", "official", "not-recorded", "state", "§ 1"), "medium"),
        (reading("a", "official", "account", "state"), "low"),
        (reading("a", "mirror", "text", "copies", "§ 1"), "medium"),
        (reading("a", "mirror", "opening", "copies", "§ 1"), "low"),
        (reading("a", "mirror", "not-recorded", "copies", "§ 1"), "low"),
        (reading("a", "secondary", "account", "one"), "low"),
        (reading("a", "secondary", "account", "one") + reading("b", "secondary", "account", "other"), "medium"),
        (reading("a", "secondary", "account", "one") + reading("b", "secondary", "account", "one"), "low"),
        (reading("a", "secondary", "account", "one") + reading("b", "mirror", "opening", "copies"), "medium"),
        (reading("a", "secondary", "account", "one") + reading("b", "mirror", "not-recorded", "copies"), "low"),
        (reading("a", "secondary", "account", "one") + reading("b", "official", "text", "state", "§ 1"), "high"),
    ],
)
def test_the_certainty_of_a_claim(project: Project, readings: str, certainty: str) -> None:
    derived = derive_certainties(triples(_PREFIXES + readings), project)
    claim_, level = ox.NamedNode(identifier("claim", "c")), ox.NamedNode(identifier("certainty", certainty))
    assert derived == {claim_: ox.Triple(claim_, ox.NamedNode(SPF + "certainty"), level)}


def test_the_certainty_of_every_claim_of_the_project_follows(project: Project) -> None:
    data = [t for file in project.data for t in read_triples(file)]
    derived = derive_certainties(data, project)
    committed = {t for t in data if t.predicate.value == SPF + "certainty" and t.subject in derived}
    assert committed == set(derived.values())
    assert len(committed) == sum(t.object == ox.NamedNode(SPF + "AlignmentClaim") for t in data)
