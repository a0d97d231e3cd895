"""The records of a graph: what is said of each named thing, with blank nodes folded into text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import ID, OWL, RDF, RDFS, SH, SKOS, SPF, XSD, shortened
from kgtools.intake.difference.knots import Knot, knots

_FIRST, _REST, _NIL = RDF + "first", RDF + "rest", ox.NamedNode(RDF + "nil")
_PLAIN: Final = {XSD + "integer": re.compile(r"[+-]?\d+"), XSD + "boolean": re.compile("true|false")}
_CAPITALS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NEVER: Final = re.compile("(?!)")
_UNSPECIFIC: Final = {OWL + "NamedIndividual", SKOS + "Concept"}
_LABELS: Final = (SKOS + "prefLabel", RDFS + "label", SH + "name", "http://purl.org/dc/terms/title")
_META: Final = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "property",
    OWL + "DatatypeProperty": "property",
    OWL + "AnnotationProperty": "property",
    OWL + "Ontology": "ontology",
    SH + "PropertyShape": "rule",
    SH + "NodeShape": "shape",
    SKOS + "ConceptScheme": "concept scheme",
}


class _Facts:
    """What is said of each subject by property, put together for those that are asked about."""

    def __init__(self, said: Mapping[ox.NamedNode | ox.BlankNode, list[ox.Triple]]) -> None:
        self._said = said
        self._made: dict[ox.NamedNode | ox.BlankNode, dict[str, set[object]]] = {}

    def of(self, subject: ox.NamedNode | ox.BlankNode) -> Mapping[str, set[object]]:
        if subject not in self._made:
            facts: dict[str, set[object]] = defaultdict(set)
            for triple in self._said.get(subject, ()):
                facts[triple.predicate.value].add(triple.object)
            self._made[subject] = dict(facts)
        return self._made[subject]


class Records:
    """A version of the graph, by subject and property.

    Args:
        triples: the graph.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._said: dict[ox.NamedNode | ox.BlankNode, list[ox.Triple]] = defaultdict(list)
        self._about = _Facts(self._said)
        self._held: set[ox.BlankNode] = set()
        nameless = []  # the statements with a blank node
        for triple in triples:
            subject, value = triple.subject, triple.object
            if isinstance(subject, ox.Triple):
                continue
            self._said[subject].append(triple)
            if isinstance(value, ox.BlankNode):
                self._held.add(value)
                nameless.append(triple)
            elif isinstance(subject, ox.BlankNode):
                nameless.append(triple)
        self.knots = knots(nameless)
        self._knotted = frozenset(node for knot in self.knots for node in knot.nodes)
        self._named = {subject.value: subject for subject in self._said if isinstance(subject, ox.NamedNode)}
        self._free = [subject for subject in self._said if isinstance(subject, ox.BlankNode)]
        self.beside_nameless = frozenset(t.subject.value for t in nameless if isinstance(t.subject, ox.NamedNode))

    @property
    def iris(self) -> Collection[str]:
        """The IRIs of the named things."""
        return self._named.keys()

    def differing(self, iri: str, later: Records) -> tuple[str, ...]:
        """The properties of a thing whose values are not the same in a later version."""
        found = sorted({*self._facts(iri), *later._facts(iri)})
        return tuple(p for p in found if self.keys(iri, p) != later.keys(iri, p))

    def _facts(self, iri: str) -> Mapping[str, set[object]]:
        return self._about.of(self._named[iri]) if iri in self._named else {}

    def keys(self, iri: str, predicate: str) -> frozenset[str]:
        """The values of a property as texts that are equal where the values are."""
        return self._keys(self._facts(iri).get(predicate, ()))

    def values(self, iri: str, predicate: str) -> tuple[str, ...]:
        """The values of a property as text: IRIs whole, literals without their datatype."""
        found = self._facts(iri).get(predicate, ())
        return tuple(sorted(str(getattr(value, "value", value)) for value in found))

    def one(self, iri: str, predicate: str) -> str:
        """The first value of a property, or nothing."""
        return next(iter(self.values(iri, predicate)), "")

    def label(self, iri: str) -> str:
        """The name of a thing, or nothing."""
        return next((found for p in _LABELS if (found := self.one(iri, p))), "")

    def class_of(self, iri: str) -> str:
        """The most telling class of a thing, or nothing."""
        classes = [c for c in self.values(iri, RDF + "type") if c not in _UNSPECIFIC]
        return min(classes, key=lambda c: (not c.startswith(SPF), c), default="")

    def class_label(self, iri: str) -> str:
        """What kind of thing it is, in words."""
        found = self.class_of(iri)
        return (_META.get(found) or self.label(found) or in_words(found) or found) if found else "record"

    def _keys(self, values: Collection[object]) -> frozenset[str]:
        if not any(isinstance(v, ox.BlankNode) for v in values):
            return frozenset(map(str, values))
        return _numbered(self._folded(v) if isinstance(v, ox.BlankNode) else str(v) for v in values)

    def _folded(self, node: ox.BlankNode) -> str:
        """A blank node as the text of what it says, to be compared; of one in a knot, one level."""
        if node in self._knotted:
            return self._described(node)
        cells = list(self._cells(node))
        if cells:
            return f"( {' '.join(self._text(next(iter(cell[_FIRST]))) for cell in cells)} )"
        return self._bracketed(node, self._text)

    def _text(self, term: object) -> str:
        return self._folded(term) if isinstance(term, ox.BlankNode) else _short(term)

    def _bracketed(self, node: ox.BlankNode, text: Callable[[object], str]) -> str:
        parts = []
        for predicate, values in sorted(self._about.of(node).items()):
            parts.append(f"{shortened(predicate)} {', '.join(sorted(map(text, values)))}")
        return f"[ {' ; '.join(parts)} ]" if parts else "[]"

    def _described(self, node: ox.BlankNode) -> str:
        """What is said of a node itself, and nothing of the blank nodes beside it."""
        return self._bracketed(node, lambda term: "[ … ]" if isinstance(term, ox.BlankNode) else _short(term))

    def _cells(self, node: object) -> Iterator[Mapping[str, set[object]]]:
        """The cells of an RDF list that is whole, and nothing for any other node."""
        cells = []
        while isinstance(node, ox.BlankNode) and node not in self._knotted:
            cell = self._about.of(node)
            if set(cell) != {_FIRST, _REST} or any(len(values) != 1 for values in cell.values()):
                return
            cells.append(cell)
            node = next(iter(cell[_REST]))
        if node == _NIL:
            yield from cells

    def axioms(self) -> frozenset[str]:
        """What is said of blank nodes that nothing refers to, such as axioms of disjointness."""
        held = self._held | self._knotted
        return _numbered(self._folded(node) for node in self._free if node not in held)

    def descriptions(self, knot: Knot) -> Counter[str]:
        """What is said of each node of a knot."""
        return Counter(map(self._described, knot.nodes))


def _numbered(texts: Iterable[str]) -> frozenset[str]:
    """The texts, with a number where one is there again: two blank nodes that say the same are not one."""
    counts = Counter(texts)
    return frozenset(
        text if number == 1 else f"{text} (no. {number})" for text in counts for number in range(1, counts[text] + 1)
    )


def _short(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return shortened(term.value)
    if not isinstance(term, ox.Literal) or term.language or term.datatype.value == XSD + "string":
        return str(term)
    if _PLAIN.get(term.datatype.value, _NEVER).fullmatch(term.value):
        return term.value
    return f"{ox.Literal(term.value)}^^{shortened(term.datatype.value)}"


def kind_of(iri: str) -> str:
    """The kind of individual that an IRI is of, such as ``state-policy``; nothing for other IRIs."""
    return iri.removeprefix(ID).partition("/")[0] if iri.startswith(ID) else ""


def in_words(iri: str) -> str:
    """The last part of a term's IRI in words, such as "state policy"; nothing where its vocabulary is not known."""
    short = shortened(iri).strip("<>")
    return _CAPITALS.sub(" ", short.partition(":")[2]).lower() if short != iri else ""
