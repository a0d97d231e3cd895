"""Forty mistakes, each of another kind, seeded in Utah's workbook; each is to be reported at exactly its cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | float | bool | dt.date | None


@dataclass(frozen=True, slots=True)
class Mistake:
    """A value put where it is wrong.

    Attributes:
        sheet: the sheet.
        heading: the column.
        row: the row, counted from 1.
        value: what is written.
        why: what is wrong with it, as part of the message.
        at: the heading of the column where it is reported, if not the same: a cell that contradicts an empty one.
    """

    sheet: str
    heading: str
    row: int
    value: Value
    why: str
    at: str = ""


MISTAKES = (
    Mistake("Policies", "Instrument", 2, "statut", "not a known instrument"),
    Mistake("Policies", "Year adopted", 3, "sometime", "not a whole number"),
    Mistake("Policies", "Legal status", 4, None, "has no legal status"),
    Mistake("Policies", "Name", 5, None, "has no name"),
    Mistake("Policies", "Summary", 6, "word " * 60, "longer than 45 words"),
    Mistake("Policies", "Topic", 7, "credit flexibility; juggling", "'juggling' is not a known topic"),
    Mistake("Policies", "Source", 8, "le-utah-gov-0000000000", "not a known source"),
    Mistake("Policies", "Date effective", 9, "13/13/2016", "not a day"),
    Mistake("Policies", "Year adopted", 10, 1492, "year adopted"),
    Mistake("Policies", "Jurisdiction", 11, "Utha", "not a known jurisdiction"),
    Mistake("Policies", "Certainty", 12, "quite", "not a known certainty"),
    Mistake("Policies", "Review date", 13, dt.datetime(2026, 11, 23, 14, 30), "not a day"),
    Mistake("Policies", "Identifier", 14, "UT Bad Id!", "is not an identifier"),
    Mistake("Policies", "Citation", 15, dt.date(2026, 3, 5), "turned this citation into the date"),
    Mistake("Policies", "Superseding policy", 3, "ut-nowhere", "not a known superseding policy"),
    Mistake("Policies", "Epistemic status", 4, "stated; inferred", "more than one epistemic status"),
    Mistake("Policies", "Doubt", 6, "#REF!", "shows the error #REF!"),
    Mistake("Claims", "State policy", 2, "ut-never-was", "not a known state policy"),
    Mistake("Claims", "Extent", 3, None, "has no extent"),
    Mistake("Claims", "Rationale", 4, None, "has no rationale"),
    Mistake("Claims", "Identifier", 6, "=A5", "holds a formula"),
    Mistake("Claims", "Transformative policy", 7, "full; partial", "not a known transformative policy"),
    Mistake("Claims", "Provision", 8, None, "has no provision"),
    Mistake("Provisions", "Source", 2, None, "has no source"),
    Mistake("Provisions", "Day read", 3, "lately", "not a day"),
    Mistake("Provisions", "How read", 4, None, "has no how read"),
    Mistake("Claims", "Epistemic status", 9, "epistemic-status:guessed", "not in the list of values"),
    Mistake("Claims", "Certainty", 10, True, "not a known certainty"),
    Mistake("Adaptations", "Local name", 2, None, "gives no name", at="Kind"),
    Mistake("Adaptations", "Time", 2, "spring 2019", "not a day, month or year"),
    Mistake("Examples", "Condition", 2, None, "has no condition"),
    Mistake("Examples", "State policy", 3, "nh-extended-learning-opportunities", "another jurisdiction"),
    Mistake("Sources", "URL", 2, "www.le.utah.gov/x", "is not a web address that begins with http"),
    Mistake("Sources", "URL", 3, None, "has no URL"),
    Mistake("Sources", "Source kind", 4, "oficial", "not a known source kind"),
    Mistake("Sources", "Access date", 5, "11/2026", "not a day"),
    Mistake("Sources", "Publisher", 6, "Utah Legislatur of Old", "not a known publisher"),
    Mistake("Sources", "Date published", 7, "2019-02-30", "not a day, month or year"),
    Mistake("Submission", "Submitter", 2, None, "has no submitter"),
    Mistake("Submission", "Submission date", 2, "yesterday", "not a day"),
    Mistake("Organizations", "Name", 3, None, "has no name"),
)
DUPLICATED = ("Sources", 9, 8)
"""The identifier of the last row is written in the first, too."""
MERGED = ("Sources", 10)
"""Two cells of this row are merged."""


def columns(sheet: Worksheet) -> dict[str, str]:
    """The letter of each column by its heading."""
    found = {}
    for cell in sheet[1]:
        found[str(cell.value).removesuffix(" *")] = get_column_letter(cell.column or 1)
    return found


def seed(source: Path, target: Path) -> Iterator[tuple[str, str]]:
    """Seed all mistakes.

    Yields:
        The cell at which each is to be reported, and what is to be said.
    """
    book = openpyxl.load_workbook(source)
    found: list[tuple[str, str]] = []
    for mistake in MISTAKES:
        sheet = book[mistake.sheet]
        letter = columns(sheet)[mistake.heading]
        cell = sheet[f"{letter}{mistake.row}"]
        cell.value = mistake.value
        if isinstance(mistake.value, str) and mistake.value.startswith("#"):
            cell.data_type = "e"
        if isinstance(mistake.value, dt.datetime):
            cell.number_format = "yyyy-mm-dd hh:mm"
        at = columns(sheet)[mistake.at] if mistake.at else letter
        found.append((f"{mistake.sheet}!{at}{mistake.row}", mistake.why))
    name, row, same = DUPLICATED
    book[name][f"A{row}"] = book[name][f"A{same}"].value
    found.append((f"{name}!A{row}", "is given twice"))
    name, row = MERGED
    book[name].merge_cells(f"B{row}:C{row}")
    found.append((f"{name}!B{row}", "merged"))
    book.save(target)
    return iter(found)
