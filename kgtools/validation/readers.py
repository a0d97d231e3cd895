"""The two readers of a finding: one writes RDF, the other fills in a sheet. Each gets everything in its own words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

import pyoxigraph as ox

from kgtools.core.namespaces import KINDS, RDF, XSD, shortened
from kgtools.graph.store import Term
from kgtools.schema.model import Field, ValueKind
from kgtools.schema.rules import Rule
from kgtools.schema.wording import RdfReader, Reader, plain_form
from kgtools.tables.schema import SUBMISSION_KINDS, Column
from kgtools.validation.names import Labels, cut

if TYPE_CHECKING:  # whoever checks RDF needs nothing that reads workbooks
    from kgtools.tables import names as table_names
    from kgtools.tables.drafts import Draft
    from kgtools.validation.sheets import TableDocument

_FEW: Final = 50
"""The longest list that is written in full."""


class FindingReader(Reader, Protocol):
    """A reader who also gets values, guesses and examples."""

    def value(self, term: Term) -> str:
        """A value as the reader knows it."""
        ...

    def short(self, iri: str) -> str:
        """A thing in a few letters, to be written as they stand."""
        ...

    def written(self, text: str, datatype: str) -> str:
        """How to write a text as a value of a datatype."""
        ...

    def heading(self, path: str, label: str) -> str:
        """What a field is called, where its name is ``label``."""
        ...

    def example(self, rule: Rule) -> str:
        """Something that passes a rule."""
        ...

    speaks_rdf: bool
    """Whether identifiers, quotation marks and datatypes mean something to the reader."""


class RdfFindingReader(RdfReader):
    """Somebody who writes Turtle, JSON-LD or another syntax of RDF.

    Args:
        names: what things are called.
    """

    speaks_rdf = True

    def __init__(self, names: Labels) -> None:
        self._names = names

    def value(self, term: Term) -> str:
        """A term with its label, a literal as Turtle writes it."""
        return self._names.display(term)

    def short(self, iri: str) -> str:
        """The identifier."""
        return shortened(iri)

    def written(self, text: str, datatype: str) -> str:
        """The literal in Turtle."""
        if datatype == f"{RDF}langString":
            return f'"{cut(text)}"@en'
        return f'"{cut(text)}"' + ("" if datatype == f"{XSD}string" else f"^^{shortened(datatype)}")

    def heading(self, path: str, label: str) -> str:  # noqa: ARG002 - a sheet goes by the property
        """The name of the field."""
        return label

    def example(self, rule: Rule) -> str:
        """The example in Turtle."""
        return rule.example


class SheetReader:
    """Somebody who fills in a sheet: fields are columns, things go by what their list shows.

    Args:
        document: the workbook or folder.
        draft: the row.
        known: what the project and the workbook call things.
        names: the labels of all things.
    """

    record = "row"
    described = "known"
    speaks_rdf = False

    def __init__(self, document: TableDocument, draft: Draft, known: table_names.Names, names: Labels) -> None:
        self._document = document
        self._places = document.places
        self._draft = draft
        self._known = known
        self._names = names

    def of_any_row(self) -> SheetReader:
        """Somebody who fills in the same sheet, without a row in mind: columns are named, and no cells."""
        layout = self._draft.layout
        empty = replace(layout.grid, name=layout.sheet.title, rows={})
        bare = replace(
            self._draft, layout=replace(layout, grid=empty, heading_row=0, columns={}, identifier=None), row=1
        )
        return SheetReader(self._document, bare, self._known, self._names)

    def place(self, words: str, path: str) -> str:
        """A column with the cell in it, such as “Legal status” (Policies!K4)."""
        column = self._column(path)
        return self._where(column) if column else words

    def add(self, field: Field) -> str:
        """Fill in the cell, from a list where there is one."""
        column = self._column(field.path)
        where = self._where(column) if column else f"the {field.label}"
        if column and column.kind is ValueKind.REFERENCE:
            return self._chosen(f"Fill in {where}", column)
        return f"Fill in {where}."

    def choose(self, field: Field) -> str:
        """Choose from a list, or from the rows of another sheet."""
        column = self._column(field.path)
        return self._chosen(f"Choose {self._where(column)}", column) if column else field.description

    def form(self, datatype: str) -> str:
        """Plain words."""
        return plain_form(datatype)

    def value(self, term: Term) -> str:
        """A label, with the identifier where rows go by it; a literal's text."""
        if isinstance(term, ox.Literal):
            return cut(term.value, 160)
        if not isinstance(term, ox.NamedNode):
            return self._names.display(term)
        label, short = self._names.labels.get(term.value), self.short(term.value)
        return f"{label} ({short})" if label and _is_row(term.value) else label or short

    def short(self, iri: str) -> str:
        """The last part of an identifier where rows go by it, else the label."""
        label = self._names.labels.get(iri)
        if label and not _is_row(iri):
            return f"“{label}”"
        return iri.rpartition("/")[2] if _is_row(iri) else shortened(iri).strip("<>").rpartition(":")[2]

    def written(self, text: str, datatype: str) -> str:  # noqa: ARG002 - a cell has no datatype
        """The text."""
        return cut(text)

    def heading(self, path: str, label: str) -> str:
        """The heading of the column."""
        column = self._column(path)
        return column.heading if column else label

    def example(self, rule: Rule) -> str:
        """An example as cells: “Legal status”: in force."""
        shown = []
        for field in rule.fields:
            column, value = self._column(field.path), field.example
            if column and value is not None:
                shown.append(f"“{column.heading}”: {self._cell(value, column)}")
        return "; ".join(shown)

    def _cell(self, value: Term, column: Column) -> str:
        if not isinstance(value, ox.NamedNode):
            return value.value if isinstance(value, ox.Literal) else str(value)
        text = self._known.display(value.value, column.classes) if column.classes else shortened(value.value)
        return value.value.rpartition("/")[2] if ":" in text else text

    def _column(self, path: str) -> Column | None:
        return next((c for c in self._draft.layout.sheet.columns if c.path.value == path), None)

    def _where(self, column: Column) -> str:
        missing = all(c.path != column.path for c in self._draft.layout.columns.values())
        return f"“{column.heading}”" + ("" if missing else f" ({self._places.cell(self._draft, column.path)})")

    def _chosen(self, begin: str, column: Column) -> str:
        """What to choose: one of a few labels, or a row of another sheet, which may have to be added first."""
        if column.new_row:
            return f"{begin} from the sheet {column.sheet}. {column.new_row}"
        members = self._known.current(column.classes) if column.classes else []
        if 0 < len(members) <= _FEW:
            labels = ", ".join(f"“{self._known.display(iri, column.classes)}”" for iri in members)
            return f"{begin} from its list: {labels}."
        return f"{begin} from its list."


def _is_row(iri: str) -> bool:
    """Whether an identifier is of a kind whose records are rows of a sheet and go by their identifier."""
    kind = shortened(iri).partition(":")[0]
    return kind in KINDS and kind in SUBMISSION_KINDS and kind not in {"organization", "person"}
