"""The shapes that a user gives: read with the places of their parts, so that what is wrong in them is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kgtools.core.errors import ShapesError
from kgtools.core.namespaces import RDF
from kgtools.graph.store import Term
from kgtools.shacl import ShapesGraph, parse_shapes, remarks_on
from kgtools.shacl.naming import Naming
from kgtools.shacl.shapes_index import ShapesIndex
from kgtools.validation.documents import Document
from kgtools.validation.findings import Caution, Location
from kgtools.validation.locate import Locator
from kgtools.validation.problems import Problem
from kgtools.validation.spots import Spots
from kgtools.validation.turtle_spots import MEMBER, part_name, scan_turtle

_FIRST, _REST = (ox.NamedNode(f"{RDF}{name}") for name in ("first", "rest"))
_OTHERS = frozenset({ox.RdfFormat.JSON_LD, ox.RdfFormat.RDF_XML})
"""Formats whose nodes without a name have no places of their own here."""


class ShapesFiles:
    """Files of shapes.

    Args:
        documents: the files, as they were read.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self.triples = [triple for document in documents for triple in document.triples]

    def parse(self) -> ShapesGraph:
        """Read the shapes.

        Raises:
            ShapesError: they are malformed; the message names the shape, and where it is.
        """
        try:
            return parse_shapes(self.triples, where=lambda node: str(self.location(node)))
        except ShapesError as error:
            if not isinstance(error.shape, ox.NamedNode):
                raise
            place = self.location(error.shape)
            raise type(error)(error.reason, error.shape, f"{place}: Shape {error.shape}") from error

    def cautions(self, shapes: ShapesGraph) -> tuple[Caution, ...]:
        """What in the shapes has no effect, in the order of the files."""
        remarks = remarks_on(shapes, addresses={document.base for document in self._documents})
        found = [Caution(self.location(r.node, r.predicate), f"{r.name}: {r.message}") for r in remarks]
        order = {str(document.file): number for number, document in enumerate(self._documents)}
        return tuple(sorted(found, key=lambda each: (order.get(each.location.file, -1), each.location)))

    def malformed(self) -> Iterator[Problem]:
        """What SHACL's own shapes find wrong."""
        from kgtools.validation.metashacl import faults

        naming = Naming(ShapesIndex(self.triples))
        for node, fault in faults(self.triples):
            at = self.location(node)
            message = f"The shapes are malformed: {naming.subject(node)}: {fault}"
            yield Problem(Path(at.file), at.place, message)

    def location(self, node: Term, predicate: ox.NamedNode | None = None) -> Location:
        """Where a node is described, or one of its properties.

        Args:
            node: a node of the shapes.
            predicate: one of its properties.
        """
        for document in self._documents:
            if node in self._described[document.tag]:
                return self._in(document, node, predicate)
        return Location(str(self._documents[0].file) if self._documents else "")

    def _in(self, document: Document, node: Term, predicate: ox.NamedNode | None) -> Location:
        if document.format not in _OTHERS:
            prop = predicate.value if predicate is not None else None
            offset = self._spots(document).find(self._name(document, node), prop)
            if offset is not None:
                return Location(str(document.file), document.place(offset))
        locator = Locator([document])
        owner = locator.owner(node)[0]
        locator.prepare([owner])
        return locator.location(owner)

    @cached_property
    def _described(self) -> dict[str, set[Term]]:
        return {document.tag: {triple.subject for triple in document.triples} for document in self._documents}

    @cached_property
    def _scanned(self) -> dict[str, Spots]:
        return {}

    def _spots(self, document: Document) -> Spots:
        if document.tag not in self._scanned:
            self._scanned[document.tag] = scan_turtle(document.text, document.base, parts=True)
        return self._scanned[document.tag]

    @cached_property
    def _uses(self) -> dict[Term, tuple[Term, ox.NamedNode, int]]:
        """What each node without a name is a value of, and how many values are before it."""
        found: dict[Term, tuple[Term, ox.NamedNode, int]] = {}
        counts: Counter[tuple[Term, ox.NamedNode]] = Counter()
        for triple in self.triples:
            key = (triple.subject, triple.predicate)
            if isinstance(triple.object, ox.BlankNode):
                found.setdefault(triple.object, (*key, counts[key]))
            counts[key] += 1
        return found

    def _name(self, document: Document, node: Term) -> str:
        """A node as the scanner calls it."""
        name, use = document.name(node), self._uses.get(node)
        if not isinstance(node, ox.BlankNode) or use is None or name in document.text:
            return name
        owner, predicate, number = use
        if predicate != _FIRST:
            return part_name(self._name(document, owner), predicate.value, number)
        place = 0
        while (above := self._uses.get(owner)) is not None and above[1] == _REST:
            owner, place = above[0], place + 1
        return part_name(self._name(document, owner), MEMBER, place)
