"""A graph that was made bytes of is the same graph again, and bytes of anything else are refused."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest

from kgtools.graph.store.interface import Term
from kgtools.shacl import MemoryGraph
from kgtools.shacl.frozen import FrozenGraphError, freeze, thaw
from tests.shacl.strategies import ex

_TERMS: tuple[Term, ...] = (
    ex("a"),
    ox.BlankNode("f0xabc"),
    ox.Literal("two\nlines"),
    ox.Literal(""),
    ox.Literal("Grüße", language="de"),
    ox.Literal("color", language="en-US"),
    ox.Literal("007", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    ox.Literal("seven", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
)


def _graph(*triples: ox.Triple) -> tuple[MemoryGraph, Counter[Term]]:
    graph = MemoryGraph()
    return graph, graph.add(triples)


def test_a_graph_is_the_same_again() -> None:
    subjects = (ex("a"), ox.BlankNode("f0xabc"), ex("b"))
    several = [ox.Triple(subject, ex("p"), term) for subject in subjects[:2] for term in _TERMS]
    graph, counted = _graph(*several, ox.Triple(ex("b"), ex("q"), ex("a")), ox.Triple(ex("b"), ex("q"), ex("a")))
    data = freeze(graph, counted, [[ex("b"), ex("a")], []])
    assert data is not None
    again, counts, lists = thaw(data)
    assert list(again.triples()) == list(graph.triples())
    assert again.columns == graph.columns
    assert counts == {ex("a"): 8, ox.BlankNode("f0xabc"): 8, ex("b"): 2}
    assert lists == [[ex("b"), ex("a")], []]
    # One object stands for a term wherever it is, which the engine relies on.
    assert {id(t) for s, _, o in again.triples() for t in (s, o)} <= {id(term) for term in again.terms()}
    assert list(MemoryGraph.over((), again, ()).triples()) == list(graph.triples())


def test_terms_that_cannot_be_given_back_are_not_frozen() -> None:
    inner = ox.Triple(ex("a"), ex("p"), ex("b"))
    assert freeze(*_graph(ox.Triple(ex("a"), ex("p"), inner)), []) is None
    assert freeze(*_graph(ox.Triple(ex("a"), ex("p"), ox.Literal("a\0b"))), []) is None


def test_other_bytes_are_refused() -> None:
    data = freeze(*_graph(*(ox.Triple(ex("a"), ex("p"), term) for term in _TERMS)), [[ex("a")]])
    assert data is not None
    for cut in range(len(data)):
        with pytest.raises(FrozenGraphError):
            thaw(data[:cut])
    for other in (b"", b"\0" * 8 + b"{}", b"\xff" * 40, data.replace(b'"order": "', b'"order": "un')):
        with pytest.raises(FrozenGraphError):
            thaw(other)


def test_context_lies_under_the_data_without_what_it_hides() -> None:
    a, b, c, p = ex("a"), ex("b"), ex("c"), ex("p")
    context, _ = _graph(ox.Triple(a, p, b), ox.Triple(b, p, c), ox.Triple(b, ex("q"), a))
    graph = MemoryGraph.over([ox.Triple(a, p, c)], context, {a})
    assert sorted(graph.triples(), key=str) == [(a, p, c), (b, p, c), (b, ex("q"), a)]
    assert (graph.is_own(a), graph.is_own(b)) == (True, False)
    shown = MemoryGraph.over([ox.Triple(a, p, c)], context, ())
    assert set(shown.column(p)[a]) == {b, c}  # type: ignore[arg-type]
    alone = MemoryGraph.over([ox.Triple(a, p, c)], context, {a, b})
    assert alone.is_own(b)  # without context everything is reported on
    assert list(context.triples()) == [(a, p, b), (b, p, c), (b, ex("q"), a)]
