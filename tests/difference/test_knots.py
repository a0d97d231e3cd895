"""Blank nodes in circles, shared, alike or many: each change is seen, or is said not to have been compared."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from kgtools.cli.main import main
from kgtools.intake.difference.compare import compare
from kgtools.intake.difference.model import Difference
from kgtools.intake.difference.render import FORMATS, summary
from tests.conftest import ROOT

_PREFIX = "@prefix ex: <http://example.org/garden/> .\n"
_NODES = [ox.BlankNode(f"n{number}") for number in range(5)]
_TERMS = [*_NODES, ox.NamedNode("http://e.org/a"), ox.NamedNode("http://e.org/b")]
_ONE, _OTHER = ox.NamedNode("http://e.org/p"), ox.NamedNode("http://e.org/q")


def difference(old: str, new: str) -> Difference:
    return compare(_parsed(old), _parsed(new))


def _parsed(text: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse((_PREFIX + text).encode(), format=ox.RdfFormat.TURTLE)]


def told(old: str, new: str) -> list[str]:
    return [change.sentence for change in difference(old, new).changes]


def test_a_name_on_a_node_in_a_circle_is_a_change() -> None:
    ring = '_:a ex:name "Ann" ; ex:beside _:b . _:b ex:name "NAME" ; ex:beside _:a .'
    there = told(ring.replace("NAME", "Bo"), ring.replace("NAME", "Cy"))
    assert len(there) == 2
    assert "added: [ " in there[0]
    assert '"Cy"' in there[0]
    assert "removed: [ " in there[1]
    assert '"Bo"' in there[1]
    assert told(ring, ring.replace("_:a", "_:z")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ex:a ex:p _:x . ex:b ex:p _:x . _:x ex:n 1 .", "ex:a ex:p [ ex:n 1 ] . ex:b ex:p [ ex:n 1 ] ."),
        ("ex:a ex:p [ ex:n 1 ] , [ ex:n 1 ] .", "ex:a ex:p [ ex:n 1 ] ."),
        ("[] ex:n 1 . [] ex:n 1 .", "[] ex:n 1 ."),
        ('ex:a ex:p [ ex:n "1" ] .', "ex:a ex:p [ ex:n 1 ] ."),
        ('ex:a ex:p [ ex:n "x" ] .', 'ex:a ex:p [ ex:n "x"@en ] .'),
        ('ex:a ex:p [ ex:n "<http://e.org/>" ] .', "ex:a ex:p [ ex:n <http://e.org/> ] ."),
        ("ex:a ex:p ( 1 2 ) .", "ex:a ex:p ( 2 1 ) ."),
        ("ex:a ex:p _:x . _:x ex:p _:x .", "ex:a ex:p _:x . _:x ex:p _:x , _:y . _:y ex:p _:x ."),
        (
            "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . ex:a ex:p _:x . "
            "_:x rdf:first 1 ; rdf:rest () .",
            "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . ex:a ex:p _:x . "
            "_:x rdf:first 1 ; rdf:rest () ; ex:n 2 .",
        ),
        ("_:a ex:p _:b . _:b ex:p _:a . ex:r ex:p _:a .", "_:a ex:p _:b . _:b ex:p _:a . ex:s ex:p _:a ."),
        ("_:a ex:p _:b . _:b ex:p _:c . _:c ex:p _:a .", "_:a ex:p _:b . _:b ex:p _:a ."),
        ("[ ex:p " * 60 + "1" + "]" * 60 + " .", "[ ex:p " * 60 + "2" + "]" * 60 + " ."),
    ],
)  # fmt: skip
def test_what_differs_is_told(old: str, new: str) -> None:
    assert told(old, new)
    assert told(new, old)
    assert told(old, old) == told(new, new) == []


def test_two_circles_are_not_one_larger_circle() -> None:
    ring = "_:a ex:p _:b . _:b ex:p _:c . _:c ex:p _:a . _:d ex:p _:e . _:e ex:p _:f . _:f ex:p _:d ."
    large = "_:a ex:p _:b . _:b ex:p _:c . _:c ex:p _:d . _:d ex:p _:e . _:e ex:p _:f . _:f ex:p _:a ."
    assert told(ring, large)
    assert told(large, ring)


def _ring(count: int, name: str) -> str:
    return " ".join(f"_:{name}{n} ex:p _:{name}{(n + 1) % count} ." for n in range(count))


def test_nodes_that_are_too_much_alike_are_said_not_to_be_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = difference(_ring(50, "a"), _ring(50, "b"))
    assert found.changes == ()
    assert found.uncompared == 50
    assert "Nothing changed" not in summary(found)
    for format_ in ("text", "md", "json"):
        assert "No change was found between old and new, but 50 nodes" in FORMATS[format_](found)
    files = tmp_path / "old.ttl", tmp_path / "new.ttl"
    for file, name in zip(files, "ab", strict=True):
        file.write_text(_PREFIX + _ring(50, name))
    assert main(["--project", str(ROOT), "diff", *map(str, files), "--exit-code"]) == 1
    assert "were not compared" in capsys.readouterr().out
    assert main(["--project", str(ROOT), "diff", str(files[0]), str(files[0]), "--exit-code"]) == 0


def test_shared_nodes_in_many_layers_cost_no_more_than_their_number() -> None:
    layers = " ".join(f"_:n{n} ex:p _:n{n + 1} ; ex:q _:n{n + 1} ." for n in range(200))
    assert told(f"ex:a ex:p _:n0 . {layers}", f"ex:a ex:p _:n0 . {layers} _:n200 ex:n 1 .")


def _other(term: object) -> rdflib.term.Node:
    return (
        rdflib.BNode(term.value) if isinstance(term, ox.BlankNode) else rdflib.URIRef(str(getattr(term, "value", "")))
    )


def _graph(triples: list[ox.Triple]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for t in triples:
        graph.add((_other(t.subject), _other(t.predicate), _other(t.object)))
    return graph


_triples = st.lists(
    st.builds(ox.Triple, st.sampled_from(_TERMS), st.sampled_from([_ONE, _OTHER]), st.sampled_from(_TERMS)), max_size=8
)


@given(old=_triples, new=_triples, seed=st.integers(0, 9), edits=st.integers(0, 2))
def test_nothing_changed_is_said_of_equal_graphs_and_no_others(
    old: list[ox.Triple], new: list[ox.Triple], seed: int, edits: int
) -> None:
    if edits < 2:  # else two graphs that have nothing to do with each other
        new = _relabeled(old, seed)[edits:]
    found = compare(old, new)
    if isomorphic(_graph(old), _graph(new)):
        assert found.changes == ()
    else:
        assert found.changes or found.uncompared


def _relabeled(triples: list[ox.Triple], seed: int) -> list[ox.Triple]:
    labels = list(_NODES)
    random.Random(seed).shuffle(labels)
    others = dict(zip(_NODES, labels, strict=True))
    return [
        ox.Triple(others.get(t.subject, t.subject), t.predicate, others.get(t.object, t.object))  # type: ignore[arg-type]
        for t in triples
    ]
