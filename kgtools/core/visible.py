"""Text of others as people may see it: nothing in it steers a terminal, or makes a line read in another order."""

from __future__ import annotations

import re
from html import escape
from typing import Final

_KEPT_IN_TEXT: Final = re.compile(r"[\n\r\t]")


def visible(text: str) -> str:
    """A text in one line: white space as spaces, and each other character that does not print as its code point.

    Control characters, which a terminal obeys, and the marks for direction and the characters of no width, with which
    a text looks like another (Unicode Technical Report 36), become ``[U+202E]``.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def visible_lines(text: str) -> str:
    """As ``visible``, but with line ends and tabs kept as they are."""
    if text.isprintable():
        return text
    return "".join(c if _KEPT_IN_TEXT.match(c) else _shown(c) for c in text)


def markup(text: str) -> str:
    """The text as it may stand in HTML, SVG and XML: escaped, and without characters that XML 1.0 does not allow."""
    return escape(visible(text))


def of_same_length(text: str) -> str:
    """As ``visible``, but a character for a character, so that a caret below stays in its place."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "�" for c in text)


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else f"[U+{ord(character):04X}]"
