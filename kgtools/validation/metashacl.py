"""Checking shapes against SHACL's own shapes (SHACL section C, "Shapes to validate shapes graphs")."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from kgtools.core.namespaces import RDF
from kgtools.graph.store import Term
from kgtools.shacl import validate_triples


def faults(shapes: Iterable[ox.Triple]) -> list[tuple[Term, str]]:
    """What is wrong with a shapes graph.

    Args:
        shapes: the shapes graph.

    Returns:
        The node at fault with a sentence, for each fault; none for a well-formed graph.
    """
    report = validate_triples(_meta_shapes(), _plain_lists(shapes))
    told = [(r.focus_node, " ".join(message.value for message in r.messages)) for r in report.results]
    return list(dict.fromkeys(told))


def _plain_lists(shapes: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Shapes without the other statements about a list: it is read as one, as in the W3C test path-strange-002."""
    shapes = list(shapes)
    lists = {triple.subject for triple in shapes if triple.predicate.value == f"{RDF}first"}
    return [t for t in shapes if t.subject not in lists or t.predicate.value.startswith(RDF)]


@cache
def _meta_shapes() -> tuple[ox.Triple, ...]:
    text = (files("pyshacl") / "assets" / "shacl-shacl.ttl").read_bytes()
    return tuple(ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(text, format=ox.RdfFormat.TURTLE))
