"""One cell to RDF terms, and RDF terms to one cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from kgtools.core.namespaces import SKOS, XSD
from kgtools.schema.model import ValueKind
from kgtools.tables.cells import CellDate, CellNumber, CellValue
from kgtools.tables.names import AmbiguousNameError, Names, compact, fold, tidy
from kgtools.tables.schema import Column
from kgtools.tables.spoiled import CellRemark, damage

Value: TypeAlias = ox.NamedNode | ox.Literal
Written: TypeAlias = str | int | dt.date

MAX_TEXT: Final = 32_767
"""The most characters that a cell of a workbook holds."""

_SEVERAL: Final = re.compile(r"[;\n|]")
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
_ZERO_DAYS: Final = (dt.date(1899, 12, 30), dt.date(1899, 12, 31))
"""What spreadsheets write as text for an empty cell that is formatted as a date."""
_SERIALS: Final = range(3_001, 80_000)
_MONTH_NAMES: Final = (
    ("jan", "january"),
    ("feb", "february"),
    ("mar", "march"),
    ("apr", "april"),
    ("may",),
    ("jun", "june"),
    ("jul", "july"),
    ("aug", "august"),
    ("sep", "sept", "september"),
    ("oct", "october"),
    ("nov", "november"),
    ("dec", "december"),
)
_MONTHS: Final = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names}
_DAY_FORMS: Final = (
    (re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?\Z"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})\Z"), (3, 1, 2)),
    (re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\Z"), (3, 1, 2)),
    (re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})\Z"), (3, 2, 1)),
)
DATED: Final = frozenset({ValueKind.DATE, ValueKind.PARTIAL_DATE})
"""The kinds of column that hold days."""
_EITHER_WAY: Final = re.compile(r"0?(\d{1,2})[-/]0?(\d{1,2})[-/]\d{4}\Z")
_MONTH_FORMS: Final = (
    (re.compile(r"(\d{4})[-/](\d{1,2})\Z"), (1, 2)),
    (re.compile(r"(\d{1,2})/(\d{4})\Z"), (2, 1)),
    (re.compile(r"([A-Za-z]{3,9})\.?,?[ -](\d{4})\Z"), (2, 1)),
)


@dataclass(frozen=True, slots=True)
class UnreadableValueError(Exception):
    """A cell can't be read.

    Attributes:
        message: what is wrong, as a sentence.
        fix: what to write, as a sentence.
        component: the SHACL constraint component that is broken, such as ``Class``.
        rule: the rule that is broken, where it is not one of the column.
    """

    message: str
    fix: str
    component: str
    rule: str = ""


def parse(value: CellValue, column: Column, names: Names, state: Callable[[], str] = str) -> list[Value]:
    """The terms that a cell stands for; none when it holds nothing but space.

    Args:
        value: the cell.
        column: what it holds.
        names: what it may refer to.
        state: gives the jurisdiction that its row is about, if that is known; only its records are suggested.

    Raises:
        UnreadableValueError: it can't be read as what the column holds.
    """
    if isinstance(value, str) and not tidy(value):
        return []
    harm = damage(value, column)
    if harm:
        raise UnreadableValueError(harm.message, harm.fix, "", harm.rule)
    match column.kind:
        case ValueKind.TEXT | ValueKind.STRING:
            return [_literal(text, column) for text in _texts(value, column)]
        case ValueKind.ADDRESS:
            return [ox.Literal(_address(value), datatype=ox.NamedNode(XSD + "anyURI"))]
        case ValueKind.REFERENCE:
            return _references(value, column, names, state)
        case _:
            parts = [p for p in re.split(r"[;\n]", value) if tidy(p)] if isinstance(value, str) else [value]
            return [_dated(part, column) for part in parts]


def _texts(value: CellValue, column: Column) -> list[str]:
    text = _number_text(value)
    parts = re.split(r"[\r\n]+", text) if column.many else [text]
    return [folded for part in parts if (folded := " ".join(part.split()))]


def _number_text(value: CellValue) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _literal(text: str, column: Column) -> ox.Literal:
    return ox.Literal(text, language="en") if column.kind is ValueKind.TEXT else ox.Literal(text)


def _address(value: CellValue) -> str:
    return _number_text(value).strip(" \t\r\n\u00a0\u200b\ufeff<>\"'\u201c\u201d")


def _references(value: CellValue, column: Column, names: Names, state: Callable[[], str]) -> list[Value]:
    text = _number_text(value)
    whole = _reference(text, column, names)
    if whole:
        return [whole]
    found: list[Value] = []
    for part in filter(tidy, _SEVERAL.split(text)):
        one = _reference(part, column, names)
        pieces = [one] if one else [_reference(p, column, names) for p in part.split(",") if tidy(p)]
        if any(piece is None for piece in pieces):
            raise _unknown(part, column, names, state)
        found += filter(None, pieces)
    return list(dict.fromkeys(found))


def _reference(text: str, column: Column, names: Names) -> ox.NamedNode | None:
    if column.allowed:
        return next((iri for iri in column.allowed if fold(text) in _allowed_names(iri)), None)
    try:
        iri = names.resolve(text, column.classes)
    except AmbiguousNameError as error:
        raise UnreadableValueError(f"'{tidy(text)[:80]}' {error}.", "Write the identifier instead.", "Class") from error
    return ox.NamedNode(iri) if iri else None


def _allowed_names(iri: ox.NamedNode) -> set[str]:
    local = iri.value.removeprefix(SKOS)
    return {fold(local), fold(compact(iri.value)), fold(iri.value), fold(local.removesuffix("Match"))}


def _unknown(text: str, column: Column, names: Names, state: Callable[[], str]) -> UnreadableValueError:
    shown = tidy(text)[:80]
    guess = names.suggest(text, column.classes, state()) if column.classes else None
    fix = f"Did you mean '{guess}'? " if guess else ""
    if column.new_row:
        fix += f"Name one from the sheet {column.sheet}. {column.new_row}"
    else:
        fix += column.note or "Choose one from the list."
    noun = column.heading.lower()
    return UnreadableValueError(f"'{shown}' is not a known {noun}.", fix, "Class" if column.classes else "In")


def _dated(value: CellValue, column: Column) -> ox.Literal:
    """A whole number, a day, or a day, month or year."""
    found = None
    if isinstance(value, CellNumber):
        if value.is_date and column.kind is not ValueKind.INTEGER:
            message = f"The cell shows the number {value} as a date, and it stands for no day of the calendar."
            raise UnreadableValueError(
                message, "Type the date, such as 2016-05-10, or empty the cell.", "", "cell.spoiled"
            )
        value = value.number
    if column.kind is ValueKind.INTEGER:
        found = _integer(value)
    elif not isinstance(value, bool):
        found = _day(value) or _month_or_year(value)
        if column.kind is ValueKind.DATE and found is not None and found.datatype.value != XSD + "date":
            found = None
    if found is None:
        raise UnreadableValueError(
            f"'{str(value)[:80]}' is not {_EXPECTED[column.kind]}.",
            column.note or "Write it in that form.",
            "Datatype",
        )
    return found


_EXPECTED: Final = {
    ValueKind.INTEGER: "a whole number in digits",
    ValueKind.DATE: "a day, written YYYY-MM-DD such as 2016-05-10",
    ValueKind.PARTIAL_DATE: "a day, month or year, written YYYY-MM-DD, YYYY-MM or YYYY",
}


def _integer(value: CellValue) -> ox.Literal | None:
    if isinstance(value, CellDate):
        # A year in a cell that is formatted as a date shows as a day in 1905, and a day shown as its year is a year.
        plain_year = value.precision != "time" and value.serial in range(1_700, 2_200)
        number = int(value.serial) if plain_year else value.day.year if value.precision == "year" else None
        return None if number is None else ox.Literal(number)
    if isinstance(value, str):
        text = tidy(value)
        return ox.Literal(int(text)) if re.match(r"[+-]?[0-9]{1,18}(?:\.0+)?\Z", text) and "." not in text else None
    return (
        ox.Literal(int(value))
        if isinstance(value, int | float) and not isinstance(value, bool) and float(value).is_integer()
        else None
    )


def _day(value: CellValue) -> ox.Literal | None:
    if isinstance(value, CellDate):
        return _date_literal(value.day.isoformat(), "date") if value.precision == "day" else None
    if isinstance(value, int | float) and float(value).is_integer() and int(value) in _SERIALS:
        return _date_literal((dt.date(1899, 12, 30) + dt.timedelta(days=int(value))).isoformat(), "date")
    for pattern, order in _DAY_FORMS:
        match = pattern.match(tidy(str(value)))
        if match:
            year, month, day = (match[group] for group in order)
            return _checked(year, month, day, "date")
    return None


def _month_or_year(value: CellValue) -> ox.Literal | None:
    if isinstance(value, CellDate):
        if value.precision == "month":
            return _date_literal(value.day.strftime("%Y-%m"), "gYearMonth")
        return _date_literal(f"{value.day.year:04}", "gYear") if value.precision == "year" else None
    text = tidy(_number_text(value))
    if re.match(r"[0-9]{4}\Z", text):
        return _date_literal(text, "gYear")
    for pattern, (year, month) in _MONTH_FORMS:
        match = pattern.match(text)
        if match:
            return _checked(match[year], match[month], "1", "gYearMonth")
    return None


def _checked(year: str, month: str, day: str, datatype: str) -> ox.Literal | None:
    try:
        number = int(month) if month.isdigit() else _MONTHS[month.lower()]
        found = dt.date(int(year), number, int(day))
    except (KeyError, ValueError):
        return None
    if found in _ZERO_DAYS:
        return None
    return _date_literal(found.isoformat() if datatype == "date" else f"{found.year:04}-{found.month:02}", datatype)


def guessed_day(value: CellValue, column: Column) -> str:
    """The day that a bare number was read as; empty where a cell is no such guess."""
    number = value.number if isinstance(value, CellNumber) else value
    if column.kind not in DATED or not isinstance(number, int | float):
        return ""
    found = _day(number)
    return found.value if found else ""


def order_doubt(value: CellValue, column: Column) -> Iterator[CellRemark]:
    """That the month of a date such as 5/10/2016 was taken to come first, where it could come second as well."""
    if column.kind not in DATED or not isinstance(value, str):
        return
    for part in re.split(r"[;\n]", value):
        match, found = _EITHER_WAY.match(tidy(part)), read_day(part)
        if match and found and match[1] != match[2] and max(int(match[1]), int(match[2])) <= 12:
            other = f"{found[:4]}-{int(match[2]):02}-{int(match[1]):02}"
            message = f"'{tidy(part)}' was read with the month first, as {found}."
            fix = f"If the day comes first, write {other}; if not, write {found}."
            yield CellRemark("cell.date.order", message, fix)


def read_day(value: CellValue) -> str:
    """The day that a cell holds in any of the usual forms, as YYYY-MM-DD; empty where it holds none."""
    found = _day(value)
    return found.value if found else ""


def _date_literal(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


def render(terms: Iterable[Value], column: Column, names: Names) -> tuple[Written | None, list[Value]]:
    """What to write in a cell for the values of a property.

    Returns:
        What to write, or nothing, and the values that the cell can't say exactly.
    """
    values = sorted(terms, key=str)
    fitting = [v for v in values if _fits(v, column, names)]
    if len(fitting) > 1 and not _takes_several(column):
        fitting = fitting[:1]
    left = [v for v in values if v not in fitting]
    if not fitting:
        return None, left
    cell = _cell(fitting, column, names)
    try:
        exact = set(parse(str(cell), column, names)) == set(fitting)
    except UnreadableValueError:
        exact = False
    return (cell, left) if exact else (None, values)


def _takes_several(column: Column) -> bool:
    return column.many or column.kind not in {ValueKind.TEXT, ValueKind.STRING, ValueKind.ADDRESS}


def _fits(value: Value, column: Column, names: Names) -> bool:
    if isinstance(value, ox.NamedNode):
        return column.kind is ValueKind.REFERENCE
    if not value.value or _UNPRINTABLE.search(value.value) or len(value.value) > MAX_TEXT:
        return False
    try:
        return parse(value.value, column, names) == [value]
    except UnreadableValueError:
        return False


def _cell(values: list[Value], column: Column, names: Names) -> Written:
    if column.kind is ValueKind.REFERENCE:
        return "; ".join(sorted(_reference_text(v, column, names) for v in values))
    if len(values) > 1:
        separator = "\n" if column.kind in {ValueKind.TEXT, ValueKind.STRING} else "; "
        return separator.join(v.value for v in values)
    text = values[0].value
    if column.kind is ValueKind.INTEGER and len(text) < 15:
        return int(text)
    if column.kind is ValueKind.DATE and re.match(r"\d{4}-", text):
        return dt.date.fromisoformat(text)
    return text


def _reference_text(value: Value, column: Column, names: Names) -> str:
    if column.allowed:
        return value.value.removeprefix(SKOS) if value in column.allowed else compact(value.value)
    return names.display(value.value, column.classes)
