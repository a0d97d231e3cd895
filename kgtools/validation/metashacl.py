"""Checking shapes against SHACL's own shapes (SHACL section C, "Shapes to validate shapes graphs")."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pyoxigraph as ox

from kgtools.core.namespaces import RDF
from kgtools.graph.store import Term
from kgtools.shacl import validate_triples
from kgtools.shacl.paths import Predicate
from kgtools.shacl.report import ValidationResult
from kgtools.shacl.shapes_index import short
from kgtools.shacl.vocab import sh

# What remains of these here is a property shape in the place of a node shape; the parser refuses the rest.
_OF_PROPERTY_SHAPES = {sh(n) for n in ("path", "minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals")}


def faults(shapes: Iterable[ox.Triple]) -> list[tuple[Term, str]]:
    """What is wrong with a shapes graph.

    Args:
        shapes: the shapes graph.

    Returns:
        The node at fault with a sentence, for each fault; none for a well-formed graph.
    """
    report = validate_triples(_meta_shapes(), _plain_lists(shapes))
    return list(dict.fromkeys((result.focus_node, _sentence(result)) for result in report.results))


def _sentence(result: ValidationResult) -> str:
    """SHACL's own shapes have no messages, and the engine's say nothing of the property or the rule."""
    path = result.path.iri if isinstance(result.path, Predicate) else None
    if path in _OF_PROPERTY_SHAPES and result.component == sh("MaxCountConstraintComponent"):
        return "it is a value of sh:node, which takes a node shape, and has a sh:path; use sh:property."
    if result.component == sh("XoneConstraintComponent"):
        return "it is neither a node shape nor a property shape with a well-formed sh:path; check its sh:path."
    told = " ".join(message.value for message in result.messages)
    return told if path is None else f"{short(path)}: {told}"


def _plain_lists(shapes: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Shapes without the other statements about a list: it is read as one, as in the W3C test path-strange-002."""
    shapes = list(shapes)
    lists = {triple.subject for triple in shapes if triple.predicate.value == f"{RDF}first"}
    return [t for t in shapes if t.subject not in lists or t.predicate.value.startswith(RDF)]


@cache
def _meta_shapes() -> tuple[ox.Triple, ...]:
    package = find_spec("pyshacl")  # importing it would take longer than all that is done with the file
    assert package is not None
    assert package.origin is not None
    text = (Path(package.origin).parent / "assets" / "shacl-shacl.ttl").read_bytes()
    return tuple(ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(text, format=ox.RdfFormat.TURTLE))
