"""Canonical Turtle: nothing lost, the same text for the same triples, and blank nodes in place or refused."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from kgtools.core.namespaces import ID, SPF, XSD
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from kgtools.graph.turtle import UnwritableGraphError, canonical_turtle


def parsed(text: str) -> set[ox.Triple]:
    quads = ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)
    return {ox.Triple(q.subject, q.predicate, q.object) for q in quads}


names = st.sampled_from(
    [SPF + "Condition", ID + "topic/x", ID + "topic/a.b", "https://example.org/é#ü", SPF, ID + "topic/-x"]
)
iris = names.map(ox.NamedNode)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
literals = st.one_of(
    texts.map(ox.Literal),
    texts.map(lambda t: ox.Literal(t, language="en")),
    st.sampled_from(["01", "1", "-5", "+7", "1.50", ".5", "1.", "true", "1e3", "x"]).flatmap(
        lambda t: st.sampled_from(["integer", "decimal", "boolean", "double", "date"]).map(
            lambda d: ox.Literal(t, datatype=ox.NamedNode(XSD + d))
        )
    ),
)
triples = st.builds(ox.Triple, iris, iris, st.one_of(iris, literals))


@settings(deadline=None, max_examples=300)
@given(st.lists(triples, max_size=12), st.randoms())
def test_what_is_written_is_read_back_and_order_does_not_matter(graph: list[ox.Triple], random: object) -> None:
    text = canonical_turtle(graph)
    assert parsed(text) == set(graph)
    assert canonical_turtle(reversed(graph)) == text


@settings(deadline=None, max_examples=60)
@given(st.lists(triples, max_size=6))
def test_another_parser_reads_the_same(graph: list[ox.Triple]) -> None:
    well_formed = [
        t for t in graph if not isinstance(t.object, ox.Literal) or t.object.datatype.value == XSD + "string"
    ]
    lines = "".join(f"{t} .\n" for t in well_formed)
    ours = Graph().parse(data=canonical_turtle(well_formed), format="turtle")
    assert isomorphic(ours, Graph().parse(data=lines, format="nt"))


def test_lists_and_nested_nodes_are_written_in_place() -> None:
    text = "@prefix spf: <https://w3id.org/spf-kg/ontology#> .\n\nspf:a spf:b ( spf:x [ spf:y 1 ] () ) .\n"
    assert canonical_turtle(_triples(text)) == text


def _triples(text: str) -> list[ox.Triple]:
    quads = ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)
    return [ox.Triple(q.subject, q.predicate, q.object) for q in quads]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("_:x <a:p> <a:o> . <a:s> <a:p> _:x . <a:t> <a:p> _:x .", "more than once"),
        ("_:x <a:p> _:y . _:y <a:p> _:x .", "circle"),
    ],
)
def test_a_blank_node_without_a_place_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnwritableGraphError, match=reason):
        canonical_turtle(_triples(text))


def test_the_projects_files_are_canonical(project: Project) -> None:
    files = [*project.ontology, *project.shapes, *project.data]
    assert len(files) > 60
    assert [f for f in files if canonical_turtle(read_triples(f)) != f.read_text(encoding="utf-8")] == []


def test_no_data_file_has_a_blank_node(project: Project) -> None:
    blank = [
        (file.name, str(triple))
        for file in project.data
        for triple in read_triples(file)
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)
    ]
    assert blank == []
