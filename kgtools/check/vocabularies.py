"""The terms of outside vocabularies, from lists that are kept here so that nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.check.model import Found, declare
from kgtools.check.repository import Repository
from kgtools.namespaces import BASE, PREFIXES

LISTS: Final = Path(__file__).with_name("vocabularies")
_GENERATED: Final = "terms.txt"
_NAMES: Final = (
    "RDF",
    "RDFS",
    "OWL",
    "XSD",
    "SKOS",
    "DCTERMS",
    "PROV",
    "DCAT",
    "ORG",
    "FOAF",
    "VANN",
    "VOID",
    "SH",
    "SDO",
)
_OUTSIDE: Final = {
    PREFIXES[name]
    for name in "rdf rdfs owl xsd skos dcterms prov dcat org schema eli foaf vann void sh".split()  # noqa: SIM905
}


@cache
def known_terms() -> frozenset[str]:
    """Every listed IRI."""
    lines = [line for file in sorted(LISTS.glob("*.txt")) for line in file.read_text(encoding="utf-8").splitlines()]
    return frozenset(line.split()[0] for line in lines if line and not line.startswith("#"))


def listed_by_rdflib() -> str:
    """The text of the generated list: what the installed rdflib holds of each vocabulary."""
    import rdflib
    import rdflib.namespace

    spaces = [getattr(rdflib.namespace, name) for name in _NAMES]
    iris = sorted({iri for space in spaces for iri in _terms_of(space)})
    head = f"# Terms of {', '.join(_NAMES)}, from the closed namespaces of rdflib {rdflib.__version__}.\n"
    return head + "# Written by 'python -m kgtools.check.vocabularies'.\n" + "\n".join(iris) + "\n"


def _terms_of(space: object) -> Iterator[str]:
    base = str(getattr(space, "_NS"))  # noqa: B009 - not in rdflib's type hints
    for name in (*space.__annotations__, *getattr(space, "_extras", ())):
        if not name.startswith("_") or base.endswith("22-rdf-syntax-ns#"):
            iri = base + name
            if name not in {"_NS", "_fail", "_extras", "_warn", "_underscore_num"}:
                yield iri


@declare(
    title="An outside term doesn't exist",
    problem="An IRI in the namespace of RDF, RDFS, OWL, XSD, SKOS, Dublin Core, PROV, DCAT, ORG, FOAF, VANN, "
    "VoID, SHACL, schema.org or ELI is not a term of that vocabulary. Nothing complains: the link simply "
    "joins with nothing.",
    solution="Correct the name. If the term is newer than the list, add it to "
    "kgtools/check/vocabularies/checked.txt with where you read it.",
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

if __name__ == "__main__":
    from kgtools.rdf.writing import write_files

    write_files({LISTS / _GENERATED: listed_by_rdflib()})
