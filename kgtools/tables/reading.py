"""Tables to a graph, with the cell that each statement came from, and every problem at its cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Final, TypeAlias

import pyoxigraph as ox

from kgtools.core.namespaces import ID, PREFIXES, SKOS, SPF, shortened
from kgtools.graph.store import Term
from kgtools.schema.model import ValueKind
from kgtools.tables.cells import CellProblem, CellRef, CellValue, Grid
from kgtools.tables.clerk import Clerk
from kgtools.tables.drafts import Draft, Places
from kgtools.tables.entry import EntryReader, Setting
from kgtools.tables.entry_columns import ENTRY, KEYS, find_entry, is_entry
from kgtools.tables.layout import Layout, find_tables, other_statements, remarks
from kgtools.tables.mint import NEEDED, minted
from kgtools.tables.names import Names, identifier_iri, tidy
from kgtools.tables.schema import Column, TableSchema
from kgtools.tables.spoiled import doubts, text_damage, unusable
from kgtools.tables.tables import INDIVIDUAL, TYPE
from kgtools.tables.values import DATED, UnreadableValueError, Value, guessed_day, order_doubt, parse

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

_NAMING: Final = {SKOS + "prefLabel", SPF + "uspsCode", SPF + "url", SPF + "jurisdiction"}
"""What other rows refer to a record by, and the jurisdiction that says which rows may."""
_MINTED_LATE: Final = ("provision", "claim", "inquiry", "adaptation")
_DIFFERENT: Final = {ValueKind.TEXT, ValueKind.STRING, ValueKind.ADDRESS}
"""What hardly two cells of a column have in common."""
_STEP: Final = 500
_JURISDICTION: Final = SPF + "jurisdiction"
_JURISDICTION_CLASS: Final = SPF + "Jurisdiction"


@dataclass(frozen=True)
class TableReading:
    """What came of reading tables.

    Attributes:
        ordered: the statements, each once: those of a record together, and several values of a property sorted.
        problems: what is wrong with cells, sorted by place; warnings among them.
        places: where everything stands.
    """

    ordered: tuple[ox.Triple, ...]
    problems: tuple[CellProblem, ...]
    places: Places

    @cached_property
    def triples(self) -> frozenset[ox.Triple]:
        """The statements as a set."""
        return frozenset(self.ordered)

    @property
    def errors(self) -> tuple[CellProblem, ...]:
        """The problems that kept something from being read."""
        return tuple(p for p in self.problems if not p.warning)

    @property
    def has_formulas(self) -> bool:
        """Whether a cell of a record holds a formula, which is never read."""
        return any(p.rule == "cell.formula" for p in self.problems)


def read_grids(
    grids: Iterable[Grid],
    schema: TableSchema,
    names: Names,
    progress: Progress = lambda *_: None,
    clerk: Clerk | None = None,
) -> TableReading:
    """Read tables into a graph.

    Args:
        grids: all sheets of a workbook, or all files of a folder.
        schema: the sheets that there can be.
        names: what cells may refer to; what the tables themselves describe is learned here.
        progress: called with how far the reading is.
        clerk: who knows the records; without one, the sheet of new policies is not read.
    """
    every = list(grids)
    entries = [grid for grid in every if clerk and is_entry(grid)]
    layouts, problems = find_tables((grid for grid in every if grid not in entries), schema)
    reader = _Reader(names, problems, Places())
    for grid in other_statements(every):
        reader.statements(grid)
    names.learn(reader.added)
    drafts = [draft for layout in layouts for draft in reader.drafts(layout)]
    reader.rows = tuple(drafts)
    reader.submission = next((draft for draft in drafts if draft.layout.sheet.kind == "submission"), None)
    for draft in drafts:
        reader.identify(draft)
    order = {kind: number for number, kind in enumerate(_MINTED_LATE, start=1)}
    drafts.sort(key=lambda d: order.get(d.layout.sheet.kind, 0))
    for number, draft in enumerate(drafts):
        if number % _STEP == 0:
            progress("Reading rows", number, len(drafts))
        reader.fill(draft)
    for grid in entries:
        if clerk:
            reader.entries(grid, schema, clerk)
    progress("Reading rows", len(drafts), len(drafts))
    return TableReading(
        tuple(reader.triples()), tuple(sorted(problems, key=lambda p: (p.place, p.rule))), reader.places
    )


def _with_prefixes(statement: str) -> str:
    """A statement behind the prefixes that it uses."""
    used = (f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items() if f"{name}:" in statement)
    return f"{''.join(used)}{statement} ."


@dataclass
class _Reader:
    """The state of one reading."""

    names: Names
    problems: list[CellProblem]
    places: Places
    added: set[ox.Triple] = field(default_factory=set)
    removed: set[ox.Triple] = field(default_factory=set)
    first: dict[ox.NamedNode, CellRef] = field(default_factory=dict)
    submission: Draft | None = None
    rows: tuple[Draft, ...] = ()
    _read: dict[tuple[int, type, CellValue], list[Value]] = field(default_factory=dict)

    @cached_property
    def _only_state(self) -> str:
        """The only jurisdiction that rows say they are about; empty where there are several, or none."""
        found = {self._state(row) for row in self.rows} - {""}
        return found.pop() if len(found) == 1 else ""

    def statements(self, grid: Grid) -> None:
        """Read the table of statements that no column can say."""
        for row in sorted(grid.rows)[1:]:
            cells = [str(grid.rows[row].get(column, "")).strip() for column in range(4)]
            place = grid.place(row, 2)
            try:
                quads = list(ox.parse(_with_prefixes(" ".join(cells[:3])), format=ox.RdfFormat.TURTLE))
            except SyntaxError:
                message = "Subject, property and value are not a statement in Turtle."
                fix = "Correct it, or delete the row."
                self.problems.append(CellProblem(place, "cell.not-turtle", message, fix))
                continue
            target = self.removed if tidy(cells[3]).lower() == "no" else self.added
            triples = [quad.triple for quad in quads]
            target.update(triples)
            self.places.statements.update(dict.fromkeys(triples, place))

    def drafts(self, layout: Layout) -> list[Draft]:
        """The rows of a table, with merged cells and formulas dealt with."""
        self._merges(layout)
        self._formulas(layout)
        return [Draft(layout, row) for row in layout.data_rows() if self._has_content(layout, row)]

    @staticmethod
    def _has_content(layout: Layout, row: int) -> bool:
        read = {*layout.columns, layout.identifier}
        return any(tidy(str(value)) for column, value in layout.grid.rows[row].items() if column in read)

    def _merges(self, layout: Layout) -> None:
        """Give the value of cells that are merged downwards to each of their rows."""
        grid = layout.grid
        for top, left, bottom, right in grid.merges:
            if bottom <= layout.heading_row or left not in {*layout.columns, layout.identifier}:
                continue
            if right > left and any(c in layout.columns for c in range(left + 1, right + 1)):
                message = "Cells in several columns are merged, so nobody can say which column the value is for."
                fix = "Unmerge them and write each value in its own cell."
                self.problems.append(CellProblem(grid.place(top, left), "cell.merged", message, fix))
                for row in range(top, min(bottom, max(grid.rows)) + 1):
                    self.places.anchors |= {(grid.name, row, c): (top, left) for c in range(left, right + 1)}
                continue
            value = grid.rows.get(top, {}).get(left)
            for row in range(top + 1, min(bottom, max(grid.rows)) + 1):
                if value is not None and row in grid.rows:
                    grid.rows[row][left] = value
                self.places.anchors[grid.name, row, left] = (top, left)

    def _formulas(self, layout: Layout) -> None:
        grid = layout.grid
        for row, column in sorted(grid.formulas):
            if row <= layout.heading_row or column not in {*layout.columns, layout.identifier}:
                continue
            message = "The cell holds a formula; formulas are never read."
            fix = "Copy the cell and paste it as a value."
            path = layout.columns[column].path if column in layout.columns else None
            self.problems.append(CellProblem(grid.place(row, column), "cell.formula", message, fix, path=path))
            grid.rows.get(row, {}).pop(column, None)

    def entries(self, grid: Grid, schema: TableSchema, clerk: Clerk) -> None:
        """Read a sheet of new policies."""
        self.problems += grid.problems
        table = find_entry(grid)
        if table is None:
            if grid.rows:
                headings = ", ".join(c.heading for c in list(KEYS.values())[:4])
                message = f"The sheet '{grid.name}' has no row of known headings."
                fix = f"Put the headings in the first row: {headings} and so on."
                place = grid.place(min(grid.rows), 0)
                self.problems.append(CellProblem(place, "sheet.headings.missing", message, fix))
            return
        for number, heading in table.unknown.items():
            message = f"The column '{heading[:60]}' does not belong to the sheet {ENTRY}; it was not read."
            fix = f"If it holds data, rename it to one of {', '.join(c.heading for c in KEYS.values() if c.kind)}."
            self.problems.append(
                CellProblem(grid.place(table.heading_row, number), "column.unknown", message, fix, True)
            )
        for number in table.repeated:
            message = "The column stands on the sheet twice."
            place = grid.place(table.heading_row, number)
            self.problems.append(CellProblem(place, "column.repeated", message, "Keep one of them."))
        entry = EntryReader(table, schema, self.names, clerk, self._setting(), self.problems)
        entry.made.update({subject.value: place for subject, place in self.first.items()})
        self._merges(entry.layout)
        self._formulas(entry.layout)
        self.problems += remarks(entry.layout)
        drafts = entry.drafts()
        self.places.follow |= entry.follow
        for draft in drafts:
            if draft.subject:
                self.places.records.setdefault(draft.subject, draft)

    def _setting(self) -> Setting | None:
        """For which jurisdiction, and on which day, the submission is; nothing where it doesn't say."""
        facts = self.submission.facts if self.submission else {}
        state = facts.get(ox.NamedNode(_JURISDICTION), [])
        day = facts.get(ox.NamedNode(SPF + "dateSubmitted"), [])
        return Setting(state[0].value, day[0].value) if state and day else None

    def identify(self, draft: Draft) -> None:
        """Find the record that a row is about, as far as it is known before references are read."""
        layout, kind = draft.layout, draft.layout.sheet.kind
        value = None if layout.identifier is None else self._value(draft, layout.identifier)
        text = "" if value is None else tidy(str(value))
        harm = (
            (unusable(value, "identifier") or text_damage(value, "identifier", printed=True))
            if text and value is not None
            else None
        )
        if harm:
            self._problem(draft, None, harm.rule, harm.message, harm.fix)
            draft.subject = ox.NamedNode(self._stand_in(draft))
        elif text:
            iri = identifier_iri(text, kind)
            if iri is None:
                message = f"'{text[:80]}' is not an identifier."
                fix = "Use lower-case letters and digits joined by hyphens, such as ut-early-exit, or leave it empty."
                self._problem(draft, None, "row.identifier.malformed", message, fix)
            draft.subject = ox.NamedNode(iri or self._stand_in(draft))
        elif kind not in _MINTED_LATE:
            draft.subject = minted(kind, self._early_facts(draft)) or self._unnamed(draft)
        if draft.subject:
            self._register(draft)
            self._learn(draft)

    def _early_facts(self, draft: Draft) -> dict[ox.NamedNode, list[Value]]:
        """The values that an identifier may be made from before the tables' own names are known."""
        wanted = {*_NAMING, SPF + "jurisdiction", SPF + "dateSubmitted"}
        facts = {}
        for number, column in draft.layout.columns.items():
            if column.path.value in wanted:
                facts[column.path] = self._parsed(draft, number, column, report=False)
        return facts

    def _stand_in(self, draft: Draft) -> str:
        return f"{ID}{draft.layout.sheet.kind}/row-{draft.row + 1}-of-{draft.layout.sheet.kind}"

    def _unnamed(self, draft: Draft) -> ox.NamedNode:
        """Report a row without an identifier; it gets a temporary one, so that its other cells are checked."""
        needed = NEEDED.get(draft.layout.sheet.kind, "name")
        message = f"The row has no identifier, and kgtools can't make one without {needed}."
        self._problem(draft, None, "row.identifier.missing", message, f"Fill in {needed}, or write an identifier.")
        return ox.NamedNode(self._stand_in(draft))

    def _register(self, draft: Draft) -> None:
        subject = draft.subject
        if subject is None:
            return
        place = self.places.cell(draft, None)
        if subject in self.first:
            name = shortened(subject.value).partition(":")[2]
            message = f"The identifier '{name}' is given twice; first at {self.first[subject]}."
            fix = "Give one of the two rows another identifier, or delete it."
            self.problems.append(CellProblem(place, "row.identifier.repeated", message, fix))
            draft.subject = ox.NamedNode(self._stand_in(draft))
        self.first.setdefault(draft.subject or subject, place)
        self.places.records[draft.subject or subject] = draft

    def _learn(self, draft: Draft) -> None:
        """Let other rows refer to this record by its identifier, name, code or address."""
        subject = draft.subject
        if subject is None:
            return
        self._read.clear()  # what a cell refers to depends on what is known
        self.names.classify(subject.value, draft.layout.sheet.class_iri)
        for number, column in draft.layout.columns.items():
            path = column.path.value
            if path in _NAMING:
                values = self._parsed(draft, number, column, report=False)
                self.names.learn_of(subject.value, ((path, value.value) for value in values))

    def fill(self, draft: Draft) -> None:
        """Read all cells of a row."""
        for number, column in draft.layout.columns.items():
            values = self._parsed(draft, number, column)
            if values:
                draft.facts[column.path] = values
        if draft.subject is None:
            draft.subject = minted(draft.layout.sheet.kind, draft.facts, self._state(draft)) or self._unnamed(draft)
            self._register(draft)
            self._learn(draft)

    def _value(self, draft: Draft, column: int) -> CellValue | None:
        return draft.layout.grid.rows[draft.row].get(column)

    def _parsed(self, draft: Draft, number: int, column: Column, *, report: bool = True) -> list[Value]:
        value = self._value(draft, number)
        if value is None:
            return []
        # Lists, days and references have few different values in many cells.
        same = (id(column), type(value), value) if column.kind not in _DIFFERENT else None
        if same in self._read:
            return self._read[same].copy()
        try:
            values = parse(value, column, self.names, partial(self._home, draft) if report else str)
        except UnreadableValueError as error:
            if report:
                rule = error.rule or column.rule(error.component) or column.rule("Or") or "cell.unreadable"
                self._problem(draft, column, rule, error.message, error.fix)
            return []
        if report:
            problems = len(self.problems)
            self._doubts(draft, value, column)
            if same and len(self.problems) == problems:
                self._read[same] = values.copy()
        return values

    def _state(self, draft: Draft) -> str:
        """The jurisdiction that a row is about: its own, else that of the submission; empty where neither is known."""
        for row in (draft, self.submission):
            at = row.layout.where_path(_JURISDICTION) if row else None
            value = self._value(row, at) if row and at is not None else None
            found = self.names.resolve(str(value), [_JURISDICTION_CLASS]) if value is not None else None
            if found:
                return found
        return ""

    def _home(self, draft: Draft) -> str:
        """The jurisdiction that a row is most likely about, for what is suggested for its cells.

        It is the one that the row states, else that of its identifier, else the only one that the rows are about.
        """
        of_row = self._state(draft) or (self.names.state_of(draft.subject.value) if draft.subject else "")
        return of_row or self._only_state

    def _doubts(self, draft: Draft, value: CellValue, column: Column) -> None:
        """Say what was guessed in reading a cell."""
        if isinstance(value, str) and column.kind not in DATED and value.isascii():
            return  # as nearly every cell: nothing about it could be a guess
        day = guessed_day(value, column)
        remarks = (*doubts(value, column), *order_doubt(value, column))
        if not day and not remarks:
            return
        place = self.places.cell(draft, column.path)
        if day:
            message = f"The cell holds the number {value}, which was read as the day {day}."
            fix = f"Format the cell as a date, or write {day} as text if that is the day."
            self.problems.append(
                CellProblem(place, "cell.date.guessed", message, fix, True, draft.subject, column.path)
            )
        for remark in remarks:
            self.problems.append(
                CellProblem(place, remark.rule, remark.message, remark.fix, True, draft.subject, column.path)
            )

    def _problem(self, draft: Draft, column: Column | None, rule: str, message: str, fix: str) -> None:
        path = column.path if column else None
        place = self.places.cell(draft, path)
        self.problems.append(CellProblem(place, rule, message, fix, subject=draft.subject, path=path))

    def triples(self) -> Iterator[ox.Triple]:
        """All statements, each once."""
        added: dict[Term, set[ox.Triple]] = defaultdict(set)
        for triple in self.added:
            added[triple.subject].add(triple)
        for subject, draft in self.places.records.items():
            stated = [
                ox.Triple(subject, TYPE, INDIVIDUAL),
                ox.Triple(subject, TYPE, ox.NamedNode(draft.layout.sheet.class_iri)),
            ]
            for path, values in draft.facts.items():
                several = sorted(set(values), key=str) if len(values) > 1 else values
                stated += [ox.Triple(subject, path, value) for value in several]
            if subject in added:
                stated = sorted(added.pop(subject).union(stated), key=str)
            yield from (triple for triple in stated if triple not in self.removed) if self.removed else stated
        for _, rest in sorted(added.items(), key=lambda item: str(item[0])):
            yield from sorted(rest - self.removed, key=str)
