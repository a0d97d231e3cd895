"""The labels and classes of the terms of a graph, and how a reader is shown a term."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Final, TypeGuard

import pyoxigraph as ox

from kgtools.core.namespaces import RDF, RDFS, SKOS, SPF, XSD, shortened
from kgtools.graph.store import Term
from kgtools.shacl.graph import MemoryGraph, cells

_TYPE: Final = ox.NamedNode(f"{RDF}type")
_SUBCLASS: Final = ox.NamedNode(f"{RDFS}subClassOf")
_PREFERRED: Final = ox.NamedNode(f"{SKOS}prefLabel")
_LABEL: Final = ox.NamedNode(f"{RDFS}label")
BARE: Final = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+\Z"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    XSD + "boolean": re.compile(r"(?:true|false)\Z"),
}
"""How the values are written that Turtle takes without quotation marks, by datatype."""


class Labels:
    """The labels and the classes of the terms of a graph; gathered when first asked for.

    Args:
        graph: data and context.
        withdrawn: what was said of withdrawn records; they have labels, but no descriptions.
    """

    def __init__(self, graph: MemoryGraph, withdrawn: Iterable[ox.Triple] = ()) -> None:
        self._graph = graph
        self._withdrawn = tuple(withdrawn)
        self.withdrawn: set[Term] = {triple.subject for triple in self._withdrawn}

    @cached_property
    def labels(self) -> dict[str, str]:
        """The English or untagged name of each term that has one, preferred names first."""
        found = {
            _text(triple.subject): triple.object.value
            for triple in self._withdrawn
            if triple.predicate == _PREFERRED and _is_english(triple.object)
        }
        for subject, _, value in self._graph.triples((_PREFERRED,)):
            if _is_english(value):
                found[_text(subject)] = value.value
        for subject, _, value in self._graph.triples((_LABEL,)):
            if _is_english(value):
                found.setdefault(_text(subject), value.value)
        return found

    def classes(self, node: Term) -> list[str]:
        """The classes that a node is said to belong to."""
        values = cells(self._graph.column(_TYPE).get(node))
        return [value.value for value in values if isinstance(value, ox.NamedNode)]

    @cached_property
    def _instances(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for subject, _, value in self._graph.triples((_TYPE,)):
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode):
                found[value.value].append(subject.value)
        return found

    @cached_property
    def _subclasses(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for subject, _, value in self._graph.triples((_SUBCLASS,)):
            if isinstance(value, ox.NamedNode | ox.Literal):
                found[value.value].append(_text(subject))
        return found

    def instances(self, cls: str) -> set[str]:
        """The named instances of a class and of its subclasses."""
        found: set[str] = set()
        waiting, seen = [cls], set()
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                found.update(self._instances.get(one, ()))
                waiting += self._subclasses.get(one, ())
        return found

    def of_class(self, cls: str) -> str:
        """The name of a class, in the singular."""
        return self.labels.get(cls) or shortened(cls).strip("<>").rpartition(":")[2].rpartition("/")[2]

    def kind(self, node: Term) -> str:
        """The name of a node's class; the project's own class where there are several."""
        own = sorted(self.classes(node), key=lambda iri: (not iri.startswith(SPF), iri))
        return self.of_class(own[0]) if own else ""

    def display(self, term: Term) -> str:
        """A term as a reader wants it: an IRI with its label, a literal as Turtle writes it."""
        if isinstance(term, ox.Literal):
            return literal_text(term)
        if not isinstance(term, ox.NamedNode):
            return "a part without an identifier" if isinstance(term, ox.BlankNode) else str(term)
        label, short = self.labels.get(term.value), shortened(term.value)
        return f"{label} ({short})" if label else short


def _is_english(term: Term) -> TypeGuard[ox.Literal]:
    return isinstance(term, ox.Literal) and (term.language or "en").startswith("en")


def _text(term: Term) -> str:
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value


def literal_text(literal: ox.Literal, limit: int = 160) -> str:
    """A literal as Turtle writes it, cut where it is long."""
    text = cut(literal.value, limit)
    if literal.language:
        return f'"{text}"@{literal.language}'
    datatype = literal.datatype.value
    if datatype in BARE and BARE[datatype].match(text):
        return text
    return f'"{text}"' if datatype == f"{XSD}string" else f'"{text}"^^{shortened(datatype)}'


def cut(text: str, limit: int = 60) -> str:
    """A text, cut where it is longer than a limit."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
