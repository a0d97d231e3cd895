"""What a SPARQL constraint reads: which properties, and how far from the focus node."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pyoxigraph as ox

from kgtools.shacl.sparql_text import ParsedQuery


def predicates_read(queries: Iterable[ParsedQuery]) -> Collection[ox.NamedNode] | None:
    """The properties that queries can read; None when that can't be told."""
    return None
