from __future__ import annotations

import io

import openpyxl
import pyoxigraph as ox

from kgtools.core.namespaces import ID, SH, SKOS, SPF
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from kgtools.schema.model import ValueKind
from kgtools.tables.context import Context
from kgtools.tables.schema import SUBMISSION_KINDS
from kgtools.tables.splice import spans, with_attribute


def test_every_sheet_of_a_submission_has_its_columns_in_the_order_of_the_shapes(context: Context) -> None:
    policies = context.schema.sheets["state-policy"]
    assert policies.title == "Policies"
    headings = [column.heading for column in policies.columns]
    assert headings[:5] == ["Name", "Jurisdiction", "Instrument", "Citation", "Year adopted"]
    assert [sheet.kind for sheet in context.schema.for_submission()] == list(SUBMISSION_KINDS)


def test_headings_are_unique_in_each_sheet(context: Context) -> None:
    for sheet in context.schema.sheets.values():
        for texts in ([c.heading for c in sheet.columns], [c.code for c in sheet.columns]):
            assert len(set(texts)) == len(texts), (sheet.title, texts)
            assert all(texts)


def test_what_a_column_holds_comes_from_the_constraints(context: Context) -> None:
    columns = {c.path.value.rsplit("#", 1)[-1]: c for c in context.schema.sheets["state-policy"].columns}
    assert columns["yearAdopted"].kind is ValueKind.INTEGER
    assert columns["yearAdopted"].bounds == (1800, 2100)
    assert columns["dateEffective"].kind is ValueKind.DATE
    assert columns["instrument"].classes == (SPF + "PolicyInstrument",)
    assert columns["instrument"].required
    assert not columns["instrument"].many
    assert columns["topic"].many
    assert not columns["citation"].required
    assert columns["dateReviewed"].recommended
    subject = context.schema.sheets["adaptation"].columns[1]
    assert set(subject.classes) == {SPF + "Condition", SPF + "TransformativePolicy"}
    relation = next(c for c in context.schema.sheets["mapping"].columns if c.allowed)
    assert {iri.value for iri in relation.allowed} >= {SKOS + "closeMatch", SKOS + "exactMatch"}


def test_each_property_that_a_shape_asks_for_has_a_column(project: Project, context: Context) -> None:
    triples = [t for file in project.shapes for t in read_triples(file)]
    path = "http://www.w3.org/ns/shacl#path"
    columned = {node for sheet in context.schema.sheets.values() for node in _rules(triples, sheet.class_iri)}
    asked = {t.object for t in triples if t.predicate.value == path and t.subject in columned}
    shown = {column.path for sheet in context.schema.sheets.values() for column in sheet.columns}
    assert len(asked) > 40
    assert asked == shown


def _rules(triples: list[ox.Triple], class_iri: str) -> set[object]:
    shapes = {
        t.subject for t in triples if t.predicate.value == SH + "targetClass" and t.object == ox.NamedNode(class_iri)
    }
    return {t.object for t in triples if t.subject in shapes and t.predicate.value == SH + "property"}


def test_rules_of_columns_are_rules_of_the_shapes(context: Context) -> None:
    instrument = context.schema.sheets["state-policy"].columns[2]
    assert instrument.rule("Class") == "state-policy.instrument.not-in-list"
    assert instrument.rule("MinCount") == "state-policy.instrument.missing"
    assert instrument.rule("Pattern") == "state-policy.instrument.malformed"


def test_spans_find_elements_where_they_are() -> None:
    data = b'<?xml version="1.0"?><x:a xmlns:x="u"><x:b k=">"/><x:b>t</x:b></x:a>'
    found = spans(data, {"b"})
    assert [(s.name, s.depth) for s in found] == [("a", 0), ("b", 1), ("b", 1)]
    assert data[found[1].start : found[1].end] == b'<x:b k=">"/>'
    assert data[found[2].start : found[2].end] == b"<x:b>t</x:b>"
    assert with_attribute('<c r="A1" s="3"/>', "s", "9") == '<c r="A1" s="9"/>'
    assert with_attribute("<c>", "s", "9") == '<c s="9">'


def test_lists_for_a_states_records_offer_the_current_edition_only(utah_bytes: bytes, context: Context) -> None:
    conditions = {
        edition: {n for n in context.records if f"{ID}condition/" in n.value and in_edition(context, n) == edition}
        for edition in ("second-edition", "third-edition")
    }
    labels = {edition: {context.known.label(n.value) for n in found} for edition, found in conditions.items()}
    assert len(labels["third-edition"]) == 8
    assert labels["second-edition"] - labels["third-edition"]
    book = openpyxl.load_workbook(io.BytesIO(utah_bytes))
    offered = {str(c.value) for column in book["Lists"].iter_cols() for c in column[1:] if c.value}
    assert labels["third-edition"] <= offered
    assert not (labels["second-edition"] - labels["third-edition"]) & offered
    explained = {str(row[1].value) for row in book["Terms"].iter_rows(min_row=2)}
    assert not (labels["second-edition"] - labels["third-edition"]) & explained


def in_edition(context: Context, node: ox.NamedNode) -> str:
    found = (t.object for t in context.records[node] if t.predicate.value == SPF + "inEdition")
    return next((o.value.rsplit("/", 1)[-1] for o in found if isinstance(o, ox.NamedNode)), "")
