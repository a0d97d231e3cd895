"""The report as a table: CSV, and a workbook."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from kgtools.validation.findings import Finding, Location, Report
from kgtools.validation.render import Style
from kgtools.validation.render.words import coverage_line, verdict_line

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

COLUMNS: Final = (
    "severity", "rule", "record", "record IRI", "kind", "property", "property IRI", "value", "message", "hint", "fix",
    "example", "why", "file", "line", "column", "record line", "link",
)  # fmt: skip
"""The columns of the table of findings."""

_WIDTHS: Final = (11, 9, 34, 34, 16, 18, 18, 30, 50, 34, 50, 40, 40, 24, 7, 8, 11, 30)
_FILLS: Final = {"violation": "FFF4CCCC", "warning": "FFFFF2CC", "info": "FFDDEBF7"}
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def write_csv(report: Report, style: Style) -> str:
    """Write one line a finding, and one a file that can't be read."""
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
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Findings"
    _fill(sheet, COLUMNS, _rows(report, style), _WIDTHS)
    counts = [[str(n), r.identifier, r.severity, r.name, r.fix] for r, n in report.by_rule]
    _fill(book.create_sheet("By rule"), ("findings", "rule", "severity", "what", "fix"), counts, (9, 10, 11, 50, 60))
    about = [[verdict_line(report)], [coverage_line(report)], *([note] for note in report.notes)]
    about += [[f"No shape looked at: {record.label} ({record.location})"] for record in report.coverage.untouched]
    _fill(book.create_sheet("What was checked"), ("summary",), about, (120,))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(sheet: Worksheet, header: tuple[str, ...], rows: list[list[str]], widths: tuple[int, ...]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for number, (title, width) in enumerate(zip(header, widths, strict=True), 1):
        cell = sheet.cell(1, number, title)
        cell.font = Font(bold=True, color="FFFFFFFF")
        cell.fill = PatternFill("solid", fgColor="FF1F3864")
        sheet.column_dimensions[get_column_letter(number)].width = width
    for line, row in enumerate(rows, 2):
        for number, text in enumerate(row, 1):
            cell = sheet.cell(line, number)  # type: ignore[assignment]
            _put(cell, text, is_number=header[number - 1] in {"line", "column", "record line", "findings"})
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if row[0] in _FILLS and number <= 2:
                cell.fill = PatternFill("solid", fgColor=_FILLS[row[0]])
    sheet.freeze_panes = "A2"
    if rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(rows) + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_rows = "1:1"


def _put(cell: object, text: str, *, is_number: bool) -> None:
    """Put text into a cell as text, never as a formula; characters that XML can't hold are replaced."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell

    assert isinstance(cell, Cell)
    if is_number and text.isdigit():
        cell.value = int(text)
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("�", text)[:32000]
    cell.data_type = "s"
