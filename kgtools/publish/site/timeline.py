"""The chart of adoption years: bars with their places worked out, for the template to draw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kgtools.answers.evidence.graph import Thing
from kgtools.core.visible import markup

_FIRST: Final = 2005
_HEIGHT: Final = 150
_STEP: Final = 38
_TITLE: Final = "State policies by year of adoption"


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


def timeline_picture(found: Sequence[Bar], facts: Sequence[str]) -> bytes:
    """The chart as an SVG document that stands alone, in light colors.

    Args:
        found: the bars.
        facts: the lines below it, such as the version and the license.
    """
    width, height = len(found) * _STEP + 32, 250 + 16 * len(facts)
    said = "; ".join(f"{bar.label}: {len(bar.policies)}" for bar in found)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'role="img" aria-labelledby="t d" font-family="system-ui, sans-serif" font-size="12" fill="#1c211d">',
        f'<title id="t">{_TITLE}</title><desc id="d">{markup(said)}.</desc>',
        f'<rect width="100%" height="100%" fill="#ffffff"/><text x="16" y="28" font-size="18">{_TITLE}</text>',
        f'<path d="M10 220.5H{width - 10}" stroke="#b9beb4"/><g text-anchor="middle">',
        *(_drawn(bar, 16 + i * _STEP) for i, bar in enumerate(found)),
        '</g><g font-size="11" fill="#565e57">',
        *(f'<text x="16" y="{262 + 16 * i}">{markup(fact)}</text>' for i, fact in enumerate(facts)),
        "</g></svg>",
    ]
    return "\n".join(parts).encode() + b"\n"


def _drawn(bar: Bar, x: int) -> str:
    middle, top = x + _STEP // 2 - 2, 220 - bar.height
    number = f'<text x="{middle}" y="{top - 6}">{len(bar.policies)}</text>' if bar.policies else ""
    return (
        f'<rect x="{x}" y="{top}" width="{_STEP - 5}" height="{bar.height}" fill="#4a936e"/>{number}'
        f'<text x="{middle}" y="238" font-size="11">{markup(bar.label)}</text>'
    )


def _bar(year: int, found: list[Thing], tallest: int) -> Bar:
    ordered = tuple(sorted(found, key=lambda policy: (policy.number("yearAdopted"), policy.label)))
    early = year < _FIRST
    first = ordered[0].number("yearAdopted") if early and ordered else year
    label = f"≤{year}" if early else str(year)
    return Bar(label, first, year, ordered, round(_HEIGHT * len(found) / tallest))
