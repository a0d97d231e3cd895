"""SHACL property paths (SHACL section 2.3.1): typed, written as SPARQL, and written back as RDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from kgtools.graph.store.interface import Term
from kgtools.shacl.vocab import RDF_FIRST, RDF_NIL, RDF_REST, sh

MAX_DEPTH = 100  # hostile input: deeper nesting than anyone writes by hand


@dataclass(frozen=True, slots=True)
class Predicate:
    """A single property."""

    iri: ox.NamedNode


@dataclass(frozen=True, slots=True)
class Inverse:
    """``sh:inversePath``: the path walked backwards."""

    path: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of paths walked one after the other."""

    steps: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """``sh:alternativePath``: any one of the paths."""

    branches: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class ZeroOrMore:
    """``sh:zeroOrMorePath``."""

    path: Path


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """``sh:oneOrMorePath``."""

    path: Path


@dataclass(frozen=True, slots=True)
class ZeroOrOne:
    """``sh:zeroOrOnePath``."""

    path: Path


Path: TypeAlias = Predicate | Inverse | Sequence | Alternative | ZeroOrMore | OneOrMore | ZeroOrOne

_REPEATS: dict[type[ZeroOrMore] | type[OneOrMore] | type[ZeroOrOne], tuple[str, str]] = {
    ZeroOrMore: ("*", "zeroOrMorePath"),
    OneOrMore: ("+", "oneOrMorePath"),
    ZeroOrOne: ("?", "zeroOrOnePath"),
}


def path_to_sparql(path: Path) -> str:
    """Write a path in SPARQL 1.1 property path syntax, with parentheses wherever they could matter."""
    match path:
        case Predicate(iri):
            return str(iri)
        case Inverse(inner):
            return f"^{_grouped(inner)}"
        case Sequence(steps):
            return "/".join(_grouped(step) for step in steps)
        case Alternative(branches):
            return "|".join(_grouped(branch) for branch in branches)
        case _:
            return f"{_grouped(path.path)}{_REPEATS[type(path)][0]}"


def _grouped(path: Path) -> str:
    text = path_to_sparql(path)
    return text if isinstance(path, Predicate) else f"({text})"


def path_predicates(path: Path) -> Iterator[ox.NamedNode]:
    """Every property that a path mentions."""
    match path:
        case Predicate(iri):
            yield iri
        case Sequence(parts) | Alternative(parts):
            for part in parts:
                yield from path_predicates(part)
        case _:
            yield from path_predicates(path.path)


def is_forward(path: Path) -> bool:
    """Whether a path walks no property backwards."""
    match path:
        case Predicate():
            return True
        case Inverse():
            return False
        case Sequence(parts) | Alternative(parts):
            return all(map(is_forward, parts))
        case _:
            return is_forward(path.path)


def walks_back_inside(path: Path) -> bool:
    """Whether a path can walk a property backwards from a node that its own step has led to."""
    match path:
        case Predicate() | Inverse(Predicate()):
            return False
        case Inverse(inner):
            return walks_back_inside(inverse_of(inner))
        case Alternative(branches):
            return any(map(walks_back_inside, branches))
        case ZeroOrOne(inner):
            return walks_back_inside(inner)
        case _:
            return not is_forward(path)


def can_be_empty(path: Path) -> bool:
    """Whether a path also leads from a node to itself without a step."""
    match path:
        case ZeroOrMore() | ZeroOrOne():
            return True
        case Predicate():
            return False
        case Sequence(steps):
            return all(map(can_be_empty, steps))
        case Alternative(branches):
            return any(map(can_be_empty, branches))
        case Inverse(inner) | OneOrMore(inner):
            return can_be_empty(inner)


def inverse_of(path: Path) -> Path:
    """The path that leads back from the values to the focus nodes."""
    match path:
        case Inverse(inner):
            return inner
        case Sequence(steps):
            return Sequence(tuple(inverse_of(step) for step in reversed(steps)))
        case Alternative(branches):
            return Alternative(tuple(inverse_of(branch) for branch in branches))
        case ZeroOrMore(inner):
            return ZeroOrMore(inverse_of(inner))
        case OneOrMore(inner):
            return OneOrMore(inverse_of(inner))
        case ZeroOrOne(inner):
            return ZeroOrOne(inverse_of(inner))
        case _:
            return Inverse(path)


def path_to_rdf(path: Path) -> tuple[ox.NamedNode | ox.BlankNode, list[ox.Triple]]:
    """Write a path as a value of ``sh:resultPath``.

    Returns:
        The node that stands for the path, and the triples that describe it (SHACL section 3.6.2.2).
    """
    match path:
        case Predicate(iri):
            return iri, []
        case Sequence(steps):
            return _list_to_rdf(steps)
        case Alternative(branches):
            head, triples = _list_to_rdf(branches)
            return _wrapped("alternativePath", head, triples)
        case Inverse(inner):
            return _wrapped("inversePath", *path_to_rdf(inner))
        case _:
            return _wrapped(_REPEATS[type(path)][1], *path_to_rdf(path.path))


def _wrapped(name: str, inner: Term, triples: list[ox.Triple]) -> tuple[ox.BlankNode, list[ox.Triple]]:
    node = ox.BlankNode()
    return node, [ox.Triple(node, sh(name), inner), *triples]


def _list_to_rdf(paths: tuple[Path, ...]) -> tuple[ox.NamedNode | ox.BlankNode, list[ox.Triple]]:
    head: ox.NamedNode | ox.BlankNode = RDF_NIL
    triples: list[ox.Triple] = []
    for path in reversed(paths):
        item, inner = path_to_rdf(path)
        cell = ox.BlankNode()
        triples += [ox.Triple(cell, RDF_FIRST, item), ox.Triple(cell, RDF_REST, head), *inner]
        head = cell
    return head, triples
