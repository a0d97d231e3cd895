"""What follows from the asserted triples by RDF Schema and the simple rules of OWL 2 RL.

Applied to individuals: class and property hierarchies, domains and ranges that are named classes, inverse, symmetric
and transitive properties (rules cax-sco, prp-spo1, prp-dom, prp-rng, prp-inv1, prp-inv2, prp-symp and prp-trp of the
OWL 2 profiles, section 4.3). Rules that conclude equality or contradiction are HermiT's business, not this file's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from kgtools.core.namespaces import OWL, RDF, RDFS

_TYPE = ox.NamedNode(RDF + "type")


class _Schema:
    """The axioms that the rules use."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._pairs: dict[str, set[tuple[ox.NamedNode, ox.NamedNode]]] = defaultdict(set)
        self._kinds: dict[str, set[ox.NamedNode]] = defaultdict(set)
        for t in triples:
            if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode):
                self._pairs[t.predicate.value].add((t.subject, t.object))
                if t.predicate == _TYPE:
                    self._kinds[t.object.value].add(t.subject)
        inverse = self._pairs[OWL + "inverseOf"]
        self.classes = _transitive(self._pairs[RDFS + "subClassOf"])
        self.properties = _transitive(self._pairs[RDFS + "subPropertyOf"])
        self.domains = _grouped(self._pairs[RDFS + "domain"])
        self.ranges = _grouped(self._pairs[RDFS + "range"])
        self.inverses = _grouped(inverse | {(b, a) for a, b in inverse})
        self.symmetric = self._kinds[OWL + "SymmetricProperty"]
        self.transitive = self._kinds[OWL + "TransitiveProperty"]


def inferred_triples(triples: Iterable[ox.Triple]) -> tuple[ox.Triple, ...]:
    """What follows about individuals and is not asserted, sorted.

    Args:
        triples: ontology and data.
    """
    asserted = set(triples)
    schema = _Schema(asserted)
    known, fresh = set(asserted), set(asserted)
    by_subject: dict[tuple[object, ox.NamedNode], set[ox.NamedNode]] = defaultdict(set)
    by_object: dict[tuple[object, ox.NamedNode], set[ox.NamedNode]] = defaultdict(set)
    while fresh:
        for t in fresh:
            if t.predicate in schema.transitive and isinstance(t.subject, ox.NamedNode):
                by_subject[t.subject, t.predicate].add(t.object)  # type: ignore[arg-type]
                by_object[t.object, t.predicate].add(t.subject)
        derived = {new for t in fresh for new in _consequences(t, schema)}
        for t in fresh:
            if t.predicate in schema.transitive:
                derived |= {ox.Triple(t.subject, t.predicate, o) for o in by_subject[t.object, t.predicate]}
                derived |= {ox.Triple(s, t.predicate, t.object) for s in by_object[t.subject, t.predicate]}
        fresh = derived - known
        known |= fresh
    return tuple(sorted(known - asserted, key=str))


def _consequences(triple: ox.Triple, schema: _Schema) -> Iterator[ox.Triple]:
    subject, predicate, target = triple.subject, triple.predicate, triple.object
    if isinstance(subject, ox.BlankNode):
        return
    if predicate == _TYPE:
        for upper in schema.classes.get(target, ()):  # type: ignore[arg-type]
            yield ox.Triple(subject, _TYPE, upper)
        return
    for upper in schema.properties.get(predicate, ()):
        yield ox.Triple(subject, upper, target)
    for domain in schema.domains.get(predicate, ()):
        yield ox.Triple(subject, _TYPE, domain)
    if isinstance(target, ox.NamedNode):
        for range_ in schema.ranges.get(predicate, ()):
            yield ox.Triple(target, _TYPE, range_)
        for inverse in schema.inverses.get(predicate, ()):
            yield ox.Triple(target, inverse, subject)
        if predicate in schema.symmetric:
            yield ox.Triple(target, predicate, subject)


def _grouped(pairs: Iterable[tuple[ox.NamedNode, ox.NamedNode]]) -> Mapping[ox.NamedNode, set[ox.NamedNode]]:
    grouped: dict[ox.NamedNode, set[ox.NamedNode]] = defaultdict(set)
    for first, second in pairs:
        grouped[first].add(second)
    return dict(grouped)


def _transitive(pairs: Iterable[tuple[ox.NamedNode, ox.NamedNode]]) -> Mapping[ox.NamedNode, set[ox.NamedNode]]:
    closed = {first: set(seconds) for first, seconds in _grouped(pairs).items()}
    changed = True
    while changed:
        changed = False
        for seconds in closed.values():
            more = {third for second in seconds for third in closed.get(second, ())} - seconds
            changed = changed or bool(more)
            seconds.update(more)
    return closed
