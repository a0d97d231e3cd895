"""Sets of characters: what a character class of a regular expression stands for (XPath Functions 3.1, section 5.6.1).

A set is written with ranges and categories only, which XPath, Rust and most other dialects read alike.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Code points from one to another, both included; in order and apart."""

LAST: Final = 0x10FFFF
_SURROGATES: Final = (0xD800, 0xDFFF)
_LAST_CASED: Final = 0x1FFFF  # no character past it has another case
_ESCAPED: Final = {character: f"\\{character}" for character in "\\[]^-"} | {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_KINDS: Final = {"L": "ultmo", "M": "nce", "N": "dlo", "P": "cdseifo", "Z": "slp", "S": "mcko", "C": "cfon"}
CATEGORIES: Final = frozenset(name + kind for name, kinds in _KINDS.items() for kind in ("", *kinds))
"""The categories of characters that XML Schema names."""


def ranges(pairs: Iterable[tuple[int, int]]) -> Ranges:
    """Ranges in order, those that touch joined."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(pairs):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def complement(given: Ranges) -> Ranges:
    """All code points that are in none of the ranges."""
    found: list[tuple[int, int]] = []
    start = 0
    for first, last in given:
        if first > start:
            found.append((start, first - 1))
        start = last + 1
    return (*found, (start, LAST)) if start <= LAST else tuple(found)


def without(given: Ranges, taken: Ranges) -> Ranges:
    """The code points that are in the first ranges and not in the second."""
    return complement(ranges((*complement(given), *taken)))


def _names(text: str) -> Ranges:
    return ranges((ord(pair[0]), ord(pair[-1])) for pair in text.split(" "))


# XML 1.0, fifth edition, productions 4 and 4a.
NAME_START: Final = _names(
    ": A-Z _ a-z \u00c0-\u00d6 \u00d8-\u00f6 \u00f8-\u02ff \u0370-\u037d \u037f-\u1fff \u200c-\u200d "
    "\u2070-\u218f \u2c00-\u2fef \u3001-\ud7ff \uf900-\ufdcf \ufdf0-\ufffd \U00010000-\U000effff"
)
NAME: Final = ranges((*NAME_START, *_names("- . 0-9 \u00b7 \u0300-\u036f \u203f-\u2040")))
SPACE: Final = ranges((ord(c), ord(c)) for c in " \t\n\r")


@dataclass(frozen=True, slots=True)
class Characters:
    """A set of characters: some ranges, and some categories.

    Attributes:
        ranges: the code points that are given one by one or as ranges.
        categories: categories, each with whether it stands for the characters outside of it.
        is_negated: whether the set is all that the two do not hold.
    """

    ranges: Ranges = ()
    categories: frozenset[tuple[str, bool]] = frozenset()
    is_negated: bool = False

    def joined(self, other: Characters) -> Characters:
        """The characters of both; neither is negated."""
        return Characters(ranges((*self.ranges, *other.ranges)), self.categories | other.categories)

    def negated(self) -> Characters:
        """All other characters."""
        return Characters(self.ranges, self.categories, not self.is_negated)

    def minus(self, other: Characters) -> Characters:
        """The characters that the other set does not hold."""
        return Characters(without(self.all_ranges(), other.all_ranges()))

    def in_any_case(self) -> Characters:
        """With the case variants of the characters that are named; categories stay as they are."""
        return Characters(ranges((*self.ranges, *_case_variants(self.ranges))), self.categories, self.is_negated)

    def all_ranges(self) -> Ranges:
        """Every code point of the set."""
        of_categories = (
            complement(_category(name)) if is_outside else _category(name) for name, is_outside in self.categories
        )
        found = ranges(pair for each in (self.ranges, *of_categories) for pair in each)
        return complement(found) if self.is_negated else found

    def __str__(self) -> str:
        """The set as a character class."""
        shown = without(self.ranges, (_SURROGATES,))
        inner = "".join(
            [
                *map(_range, shown),
                *(rf"\{'P' if outside else 'p'}{{{name}}}" for name, outside in sorted(self.categories)),
            ]
        )
        if not inner:
            return r"[\p{L}\P{L}]" if self.is_negated else r"[^\p{L}\P{L}]"
        return f"[{'^' if self.is_negated else ''}{inner}]"


def single(character: str) -> Characters:
    """The set of one character."""
    return Characters(((ord(character), ord(character)),))


def _range(pair: tuple[int, int]) -> str:
    """A range; characters that are escaped stand beside it, since not every dialect lets a range begin in an escape."""
    (first, last), before, after = pair, "", ""
    while first < last and chr(first) in _ESCAPED:
        before, first = before + _ESCAPED[chr(first)], first + 1
    while first < last and chr(last) in _ESCAPED:
        after, last = _ESCAPED[chr(last)] + after, last - 1
    start, end = (_ESCAPED.get(chr(point), chr(point)) for point in (first, last))
    inner = start if first == last else f"{start}{'' if last == first + 1 else '-'}{end}"
    return f"{before}{inner}{after}"


@cache
def _categories() -> dict[str, Ranges]:
    """The characters of each category, by one walk through all of them."""
    found: dict[str, list[tuple[int, int]]] = {}
    start, before = 0, unicodedata.category("\0")
    for point in range(1, LAST + 2):
        here = unicodedata.category(chr(point)) if point <= LAST else ""
        if here != before:
            found.setdefault(before, []).append((start, point - 1))
            start, before = point, here
    return {name: tuple(pairs) for name, pairs in found.items()}


@cache
def _category(name: str) -> Ranges:
    return ranges(pair for each, pairs in _categories().items() if each.startswith(name) for pair in pairs)


@cache
def _case_groups() -> dict[int, frozenset[int]]:
    """The characters that have the same lower case or the same upper case as a character, where there are others."""
    same: dict[tuple[str, str], set[int]] = {}
    for point in range(_LAST_CASED + 1):
        character = chr(point)
        low, high = character.lower(), character.upper()
        if low != character or high != character:
            for key in (("low", low), ("high", high)):
                same.setdefault(key, set()).add(point)
    groups: dict[int, set[int]] = {}
    for (kind, text), points in same.items():
        if len(text) == 1 and (text.lower() if kind == "low" else text.upper()) == text:
            points.add(ord(text))
        for point in points:
            groups.setdefault(point, set()).update(points)
    return {point: frozenset(group) for point, group in groups.items() if len(group) > 1}


_BEYOND_ASCII: Final = {"i": "\u0131", "k": "\u212a", "s": "\u017f"}
"""The letters of ASCII that have a case variant outside ASCII: the dotless i, the Kelvin sign and the long s."""


def _case_variants(given: Ranges) -> Iterator[tuple[int, int]]:
    if all(last < 128 for _, last in given):  # the common case, without a walk through all of Unicode
        for character in (chr(point) for first, last in given for point in range(first, last + 1)):
            for other in {character.lower(), character.upper(), _BEYOND_ASCII.get(character.lower(), character)}:
                yield ord(other), ord(other)
        return
    starts = [first for first, _ in given]
    for point, group in _case_groups().items():
        at = bisect_right(starts, point) - 1
        if at >= 0 and point <= given[at][1]:
            yield from ((other, other) for other in group)


@cache
def block(name: str) -> Ranges | None:
    """The characters of a Unicode block, by its name without spaces; None where there is no such block."""
    return _blocks().get(name)


@cache
def _blocks() -> dict[str, Ranges]:
    text = (files("kgtools.graph.regex") / "blocks.txt").read_text(encoding="utf-8")
    lines = [line.split(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: ((int(first, 16), int(last, 16)),) for name, first, last in lines}


def block_names() -> Iterable[str]:
    """The names of all blocks."""
    return _blocks()
