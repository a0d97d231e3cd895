"""Misspelt terms are caught, and the right one is suggested."""

from __future__ import annotations

import random
import string
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.core.namespaces import SPF
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from kgtools.shacl import MemoryGraph
from kgtools.validation import Request, validate_files
from kgtools.validation.terms import Vocabulary, check_terms

SEED = 20261123
HEAD = """@prefix spf: <https://w3id.org/spf-kg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix organization: <https://w3id.org/spf-kg/id/organization/> .
"""


def _typo(name: str, random_: random.Random) -> str:
    """One letter put in, left out, changed, swapped with its neighbor, or in the other case."""
    at = random_.randrange(len(name))
    letter = random_.choice(string.ascii_letters)
    other = name[at].swapcase()
    return random_.choice(
        [
            name[:at] + letter + name[at:],
            name[:at] + name[at + 1 :],
            name[:at] + letter + name[at + 1 :],
            name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
            name[:at] + other + name[at + 1 :],
        ]
    )


def typos(names: set[str], number: int) -> list[tuple[str, str]]:
    """Typing errors with the name that is meant; those that happen to be another name are left out."""
    random_ = random.Random(SEED)
    made: list[tuple[str, str]] = []
    while len(made) < number:
        name = random_.choice(sorted(names))
        wrong = _typo(name, random_)
        if wrong and wrong not in names and wrong[0].isalpha():
            made.append((wrong, name))
    return made


def test_of_200_typos_all_are_caught_and_95_percent_are_understood(few: Project) -> None:
    declared = Vocabulary.of(MemoryGraph(t for file in few.ontology for t in read_triples(file)))
    classes = {name.removeprefix(SPF) for name in declared.classes if name.startswith(SPF)}
    properties = {name.removeprefix(SPF) for name in declared.properties if name.startswith(SPF)}
    assert len(classes) > 30
    assert len(properties) > 60
    record = ox.NamedNode("https://w3id.org/spf-kg/id/state-policy/x")
    type_ = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    right = 0
    for wrong, meant in typos(classes | properties, 200):
        term = ox.NamedNode(SPF + wrong)
        is_class = meant in classes
        triple = ox.Triple(record, type_, term) if is_class else ox.Triple(record, term, ox.Literal("x"))
        found = [f for f in check_terms([triple], declared, {record}) if f.value == term]
        assert [f.rule for f in found] == ["record.class.undeclared" if is_class else "record.property.undeclared"], (
            wrong
        )
        right += found[0].suggestion[:1] == (SPF + meant,)
    assert right >= 190, f"{right} of 200 first suggestions are right"


def test_a_typo_is_reported_with_its_place_and_the_right_word(small_project: Project, tmp_path: Path) -> None:
    file = tmp_path / "typo.ttl"
    file.write_text(HEAD + 'organization:x a spf:Organizaton ;\n  skos:prefLabel "X"@en .\n', encoding="utf-8")
    report = validate_files(Request(files=(file,)), small_project)
    assert [(f.rule.identifier, str(f.location)) for f in report.findings] == [
        ("record.class.undeclared", f"{file}:4:18")
    ]
    assert report.findings[0].hint == "Did you mean spf:Organization?"
    assert report.verdict == "nothing-checked"
    assert [record.iri[-2:] for record in report.coverage.untouched] == ["/x"]
    assert report.exit_status("never") == 1


@pytest.mark.parametrize(
    ("space", "said"),
    [
        ("http://w3id.org/spf-kg/ontology#", "spf:Organization"),
        ("https://w3id.org/spf-kg/ontology/", "spf:Organization"),
        ("https://w3id.org/spf-kg/ontology", "spf:Organization"),
        ("https://www.w3id.org/spf-kg/ontology#", "spf:Organization"),
        ("https://w3id.org/spfkg/ontology#", "spf:Organization"),
    ],
)
def test_a_wrong_namespace_is_said(space: str, said: str, small_project: Project, tmp_path: Path) -> None:
    file = tmp_path / "space.ttl"
    text = HEAD.replace("https://w3id.org/spf-kg/ontology#", space)
    file.write_text(text + 'organization:x a spf:Organization ; skos:prefLabel "X"@en .\n', encoding="utf-8")
    report = validate_files(Request(files=(file,)), small_project)
    assert {f.rule.identifier for f in report.findings} == {"record.namespace.misspelled"}
    # the namespace without its # runs into the name, so that there is no last part to compare
    assert said in report.findings[0].hint or space.endswith("ontology")
    assert report.exit_status() == 1


def test_a_prefix_that_json_ld_does_not_declare_is_said(small_project: Project, tmp_path: Path) -> None:
    file = tmp_path / "prefix.jsonld"
    file.write_text(
        '{"@id": "https://w3id.org/spf-kg/id/organization/x",\n "spf:jurisdiction": "UT"}', encoding="utf-8"
    )
    report = validate_files(Request(files=(file,)), small_project)
    assert [(f.rule.identifier, f.location.place.line if f.location.place else 0) for f in report.findings] == [
        ("record.namespace.misspelled", 2)
    ]


def test_a_term_declared_in_the_file_itself_is_known(small_project: Project, tmp_path: Path) -> None:
    file = tmp_path / "own.ttl"
    text = HEAD + "@prefix owl: <http://www.w3.org/2002/07/owl#> .\nspf:Sprocket a owl:Class .\n"
    file.write_text(text + 'organization:x a spf:Sprocket ; skos:prefLabel "X"@en .\n', encoding="utf-8")
    report = validate_files(Request(files=(file,)), small_project)
    assert "record.class.undeclared" not in {f.rule.identifier for f in report.findings}


def test_each_declared_term_of_the_ontology_is_known(few: Project) -> None:
    triples = [t for file in (*few.ontology, *few.data) for t in read_triples(file)]
    typed = {t.subject for t in triples if t.predicate.value.endswith("#type")}
    assert check_terms(triples, Vocabulary.of(MemoryGraph(triples)), typed) == []
