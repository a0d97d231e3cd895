"""The SPARQL endpoint's description of itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import RDF
from kgtools.graph.serializing import serialized
from kgtools.serve.answering import GRAPHS

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_RESULT_FORMATS: Final = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
)


def service_description(endpoint: str, media_type: str) -> bytes:
    """What the endpoint can do, as RDF.

    Args:
        endpoint: its own address.
        media_type: one of ``GRAPHS``.
    """
    service, dataset = ox.BlankNode("service"), ox.BlankNode("dataset")
    facts: list[tuple[ox.BlankNode, str, ox.NamedNode | ox.BlankNode]] = [
        (service, f"{RDF}type", ox.NamedNode(f"{_SD}Service")),
        (service, f"{_SD}endpoint", ox.NamedNode(endpoint)),
        (service, f"{_SD}supportedLanguage", ox.NamedNode(f"{_SD}SPARQL11Query")),
        (service, f"{_SD}feature", ox.NamedNode(f"{_SD}UnionDefaultGraph")),
        *((service, f"{_SD}resultFormat", ox.NamedNode(f"{_FORMATS}{name}")) for name in _RESULT_FORMATS),
        (service, f"{_SD}defaultDataset", dataset),
        (dataset, f"{RDF}type", ox.NamedNode(f"{_SD}Dataset")),
    ]
    triples = [ox.Triple(subject, ox.NamedNode(predicate), object_) for subject, predicate, object_ in facts]
    prefixes = {"sd": _SD, "format": _FORMATS, "rdf": RDF} if media_type != "application/ld+json" else None
    return serialized(triples, GRAPHS[media_type], prefixes)
