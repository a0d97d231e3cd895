"""Workbooks and folders of CSV files among the files that are validated."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.graph.files import Files
from kgtools.graph.reading import UnreadableFileError
from kgtools.tables.annotate import Note
from kgtools.tables.cells import CellProblem, CellRef
from kgtools.tables.context import Context
from kgtools.tables.convert import load
from kgtools.tables.drafts import Places
from kgtools.tables.reading import Progress
from kgtools.validation.documents import Document
from kgtools.validation.findings import FORMULA_RULE, Report
from kgtools.validation.problems import Problem
from kgtools.validation.spots import Place, Spots

_ON_IDENTIFIERS: Final = {
    FORMULA_RULE,
    "cell.characters-lost",
    "cell.spoiled",
    "row.identifier.malformed",
    "row.identifier.missing",
    "row.identifier.repeated",
    "row.quote.unclosed",
    "row.separator.differs",
    "row.swallowed",
}
"""What leaves it open which record a row is."""


@dataclass(slots=True)
class TableDocument(Document):
    """A workbook or a folder of CSV files that was read.

    Attributes:
        places: where each record and statement stands.
        cell_problems: what is wrong with cells.
        unread: the cells that could not be read.
    """

    places: Places = field(default_factory=Places)
    cell_problems: tuple[CellProblem, ...] = ()
    unread: frozenset[CellRef] = frozenset()
    _cells: list[CellRef] = field(default_factory=list, repr=False)

    @property
    def is_table(self) -> bool:
        """Whether it is a workbook or a folder of CSV files: it is."""
        return True

    @property
    def has_unnamed_rows(self) -> bool:
        """Whether the identifier of a row can't be read."""
        return any(problem.rule in _ON_IDENTIFIERS and problem.path is None for problem in self.cell_problems)

    @property
    def only_adds(self) -> bool:
        """Whether all its records of the state are rows of the sheet of new policies."""
        return self.places.only_adds

    def spots(self, wanted: Collection[str] | None = None) -> Spots:
        """Find the cells of subjects: of each column of their sheet, also where the cell is empty."""
        spots = Spots(wanted)
        for subject, draft in self.places.records.items():
            if not spots.wants(subject.value):
                continue
            spots.note_subject(subject.value, self._note(self.places.cell(draft, None)))
            for column in draft.layout.columns.values():
                place = self._note(self.places.cell(draft, column.path))
                spots.note_value(subject.value, (column.path.value, place), (None, place))
        for triple, cell in self.places.statements.items():
            place = self._note(cell)
            spots.note_subject(self.name(triple.subject), place)
            value = (self.name(triple.object), place)
            spots.note_value(self.name(triple.subject), (triple.predicate.value, place), value)
        return spots

    def _note(self, cell: CellRef) -> int:
        self._cells.append(cell)
        return len(self._cells) - 1

    def place(self, offset: int) -> Place:
        """The cell that ``spots`` gave a number."""
        return cell_place(self._cells[offset])

    def explains(self, subject: ox.NamedNode, path: str, *, missing: bool) -> bool:
        """Whether what is said of a property of a record follows from a cell, or a column, that could not be read.

        Args:
            subject: the record.
            path: the property.
            missing: whether it is said that a value is missing; a column that is required and missing is reported once.
        """
        draft = self.places.records.get(subject)
        if draft is None or not path:
            return False
        prop = ox.NamedNode(path)
        if missing and self.places.column_is_missing(subject, prop):
            return True
        has_column = any(column.path == prop for column in draft.layout.columns.values())
        cell = self.places.cell(draft, prop)
        return has_column and (cell in self.unread or (missing and cell in self.places.follow))


def cell_place(cell: CellRef) -> Place:
    """A cell as a place in a file."""
    return Place(cell.row + 1, cell.column + 1, cell.sheet)


def read_table(
    file: Path, context: Context, files: Files, tag: str, progress: Progress
) -> tuple[TableDocument | None, tuple[Problem, ...]]:
    """Read a workbook, a CSV file or a folder of CSV files.

    Args:
        file: the file or folder.
        context: the project's graph, which cells may refer to.
        files: the files as the command reads them.
        tag: what the labels of blank nodes are made to begin with.
        progress: called with how far the reading is.

    Returns:
        The document, or why the file can't be read at all. A cell that can't be read is a finding at its cell, so that
        all the others are checked in the same run.
    """
    try:
        loaded = load(file, context, files, progress)
    except UnreadableFileError as error:
        return None, (Problem(file, None, error.reason),)
    places = loaded.places or Places()
    document = TableDocument(
        file=file,
        stated=tuple(_tagged(loaded.ordered, tag)),
        text="",
        format=ox.RdfFormat.TURTLE,
        base=files.base(file),
        tag=tag,
        places=places,
        cell_problems=loaded.problems,
        unread=frozenset(p.place for p in loaded.errors),
    )
    return document, ()


def cell_notes(report: Report) -> list[Note]:
    """What a report says of cells."""
    notes = [
        Note(_cell(f.location.place), f.rule.severity, f.rule.identifier, f.message, f"{f.hint} {f.fix}".strip())
        for f in report.findings
        if f.location.place and f.location.place.sheet
    ]
    return sorted(notes, key=lambda note: (note.place, note.rule))


def _cell(place: Place) -> CellRef:
    return CellRef(place.sheet, place.line - 1, place.column - 1)


def _tagged(triples: Iterable[ox.Triple], tag: str) -> Iterator[ox.Triple]:
    """The triples with blank nodes that those of other files can't be taken for."""
    for triple in triples:
        subject, target = triple.subject, triple.object
        if not isinstance(subject, ox.BlankNode) and not isinstance(target, ox.BlankNode):
            yield triple
            continue
        if isinstance(subject, ox.BlankNode):
            subject = ox.BlankNode(tag + subject.value)
        if isinstance(target, ox.BlankNode):
            target = ox.BlankNode(tag + target.value)
        yield ox.Triple(subject, triple.predicate, target)
