"""New policies that cite a section, or an act, which a policy on record cites already: they may be the same policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import RDF, SKOS, SPF
from kgtools.graph.store import Term
from kgtools.tables.law import Citation, read_citation

RULE: Final = "state-policy.citation.on-record"
"""The rule that says so."""
CITATION: Final = SPF + "citation"
"""The property that is compared."""
_TYPE: Final = ox.NamedNode(RDF + "type")
_POLICY: Final = ox.NamedNode(SPF + "StatePolicy")
_LABEL: Final = SKOS + "prefLabel"
_STATE: Final = SPF + "jurisdiction"
_LATER: Final = SPF + "supersededBy"
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


@dataclass(slots=True)
class _Policy:
    """What is said of a policy."""

    iri: Term
    label: str = ""
    state: str = ""
    citation: str = ""
    later: frozenset[str] = frozenset()

    @property
    def read(self) -> Citation:
        """Its citation as it was read."""
        return read_citation(self.citation)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers that its citation names, each once."""
        return tuple(dict.fromkeys(reference.number for reference in self.read.references))


def cited_twice(
    new: Iterable[ox.Triple], on_file: Iterable[ox.Triple], known: Collection[Term] = ()
) -> list[CitedTwice]:
    """The new policies that cite what another policy of the same jurisdiction cites.

    Args:
        new: the statements that were handed in.
        on_file: the statements that are on record.
        known: the subjects that are on record, where ``on_file`` does not hold all of them.
    """
    here = _policies(new)
    if not here:
        return []
    there = _policies(on_file)
    fresh = {i: p for i, p in here.items() if i not in there and i not in known and isinstance(i, ox.NamedNode)}
    states = {policy.state for policy in fresh.values()}  # no other citation need be read
    by_number: dict[tuple[str, str], list[_Policy]] = defaultdict(list)  # only equal numbers can be the same
    for policy in (*there.values(), *(p for iri, p in here.items() if iri not in there)):
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


def _linked(one: _Policy, other: _Policy) -> bool:
    """Whether one of two policies took the other's place, so that both cite the same."""
    return getattr(other.iri, "value", "") in one.later or getattr(one.iri, "value", "") in other.later


def _policies(triples: Iterable[ox.Triple]) -> dict[Term, _Policy]:
    triples = triples if isinstance(triples, Sequence) else list(triples)
    found = {t.subject: _Policy(t.subject) for t in triples if t.object == _POLICY and t.predicate == _TYPE}
    if not found:
        return found
    for triple in triples:
        policy = found.get(triple.subject)
        if policy is None or isinstance(triple.object, ox.Triple):
            continue
        predicate = triple.predicate.value
        if predicate == _LABEL:
            policy.label = triple.object.value
        elif predicate == _STATE:
            policy.state = triple.object.value
        elif predicate == CITATION:
            policy.citation = triple.object.value
        elif predicate == _LATER:
            policy.later |= {triple.object.value}
    return found
