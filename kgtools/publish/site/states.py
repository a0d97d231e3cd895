"""The first screen of a state's page: its standing, its peers, three next steps, and how good the evidence is."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kgtools.answers.evidence.graph import Thing
from kgtools.answers.evidence.precedents import Precedent, neighbors, precedents
from kgtools.answers.evidence.standing import Cell, Evidence, NextStep, Standing, sources_of, tally
from kgtools.core.words import plural

_STEPS: Final = 3
_ALIKE: Final = 3
_READINGS: Final = {
    "text": "in the text itself",
    "opening": "in its opening only",
    "account": "in somebody's account of it",
    "not-recorded": "in a way not recorded",
}
_KINDS: Final = {
    "official": ("official", "official"),
    "mirror": ("unofficial copy", "unofficial copies"),
    "secondary": ("account by others", "accounts by others"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A next step with whom to learn from.

    Attributes:
        step: what could be done.
        precedents: who did it first, nearest and most alike, each named once.
    """

    step: NextStep
    precedents: tuple[Precedent, ...]

    @property
    def recommendation(self) -> Thing:
        """The transformative policy."""
        return self.step.standing.recommendation


@dataclass(frozen=True, slots=True)
class Peer:
    """Another jurisdiction to compare with.

    Attributes:
        place: the jurisdiction.
        in_full: how many recommended policies it carries out in full.
        percent: how much alike it is on record; nothing for a neighbor.
    """

    place: Thing
    in_full: int
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """The first screen of a state's page.

    Attributes:
        in_full: how many recommended policies are carried out in full.
        recommended: how many there are.
        looked_at: for how many there is a claim or a look.
        sentences: the standing in words.
        neighbors: the jurisdictions next to it.
        alike: the most alike on record.
        steps: three next steps.
        by_condition: the next steps under each condition, by the slug of the condition.
        evidence: how good the evidence is, in sentences.
    """

    in_full: int
    recommended: int
    looked_at: int
    sentences: tuple[str, ...]
    neighbors: tuple[Peer, ...]
    alike: tuple[Peer, ...]
    steps: tuple[Step, ...]
    by_condition: Mapping[str, tuple[Step, ...]]
    evidence: tuple[str, ...]

    @property
    def compared(self) -> str:
        """The postal codes of its closest peers, for the page that compares: at most two."""
        peers = (*self.alike, *self.neighbors)
        return ",".join(dict.fromkeys(peer.place.text("uspsCode") for peer in peers[:2]))


def brief_of(
    evidence: Evidence, place: Thing, following: Sequence[NextStep], alike: Sequence[tuple[str, int]]
) -> Brief:
    """The first screen of a state's page.

    Args:
        evidence: the answers.
        place: the jurisdiction.
        following: its next steps, the most common elsewhere first.
        alike: the postal codes of the jurisdictions most alike on record, with how much in percent.
    """
    cells = evidence.row(place)
    standings = [standing for cell in cells for standing in cell.standings]
    codes = [code for code, _ in alike]
    if not any(cell.looked_at for cell in cells):
        following = ()  # where nobody has looked, no step can be called the next
    steps = [Step(s, tuple(precedents(evidence, place, s.standing.recommendation, codes))) for s in following]
    by_condition: dict[str, list[Step]] = {cell.condition.slug: [] for cell in cells}
    for step in steps:
        by_condition[step.recommendation.slug_of("recommendedUnder")].append(step)
    by_code = {other.text("uspsCode"): other for other in evidence.jurisdictions}
    return Brief(
        in_full=in_full_of(cells),
        recommended=len(standings),
        looked_at=sum(cell.looked_at for cell in cells),
        sentences=tuple(_standing(evidence, place, cells)),
        neighbors=tuple(Peer(other, in_full_of(evidence.row(other))) for other in neighbors(evidence, place)),
        alike=tuple(
            Peer(by_code[code], in_full_of(evidence.row(by_code[code])), percent)
            for code, percent in alike
            if code in by_code
        )[:_ALIKE],
        steps=tuple(step for step in steps if not step.step.out_of_scope)[:_STEPS],
        by_condition={slug: tuple(found) for slug, found in by_condition.items()},
        evidence=tuple(_evidence(cells)),
    )


def in_full_of(cells: Sequence[Cell]) -> int:
    """How many recommended policies a jurisdiction carries out in full."""
    return sum(cell.in_full for cell in cells)


def _standing(evidence: Evidence, place: Thing, cells: Sequence[Cell]) -> list[str]:
    counts = tally(standing.level for cell in cells for standing in cell.standings)
    if not any(cell.looked_at for cell in cells):
        return [f"Not reviewed: nobody has looked for policies of {place.label}. That does not mean that it has none."]
    of, full = sum(counts.values()), counts.get("in-full", 0)
    part = f" and {counts['in-part']} in part" if counts.get("in-part") else ""
    said = [f"{place.label} carries out {full} of {of} recommended policies in full{part}."]
    furthest = max(
        cells, key=lambda cell: (cell.in_full / max(len(cell.standings), 1), -cell.condition.number("position"))
    )
    if furthest.in_full:
        said.append(
            f"It is furthest along on {furthest.condition.label[:1].lower()}{furthest.condition.label[1:]} "
            f"({furthest.in_full} of {len(furthest.standings)})."
        )
    middle = statistics.median_low(in_full_of(evidence.row(other)) for other in evidence.jurisdictions)
    said.append(f"The median state carries out {middle} in full.")
    if counts.get("not-reviewed"):
        said.append(f"For {counts['not-reviewed']} of the {of}, nobody has looked; that never means no.")
    return said


def _later(standings: Sequence[Standing], looks: Sequence[Thing]) -> str:
    """Which of the searches that found nothing no longer decide an answer, because a claim is on record as well."""
    absent = [standing for standing in standings if standing.level == "looked-for-not-found"]
    decide = {look for standing in absent for look in standing.inquiries}
    if len(decide) == len(looks):
        return ""
    bearing = (
        f"{len(decide)} for the {f'{len(absent)} policies' if len(absent) > 1 else 'one policy'} not found, "
        if decide
        else ""
    )
    return f": {bearing}{len(looks) - len(decide)} overtaken by a claim on record, which decides the answer"


def _evidence(cells: Sequence[Cell]) -> list[str]:
    standings = [standing for cell in cells for standing in cell.standings]
    claims = list(dict.fromkeys(claim for standing in standings for claim in standing.claims))
    looks = list(dict.fromkeys(look for standing in standings for look in standing.inquiries))
    said = [
        f"{sum(cell.looked_at for cell in cells)} of {len(standings)} recommended policies looked at"
        + (
            f", {plural(len(looks), 'search', 'searches')} that found nothing{_later(standings, looks)}."
            if looks
            else "."
        )
    ]
    own = sum(standing.self_reported for standing in standings)
    if own:
        said.append(f"{plural(own, 'answer rests', 'answers rest')} only on what the state says about itself.")
    if not claims:
        return said
    certain = Counter(claim.slug_of("certainty") for claim in claims)
    grades = ", ".join(f"{certain[grade]} {grade}" for grade in ("high", "medium", "low") if certain[grade])
    said.append(f"Certainty of its {plural(len(claims), 'claim')}: {grades}.")
    passages = list(dict.fromkeys(part for claim in claims for part in claim.many("restsOn")))
    read = Counter(part.slug_of("readingManner") for part in passages)
    ways = ", ".join(f"{read[manner]} {words}" for manner, words in _READINGS.items() if read[manner])
    said.append(f"{plural(len(passages), 'passage')} read: {ways}.")
    kinds = Counter(source.slug_of("sourceKind") for source in {s for claim in claims for s in sources_of(claim)})
    said.append(
        "Sources: " + ", ".join(plural(kinds[kind], *words) for kind, words in _KINDS.items() if kinds[kind]) + "."
    )
    return said
