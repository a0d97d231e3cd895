"""Guessing what somebody meant to write."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known word that is most like the given one, or nothing when none is alike.

    Args:
        word: what was written.
        known: what could have been meant.
        cutoff: how alike it must be, from 0 to 1 (``difflib.SequenceMatcher.ratio``).
    """
    folded = {candidate.casefold(): candidate for candidate in sorted(known, reverse=True)}
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=cutoff)
    return folded[found[0]] if found else None
