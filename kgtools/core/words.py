"""Small things said in words: days, hosts, numbers with their nouns, texts that stand alone as sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_WEB: Final = re.compile(r"https?://[^\s<>\"]+\Z", re.IGNORECASE)
LOST: Final = "\ufffd"
"""What a program writes for a character that it could not read."""
_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def day(text: str) -> str:
    """A date, a month or a year in a reader's words: ``23 Nov 2026``, ``Nov 2026``, ``2026``."""
    parts = text.split("-")
    if len(parts) not in (2, 3) or not all(part.isdigit() for part in parts):
        return text
    month = _MONTHS[(int(parts[1]) - 1) % 12]
    return f"{month} {parts[0]}" if len(parts) == 2 else f"{int(parts[2])} {month} {parts[0]}"


def either(words: Sequence[str]) -> str:
    """Names as a choice: ``a``, ``a or b``, ``a, b or c``."""
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def host(url: str) -> str:
    """The host of a web address, without ``www.``."""
    return url.partition("://")[2].partition("/")[0].removeprefix("www.")


def plural(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 state``, ``2 states``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def web(url: str) -> str:
    """The address if it is one of the web, else nothing: a record can't smuggle in ``javascript:``."""
    return url if _WEB.match(url) else ""


def phrase(text: str) -> str:
    """The text with its first letter in upper case and a period, so that it stands alone as a sentence."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".?!" else ".") if text else ""
