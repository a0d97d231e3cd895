"""The rule that turns claims into determinations, case by case."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pyoxigraph as ox
import pytest

from kgtools.bulk.determine import ClaimFacts, answer, derive_determinations
from kgtools.namespaces import SPF
from kgtools.project import Project
from kgtools.rdf.reading import read_triples

FULL = ClaimFacts("c1", "ut", "shared-vision", "adopt-statewide-vision", "full", "in-force", "stated", frozenset({"s"}))


def variant(policy: str = "adopt-statewide-vision", **changes: str) -> ClaimFacts:
    return dataclasses.replace(FULL, claim=f"c-{policy}-{changes}", transformative_policy=policy, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("claims", "recommended", "value"),
    [
        ([], 4, "not-reviewed"),
        ([FULL], 4, "partial"),
        ([FULL], 2, "present"),
        ([FULL, variant("b")], 4, "present"),
        ([FULL, variant(extent="full")], 4, "partial"),
        ([FULL, variant("b", extent="enabling")], 4, "partial"),
        ([FULL, variant("b", epistemic="inferred")], 4, "partial"),
        ([FULL, variant("b", status="unknown")], 4, "partial"),
        ([variant(status="unknown")], 1, "partial"),
        ([variant(status="repealed"), variant("b", status="proposed")], 2, "could-not-determine"),
    ],
)
def test_the_rule(claims: list[ClaimFacts], recommended: int, value: str) -> None:
    assert answer(claims, recommended).value == value


def test_the_evidence_is_the_live_claims() -> None:
    ended = variant("b", status="expired")
    assert answer([FULL, ended], 4).evidence == (FULL,)
    assert "Of 4 transformative policies, 1 are carried out in full" in answer([FULL, ended], 4).basis


def test_the_committed_determinations_follow_from_the_committed_claims(project: Project) -> None:
    triples = [t for file in project.data for t in read_triples(file)]
    derived = derive_determinations(triples, dt.date(2100, 1, 1))
    committed: dict[ox.NamedNode, set[ox.Triple]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and triple.subject in derived:
            committed.setdefault(triple.subject, set()).add(triple)
    assert len(derived) == 56 * 8
    assert {str(s) for s in derived if derived[s] != committed.get(s)} == set()


def test_no_determination_says_absent_without_a_source(project: Project) -> None:
    triples = {t for file in (project.root / "data" / "states").glob("*.ttl") for t in read_triples(file)}
    absent = {
        t.subject
        for t in triples
        if t.object == ox.NamedNode("https://w3id.org/spf-kg/id/determination-value/confirmed-absent")
    }
    sourced = {t.subject for t in triples if t.predicate.value == SPF + "hasSource"}
    assert absent <= sourced
