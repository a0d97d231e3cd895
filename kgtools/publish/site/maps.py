"""The maps: what each square says, and the same map as a picture that stands alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kgtools.answers.evidence.graph import Thing
from kgtools.answers.evidence.standing import LEVELS, Evidence
from kgtools.core.visible import markup
from kgtools.publish.site.tiles import POSITIONS, WIDTH

SHADES: Final = {
    "half-in-full": "At least half in full",
    "some-in-full": "Some in full",
    "none-in-full": "None in full",
    "status-unknown": "None in full, status unknown",
    "looked-for-not-found": "Looked for, none found",
    "confirmed-absent": "Confirmed absent",
    "not-reviewed": "Not reviewed",
}
"""The shades of a map of a condition, with their words."""

STAR: Final = "* self-reported: the state itself says so, and nobody else has read the source yet"
"""What the star on a square means."""

_MARKS: Final = {
    "in-full": "yes",
    "in-part": "in part",
    "made-possible": "could",
    "status-unknown": "?",
    "ended-or-never-adopted": "ended",
    "not-applicable": "n/a",
    "confirmed-absent": "no",
    "looked-for-not-found": "none",
    "not-reviewed": "\N{EN DASH}",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of a map.

    Attributes:
        place: the jurisdiction.
        code: its postal code.
        x: the column, counted from zero.
        y: the row.
        shade: the class that gives it its color and texture: ``v-…`` for a condition, ``l-…`` for a policy.
        words: what it says, for a tooltip and for those who can't see it.
        mark: the same in at most seven letters, with a star where it is self-reported.
        self_reported: whether it rests, at least in part, on what the jurisdiction says of itself alone.
    """

    place: Thing
    code: str
    x: int
    y: int
    shade: str
    words: str
    mark: str
    self_reported: bool = False


@dataclass(frozen=True, slots=True)
class Map:
    """A map with its title and its legend.

    Attributes:
        slug: of what it shows.
        about: the condition or the transformative policy.
        question: what it answers.
        tiles: its squares, by the name of the jurisdiction.
        legend: the shades that it may show with their words.
    """

    slug: str
    about: Thing
    question: str
    tiles: tuple[Tile, ...]
    legend: dict[str, str]

    @property
    def counts(self) -> dict[str, int]:
        """How many squares have each shade, in the order of the legend; shades that none has are left out."""
        counted = {shade: sum(tile.shade == shade for tile in self.tiles) for shade in self.legend}
        return {shade: number for shade, number in counted.items() if number}

    @property
    def starred(self) -> int:
        """How many squares have a star."""
        return sum(tile.self_reported for tile in self.tiles)


def question_of(recommendation: Thing) -> str:
    """The recommended policy as a question: ``Which states award credit for demonstrated mastery?``.

    The names of transformative policies are requests, so the question is their name after two words.
    """
    return f"Which states {lowered(recommendation.label)}?"


def lowered(text: str) -> str:
    """The text with its first letter in lower case."""
    return text[:1].lower() + text[1:]


def condition_map(evidence: Evidence, condition: Thing) -> Map:
    """The map of a condition: how many of its recommended policies each state carries out in full."""
    tiles = [
        _tile(
            cell.jurisdiction,
            f"v-{cell.value}",
            cell.words,
            f"{cell.in_full}/{len(cell.standings)}",
            own=bool(cell.self_reported),
        )
        for cell in evidence.column(condition)
    ]
    legend = {f"v-{value}": words for value, words in SHADES.items()}
    return Map(condition.slug, condition, condition.label, tuple(filter(None, tiles)), legend)


def policy_map(evidence: Evidence, recommendation: Thing) -> Map:
    """The map of a recommended policy: which states carry it out."""
    tiles = [
        _tile(place, f"l-{found.level}", found.words, _MARKS[found.level], own=found.self_reported)
        for place, found in evidence.standings(recommendation)
    ]
    legend = {f"l-{level}": words.capitalize() for level, words in LEVELS.items()}
    return Map(recommendation.slug, recommendation, question_of(recommendation), tuple(filter(None, tiles)), legend)


def level_codes(found: Map) -> str:
    """The shade of each square by its place in the legend, one sign a square, for the script of the front page.

    The sign is a digit, or the letter in its place where the answer is self-reported: ``1`` or ``b``.
    """
    order = list(found.legend)
    return "".join("0123456789abcdefghij"[order.index(t.shade) + 10 * t.self_reported] for t in found.tiles)


def all_maps(evidence: Evidence) -> Iterable[Map]:
    """The map of each condition, followed by those of its recommended policies."""
    for condition in evidence.conditions:
        yield condition_map(evidence, condition)
        for recommendation in evidence.recommendations(condition):
            yield policy_map(evidence, recommendation)


def _tile(place: Thing, shade: str, words: str, mark: str, *, own: bool) -> Tile | None:
    code = place.text("uspsCode")
    if code not in POSITIONS:
        return None
    x, y = POSITIONS[code]
    return Tile(place, code, x, y, shade, words, mark + "*" * own, own)


_SIZE: Final = 48
_TOP: Final = 92
_ROW: Final = 22
_DARK: Final = "#1c211d"
LOOKS: Final = {
    "half-in-full": ("#0a4028", "#ffffff", ""),
    "in-full": ("#0a4028", "#ffffff", ""),
    "some-in-full": ("#4a936e", "#04130b", ""),
    "in-part": ("#4a936e", "#04130b", ""),
    "none-in-full": ("#f0f2ee", _DARK, ""),
    "made-possible": ("#f0f2ee", _DARK, "corner"),
    "ended-or-never-adopted": ("#f0f2ee", _DARK, "bars"),
    "status-unknown": ("#fff2cf", "#3a2a00", "dots"),
    "looked-for-not-found": ("#ffffff", _DARK, "ring"),
    "confirmed-absent": ("#8c2020", "#ffffff", "cross"),
    "not-reviewed": ("#ffffff", _DARK, "hatch"),
    "not-applicable": ("#ffffff", _DARK, ""),
}
"""The ground, the ink and the texture of each value and level, in light colors."""

_INKS: Final = {
    "some": "#4a936e",
    "bar": "#4c534d",
    "dot": "#5a3d00",
    "ring": "#3a423b",
    "absent-ink": "#ffffff",
    "hatch": "#7d847d",
}
_TEXTURES: Final = {
    "corner": '<path d="M0 44L44 0V44Z" fill="{some}"/>',
    "bars": '<path d="M0 6H44M0 15H44M0 24H44M0 33H44M0 42H44" stroke="{bar}" stroke-width="3"/>',
    "dots": "".join(
        f'<circle cx="{x}" cy="{y}" r="2" fill="{{dot}}"/>' for y in range(4, 44, 7) for x in range(4, 44, 7)
    ),
    "ring": '<rect x="3" y="3" width="38" height="38" rx="4" fill="none" stroke="{ring}" stroke-width="6"/>',
    "cross": '<path d="M2 2L42 42M42 2L2 42" stroke="{absent-ink}" stroke-width="5"/>',
    "hatch": '<path d="M0 11L11 0M0 22L22 0M0 33L33 0M0 44L44 0M11 44L44 11M22 44L44 22M33 44L44 33" '
    'stroke="{hatch}" stroke-width="3"/>',
}


def textures(*, standing_alone: bool = False) -> dict[str, str]:
    """What is drawn over the ground of a square, so that color alone never separates two answers.

    Args:
        standing_alone: whether it is drawn where the style sheet isn't; else the colors are the style sheet's.

    Returns:
        SVG by the value or level.
    """
    inks = _INKS if standing_alone else {ink: f"var(--{ink})" for ink in _INKS}
    return {name: _TEXTURES[texture].format(**inks) for name, (_, _, texture) in LOOKS.items() if texture}


def standing_picture(found: Map, facts: Sequence[str]) -> bytes:
    """The map as an SVG document with its title, its legend and where it is from; in light colors, for any page.

    Args:
        found: the map.
        facts: the lines below it, such as the version and the license.
    """
    shown = found.counts
    facts = [f"{STAR} ({found.starred} here).", *facts] if found.starred else facts
    legend_top = _TOP + 8 * _SIZE + 24
    rows = -(-len(shown) // 2)
    height = legend_top + rows * _ROW + 14 + 16 * len(facts)
    said = "; ".join(f"{found.legend[shade]}: {number}" for shade, number in shown.items())
    lines = _wrapped(found.question)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'width="{WIDTH * _SIZE + 32}" height="{height}" viewBox="0 0 {WIDTH * _SIZE + 32} {height}" role="img" '
        'aria-labelledby="t d" font-family="system-ui, -apple-system, Segoe UI, Roboto, Liberation Sans, sans-serif">',
        f'<title id="t">{markup(found.question)}</title><desc id="d">{markup(said)}.</desc>',
        "<defs>"
        + "".join(
            f'<g id="{shade[2:]}">{_TEXTURES[LOOKS[shade[2:]][2]].format(**_INKS)}</g>'
            for shade in shown
            if LOOKS[shade[2:]][2]
        )
        + '<clipPath id="c"><rect width="44" height="44" rx="5"/></clipPath></defs>',
        f'<rect width="100%" height="100%" fill="#ffffff"/><g fill="{_DARK}" font-size="20" font-weight="600">',
        *(f'<text x="16" y="{34 + 26 * i}">{markup(line)}</text>' for i, line in enumerate(lines)),
        f'</g><g transform="translate(16 {_TOP})" text-anchor="middle" font-size="15" font-weight="600">',
        *(_drawn(tile) for tile in found.tiles),
        "</g>",
        *(
            _legend_entry(found.legend[shade], number, shade[2:], 16 + (i % 2) * 296, legend_top + (i // 2) * _ROW)
            for i, (shade, number) in enumerate(shown.items())
        ),
        '<g fill="#565e57" font-size="11">',
        *(
            f'<text x="16" y="{legend_top + rows * _ROW + 14 + 16 * i}">{markup(fact)}</text>'
            for i, fact in enumerate(facts)
        ),
        "</g></svg>",
    ]
    return "\n".join(parts).encode() + b"\n"


def _drawn(tile: Tile) -> str:
    ground, ink, texture = LOOKS[tile.shade[2:]]
    halo = f' stroke="{ground}" stroke-width="5" paint-order="stroke" stroke-linejoin="round"' if texture else ""
    wider = ' stroke-width="10"' if texture else ""
    over = f'<use href="#{tile.shade[2:]}" clip-path="url(#c)"/>' if texture else ""
    return (
        f'<g transform="translate({tile.x * _SIZE + 2} {tile.y * _SIZE + 2})"><title>{markup(tile.place.label)}: '
        f'{markup(tile.words)}</title><rect width="44" height="44" rx="5" fill="{ground}" stroke="#b9beb4"/>{over}'
        f'<g fill="{ink}"{halo}><text x="22" y="21">{tile.code}</text>'
        f'<text x="22" y="36" font-size="11" font-weight="400"{wider}>{markup(tile.mark)}</text></g></g>'
    )


def _legend_entry(words: str, number: int, name: str, x: int, y: int) -> str:
    ground, _, texture = LOOKS[name]
    over = f'<use href="#{name}" clip-path="url(#c)"/>' if texture else ""
    return (
        f'<g transform="translate({x} {y - 13}) scale(.36)"><rect width="44" height="44" rx="5" fill="{ground}" '
        f'stroke="#b9beb4" stroke-width="2"/>{over}</g><text x="{x + 24}" y="{y}" font-size="13" fill="{_DARK}">'
        f"{markup(words)}: {number}</text>"
    )


def _wrapped(text: str, most: int = 54) -> list[str]:
    """The text in at most two lines."""
    if len(text) <= most:
        return [text]
    cut = text.rfind(" ", 0, most)
    return [text[:cut], text[cut + 1 :]]
