"""The report as a table: CSV, and a workbook."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any, Final

from kgtools.validation.findings import Finding, Location, Report
from kgtools.validation.render import Style
from kgtools.validation.render.words import coverage_line, verdict_line

COLUMNS: Final = (
    "severity", "rule", "record", "record IRI", "kind", "property", "property IRI", "value", "message", "hint", "fix",
    "example", "why", "file", "line", "column", "record line", "link",
)  # fmt: skip
"""The columns of the table of findings."""

_WIDTHS: Final = (11, 9, 34, 34, 16, 18, 18, 30, 50, 34, 50, 40, 40, 24, 7, 8, 11, 30)
_FILLS: Final = {"violation": "#F4CCCC", "warning": "#FFF2CC", "info": "#DDEBF7"}
_NUMBERS: Final = frozenset({"line", "column", "record line", "findings"})
_NOT_IN_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST: Final = 32_000
_CREATED: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def write_csv(report: Report, style: Style) -> str:
    """Write one line per finding, and one per file that can't be read."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([harmless(cell) for cell in row] for row in _rows(report, style))
    return stream.getvalue()


def harmless(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _rows(report: Report, style: Style) -> list[list[str]]:
    rows = []
    for problem in report.problems:
        place = problem.place
        line, column = (str(place.line), str(place.column)) if place else ("", "")
        row = dict.fromkeys(COLUMNS, "") | {
            "severity": "unreadable", "message": problem.message, "fix": problem.cause, "file": str(problem.file),
            "line": line, "column": column,
        }  # fmt: skip
        rows.append(list(row.values()))
    return rows + [_row(finding) for finding in style.shown(report)]


def _row(finding: Finding) -> list[str]:
    rule, record = finding.rule, finding.record
    place, begins = finding.location.place, record.location.place
    return [
        rule.severity, rule.identifier, record.label, record.iri, record.kind, finding.path_label, finding.path,
        finding.value, finding.message, finding.hint, finding.fix, finding.example, rule.rationale,
        _file(finding.location), str(place.line) if place else "", str(place.column) if place else "",
        str(begins.line) if begins else "",
        rule.link,
    ]  # fmt: skip


def _file(location: Location) -> str:
    """The file, with the cell where it is a workbook."""
    return str(location) if location.place and location.place.sheet else location.file


def write_xlsx(report: Report, style: Style) -> bytes:
    """Write a workbook with the findings, the counts by rule, and what was checked."""
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"created": _CREATED})
    counts = [[str(n), r.identifier, r.severity, r.name, r.fix] for r, n in report.by_rule]
    about = [[verdict_line(report)], [coverage_line(report)], *([note] for note in report.notes)]
    about += [[f"No shape checked: {record.label} ({record.location})"] for record in report.coverage.untouched]
    _fill(book, "Findings", COLUMNS, _rows(report, style), _WIDTHS)
    _fill(book, "By rule", ("findings", "rule", "severity", "what", "fix"), counts, (9, 10, 11, 50, 60))
    _fill(book, "What was checked", ("summary",), about, (120,))
    book.close()
    return stream.getvalue()


def _fill(book: Any, name: str, header: tuple[str, ...], rows: list[list[str]], widths: tuple[int, ...]) -> None:
    sheet = book.add_worksheet(name)
    heading = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3864"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    filled = {
        severity: book.add_format({"text_wrap": True, "valign": "top", "bg_color": color})
        for severity, color in _FILLS.items()
    }
    for number, (title, width) in enumerate(zip(header, widths, strict=True)):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, title, heading)
    for line, row in enumerate(rows, 1):
        for number, text in enumerate(row):
            chosen = filled.get(row[0], plain) if number < 2 else plain
            _put(sheet, (line, number), text, chosen, is_number=header[number] in _NUMBERS)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(header) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _put(sheet: Any, place: tuple[int, int], text: str, chosen: Any, *, is_number: bool) -> None:
    """Put text into a cell as text, never as a formula; characters that XML can't hold are replaced."""
    if is_number and text.isdigit():
        sheet.write_number(*place, int(text), chosen)
    else:
        sheet.write_string(*place, _NOT_IN_XML.sub("\ufffd", text)[:_LONGEST], chosen)
