"""Graphs, as CONSTRUCT and DESCRIBE queries give them, in each output format."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import PREFIXES
from kgtools.graph.serializing import serialized
from kgtools.graph.store import TermTriple

GRAPH_FORMATS: Final = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}


def render_graph(triples: Iterable[TermTriple], format_: str) -> str:
    """Write triples in one of ``GRAPH_FORMATS``: each once, sorted; Turtle with the project's prefixes."""
    ordered = sorted(set(triples), key=str)
    prefixes = PREFIXES if format_ == "ttl" else None
    return serialized(ordered, GRAPH_FORMATS[format_], prefixes).decode()
