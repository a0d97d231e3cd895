"""Checking shapes against SHACL's own shapes (SHACL section C, "Shapes to validate shapes graphs")."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from kgtools.core.namespaces import RDF, shortened
from kgtools.shacl import validate_triples


def faults(shapes: Iterable[ox.Triple]) -> list[str]:
    """What is wrong with a shapes graph.

    Args:
        shapes: the shapes graph.

    Returns:
        One sentence a fault; none for a well-formed graph.
    """
    report = validate_triples(_meta_shapes(), _plain_lists(shapes))
    told = []
    for result in report.results:
        node = result.focus_node
        name = shortened(node.value) if isinstance(node, ox.NamedNode) else "a shape without an identifier"
        told.append(f"{name}: {' '.join(message.value for message in result.messages)}")
    return list(dict.fromkeys(told))


def _plain_lists(shapes: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Shapes without what is said of a list besides: a list is read as one, as the W3C test path-strange-002 has it."""
    shapes = list(shapes)
    lists = {triple.subject for triple in shapes if triple.predicate.value == f"{RDF}first"}
    return [t for t in shapes if t.subject not in lists or t.predicate.value.startswith(RDF)]


@cache
def _meta_shapes() -> tuple[ox.Triple, ...]:
    text = (files("pyshacl") / "assets" / "shacl-shacl.ttl").read_bytes()
    return tuple(ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(text, format=ox.RdfFormat.TURTLE))
