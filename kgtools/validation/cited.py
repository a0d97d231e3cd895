"""New policies that cite a section, or an act, which a policy on record cites already: they may be the same policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kgtools.core.namespaces import RDF, SKOS, SPF
from kgtools.graph.store import Term
from kgtools.shacl.graph import MemoryGraph, cells

if TYPE_CHECKING:
    from kgtools.tables.law import Citation

RULE: Final = "state-policy.citation.on-record"
"""The rule that says so."""
CITATION: Final = SPF + "citation"
"""The property that is compared."""
_TYPE: Final = ox.NamedNode(RDF + "type")
_POLICY: Final = ox.NamedNode(SPF + "StatePolicy")
_LABEL: Final = ox.NamedNode(SKOS + "prefLabel")
_STATE: Final = ox.NamedNode(SPF + "jurisdiction")
_CITED: Final = ox.NamedNode(CITATION)
_LATER: Final = ox.NamedNode(SPF + "supersededBy")
_MOST_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class CitedTwice:
    """A new policy that cites what others cite.

    Attributes:
        policy: the new policy.
        citation: its citation.
        others: the names of the others, with their citations.
    """

    policy: ox.NamedNode
    citation: str
    others: tuple[str, ...]

    @property
    def message(self) -> str:
        """The case as a sentence."""
        few = " and ".join(self.others[:_MOST_TOLD])
        more = f" and {len(self.others) - _MOST_TOLD} more" if len(self.others) > _MOST_TOLD else ""
        return f"{self.citation} is on record as {few}{more}."


@dataclass
class Policy:
    """What is said of a policy.

    Attributes:
        iri: its identifier.
        label: its name.
        state: its jurisdiction.
        citation: the law that it cites.
        later: what took its place.
    """

    iri: Term
    label: str = ""
    state: str = ""
    citation: str = ""
    later: frozenset[str] = frozenset()

    def learn(self, predicate: ox.NamedNode, value: Term) -> None:
        """Take in a statement about it."""
        if isinstance(value, ox.Triple):
            return
        if predicate == _LABEL:
            self.label = value.value
        elif predicate == _STATE:
            self.state = value.value
        elif predicate == _CITED:
            self.citation = value.value
        elif predicate == _LATER:
            self.later |= {value.value}

    @cached_property
    def read(self) -> Citation:
        """Its citation as it was read."""
        from kgtools.tables.law import read_citation  # its patterns are many, and few files hold new policies

        return read_citation(self.citation)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers that its citation names, each once."""
        return tuple(dict.fromkeys(reference.number for reference in self.read.references))


def cited_twice(new: Mapping[Term, Policy], on_file: Mapping[Term, Policy]) -> list[CitedTwice]:
    """The new policies that cite what another policy of the same jurisdiction cites.

    Args:
        new: the policies that were handed in.
        on_file: the policies that are on record.
    """
    fresh = {iri: p for iri, p in new.items() if iri not in on_file and isinstance(iri, ox.NamedNode)}
    states = {policy.state for policy in fresh.values()}  # no other citation need be read
    by_number: dict[tuple[str, str], list[Policy]] = defaultdict(list)  # only equal numbers can be the same
    for policy in (*on_file.values(), *(p for iri, p in new.items() if iri not in on_file)):
        if policy.state in states:
            for number in policy.numbers:
                by_number[policy.state, number].append(policy)
    found = []
    for iri, policy in fresh.items():
        near = {other.iri: other for number in policy.numbers for other in by_number[policy.state, number]}
        others = [o for o in near.values() if o.iri != iri and policy.read.same(o.read) and not _linked(policy, o)]
        if others:
            told = tuple(f"“{other.label}” ({other.citation})" for other in others)
            found.append(CitedTwice(iri, policy.citation, told))
    return found


def _linked(one: Policy, other: Policy) -> bool:
    """Whether one of two policies took the other's place, so that both cite the same."""
    return getattr(other.iri, "value", "") in one.later or getattr(one.iri, "value", "") in other.later


def policies_of(triples: Iterable[ox.Triple]) -> dict[Term, Policy]:
    """The policies that triples describe."""
    triples = triples if isinstance(triples, Sequence) else list(triples)
    found = {t.subject: Policy(t.subject) for t in triples if t.object == _POLICY and t.predicate == _TYPE}
    for triple in triples if found else ():
        policy = found.get(triple.subject)
        if policy is not None:
            policy.learn(triple.predicate, triple.object)
    return found


def policies_in(graph: MemoryGraph) -> dict[Term, Policy]:
    """The policies that the data of a graph describes, which costs less than to go through all of its triples."""
    cls = graph.interned(_POLICY)
    typed = graph.column(_TYPE).items()
    every = (node for node, cell in typed if cell is cls or (type(cell) is dict and cls in cell))
    found = {node: Policy(node) for node in every if graph.is_own(node)}
    for predicate in (_LABEL, _STATE, _CITED, _LATER):
        column = graph.column(predicate)
        for node, policy in found.items():
            for value in cells(column.get(node)):
                policy.learn(predicate, value)
    return found
