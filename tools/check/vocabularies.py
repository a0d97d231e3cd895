"""The terms of outside vocabularies that the ontology and the data use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import BASE, PREFIXES
from kgtools.graph.known_terms import known_terms
from tools.check.model import Found, declare
from tools.check.repository import Repository

_OUTSIDE: Final = {
    PREFIXES[name]
    for name in "rdf rdfs owl xsd skos dcterms prov dcat org schema eli foaf vann void sh".split()  # noqa: SIM905
}


@declare(
    title="An outside term doesn't exist",
    problem="An IRI in the namespace of RDF, RDFS, OWL, XSD, SKOS, Dublin Core, PROV, DCAT, ORG, FOAF, VANN, "
    "VoID, SHACL, schema.org or ELI is not a term of that vocabulary. Nothing complains; the link simply "
    "leads nowhere.",
    solution="Correct the name. If the term is newer than the list, add it to "
    "kgtools/graph/vocabularies/checked.txt with where you read it.",
    example='spf:Topic skos:prefLable "topic"@en .   # skos:prefLabel',
    group="Ontology and data",
)
def outside_term(repository: Repository) -> Iterator[Found]:
    """Each IRI of an outside vocabulary is one of its terms."""
    for triples in repository.triples_by_file.values():
        for triple in triples:
            for iri in _iris(triple):
                if _is_outside(iri) and iri not in known_terms():
                    yield Found(f"{iri} is not a term of its vocabulary.", str(getattr(triple.subject, "value", "")))


def _is_outside(iri: str) -> bool:
    return not iri.startswith(BASE) and any(iri.startswith(space) and iri != space for space in _OUTSIDE)


def _iris(triple: ox.Triple) -> Iterator[str]:
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, ox.NamedNode):
            yield term.value
        elif isinstance(term, ox.Literal):
            yield term.datatype.value


CHECKS: Final = (outside_term,)
