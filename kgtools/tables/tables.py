"""A graph as tables: one per class, and one for the statements that fit no column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kgtools.core.errors import UnwritableTableError
from kgtools.core.namespaces import ID, OWL, RDF
from kgtools.tables.names import Names, compact, identifier_iri, identifier_text
from kgtools.tables.schema import Sheet, TableSchema
from kgtools.tables.values import MAX_TEXT, Value, Written, render

TYPE: Final = ox.NamedNode(RDF + "type")
INDIVIDUAL: Final = ox.NamedNode(OWL + "NamedIndividual")
OTHER: Final = "Other statements"
"""The title of the table of statements that no column can say."""
OTHER_HEADINGS: Final = ("Subject", "Property", "Value", "Holds")


@dataclass(frozen=True, slots=True)
class Row:
    """A record: its IRI, the text of its identifier, and what to write in each column of its sheet."""

    subject: ox.NamedNode
    identifier: str
    cells: tuple[Written | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The records of one class, by identifier."""

    sheet: Sheet
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """A graph as tables.

    Attributes:
        tables: a table for each class that has records.
        other: subject, property and value, as Turtle writes them, of what no column can say; and ``no`` for a
            statement that reading a table would add and that the graph does not make.
    """

    tables: tuple[Table, ...]
    other: tuple[tuple[str, str, str, str], ...]

    def table(self, kind: str) -> Table | None:
        """The table of a kind of record, if there is one."""
        return next((t for t in self.tables if t.sheet.kind == kind), None)


def build_tables(triples: Iterable[ox.Triple], schema: TableSchema, names: Names) -> Tables:
    """Lay out a graph as tables, so that reading them gives the same graph.

    Args:
        triples: the graph.
        schema: the sheets that there can be.
        names: what things are called; the graph's own names must have been learned.

    Raises:
        UnwritableTableError: a value is too long for any cell, or a triple is quoted.
    """
    by_subject: dict[ox.NamedNode | ox.BlankNode, dict[ox.NamedNode, list[ox.NamedNode | ox.BlankNode | ox.Literal]]]
    by_subject = defaultdict(lambda: defaultdict(list))
    for t in set(triples):
        if isinstance(t.subject, ox.Triple) or isinstance(t.object, ox.Triple):
            raise UnwritableTableError("A statement about a statement (a quoted triple) can't be written in a table.")
        by_subject[t.subject][t.predicate].append(t.object)
    kinds = {sheet.class_iri: kind for kind, sheet in schema.sheets.items()}
    rows: dict[str, list[Row]] = defaultdict(list)
    other: list[tuple[str, str, str, str]] = []
    for subject, facts in by_subject.items():
        kind = _kind_of(subject, facts.get(TYPE, []), kinds)
        if kind is None or not isinstance(subject, ox.NamedNode):
            other += (_statement(subject, p, o) for p, objects in facts.items() for o in objects)
        else:
            rows[kind].append(_row(subject, facts, schema.sheets[kind], names, other))
    tables = tuple(
        Table(sheet, tuple(sorted(rows[kind], key=lambda row: row.identifier)))
        for kind, sheet in schema.sheets.items()
        if kind in rows
    )
    return Tables(tables, tuple(sorted(other)))


def _kind_of(
    subject: ox.NamedNode | ox.BlankNode,
    types: list[ox.NamedNode | ox.BlankNode | ox.Literal],
    kinds: Mapping[str, str],
) -> str | None:
    """The kind of record that a subject is laid out as: the one that its IRI says, where it is of several."""
    if isinstance(subject, ox.BlankNode):
        return None
    found = sorted(kinds[t.value] for t in types if isinstance(t, ox.NamedNode) and t.value in kinds)
    own = subject.value.removeprefix(ID).partition("/")[0]
    kind = own if own in found else next(iter(found), None)
    readable = kind and identifier_iri(identifier_text(subject.value, kind), kind) == subject.value
    return kind if readable else None


def _row(
    subject: ox.NamedNode,
    facts: Mapping[ox.NamedNode, list[ox.NamedNode | ox.BlankNode | ox.Literal]],
    sheet: Sheet,
    names: Names,
    other: list[tuple[str, str, str, str]],
) -> Row:
    implied = {INDIVIDUAL, ox.NamedNode(sheet.class_iri)}
    types = set(facts.get(TYPE, ()))
    other += (_statement(subject, TYPE, t) for t in types - implied)
    other += (_statement(subject, TYPE, t, "no") for t in implied - types)
    columns = {column.path: column for column in sheet.columns}
    cells: dict[ox.NamedNode, Written | None] = {}
    for path, objects in facts.items():
        if path == TYPE:
            continue
        column = columns.get(path)
        values: list[Value] = [o for o in objects if not isinstance(o, ox.BlankNode)] if column else []
        cells[path], left = render(values, column, names) if column else (None, values)
        kept = set(values) - set(left)
        other += (_statement(subject, path, o) for o in objects if o not in kept)
    identifier = identifier_text(subject.value, sheet.kind)
    return Row(subject, identifier, tuple(cells.get(column.path) for column in sheet.columns))


def _statement(
    subject: ox.NamedNode | ox.BlankNode,
    predicate: ox.NamedNode,
    target: ox.NamedNode | ox.BlankNode | ox.Literal,
    holds: str = "yes",
) -> tuple[str, str, str, str]:
    texts = (_term(subject), _term(predicate), _term(target), holds)
    if max(map(len, texts)) > MAX_TEXT:
        raise UnwritableTableError(
            f"A value of {compact(subject.value)} has more than {MAX_TEXT:,} characters, more than a cell can hold."
        )
    return texts


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
    if isinstance(term, ox.NamedNode):
        return compact(term.value)
    return "".join(c if " " <= c <= "~" else f"\\U{ord(c):08X}" for c in str(term))
