"""Comparing reports: what must be equal between engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pyoxigraph as ox

from kgtools.shacl import evaluate_sparql
from kgtools.shacl.paths import path_to_sparql
from kgtools.shacl.report import ValidationReport


def turtle(text: str) -> list[ox.Triple]:
    """Triples from Turtle with the usual prefixes."""
    prefixes = (
        "@prefix ex: <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    )
    return [quad.triple for quad in ox.parse(prefixes + text, format=ox.RdfFormat.TURTLE)]


def results(report: ValidationReport) -> Counter[tuple[str, ...]]:
    """Each result without its messages, as often as it occurs."""
    return Counter(
        (
            str(r.focus_node),
            path_to_sparql(r.path) if r.path else "",
            str(r.value),
            r.component.value.rpartition("#")[2],
            r.severity.value.rpartition("#")[2],
            str(r.source_shape),
        )
        for r in report.results
    )


def _short(text: str) -> str:
    short = text.replace("http://example.org/", "ex:")
    return short[1:-1] if short.startswith("<") else short


def brief(report: ValidationReport) -> list[tuple[str, str, str]]:
    """Focus node, value and component of each result, short."""
    return [
        (
            _short(str(r.focus_node)),
            "" if r.value is None else _short(str(r.value)),
            r.component.value.rpartition("#")[2].removesuffix("ConstraintComponent"),
        )
        for r in report.results
    ]


@contextmanager
def few_for_many(number: int) -> Iterator[None]:
    """Take few focus nodes for many."""
    before, evaluate_sparql.MANY = evaluate_sparql.MANY, number
    try:
        yield
    finally:
        evaluate_sparql.MANY = before


def shapes_of(query: str) -> list[ox.Triple]:
    """A shape with a query as its SPARQL constraint, and targets that select most nodes."""
    text = query.replace("\\", "\\\\").replace('"', '\\"')
    return turtle(
        f"""ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
        ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:targetSubjectsOf ex:p , ex:q ;
          sh:sparql [ sh:prefixes ex: ; sh:select "{text}" ] ."""
    )
