"""Counting what a graph holds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import PREFIXES
from kgtools.graph.store import Store


@dataclass(frozen=True, slots=True)
class Statistics:
    """The counts of a graph.

    Attributes:
        triples: statements, each counted once however many graphs hold it.
        conditions: conditions of the third edition.
        transformative_policies: recommended changes that need formal authority.
        implementation_actions: recommended steps that need none.
        state_examples: accounts of a jurisdiction that show a condition in practice.
        resources: publications and tools for further reading.
        jurisdictions: states, the District of Columbia and territories.
        jurisdictions_with_policies: those of which at least one state policy is on record.
        state_policies: what states did or propose.
        state_policies_in_force: those in force, as far as the sources read show.
        state_policies_with_source: those that name at least one source.
        alignment_claims: statements that a state policy carries out a transformative policy.
        alignment_claims_inferred: those that are concluded, not stated by a source.
        provisions: parts of sources that claims rest on.
        inquiries: looks for a transformative policy in a jurisdiction.
        determinations: answers for a jurisdiction and a transformative policy.
        determinations_with_evidence: those that rest on at least one claim.
        determinations_not_reviewed: those that say that no one has looked.
        sources: documents that someone read.
        external_ratings: judgments by other publishers.
        state_adaptations: statements of how a state fits the framework to its own realities.
        state_authorities: statements of which body holds which power over public schooling.
    """

    triples: int
    conditions: int
    transformative_policies: int
    implementation_actions: int
    state_examples: int
    resources: int
    jurisdictions: int
    jurisdictions_with_policies: int
    state_policies: int
    state_policies_in_force: int
    state_policies_with_source: int
    alignment_claims: int
    alignment_claims_inferred: int
    provisions: int
    inquiries: int
    determinations: int
    determinations_with_evidence: int
    determinations_not_reviewed: int
    sources: int
    external_ratings: int
    state_adaptations: int
    state_authorities: int

    def as_dict(self) -> dict[str, int]:
        """The counts by name, in order."""
        return asdict(self)


_PATTERNS: Final[dict[str, str]] = {
    "conditions": "?x a spf:Condition ; spf:inEdition ?edition . ?edition spf:editionNumber 3",
    "transformative_policies": "?x a spf:TransformativePolicy",
    "implementation_actions": "?x a spf:ImplementationAction",
    "state_examples": "?x a spf:StateExample",
    "resources": "?x a spf:Resource",
    "jurisdictions": "?x a spf:Jurisdiction",
    "jurisdictions_with_policies": "?policy a spf:StatePolicy ; spf:jurisdiction ?x",
    "state_policies": "?x a spf:StatePolicy",
    "state_policies_in_force": "?x a spf:StatePolicy ; spf:legalStatus legal-status:in-force",
    "state_policies_with_source": "?x a spf:StatePolicy ; spf:hasSource ?source",
    "alignment_claims": "?x a spf:AlignmentClaim",
    "alignment_claims_inferred": "?x a spf:AlignmentClaim ; spf:epistemicStatus epistemic-status:inferred",
    "provisions": "?x a spf:Provision",
    "inquiries": "?x a spf:Inquiry",
    "determinations": "?x a spf:Determination",
    "determinations_with_evidence": "?x a spf:Determination ; spf:evidence ?claim",
    "determinations_not_reviewed": "?x a spf:Determination ; spf:determinationValue determination-value:not-reviewed",
    "sources": "?x a spf:Source",
    "external_ratings": "?x a spf:ExternalRating",
    "state_adaptations": "?x a spf:StateAdaptation",
    "state_authorities": "?x a spf:StateAuthority",
}
_USED_PREFIXES: Final = ("spf", "legal-status", "epistemic-status", "determination-value")
_PROLOGUE: Final = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in _USED_PREFIXES)


def count(store: Store) -> Statistics:
    """Count what a store holds.

    Raises:
        StoreError: the store can't answer.
    """
    counts = {name: _count(store, f"DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}") for name, pattern in _PATTERNS.items()}
    triples = _count(store, "*) AS ?n) WHERE { SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }")
    return Statistics(triples=triples, **counts)


def _count(store: Store, rest: str) -> int:
    (found,) = store.select(f"{_PROLOGUE} SELECT (COUNT({rest}").rows[0]
    assert isinstance(found, ox.Literal)
    return int(found.value)
