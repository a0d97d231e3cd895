"""Rows on their way to records, and where everything that is said of a record stands."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox

from kgtools.core.namespaces import ID
from kgtools.tables.cells import CellRef
from kgtools.tables.entry_columns import ENTRY
from kgtools.tables.layout import Layout
from kgtools.tables.values import Value

_OF_A_STATE = {"state-policy", "claim", "adaptation", "inquiry", "state-example"}


@dataclass
class Draft:
    """A row on its way to a record.

    Attributes:
        layout: the table that it is in.
        row: its number, counted from 0.
        subject: the record.
        facts: its values by property.
    """

    layout: Layout
    row: int
    subject: ox.NamedNode | None = None
    facts: dict[ox.NamedNode, list[Value]] = field(default_factory=dict)


@dataclass
class Places:
    """Where each record and each statement stands.

    Attributes:
        records: the row of each record.
        statements: the cell of each statement of the table of statements.
        anchors: the cell that holds the value of merged ones.
        follow: the cells whose values would follow from another cell, which is asked for.
    """

    records: dict[ox.NamedNode, Draft] = field(default_factory=dict)
    statements: dict[ox.Triple, CellRef] = field(default_factory=dict)
    anchors: dict[tuple[str, int, int], tuple[int, int]] = field(default_factory=dict)
    follow: set[CellRef] = field(default_factory=set)

    @property
    def only_adds(self) -> bool:
        """Whether all records of the state come from the sheet of new policies, so that nothing on file is left out."""
        own = [d for s, d in self.records.items() if s.value.removeprefix(ID).partition("/")[0] in _OF_A_STATE]
        return bool(own) and all(draft.layout.sheet.title == ENTRY for draft in own)

    def cell(self, draft: Draft, path: ox.NamedNode | None) -> CellRef:
        """The cell of a property in a row, or of the row's identifier."""
        layout = draft.layout
        column = next((i for i, c in layout.columns.items() if c.path == path), None) if path else None
        if column is None:
            column = layout.identifier if layout.identifier is not None else min(layout.columns, default=0)
        row, column = self.anchors.get((layout.grid.name, draft.row, column), (draft.row, column))
        return layout.grid.place(row, column)

    def column_is_missing(self, subject: ox.NamedNode, path: ox.NamedNode) -> bool:
        """Whether the sheet of a record has no column for a property, which is reported once for the sheet."""
        draft = self.records.get(subject)
        if draft is None:
            return False
        known = any(c.path == path for c in draft.layout.sheet.columns)
        return known and all(c.path != path for c in draft.layout.columns.values())
