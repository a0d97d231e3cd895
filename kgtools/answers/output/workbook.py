"""A table of SPARQL solutions as an Excel workbook."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any, Final

import pyoxigraph as ox

from kgtools.answers.output.tables import plain
from kgtools.core.errors import UserError
from kgtools.core.namespaces import XSD
from kgtools.graph.store import Solutions, Term

_MAX_ROWS: Final = 1_048_575
_MAX_TEXT: Final = 32_767
_WIDEST: Final = 60
_NARROWEST: Final = 9
_NUMBERS: Final = frozenset(XSD + name for name in ("integer", "decimal", "double", "float"))
_CREATED: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class TooLongTableError(UserError):
    """A table has more rows than a sheet holds."""


def table_workbook(solutions: Solutions) -> bytes:
    """Write solutions as a workbook with one sheet: a table with a header that filters and stays in view.

    Texts are written as texts, so that none can run as a formula, also after somebody has edited it; whole and decimal
    numbers as numbers.

    Args:
        solutions: the answer.

    Returns:
        The bytes of the .xlsx file; the same for the same answer.

    Raises:
        TooLongTableError: the answer has more rows than a sheet holds.
    """
    import xlsxwriter

    count = len(solutions.rows)
    if count > _MAX_ROWS:
        raise TooLongTableError(f"The answer has {count:,} rows, but a sheet holds at most {_MAX_ROWS:,}; use csv.")
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"title": "Answer", "created": _CREATED})
    _fill(book, book.add_worksheet("Answer"), solutions)
    book.close()
    return stream.getvalue()


def _fill(book: Any, page: Any, solutions: Solutions) -> None:
    base = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
    cell = book.add_format(base | {"text_wrap": True, "num_format": "@"})
    quoted = book.add_format(base | {"text_wrap": True, "num_format": "@", "quote_prefix": True})
    number = book.add_format(base | {"align": "left"})
    heading = book.add_format(base | {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3A5F", "text_wrap": True})
    widths = [_width(name, [row[n] for row in solutions.rows]) for n, name in enumerate(solutions.variables)]
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    for line, row in enumerate(solutions.rows, start=1):
        lines = max((-(-len(plain(term)) // width) for term, width in zip(row, widths, strict=True)), default=1)
        if lines > 1:  # spreadsheets other than Excel don't work the height out
            page.set_row(line, min(15.0 * lines, 400.0))
        for column, term in enumerate(row):
            _put(page, (line, column), term, (cell, quoted, number))
    last = max(len(solutions.rows), 1)
    columns = [{"header": name, "header_format": heading} for name in solutions.variables]
    page.add_table(0, 0, last, len(columns) - 1, {"columns": columns, "style": "Table Style Light 1", "name": "Answer"})
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _put(page: Any, place: tuple[int, int], term: Term | None, formats: tuple[Any, Any, Any]) -> None:
    cell, quoted, number = formats
    text = plain(term)
    if isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS and len(text) < 15:
        page.write_number(*place, float(text), number)
    elif text:
        page.write_string(*place, text[:_MAX_TEXT], quoted if text.startswith(_FORMULA_STARTS) else cell)


def _width(name: str, terms: list[Term | None]) -> int:
    """The width that shows every text of a column on one line, within limits."""
    longest = max((len(plain(term)) for term in terms), default=0)
    return max(_NARROWEST, len(name) + 4, min(longest + 2, _WIDEST))
