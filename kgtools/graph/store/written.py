"""Written forms of literals, which a pyoxigraph store does not keep: ``"01"^^xsd:integer`` becomes ``1``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kgtools.graph.store.interface import Term
from kgtools.graph.writing import write_binary_files

_HOLDER = ox.NamedNode("urn:kgtools:written")
# Datatypes whose literals a store keeps as they are.
_KEPT = {
    "http://www.w3.org/2001/XMLSchema#string",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
    "http://www.w3.org/2001/XMLSchema#anyURI",
}


def is_stored_otherwise(literal: ox.Literal) -> bool:
    """Whether a pyoxigraph store may make another literal of this one."""
    return literal.datatype.value not in _KEPT


def is_ambiguous(term: Term) -> bool:
    """Whether a pyoxigraph store may join a term to one that was written in another way."""
    return isinstance(term, ox.Literal) and is_stored_otherwise(term)


def rewritten(literals: Iterable[ox.Literal]) -> dict[ox.Literal, ox.Literal]:
    """What a pyoxigraph store makes of literals, for those that it does not keep as they are written."""
    candidates = [literal for literal in set(literals) if is_stored_otherwise(literal)]
    if not candidates:
        return {}
    store = ox.Store()
    names = [ox.NamedNode(f"urn:{number}") for number in range(len(candidates))]
    store.bulk_extend(ox.Quad(name, _HOLDER, literal) for name, literal in zip(names, candidates, strict=True))
    by_name = dict(zip(names, candidates, strict=True))
    found: dict[ox.Literal, ox.Literal] = {}
    for quad in store:
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.Literal)
        written = by_name[quad.subject]
        if written != quad.object:
            found[written] = quad.object
    return found


class WrittenForms:
    """The quads of a store that were written otherwise than the store has them.

    Args:
        file: where they are kept between runs, for a store in a folder.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._forms: dict[ox.Quad, dict[ox.Quad, None]] = {}
        if file is not None and file.exists():
            with file.open("rb") as source:
                self._learn(list(ox.parse(source, format=ox.RdfFormat.N_QUADS)), ())

    def remember(self, quads: Collection[ox.Quad], store: ox.Store) -> None:
        """Note the written forms of quads that are about to be added to a store."""
        if self._learn(quads, store):
            self._keep()

    def forget(self, graph: ox.NamedNode) -> None:
        """Drop what was noted of a graph."""
        left = {quad: forms for quad, forms in self._forms.items() if quad.graph_name != graph}
        if len(left) < len(self._forms):
            self._forms = left
            self._keep()

    def _keep(self) -> None:
        if self._file is not None:
            text = ox.serialize((form for forms in self._forms.values() for form in forms), format=ox.RdfFormat.N_QUADS)
            write_binary_files({self._file: text or b""})

    def _learn(self, quads: Collection[ox.Quad], store: ox.Store | tuple[()]) -> bool:
        stored_as = rewritten(quad.object for quad in quads if isinstance(quad.object, ox.Literal))
        changed = [quad for quad in quads if quad.object in stored_as] if stored_as else []
        for quad in changed:
            assert isinstance(quad.object, ox.Literal)
            kept = ox.Quad(quad.subject, quad.predicate, stored_as[quad.object], quad.graph_name)
            known = self._forms.setdefault(kept, {kept: None} if kept in store else {})
            known[quad] = None
        # The stored form may have been written too, in the same breath.
        plain = [quad for quad in quads if quad in self._forms] if self._forms else []
        for quad in plain:
            self._forms[quad][quad] = None
        return bool(changed or plain)

    def of(self, stored: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """Quads of a store as they were written."""
        if not self._forms:
            yield from stored
            return
        for quad in stored:
            yield from self._forms.get(quad) or (quad,)
