"""Malformed and hostile shapes: an error that names the shape and says what to do, and never a hang."""

# ruff: noqa: E501 - Turtle
from __future__ import annotations

import time

import pyoxigraph as ox
import pytest

from kgtools.cli.main import main
from kgtools.shacl import RecursiveShapesError, ShapesError, compile_shapes, parse_shapes, validate_triples
from tests.shacl.comparing import brief, turtle

MALFORMED = {
    "ex:S sh:targetClass ex:C ; sh:property [ sh:minCount 1 ] .": "no sh:path|belongs in a property shape",
    "ex:S a sh:PropertyShape ; sh:minCount 1 .": "needs one sh:path",
    "ex:S a sh:NodeShape ; sh:path ex:p .": "must not have sh:path",
    "ex:S sh:path ex:p , ex:q ; sh:minCount 1 .": "2 values of sh:path",
    "ex:S sh:path ex:p ; sh:minCount 'one' .": "whole number",
    "ex:S sh:path ex:p ; sh:minCont 1 ; sh:maxCount 1 .": "Did you mean sh:minCount",
    "ex:S sh:nodeKind sh:Iri .": "must be one of sh:IRI",
    "ex:S sh:datatype xsd:string , xsd:date .": "2 values of sh:datatype",
    "ex:S sh:in ex:a .": "must be a list",
    "ex:S sh:in _:l . _:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> 1 ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l .": "circle",
    "ex:S sh:path _:p ; sh:minCount 1 . _:p sh:inversePath _:p .": "refers to itself",
    "ex:S sh:path [] ; sh:minCount 1 .": "path forms",
    "ex:S sh:path ( ex:p ) ; sh:minCount 1 .": "at least two",
    "ex:S sh:pattern '(' .": "not a regular expression",
    "ex:S sh:pattern '(?=a)b' .": "look-ahead",
    "ex:S sh:severity 'bad' ; sh:nodeKind sh:IRI .": "must be an IRI",
    "ex:S sh:node 'x' .": "not the literal",
    "ex:S sh:sparql [ sh:message 'x' ] .": "needs a sh:select",
    "ex:S sh:sparql [ sh:select 'SELECT $this WHERE {' ] .": "not valid SPARQL",
    "ex:S sh:sparql [ sh:select 'SELECT ?x WHERE { ?x ?y ?z }' ] .": "does not return",
    "ex:S sh:sparql [ sh:select 'ASK { $this ?y ?z }' ] .": "must be a SELECT",
    "ex:S sh:target [] .": "not supported",
    "ex:S sh:path ex:p ; sh:qualifiedMinCount 1 .": "need a sh:qualifiedValueShape",
    "ex:S sh:targetClass 'C' ; sh:nodeKind sh:IRI .": "must be an IRI",
}


@pytest.mark.parametrize(("text", "message"), MALFORMED.items())
def test_malformed_shapes_are_named(text: str, message: str) -> None:
    with pytest.raises(ShapesError, match=message) as caught:
        parse_shapes(turtle(text))
    assert caught.value.shape is not None
    called = (
        f"Shape {caught.value.shape}: " if isinstance(caught.value.shape, ox.NamedNode) else "Shape without a name ("
    )
    assert str(caught.value).startswith(called)


def test_recursion_names_the_shapes() -> None:
    with pytest.raises(RecursiveShapesError, match=r"refers to itself \(.*example.org/S.*\)"):
        parse_shapes(turtle("ex:S sh:node ex:T . ex:T sh:property [ sh:path ex:p ; sh:node ex:S ] ."))


def test_deep_nesting_is_refused() -> None:
    text = "".join(f"ex:s{n} sh:node ex:s{n + 1} ." for n in range(5000)) + "ex:s5000 sh:nodeKind sh:IRI ."
    with pytest.raises(ShapesError, match="nested more than 100 deep"):
        parse_shapes(turtle(text))


def test_deep_paths_are_refused() -> None:
    text = "ex:S sh:path _:p0 ; sh:minCount 1 ." + "".join(f"_:p{n} sh:inversePath _:p{n + 1} ." for n in range(5000))
    with pytest.raises(ShapesError, match="nested too deeply"):
        parse_shapes(turtle(text + " _:p5000 sh:inversePath ex:p ."))


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "(.*a){20}$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_patterns_that_explode_elsewhere_take_no_time(pattern: str) -> None:
    started = time.monotonic()
    data = turtle(f"ex:a ex:p '{'a' * 5000}!' .")
    report = validate_triples(turtle(f"ex:S sh:targetObjectsOf ex:p ; sh:pattern '{pattern}' ."), data)
    assert [each[2] for each in brief(report)] == ["Pattern"]
    assert time.monotonic() - started < 60


def test_a_query_that_names_a_blank_node_is_refused_before_it_is_sent() -> None:
    plan = compile_shapes(parse_shapes(turtle("ex:S sh:targetClass ex:C ; sh:hasValue _:b . _:b a ex:Thing .")))
    with pytest.raises(ShapesError, match="blank node"):
        _ = plan.queries


def test_the_verb_exits_2_without_a_traceback(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    shapes, data = folder / "shapes.ttl", folder / "data.ttl"
    shapes.write_text("@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> sh:nodeKind sh:Iri .")
    data.write_text("<urn:a> <urn:p> 1 .")
    assert main(["validate", str(data), "--shapes", str(shapes)]) == 2
    assert "sh:nodeKind must be one of" in capsys.readouterr().err
    shapes.write_text("@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> oops")
    assert main(["validate", str(data), "--shapes", str(shapes)]) == 2
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> sh:targetNode <urn:a> ; sh:nodeKind sh:IRI ."
    )
    assert main(["validate", str(data), "--shapes", str(shapes)]) == 0
    assert main(["validate", str(folder / "none.ttl"), "--shapes", str(shapes)]) == 2
