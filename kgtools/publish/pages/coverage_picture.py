"""The picture of the README: 51 jurisdictions by eight conditions, as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import PREFIXES
from kgtools.graph.store import Store

_CELL: Final = 17
_LEFT: Final = 312
_TOP: Final = 46
_LEGEND: Final = {
    "half in full": ("#14573b", "at least half of its recommended policies carried out in full"),
    "some in full": ("#4d9e75", "one or more, fewer than half"),
    "none in full": ("#b5dcc7", "looked at, none in full"),
    "not reviewed": ("#d5d9de", "not reviewed (never means no)"),
}

_QUERY: Final = f"""
PREFIX spf: <{PREFIXES["spf"]}> PREFIX skos: <{PREFIXES["skos"]}>
PREFIX determination-value: <{PREFIXES["determination-value"]}>
SELECT ?position ?condition ?code (COUNT(?determination) AS ?all)
  (SUM(IF(?value = determination-value:in-full, 1, 0)) AS ?inFull)
  (SUM(IF(?value = determination-value:not-reviewed, 1, 0)) AS ?unseen) WHERE {{
  ?determination spf:concerns ?p ; spf:jurisdiction ?place ; spf:determinationValue ?value .
  ?p spf:recommendedUnder ?c .
  ?c spf:position ?position ; skos:prefLabel ?condition .
  ?place spf:uspsCode ?code . FILTER NOT EXISTS {{ ?place a spf:Territory }}
}} GROUP BY ?position ?condition ?code ORDER BY ?position ?code
"""


def coverage_picture(store: Store) -> str:
    """Draw the determinations of a store.

    Returns:
        An SVG document with a title and a description in words.
    """
    cells: dict[tuple[str, str], str] = {}
    for row in store.select(_QUERY).rows:
        _, condition, code, *counts = (term.value for term in row if isinstance(term, ox.Literal))
        cells[condition, code] = _shade(*map(int, counts))
    return _svg(cells)


def _shade(recommended: int, in_full: int, unseen: int) -> str:
    if unseen == recommended:
        return "not reviewed"
    if not in_full:
        return "none in full"
    return "half in full" if 2 * in_full >= recommended else "some in full"


def _svg(cells: Mapping[tuple[str, str], str]) -> str:
    conditions = list(dict.fromkeys(condition for condition, _ in cells))
    codes = sorted({code for _, code in cells})
    width, height = _LEFT + _CELL * len(codes) + 12, _TOP + _CELL * len(conditions) + 62
    counts = {value: sum(1 for v in cells.values() if v == value) for value in _LEGEND}
    said = ", ".join(f"{number} {value}" for value, number in counts.items())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="t d" font-family="system-ui, sans-serif">',
        '<title id="t">Coverage of the eight conditions by state</title>',
        f'<desc id="d">{len(codes)} jurisdictions by {len(conditions)} conditions: {said}.</desc>',
        f'<rect width="{width}" height="{height}" rx="6" fill="#ffffff"/>',
        *_column_labels(codes),
        *(line for y, condition in enumerate(conditions) for line in _row(cells, condition, codes, y)),
        *_legend(counts, _TOP + _CELL * len(conditions) + 22),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _column_labels(codes: list[str]) -> list[str]:
    return [
        f'<text x="{_LEFT + _CELL * x + _CELL / 2}" y="{_TOP - 8}" font-size="9" fill="#374151" '
        f'text-anchor="middle">{escape(code)}</text>'
        for x, code in enumerate(codes)
    ]


def _row(cells: Mapping[tuple[str, str], str], condition: str, codes: list[str], y: int) -> list[str]:
    top, size = _TOP + _CELL * y, _CELL - 2
    attributes = f'x="{_LEFT - 8}" y="{top + 12}" font-size="12" fill="#111827" text-anchor="end"'
    parts = [f"<text {attributes}>{escape(condition)}</text>"]
    for x, code in enumerate(codes):
        value = cells[condition, code]
        title = f"<title>{escape(f'{code}, {condition}: {value}')}</title>"
        place = f'x="{_LEFT + _CELL * x}" y="{top}" width="{size}" height="{size}" rx="2"'
        parts.append(f'<rect {place} fill="{_LEGEND[value][0]}">{title}</rect>')
    return parts


def _legend(counts: Mapping[str, int], top: int) -> list[str]:
    parts, x, y = [], _LEFT, top
    for value, (color, words) in _LEGEND.items():
        if not counts[value]:
            continue
        text = f"{words}: {counts[value]}" if ":" not in words else f"{words} ({counts[value]})"
        parts.append(f'<rect x="{x}" y="{y - 10}" width="11" height="11" rx="2" fill="{color}"/>')
        parts.append(f'<text x="{x + 16}" y="{y}" font-size="11" fill="#374151">{escape(text)}</text>')
        x += 36 + round(5.6 * len(text))
        if x > _LEFT + 600:
            x, y = _LEFT, y + 18
    return parts
