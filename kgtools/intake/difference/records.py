"""The records of a graph: what is said of each named thing, with blank nodes folded into text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import ID, OWL, RDF, RDFS, SH, SKOS, SPF, shortened

_DEEPEST: Final = 40
_LONGEST_LIST: Final = 10_000
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


class Records:
    """A version of the graph, by subject and property.

    Args:
        triples: the graph.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._about: dict[ox.NamedNode | ox.BlankNode, dict[str, set[object]]] = defaultdict(lambda: defaultdict(set))
        for t in triples:
            if not isinstance(t.subject, ox.Triple):
                self._about[t.subject][t.predicate.value].add(t.object)
        self._named = {s.value: facts for s, facts in self._about.items() if isinstance(s, ox.NamedNode)}
        self._free = [s for s in self._about if isinstance(s, ox.BlankNode)]
        self.by_iri: Mapping[str, Mapping[str, frozenset[str]]] = {
            s: {p: frozenset(map(self._key, values)) for p, values in facts.items()} for s, facts in self._named.items()
        }

    def values(self, iri: str, predicate: str) -> tuple[str, ...]:
        """The values of a property as text: IRIs whole, literals without their datatype."""
        found = self._named.get(iri, {}).get(predicate, ())
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
        return (_META.get(found) or self.label(found) or shortened(found)) if found else "record"

    def _key(self, term: object) -> str:
        return self._folded(term, 0) if isinstance(term, ox.BlankNode) else str(term)

    def _folded(self, node: ox.BlankNode, depth: int) -> str:
        """A blank node as the text of what it says, so that two versions can be compared."""
        if depth > _DEEPEST:
            return "[ … ]"
        if RDF + "first" in self._about.get(node, {}):
            return f"( {' '.join(self._items(node, depth))} )"
        parts = []
        for predicate, values in sorted(self._about.get(node, {}).items()):
            texts = sorted(self._folded(v, depth + 1) if isinstance(v, ox.BlankNode) else _short(v) for v in values)
            parts.append(f"{shortened(predicate)} {', '.join(texts)}")
        return f"[ {' ; '.join(parts)} ]"

    def _items(self, node: object, depth: int) -> Iterator[str]:
        """The items of an RDF list, as text."""
        for _ in range(_LONGEST_LIST):
            cell = self._about.get(node, {}) if isinstance(node, ox.BlankNode) else {}
            for item in cell.get(RDF + "first", ()):
                yield self._folded(item, depth + 1) if isinstance(item, ox.BlankNode) else _short(item)
            node = next(iter(cell.get(RDF + "rest", ())), None)
            if not isinstance(node, ox.BlankNode):
                return

    def axioms(self) -> frozenset[str]:
        """What is said of blank nodes that nothing refers to, such as axioms of disjointness."""
        referred = {v for facts in self._about.values() for values in facts.values() for v in values}
        return frozenset(self._folded(node, 0) for node in self._free if node not in referred)


def _short(term: object) -> str:
    return shortened(term.value) if isinstance(term, ox.NamedNode) else str(getattr(term, "value", term))


def kind_of(iri: str) -> str:
    """The kind of individual that an IRI is of, such as ``state-policy``; nothing for other IRIs."""
    return iri.removeprefix(ID).partition("/")[0] if iri.startswith(ID) else ""
