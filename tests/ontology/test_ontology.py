"""The ontology: every term declared, defined and labelled; consistent, coherent, and able to catch mistakes."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict

import pyoxigraph as ox
import pytest

from kgtools.cli.main import version
from kgtools.namespaces import BASE, KINDS, OWL, RDF, RDFS, SKOS, SPF
from kgtools.project import Project
from kgtools.rdf.reading import read_triples
from kgtools.reasoning import ReasoningResult, reason

TERM_KINDS = {OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java, and no java is on the PATH")


@pytest.fixture(scope="module")
def ontology(project: Project) -> list[ox.Triple]:
    return [triple for file in project.ontology for triple in read_triples(file)]


@pytest.fixture(scope="module")
def everything(project: Project, ontology: list[ox.Triple]) -> list[ox.Triple]:
    return ontology + [triple for file in project.data for triple in read_triples(file)]


def declared_terms(triples: list[ox.Triple]) -> set[str]:
    return {
        t.subject.value
        for t in triples
        if t.predicate.value == RDF + "type"
        and isinstance(t.subject, ox.NamedNode)
        and isinstance(t.object, ox.NamedNode)
        and t.object.value in TERM_KINDS
        and t.subject.value.startswith(SPF)
    }


def literals(triples: list[ox.Triple], predicate: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for t in triples:
        if t.predicate.value == predicate and isinstance(t.object, ox.Literal) and isinstance(t.subject, ox.NamedNode):
            found[t.subject.value].append(t.object.value)
    return found


def test_the_ontology_has_the_terms_of_the_model(ontology: list[ox.Triple]) -> None:
    terms = declared_terms(ontology)
    assert {SPF + class_name for kind, class_name in KINDS.items() if kind != "scheme"} <= terms
    assert len(terms) > 100


@pytest.mark.parametrize("predicate", [SKOS + "prefLabel", RDFS + "label", SKOS + "definition"])
def test_each_term_is_documented_once(ontology: list[ox.Triple], predicate: str) -> None:
    found = literals(ontology, predicate)
    assert {term: found[term] for term in declared_terms(ontology) if len(found[term]) != 1} == {}


def test_labels_are_unique_within_classes_and_within_properties(ontology: list[ox.Triple]) -> None:
    labels = literals(ontology, SKOS + "prefLabel")
    for capital in (True, False):
        terms = [t for t in declared_terms(ontology) if t.removeprefix(SPF)[0].isupper() == capital]
        by_label: dict[str, list[str]] = defaultdict(list)
        for term in terms:
            by_label[labels[term][0].casefold()].append(term)
        assert {label: found for label, found in by_label.items() if len(found) > 1} == {}


def test_no_definition_of_a_class_is_circular(ontology: list[ox.Triple]) -> None:
    labels, definitions = literals(ontology, SKOS + "prefLabel"), literals(ontology, SKOS + "definition")
    circular = {
        term: definitions[term][0]
        for term in declared_terms(ontology)
        if term.removeprefix(SPF)[0].isupper()
        and re.search(rf"\b{re.escape(labels[term][0])}s?\b", definitions[term][0], re.IGNORECASE)
    }
    assert circular == {}


def test_each_term_in_use_is_declared(project: Project, everything: list[ox.Triple]) -> None:
    shapes = [triple for file in project.shapes for triple in read_triples(file)]
    terms = declared_terms(everything)
    used = {
        node.value
        for t in (*everything, *shapes)
        for node in (t.subject, t.predicate, t.object)
        if isinstance(node, ox.NamedNode) and node.value.startswith(SPF)
    }
    assert used - terms == set()
    assert len(used) > 80


def test_each_concept_is_in_a_scheme_and_defined(ontology: list[ox.Triple]) -> None:
    concepts = {
        t.subject.value
        for t in ontology
        if t.predicate.value == RDF + "type"
        and t.object == ox.NamedNode(SKOS + "Concept")
        and isinstance(t.subject, ox.NamedNode)
    }
    in_scheme = {
        t.subject.value
        for t in ontology
        if t.predicate.value == SKOS + "inScheme" and isinstance(t.subject, ox.NamedNode)
    }
    definitions = literals(ontology, SKOS + "definition")
    assert len(concepts) > 80
    assert concepts == in_scheme
    assert all(len(definitions[concept]) == 1 for concept in concepts)


def test_the_version_is_that_of_the_package(ontology: list[ox.Triple]) -> None:
    headers = {
        t.subject.value: t.object.value
        for t in ontology
        if t.predicate.value == OWL + "versionIRI"
        and isinstance(t.subject, ox.NamedNode)
        and isinstance(t.object, ox.NamedNode)
    }
    assert headers == {iri: f"{iri}/{version()}" for iri in headers}
    assert BASE + "ontology" in headers


def test_nothing_is_imported(everything: list[ox.Triple]) -> None:
    assert [t for t in everything if t.predicate.value == OWL + "imports"] == []


@needs_java
def test_hermit_finds_ontology_and_data_consistent_and_coherent(everything: list[ox.Triple]) -> None:
    assert reason(everything) == ReasoningResult(consistent=True, unsatisfiable=())


def _type(subject: str, class_name: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(RDF + "type"), ox.NamedNode(SPF + class_name))


def _link(subject: str, property_name: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(SPF + property_name), ox.NamedNode(target))


A, B = "https://example.org/a", "https://example.org/b"
MISTAKES = {
    "a condition that is also a transformative policy": [_type(A, "Condition"), _type(A, "TransformativePolicy")],
    "a source used as a jurisdiction": [_type(A, "StatePolicy"), _link(A, "jurisdiction", B), _type(B, "Source")],
    "a claim about a transformative policy's own text": [
        _type(A, "AlignmentClaim"),
        _link(A, "alignsStatePolicy", B),
        _type(B, "TransformativePolicy"),
    ],
    "a policy that supersedes itself": [_type(A, "StatePolicy"), _link(A, "supersededBy", A)],
    "an employer as the authority for a transformative policy's legal status": [
        _type(A, "StatePolicy"),
        _link(A, "legalStatus", "https://w3id.org/spf-kg/id/actor-kind/employer"),
    ],
}


@needs_java
@pytest.mark.parametrize("mistake", MISTAKES)
def test_hermit_catches_a_mistake(ontology: list[ox.Triple], mistake: str) -> None:
    assert not reason([*ontology, *MISTAKES[mistake]]).consistent


@needs_java
def test_hermit_names_a_class_that_can_have_no_instance(ontology: list[ox.Triple]) -> None:
    impossible = SPF + "Impossible"
    axioms = [
        ox.Triple(ox.NamedNode(impossible), ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + "Class")),
        ox.Triple(ox.NamedNode(impossible), ox.NamedNode(RDFS + "subClassOf"), ox.NamedNode(SPF + "Condition")),
        ox.Triple(ox.NamedNode(impossible), ox.NamedNode(RDFS + "subClassOf"), ox.NamedNode(SPF + "Source")),
    ]
    assert reason([*ontology, *axioms]) == ReasoningResult(consistent=True, unsatisfiable=(impossible,))
