"""The chart of adoption years: bars with their places worked out, for the template to draw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kgtools.answers.evidence.graph import Thing

_FIRST: Final = 2005
_HEIGHT: Final = 150


@dataclass(frozen=True, slots=True)
class Bar:
    """The state policies of a year, or of the years before the chart begins.

    Attributes:
        label: what the axis says.
        first: the first year of the bar.
        last: the last.
        policies: the state policies.
        height: the bar's height in pixels.
    """

    label: str
    first: int
    last: int
    policies: tuple[Thing, ...]
    height: int


def bars(policies: Iterable[Thing]) -> list[Bar]:
    """The bars of the policies whose year of adoption is on record, from the oldest; empty for none."""
    by_year: dict[int, list[Thing]] = defaultdict(list)
    for policy in policies:
        if year := policy.number("yearAdopted"):
            by_year[max(year, _FIRST - 1)].append(policy)
    if not by_year:
        return []
    tallest = max(map(len, by_year.values()))
    years = range(min(by_year), max(by_year) + 1)
    return [_bar(year, by_year.get(year, []), tallest) for year in years]


def _bar(year: int, found: list[Thing], tallest: int) -> Bar:
    ordered = tuple(sorted(found, key=lambda policy: (policy.number("yearAdopted"), policy.label)))
    early = year < _FIRST
    first = ordered[0].number("yearAdopted") if early and ordered else year
    label = f"≤{year}" if early else str(year)
    return Bar(label, first, year, ordered, round(_HEIGHT * len(found) / tallest))
