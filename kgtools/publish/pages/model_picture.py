"""The picture of the model: the main classes and what links them, drawn from the ontology as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import pyoxigraph as ox

from kgtools.core.errors import BuildError
from kgtools.core.namespaces import PREFIXES, shortened
from kgtools.graph.store import Store

_COLUMNS: Final = (
    ("What is recommended", "#eef4ff", ("Condition", "TransformativePolicy", "ImplementationAction", "")),
    ("What is said about a state", "#f1f8f2", ("Jurisdiction", "AlignmentClaim", "Determination", "Inquiry")),
    ("What a state did, and the proof", "#fff6e9", ("StatePolicy", "Provision", "Source", "")),
)
"""The classes by column, from top to bottom, so that the links below run between neighbors."""

_LINKS: Final = (
    ("TransformativePolicy", "recommendedUnder", "Condition"),
    ("ImplementationAction", "carriesOut", "TransformativePolicy"),
    ("AlignmentClaim", "alignsWith", "TransformativePolicy"),
    ("AlignmentClaim", "alignsStatePolicy", "StatePolicy"),
    ("AlignmentClaim", "restsOn", "Provision"),
    ("Determination", "concerns", "TransformativePolicy"),
    ("Determination", "evidence", "AlignmentClaim"),
    ("Determination", "inquiry", "Inquiry"),
    ("Provision", "hasSource", "Source"),
    ("StatePolicy", "jurisdiction", "Jurisdiction"),
    ("Inquiry", "hasSource", "Source"),
)
"""The links that are drawn as arrows; the boxes name all."""

_EVERYTHING: Final = "RecordedThing"
_WIDTH: Final = 284
_GAP: Final = 140
_LEFT: Final = 20
_TOP: Final = 56
_LINE: Final = 15
_HEAD: Final = 28
_BETWEEN: Final = 46
_INK: Final = "#1f2937"

_QUERY: Final = f"""
PREFIX owl: <{PREFIXES["owl"]}> PREFIX rdf: <{PREFIXES["rdf"]}> PREFIX rdfs: <{PREFIXES["rdfs"]}>
SELECT DISTINCT ?class ?property ?from ?to WHERE {{
  ?property rdfs:domain/(owl:unionOf/rdf:rest*/rdf:first)? ?from .
  FILTER(ISIRI(?from))
  ?class rdfs:subClassOf* ?from .
  OPTIONAL {{ ?property rdfs:range/(owl:unionOf/rdf:rest*/rdf:first)? ?to . FILTER(ISIRI(?to)) }}
}} ORDER BY ?property ?class ?to
"""


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A property of a class.

    Attributes:
        subject: the class, without its prefix.
        name: the property, without its prefix.
        target: the class or datatype of its values, empty where the ontology names none.
        declared_on: the class that the ontology names, which may be above.
    """

    subject: str
    name: str
    target: str
    declared_on: str


@dataclass(frozen=True, slots=True)
class _Box:
    name: str
    x: int
    y: int
    lines: tuple[str, ...]

    @property
    def height(self) -> int:
        return _HEAD + _LINE * len(self.lines) + 8


def read_links(store: Store) -> tuple[Link, ...]:
    """Each property of each class of the ontology, with those that it has from the classes above it."""
    found = set()
    for row in store.select(_QUERY).rows:
        subject, name, declared_on, target = (_short(term) for term in row)
        found.add(Link(subject, name, target, declared_on))
    return tuple(sorted(found))


def drawn_links(links: Sequence[Link]) -> tuple[Link, ...]:
    """The links that are drawn as arrows.

    Raises:
        BuildError: the ontology lacks one of them.
    """
    known = {(link.subject, link.name, link.target): link for link in links}
    missing = [" ".join(link) for link in _LINKS if link not in known]
    if missing:
        raise BuildError(
            f"The picture of the model draws {missing[0]}, which the ontology does not have; correct the list in "
            "kgtools/publish/pages/model_picture.py."
        )
    return tuple(known[link] for link in _LINKS)


def model_picture(store: Store) -> str:
    """Draw the model.

    Returns:
        An SVG document with a title, and every arrow in words.

    Raises:
        BuildError: the ontology lacks a class or a link that the picture shows.
    """
    links = read_links(store)
    arrows = drawn_links(links)
    boxes = _boxes(links)
    width = _LEFT * 2 + _WIDTH * len(_COLUMNS) + _GAP * (len(_COLUMNS) - 1)
    height = max(box.y + box.height for box in boxes.values()) + 66
    said = " ".join(f"{a.subject} {a.name} {a.target}." for a in arrows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'aria-labelledby="t d" font-family="system-ui, sans-serif">',
        '<title id="t">The main classes of the model and what links them</title>',
        f'<desc id="d">Three columns. {escape(_columns_in_words())} Arrows: {escape(said)}</desc>',
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0 0 8 4 0 8z" fill="{_INK}"/></marker></defs>',
        f'<rect width="{width}" height="{height}" rx="6" fill="#ffffff"/>',
        *_headings(height - 62),
        *(line for box in boxes.values() for line in _drawn_box(box)),
        *(line for arrow in arrows for line in _drawn_arrow(arrow, boxes)),
        *_footnote(links, height - 24),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _columns_in_words() -> str:
    return " ".join(f"{title}: {', '.join(filter(None, names))}." for title, _, names in _COLUMNS)


def _boxes(links: Sequence[Link]) -> Mapping[str, _Box]:
    lines = {name: _lines(name, links) for _, _, names in _COLUMNS for name in names if name}
    found: dict[str, _Box] = {}
    top = _TOP
    for row in zip(*(names for _, _, names in _COLUMNS), strict=True):
        for column, name in enumerate(row):
            if name:
                found[name] = _Box(name, _LEFT + column * (_WIDTH + _GAP), top, lines[name])
        top += max(found[name].height for name in row if name) + _BETWEEN
    return found


def _lines(name: str, links: Sequence[Link]) -> tuple[str, ...]:
    """What a box says: the properties of a class, without those that every record has."""
    targets: dict[str, list[str]] = {}
    for link in links:
        if link.subject == name and link.declared_on != _EVERYTHING:
            targets.setdefault(link.name, []).append(link.target)
    if not targets:
        raise BuildError(f"The picture of the model shows {name}, of which the ontology knows no property.")
    return tuple(f"{prop} → {' or '.join(of)}" if any(of) else prop for prop, of in sorted(targets.items()))


def _headings(height: int) -> Iterator[str]:
    for column, (title, color, _) in enumerate(_COLUMNS):
        x = _LEFT + column * (_WIDTH + _GAP)
        yield f'<rect x="{x - 10}" y="12" width="{_WIDTH + 20}" height="{height}" rx="8" fill="{color}"/>'
        yield f'<text x="{x}" y="36" font-size="15" font-weight="600" fill="{_INK}">{escape(title)}</text>'


def _drawn_box(box: _Box) -> Iterator[str]:
    place = f'x="{box.x}" y="{box.y}" width="{_WIDTH}" height="{box.height}"'
    yield f'<rect {place} rx="5" fill="#ffffff" stroke="{_INK}"/>'
    yield f'<text x="{box.x + 10}" y="{box.y + 19}" font-size="14" font-weight="700" fill="{_INK}">{box.name}</text>'
    for number, line in enumerate(box.lines):
        y = box.y + _HEAD + 10 + _LINE * number
        yield f'<text x="{box.x + 10}" y="{y}" font-size="11.5" fill="{_INK}">{escape(line)}</text>'


def _drawn_arrow(link: Link, boxes: Mapping[str, _Box]) -> Iterator[str]:
    start, end = boxes[link.subject], boxes[link.target]
    x1, y1, x2, y2 = _ends(start, end)
    yield (f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{_INK}" stroke-width="1.4" marker-end="url(#a)"/>')
    x, y, wide = (x1 + x2) / 2, (y1 + y2) / 2, 6.9 * len(link.name) + 10
    yield f'<rect x="{x - wide / 2:.0f}" y="{y - 9:.0f}" width="{wide:.0f}" height="17" rx="3" fill="#ffffff"/>'
    yield (
        f'<text x="{x:.0f}" y="{y + 4:.0f}" font-size="11.5" text-anchor="middle" '
        f'fill="#0b4a8f">{escape(link.name)}</text>'
    )


def _ends(start: _Box, end: _Box) -> tuple[int, int, int, int]:
    """Where an arrow begins and ends: between boxes in one column at their edges, else at the sides that face."""
    if start.x == end.x:
        middle = start.x + _WIDTH // 2
        if start.y > end.y:
            return middle, start.y, middle, end.y + end.height
        return middle, start.y + start.height, middle, end.y
    leftward = start.x > end.x
    x1, x2 = (start.x, end.x + _WIDTH) if leftward else (start.x + _WIDTH, end.x)
    if start.y == end.y:
        level = start.y + min(start.height, end.height) // 2
        return x1, level, x2, level
    upward = start.y > end.y
    y1 = start.y + 18 if upward else start.y + start.height - 18
    y2 = end.y + end.height - 18 if upward else end.y + 18
    return x1, y1, x2, y2


def _footnote(links: Sequence[Link], y: int) -> Iterator[str]:
    shared = sorted({link.name for link in links if link.subject == _EVERYTHING})
    subjects = {link.subject for link in links if link.declared_on == _EVERYTHING}
    without = sorted(name for _, _, names in _COLUMNS for name in names if name and name not in subjects)
    words = f"All but {' and '.join(without)} may also have: {', '.join(shared)}."
    yield f'<text x="{_LEFT}" y="{y}" font-size="12.5" fill="{_INK}">{escape(words)}</text>'


def _short(term: object) -> str:
    return shortened(term.value).removeprefix("spf:") if isinstance(term, ox.NamedNode) else ""
