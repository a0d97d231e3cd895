"""What keeps a file from being read, said with its place, the line itself, and the likely cause."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kgtools.core.visible import of_same_length
from kgtools.validation.spots import Place

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a file, or a part of it, can't be read.

    Attributes:
        file: the file.
        place: where; None where the whole file is meant.
        message: what is wrong, as a sentence.
        cause: the likely cause and the fix, as a sentence; empty where there is no good guess.
        excerpt: the line at fault, cut to a readable part.
        caret: how many characters of the excerpt come before the fault.
        width: how many characters are at fault.
    """

    file: Path
    place: Place | None
    message: str
    cause: str = ""
    excerpt: str = ""
    caret: int = 0
    width: int = 1

    @property
    def where(self) -> str:
        """File, line and column, as editors and terminals understand them."""
        if not self.place:
            return str(self.file)
        return f"{self.file}{': ' if self.place.sheet else ':'}{self.place.short}"


def problem_at(file: Path, text: str, place: Place, message: str, cause: str = "", *, width: int = 1) -> Problem:
    """A problem with the line that it is on.

    Args:
        file: the file.
        text: its text.
        place: the first character at fault.
        message: what is wrong.
        cause: the likely cause and the fix.
        width: how many characters are at fault.
    """
    line = line_of(text, place.line)
    start = max(0, min(place.column - 1 - _WIDTH // 2, len(line) - _WIDTH))
    cut = line[start : start + _WIDTH]
    lead, tail = ("…" if start else ""), ("…" if start + _WIDTH < len(line) else "")
    caret = min(place.column - 1 - start, len(cut)) + len(lead)
    room = max(1, len(lead) + len(cut) - caret)
    return Problem(file, place, message, cause, lead + of_same_length(cut) + tail, caret, max(1, min(width, room)))


def line_of(text: str, line: int) -> str:
    """A line of a text, counted from one, without its ending; empty past the end."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
        if not start:
            return ""
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)].rstrip("\r")
