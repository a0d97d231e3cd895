"""The same report from the memory graph, the embedded store, an Oxigraph server and a Virtuoso server."""

# ruff: noqa: E501 - Turtle
from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.graph.projects import find_project
from kgtools.graph.reading import read_triples
from kgtools.graph.store import EmbeddedStore
from kgtools.shacl import Plan, ValidationReport, compile_shapes, parse_shapes, validate, validate_triples
from kgtools.shacl.vocab import xsd
from tests.shacl.comparing import results, turtle
from tests.shacl.servers import find, oxigraph_server, put_to_virtuoso, virtuoso_server
from tools.bench.generate import policies

PROJECT = find_project(Path(__file__).parents[2])
GENERATED = [q.triple for q in ox.parse("".join(policies(200, error_share=0.2)), format=ox.RdfFormat.TURTLE)]
DATA = [*GENERATED, *(triple for file in PROJECT.ontology for triple in read_triples(file))]
SHAPE_TRIPLES = list(read_triples(PROJECT.root / "shapes" / "submission.ttl"))
TWICE = """
@prefix spf: <https://w3id.org/spf-kg/ontology#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<urn:a> a spf:StatePolicy ; skos:prefLabel "Seat time"@en ; spf:jurisdiction <urn:x> .
<urn:b> a spf:StatePolicy ; skos:prefLabel "SEAT Time"@en ; spf:jurisdiction <urn:x> .
<urn:c> a spf:StatePolicy ; skos:prefLabel "seat time"@en ; spf:jurisdiction <urn:x> .
<urn:d> a spf:StatePolicy ; skos:prefLabel "seat time"@en ; spf:jurisdiction <urn:y> .
<urn:e> a spf:StatePolicy ; skos:prefLabel "seat times"@en ; spf:jurisdiction <urn:x> .
"""
NO_DATE = ox.Literal("2020-02-30", datatype=xsd("date"))

# What neither the generator's shapes nor its mistakes reach.
MORE_SHAPES = """
ex:S sh:targetClass ex:C ; sh:closed true ; sh:ignoredProperties ( <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ex:label ) ;
  sh:property ex:P , ex:Q , [ sh:path ex:label ; sh:uniqueLang true ; sh:languageIn ( "en" "fr" ) ] .
ex:P sh:path ex:p ; sh:minCount 2 ; sh:nodeKind sh:IRI ; sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ] ; sh:class ex:D .
ex:Q sh:path ex:q ; sh:lessThan ex:r ; sh:disjoint ex:r ; sh:qualifiedValueShape [ sh:minInclusive 3 ] ; sh:qualifiedMaxCount 1 .
ex:T sh:targetSubjectsOf ex:r ; sh:or ( [ sh:path ex:p ; sh:minCount 1 ] [ sh:path ex:label ; sh:minCount 1 ] ) ;
  sh:not [ sh:path [ sh:inversePath ex:p ] ; sh:minCount 1 ] ; sh:property [ sh:path ex:q ; sh:equals ex:r ] .
"""
MORE_DATA = """
ex:D rdfs:subClassOf ex:C0 . ex:D1 rdfs:subClassOf ex:D .
ex:a a ex:C ; ex:p ex:x , ex:y ; ex:label "one"@en , "two"@en , "drei"@de .
ex:b a ex:C ; ex:p ex:x ; ex:q 4 , 5 , 1 ; ex:r 3 , 4 ; ex:other 1 .
ex:x a ex:D1 ; ex:q 1 . ex:y a ex:C0 ; ex:r 7 .
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_shapes(parse_shapes(SHAPE_TRIPLES))


@pytest.fixture(scope="module")
def expected() -> ValidationReport:
    return validate_triples(SHAPE_TRIPLES, DATA)


@pytest.fixture(scope="module")
def embedded() -> EmbeddedStore:
    store = EmbeddedStore()
    store.load(DATA)
    return store


def assert_same(report: ValidationReport, expected: ValidationReport) -> None:
    assert results(report) == results(expected)
    assert report.coverage == expected.coverage
    assert report.focus_nodes == expected.focus_nodes


def test_embedded_store(plan: Plan, expected: ValidationReport, embedded: EmbeddedStore) -> None:
    assert len(expected.results) > 50
    assert_same(validate(plan, embedded), expected)


def test_queries_inside_the_embedded_store(plan: Plan, expected: ValidationReport, embedded: EmbeddedStore) -> None:
    assert_same(validate(plan, embedded, in_store=True), expected)


def test_focus_nodes_can_be_counted_only(plan: Plan, expected: ValidationReport, embedded: EmbeddedStore) -> None:
    report = validate(plan, embedded, in_store=True, list_focus_nodes=False)
    assert report.coverage == expected.coverage
    assert report.focus_nodes == frozenset()


def test_more_shapes_inside_the_embedded_store() -> None:
    shapes, data = turtle(MORE_SHAPES), turtle(MORE_DATA)
    store = EmbeddedStore()
    store.load(data)
    full = validate_triples(shapes, data)
    assert len(full.results) > 10
    assert results(validate(compile_shapes(parse_shapes(shapes)), store, in_store=True)) == results(full)


def test_a_rule_with_a_query_for_a_whole_store_finds_there_what_its_own_query_finds(plan: Plan) -> None:
    (rule,) = [query for query in plan.queries if "MD5" in query.text]
    data = [q.triple for q in ox.parse(TWICE, format=ox.RdfFormat.TURTLE)]
    store = EmbeddedStore()
    store.load(data)
    pairs = {(row[0], row[1]) for row in store.select(rule.text).rows}
    found = validate_triples(SHAPE_TRIPLES, data).results
    assert pairs == {(r.focus_node, r.value) for r in found if r.source_shape == rule.shape.node}
    assert len(pairs) == 6


@pytest.mark.server
@pytest.mark.skipif(find("oxigraph") is None, reason="the Oxigraph server is not installed")
def test_oxigraph_server(plan: Plan, expected: ValidationReport) -> None:
    with oxigraph_server() as store:
        store.load(DATA)
        assert_same(validate(plan, store), expected)
        store.update("CLEAR ALL")
        shapes, data = turtle(MORE_SHAPES), turtle(MORE_DATA)
        store.load(data)
        assert results(validate(compile_shapes(parse_shapes(shapes)), store)) == results(validate_triples(shapes, data))


@pytest.mark.server
@pytest.mark.skipif(find("virtuoso-t") is None, reason="Virtuoso is not installed")
def test_virtuoso_server(plan: Plan) -> None:
    # In a query of the user's own Virtuoso compares a date with a literal that is none, and a number with a text; the
    # standard calls both an error.
    known = [triple for triple in DATA if triple.object not in {NO_DATE, ox.Literal("2020")}]
    with virtuoso_server() as (store, address):
        put_to_virtuoso(address, "urn:data", ox.serialize(known, format=ox.RdfFormat.N_TRIPLES) or b"")
        assert_same(validate(plan, store), validate_triples(SHAPE_TRIPLES, known))
        shapes, data = turtle(MORE_SHAPES), turtle(MORE_DATA)
        put_to_virtuoso(address, "urn:data", ox.serialize(data, format=ox.RdfFormat.N_TRIPLES) or b"")
        assert results(validate(compile_shapes(parse_shapes(shapes)), store)) == results(validate_triples(shapes, data))
