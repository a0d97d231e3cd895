"""Guessing what somebody meant to write."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_WORDS = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"[0-9]+")
_HOST = re.compile(r"https?://[^/]*", re.IGNORECASE)
_MOST_SLIPS = 3
_LEAST_LETTERS = 4


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


def nearest_of_all(word: str, known: Iterable[str], number: int) -> list[str]:
    """The known words that are most like the given one, the nearest first; some, however unlike they are.

    What shares a word with the given one comes before what is only spelled alike.

    Args:
        word: what was written.
        known: what could have been meant.
        number: how many at most.
    """
    folded = word.casefold()
    wanted = set(_WORDS.findall(folded))

    def likeness(candidate: str) -> tuple[float, str]:
        text = candidate.casefold()
        shared = len(wanted.intersection(_WORDS.findall(text))) / max(len(wanted), 1)
        return -(shared + difflib.SequenceMatcher(None, folded, text, autojunk=False).ratio()), candidate

    return sorted(set(known), key=likeness)[:number]


def near_record(word: str, known: Iterable[str]) -> str | None:
    """The name of a record that a given word is a slip of, or nothing where none is that near.

    Records are many and their names are long, so that some name is always alike. A slip changes few letters and no
    number: another section is another law, and another host is another document.

    Args:
        word: what was written: a name, an identifier or an address.
        known: the names of the records that could have been meant.
    """
    limit = min(_MOST_SLIPS, max(1, len(word) // 6))
    digits, host = _DIGITS.findall(word), _HOST.match(word)
    scored = (
        (edits(word.casefold(), name.casefold(), limit), name)
        for name in known
        if _DIGITS.findall(name) == digits and (_HOST.match(name) or [""])[0] == (host or [""])[0]
    )
    found = min(((score, name) for score, name in scored if score <= limit), default=None)
    return found[1] if found and len(word) >= _LEAST_LETTERS else None


def edits(one: str, other: str, limit: int) -> int:
    """Edits between two words: letters put in, left out, changed, or swapped with their neighbor.

    Words that are further apart than the limit are only told to be so.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]
