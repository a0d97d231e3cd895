"""A small index over the triples of a shapes graph, with readers that refuse malformed parts by name."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyoxigraph as ox

from kgtools.core.errors import ShapesError
from kgtools.graph.store.interface import Term
from kgtools.shacl.paths import (
    MAX_DEPTH,
    Alternative,
    Inverse,
    OneOrMore,
    Path,
    Predicate,
    Sequence,
    ZeroOrMore,
    ZeroOrOne,
)
from kgtools.shacl.vocab import (
    RDF_FIRST,
    RDF_LANG_STRING,
    RDF_NIL,
    RDF_REST,
    RDF_TYPE,
    RDFS_SUBCLASS_OF,
    SHACL,
    TRUE,
    XSD_INTEGER,
    XSD_STRING,
    sh,
)

_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")
_WRAPPERS: dict[ox.NamedNode, type[Inverse] | type[ZeroOrMore] | type[OneOrMore] | type[ZeroOrOne]] = {
    sh("inversePath"): Inverse,
    sh("zeroOrMorePath"): ZeroOrMore,
    sh("oneOrMorePath"): OneOrMore,
    sh("zeroOrOnePath"): ZeroOrOne,
}


def short(term: Term) -> str:
    """A term as people write it: ``sh:`` for SHACL's own, N-Triples for the rest."""
    if isinstance(term, ox.NamedNode) and term.value.startswith(SHACL):
        return f"sh:{term.value[len(SHACL) :]}"
    return str(term)


class ShapesIndex:
    """The triples of a shapes graph by subject and predicate.

    Args:
        triples: the shapes graph.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.triples = tuple(dict.fromkeys(triples))
        self.by_subject: dict[Term, dict[ox.NamedNode, list[Term]]] = {}
        for triple in self.triples:
            described = self.by_subject.setdefault(triple.subject, {})
            described.setdefault(triple.predicate, []).append(triple.object)

    def values(self, node: Term, predicate: ox.NamedNode) -> list[Term]:
        """All values of a property, in the order they were read."""
        return self.by_subject.get(node, {}).get(predicate, [])

    def types(self, node: Term) -> set[Term]:
        """The classes of a node in the shapes graph, superclasses included."""
        found: set[Term] = set()
        waiting = list(self.values(node, RDF_TYPE))
        while waiting:
            cls = waiting.pop()
            if cls not in found:
                found.add(cls)
                waiting += self.values(cls, RDFS_SUBCLASS_OF)
        return found

    def one(self, shape: Term, predicate: ox.NamedNode) -> Term | None:
        """The only value of a property, or None; more than one is an error."""
        values = self.values(shape, predicate)
        if len(values) > 1:
            raise ShapesError(f"it has {len(values)} values of {short(predicate)}; keep one of them.", shape)
        return values[0] if values else None

    def iri(self, shape: Term, predicate: ox.NamedNode, value: Term) -> ox.NamedNode:
        """The value, which must be an IRI."""
        if not isinstance(value, ox.NamedNode):
            raise ShapesError(f"{short(predicate)} must be an IRI, not {value}.", shape)
        return value

    def resource(self, shape: Term, predicate: ox.NamedNode, value: Term) -> Term:
        """The value, which must not be a literal."""
        if isinstance(value, ox.Literal):
            raise ShapesError(f"{short(predicate)} must be an IRI or a blank node, not the literal {value}.", shape)
        return value

    def integer(self, shape: Term, predicate: ox.NamedNode, value: Term) -> int:
        """The value, which must be an xsd:integer; SHACL lets it be less than 0."""
        if isinstance(value, ox.Literal) and value.datatype == XSD_INTEGER and _INTEGER.fullmatch(value.value):
            return int(value.value)
        raise ShapesError(f"{short(predicate)} must be a whole number (xsd:integer), not {value}.", shape)

    def text(self, shape: Term, predicate: ox.NamedNode, value: Term) -> str:
        """The value, which must be a plain string."""
        if not isinstance(value, ox.Literal) or value.datatype != XSD_STRING:
            raise ShapesError(f"{short(predicate)} must be a plain string (xsd:string), not {value}.", shape)
        return value.value

    def message(self, shape: Term, predicate: ox.NamedNode, value: Term) -> ox.Literal:
        """The value, which must be a text, with a language or without (syntax rule message-datatype)."""
        if not isinstance(value, ox.Literal) or value.datatype not in {XSD_STRING, RDF_LANG_STRING}:
            raise ShapesError(
                f"{short(predicate)} must be a text (xsd:string or rdf:langString), not {value}; put it in quotation "
                "marks.",
                shape,
            )
        return value

    def is_true(self, shape: Term, predicate: ox.NamedNode) -> bool:
        """Whether a property is ``true``; SHACL knows no other way to say so, ``"1"`` included."""
        return self.one(shape, predicate) == TRUE

    def list_items(self, shape: Term, predicate: ox.NamedNode, head: Term) -> tuple[Term, ...]:
        """The members of an RDF list, which must be well-formed (section 1.4, "SHACL list")."""
        items: list[Term] = []
        seen: set[Term] = set()
        while head != RDF_NIL:
            firsts, rests = self.values(head, RDF_FIRST), self.values(head, RDF_REST)
            if head in seen:
                raise ShapesError(f"the list of {short(predicate)} forms a circle; end it with rdf:nil.", shape)
            if len(firsts) != 1 or len(rests) != 1:
                raise ShapesError(
                    f"the value of {short(predicate)} must be a list, written ( … ); {head} has {len(firsts)} "
                    f"rdf:first and {len(rests)} rdf:rest instead of one of each.",
                    shape,
                )
            seen.add(head)
            items.append(firsts[0])
            head = rests[0]
        return tuple(items)

    def path(self, shape: Term, node: Term, depth: int = 0) -> Path:
        """Read a property path (section 2.3.1).

        Raises:
            ShapesError: the path is not one of the seven forms, or is nested in itself.
        """
        if isinstance(node, ox.NamedNode) and node != RDF_NIL:
            return Predicate(node)
        if isinstance(node, ox.Literal | ox.Triple):
            raise ShapesError(f"sh:path must be an IRI or one of SHACL's path forms, not {node}.", shape)
        if depth > MAX_DEPTH:
            raise ShapesError("its sh:path refers to itself, or is nested too deeply.", shape)
        if self.values(node, RDF_FIRST):
            return Sequence(self._branches(shape, sh("path"), node, depth))
        forms = [(p, value) for p in (*_WRAPPERS, sh("alternativePath")) for value in self.values(node, p)]
        if len(forms) > 1:
            told = " and ".join(dict.fromkeys(short(predicate) for predicate, _ in forms))
            raise ShapesError(f"its sh:path {node} has {len(forms)} values of {told}; keep one of them.", shape)
        for predicate, value in forms:
            if predicate in _WRAPPERS:
                return _WRAPPERS[predicate](self.path(shape, value, depth + 1))
            return Alternative(self._branches(shape, predicate, value, depth))
        raise ShapesError(f"its sh:path {node} is not one of SHACL's path forms; write an IRI, a list, or one of "
                          "sh:inversePath, sh:alternativePath, sh:zeroOrMorePath, sh:oneOrMorePath, sh:zeroOrOnePath.",
                          shape)  # fmt: skip

    def _branches(self, shape: Term, predicate: ox.NamedNode, head: Term, depth: int) -> tuple[Path, ...]:
        items = self.list_items(shape, predicate, head)
        if len(items) < 2:
            raise ShapesError(f"the list of {short(predicate)} needs at least two members.", shape)
        return tuple(self.path(shape, item, depth + 1) for item in items)
