"""Results keep literals as they were written, and the report says what it should."""

# ruff: noqa: E501 - Turtle
from __future__ import annotations

from pathlib import Path

import pytest

from kgtools.graph.store import EmbeddedStore
from kgtools.shacl import (
    compile_shapes,
    explain_plan,
    parse_shapes,
    report_triples,
    validate,
    validate_triples,
)
from kgtools.shacl.literals import compare, is_well_formed
from kgtools.shacl.vocab import XSD, sh
from tests.shacl.comparing import brief, results, turtle

DATA = turtle(
    'ex:a ex:p "01"^^xsd:integer , 1 , "5"^^xsd:byte , "1.50"^^xsd:decimal , "1"^^xsd:boolean ; ex:when "2020-01-01T00:00:00+00:00"^^xsd:dateTime .'
)
SHAPES = turtle(
    """ex:S sh:targetNode ex:a ;
  sh:property [ sh:path ex:p ; sh:maxCount 4 ; sh:datatype xsd:byte ; sh:pattern "^[0-9]$" ; sh:in ( 1 "5"^^xsd:byte ) ] ;
  sh:sparql [ sh:message "{$this} has {?value} of {?n}" ; sh:select "SELECT $this ?value (2 AS ?n) WHERE { $this ?any ?value FILTER(?value = 1.5) }" ] ."""
)
WANTED = [
    ("ex:a", '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>', "SPARQL"),
    ("ex:a", '"01"^^<http://www.w3.org/2001/XMLSchema#integer>', "Datatype"),
    ("ex:a", '"1"^^<http://www.w3.org/2001/XMLSchema#boolean>', "Datatype"),
    ("ex:a", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>', "Datatype"),
    ("ex:a", '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>', "Datatype"),
    ("ex:a", '"01"^^<http://www.w3.org/2001/XMLSchema#integer>', "In"),
    ("ex:a", '"1"^^<http://www.w3.org/2001/XMLSchema#boolean>', "In"),
    ("ex:a", '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>', "In"),
    ("ex:a", "", "MaxCount"),
    ("ex:a", '"01"^^<http://www.w3.org/2001/XMLSchema#integer>', "Pattern"),
    ("ex:a", '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>', "Pattern"),
]


def test_written_forms_from_triples() -> None:
    assert brief(validate_triples(SHAPES, DATA)) == WANTED


def test_written_forms_through_the_embedded_store() -> None:
    store = EmbeddedStore()
    store.load(DATA)
    assert brief(validate(compile_shapes(parse_shapes(SHAPES)), store)) == WANTED


def test_written_forms_survive_in_a_folder(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store")
    store.load(DATA)
    del store
    again = EmbeddedStore(tmp_path / "store")
    assert brief(validate(compile_shapes(parse_shapes(SHAPES)), again)) == WANTED


def test_messages_are_filled_in() -> None:
    report = validate_triples(SHAPES, DATA)
    assert [m.value for r in report.results for m in r.messages if "has" in m.value] == [
        "http://example.org/a has 1.50 of 2"
    ]


def test_context_is_looked_up_but_not_reported() -> None:
    shapes = turtle("ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:class ex:D ] .")
    data = turtle("ex:a a ex:C ; ex:p ex:d .")
    context = turtle("ex:d a ex:D . ex:old a ex:C .")
    assert validate_triples(shapes, data, context=context).conforms
    assert not validate_triples(shapes, [*data, *context]).conforms
    assert validate_triples(shapes, data, context=context).focus_nodes == frozenset({data[0].subject})


def test_reported_graphs_on_a_store() -> None:
    shapes = parse_shapes(turtle("ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:class ex:D ] ."))
    store = EmbeddedStore()
    store.load(turtle("ex:a a ex:C ; ex:p ex:d , ex:e ."), "urn:data")
    store.load(turtle("ex:d a ex:D . ex:old a ex:C ; ex:p ex:e ."), "urn:context")
    plan = compile_shapes(shapes, reported_graphs=["urn:data"])
    here, inside = validate(plan, store), validate(plan, store, in_store=True)
    assert brief(here) == [("ex:a", "ex:e", "Class")]
    assert results(here) == results(inside)


def test_details_tell_what_failed_inside() -> None:
    shapes = turtle("ex:S sh:targetNode ex:a ; sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ] .")
    report = validate_triples(shapes, DATA, details=True)
    assert [detail.component for detail in report.results[0].details] == [sh("MinCountConstraintComponent")]
    assert any(triple.predicate == sh("detail") for triple in report_triples(report))


def test_coverage_counts_what_a_target_selects() -> None:
    shapes = turtle(
        "ex:S sh:targetClass ex:Typo ; sh:nodeKind sh:IRI . ex:T sh:targetSubjectsOf ex:p ; sh:nodeKind sh:IRI ."
    )
    report = validate_triples(shapes, DATA)
    assert [(str(each.shape), each.focus_nodes) for each in report.coverage] == [
        ("<http://example.org/S>", 0),
        ("<http://example.org/T>", 1),
    ]


def test_explained_plan_is_sparql_that_runs() -> None:
    shapes = parse_shapes(
        turtle("ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:maxCount 2 ] .")
    )
    text = explain_plan(compile_shapes(shapes))
    store = EmbeddedStore()
    store.load(turtle("ex:a a ex:C . ex:b a ex:C ; ex:p 1 , 2 , 3 ."))
    found = [len(store.select(query).rows) for query in text.split("\n\n")]
    assert text.startswith("# Focus nodes of shape <http://example.org/S>")
    assert found == [2, 1, 1]


@pytest.mark.parametrize(
    ("form", "name", "expected"),
    [
        ("300", "byte", False),
        ("-0", "nonNegativeInteger", True),
        ("+5", "integer", True),
        ("5.0", "integer", False),
        ("2023-02-29", "date", False),
        ("2024-02-29", "date", True),
        ("1900-02-29", "date", False),
        ("2000-02-29Z", "date", True),
        ("24:00:00", "time", True),
        ("2020-01-01T25:00:00", "dateTime", False),
        ("P1Y2M", "duration", True),
        ("P", "duration", False),
        ("PT", "duration", False),
        ("P1DT", "dayTimeDuration", False),
        ("TRUE", "boolean", False),
        ("INF", "double", True),
        ("1e5", "decimal", False),
        ("anything", "anyURI", True),
    ],
)
def test_lexical_forms(form: str, name: str, expected: bool) -> None:
    assert is_well_formed(form, XSD + name) is expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("1", "01", 0),
        ("1", "1.5", -1),
        ('"2"', '"10"', 1),
        ("1", '"1"', None),
        ('"a"@en', '"a"@en', None),
        ('"2020-01-01T12:00:00Z"^^xsd:dateTime', '"2020-01-01T12:00:00"^^xsd:dateTime', None),
        ('"2020-01-01T12:00:00Z"^^xsd:dateTime', '"2020-01-03T12:00:00"^^xsd:dateTime', -1),
        ('"2020-01-01T12:00:00Z"^^xsd:dateTime', '"2020-01-01T13:00:00+01:00"^^xsd:dateTime', 0),
        ('"2020-01-01"^^xsd:date', '"2019-12-31"^^xsd:date', 1),
        ('"x"^^xsd:integer', "1", None),
        ('"NaN"^^xsd:double', "1", None),
    ],
)
def test_comparison(left: str, right: str, expected: int | None) -> None:
    one, other = turtle(f"ex:a ex:p {left} . ex:b ex:p {right} .")
    assert compare(one.object, other.object) == expected
