"""Deriving determinations from claims by one published rule.

For a jurisdiction and a condition, a transformative policy is *carried out in full* when a state policy in force has
a stated claim of full extent to it. The condition is

- present, when at least half of its transformative policies are carried out in full;
- partial, when fewer are, and some claim on a policy in force, or of unknown status, bears on the condition;
- could not determine, when only policies that ended or were never adopted bear on it, or someone looked in vain;
- not reviewed, when nothing is on record.

Only what was read counts for *present*: claims that are inferred make a condition partial at most. A determination that
was put on record by hand (any without evidence, such as *confirmed absent*) is kept where there is no claim.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import ID, OWL, RDF, SPF, XSD, identifier

_LIVE: Final = {"in-force", "unknown"}


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What the rule needs to know of a claim; all but ``claim`` and ``sources`` are slugs."""

    claim: str
    jurisdiction: str
    condition: str
    transformative_policy: str
    extent: str
    status: str
    epistemic: str
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the rule says of one jurisdiction and condition."""

    value: str
    basis: str
    evidence: tuple[ClaimFacts, ...]


def answer(claims: Iterable[ClaimFacts], recommended: int) -> Answer:
    """Apply the rule to the claims of one jurisdiction and condition.

    Args:
        claims: the claims.
        recommended: how many transformative policies the condition has.
    """
    every = tuple(sorted(claims, key=lambda c: c.claim))
    live = tuple(c for c in every if c.status in _LIVE)
    if not every:
        return Answer(
            "not-reviewed", "Nothing on record bears on this condition, and no search for it is on record.", ()
        )
    if not live:
        number = _count(len(every), "claim", "claims")
        text = f"Only policies that ended or were not adopted bear on this condition ({number})."
        return Answer("could-not-determine", text, every)
    full = {
        c.transformative_policy
        for c in live
        if c.extent == "full" and c.status == "in-force" and c.epistemic == "stated"
    }
    touched = {c.transformative_policy for c in live}
    done, more = _count(len(full), "is", "are"), _count(len(touched - full), "more is", "more are")
    basis = (
        f"Of {recommended} transformative policies, {done} carried out in full by a policy in force, and {more} "
        "touched by a policy that is in force or of unknown status."
    )
    return Answer("present" if 2 * len(full) >= recommended else "partial", basis, live)


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def determination_triples(
    jurisdiction: str, condition: str, found: Answer, reviewed: dt.date
) -> tuple[ox.NamedNode, set[ox.Triple]]:
    """The determination, as an individual and its triples.

    Args:
        jurisdiction: the USPS code in lower case.
        condition: the slug of the condition.
        found: what the rule says.
        reviewed: the day on which the rule was applied.
    """
    subject = ox.NamedNode(identifier("determination", f"{jurisdiction}-{condition}"))
    pairs: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (RDF + "type", ox.NamedNode(OWL + "NamedIndividual")),
        (RDF + "type", ox.NamedNode(SPF + "Determination")),
        (SPF + "jurisdiction", ox.NamedNode(identifier("jurisdiction", jurisdiction))),
        (SPF + "concerns", ox.NamedNode(identifier("condition", condition))),
        (SPF + "determinationValue", ox.NamedNode(identifier("determination-value", found.value))),
        (SPF + "basis", ox.Literal(found.basis, language="en")),
        (SPF + "dateReviewed", ox.Literal(reviewed.isoformat(), datatype=ox.NamedNode(XSD + "date"))),
        (SPF + "epistemicStatus", ox.NamedNode(identifier("epistemic-status", "inferred"))),
        (SPF + "certainty", ox.NamedNode(identifier("certainty", _certainty(found)))),
    ]
    pairs += [(SPF + "evidence", ox.NamedNode(c.claim)) for c in found.evidence]
    pairs += [(SPF + "hasSource", ox.NamedNode(s)) for s in set().union(*(c.sources for c in found.evidence))]
    return subject, {ox.Triple(subject, ox.NamedNode(p), o) for p, o in pairs}


def _certainty(found: Answer) -> str:
    if found.value == "not-reviewed":
        return "high"
    return "medium" if any(c.epistemic == "stated" and c.status == "in-force" for c in found.evidence) else "low"


def derive_determinations(triples: Iterable[ox.Triple], reviewed: dt.date) -> dict[ox.NamedNode, set[ox.Triple]]:
    """The determinations of every jurisdiction and condition of the third edition.

    Args:
        triples: all data.
        reviewed: the day on which the rule is applied; a determination that the rule gives again unchanged keeps the
            day that it had.

    Returns:
        The triples of each determination.
    """
    graph = _Index.of(triples)
    claims = graph.claims()
    found: dict[ox.NamedNode, set[ox.Triple]] = {}
    for jurisdiction in graph.slugs_of("Jurisdiction", "State", "FederalDistrict", "Territory"):
        for condition, recommended in graph.conditions().items():
            result = answer(claims[jurisdiction, condition], recommended)
            subject, derived = determination_triples(jurisdiction, condition, result, reviewed)
            found[subject] = _kept_or_new(graph.described(subject), derived, by_hand=not result.evidence)
    return found


def _kept_or_new(before: set[ox.Triple], derived: set[ox.Triple], *, by_hand: bool) -> set[ox.Triple]:
    """What stands already where nothing but the day would change, or where it was recorded by hand."""
    day = ox.NamedNode(SPF + "dateReviewed")
    evidence = ox.NamedNode(SPF + "evidence")
    not_reviewed = ox.NamedNode(identifier("determination-value", "not-reviewed"))
    was_by_hand = bool(before) and not any(t.predicate == evidence or t.object == not_reviewed for t in before)
    same = {t for t in before if t.predicate != day} == {t for t in derived if t.predicate != day}
    return before if same or (by_hand and was_by_hand) else derived


class _Index:
    """The triples by subject and property, with the slugs that the rule works on."""

    def __init__(self, values: dict[str, dict[str, set[str]]], triples: dict[str, set[ox.Triple]]) -> None:
        self._values = values
        self._triples = triples

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> _Index:
        values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        by_subject: dict[str, set[ox.Triple]] = defaultdict(set)
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode) and not isinstance(triple.object, ox.Triple):
                values[triple.subject.value][triple.predicate.value].add(triple.object.value)
                by_subject[triple.subject.value].add(triple)
        return cls(values, by_subject)

    def described(self, subject: ox.NamedNode) -> set[ox.Triple]:
        return self._triples.get(subject.value, set())

    def slugs_of(self, *class_names: str) -> list[str]:
        classes = {SPF + name for name in class_names}
        return sorted(_slug(s) for s, v in self._values.items() if v[RDF + "type"] & classes)

    def conditions(self) -> dict[str, int]:
        """The slugs of the conditions that have transformative policies, with the number of them."""
        counts: dict[str, int] = defaultdict(int)
        for values in self._values.values():
            if SPF + "TransformativePolicy" in values[RDF + "type"]:
                counts[self._one(values, "recommendedUnder")] += 1
        return dict(sorted(counts.items()))

    def claims(self) -> dict[tuple[str, str], list[ClaimFacts]]:
        """The claims of each pair of jurisdiction and condition."""
        found: dict[tuple[str, str], list[ClaimFacts]] = defaultdict(list)
        for iri, values in self._values.items():
            if SPF + "AlignmentClaim" in values[RDF + "type"]:
                facts = self._facts(iri, values)
                found[facts.jurisdiction, facts.condition].append(facts)
        return found

    def _facts(self, iri: str, values: dict[str, set[str]]) -> ClaimFacts:
        policy = self._values[next(iter(values[SPF + "alignsStatePolicy"]))]
        recommended = self._values[next(iter(values[SPF + "alignsWith"]))]
        return ClaimFacts(
            claim=iri,
            jurisdiction=self._one(policy, "jurisdiction"),
            condition=self._one(recommended, "recommendedUnder"),
            transformative_policy=self._one(values, "alignsWith"),
            extent=self._one(values, "extent"),
            status=self._one(policy, "legalStatus"),
            epistemic=self._one(values, "epistemicStatus"),
            sources=frozenset(values[SPF + "hasSource"]),
        )

    @staticmethod
    def _one(values: dict[str, set[str]], name: str) -> str:
        return _slug(next(iter(values[SPF + name]), ""))


def _slug(iri: str) -> str:
    return iri.removeprefix(ID).partition("/")[2]
