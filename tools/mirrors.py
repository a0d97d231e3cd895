"""Telling when an unofficial copy is cited beside the official text of the same document."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = re.compile(r"[0-9][0-9A-Za-z]*(?:[-.:][0-9A-Za-z]+)+")
_WORD: Final = re.compile(r"[a-z0-9]+")


def same_document(official_title: str, mirror_title: str) -> bool:
    """Whether two titles, cited for one record, name the same document.

    They do when they are the same words, or when both give section numbers (such as 20-2-159.4) and those of one are
    among those of the other.
    """
    if _WORD.findall(official_title.casefold()) == _WORD.findall(mirror_title.casefold()):
        return True
    first, second = (set(_NUMBER.findall(title.casefold())) for title in (official_title, mirror_title))
    return bool(first and second) and (first <= second or second <= first)
