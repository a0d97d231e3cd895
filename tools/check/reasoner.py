"""Checks that HermiT makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kgtools.core.namespaces import shortened
from kgtools.graph.reasoning import ReasonerUnavailableError, reason
from tools.check.model import Found, declare
from tools.check.repository import Repository


@declare(
    title="Ontology and data contradict each other",
    problem="HermiT finds that the axioms and the records together can't all be true, or that a class can have no"
    " instance. Either a record is wrong (a source where a jurisdiction belongs), or an axiom is.",
    solution="Undo the last change to the ontology or the data, or load both in Protégé and ask HermiT to explain.",
    example="state-policy:x spf:jurisdiction source:y .   # a source is not a jurisdiction, and the two are disjoint",
    group="Ontology and data",
)
def contradiction(repository: Repository) -> Iterator[Found]:
    """HermiT finds ontology and data consistent, and every class able to have an instance."""
    try:
        result = reason((*repository.ontology, *repository.data))
    except ReasonerUnavailableError as error:
        yield Found(f"It could not be checked: {error}", "ontology and data", "ontology")
        return
    if not result.consistent:
        yield Found("HermiT finds ontology and data together inconsistent.", "ontology and data", "ontology")
    for iri in result.unsatisfiable:
        yield Found(f"HermiT finds that {shortened(iri)} can have no instance.", iri)


CHECKS: Final = (contradiction,)
