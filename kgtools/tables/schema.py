"""The sheets and columns of a workbook, read from the shapes and the ontology, so that the two can't drift apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import KINDS, SPF
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.schema import read as schema
from kgtools.schema.model import Field, RecordClass, Schema, ValueKind, code_of
from kgtools.schema.shapes import fault_of

SUBMISSION_KINDS: Final = (
    "submission",
    "state-policy",
    "claim",
    "provision",
    "inquiry",
    "adaptation",
    "state-example",
    "resource",
    "source",
    "organization",
    "person",
)
"""The kinds of record that a state hands in, in the order of their sheets."""

_TITLES: Final = {
    "submission": "Submission",
    "state-policy": "Policies",
    "claim": "Claims",
    "provision": "Provisions",
    "inquiry": "Inquiries",
    "determination": "Determinations",
    "adaptation": "Adaptations",
    "state-example": "Examples",
    "resource": "Resources",
    "source": "Sources",
    "organization": "Organizations",
    "person": "People",
    "framework": "Frameworks",
    "edition": "Editions",
    "condition": "Conditions",
    "end-state": "End states",
    "transformative-policy": "Transformative policies",
    "implementation-action": "Implementation actions",
    "criterion": "Criteria",
    "mapping": "Mappings",
    "authority": "Authorities",
    "rating-scheme": "Rating schemes",
    "rating-item": "Rating items",
    "rating": "Ratings",
    "jurisdiction": "Jurisdictions",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: one field.

    Attributes:
        field: the field.
        path: its property.
        heading: what people see at the top of the column.
        names: what else the heading may be written as.
        definition: what the property means, from the ontology.
        example: a value that passes.
        allowed: for references to a few fixed things, these things.
        sheet: for references to records that a submission holds, the sheet that they are rows of.
        sheet_columns: the headings of that sheet that a new row should be filled in under.
    """

    field: Field
    path: ox.NamedNode
    heading: str
    names: frozenset[str]
    definition: str
    example: ox.NamedNode | ox.Literal | None
    allowed: tuple[ox.NamedNode, ...] = ()
    sheet: str = ""
    sheet_columns: tuple[str, ...] = ()

    @property
    def kind(self) -> ValueKind:
        """What a cell holds."""
        return self.field.kind

    @property
    def note(self) -> str:
        """What to write, as a sentence."""
        return self.field.description

    @property
    def required(self) -> bool:
        """Whether a record without a value is refused."""
        return self.field.required

    @property
    def recommended(self) -> bool:
        """Whether a record without a value is warned about."""
        return self.field.recommended

    @property
    def many(self) -> bool:
        """Whether a cell may hold several values."""
        return self.field.many

    @property
    def classes(self) -> tuple[str, ...]:
        """For references, the classes that the things referred to may be of."""
        return self.field.classes

    @property
    def bounds(self) -> tuple[int, int] | None:
        """For whole numbers, the least and the greatest."""
        return self.field.bounds

    def rule(self, component: str) -> str:
        """The name of the rule that a constraint component of the column is; empty where there is none."""
        fault = fault_of(self.field, component)
        return f"{self.field.name}.{fault.value}" if fault else ""

    @property
    def new_row(self) -> str:
        """How to refer to something that is new, as a sentence; empty where the column has a fixed list."""
        if not self.sheet:
            return ""
        return f"For a new one, first add a row to the sheet {self.sheet}: {', '.join(self.sheet_columns)}."

    @property
    def code(self) -> str:
        """The column's name for programs, such as ``year_adopted``."""
        return code_of(self.path.value)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook, or a file of a folder of CSV files: one class.

    Attributes:
        title: the sheet's name.
        kind: the kind of its records, a key of ``kgtools.core.namespaces.KINDS``.
        label: what one record is called.
        definition: what a record is, from the ontology.
        columns: its columns, in the shapes' order; the identifier comes before them.
    """

    title: str
    kind: str
    label: str
    definition: str
    columns: tuple[Column, ...]

    @property
    def class_iri(self) -> str:
        """The class of the records."""
        return SPF + KINDS[self.kind]

    @property
    def file(self) -> str:
        """The name of the CSV file."""
        return self.title.lower().replace(" ", "-") + ".csv"

    def column_of(self, path: ox.NamedNode) -> int | None:
        """The number of a property's column, counted from 1 as the identifier is column 0."""
        return next((i for i, column in enumerate(self.columns, start=1) if column.path == path), None)


@dataclass(frozen=True, slots=True)
class TableSchema:
    """All sheets that there can be.

    Attributes:
        sheets: the sheets by kind, those of a submission first.
        superclasses: the superclasses of each class, itself included.
    """

    sheets: Mapping[str, Sheet]
    superclasses: Mapping[str, frozenset[str]]

    def for_submission(self) -> tuple[Sheet, ...]:
        """The sheets that a state fills in."""
        return tuple(self.sheets[kind] for kind in SUBMISSION_KINDS)


def read_schema(project: Project, files: Files) -> TableSchema:
    """Read the sheets and columns from a project's shapes and ontology.

    Args:
        project: the project.
        files: the files as the command reads them.

    Returns:
        A sheet for each class of records that the shapes describe.
    """
    return table_schema(schema.read_schema(files.triples(*project.ontology, *project.shapes)))


def table_schema(read: Schema) -> TableSchema:
    """The sheets for the classes of a schema, those of a submission first."""
    sheets = {kind: _sheet(read, record_class) for kind, record_class in read.classes.items()}
    ordered = [kind for kind in (*SUBMISSION_KINDS, *KINDS) if kind in sheets]
    homes = _homes(sheets)
    return TableSchema({kind: _with_homes(sheets[kind], homes) for kind in ordered}, read.superclasses)


def _sheet(read: Schema, record_class: RecordClass) -> Sheet:
    title = _TITLES.get(record_class.kind, record_class.label.capitalize())
    columns = tuple(_column(read, field) for field in record_class.fields)
    return Sheet(title, record_class.kind, record_class.label, record_class.definition, columns)


def _column(read: Schema, field: Field) -> Column:
    local = re.split(r"[#/]", field.path)[-1]
    example = field.example
    return Column(
        field=field,
        path=ox.NamedNode(field.path),
        heading=field.label[:1].upper() + field.label[1:],
        names=frozenset((field.label, local, *read.other_names.get(field.path, ()))),
        definition=read.definitions.get(field.path, ""),
        example=example if isinstance(example, ox.NamedNode | ox.Literal) else None,
        allowed=tuple(map(ox.NamedNode, field.allowed)),
    )


def _homes(sheets: Mapping[str, Sheet]) -> dict[str, Sheet]:
    """The sheet of a submission that holds the records of a class; agents are mostly organizations."""
    found = {sheets[kind].class_iri: sheets[kind] for kind in SUBMISSION_KINDS if kind in sheets}
    organizations = found.get(SPF + "Organization")
    return found | ({SPF + "Agent": organizations} if organizations else {})


def _with_homes(sheet: Sheet, homes: Mapping[str, Sheet]) -> Sheet:
    def described(column: Column) -> Column:
        home = next((homes[cls] for cls in column.classes if cls in homes), None)
        if home is None:
            return column
        needed = tuple(c.heading for c in home.columns if c.required or c.recommended)
        return replace(column, sheet=home.title, sheet_columns=needed)

    return replace(sheet, columns=tuple(map(described, sheet.columns)))
