"""Finding the tables in what somebody sent: which sheet is which, where its headings are, what each column holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from kgtools.tables.cells import CellProblem, CellRef, Grid, column_letters
from kgtools.tables.names import fold, tidy
from kgtools.tables.schema import Column, Sheet, TableSchema
from kgtools.tables.tables import OTHER

IDENTIFIER: Final = "Identifier"
"""The heading of the first column of each sheet."""
OWN_SHEETS: Final = ("Instructions", "Columns", "Terms", "Lists", "Findings", "Recommendations", "Your list")
"""The sheets that a workbook holds for its readers, and that are never read back."""
_OTHER_NAMES: Final = {fold(OTHER), "other statements.csv"}
_IDENTIFIERS: Final = {"identifier", "id"}
_HEADING_ROWS: Final = 15
_MOST_TOLD: Final = 20


_PROVISION_NOW: Final = (
    "A claim rests on provisions since version 0.1. Give the source on the sheet Provisions, with the place in it and "
    "how it was read, and write that provision into the column Provision of the claim."
)
_REPLACED: Final = {("claim", "source"): _PROVISION_NOW}
"""What to write now instead of a column that earlier workbooks had."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the records of one sheet are.

    Attributes:
        grid: the cells.
        sheet: what the sheet holds.
        heading_row: the row of the headings.
        columns: the property of each column.
        identifier: the column of the identifiers, if there is one.
    """

    grid: Grid
    sheet: Sheet
    heading_row: int
    columns: Mapping[int, Column]
    identifier: int | None

    def where(self, column: Column) -> int | None:
        """The column in which a property stands."""
        return next((i for i, c in self.columns.items() if c.path == column.path), None)

    def where_path(self, path: str) -> int | None:
        """The column of a property, by its IRI."""
        return next((i for i, c in self.columns.items() if c.path.value == path), None)

    def data_rows(self) -> list[int]:
        """The rows below the headings that hold anything in a column that is read."""
        read = {*self.columns, *(() if self.identifier is None else (self.identifier,))}
        return sorted(n for n, cells in self.grid.rows.items() if n > self.heading_row and read & cells.keys())


def other_statements(grids: Iterable[Grid]) -> list[Grid]:
    """The grids of statements that no column can say."""
    return [grid for grid in grids if fold(grid.name) in _OTHER_NAMES]


def find_tables(grids: Iterable[Grid], schema: TableSchema) -> tuple[list[Layout], list[CellProblem]]:
    """Find the tables in a workbook or folder.

    Args:
        grids: all of its sheets or files.
        schema: the sheets that there can be.

    Returns:
        The tables, and remarks on sheets and headings.
    """
    found: list[Layout] = []
    problems: list[CellProblem] = []
    own = {fold(name) for name in (*OWN_SHEETS, "terms.csv")} | _OTHER_NAMES
    for grid in grids:
        if not grid.rows or fold(grid.name) in own:
            continue
        problems += grid.problems
        sheet = _sheet_of(grid, schema)
        heading_row = _heading_row(grid, sheet) if sheet else None
        if sheet is None or heading_row is None:
            problems.append(_unread(grid, sheet, schema))
        elif _is_of_earlier_form(grid, sheet, heading_row):
            problems.append(_derived(grid, heading_row))
        elif any(layout.sheet.kind == sheet.kind for layout in found):
            problems.append(_twice(grid, sheet))
        else:
            found.append(_layout(grid, sheet, heading_row, problems))
    return found, problems


def _is_of_earlier_form(grid: Grid, sheet: Sheet, row: int) -> bool:
    """Whether the sheet of determinations is that of workbooks before version 0.1, which states filled in."""
    headings = {_heading(value) for value in grid.rows[row].values()}
    return sheet.kind == "determination" and {"subject", "basis"} <= headings


def _derived(grid: Grid, row: int) -> CellProblem:
    message = f"The sheet '{grid.name}' has its form before version 0.1; it was not read."
    fix = "Delete it. Determinations are derived from claims and inquiries now; nobody writes them."
    return CellProblem(grid.place(row, min(grid.rows[row])), "sheet.unknown", message, fix, True)


def _names_of(sheet: Sheet) -> set[str]:
    return {fold(n) for n in (sheet.title, sheet.file, sheet.file[:-4], sheet.kind, sheet.label, sheet.label + "s")}


def _sheet_of(grid: Grid, schema: TableSchema) -> Sheet | None:
    """The sheet that a grid is: by its name, else by the headings that only one kind of sheet has."""
    name = fold(grid.name)
    named = next((sheet for sheet in schema.sheets.values() if name in _names_of(sheet)), None)
    if named:
        return named
    scores = {kind: max(_score(grid, row, sheet) for row in _first_rows(grid)) for kind, sheet in schema.sheets.items()}
    best = sorted(scores.values(), reverse=True)[:2]
    clear = best[0] >= 4 and best[0] > best[1]
    return next(schema.sheets[kind] for kind, score in scores.items() if score == best[0]) if clear else None


def _first_rows(grid: Grid) -> list[int]:
    return sorted(grid.rows)[:_HEADING_ROWS]


def _score(grid: Grid, row: int, sheet: Sheet) -> int:
    known = {fold(n) for column in sheet.columns for n in (*column.names, column.code)} | _IDENTIFIERS
    return sum(_heading(value) in known for value in grid.rows[row].values())


def _heading(value: object) -> str:
    return fold(str(value).partition("\n")[0].replace("*", "").replace("(required)", ""))


def _heading_row(grid: Grid, sheet: Sheet) -> int | None:
    best = max(_first_rows(grid), key=lambda row: (_score(grid, row, sheet), -row))
    return best if _score(grid, best, sheet) >= min(2, len(sheet.columns)) else None


def _unread(grid: Grid, sheet: Sheet | None, schema: TableSchema) -> CellProblem:
    place = grid.place(min(grid.rows), min(grid.rows[min(grid.rows)]))
    if sheet:
        headings = ", ".join(c.heading for c in sheet.columns[:4])
        fix = f"Put the headings in the first row: {IDENTIFIER}, {headings} and so on."
        return CellProblem(
            place, "sheet.headings.missing", f"The sheet '{grid.name}' has no row of known headings.", fix
        )
    titles = [s.title for s in schema.sheets.values()]
    close = get_close_matches(grid.name.casefold(), [t.casefold() for t in titles], 1)
    guess = next((t for t in titles if close and t.casefold() == close[0]), None)
    fix = f"If it holds records, name it {guess or 'as in the template, such as Policies'}."
    return CellProblem(
        place, "sheet.unknown", f"The sheet '{grid.name}' is not a known sheet; it was not read.", fix, True
    )


def _twice(grid: Grid, sheet: Sheet) -> CellProblem:
    place = grid.place(min(grid.rows), 0)
    message = f"The sheet '{grid.name}' holds {sheet.title.lower()}, and so does another sheet."
    return CellProblem(place, "sheet.repeated", message, "Put all of them in one sheet.")


def _layout(grid: Grid, sheet: Sheet, row: int, problems: list[CellProblem]) -> Layout:
    columns: dict[int, Column] = {}
    identifier: int | None = None
    unknown: dict[int, str] = {}
    for number, value in sorted(grid.rows[row].items()):
        heading = _heading(value)
        if not heading:
            continue
        if heading in _IDENTIFIERS and identifier is None:
            identifier = number
            continue
        column = _column_named(heading, sheet)
        if column is None:
            unknown[number] = str(value)
        elif column in columns.values():
            message = f"The column '{column.heading}' is given twice."
            fix = "Keep one of them and remove the other."
            problems.append(CellProblem(grid.place(row, number), "column.repeated", message, fix))
        else:
            columns[number] = column
    layout = Layout(grid, sheet, row, columns, identifier)
    problems += _guess_columns(layout, columns, unknown)
    problems += _about_sheet(layout)
    return layout


def _hidden(layout: Layout, corner: CellRef) -> list[CellProblem]:
    """One finding each for the rows and the columns that are hidden and were read all the same."""
    grid, problems = layout.grid, []
    data = layout.data_rows()
    rows = [n for n in data if n in grid.hidden_rows]
    if rows:
        told = _told([str(n + 1) for n in rows])
        message = f"Rows of '{grid.name}' are hidden, by hand or by a filter, and were read like the others: {told}."
        place = grid.place(rows[0], corner.column)
        problems.append(
            CellProblem(place, "row.hidden", message, "Show the rows and check them, or delete them.", True)
        )
    columns = [c for c in sorted(layout.columns) if c in grid.hidden_columns and any(c in grid.rows[n] for n in data)]
    if columns:
        told = _told([f"{column_letters(c)} ({layout.columns[c].heading})" for c in columns])
        message = f"Columns of the sheet '{grid.name}' are hidden, and were read like the others: {told}."
        fix = "Show the columns and check them, or delete them."
        problems.append(CellProblem(grid.place(layout.heading_row, columns[0]), "column.hidden", message, fix, True))
    return problems


def _told(names: list[str]) -> str:
    few = names[:_MOST_TOLD]
    return ", ".join(few) + (f" and {len(names) - len(few)} more" if len(names) > len(few) else "")


def _beyond_headings(layout: Layout) -> list[CellProblem]:
    """Cells that no heading stands over: columns of notes, or rows of text with a separator too many."""
    grid, row, problems = layout.grid, layout.heading_row, []
    headed = {n for n, value in grid.rows[row].items() if _heading(value)}
    unnamed: dict[int, int] = {}
    for number in sorted(n for n in grid.rows if n > row):
        extra = sorted(c for c, value in grid.rows[number].items() if c not in headed and tidy(str(value)))
        if grid.is_text and extra and extra[-1] > max(headed):
            message = (
                f"Row {number + 1} has cells beyond the last heading, so that its cells may stand in wrong columns."
            )
            fix = "Put quotation marks around a value that holds the separator, or delete what is too much."
            problems.append(CellProblem(grid.place(number, extra[-1]), "row.cells.too-many", message, fix))
            continue
        for column in extra:
            unnamed.setdefault(column, number)
    for column, number in sorted(unnamed.items()):
        message = f"Column {column_letters(column)} of the sheet '{grid.name}' has no heading; it was not read."
        fix = "If it holds data, give it a heading of the template; a column of your own may stay."
        problems.append(CellProblem(grid.place(number, column), "column.unnamed", message, fix, True))
    return problems


def _column_named(heading: str, sheet: Sheet) -> Column | None:
    main = (c for c in sheet.columns if heading in {fold(c.heading), fold(c.code)})
    return next(main, None) or next((c for c in sheet.columns if heading in {fold(n) for n in c.names}), None)


def _guess_columns(layout: Layout, columns: dict[int, Column], unknown: Mapping[int, str]) -> list[CellProblem]:
    """Give the columns whose headings are not known to what they are most like, and report each."""
    sheet, problems = layout.sheet, []
    for number, text in unknown.items():
        if _heading(text).removesuffix(" label") in {fold(c.code) for c in sheet.columns}:
            continue  # a label beside a code, as export writes it
        free = {fold(c.heading): c for c in sheet.columns if c not in columns.values()}
        close = get_close_matches(_heading(text), free, 1, 0.75)
        place = layout.grid.place(layout.heading_row, number)
        if close:
            columns[number] = free[close[0]]
            message = f"The heading '{text[:60]}' was read as '{free[close[0]].heading}'."
            problems.append(CellProblem(place, "column.guessed", message, "Write it so, or rename the column.", True))
        else:
            message = f"The column '{text[:60]}' does not belong to the sheet {sheet.title}; it was not read."
            fix = f"If it holds data, rename it to one of {', '.join(c.heading for c in free.values()) or IDENTIFIER}."
            fix = _REPLACED.get((sheet.kind, _heading(text)), fix)
            problems.append(CellProblem(place, "column.unknown", message, fix, True))
    return problems


def _about_sheet(layout: Layout) -> list[CellProblem]:
    grid, problems = layout.grid, []
    corner = grid.place(layout.heading_row, min(layout.columns, default=0))
    for column in layout.sheet.columns:
        if column.required and column not in layout.columns.values() and layout.data_rows():
            message = f"The sheet {layout.sheet.title} has no column '{column.heading}', which every record needs."
            fix = f"Add the column '{column.heading}'. {column.note}"
            problems.append(CellProblem(corner, "column.missing", message, fix, path=column.path))
    return [*problems, *remarks(layout)]


def remarks(layout: Layout) -> list[CellProblem]:
    """What should be known of a table that was read: what is hidden, and cells that no heading stands over."""
    grid = layout.grid
    corner = grid.place(layout.heading_row, min(layout.columns, default=0))
    problems = [*_hidden(layout, corner), *_beyond_headings(layout)]
    if grid.hidden and layout.data_rows():
        message = f"The sheet '{grid.name}' is hidden; it was read like the others."
        problems.append(CellProblem(corner, "sheet.hidden", message, "Show the sheet, or delete it.", True))
    return problems
