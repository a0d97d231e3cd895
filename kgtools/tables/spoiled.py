"""What a spreadsheet program, or a wrong encoding, made of what somebody typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kgtools.core.namespaces import SPF
from kgtools.core.words import LOST
from kgtools.schema.model import ValueKind
from kgtools.tables.cells import CellDate, CellError, CellNumber, CellValue
from kgtools.tables.schema import Column

_TEXTS: Final = (ValueKind.TEXT, ValueKind.STRING)
_PRINTED: Final = {SPF + "citation", SPF + "locator"}
"""The properties whose values are copied from print, so that a percentage or a date alone is never one."""
_MOST_DIGITS: Final = 15
_AGAIN: Final = "Format the cell as text and type it again."
_ERRORS: Final = re.compile(
    r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|BUSY!|EXTERNAL!|"
    r"PYTHON!|GETTING_DATA)\Z|Err:[0-9]{3}\Z"
)
_NARROW: Final = re.compile(r"#{2,}\Z")
_POWER: Final = re.compile(r"-?[0-9](?:\.[0-9]+)?E[+-][0-9]{2,3}\Z")
_TRUTH: Final = re.compile(r"(?:TRUE|FALSE)\Z")
_PERCENT: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?%\Z")
_ROUNDED: Final = re.compile(r"-?[1-9][0-9]{14}0+\Z")
_MONTH: Final = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DATE: Final = re.compile(
    rf"(?:[0-9]{{1,2}}-{_MONTH}(?:-[0-9]{{2,4}})?|{_MONTH}-[0-9]{{2}}|[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{2,4}}|"
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ]00:00:00)?)\Z"
)
_PLAIN_TEXT: Final = re.compile(r"[A-Za-z]+ [A-Za-z]")
"""Two words: no text that begins so was made by a spreadsheet of something else."""
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]{2,}")
_ORDINARY: Final = re.compile("[\u0080-\u017f\u2010-\u2044\u20ac\u2122\ufeff]+\\Z")
_CONTROL: Final = re.compile("[\u0080-\u009f]")
_CODE_PAGES: Final = ("cp1252", "mac_roman", "cp437")


@dataclass(frozen=True, slots=True)
class CellRemark:
    """What is to be said of a cell.

    Attributes:
        rule: the identifier of the rule.
        message: what is wrong, as a sentence.
        fix: what to do, as a sentence.
    """

    rule: str
    message: str
    fix: str


def damage(value: CellValue, column: Column) -> CellRemark | None:
    """What keeps a cell from being read: its value is not what was typed. Nothing where there is no sign of that."""
    if isinstance(value, str) and (column.kind not in _TEXTS or _PLAIN_TEXT.match(value)) and _is_usable(value):
        return None  # as nearly every cell
    noun = column.heading if column.heading[:2].isupper() else column.heading.lower()
    broken = unusable(value, noun)
    if broken or column.kind not in _TEXTS:
        return broken
    return text_damage(value, noun, printed=column.path.value in _PRINTED)


def _is_usable(text: str) -> bool:
    """Whether a text has no sign of what ``unusable`` looks for."""
    return "#" not in text and "Err:" not in text and LOST not in text


def unusable(value: CellValue, noun: str) -> CellRemark | None:
    """An error word, a column that was too narrow, or characters that were lost."""
    if isinstance(value, str) and _is_usable(value):
        return None
    text = value.code if isinstance(value, CellError) else value.strip() if isinstance(value, str) else ""
    if isinstance(value, CellError) or _ERRORS.match(text):
        return CellRemark("cell.spoiled", f"The cell shows the error {text}.", f"Type the {noun} itself.")
    if _NARROW.match(text):
        message = f"The cell holds only '{text[:20]}', which a spreadsheet shows when a column is too narrow."
        return CellRemark("cell.spoiled", message, "Widen the column and save the file again, or type the value again.")
    if LOST in text:
        message = f"Characters of '{text[:80]}' were lost; each {LOST} stands for one or more of them."
        return CellRemark("cell.characters-lost", message, "Type the value again, and save the file as UTF-8.")
    return None


def text_damage(value: CellValue, noun: str, *, printed: bool) -> CellRemark | None:
    """What a spreadsheet made of a text.

    Args:
        value: the cell.
        noun: what the cell should hold.
        printed: whether it should be copied from print, so that a percentage or a date alone can't be right.
    """
    made = _made_of_text(value.strip(), printed=printed) if isinstance(value, str) else _made(value)
    return CellRemark("cell.spoiled", f"The spreadsheet turned this {noun} into {made}.", _AGAIN) if made else None


def _made(value: CellValue) -> str:
    if isinstance(value, CellDate):
        return f"the date {value}"
    if isinstance(value, bool):
        return f"the truth value {str(value).upper()}"
    number = value.number if isinstance(value, CellNumber) else value
    if not isinstance(number, int | float):
        return ""
    if abs(number) >= 10**_MOST_DIGITS:
        return f"the number {number:.15g}, which keeps only the first {_MOST_DIGITS} digits"
    if isinstance(value, CellNumber):
        return value.described
    return "" if float(number).is_integer() else f"the number {number}"


def _made_of_text(text: str, *, printed: bool) -> str:
    if _POWER.match(text):
        return f"the power of ten {text}"
    if _TRUTH.match(text):
        return f"the truth value {text}"
    if printed and _PERCENT.match(text):
        return f"the percentage {text}"
    if printed and _DATE.match(text):
        return f"the date {text}"
    return f"the number {text}, which keeps only the first {_MOST_DIGITS} digits" if _ROUNDED.match(text) else ""


def doubts(value: CellValue, column: Column) -> Iterator[CellRemark]:
    """What should be known about how a cell was read, though it was read."""
    noun = column.heading.lower()
    if column.kind in _TEXTS and isinstance(value, int) and not isinstance(value, bool):
        message = f"The cell holds the number {value} where a text belongs. Zeros at its beginning would be lost."
        yield CellRemark(
            "cell.number", message, f"If the {noun} is more than this number, {_AGAIN[:1].lower()}{_AGAIN[1:]}"
        )
    if isinstance(value, str):
        meant = repaired(value)
        if meant != value:
            message = f"'{shown(value)}' looks like '{shown(meant)}', saved in one encoding and opened in another."
            yield CellRemark("cell.miscoded", message, f"Write '{shown(meant)}', and save the file as UTF-8.")


def shown(text: str) -> str:
    """The part of a text around its first letter that isn't ASCII."""
    found = _NOT_ASCII.search(text) or re.search(r"[^\x00-\x7f]", text)
    begin = text.rfind(" ", 0, found.start()) + 1 if found else 0
    return text[begin : begin + 60].partition("\n")[0]


def repaired(text: str) -> str:
    """A text with each run of letters that is UTF-8 read in another encoding put right, as often as that was done."""
    found = text
    for _ in range(3):
        better = found if found.isascii() else _NOT_ASCII.sub(lambda match: _decoded(match[0]), found)
        if better == found:
            break
        found = better
    return text if _CONTROL.search(found) else found


def _decoded(run: str) -> str:
    """What a run of letters was before it was read in a wrong encoding; itself where that makes no ordinary text."""
    for page in _CODE_PAGES:
        try:
            data = b"".join(_byte(letter, page) for letter in run)
            found = data.decode("utf-8")
        except UnicodeError:
            continue
        if _ORDINARY.match(found):
            return found
    return run


def _byte(letter: str, page: str) -> bytes:
    """The byte that a letter was; some programs read bytes as the control characters of these numbers."""
    if page == "cp1252" and "\x80" <= letter <= "\x9f":
        return letter.encode("latin-1")
    return letter.encode(page)
