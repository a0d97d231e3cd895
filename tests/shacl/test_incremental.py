"""Incremental validation gives what a full run gives, whatever the edit."""

# ruff: noqa: E501 - Turtle
from __future__ import annotations

from collections import Counter
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgtools.shacl import IncrementalValidator, MemoryGraph, compile_shapes, parse_shapes, validate_graph
from tests.shacl.comparing import brief, turtle
from tests.shacl.strategies import FLAVOURS, data_graphs, shapes_graphs

_SPARQL = """
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
ex:Sparql a sh:NodeShape ; sh:targetClass ex:C ; sh:targetSubjectsOf ex:q ;
  sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this ?value WHERE { $this ex:p ?x . ?x ex:q ?value . FILTER NOT EXISTS { ?value ex:r $this } }" ] ;
  sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this ?value WHERE { $this ex:p|ex:q ?value . ex:a ex:r ?value }" ] ;
  sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this (?t AS ?value) WHERE { ?t ex:r/ex:p* $this . ?any a ex:D }" ] ;
  sh:property [ sh:path ex:p ; sh:node [ sh:property [ sh:path [ sh:inversePath ex:q ] ; sh:maxCount 0 ] ] ] .
"""


Triples: TypeAlias = list[ox.Triple]


class Case(NamedTuple):
    shapes: Triples
    data: Triples
    context: Triples
    edits: list[tuple[Triples, Triples]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Shapes, data, what it stands beside, and two edits one after the other."""
    literals, is_ordered = draw(st.sampled_from(FLAVOURS))
    shapes = shapes_graphs(draw, literals, is_ordered=is_ordered) + (turtle(_SPARQL) if draw(st.booleans()) else [])
    data = data_graphs(draw, literals)
    changes = []
    for _ in range(2):
        added = data_graphs(draw, literals)[: draw(st.integers(0, 4))]
        removed = draw(st.lists(st.sampled_from(data), max_size=4, unique=True))
        changes.append((added, removed))
    own = {*data, *(triple for added, _ in changes for triple in added)}
    context = [triple for triple in data_graphs(draw, literals) if triple not in own] if draw(st.booleans()) else []
    return Case(shapes, data, context, changes)


def _prove(case: Case) -> None:
    shapes, data, context, changes = case
    parsed = parse_shapes(shapes)
    validator = IncrementalValidator(compile_shapes(parsed), MemoryGraph(data, context))
    before = Counter(validator.validate().results)
    current = dict.fromkeys(data)
    for added, removed in changes:
        change = validator.apply(added, removed)
        for triple in removed:
            current.pop(triple, None)
        current.update(dict.fromkeys(added))
        full, now = validate_graph(parsed, MemoryGraph(current, context)), validator.report()
        found = Counter(now.results)
        assert found == Counter(full.results)
        assert now.coverage == full.coverage
        assert now.focus_nodes == full.focus_nodes
        assert Counter(change.appeared) == found - before
        assert Counter(change.resolved) == before - found
        before = found


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(cases())
def test_edits_give_the_report_of_a_full_run(case: Case) -> None:
    _prove(case)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_ten_thousand_random_edits(case: Case) -> None:
    _prove(case)


def test_a_shape_that_reads_nothing_of_a_change_is_left_alone() -> None:
    shapes = parse_shapes(turtle("ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."))
    validator = IncrementalValidator(compile_shapes(shapes), MemoryGraph(turtle("ex:a a ex:C ; ex:q ex:x .")))
    validator.validate()
    assert validator.apply(turtle("ex:a ex:q ex:y ."), turtle("ex:a ex:q ex:x .")).rechecked == 0
    assert validator.apply(turtle("ex:b a ex:C .")).rechecked == 1


def test_a_change_of_what_a_query_names_matters_to_every_focus_node() -> None:
    prefixes = 'ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .'
    query = "SELECT $this ?value WHERE { $this ex:p ?value . ex:bound ex:is ?bound FILTER(?value > ?bound) }"
    shapes = parse_shapes(
        turtle(f'{prefixes} ex:S sh:targetClass ex:C ; sh:sparql [ sh:prefixes ex: ; sh:select "{query}" ] .')
    )
    data = turtle("ex:a a ex:C ; ex:p 1 . ex:b a ex:C ; ex:p 2 . ex:bound ex:is 1 . ex:other ex:is 9 .")
    validator = IncrementalValidator(compile_shapes(shapes), MemoryGraph(data))
    assert [each[0] for each in brief(validator.validate())] == ["ex:b"]
    assert validator.apply(turtle("ex:other ex:is 1 .")).rechecked == 0
    assert validator.apply(turtle("ex:bound ex:is 0 .")).rechecked == 2
    assert [each[0] for each in brief(validator.report())] == ["ex:a", "ex:b", "ex:b"]


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
