"""Canonical Turtle: one way to write a set of triples, so that a diff shows only what changed.

Prefixes are the project's, sorted, and only those in use. Subjects are sorted by IRI; each predicate starts a line,
``rdf:type`` first, then labels, then the rest by IRI; each further object has its own line. A blank node is
written in place, as a list or in brackets, which is possible for nodes that are referred to once.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from kgtools.core.errors import UserError
from kgtools.core.namespaces import PREFIXES, RDF, RDFS, SKOS, XSD

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?\Z")
_PLAIN_NUMBER = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+\Z"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    XSD + "boolean": re.compile(r"(?:true|false)\Z"),
}
_FIRST = (RDF + "type", SKOS + "prefLabel", RDFS + "label", SKOS + "definition")
_INDENT = "  "
MAX_DEPTH = 100  # levels of blank nodes in one another: more than anyone can read, and fewer than Python can recurse


class UnwritableGraphError(UserError):
    """The triples have no canonical form: a blank node is referred to more than once, or is in a circle."""


def canonical_turtle(triples: Iterable[ox.Triple]) -> str:
    """Write triples as canonical Turtle.

    Args:
        triples: the triples, in any order; duplicates are dropped.

    Returns:
        The text, ending with a newline; empty for no triples.

    Raises:
        UnwritableGraphError: a blank node can't be written in place.
    """
    graph = _Graph.of(triples)
    if not graph.predicates:
        return ""
    blocks = [graph.block(subject) for subject in graph.top_subjects()]
    if graph.written_blank != graph.blank_subjects():
        raise UnwritableGraphError("Blank nodes refer to each other in a circle; give one of them an IRI.")
    return _prefix_lines(graph.used_prefixes) + "\n" + "\n".join(blocks)


def trig_text(quads: Iterable[ox.Quad]) -> bytes:
    """Write quads as TriG: the same bytes for the same quads in the same order, with the prefixes that are used.

    Args:
        quads: the quads; those of one graph and subject should follow each other.
    """
    every = list(quads)
    used = "\n".join(map(str, every))
    prefixes = {name: space for name, space in PREFIXES.items() if f"<{space}" in used}
    lines = (ox.serialize(every, format=ox.RdfFormat.TRIG, prefixes=prefixes) or b"").splitlines(keepends=True)
    return b"".join([*sorted(lines[: len(prefixes)]), *lines[len(prefixes) :]])


def _prefix_lines(used: set[str]) -> str:
    return "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in sorted(used))


@dataclass
class _Graph:
    """The triples by subject and predicate, with what has been written of them so far."""

    predicates: dict[ox.NamedNode | ox.BlankNode, dict[str, set[ox.NamedNode | ox.BlankNode | ox.Literal]]]
    references: Counter[ox.BlankNode]
    used_prefixes: set[str]
    written_blank: set[ox.BlankNode]
    written: dict[str, str] = field(default_factory=dict)  # IRIs come again and again

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> _Graph:
        predicates: dict[ox.NamedNode | ox.BlankNode, dict[str, set[ox.NamedNode | ox.BlankNode | ox.Literal]]] = (
            defaultdict(lambda: defaultdict(set))
        )
        references: Counter[ox.BlankNode] = Counter()
        for triple in set(triples):
            if isinstance(triple.subject, ox.Triple) or isinstance(triple.object, ox.Triple):
                raise UnwritableGraphError("Quoted triples are not supported.")
            predicates[triple.subject][triple.predicate.value].add(triple.object)
            if isinstance(triple.object, ox.BlankNode):
                references[triple.object] += 1
        return cls(predicates, references, set(), set())

    def blank_subjects(self) -> set[ox.BlankNode]:
        return {subject for subject in self.predicates if isinstance(subject, ox.BlankNode)}

    def top_subjects(self) -> list[ox.NamedNode | ox.BlankNode]:
        named = sorted((s for s in self.predicates if isinstance(s, ox.NamedNode)), key=lambda s: s.value)
        free = [s for s in self.blank_subjects() if not self.references[s]]
        return [*named, *sorted(free, key=self._text_of_free)]

    def _text_of_free(self, node: ox.BlankNode) -> str:
        return self._properties(node, "")

    def block(self, subject: ox.NamedNode | ox.BlankNode) -> str:
        if isinstance(subject, ox.BlankNode):
            self.written_blank.add(subject)
            return f"[] {self._properties(subject, _INDENT)} .\n"
        return f"{self._iri(subject.value)} {self._properties(subject, _INDENT)} .\n"

    def _properties(self, subject: ox.NamedNode | ox.BlankNode, indent: str) -> str:
        lines = []
        for predicate in sorted(self.predicates[subject], key=_predicate_order):
            objects = sorted(self._object(o, indent) for o in self.predicates[subject][predicate])
            name = "a" if predicate == RDF + "type" else self._iri(predicate)
            lines.append(f"{name} " + f",\n{indent}{_INDENT}".join(objects))
        return f" ;\n{indent}".join(lines)

    def _object(self, term: ox.NamedNode | ox.BlankNode | ox.Literal, indent: str) -> str:
        if isinstance(term, ox.NamedNode):
            return self._iri(term.value)
        if isinstance(term, ox.Literal):
            return self._literal(term)
        if self.references[term] != 1:
            raise UnwritableGraphError(
                "A blank node is referred to more than once, so it has no single place; give it an IRI."
            )
        return self._blank(term, indent + _INDENT)

    def _blank(self, node: ox.BlankNode, indent: str) -> str:
        if len(indent) > MAX_DEPTH * len(_INDENT):
            raise UnwritableGraphError(
                f"Blank nodes are nested more than {MAX_DEPTH} levels deep; give some of them IRIs."
            )
        self.written_blank.add(node)
        if node not in self.predicates:
            return "[]"
        if set(self.predicates[node]) == {RDF + "first", RDF + "rest"}:
            return f"( {' '.join(self._list_items(node, indent))} )"
        return f"[ {self._properties(node, indent)} ]"

    def _list_items(self, node: ox.BlankNode, indent: str) -> list[str]:
        items = []
        rest: ox.NamedNode | ox.BlankNode | ox.Literal = node
        while isinstance(rest, ox.BlankNode):
            self.written_blank.add(rest)
            cell = self.predicates.get(rest, {})
            if set(cell) != {RDF + "first", RDF + "rest"} or any(len(values) != 1 for values in cell.values()):
                raise UnwritableGraphError("An RDF list is damaged: each cell needs one rdf:first and one rdf:rest.")
            items.append(self._object(next(iter(cell[RDF + "first"])), indent))
            rest = next(iter(cell[RDF + "rest"]))
        return items

    def _iri(self, iri: str) -> str:
        if iri not in self.written:
            self.written[iri] = self._shortened(iri)
        return self.written[iri]

    def _shortened(self, iri: str) -> str:
        if iri == RDF + "nil":
            return "()"
        for name, space in _LONGEST_FIRST:
            if iri.startswith(space) and _LOCAL.match(iri[len(space) :]):
                self.used_prefixes.add(name)
                return f"{name}:{iri[len(space) :]}"
        return str(ox.NamedNode(iri))

    def _literal(self, literal: ox.Literal) -> str:
        datatype = literal.datatype.value
        plain = _PLAIN_NUMBER.get(datatype)
        if plain and plain.match(literal.value):
            return literal.value
        text = str(ox.Literal(literal.value))
        if literal.language:
            return f"{text}@{literal.language}"
        if datatype == XSD + "string":
            return text
        return f"{text}^^{self._iri(datatype)}"


_LONGEST_FIRST = sorted(PREFIXES.items(), key=lambda pair: -len(pair[1]))


def _predicate_order(predicate: str) -> tuple[int, str]:
    return (_FIRST.index(predicate) if predicate in _FIRST else len(_FIRST), predicate)
