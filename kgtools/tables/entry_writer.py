"""Writing the sheet of new policies, what became of a list, and the sheet that explains the recommendations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from kgtools.core.namespaces import SPF
from kgtools.tables.entry_columns import COLUMNS, RECOMMENDATIONS, YOUR_LIST, EntryColumn
from kgtools.tables.from_list import EntryCell, EntryPlan, EntryRow
from kgtools.tables.heights import row_height
from kgtools.tables.styles import BLUE, GRAY, NAVY, heading_style

SPARE: Final = 200
"""How many empty rows below the entries have drop-down lists and formats."""
GUESSED: Final = "#FFF2C2"
"""The color of guesses."""
ASKED: Final = "#F9D5D0"
"""The color of questions."""
_OCHER: Final = "#8A6D1B"
_COLORS: Final = {"needed": NAVY, "usual": BLUE, "rare": GRAY, "help": _OCHER}
_RULED: Final[dict[str, object]] = {"bottom": 1, "bottom_color": "#DDE3EA"}
_LISTS: Final = {
    "status": "LegalStatus",
    "instrument": "PolicyInstrument",
    "extent": "AlignmentExtent",
    "read": "ReadingManner",
    "topic": "Topic",
    "serves": "TransformativePolicy",
}
_OFTEN_SEVERAL: Final = {"topic", "serves"}


class EntryWriter:
    """Writes these sheets.

    Args:
        book: the workbook.
        plan: what they hold.
        make_format: makes a cell format of properties.
        listed: gives the range of the drop-down list of a class.
    """

    def __init__(
        self, book: Any, plan: EntryPlan, make_format: Callable[..., Any], listed: Callable[[str], str | None]
    ) -> None:
        self._book = book
        self._plan = plan
        self._format = make_format
        self._listed = listed
        self._columns = [c for c in COLUMNS if c.need != "help" or plan.rows]

    def entries(self, page: Any) -> None:
        """Write the sheet of new policies."""
        page.set_row(0, 34)
        last = len(self._plan.rows) + SPARE
        for number, column in enumerate(self._columns):
            page.set_column(number, number, column.width, self._cell_format(column))
            mark = " *" if column.need == "needed" else ""
            page.write_string(0, number, column.heading + mark, self._heading(_COLORS[column.need]))
            text = _help(column)
            scale = 0.8 + 0.2 * (len(text) // 45 + text.count("\n"))
            page.write_comment(0, number, text, {"x_scale": 2.4, "y_scale": scale, "visible": False})
            self._validate(page, number, column, last)
        for number, row in enumerate(self._plan.rows, start=1):
            self._row(page, number, row)
        page.freeze_panes(1, 1)
        page.set_landscape()
        page.set_paper(5)
        page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        page.fit_to_pages(2, 0)
        page.repeat_rows(0)
        page.repeat_columns(0)

    def _row(self, page: Any, number: int, row: EntryRow) -> None:
        texts = {
            **{key: cell.value for key, cell in row.cells.items()},
            "guesses": row.guesses,
            "questions": row.questions,
        }
        page.set_row(number, row_height([(texts.get(c.key, ""), c.width) for c in self._columns]))
        for place, column in enumerate(self._columns):
            cell = row.cells.get(column.key)
            if column.key in {"guesses", "questions"}:
                page.write_string(number, place, texts[column.key], self._cell_format(column, small=True))
            elif column.key == "checked":
                state = "asked" if row.guesses else "given"
                page.write_blank(number, place, None, self._cell_format(column, state=state))
            elif cell:
                self._cell(page, (number, place), column, cell)

    def _cell(self, page: Any, place: tuple[int, int], column: EntryColumn, cell: EntryCell) -> None:
        form = self._cell_format(column, state=cell.state, quoted=cell.value[:1] in "=+-@\t" if cell.value else False)
        if not cell.value:
            page.write_blank(*place, None, form)
        elif column.key in {"year", "ended"} and cell.value.isdigit():
            page.write_number(*place, int(cell.value), form)
        elif column.key == "effective":
            page.write_datetime(*place, dt.date.fromisoformat(cell.value), form)
        else:
            page.write_string(*place, cell.value[:32_000], form)
        if cell.state != "given":
            text = cell.because[:1].upper() + cell.because[1:]
            begin = "Guess: " if cell.state == "guess" else ""
            page.write_comment(
                *place, begin + text, {"x_scale": 2.2, "y_scale": 0.8 + len(text) / 160, "visible": False}
            )

    def _cell_format(
        self, column: EntryColumn, *, state: str = "given", small: bool = False, quoted: bool = False
    ) -> Any:
        more: dict[str, object] = {"bg_color": GUESSED if state == "guess" else ASKED} if state != "given" else {}
        if quoted:
            more["quote_prefix"] = True
        if small:
            more |= {"font_size": 9, "font_color": "#5A4A1A"}
        if column.key in {"year", "ended"}:
            return self._format(num_format="0", align="left", **_RULED, **more)
        if column.key in {"day", "effective"}:
            return self._format(num_format="yyyy-mm-dd", align="left", **_RULED, **more)
        return self._format(num_format="@", text_wrap=True, **_RULED, **more)

    def _heading(self, color: str) -> Any:
        return self._format(**heading_style(color))

    def _validate(self, page: Any, number: int, column: EntryColumn, last: int) -> None:
        if column.key == "checked":
            page.data_validation(
                1, number, last, number, {"validate": "list", "source": ["yes"], "error_type": "warning"}
            )
            return
        source = self._listed(SPF + _LISTS[column.key]) if column.key in _LISTS else None
        if source:
            strict = column.key not in _OFTEN_SEVERAL
            rule = {"validate": "list", "source": source, "show_error": strict, "error_type": "warning"}
            rule |= {"error_title": column.heading, "error_message": "This is not in the list. Keep it anyway?"}
            page.data_validation(1, number, last, number, rule)

    # The sheets for readers

    def your_list(self, page: Any) -> None:
        """Write what became of each line of the list."""
        plan = self._plan
        page.set_column(0, 0, 8, self._format(valign="top", align="left"))
        page.set_column(1, 1, 70, self._format(text_wrap=True))
        page.set_column(2, 2, 70, self._format(text_wrap=True))
        lines = [
            "How your list was read: "
            + "; ".join(f"“{name}” as {_ROLES.get(role, role)}" for name, role in plan.columns if role)
            if plan.columns
            else "",
            *plan.remarks,
        ]
        row = 0
        for line in filter(None, lines):
            page.merge_range(row, 0, row, 2, line, self._format(text_wrap=True, italic=True, font_color="#5A6675"))
            page.set_row(row, row_height([(line, 140)]))
            row += 1
        for number, heading in enumerate(("Line", "What it says", "What became of it")):
            page.write_string(row, number, heading, self._heading(NAVY))
        for outcome in plan.outcomes:
            row += 1
            page.set_row(row, row_height([(outcome.shown, 70), (outcome.became, 70)]))
            page.write_number(row, 0, outcome.line, self._format(align="left"))
            shade: dict[str, object] = {} if outcome.row else {"bg_color": "#EEF1F5"}
            page.write_string(row, 1, outcome.shown[:32_000], self._format(text_wrap=True, num_format="@", **shade))
            page.write_string(row, 2, outcome.became, self._format(text_wrap=True, **shade))
        page.set_landscape()
        page.fit_to_pages(1, 0)

    def recommendations(self, page: Any) -> None:
        """Write what each recommendation means."""
        widths = (9, 42, 34, 96)
        for number, (heading, width) in enumerate(
            zip(("Number", "Recommendation", "Condition", "Meaning"), widths, strict=True)
        ):
            page.set_column(number, number, width, self._format(text_wrap=True))
            page.write_string(0, number, heading, self._heading(NAVY))
        for row, (name, label, meaning, condition) in enumerate(self._plan.recommendations, start=1):
            page.set_row(row, row_height([(meaning, 96), (label, 42), (condition, 34)]))
            for number, text in enumerate((name, label, condition, meaning)):
                page.write_string(row, number, text, self._format(text_wrap=True, bold=number == 1))
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.fit_to_pages(1, 0)

    def add(self) -> None:
        """Add the sheets for readers."""
        if self._plan.outcomes:
            self.your_list(self._book.add_worksheet(YOUR_LIST))
        self.recommendations(self._book.add_worksheet(RECOMMENDATIONS))


_ROLES: Final[Mapping[str, str]] = {
    "title": "the name",
    "note": "what it does",
    "topic": "what it is about",
    "kind": "the kind",
    "state": "the state",
    "effective": "the date effective",
    "introduced": "the year proposed",
    "ended": "the year ended",
    "citation": "the citation",
    "link": "the link",
    "year": "the year",
    "status": "the status",
    "publisher": "the publisher",
}


def _help(column: EntryColumn) -> str:
    need = {"needed": "Needed.", "usual": "Fill it in if you know it.", "rare": "Rarely needed.", "help": ""}[
        column.need
    ]
    example = f"Example: {column.example}" if column.example else ""
    return "\n".join(filter(None, (need, column.help, example)))
