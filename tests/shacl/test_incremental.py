"""Incremental validation gives what a full run gives, whatever the edit."""

# ruff: noqa: E501 - Turtle
from __future__ import annotations

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgtools.shacl import IncrementalValidator, MemoryGraph, compile_shapes, parse_shapes, validate_graph
from tests.shacl.comparing import brief, results, turtle
from tests.shacl.strategies import FLAVOURS, data_graphs, shapes_graphs

_SPARQL = """
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
ex:Sparql a sh:NodeShape ; sh:targetClass ex:C ; sh:targetSubjectsOf ex:q ;
  sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this ?value WHERE { $this ex:p ?x . ?x ex:q ?value . FILTER NOT EXISTS { ?value ex:r $this } }" ] ;
  sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this (?t AS ?value) WHERE { ?t ex:r/ex:p* $this . ?any a ex:D }" ] ;
  sh:property [ sh:path ex:p ; sh:node [ sh:property [ sh:path [ sh:inversePath ex:q ] ; sh:maxCount 0 ] ] ] .
"""


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[ox.Triple], list[ox.Triple], list[tuple[list[ox.Triple], list[ox.Triple]]]]:
    """Shapes, data, and two edits one after the other."""
    literals, is_ordered = draw(st.sampled_from(FLAVOURS))
    shapes = shapes_graphs(draw, literals, is_ordered=is_ordered) + (turtle(_SPARQL) if draw(st.booleans()) else [])
    data = data_graphs(draw, literals)
    changes = []
    for _ in range(2):
        added = data_graphs(draw, literals)[: draw(st.integers(0, 4))]
        removed = draw(st.lists(st.sampled_from(data), max_size=4, unique=True))
        changes.append((added, removed))
    return shapes, data, changes


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(edits())
def test_edits_give_the_report_of_a_full_run(
    case: tuple[list[ox.Triple], list[ox.Triple], list[tuple[list[ox.Triple], list[ox.Triple]]]],
) -> None:
    shapes, data, changes = case
    parsed = parse_shapes(shapes)
    validator = IncrementalValidator(compile_shapes(parsed), MemoryGraph(data))
    before = validator.validate()
    current = dict.fromkeys(data)
    for added, removed in changes:
        change = validator.apply(added, removed)
        for triple in removed:
            current.pop(triple, None)
        current.update(dict.fromkeys(added))
        full, now = validate_graph(parsed, MemoryGraph(current)), validator.report()
        assert results(now) == results(full)
        assert now.coverage == full.coverage
        assert now.focus_nodes == full.focus_nodes
        gone, came = results(before) - results(now), results(now) - results(before)
        assert sum(came.values()) == len(change.appeared)
        assert sum(gone.values()) == len(change.resolved)
        before = now


def test_only_what_a_change_can_matter_to_is_checked_again() -> None:
    shapes = parse_shapes(
        turtle("ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:node [ sh:path ex:q ; sh:minCount 1 ] ] .")
    )
    data = turtle("ex:a a ex:C ; ex:p ex:x . ex:b a ex:C ; ex:p ex:y . ex:x ex:q 1 . ex:y ex:q 1 .")
    validator = IncrementalValidator(compile_shapes(shapes), MemoryGraph(data))
    assert validator.validate().conforms
    change = validator.apply(removed=turtle("ex:x ex:q 1 ."))
    assert change.rechecked == 1
    assert brief(validator.report()) == [("ex:a", "ex:x", "Node")]
    assert validator.apply(added=turtle("ex:x ex:q 2 .")).resolved == change.appeared


def test_context_stays_out_of_the_report_after_an_edit() -> None:
    shapes = parse_shapes(turtle("ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."))
    graph = MemoryGraph(turtle("ex:a a ex:C ."), context=turtle("ex:b a ex:C ."))
    validator = IncrementalValidator(compile_shapes(shapes), graph)
    assert brief(validator.validate()) == [("ex:a", "", "MinCount")]
    validator.apply(added=turtle("ex:b ex:q 1 ."))
    assert [each[0] for each in brief(validator.report())] == ["ex:a", "ex:b"]
    validator.apply(removed=turtle("ex:b ex:q 1 ."))
    assert [each[0] for each in brief(validator.report())] == ["ex:a"]
