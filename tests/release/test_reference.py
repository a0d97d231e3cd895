"""The page of the ontology shows every term, scheme, rule and question, and its links lead somewhere."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.core.namespaces import OWL, RDF, SKOS, SPF
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from kgtools.publish.release.reference import write_reference
from kgtools.schema.rules import Catalog


@pytest.fixture(scope="module")
def page(dist: Path) -> str:
    return (dist / "ontology.html").read_text(encoding="utf-8")


def test_each_term_has_a_place_with_its_definition(project: Project, page: str) -> None:
    ontology = [t for file in project.ontology for t in read_triples(file)]
    kinds = {OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
    terms = {
        t.subject.value
        for t in ontology
        if t.predicate.value == RDF + "type"
        and isinstance(t.object, ox.NamedNode)
        and t.object.value in kinds
        and isinstance(t.subject, ox.NamedNode)
        and t.subject.value.startswith(SPF)
    }
    text = unescape(page)
    assert len(terms) > 100
    assert [term for term in terms if f'id="{term.removeprefix(SPF)}"' not in page] == []
    definitions = [t.object for t in ontology if t.predicate.value == SKOS + "definition"]
    assert [d for d in definitions if isinstance(d, ox.Literal) and d.value not in text] == []


def test_each_rule_and_question_is_listed(project: Project, page: str) -> None:
    rules = {rule.identifier for rule in Catalog(t for file in project.shapes for t in read_triples(file)).rules}
    assert {"state-policy.legal-status.missing", "claim.duplicate", "cell.formula"} <= rules
    assert [rule for rule in rules if f'id="rule-{rule}"' not in page] == []
    assert [q.stem for q in project.questions if f'id="question-{q.stem}"' not in page] == []


def test_the_links_lead_somewhere_and_nothing_is_loaded(page: str) -> None:
    places = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) - places == set()
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"', page) == []


def test_the_reconstruction_is_said_at_the_top(page: str) -> None:
    assert page.index("names used with this ontology are a reconstruction") < page.index('id="hierarchy"')


def test_a_diagram_shows_what_leads_to_a_class_and_away(page: str) -> None:
    section = page.partition('id="AlignmentClaim"')[2].partition("</section>")[0]
    assert "1 lead to it, 5 away from it" in section
    assert "spf:alignsStatePolicy →" in section


def test_hostile_text_is_escaped(project: Project) -> None:
    ontology = [t for file in project.ontology for t in read_triples(file)]
    nasty = ox.Triple(ox.NamedNode(SPF + "Topic"), ox.NamedNode(SKOS + "scopeNote"), ox.Literal("<script>x</script>"))
    assert "<script>" not in write_reference([*ontology, nasty], [], (), "0.1.0")
