"""Writing a workbook that people fill in: instructions, a sheet a class, drop-down lists, and what every term means."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from kgtools.core.namespaces import KINDS, SPF, shortened
from kgtools.schema.model import ValueKind
from kgtools.tables.cells import column_letters
from kgtools.tables.entry_columns import ENTRY, RECOMMENDATIONS, YOUR_LIST
from kgtools.tables.entry_writer import ASKED, GUESSED, EntryWriter
from kgtools.tables.from_list import EntryPlan
from kgtools.tables.heights import row_height
from kgtools.tables.layout import IDENTIFIER
from kgtools.tables.names import Names
from kgtools.tables.schema import SUBMISSION_KINDS, Column, Sheet
from kgtools.tables.styles import BLUE, GRAY, NAVY, heading_style
from kgtools.tables.tables import OTHER, OTHER_HEADINGS, Row, Tables
from kgtools.tables.values import Written

SPARE_ROWS: Final = 500
"""How many empty rows below the records have drop-down lists and formats."""
_RISKY: Final = re.compile(r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_FIRST_DAY: Final = dt.date(1900, 3, 1)
_WIDTHS: Final = {
    ValueKind.TEXT: 46,
    ValueKind.STRING: 24,
    ValueKind.ADDRESS: 40,
    ValueKind.INTEGER: 9,
    ValueKind.DATE: 12,
    ValueKind.PARTIAL_DATE: 12,
    ValueKind.REFERENCE: 20,
}
_FORMS: Final = {
    ValueKind.TEXT: "English text",
    ValueKind.STRING: "text",
    ValueKind.ADDRESS: "a web address that begins with https:// or http://",
    ValueKind.INTEGER: "a whole number in digits",
    ValueKind.DATE: "a day, as YYYY-MM-DD",
    ValueKind.PARTIAL_DATE: "a day, month or year, as YYYY-MM-DD, YYYY-MM or YYYY",
    ValueKind.REFERENCE: "a value from the list",
}
_PALE, _INK = "#F3F6FA", "#222B36"


@dataclass(frozen=True)
class WorkbookPlan:
    """What a workbook must hold.

    Attributes:
        tables: the records.
        sheets: the sheets that are there even when they hold nothing.
        names: what things are called.
        meanings: the definition of each term.
        title: what the workbook is about, such as ``Utah``.
        day: the day on which it is made.
        version: the version of the shapes.
        to_fill: whether it is for somebody to fill in, and says how.
        entry: the sheet of new policies; None for a workbook without one.
    """

    tables: Tables
    sheets: Sequence[Sheet]
    names: Names
    meanings: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    day: dt.date = dt.date(2000, 1, 1)
    version: str = ""
    to_fill: bool = True
    entry: EntryPlan | None = None


def workbook_bytes(plan: WorkbookPlan) -> bytes:
    """Write a workbook.

    Args:
        plan: what it must hold.

    Returns:
        The bytes of the .xlsx file; the same for the same plan.
    """
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    created = dt.datetime(plan.day.year, plan.day.month, plan.day.day, tzinfo=dt.UTC)
    book.set_properties({"title": f"State policy records: {plan.title}".rstrip(": "), "created": created})
    book.set_size(2400, 1400)
    _Writer(book, plan).write()
    book.close()
    return stream.getvalue()


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any, plan: WorkbookPlan) -> None:
        self._book = book
        self._plan = plan
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}
        self._lists: dict[tuple[str, ...], list[str]] = {}

    @cached_property
    def _sheets(self) -> list[Sheet]:
        more = [t.sheet for t in self._plan.tables.tables if t.sheet not in self._plan.sheets]
        return [*self._plan.sheets, *more]

    def write(self) -> None:
        self._instructions(self._book.add_worksheet("Instructions"))
        entry = EntryWriter(self._book, self._plan.entry, self._format, self._of_class) if self._plan.entry else None
        for sheet in self._sheets:
            page = self._book.add_worksheet(sheet.title)
            self._records(page, sheet)
            if sheet.kind == "submission" and entry:
                entry.entries(self._book.add_worksheet(ENTRY))
            elif self._is_hidden(sheet):
                page.hide()
        if entry:
            entry.add()
        if self._plan.tables.other:
            self._other(self._book.add_worksheet(OTHER))
        self._columns(self._book.add_worksheet("Columns"))
        self._terms(self._book.add_worksheet("Terms"))
        self._list_sheet(self._book.add_worksheet("Lists"))

    def _is_hidden(self, sheet: Sheet) -> bool:
        """Whether a sheet is only for what is rare, and holds nothing yet."""
        return bool(self._plan.entry) and sheet.kind != "submission" and not self._plan.tables.table(sheet.kind)

    def _of_class(self, class_iri: str) -> str | None:
        """Where the drop-down list of a class is."""
        members = self._plan.names.current([class_iri])
        shown = [self._plan.names.display(iri, [class_iri]) for iri in members]
        return self._listed((class_iri,), shown) if members else None

    def _format(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "top"}
            self._formats[key] = self._book.add_format(base | properties)
        return self._formats[key]

    # Sheets of records

    def _records(self, page: Any, sheet: Sheet) -> None:
        table = self._plan.tables.table(sheet.kind)
        rows = table.rows if table else ()
        last = len(rows) + SPARE_ROWS
        self._headings(page, sheet)
        identifier = self._format(font_color="#5A6675", num_format="@", text_wrap=True, **_RULED)
        page.set_column(0, 0, 32, identifier)
        for number, column in enumerate(sheet.columns, start=1):
            page.set_column(number, number, _width(column), self._cell_format(column))
            self._validation(page, number, column, last, current=sheet.kind in SUBMISSION_KINDS)
        for number, row in enumerate(rows, start=1):
            page.set_row(number, row_height([(row.identifier, 32), *_widths(row, sheet)]))
            page.write_string(number, 0, row.identifier, identifier)
            for place, (cell, column) in enumerate(zip(row.cells, sheet.columns, strict=True), start=1):
                self._cell(page, (number, place), cell, column)
                if self._is_guess(sheet, column) and cell is not None:
                    self._guess(page, (number, place), str(cell))
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(len(rows), 1), len(sheet.columns))
        self._print(page, sheet)

    def _is_guess(self, sheet: Sheet, column: Column) -> bool:
        """Whether a column holds who submits, which was filled in without anybody saying so."""
        own = sheet.kind == "submission" and column.path is not None and column.path.value == SPF + "submittedBy"
        return own and bool(self._plan.entry and self._plan.entry.submitter)

    def _guess(self, page: Any, place: tuple[int, int], text: str) -> None:
        why = self._plan.entry.submitter if self._plan.entry else ""
        page.write_string(*place, text, self._format(num_format="@", text_wrap=True, bg_color=GUESSED, **_RULED))
        page.write_comment(*place, f"Guess: {why}.", {"x_scale": 2.2, "y_scale": 1.2, "visible": False})

    def _headings(self, page: Any, sheet: Sheet) -> None:
        page.set_row(0, 34)
        comment = (
            f"What the rest of the workbook calls this {sheet.label}. Keep it when you correct a row. "
            "For a new row, leave it empty and it is made for you."
        )
        page.write_string(0, 0, IDENTIFIER, self._heading_format(GRAY))
        page.write_comment(0, 0, comment, {"x_scale": 2.2, "y_scale": 1.2, "visible": False})
        for number, column in enumerate(sheet.columns, start=1):
            color = NAVY if column.required else BLUE if column.recommended else GRAY
            mark = " *" if column.required else ""
            page.write_string(0, number, column.heading + mark, self._heading_format(color))
            text = self._help(column)
            scale = 0.8 + 0.2 * (len(text) // 45 + text.count("\n"))
            page.write_comment(0, number, text, {"x_scale": 2.4, "y_scale": scale, "visible": False})

    def _heading_format(self, color: str) -> Any:
        return self._format(**heading_style(color))

    def _help(self, column: Column) -> str:
        needed = "Required." if column.required else "Recommended." if column.recommended else "May be left empty."
        lines = [column.definition, needed, f"Write: {self.form(column)}."]
        if column.note:
            lines.append(column.note)
        if column.example is not None:
            lines.append(f"Example: {self._example(column)}")
        return "\n".join(filter(None, lines))

    def form(self, column: Column) -> str:
        """What a cell of a column looks like, in words."""
        form = _FORMS[column.kind]
        if not column.many:
            return form
        several = "each on its own line" if column.kind in {ValueKind.TEXT, ValueKind.STRING} else "separated by ;"
        return f"{form}; several values {several}"

    def _example(self, column: Column) -> str:
        value = column.example.value if column.example is not None else ""
        if column.kind is not ValueKind.REFERENCE:
            return value
        return self._plan.names.display(value, column.classes) if column.classes else shortened(value)

    def _cell_format(self, column: Column, *, quoted: bool = False) -> Any:
        more: dict[str, object] = {"quote_prefix": True} if quoted else {}
        if column.kind is ValueKind.DATE:
            return self._format(num_format="yyyy-mm-dd", align="left", **_RULED, **more)
        if column.kind is ValueKind.INTEGER:
            return self._format(num_format="0", align="left", **_RULED, **more)
        return self._format(num_format="@", text_wrap=True, **_RULED, **more)

    def _cell(self, page: Any, place: tuple[int, int], cell: Written | None, column: Column) -> None:
        row, number = place
        if cell is None:
            return
        if isinstance(cell, dt.date) and cell >= _FIRST_DAY:
            page.write_datetime(row, number, cell, self._cell_format(column))
        elif isinstance(cell, int):
            page.write_number(row, number, cell, self._cell_format(column))
        else:
            text = str(cell)
            # The mark keeps a cell that looks like a formula from becoming one when somebody edits it.
            page.write_string(row, number, text, self._cell_format(column, quoted=bool(_RISKY.match(text))))

    def _validation(self, page: Any, number: int, column: Column, last: int, *, current: bool) -> None:
        rule: dict[str, Any] = {"ignore_blank": True}
        if column.kind is ValueKind.REFERENCE:
            source = self._source(column, current=current)
            if source is None:
                return
            # A list can't hold several values at once, so a cell that may do so isn't held to it.
            rule |= {"validate": "list", "source": source, "show_error": not column.many, "error_type": "warning"}
            rule |= {
                "error_title": column.heading[:32],
                "error_message": "This is not in the list. Keep it anyway?",
            }
        elif column.kind is ValueKind.INTEGER and column.bounds:
            low, high = column.bounds
            rule |= {"validate": "integer", "criteria": "between", "minimum": low, "maximum": high}
            rule |= {"error_title": column.heading[:32], "error_message": f"Write a whole number from {low} to {high}."}
        elif column.kind is ValueKind.DATE:
            rule |= {"validate": "date", "criteria": ">=", "value": dt.date(1900, 1, 1), "error_type": "warning"}
            rule |= {"error_title": column.heading[:32], "error_message": "This is not a date. Write it as 2026-11-23."}
        else:
            return
        page.data_validation(1, number, last, number, rule)

    def _source(self, column: Column, *, current: bool) -> str | None:
        """Where the drop-down list of a column comes from: another sheet of records, or the hidden lists.

        A state's records are about the current edition of the framework, so that only its elements are offered.
        """
        if column.allowed:
            return self._listed(tuple(a.value for a in column.allowed), [shortened(a.value) for a in column.allowed])
        agents = {SPF + "Agent": SPF + "Organization"}
        wanted = [agents.get(c, c) for c in column.classes]
        for sheet in self._sheets:
            if sheet.class_iri in wanted:
                by_name = sheet.kind in {"organization", "person"}
                letter = column_letters(1 if by_name else 0)
                table = self._plan.tables.table(sheet.kind)
                last = (len(table.rows) if table else 0) + SPARE_ROWS + 1
                return f"='{sheet.title}'!${letter}$2:${letter}${last}"
        known = self._plan.names
        members = known.current(column.classes) if current else known.members(column.classes)
        if not members:
            return None
        key = column.classes if current else (*column.classes, "in any edition")
        return self._listed(key, [known.display(iri, column.classes) for iri in members])

    def _listed(self, key: tuple[str, ...], values: list[str]) -> str:
        self._lists.setdefault(key, values)
        letter = column_letters(list(self._lists).index(key))
        return f"=Lists!${letter}$2:${letter}${len(values) + 1}"

    def _print(self, page: Any, sheet: Sheet) -> None:
        total = 32 + sum(_width(column) for column in sheet.columns)
        page.set_landscape()
        page.set_paper(5)
        page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        page.fit_to_pages(max(1, round(total / 230)), 0)
        page.repeat_rows(0)
        page.repeat_columns(0)
        page.set_header(f"&L&B{self._plan.title.replace('&', '&&')}&R&A")
        page.set_footer("&LState policy for personalized learning&RPage &P of &N")

    def _other(self, page: Any) -> None:
        for number, heading in enumerate(OTHER_HEADINGS):
            page.write_string(0, number, heading, self._heading_format(GRAY))
        page.set_column(0, 2, 46, self._format(text_wrap=True, num_format="@"))
        for row, statement in enumerate(self._plan.tables.other, start=1):
            for number, text in enumerate(statement):
                page.write_string(row, number, text, self._format(text_wrap=True, num_format="@"))
        page.freeze_panes(1, 0)

    # Sheets for readers

    def _instructions(self, page: Any) -> None:
        page.hide_gridlines(2)
        page.set_column(0, 0, 24)
        page.set_column(1, 1, 96)
        page.set_portrait()
        page.fit_to_pages(1, 0)
        title = self._plan.title or ("your state" if self._plan.to_fill else "all records")
        page.set_row(0, 30)
        page.merge_range(
            0,
            0,
            0,
            1,
            f"State policy for personalized learning: {title}",
            self._format(bold=True, font_size=18, font_color=NAVY, valign="vcenter"),
        )
        made = (
            f"Made on {self._plan.day.isoformat()} from version {self._plan.version} of the rules."
            if self._plan.version
            else ""
        )
        page.merge_range(1, 0, 1, 1, made, self._format(font_color="#5A6675", italic=True))
        row = 3
        sections = self._sections()
        for heading, lines in sections:
            row = self._lines(page, row, heading, lines)
        row = self._lines(page, row, "The colors of the headings", ())
        for color, name, meaning in _COLORS:
            page.set_row(row, 20)
            page.write_string(row, 0, name, self._heading_format(color))
            page.write_string(row, 1, meaning, self._format(text_wrap=True, indent=1, valign="vcenter"))
            row += 1
        for color, name, meaning in _ENTRY_COLORS if self._plan.entry and self._plan.entry.rows else ():
            page.set_row(row, 20)
            page.write_string(row, 0, name, self._format(bold=True, bg_color=color, valign="vcenter"))
            page.write_string(row, 1, meaning, self._format(text_wrap=True, indent=1, valign="vcenter"))
            row += 1
        row = self._lines(page, row + 1, "The sheets", ())
        for title, meaning, hidden in self._contents():
            text = f"{meaning} Hidden: right-click the name of any sheet and choose Unhide." if hidden else meaning
            page.set_row(row, row_height([(title, 22), (text, 92)]))
            if hidden:
                page.write_string(row, 0, title, self._format(font_color="#5A6675"))
            else:
                link = self._format(font_color="#1155CC", underline=1, bold=True)
                page.write_url(row, 0, f"internal:'{title}'!A1", link, title)
            page.write_string(row, 1, text, self._format(text_wrap=True, indent=1))
            row += 1

    def _contents(self) -> list[tuple[str, str, bool]]:
        """The sheets, what each holds, and whether it is hidden."""
        found = [(sheet.title, sheet.definition, self._is_hidden(sheet)) for sheet in self._sheets]
        entry = self._plan.entry
        if entry is None:
            return found
        found.insert(1, (ENTRY, "One row for each new policy; nothing else is needed for it.", False))
        if entry.outcomes:
            found.insert(2, (YOUR_LIST, "What became of each line of your list.", False))
        shown = [one for one in found if not one[2]]
        shown.append((RECOMMENDATIONS, "The recommendations by number, name and meaning.", False))
        return [*shown, *(one for one in found if one[2])]

    def _sections(self) -> tuple[tuple[str, Sequence[tuple[str, str]]], ...]:
        """What the instructions say, apart from colors and sheets."""
        if not self._plan.to_fill:
            return ()
        entry = self._plan.entry
        if entry is None:
            return (("How to fill it in", _STEPS), ("What a cell takes", _CELLS))
        steps = [*_FROM_LIST] if entry.rows else [*_ADD]
        steps += _CORRECT if len(self._plan.tables.tables) > 1 else ()
        steps += _SEND
        numbered = [(f"{number}. {name}", text) for number, (name, text) in enumerate(steps, start=1)]
        return (("How to fill it in", numbered), ("What a cell takes", _CELLS))

    def _lines(self, page: Any, row: int, heading: str, lines: Sequence[tuple[str, str]]) -> int:
        page.merge_range(
            row,
            0,
            row,
            1,
            heading,
            self._format(bold=True, font_size=13, font_color=NAVY, bottom=1, bottom_color=BLUE),
        )
        page.set_row(row, 24)
        row += 1
        for name, text in lines:
            page.set_row(row, row_height([(name, 22), (text, 92)]))
            page.write_string(row, 0, name, self._format(bold=True, text_wrap=True))
            page.write_string(row, 1, text, self._format(text_wrap=True, indent=1))
            row += 1
        return row + (1 if lines else 0)

    def _columns(self, page: Any) -> None:
        rows = [
            (sheet.title, column.heading, _need(column), self.form(column), column.definition, column.note)
            for sheet in self._sheets
            for column in sheet.columns
        ]
        self._plain(
            page,
            (("Sheet", 18), ("Column", 20), ("Needed", 14), ("Form", 32), ("Meaning", 56), ("What to write", 40)),
            rows,
        )

    def _terms(self, page: Any) -> None:
        found: dict[str, tuple[str, str, str, str]] = {}
        for classes in self._lists:
            for iri in self._plan.names.current(classes):
                if iri in self._plan.meanings:
                    of = next(name for kind, name in KINDS.items() if f"/{kind}/" in iri)
                    of_words = re.sub(r"(?<=[a-z])([A-Z])", r" \1", of).lower()
                    code = iri.rsplit("/", 1)[-1]
                    found[iri] = (of_words, self._plan.names.label(iri), code, self._plan.meanings[iri])
        rows = sorted(found.values())
        self._plain(page, (("List", 24), ("Value", 36), ("Code", 34), ("Meaning", 90)), rows)

    def _plain(self, page: Any, headings: Sequence[tuple[str, int]], rows: Sequence[Sequence[str]]) -> None:
        for number, (heading, width) in enumerate(headings):
            page.set_column(number, number, width, self._format(text_wrap=True))
            page.write_string(0, number, heading, self._heading_format(NAVY))
        for row, cells in enumerate(rows, start=1):
            shade = {"bg_color": _PALE} if row % 2 == 0 else {}
            page.set_row(row, row_height([(text, width) for text, (_, width) in zip(cells, headings, strict=True)]))
            for number, text in enumerate(cells):
                page.write_string(row, number, text, self._format(text_wrap=True, **shade))
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)

    def _list_sheet(self, page: Any) -> None:
        for number, (key, values) in enumerate(self._lists.items()):
            page.write_string(0, number, " or ".join(map(_list_name, key))[:200])
            page.write_column(1, number, values)
        page.hide()


def _list_name(key: str) -> str:
    return shortened(key) if ":" in key else key


_RULED: Final[dict[str, object]] = {"bottom": 1, "bottom_color": "#DDE3EA"}


def _widths(row: Row, sheet: Sheet) -> list[tuple[str, int]]:
    return [("" if c is None else str(c), _width(column)) for c, column in zip(row.cells, sheet.columns, strict=True)]


def _width(column: Column) -> int:
    long = column.many and column.kind is ValueKind.REFERENCE
    return 28 if long else max(_WIDTHS[column.kind], min(len(column.heading) + 3, 16))


def _need(column: Column) -> str:
    return "required" if column.required else "recommended" if column.recommended else "optional"


_STEPS: Final = (
    ("1. Correct", "Go through the rows that are there. Change what is wrong, and keep each row's identifier."),
    ("2. Add", "Write new records in the empty rows below. Leave the identifier empty; it is made for you."),
    ("3. Remove", "To remove a record, delete its whole row and the claims about it."),
    (
        "4. Cite",
        "Give each record at least one source. Add a row to the sheet Sources for a new source, and a row to the sheet "
        "Organizations if its publisher is new too. Refer to them by web address or name.",
    ),
    ("5. Sign", "Fill in the one row of the sheet Submission: the organization that submits, and the date."),
    ("6. Check", "Run  kgtools validate book.xlsx --annotate checked.xlsx  and fix the colored cells."),
    ("7. Submit", "Send the workbook. Determinations are worked out again from the claims when it is accepted."),
)
_ADD: Final = (
    (
        "Add",
        f"Write each new policy in one row of the sheet {ENTRY}: what it is called, what it does, which recommendation "
        "it serves, a link, the citation, the year and the status. The rest follows from these; the gray columns are "
        "for the rare case.",
    ),
)
_FROM_LIST: Final = (
    (
        "Confirm",
        f"Go through the sheet {ENTRY}. Yellow cells are guesses: correct what is wrong, then write yes in the column "
        "Checked of the row.",
    ),
    ("Answer", "Fill in the red cells. The column Questions says what is asked."),
    ("Delete", f"Delete the rows of what does not belong here. The sheet {YOUR_LIST} says what became of each line."),
)
_CORRECT: Final = (
    ("Correct", "Go through the rows that are on record. Change what is wrong, and keep each row's identifier."),
    ("Remove", "To remove a record, delete its whole row and the claims about it."),
)
_SEND: Final = (
    (
        "Sign",
        "Check the one row of the sheet Submission: the organization that submits, which is a guess where it is filled "
        "in, and the date.",
    ),
    (
        "Check",
        "Run  kgtools validate book.xlsx --annotate checked.xlsx  and fix the colored cells; or use the page Check "
        "your data of the website.",
    ),
    ("Submit", "Send the workbook."),
)
_ENTRY_COLORS: Final = (
    (GUESSED, "Guess", "Guessed from your list and from what is on record. Correct it if it is wrong."),
    (ASKED, "Question", "Could not be found out. Fill it in."),
)
_CELLS: Final = (
    ("Lists", "Where there is a list, choose from it. Both the words and the codes on the sheet Terms are understood."),
    (
        "Several values",
        "Separate them with a semicolon and a space, where the heading's comment allows several.",
    ),
    ("Days", "Write 2016-05-10, or format the cell as a date. 5/10/2016 is read the American way, as May 10."),
    ("Formulas", "Formulas are not read. Copy the cells and paste them as values."),
    ("Your own words", "Write summaries in your own words, at most 45 of them for a policy; don't copy the law."),
    ("Other sheets", "Sheets and columns that you add for yourself are left alone, and not submitted."),
)
_COLORS: Final = (
    (NAVY, "Required *", "Every record needs a value."),
    (BLUE, "Recommended", "A record without a value is accepted with a warning."),
    (GRAY, "Optional", "Leave it empty if there is nothing to say."),
)
