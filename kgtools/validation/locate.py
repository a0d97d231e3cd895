"""From a record, a property and a value to a place in a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import SPF
from kgtools.graph.store import Term
from kgtools.shacl.graph import MemoryGraph, cells
from kgtools.validation.documents import Document
from kgtools.validation.findings import Location
from kgtools.validation.spots import Spots

_ADDED: Final = f"{SPF}inSubmission"
"""The property that validation adds to the records of a submission."""


_NOWHERE: Final = Spots()


class Locator:
    """Finds places in the files that are reported on; a file is scanned only when something in it is asked for.

    Args:
        documents: the files.
        graph: what they state; needed only to ask for the property of a value.
    """

    def __init__(self, documents: Sequence[Document], graph: MemoryGraph | None = None) -> None:
        self._documents = documents
        self._graph = graph
        self._homes: dict[Term, list[Document]] = {}
        self._parents: dict[Term, tuple[Term, str]] | None = None
        self._asked: set[Term] = set()
        self._begins: dict[int, dict[str, int]] = {}
        self._spots: dict[int, Spots] = {}
        self._scanned: dict[int, set[str]] = {}

    def prepare(self, subjects: Iterable[Term], *, begins_only: bool = False) -> None:
        """Scan the files that describe some subjects, once for all of them.

        Args:
            subjects: the subjects.
            begins_only: whether it is enough to know where their descriptions begin.
        """
        wanted: dict[int, set[str]] = {}
        nodes = set(subjects)
        self._asked |= nodes
        for node in nodes:
            subject = self.owner(node)[0]
            for document in self._homes_of(subject):
                wanted.setdefault(id(document), set()).add(document.name(subject))
        for document in self._documents:
            missing = wanted.get(id(document), set()) - self._scanned.get(id(document), set())
            if missing and not (begins_only and self._has_begins(document, missing)):
                self._scan(document, missing | self._scanned.get(id(document), set()))

    def _has_begins(self, document: Document, names: set[str]) -> bool:
        """Find where subjects begin; false where only a whole scan tells."""
        known = self._begins.setdefault(id(document), {})
        missing = names - known.keys()
        found = document.begins(missing) if missing else {}
        known.update(found or {})
        return found is not None

    def _scan(self, document: Document, names: set[str]) -> None:
        self._scanned[id(document)] = names
        self._spots[id(document)] = document.spots(names)

    def _homes_of(self, subject: Term) -> list[Document]:
        if subject not in self._homes:
            self._homes[subject] = [document for document in self._documents if subject in document.subjects]
        return self._homes[subject]

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
        if subject not in self._asked:
            return ""
        assert self._graph is not None
        columns = self._graph.columns.items()
        found = {predicate.value for predicate, column in columns if value in cells(column.get(subject))}
        if _ADDED in found:  # perhaps by no file
            triples = (triple for document in self._homes_of(subject) for triple in document.triples)
            found = {t.predicate.value for t in triples if t.subject == subject and t.object == value}
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
            spots = self._spots.get(id(document), _NOWHERE)
            name = document.name(subject)
            exact = prop is not None and (name, prop) in spots.properties
            offset = spots.find(name, prop, document.name(value) if value is not None else None)
            if offset is None:
                offset = self._begins.get(id(document), {}).get(name)
            if offset is not None and (exact or best is None):
                best = Location(str(document.file), document.place(offset))
                if exact or prop is None:
                    break
        return best or Location(str(homes[0].file) if homes else "")
