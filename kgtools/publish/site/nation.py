"""Three findings about the nation for the front page, made from the answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kgtools.answers.evidence.graph import Thing
from kgtools.answers.evidence.standing import Evidence
from kgtools.publish.site.maps import lowered

_NEARLY_EVERYWHERE: Final = 0.8
"""The share of jurisdictions that must have been looked at before a policy is called rare."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        figure: the number that leads it, such as ``38 of 51``.
        words: the sentence that the figure begins.
        more: a second sentence.
        about: where its evidence is: a condition, a transformative policy, or nothing for all answers.
    """

    figure: str
    words: str
    more: str
    about: Thing | None


def national_findings(evidence: Evidence) -> list[Finding]:
    """The findings: furthest and least advanced condition, most and least common policy, how much was looked at.

    Where the graph has no answer to say something about, there are fewer.
    """
    return [*_conditions(evidence), *_policies(evidence), *_looked(evidence)]


def _conditions(evidence: Evidence) -> Iterator[Finding]:
    reached = [(sum(cell.in_full > 0 for cell in evidence.column(c)), c) for c in evidence.conditions]
    if not any(number for number, _ in reached):
        return
    most, least = max(reached, key=lambda r: r[0]), min(reached, key=lambda r: r[0])
    yield Finding(
        f"{most[0]} of {len(evidence.jurisdictions)}",
        f"states carry out at least one recommended policy in full under {lowered(most[1].label)}, the most of any "
        "condition.",
        f"The fewest, {least[0]}, do so under {lowered(least[1].label)}. The {len(evidence.jurisdictions)} include the "
        "District of Columbia.",
        most[1],
    )


def _policies(evidence: Evidence) -> Iterator[Finding]:
    counted = [
        (sum(s.level == "in-full" for s in found), sum(s.level != "not-reviewed" for s in found), recommendation)
        for condition in evidence.conditions
        for recommendation in evidence.recommendations(condition)
        for found in [[standing for _, standing in evidence.standings(recommendation)]]
    ]
    looked_for = [c for c in counted if c[1] >= _NEARLY_EVERYWHERE * len(evidence.jurisdictions)]
    if not looked_for or not max(counted, key=lambda c: c[0])[0]:
        return
    most, least = max(counted, key=lambda c: (c[0], -c[1])), min(looked_for, key=lambda c: (c[0], -c[1]))
    yield Finding(
        f"{most[0]} of {most[1]}",
        f"states {lowered(most[2].label)}, in full: the most common of the recommended policies.",
        f"The rarest: {least[0]} of {least[1]} {lowered(least[2].label)}.",
        most[2],
    )


def _looked(evidence: Evidence) -> Iterator[Finding]:
    standings = [s for place in evidence.jurisdictions for cell in evidence.row(place) for s in cell.standings]
    if not standings:
        return
    looked = sum(standing.level != "not-reviewed" for standing in standings)
    other = len(standings) - looked
    nothing = sum(standing.level == "looked-for-not-found" for standing in standings)
    unknown = sum(standing.level == "status-unknown" for standing in standings)
    yield Finding(
        f"{100 * looked // len(standings)}%",
        f"of the {len(standings):,} answers, one for each state and policy, rest on something read or looked for: "
        f"{nothing:,} of them on a look that found nothing, and {unknown:,} on a policy whose status is unknown.",
        f"The other {other:,} are not reviewed: nobody has looked, which never means no."
        if other
        else "To have found nothing never means no.",
        None,
    )
