"""Where in a text the statements about a subject are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import accumulate


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line and a column, both counted from one; columns count characters, or cells where a sheet is named.

    Attributes:
        line: the line, or the row of the sheet.
        column: the column.
        sheet: the sheet of a workbook, or the file of a folder of tables.
    """

    line: int
    column: int
    sheet: str = ""

    @property
    def words(self) -> str:
        """The place as a reader wants it: ``line 3, column 7``, or ``cell Policies!G3``."""
        return f"cell {self.short}" if self.sheet else f"line {self.line}, column {self.column}"

    @property
    def short(self) -> str:
        """The place as editors and spreadsheets take it: ``3:7``, or ``Policies!G3``."""
        if not self.sheet:
            return f"{self.line}:{self.column}"
        from kgtools.tables.cells import CellRef

        return str(CellRef(self.sheet, self.line - 1, self.column - 1))


class LineIndex:
    """Turns offsets in a text into lines and columns.

    Args:
        text: the text; LF and CRLF end a line.
    """

    def __init__(self, text: str) -> None:
        lengths = (len(line) + 1 for line in text.split("\n"))
        self._starts = list(accumulate(lengths, initial=0))[:-1]

    def place(self, offset: int) -> Place:
        """The place of a character."""
        line = bisect_right(self._starts, offset)
        return Place(line, offset - self._starts[line - 1] + 1)

    def offset(self, place: Place) -> int:
        """The offset of a place, which must be in the text."""
        return self._starts[place.line - 1] + place.column - 1


@dataclass(slots=True)
class Spots:
    """The offsets of subjects, and of their properties and values, as a scanner finds them.

    Attributes:
        wanted: the subjects that are noted, so that a large file costs no memory; None for all of them.
        subjects: where each subject first begins a statement.
        properties: where a subject's property is first written.
        values: where a value of a subject's property is first written; literals go by their text.
    """

    wanted: Collection[str] | None = None
    subjects: dict[str, int] = field(default_factory=dict)
    properties: dict[tuple[str, str], int] = field(default_factory=dict)
    values: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def wants(self, subject: str) -> bool:
        """Whether to note a subject."""
        return self.wanted is None or subject in self.wanted

    def note_subject(self, subject: str, offset: int) -> None:
        """Note where a subject begins a statement."""
        if self.wants(subject):
            self.subjects.setdefault(subject, offset)

    def note_value(self, subject: str, prop: tuple[str, int], value: tuple[str | None, int]) -> None:
        """Note a property with one of its values; the value is None where it has no name."""
        if not self.wants(subject):
            return
        name, offset = prop
        self.properties.setdefault((subject, name), offset)
        if value[0] is not None:
            self.values.setdefault((subject, name, value[0]), value[1])

    def find(self, subject: str, prop: str | None = None, value: str | None = None) -> int | None:
        """The closest offset that is known: the value's, else the property's, else the subject's."""
        if prop is not None:
            if value is not None and (subject, prop, value) in self.values:
                return self.values[subject, prop, value]
            if (subject, prop) in self.properties:
                return self.properties[subject, prop]
        return self.subjects.get(subject)
