"""What agencies write for a status, a year or a state, and what is meant by it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from kgtools.tables.cells import CellDate, CellNumber, CellValue
from kgtools.tables.names import fold, tidy

_STATUS: Final = (
    (
        r"\b(?:vetoed|failed|died|dead|withdrawn|not adopted|not enacted|postponed indefinitely|"
        r"tabled|defeated|lost)\b",
        "not-adopted",
    ),
    (r"\b(?:repealed|rescinded|revoked|struck)\b", "repealed"),
    (r"\b(?:expired|sunset(?:ted)?|lapsed|ended|terminated|inactive|discontinued|closed)\b", "expired"),
    (r"\b(?:superseded|replaced(?: by)?|renumbered|recodified|transferred)\b", "superseded"),
    (
        r"\b(?:pending|introduced|proposed|in committee|referred|prefiled|pre-filed|first reading|second reading|filed|"
        r"engrossed|in (?:the )?(?:senate|house|assembly|joint|conference)|"
        r"passed (?:the )?(?:house|senate|first chamber)|under review|draft|reported out|carried over)\b",
        "proposed",
    ),
    (
        r"\b(?:in force|in effect|effective|active|current|currently|enacted|signed|law|chaptered|adopted|approved|"
        r"passed|final|ongoing|operative|yes|became law|public act|valid|existing)\b",
        "in-force",
    ),
)
_NOT_YET: Final = re.compile(r"\b(?:not (?:yet )?(?:in effect|effective|adopted|enacted)|will|to be)\b")
_UNSURE: Final = re.compile(r"\b(?:passed|adopted|approved|final|signed|enacted|chaptered)\b")
_YEAR: Final = re.compile(r"(?<![0-9.§-])((?:19[5-9]|20[0-4])[0-9])(?![0-9])")
_ABOUT: Final = re.compile(
    r"\b(?:around|about|circa|c\.|ca\.|approx(?:imately|\.)?|roughly|probably|maybe|before|after)|[~?]", re.IGNORECASE
)
"""Words by which somebody says that a year is none that they looked up."""
_SPAN: Final = re.compile(r"((?:19|20)[0-9]{2})\s*[-/\u2013]\s*(?:(?:19|20)[0-9]{2}|[0-9]{2})(?![0-9/-])")
_SHORT: Final = re.compile(
    r"(?<![0-9])[0-9]{1,2}/[0-9]{1,2}/([0-9]{2})(?![0-9])|(?<![0-9])[0-9]{1,2}-[A-Za-z]{3}-([0-9]{2})(?![0-9])|'([0-9]{2})\b"
)
_FISCAL: Final = re.compile(r"\bFY ?'?((?:20)?[0-9]{2})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A value that somebody wrote in other words.

    Attributes:
        value: the value.
        is_sure: whether the words leave no other reading.
    """

    value: str
    is_sure: bool


def status_of(text: str) -> Said | None:
    """The legal status that words stand for: "Signed into law 06/2014" is in force, and that may since have changed."""
    plain = fold(text)
    if _NOT_YET.search(plain):
        return None
    for pattern, value in _STATUS:
        if re.search(pattern, plain):
            return Said(value, not (value == "in-force" and _UNSURE.search(plain)))
    return None


def year_of(value: CellValue | str) -> Said | None:
    """The year that a cell names: of a date, of a session, of a fiscal year; unsure where it spans two."""
    if isinstance(value, CellDate):
        serial = int(value.serial)
        return Said(str(serial if 1_950 <= serial <= 2_049 else value.day.year), is_sure=True)
    if isinstance(value, CellNumber):
        value = value.number
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _of_number(value)
    text = tidy(str(value))
    span, fiscal = _SPAN.search(text), _FISCAL.search(text)
    if span or fiscal:
        found = span[1] if span else fiscal[1][-2:].rjust(4, "2")[:4] if fiscal else ""
        return Said(found if len(found) == 4 and found.startswith(("19", "20")) else f"20{found[-2:]}", is_sure=False)
    years = list(dict.fromkeys(_YEAR.findall(text)))
    if years:
        return Said(years[0], is_sure=len(years) == 1 and not _ABOUT.search(text))
    short = _SHORT.search(text)
    return Said(f"20{next(filter(None, short.groups()))}", is_sure=False) if short else None


def _of_number(value: float) -> Said | None:
    if 1_950 <= value <= 2_049 and float(value).is_integer():
        return Said(str(int(value)), is_sure=True)
    if 18_264 <= value < 54_800 and float(value).is_integer():
        return Said(str((dt.date(1899, 12, 30) + dt.timedelta(days=int(value))).year), is_sure=False)
    return None
