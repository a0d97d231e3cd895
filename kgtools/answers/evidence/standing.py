"""What the claims and determinations say of a jurisdiction: standings, gaps, next steps with precedents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kgtools.answers.evidence.graph import Graph, Thing
from kgtools.core.errors import UserError

_LIVE: Final = {"in-force", "unknown"}
_ORDER: Final = ("in-full", "partial", "enabling", "inferred-full", "ended", "none")
_PRECEDENTS: Final = 4


class EvidenceError(UserError):
    """The graph lacks what no answer can do without; the message says what."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is on record for one jurisdiction and one transformative policy.

    Attributes:
        recommendation: the transformative policy.
        level: ``in-full`` (a policy in force does it, by a stated claim), ``partial``, ``enabling``, ``inferred-full``
            (in full, but concluded or by a policy of unknown status), ``ended`` (only policies that ended or were
            never adopted bear on it) or ``none`` (nothing on record, which isn't a no).
        claims: the claims, the strongest first.
    """

    recommendation: Thing
    level: str
    claims: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """The answer for one jurisdiction and one condition.

    Attributes:
        jurisdiction: the jurisdiction.
        condition: the condition.
        determination: the determination on record, if there is one.
        value: its answer, with ``partial`` divided into ``partial-some`` and ``partial-none``, by whether any
            transformative policy is carried out in full.
        standings: what is on record for each transformative policy of the condition.
    """

    jurisdiction: Thing
    condition: Thing
    determination: Thing | None
    value: str
    standings: tuple[Standing, ...]

    @property
    def in_full(self) -> int:
        """How many transformative policies are carried out in full."""
        return sum(standing.level == "in-full" for standing in self.standings)

    @property
    def touched(self) -> int:
        """How many are carried out in full or touched by a policy that is in force or of unknown status."""
        return sum(standing.level not in ("ended", "none") for standing in self.standings)

    @property
    def words(self) -> str:
        """The answer in words, such as ``partial, 2 of 5 in full``."""
        value = "partial" if self.value.startswith("partial") else self.value.replace("-", " ")
        if self.value in ("present", "partial-some", "partial-none"):
            return f"{value}, {self.in_full} of {len(self.standings)} carried out in full"
        return value


@dataclass(frozen=True, slots=True)
class NextStep:
    """A transformative policy that a jurisdiction doesn't carry out in full, with those that others do it by.

    Attributes:
        standing: what is on record here.
        adaptations: what the jurisdiction itself says about it or its condition.
        precedents: claims of other jurisdictions that carry it out in full by a policy in force.
        states: in how many other jurisdictions there is such a claim.
    """

    standing: Standing
    adaptations: tuple[Thing, ...]
    precedents: tuple[Thing, ...]
    states: int

    @property
    def out_of_scope(self) -> bool:
        """Whether the jurisdiction itself says that it doesn't pursue it."""
        return any(a.slug_of("adaptationKind") == "out-of-scope" for a in self.adaptations)


class Evidence:
    """The answers of a graph, for every jurisdiction and condition of the current edition.

    Args:
        graph: the graph.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.edition = current_edition(graph)

    @cached_property
    def conditions(self) -> list[Thing]:
        """The conditions of the current edition, in order."""
        return self.conditions_of(self.edition)

    @staticmethod
    def conditions_of(edition: Thing) -> list[Thing]:
        """The conditions of an edition: in order as far as their places are known, then by name."""
        return sorted(edition.referring("inEdition"), key=lambda c: (c.number("position") or 99, c.label))

    @cached_property
    def jurisdictions(self) -> list[Thing]:
        """The states and the federal district, by name."""
        return [place for place in self.graph.all("Jurisdiction") if "Territory" not in place.types]

    @cached_property
    def territories(self) -> list[Thing]:
        """The territories, by name."""
        return [place for place in self.graph.all("Jurisdiction") if "Territory" in place.types]

    @property
    def reconstructed(self) -> bool:
        """Whether the names of the conditions are a reconstruction."""
        return any(c.slug_of("epistemicStatus") == "reconstructed" for c in self.conditions)

    @staticmethod
    def recommendations(condition: Thing) -> list[Thing]:
        """The transformative policies of a condition, by name."""
        return [r for r in condition.referring("recommendedUnder") if r.kind == "transformative-policy"]

    def cell(self, jurisdiction: Thing, condition: Thing) -> Cell:
        """The answer for one jurisdiction and one condition."""
        return self._cells[jurisdiction.iri, condition.iri]

    def row(self, jurisdiction: Thing) -> list[Cell]:
        """The answers for a jurisdiction, one a condition."""
        return [self.cell(jurisdiction, condition) for condition in self.conditions]

    def column(self, condition: Thing) -> list[Cell]:
        """The answers under a condition, one a state and one for the federal district."""
        return [self.cell(place, condition) for place in self.jurisdictions]

    def standing(self, jurisdiction: Thing, recommendation: Thing) -> Standing:
        """What is on record for one jurisdiction and one transformative policy."""
        found = self._claims.get((jurisdiction.iri, recommendation.iri), [])
        claims = sorted(found, key=lambda claim: (_ORDER.index(level_of(claim)), claim.iri))
        return Standing(recommendation, level_of(claims[0]) if claims else "none", tuple(claims))

    def standings(self, recommendation: Thing) -> list[tuple[Thing, Standing]]:
        """What is on record for a transformative policy in each state and the federal district."""
        return [(place, self.standing(place, recommendation)) for place in self.jurisdictions]

    def next_steps(self, jurisdiction: Thing) -> list[NextStep]:
        """The transformative policies that aren't carried out in full, those with most precedents first.

        What the jurisdiction has declared out of scope comes last.
        """
        steps = [
            self._next_step(jurisdiction, standing)
            for cell in self.row(jurisdiction)
            for standing in cell.standings
            if standing.level != "in-full"
        ]
        return sorted(steps, key=lambda step: (step.out_of_scope, -step.states, step.standing.recommendation.label))

    def _next_step(self, jurisdiction: Thing, standing: Standing) -> NextStep:
        recommendation = standing.recommendation
        concerned = {recommendation, recommendation.one("recommendedUnder")}
        adaptations = [a for a in jurisdiction.referring("jurisdiction") if a.kind == "adaptation"]
        others = [
            found.claims[0]
            for place, found in self.standings(recommendation)
            if found.level == "in-full" and place != jurisdiction
        ]
        best = sorted(others, key=_precedent_order)
        said = tuple(a for a in adaptations if a.one("concerns") in concerned)
        return NextStep(standing, said, tuple(best[:_PRECEDENTS]), len(others))

    @cached_property
    def _claims(self) -> dict[tuple[str, str], list[Thing]]:
        found: dict[tuple[str, str], list[Thing]] = {}
        for claim in self.graph.all("AlignmentClaim"):
            policy, recommendation = claim.one("alignsStatePolicy"), claim.one("alignsWith")
            place = policy.one("jurisdiction") if policy else None
            if place and recommendation:
                found.setdefault((place.iri, recommendation.iri), []).append(claim)
        return found

    @cached_property
    def _cells(self) -> dict[tuple[str, str], Cell]:
        determinations = {
            (d.slug_of("jurisdiction"), d.slug_of("concerns")): d for d in self.graph.all("Determination")
        }
        return {
            (place.iri, condition.iri): self._cell(place, condition, determinations.get((place.slug, condition.slug)))
            for place in (*self.jurisdictions, *self.territories)
            for condition in self.conditions
        }

    def _cell(self, place: Thing, condition: Thing, determination: Thing | None) -> Cell:
        standings = tuple(self.standing(place, r) for r in self.recommendations(condition))
        value = determination.slug_of("determinationValue") if determination else "not-reviewed"
        if value == "partial":
            value = "partial-some" if any(s.level == "in-full" for s in standings) else "partial-none"
        return Cell(place, condition, determination, value, standings)


def current_edition(graph: Graph) -> Thing:
    """The edition with the highest number.

    Raises:
        EvidenceError: the graph holds no edition.
    """
    if not graph.all("FrameworkEdition"):
        raise EvidenceError("The data hold no edition of the framework; without one there are no conditions to show.")
    return max(graph.all("FrameworkEdition"), key=lambda edition: edition.number("editionNumber"))


def level_of(claim: Thing) -> str:
    """How far a claim goes, by the terms of ``Standing.level``."""
    policy = claim.one("alignsStatePolicy")
    status = policy.slug_of("legalStatus") if policy else ""
    if status not in _LIVE:
        return "ended"
    extent = claim.slug_of("extent")
    if extent != "full":
        return extent or "partial"
    stated = claim.slug_of("epistemicStatus") == "stated"
    return "in-full" if stated and status == "in-force" else "inferred-full"


def _precedent_order(claim: Thing) -> tuple[int, int, str]:
    policy = claim.one("alignsStatePolicy")
    sources = policy.many("hasSource") if policy else []
    official = sum(source.slug_of("sourceKind") == "official" for source in sources)
    certain = ("high", "medium", "low").index(claim.slug_of("certainty") or "low")
    return (certain, -min(official, 1), claim.iri)


def tally(values: Iterable[str]) -> dict[str, int]:
    """How often each value occurs, in the order of their first occurrence."""
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return counts
