"""From a record, a property and a value to a place in a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from kgtools.graph.store import Term
from kgtools.validation.documents import Document
from kgtools.validation.findings import Location
from kgtools.validation.spots import Spots


class Locator:
    """Finds places in the files that are reported on; a file is scanned only when something in it is asked for.

    Args:
        documents: the files.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._homes: dict[Term, list[Document]] | None = None
        self._parents: dict[Term, tuple[Term, str]] | None = None
        self._uses: dict[Term, list[tuple[str, Term]]] | None = None
        self._asked: set[Term] = set()
        self._spots: dict[int, Spots] = {}
        self._scanned: dict[int, set[str]] = {}

    def prepare(self, subjects: Iterable[Term]) -> None:
        """Scan the files that describe some subjects, once for all of them."""
        wanted: dict[int, set[str]] = {}
        fresh = set(subjects) - self._asked
        if fresh:
            self._asked |= fresh
            self._uses = None
        for node in fresh:
            subject = self.owner(node)[0]
            for document in self._homes_of(subject):
                wanted.setdefault(id(document), set()).add(document.name(subject))
        for document in self._documents:
            missing = wanted.get(id(document), set()) - self._scanned.get(id(document), set())
            if missing:
                self._scan(document, missing | self._scanned.get(id(document), set()))

    def _scan(self, document: Document, names: set[str]) -> None:
        self._scanned[id(document)] = names
        self._spots[id(document)] = document.spots(names)

    def _homes_of(self, subject: Term) -> list[Document]:
        if self._homes is None:
            self._homes = {}
            for document in self._documents:
                for each in document.subjects:
                    self._homes.setdefault(each, []).append(document)
        return self._homes.get(subject, [])

    def _parents_of_nodes(self) -> dict[Term, tuple[Term, str]]:
        """What each node without an identifier is first a value of; few files have any."""
        if self._parents is None:
            self._parents = {}
            for document in self._documents:
                for triple in document.triples:
                    value = triple.object
                    if type(value) is ox.BlankNode:
                        self._parents.setdefault(value, (triple.subject, triple.predicate.value))
        return self._parents

    def owner(self, node: Term) -> tuple[Term, str]:
        """The record that a node without an identifier is a part of, and by which property; else the node itself."""
        path = ""
        for _ in range(1000):
            if not isinstance(node, ox.BlankNode) or node not in self._parents_of_nodes():
                break
            node, path = self._parents_of_nodes()[node]
        return node, path

    def property_of(self, subject: Term, value: Term) -> str:
        """The property by which a record has a value; empty where there is none, or more than one.

        Args:
            subject: a record, which ``prepare`` was given.
            value: the value.
        """
        if self._uses is None:
            self._uses = {}
            for document in self._documents:
                for triple in document.triples:
                    if triple.subject in self._asked:
                        self._uses.setdefault(triple.subject, []).append((triple.predicate.value, triple.object))
        found = {prop for prop, term in self._uses.get(subject, ()) if term == value}
        return found.pop() if len(found) == 1 else ""

    def location(self, subject: Term, prop: str | None = None, value: Term | None = None) -> Location:
        """The closest place that is known.

        Args:
            subject: a record, which ``prepare`` was given.
            prop: one of its properties.
            value: a value of the property.
        """
        homes = self._homes_of(subject)
        best: Location | None = None
        for document in homes:
            spots = self._spots.get(id(document))
            if spots is None:
                continue
            name = document.name(subject)
            exact = prop is not None and (name, prop) in spots.properties
            offset = spots.find(name, prop, document.name(value) if value is not None else None)
            if offset is not None and (exact or best is None):
                best = Location(str(document.file), document.place(offset))
                if exact or prop is None:
                    break
        return best or Location(str(homes[0].file) if homes else "")
