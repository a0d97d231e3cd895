"""The ontology: every term declared, defined and labeled; consistent, coherent, and able to catch mistakes."""

from __future__ import annotations

import shutil

import pyoxigraph as ox
import pytest

from kgtools.core.namespaces import ELI, ID, KINDS, OWL, RDF, RDFS, SPF
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from kgtools.graph.reasoning import ReasonerUnavailableError, ReasoningResult, reason

TERM_KINDS = {OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java, and no java is on the PATH")


@pytest.fixture(scope="module")
def ontology(project: Project) -> list[ox.Triple]:
    return [triple for file in project.ontology for triple in read_triples(file)]


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


def test_the_ontology_has_the_terms_of_the_model(ontology: list[ox.Triple]) -> None:
    terms = declared_terms(ontology)
    assert {SPF + class_name for kind, class_name in KINDS.items() if kind != "scheme"} <= terms


def test_the_data_uses_no_term_that_the_ontology_lacks(ontology: list[ox.Triple], project: Project) -> None:
    data = [triple for file in project.data for triple in read_triples(file)]
    types = {t.object.value for t in data if t.predicate.value == RDF + "type" and isinstance(t.object, ox.NamedNode)}
    used = {iri for iri in types | {t.predicate.value for t in data} if iri.startswith(SPF)}
    assert SPF + "jurisdiction" in used
    assert used - declared_terms(ontology) == set()


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
    "an act taken for a statement about it": [_type(A, "StatePolicy"), _type(A, "Statement")],
    "our own criterion taken for a part of the framework": [_type(A, "Criterion"), _type(A, "FrameworkElement")],
    "a state example taken for a recommendation": [_type(A, "StateExample"), _type(A, "TransformativePolicy")],
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


@needs_java
def test_hermit_puts_an_enacted_statute_and_nothing_else_among_the_legal_resources(ontology: list[ox.Triple]) -> None:
    """The alignment to ELI is an axiom: a policy that can't be a legal resource can't be an enacted statute."""
    outside = ox.Triple(ox.NamedNode(A), ox.NamedNode(RDF + "type"), ox.NamedNode("https://example.org/NotLegal"))
    disjoint = [
        ox.Triple(
            ox.NamedNode("https://example.org/NotLegal"), ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + "Class")
        ),
        ox.Triple(
            ox.NamedNode("https://example.org/NotLegal"),
            ox.NamedNode(OWL + "disjointWith"),
            ox.NamedNode(ELI + "LegalResource"),
        ),
    ]
    statute = [
        _type(A, "StatePolicy"),
        _link(A, "instrument", f"{ID}instrument/statute"),
        _link(A, "legalStatus", f"{ID}legal-status/in-force"),
    ]
    proposed = [*statute[:2], _link(A, "legalStatus", f"{ID}legal-status/proposed")]
    assert not reason([*ontology, *disjoint, outside, *statute]).consistent
    assert reason([*ontology, *disjoint, outside, *proposed]).consistent


def test_without_owlready2_the_reasoner_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgtools.graph.reasoning.find_spec", lambda _: None)
    with pytest.raises(ReasonerUnavailableError, match=r"Install it with: pip install 'spf-kg\[reason\]'"):
        reason([])


@needs_java
def test_a_reasoner_that_stops_is_no_consistent_ontology(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgtools.graph.reasoning._MAIN", "org.example.NoSuchClass")
    with pytest.raises(ReasonerUnavailableError, match=r"HermiT stopped: .*NoSuchClass"):
        reason([])
