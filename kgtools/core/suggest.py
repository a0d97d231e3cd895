"""Guessing what somebody meant to write."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_WORDS = re.compile(r"[^\W_]+")


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known word that is most like the given one, or nothing when none is similar.

    A known phrase that holds the given word whole, alone among the known ones, comes before any that is spelled alike:
    "absent" means "confirmed absent" rather than "present".

    Args:
        word: what was written.
        known: what could have been meant.
        cutoff: how similar it must be, from 0 to 1 (``difflib.SequenceMatcher.ratio``).
    """
    folded = {candidate.casefold(): candidate for candidate in sorted(known, reverse=True)}
    holding = [phrase for phrase in folded if word.casefold() in _WORDS.findall(phrase)]
    if len(holding) == 1:
        return folded[holding[0]]
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=cutoff)
    return folded[found[0]] if found else None
