"""The lists of outside terms are what rdflib holds, and the few added by hand say where they were read."""

from __future__ import annotations

import pytest
import rdflib

from kgtools.graph.known_terms import LISTS, known_terms, listed_by_rdflib

GENERATED = (LISTS / "terms.txt").read_text(encoding="utf-8")


def test_the_generated_list_is_what_its_rdflib_holds() -> None:
    if f"rdflib {rdflib.__version__}." not in GENERATED:
        pytest.skip(f"the list is from another rdflib than {rdflib.__version__}")
    assert listed_by_rdflib() == GENERATED


@pytest.mark.parametrize(
    "iri",
    [
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "http://purl.org/dc/terms/license",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        "http://www.w3.org/ns/shacl#targetClass",
        "https://schema.org/Legislation",
        "http://data.europa.eu/eli/ontology#LegalResource",
    ],
)
def test_well_known_terms_are_listed(iri: str) -> None:
    assert iri in known_terms()


def test_invented_terms_are_not() -> None:
    assert "http://www.w3.org/2004/02/skos/core#prefLable" not in known_terms()
    assert len(known_terms()) > 3000


def test_each_term_added_by_hand_says_where_it_was_read() -> None:
    lines = (LISTS / "checked.txt").read_text(encoding="utf-8").splitlines()
    entries = [line.partition(" ") for line in lines if line and not line.startswith("#")]
    assert entries
    assert all(iri.startswith("http") and len(place) > 15 for iri, _, place in entries)
    assert not {iri for iri, _, _ in entries} & set(GENERATED.splitlines())
