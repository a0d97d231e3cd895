"""Comparing reports: what must be equal between engines."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox

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
