"""The graph as things that templates can walk: a thing, its values, and what refers to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property

import pyoxigraph as ox

from kgtools.core.namespaces import ID, PREFIXES, RDF, SPF

Values = dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]


@dataclass(frozen=True, slots=True)
class ThingGraph:
    """Triples by subject, and backwards by property and object.

    Attributes:
        values: the objects of each named subject by the IRI of the property.
        referring: the subjects that refer to an IRI, by the IRI of the property.
    """

    values: dict[str, Values]
    referring: dict[tuple[str, str], list[str]]
    _things: dict[str, Thing] = field(default_factory=dict)

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> ThingGraph:
        """Index triples; statements about blank nodes, which only the ontology has, are left out."""
        values: dict[str, Values] = defaultdict(lambda: defaultdict(list))
        referring: dict[tuple[str, str], list[str]] = defaultdict(list)
        for triple in dict.fromkeys(triples):  # what reads the index sorts what it finds
            if not isinstance(triple.subject, ox.NamedNode) or isinstance(triple.object, ox.Triple):
                continue
            values[triple.subject.value][triple.predicate.value].append(triple.object)
            if isinstance(triple.object, ox.NamedNode):
                referring[triple.predicate.value, triple.object.value].append(triple.subject.value)
        return cls(dict(values), dict(referring))

    def thing(self, iri: str) -> Thing:
        """The thing of an IRI, whether or not anything is said of it."""
        if iri not in self._things:
            self._things[iri] = Thing(self, iri)
        return self._things[iri]

    def all(self, class_name: str) -> list[Thing]:
        """The individuals of a class, by its name in ``spf:`` or its CURIE, sorted by label."""
        return _by_label(map(self.thing, self.referring.get((RDF + "type", full_iri(class_name)), ())))


@dataclass(frozen=True)
class Thing:
    """One node of the graph, as a template reads it. Names without a prefix are of ``spf:``."""

    graph: ThingGraph
    iri: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing) and self.iri == other.iri

    def __hash__(self) -> int:
        return hash(self.iri)

    @cached_property
    def kind(self) -> str:
        """The path segment of an individual's IRI, such as ``state-policy``; empty for other IRIs."""
        return self.iri.removeprefix(ID).partition("/")[0] if self.iri.startswith(ID) else ""

    @cached_property
    def slug(self) -> str:
        """The last part of the IRI."""
        if self.kind:
            return self.iri.removeprefix(f"{ID}{self.kind}/")
        return self.iri.rpartition("#")[2] if "#" in self.iri else self.iri.rpartition("/")[2]

    @cached_property
    def label(self) -> str:
        """What people call it; the last part of the IRI where it has no name."""
        return self.text("skos:prefLabel") or self.text("rdfs:label") or self.text("sh:name") or self.slug

    @property
    def summary(self) -> str:
        """The summary of a record, or the definition of a concept or term."""
        return self.text("summary") or self.text("skos:definition")

    def texts(self, name: str) -> tuple[str, ...]:
        """The literal values of a property, sorted."""
        if name not in self._texts:
            self._texts[name] = tuple(sorted(v.value for v in self._values(name) if isinstance(v, ox.Literal)))
        return self._texts[name]

    def text(self, name: str) -> str:
        """The first literal value of a property, or nothing."""
        return next(iter(self.texts(name)), "")

    def number(self, name: str) -> int:
        """A whole number; zero where none is given."""
        return int(self.text(name) or 0)

    def many(self, name: str) -> tuple[Thing, ...]:
        """The things that a property leads to, sorted by label."""
        if name not in self._many:
            found = [self.graph.thing(value.value) for value in self._values(name) if isinstance(value, ox.NamedNode)]
            self._many[name] = tuple(_by_label(found) if len(found) > 1 else found)
        return self._many[name]

    def one(self, name: str) -> Thing | None:
        """The thing that a property leads to, if any."""
        return next(iter(self.many(name)), None)

    def slug_of(self, name: str) -> str:
        """The last part of the IRI that a property leads to, such as ``in-force``; empty where there is none."""
        found = self.one(name)
        return found.slug if found else ""

    def referring(self, name: str) -> list[Thing]:
        """The things that lead here by a property, sorted by label."""
        return _by_label(map(self.graph.thing, self.graph.referring.get((full_iri(name), self.iri), ())))

    @property
    def types(self) -> list[str]:
        """The names of its classes in ``spf:``."""
        found = [value.value for value in self._values("rdf:type") if isinstance(value, ox.NamedNode)]
        return sorted(iri.removeprefix(SPF) for iri in found if iri.startswith(SPF))

    @property
    def exists(self) -> bool:
        """Whether anything is said of it."""
        return self.iri in self.graph.values

    @cached_property
    def _texts(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def _many(self) -> dict[str, tuple[Thing, ...]]:
        return {}

    def _values(self, name: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        return self.graph.values.get(self.iri, _NO_VALUES).get(full_iri(name), _NOTHING)


_NO_VALUES: Values = {}
_NOTHING: list[ox.NamedNode | ox.BlankNode | ox.Literal] = []


def _by_label(things: Iterable[Thing]) -> list[Thing]:
    return sorted(things, key=lambda thing: (thing.label.casefold(), thing.iri))


@cache
def full_iri(name: str) -> str:
    """The IRI of a name in ``spf:`` or of a CURIE with one of the project's prefixes."""
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon else SPF + name
