"""Blank nodes that can't be written in place: those in a circle, and those that several statements refer to.

Such nodes, with all that hang together with them, are a knot. Two knots are told apart by the colors of their nodes: a
node's color stands for all that is said of it and to it, and is refined until it tells no more apart (as in RDF Dataset
Canonicalization, section 4). Where each node of a knot has a color of its own, equal colors prove that the knots are
equal. Where some don't, small knots are canonicalized, and large ones are said not to have been compared.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import RDF

MAX_DEPTH: Final = 40
"""How many levels of blank nodes in one another are written in place."""
_MOST_ALIKE: Final = 6  # nodes of the same color: canonicalizing tries their orders, of which these have 720
_ROUNDS: Final = 100  # of refining; colors that are not as fine as they could be are the same for equal knots too
_REST: Final = RDF + "rest"


@dataclass(frozen=True, slots=True)
class Knot:
    """Blank nodes that hang together.

    Attributes:
        nodes: the nodes.
        signature: the same for equal knots, and different for knots that differ; None where that can't be told.
        colors: the same for equal knots; other knots may have it too where the signature is None.
    """

    nodes: frozenset[ox.BlankNode]
    signature: str | None
    colors: str


def knots(triples: Iterable[ox.Triple]) -> tuple[Knot, ...]:
    """The knots of a graph."""
    about: dict[ox.BlankNode, list[ox.Triple]] = defaultdict(list)
    for triple in triples:
        for node in {end for end in (triple.subject, triple.object) if isinstance(end, ox.BlankNode)}:
            about[node].append(triple)
    links = {t for each in about.values() for t in each if _is_link(t)}
    tied = _shared(about) | _circling(about, links)
    return tuple(_knot(nodes, about) for nodes in _together(about, links) if nodes & tied)


def _is_link(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) and isinstance(triple.object, ox.BlankNode)


def _shared(about: dict[ox.BlankNode, list[ox.Triple]]) -> set[ox.BlankNode]:
    return {node for node, said in about.items() if sum(triple.object == node for triple in said) > 1}


def _circling(about: dict[ox.BlankNode, list[ox.Triple]], links: set[ox.Triple]) -> set[ox.BlankNode]:
    """The nodes in a circle or behind one, which peeling from outside leaves, and those that are nested too deeply."""
    waiting = Counter(link.object for link in links)
    levels = {node: 0 for node in about if not waiting[node]}
    free = list(levels)
    while free:
        node = free.pop()
        for link in about[node]:
            target = link.object
            if link.subject != node or not isinstance(target, ox.BlankNode):
                continue
            deeper = levels[node] + (link.predicate.value != _REST)  # the items of a list are on one level
            levels[target] = max(levels.get(target, 0), deeper)
            waiting[target] -= 1
            if not waiting[target]:
                free.append(target)
    return {node for node in about if waiting[node] or levels.get(node, 0) > MAX_DEPTH}


def _together(about: dict[ox.BlankNode, list[ox.Triple]], links: set[ox.Triple]) -> Iterator[frozenset[ox.BlankNode]]:
    beside: dict[ox.BlankNode, list[ox.BlankNode]] = defaultdict(list)
    for link in links:
        if isinstance(link.subject, ox.BlankNode) and isinstance(link.object, ox.BlankNode):
            beside[link.subject].append(link.object)
            beside[link.object].append(link.subject)
    seen: set[ox.BlankNode] = set()
    for start in about:
        if start in seen:
            continue
        found, waiting = {start}, [start]
        while waiting:
            fresh = set(beside[waiting.pop()]) - found
            found |= fresh
            waiting += fresh
        seen |= found
        yield frozenset(found)


def _knot(nodes: frozenset[ox.BlankNode], about: dict[ox.BlankNode, list[ox.Triple]]) -> Knot:
    said = sorted({triple for node in nodes for triple in about[node]}, key=str)
    colors = _refined(nodes, about)
    text = _digest("\n".join(sorted(_colored(triple, colors) for triple in said)))
    alike = Counter(colors.values())
    if max(alike.values()) == 1:
        return Knot(nodes, text, text)
    if sum(count for count in alike.values() if count > 1) <= _MOST_ALIKE:
        return Knot(nodes, _canonical(said), text)
    return Knot(nodes, None, text)


def _refined(nodes: frozenset[ox.BlankNode], about: dict[ox.BlankNode, list[ox.Triple]]) -> dict[ox.BlankNode, str]:
    colors, kinds = dict.fromkeys(nodes, ""), 1
    for _ in range(_ROUNDS):
        finer = {
            node: _digest("\n".join([colors[node], *sorted(_colored(t, colors, node) for t in about[node])]))
            for node in nodes
        }
        if len(set(finer.values())) == kinds:
            return finer
        colors, kinds = finer, len(set(finer.values()))
    return colors


def _colored(triple: ox.Triple, colors: dict[ox.BlankNode, str], own: ox.BlankNode | None = None) -> str:
    ends = [
        str(end) if not isinstance(end, ox.BlankNode) else "_:own" if end == own else f"_:{colors[end]}"
        for end in (triple.subject, triple.object)
    ]
    return f"{ends[0]} {triple.predicate} {ends[1]}"


def _canonical(said: Iterable[ox.Triple]) -> str:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in said)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return _digest("\n".join(sorted(map(str, dataset))))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
