"""A text that somebody wrote stands in quotation marks where a message holds it."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kgtools.core.namespaces import RDF, SH, XSD, shortened
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples

TEXTS = {f"{RDF}langString", f"{XSD}string"}
WITHOUT = re.compile(r"(?<!“)\{\?value\}|\{\?value\}(?!”)")


def test_messages_of_queries_quote_the_texts_of_records(project: Project) -> None:
    triples = read_triples(*project.shapes)
    said: dict[tuple[ox.NamedNode, str], str] = {
        (t.subject, t.predicate.value.removeprefix(SH)): t.object.value
        for t in triples
        if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode | ox.Literal)
    }
    texts = {shortened(said[s, "path"]) for s, key in said if key == "datatype" and said[s, key] in TEXTS} | {
        "rdfs:label"
    }
    asked = {
        said[s, "message"]
        for s, key in said
        if key == "select" and texts.intersection(re.findall(r"(\w+:\w+) \?value", said[s, key]))
    }
    assert "The rationale “{?value}” has fewer than six words." in asked
    assert [message for message in asked if WITHOUT.search(message)] == []
