"""Everything as plain tables: CSV with a Frictionless data package, and one workbook, for people who don't want RDF."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from kgtools.core.namespaces import SPF
from kgtools.schema.model import ValueKind
from kgtools.tables.context import Context
from kgtools.tables.csv_text import csv_text
from kgtools.tables.folder import OTHER_FILE
from kgtools.tables.names import Names
from kgtools.tables.schema import Column, Sheet, TableSchema
from kgtools.tables.tables import OTHER_HEADINGS, Row, Table, Tables, build_tables
from kgtools.tables.xlsx_writer import WorkbookPlan, workbook_bytes

WORKBOOK: Final = "spf-kg.xlsx"
PACKAGE: Final = "datapackage.json"
_PARTIAL_DATE: Final = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_SEVERAL: Final = " Several values may be given."
_LICENSE: Final = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
_ABOUT: Final = (
    "State policy for personalized, competency-based learning in the US, with the sources that prove it. Several "
    "values in one cell are separated by '; '. A text that begins with =, +, - or @ has an apostrophe before it, so "
    "that spreadsheets don't take it for a formula. 'not reviewed' and 'looked for, not found' never mean no. An "
    "independent project, not affiliated with KnowledgeWorks."
)


def export_files(context: Context, folder: Path, day: dt.date, version: str) -> dict[Path, bytes]:
    """Write all records of the graph as tables.

    Args:
        context: the project's graph.
        folder: where the files are to go.
        day: the day on which they are made.
        version: the version of the data.

    Returns:
        The content of each file: a CSV file a class, the controlled terms, the data package and the workbook.

    Raises:
        UnwritableTableError: a value is too long for a cell.
    """
    triples = [t for t in context.triples if isinstance(t.subject, ox.NamedNode) and _is_record(t.subject, context)]
    names = context.names()
    codes = replace(names, by_code=True)
    coded = build_tables(triples, context.schema, codes)
    labels = _labels(triples, names)
    texts = {t.sheet.file: csv_text(_rows(t, labels)) for t in coded.tables}
    texts["terms.csv"] = csv_text([("list", "identifier", "label", "definition"), *_terms(context, names)])
    if coded.other:
        texts[OTHER_FILE] = csv_text([OTHER_HEADINGS, *coded.other])
    texts[PACKAGE] = json.dumps(_package(coded, context.schema, version, day), ensure_ascii=False, indent=2) + "\n"
    readable = build_tables(triples, context.schema, names)
    plan = WorkbookPlan(readable, (), names, context.meanings(), "", day, version, to_fill=False)
    files = {folder / name: text.encode() for name, text in texts.items()}
    return {**files, folder / WORKBOOK: workbook_bytes(plan)}


def _is_record(subject: ox.NamedNode, context: Context) -> bool:
    kind = subject.value.rpartition("/")[0].rpartition("/")[2]
    return "/id/" in subject.value and kind in context.schema.sheets


Labels = Mapping[tuple[ox.NamedNode, ox.NamedNode], str]
"""What the values of a property of a record are called."""


def _labels(triples: Sequence[ox.Triple], names: Names) -> Labels:
    found: dict[tuple[ox.NamedNode, ox.NamedNode], list[str]] = defaultdict(list)
    for t in triples:
        if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode):
            found[t.subject, t.predicate].append(names.label(t.object.value))
    return {key: "; ".join(sorted(labels)) for key, labels in found.items()}


def _rows(table: Table, labels: Labels) -> list[tuple[object, ...]]:
    heading = ("identifier", *(name for column in table.sheet.columns for name in _names(column)))
    return [heading, *((row.identifier, *_cells(row, table.sheet, labels)) for row in table.rows)]


def _names(column: Column) -> tuple[str, ...]:
    return (column.code, f"{column.code}_label") if column.kind is ValueKind.REFERENCE else (column.code,)


def _cells(row: Row, sheet: Sheet, labels: Labels) -> list[object]:
    cells: list[object] = []
    for cell, column in zip(row.cells, sheet.columns, strict=True):
        cells.append(cell)
        if column.kind is ValueKind.REFERENCE:
            cells.append(labels.get((row.subject, column.path)) if cell is not None else None)
    return cells


def _terms(context: Context, names: Names) -> list[tuple[str, str, str, str]]:
    meanings = context.meanings()
    found = []
    for iri in names.members([SPF + "ControlledConcept"]):
        kind, slug = iri.rsplit("/", 2)[1:]
        found.append((kind, slug, names.label(iri), meanings.get(iri, "")))
    return sorted(found)


def _package(tables: Tables, schema: TableSchema, version: str, day: dt.date) -> dict[str, Any]:
    present = {t.sheet.kind for t in tables.tables}
    terms = [
        {"name": name, "type": "string", "description": text}
        for name, text in (
            ("list", "The list that contains the term."),
            ("identifier", "The term's code."),
            ("label", "What the term is called."),
            ("definition", "What the term means."),
        )
    ]
    resources = [_resource(table.sheet, present, schema) for table in tables.tables]
    resources.append(_resource_of("terms", "terms.csv", "Terms", "The controlled terms.", {"fields": terms}))
    if tables.other:
        fields = [{"name": n, "type": "string", "description": f"{n}, as Turtle writes it."} for n in OTHER_HEADINGS]
        text = "Statements that fit no column."
        resources.append(_resource_of("other-statements", OTHER_FILE, "Other statements", text, {"fields": fields}))
    return {
        "profile": "tabular-data-package",
        "name": "spf-kg",
        "title": "State policy for personalized learning",
        "description": _ABOUT,
        "version": version,
        "created": f"{day.isoformat()}T00:00:00Z",
        "licenses": [_LICENSE],
        "resources": resources,
    }


def _resource_of(name: str, path: str, title: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": path,
        "title": title,
        "description": description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {**schema, "missingValues": [""]},
    }


def _resource(sheet: Sheet, present: set[str], schema: TableSchema) -> dict[str, Any]:
    identifier = {
        "name": "identifier",
        "title": "Identifier",
        "type": "string",
        "description": f"The identifier of the {sheet.label}.",
        "constraints": {"required": True, "unique": True},
    }
    fields = [identifier]
    keys = []
    for column in sheet.columns:
        fields += _fields(column)
        target = _target(column, present, schema)
        if target:
            reference = {"resource": target.file.removesuffix(".csv"), "fields": "identifier"}
            keys.append({"fields": column.code, "reference": reference})
    described: dict[str, Any] = {"fields": fields, "primaryKey": "identifier"}
    if keys:
        described["foreignKeys"] = keys
    return _resource_of(sheet.file.removesuffix(".csv"), sheet.file, sheet.title, sheet.definition, described)


def _target(column: Column, present: set[str], schema: TableSchema) -> Sheet | None:
    """The table that a column's single values are the identifiers of."""
    if column.many or len(column.classes) != 1:
        return None
    return next((s for s in schema.sheets.values() if s.class_iri == column.classes[0] and s.kind in present), None)


def _fields(column: Column) -> list[dict[str, Any]]:
    described: dict[str, Any] = {
        "name": column.code,
        "title": column.heading,
        "description": f"{column.definition or column.heading}"
        + (" Several values may be given." if column.many else ""),
        "rdfType": column.path.value,
        **_type(column),
    }
    if column.kind is not ValueKind.REFERENCE:
        return [described]
    label = {
        "name": f"{column.code}_label",
        "title": f"{column.heading}: label",
        "type": "string",
        "description": f"What the value of {column.code} is called.",
    }
    return [described, label]


def _type(column: Column) -> dict[str, Any]:
    if column.kind is ValueKind.INTEGER:
        return {"type": "integer"}
    if column.kind is ValueKind.DATE:
        return {"type": "date", "format": "%Y-%m-%d"}
    if column.kind is ValueKind.ADDRESS:
        return {"type": "string", "format": "uri"}
    if column.kind is ValueKind.PARTIAL_DATE:
        return {"type": "string", "constraints": {"pattern": _PARTIAL_DATE}}
    return {"type": "string"}
