"""Any form of the data to any other: workbook, folder of CSV files, and the formats of RDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.core.errors import UnwritableFormatError
from kgtools.core.namespaces import SPF
from kgtools.graph.files import Files
from kgtools.graph.reading import FORMATS, UnreadableFileError
from kgtools.graph.serializing import serialized
from kgtools.graph.turtle import UnwritableGraphError, canonical_turtle, trig_text
from kgtools.tables.cells import CellProblem, Grid
from kgtools.tables.context import Context
from kgtools.tables.drafts import Places
from kgtools.tables.folder import folder_texts, read_folder
from kgtools.tables.formats import is_table
from kgtools.tables.from_list import EntryPlan
from kgtools.tables.reading import Progress, read_grids
from kgtools.tables.schema import Sheet
from kgtools.tables.tables import TYPE, build_tables
from kgtools.tables.xlsx_reader import read_workbook
from kgtools.tables.xlsx_writer import WorkbookPlan, workbook_bytes

WORKBOOKS: Final = (".xlsx", ".xlsm", ".xltx", ".xltm")


@dataclass(frozen=True)
class LoadedTable:
    """Data that was read from a file or folder.

    Attributes:
        ordered: the statements; graph names are dropped.
        named: the statements with the names of their graphs, where there are names.
        problems: what is wrong with cells; empty for formats of RDF.
        places: where statements stand, for tables.
    """

    ordered: tuple[ox.Triple, ...]
    named: tuple[ox.Quad, ...] = ()
    problems: tuple[CellProblem, ...] = ()
    places: Places | None = None

    @cached_property
    def triples(self) -> frozenset[ox.Triple]:
        """The statements as a set."""
        return frozenset(self.ordered)

    @property
    def quads(self) -> tuple[ox.Quad, ...]:
        """The statements with the names of their graphs."""
        return self.named or tuple(ox.Quad(t.subject, t.predicate, t.object) for t in self.triples)

    @property
    def errors(self) -> tuple[CellProblem, ...]:
        """The problems that kept something from being read."""
        return tuple(p for p in self.problems if not p.warning)

    @property
    def has_formulas(self) -> bool:
        """Whether a cell of a record holds a formula, which is never read."""
        return any(p.rule == "cell.formula" for p in self.problems)


def load(path: Path, context: Context, files: Files, progress: Progress = lambda *_: None) -> LoadedTable:
    """Read data in any form.

    Args:
        path: a workbook, a CSV file, a folder of CSV files, or a file of RDF.
        context: the project's graph, which cells may refer to.
        files: the files as the command reads them.
        progress: called with how far the reading is.

    Raises:
        UnreadableFileError: it can't be read at all.
    """
    if not path.exists():
        raise UnreadableFileError(path, "There is no such file.")
    if not is_table(path):
        parsed = files.whole(path)
        return LoadedTable(parsed.triples, parsed.quads)
    if path not in context.read:
        progress(f"Opening {path.name}", 0, 1)
        grids = _grids(path, files)
        context.read[path] = read_grids(grids, context.schema, context.names(), progress, context.clerk)
    reading = context.read[path]
    return LoadedTable(reading.ordered, (), reading.problems, reading.places)


def _grids(path: Path, files: Files) -> list[Grid]:
    if path.is_dir() or path.suffix.lower() in {".csv", ".tsv"}:
        return read_folder(path, files)
    return read_workbook(path, files)


def written(data: LoadedTable, path: Path, context: Context, *, title: str = "", day: dt.date) -> dict[Path, bytes]:
    """Write data in the form that a name asks for.

    Args:
        data: what was read.
        path: where to write it; the ending gives the format, and a name without one is a folder.
        context: the project's graph.
        title: what the data is about, for a workbook.
        day: the day on which it is made.

    Returns:
        The content of each file; nothing is written yet.

    Raises:
        UnwritableFormatError: the ending is unknown, or the format can't hold the data.
        UnwritableTableError: a value is too long for a cell.
    """
    ending = path.suffix.lower()
    if ending == ".xlsx":
        return {path: workbook(data.triples, context, title=title, day=day)}
    if not ending or path.is_dir():
        return folder(data.triples, path, context)
    return {path: _rdf(data, path)}


def workbook(
    triples: Iterable[ox.Triple],
    context: Context,
    *,
    day: dt.date,
    title: str = "",
    version: str = "",
    sheets: Sequence[Sheet] | None = None,
    entry: EntryPlan | None = None,
) -> bytes:
    """A graph as a workbook; see ``WorkbookPlan`` for the arguments."""
    graph = set(triples)
    names = context.names(graph)
    tables = build_tables(graph, context.schema, names)
    shown = context.schema.for_submission() if sheets is None else sheets
    plan = WorkbookPlan(
        tables, shown, names, context.meanings(), title or _title(graph, context), day, version, entry=entry
    )
    return workbook_bytes(plan)


def folder(triples: Iterable[ox.Triple], path: Path, context: Context) -> dict[Path, bytes]:
    """A graph as a folder of CSV files with CSVW metadata."""
    graph = set(triples)
    tables = build_tables(graph, context.schema, context.names(graph))
    texts = folder_texts(tables, context.schema.for_submission())
    return {path / name: text.encode() for name, text in texts.items()}


def _title(graph: Iterable[ox.Triple], context: Context) -> str:
    """The jurisdiction that the data is about, where it is about one."""
    found = {t.object for t in graph if t.predicate.value == SPF + "jurisdiction"}
    only = next(iter(found)) if len(found) == 1 else None
    return context.known.label(only.value) if isinstance(only, ox.NamedNode) else ""


def _rdf(data: LoadedTable, path: Path) -> bytes:
    format_ = FORMATS.get(path.suffix.lower())
    if format_ is None:
        known = ", ".join((".xlsx", *FORMATS))
        raise UnwritableFormatError(
            f"The ending '{path.suffix}' of {path.name} is not known; use one of {known}, or a folder."
        )
    if format_ == ox.RdfFormat.TURTLE:
        try:
            return canonical_turtle(data.triples).encode()
        except UnwritableGraphError:
            pass  # a graph that has no canonical form still has a plain one
    ordered = sorted(set(data.quads), key=lambda q: (str(q.graph_name), q.subject != TYPE, str(q)))
    items = ordered if format_.supports_datasets else [quad.triple for quad in ordered]
    try:
        return trig_text(ordered) if format_ == ox.RdfFormat.TRIG else serialized(items, format_)
    except (ValueError, OSError) as error:
        raise UnwritableFormatError(f"The data can't be written as {path.suffix}: {error}.") from error
