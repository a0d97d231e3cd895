"""What the claims and determinations say of a jurisdiction: standings, gaps, next steps with precedents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kgtools.answers.evidence.authorities import could_act
from kgtools.answers.evidence.graph import Thing, ThingGraph
from kgtools.core.errors import UserError
from kgtools.core.words import plural

LEVELS: Final = {
    "in-full": "in full",
    "in-part": "in part",
    "made-possible": "made possible",
    "status-unknown": "status unknown",
    "ended-or-never-adopted": "ended or never adopted",
    "not-applicable": "not applicable",
    "confirmed-absent": "confirmed absent",
    "looked-for-not-found": "looked for, not found",
    "not-reviewed": "not reviewed",
}
"""The answers of a determination, from the most to the least that is known to be done, with their words."""
SELF_REPORTED: Final = "self-reported"
"""What marks an answer that rests on what a jurisdiction says about itself, until somebody else reads the source."""
_NOTHING_KNOWN_DONE: Final = ("status-unknown", "confirmed-absent", "looked-for-not-found", "not-reviewed")
_EXTENTS: Final = {"full": "in full", "partial": "in part", "enabling": "made possible"}
_PRECEDENTS: Final = 4


class EvidenceError(UserError):
    """The graph lacks what no answer can do without; the message says what."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer for one jurisdiction and one transformative policy, and what it rests on.

    Attributes:
        recommendation: the transformative policy.
        level: the value of its determination, a key of ``LEVELS``.
        claims: the claims that bear on it, the strongest first.
        inquiries: the looks that were made for it, the latest first.
        self_reported: whether it rests only on what the jurisdiction says about itself.
    """

    recommendation: Thing
    level: str
    claims: tuple[Thing, ...]
    inquiries: tuple[Thing, ...] = ()
    self_reported: bool = False

    @property
    def words(self) -> str:
        """The answer in words, marked where nobody but the jurisdiction itself says so."""
        return LEVELS[self.level] + (f" ({SELF_REPORTED})" if self.self_reported else "")


@dataclass(frozen=True, slots=True)
class Cell:
    """The answer for one jurisdiction and one condition: the count of its determinations by value.

    Attributes:
        jurisdiction: the jurisdiction.
        condition: the condition.
        standings: the answer for each transformative policy of the condition.
    """

    jurisdiction: Thing
    condition: Thing
    standings: tuple[Standing, ...]

    @property
    def in_full(self) -> int:
        """How many transformative policies are carried out in full."""
        return sum(standing.level == "in-full" for standing in self.standings)

    @property
    def looked_at(self) -> int:
        """For how many there is a claim or an inquiry."""
        return sum(standing.level != "not-reviewed" for standing in self.standings)

    @property
    def self_reported(self) -> int:
        """How many of its answers rest only on what the jurisdiction says about itself."""
        return sum(standing.self_reported for standing in self.standings)

    @property
    def value(self) -> str:
        """The shade of a map: by how many are carried out in full; where none is, by the most that is known."""
        if not self.in_full:
            levels = {standing.level for standing in self.standings}
            most = next((level for level in LEVELS if level in levels), "not-reviewed")
            return most if most in _NOTHING_KNOWN_DONE else "none-in-full"
        return "half-in-full" if 2 * self.in_full >= len(self.standings) else "some-in-full"

    @property
    def words(self) -> str:
        """The counts in words, such as ``2 in full, 1 in part, 3 not reviewed, of 6``."""
        counts = tally(standing.level for standing in self.standings)
        said = ", ".join(f"{counts[level]} {words}" for level, words in LEVELS.items() if level in counts)
        own = f"; {self.self_reported} {SELF_REPORTED}" if self.self_reported else ""
        return f"{said or 'nothing asked'}, of {len(self.standings)}{own}"


@dataclass(frozen=True, slots=True)
class NextStep:
    """A transformative policy that a jurisdiction doesn't carry out in full, with those that others do it by.

    Attributes:
        standing: what is on record here.
        adaptations: what the jurisdiction itself says about it or its condition.
        precedents: claims of other jurisdictions that carry it out in full by a policy in force.
        states: in how many other jurisdictions there is such a claim.
        looked_at: for how many other jurisdictions there is a claim or an inquiry.
        bodies: which of the jurisdiction's own bodies could adopt it, by name.
    """

    standing: Standing
    adaptations: tuple[Thing, ...]
    precedents: tuple[Thing, ...]
    states: int
    looked_at: int
    bodies: tuple[str, ...]

    @property
    def share(self) -> str:
        """In how many others it is carried out in full, and of how many: ``19 of 44 looked at``."""
        return f"{self.states} of {plural(self.looked_at, 'other jurisdiction')} looked at"

    @property
    def unknown(self) -> bool:
        """Whether a policy bears on it here whose status nobody could settle: the jurisdiction may do it already."""
        return self.standing.level == "status-unknown"

    @property
    def out_of_scope(self) -> bool:
        """Whether the jurisdiction itself says that it doesn't pursue it."""
        return any(a.slug_of("adaptationKind") == "out-of-scope" for a in self.adaptations)


class Evidence:
    """The answers of a graph, for every jurisdiction and condition of the current edition.

    Args:
        graph: the graph.
    """

    def __init__(self, graph: ThingGraph) -> None:
        self.graph = graph
        self.edition = current_edition(graph)
        self._standings: dict[tuple[str, str], Standing] = {}
        self._carried_out: dict[str, list[tuple[Thing, Thing]]] = {}
        self._proven: dict[str, list[tuple[Thing, Thing]]] = {}

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
        key = jurisdiction.iri, recommendation.iri
        if key not in self._standings:
            self._standings[key] = self._standing(jurisdiction, recommendation)
        return self._standings[key]

    def _standing(self, jurisdiction: Thing, recommendation: Thing) -> Standing:
        determination = self._determinations.get((jurisdiction.iri, recommendation.iri))
        if determination is None:
            return Standing(recommendation, "not-reviewed", ())
        claims = sorted(determination.many("evidence"), key=_strongest_first)
        looks = sorted(determination.many("inquiry"), key=lambda look: look.text("dateOfInquiry"), reverse=True)
        value, own = determination.slug_of("determinationValue"), _is_self_reported(determination)
        return Standing(recommendation, value, tuple(claims), tuple(looks), own)

    def standings(self, recommendation: Thing) -> list[tuple[Thing, Standing]]:
        """What is on record for a transformative policy in each state and the federal district."""
        return [(place, self.standing(place, recommendation)) for place in self.jurisdictions]

    def carried_out(self, recommendation: Thing) -> list[tuple[Thing, Thing]]:
        """Who carries a transformative policy out in full, each with the claim of its oldest such policy."""
        if recommendation.iri not in self._carried_out:
            found = self.standings(recommendation)
            pairs = [(place, claim) for place, standing in found for claim in _earliest_in_full(standing)]
            self._carried_out[recommendation.iri] = pairs
        return self._carried_out[recommendation.iri]

    def next_steps(self, jurisdiction: Thing) -> list[NextStep]:
        """The transformative policies that aren't carried out in full, those with most precedents first.

        Those whose status is unknown here come after the others, because the jurisdiction may carry them out already.
        What it has declared out of scope comes last.
        """
        steps = [
            self._next_step(jurisdiction, standing)
            for cell in self.row(jurisdiction)
            for standing in cell.standings
            if standing.level != "in-full"
        ]
        return sorted(
            steps,
            key=lambda step: (step.out_of_scope, step.unknown, -step.states, step.standing.recommendation.label),
        )

    def _next_step(self, jurisdiction: Thing, standing: Standing) -> NextStep:
        recommendation = standing.recommendation
        concerned = {recommendation, recommendation.one("recommendedUnder")}
        adaptations = [a for a in jurisdiction.referring("jurisdiction") if a.kind == "adaptation"]
        others = [found for place, found in self.standings(recommendation) if place != jurisdiction]
        best = [claim for place, claim in self._best_first(recommendation) if place != jurisdiction]
        said = tuple(a for a in adaptations if a.one("concerns") in concerned)
        looked_at = sum(found.level != "not-reviewed" for found in others)
        bodies = could_act(jurisdiction, recommendation)
        return NextStep(standing, said, tuple(best[:_PRECEDENTS]), len(best), looked_at, bodies)

    def _best_first(self, recommendation: Thing) -> list[tuple[Thing, Thing]]:
        """Who carries a transformative policy out in full, each with the strongest claim, the best proven first."""
        if recommendation.iri not in self._proven:
            found = [(p, s.claims[0]) for p, s in self.standings(recommendation) if s.level == "in-full" and s.claims]
            self._proven[recommendation.iri] = sorted(found, key=lambda pair: _precedent_order(pair[1]))
        return self._proven[recommendation.iri]

    @cached_property
    def _determinations(self) -> dict[tuple[str, str], Thing]:
        found: dict[tuple[str, str], Thing] = {}
        for determination in self.graph.all("Determination"):
            place, asked = determination.one("jurisdiction"), determination.one("concerns")
            if place and asked:
                found[place.iri, asked.iri] = determination
        return found

    @cached_property
    def _cells(self) -> dict[tuple[str, str], Cell]:
        return {
            (place.iri, condition.iri): Cell(
                place, condition, tuple(self.standing(place, r) for r in self.recommendations(condition))
            )
            for place in (*self.jurisdictions, *self.territories)
            for condition in self.conditions
        }


def current_edition(graph: ThingGraph) -> Thing:
    """The edition with the highest number.

    Raises:
        EvidenceError: the graph holds no edition.
    """
    if not graph.all("FrameworkEdition"):
        raise EvidenceError("The data hold no edition of the framework; without one there are no conditions to show.")
    return max(graph.all("FrameworkEdition"), key=lambda edition: edition.number("editionNumber"))


def is_only_inferred(claim: Thing) -> bool:
    """Whether a claim would make an answer in full if it were stated, but is inferred."""
    policy = claim.one("alignsStatePolicy")
    in_force = policy is not None and policy.slug_of("legalStatus") == "in-force"
    return in_force and claim.slug_of("extent") == "full" and claim.slug_of("epistemicStatus") == "inferred"


def reach(claim: Thing) -> str:
    """What a claim says of its policy: how far it goes, its status if it isn't in force, and who says so."""
    policy = claim.one("alignsStatePolicy")
    status = policy.one("legalStatus") if policy else None
    words = [_EXTENTS.get(claim.slug_of("extent"), "")]
    if status and status.slug != "in-force":
        words.append("status unknown" if status.slug == "unknown" else status.label)
    if claim.slug_of("epistemicStatus") == "inferred":
        words.append("we infer this")
    if _is_self_reported(claim):
        words.append(SELF_REPORTED)
    return ", ".join(filter(None, words))


def _is_self_reported(thing: Thing) -> bool:
    return thing.slug_of("epistemicStatus") == SELF_REPORTED


def sources_of(thing: Thing) -> list[Thing]:
    """The sources of a record, sorted by label; a claim reaches its own through its provisions."""
    found = {source for part in (thing, *thing.many("restsOn")) for source in part.many("hasSource")}
    return sorted(found, key=lambda source: (source.label.casefold(), source.iri))


def _earliest_in_full(standing: Standing) -> Iterator[Thing]:
    """The claim by which a jurisdiction carries a policy out in full: of those as strong as the best, the oldest."""
    if standing.level == "in-full" and standing.claims:
        strengths = [_strongest_first(claim)[:3] for claim in standing.claims]
        best = [claim for claim, strength in zip(standing.claims, strengths, strict=True) if strength == strengths[0]]
        yield min(best, key=lambda claim: (year_of(claim) or 9999, claim.iri))


def year_of(claim: Thing) -> int:
    """The year in which the policy of a claim was adopted; zero where it isn't known."""
    policy = claim.one("alignsStatePolicy")
    return policy.number("yearAdopted") if policy else 0


def _strongest_first(claim: Thing) -> tuple[int, int, int, str]:
    """The order in which a reader wants claims: in force before others, by extent, stated before inferred."""
    policy = claim.one("alignsStatePolicy")
    statuses, extents = ("in-force", "unknown"), tuple(_EXTENTS)
    status, extent = policy.slug_of("legalStatus") if policy else "", claim.slug_of("extent")
    return (
        statuses.index(status) if status in statuses else len(statuses),
        extents.index(extent) if extent in extents else len(extents),
        int(claim.slug_of("epistemicStatus") != "stated"),
        claim.iri,
    )


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
