"""The answer to a canned question as a person reads it on a terminal: grouped, with totals, without identifiers.

A table of many columns does not fit 80 characters. What is the same in every row is said once, what the answers to a
condition add up to is put in words, and the longest texts go below their row. Every value is still there, except that
an address is shown as the name of its site, and that a record's own identifier is left out. The caller is told which
columns those are.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kgtools.answers.output.tables import plain
from kgtools.core.visible import visible
from kgtools.core.words import host, plural
from kgtools.graph.store import Solutions

IDENTIFIERS: Final = frozenset({"claim", "id", "policy", "resource"})
"""The columns of the questions that hold nothing but the identifiers of records."""
_TALLY: Final = {
    "in_full": "in full",
    "in_part": "in part",
    "made_possible": "made possible",
    "status_unknown": "status unknown",
    "ended": "ended or never adopted",
    "not_applicable": "not applicable",
    "confirmed_absent": "confirmed absent",
    "not_found": "looked for, not found",
    "not_reviewed": "not reviewed",
}
_OWN: Final = "self_reported"  # counts answers that are counted as another one, too
_HEADINGS: Final = {"usps": "state", "recommended": "of", "cells": "of"}
_ADDED_UP: Final = ("recommended", "cells", "looked_at")
_ADDRESS: Final = re.compile(r"https?://\S+\Z")
_NUMBER: Final = re.compile(r"\d[\d,.]*\Z")
_LEAST_NAME: Final = 24
_LEAST_TEXT: Final = 11
_LONGEST_WORD: Final = 22
_MOST_LINES: Final = 4  # of a cell beside others; what is longer goes below its row
_LEAST_WIDTH: Final = 40
_GROUP_OF: Final = 3  # rows per group, on average, that are worth a heading
_SEVERAL: Final = 2


@dataclass(frozen=True, slots=True)
class ReadableTable:
    """An answer in words.

    Attributes:
        text: the text, ending with a newline.
        hidden: the columns that are left out.
        shortened: the columns in which an address is shown as the name of its site.
    """

    text: str
    hidden: tuple[str, ...]
    shortened: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    cells: tuple[str, ...]

    @property
    def heading(self) -> str:
        return _HEADINGS.get(self.name, self.name.replace("_", " "))

    @property
    def right(self) -> bool:
        return all(_NUMBER.match(cell) or not cell for cell in self.cells)

    @property
    def natural(self) -> int:
        words = max(map(len, self.heading.split()), default=0)
        return max(words, max(map(len, self.cells), default=0))

    @property
    def least(self) -> int:
        words = max((len(word) for text in (self.heading, *self.cells) for word in text.split()), default=0)
        return min(self.natural, max(min(words, _LONGEST_WORD), _LEAST_TEXT))


def readable(solutions: Solutions, width: int, *, closing: bool = True) -> ReadableTable:
    """An answer as text for a terminal.

    Args:
        solutions: the answer.
        width: the width of the terminal, in characters; lines of fewer than 40 are not tried.
        closing: whether to end with the number of rows and their total, as the whole of an answer should.
    """
    width = max(width, _LEAST_WIDTH)
    if not solutions.rows:
        return ReadableTable("No rows.\n", (), ())
    texts = [[visible(plain(term)) for term in row] for row in solutions.rows]
    columns = [_Column(name, tuple(row[place] for row in texts)) for place, name in enumerate(solutions.variables)]
    hidden = tuple(c.name for c in columns if c.name in IDENTIFIERS) if len(columns) > _SEVERAL else ()
    short = tuple(c.name for c in columns if any(_ADDRESS.match(cell) for cell in c.cells))
    shown = [_with_sites(c) for c in columns if c.name not in hidden]
    total = _total(shown)
    shown = _tallied(_joined(_joined(shown, "usps", "jurisdiction"), "position", "condition"))
    return ReadableTable(_laid_out(shown, total, width, closing=closing), hidden, short)


def _with_sites(column: _Column) -> _Column:
    cells = tuple(host(cell) or cell if _ADDRESS.match(cell) else cell for cell in column.cells)
    return replace(column, cells=cells)


def _joined(columns: list[_Column], first: str, second: str) -> list[_Column]:
    """A code and the name beside it as one column: ``Ohio (OH)``, ``3. Flexible learning pathways``."""
    names = [column.name for column in columns]
    if first not in names or second not in names or names.index(second) != names.index(first) + 1:
        return columns
    place = names.index(first)
    form = "{name} ({code})" if first == "usps" else "{code}. {name}"
    pairs = zip(columns[place].cells, columns[place + 1].cells, strict=True)
    cells = tuple(form.format(code=code, name=name) if code else name for code, name in pairs)
    return [*columns[:place], _Column(second, cells), *columns[place + 2 :]]


def _tallied(columns: list[_Column]) -> list[_Column]:
    """The counts of each answer as one column of words; a table that has only some of them keeps them."""
    counted = [column for column in columns if column.name in _TALLY]
    if len(counted) < len(_TALLY):
        return columns
    cells = tuple(
        ", ".join(
            f"{number} {_TALLY[c.name]}" for c, number in zip(counted, row, strict=True) if number not in {"", "0"}
        )
        for row in zip(*(c.cells for c in counted), strict=True)
    )
    own = next((column.cells for column in columns if column.name == _OWN), ("",) * len(cells))
    cells = tuple(
        f"{said}; {n} self-reported" if n not in {"", "0"} else said for said, n in zip(cells, own, strict=True)
    )
    place = columns.index(counted[0])
    kept = [column for column in columns if column.name not in {*_TALLY, _OWN}]
    return [*kept[:place], _Column("answers", cells), *kept[place:]]


def _total(columns: list[_Column]) -> dict[str, tuple[int, ...]]:
    """The numbers that may be added up over rows, where the rows count answers that no other row counts."""
    named = {column.name: column for column in columns}
    if not named.keys() >= _TALLY.keys():
        return {}
    return {
        name: tuple(int(cell or 0) for cell in named[name].cells)
        for name in (*_ADDED_UP, *_TALLY)
        if name in named and named[name].right
    }


def _said_total(total: dict[str, tuple[int, ...]], rows: Iterable[int]) -> str:
    chosen = list(rows)
    sums = {name: sum(numbers[row] for row in chosen) for name, numbers in total.items()}
    of = sums.get("recommended", sums.get("cells", 0))
    words = ", ".join(f"{sums[name]:,} {said}" for name, said in _TALLY.items() if sums.get(name))
    return f"{words}; of {of:,}, {sums['looked_at']:,} looked at" if "looked_at" in sums else f"{words}, of {of:,}"


def _laid_out(columns: list[_Column], total: dict[str, tuple[int, ...]], width: int, *, closing: bool) -> str:
    rows = range(len(columns[0].cells))
    columns, lead, groups = _grouped(columns, rows)
    always: list[_Column] = []
    if len(rows) >= _SEVERAL:
        constant = [column for column in columns if len(set(column.cells)) == 1]
        always = [column for column in constant if column is columns[0] or not _fits(columns, width)]
        always = always if len(always) < len(columns) else []
        columns = [column for column in columns if column not in always]
    columns, below = _split(columns, width)
    widths = _widths(columns, width)
    lines = [*_said_of_all(always, width)]
    lines += [*_wrapped([c.heading for c in columns], widths, columns), "  ".join("─" * w for w in widths)]
    for key, members in groups.items():
        if len(groups) > 1:
            said = _said_total(total, members) if total else plural(len(members), "row")
            lines += ["", *textwrap.wrap(f"{key}: {said}", width, subsequent_indent="  ")]
        for row in members:
            lines += [""] if below and row != members[0] else []  # space around a row shows what belongs to it
            lines += _wrapped([column.cells[row] for column in columns], widths, columns)
            lines += _below([(c.heading, c.cells[row]) for c in below if c.cells[row]], width)
    lines += ["", *textwrap.wrap(_closing(lead, groups, total, rows), width)] if closing else []
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _closing(lead: str, groups: dict[str, list[int]], total: dict[str, tuple[int, ...]], rows: Sequence[int]) -> str:
    said = plural(len(rows), "row")
    if len(groups) > 1:
        said += f" in {plural(len(groups), 'group')} by {lead}"
    return f"{said}. In all: {_said_total(total, rows)}." if total and len(rows) > 1 else f"{said}."


def _grouped(columns: list[_Column], rows: Sequence[int]) -> tuple[list[_Column], str, dict[str, list[int]]]:
    """The rows under each value of the first column, where that is a name that several rows share.

    What follows from the first column goes into the heading with it.
    """
    first = columns[0]
    groups: dict[str, list[int]] = {}
    for row in rows:
        groups.setdefault(first.cells[row], []).append(row)
    if len(columns) == 1 or first.right or len(groups) < _SEVERAL or len(rows) < _GROUP_OF * len(groups):
        return columns, first.heading, {"": list(rows)}
    follow = [c for c in columns[1:] if all(len({c.cells[row] for row in members}) == 1 for members in groups.values())]
    if len(follow) == len(columns) - 1:
        return columns, first.heading, {"": list(rows)}
    headed = {_heading(key, follow, members[0]): members for key, members in groups.items()}
    return [c for c in columns[1:] if c not in follow], first.heading, headed


def _heading(key: str, follow: list[_Column], row: int) -> str:
    said = [f"{column.heading} {column.cells[row]}" for column in follow if column.cells[row]]
    return f"{key or 'none'} ({'; '.join(said)})" if said else key or "none"


def _fits(columns: list[_Column], width: int) -> bool:
    return _least(columns) <= width


def _least(columns: list[_Column]) -> int:
    return sum(_least_of(column, columns) for column in columns) + 2 * (len(columns) - 1)


def _least_of(column: _Column, columns: list[_Column]) -> int:
    """The width below which a column isn't readable; the first long text, which names the row, gets more."""
    return min(column.natural, max(_LEAST_NAME, column.least)) if column is _name(columns) else column.least


def _name(columns: list[_Column]) -> _Column:
    return next((c for c in columns if not c.right and c.natural > _LEAST_TEXT), columns[0])


def _split(columns: list[_Column], width: int) -> tuple[list[_Column], list[_Column]]:
    """The columns of the table, and those that go below each row, the longest texts first."""
    kept = list(columns)
    while len(kept) > 1 and (not _fits(kept, width) or _too_tall(kept, width)):
        name = _name(kept)
        kept.remove(max((c for c in kept if c is not name), key=lambda c: c.natural))
    return kept, [column for column in columns if column not in kept]


def _too_tall(columns: list[_Column], width: int) -> bool:
    name = _name(columns)
    return any(
        column.natural > _MOST_LINES * each
        for column, each in zip(columns, _widths(columns, width), strict=True)
        if column is not name
    )


def _widths(columns: list[_Column], width: int) -> list[int]:
    """Widths that fit: the widest column gives way first, but not below what is readable."""
    widths = [column.natural for column in columns]
    least = [_least_of(column, columns) for column in columns]
    room = width - 2 * (len(columns) - 1)
    while sum(widths) > room:
        wide = [i for i, each in enumerate(widths) if each > least[i]]
        if not wide:
            break
        widths[max(wide, key=lambda i: widths[i])] -= 1
    return [min(each, width) for each in widths]


def _wrapped(cells: list[str], widths: list[int], columns: list[_Column]) -> Iterator[str]:
    parts = [
        textwrap.wrap(cell, each, break_on_hyphens=False) or [""] for cell, each in zip(cells, widths, strict=True)
    ]
    for line in range(max(map(len, parts))):
        texts = [part[line] if line < len(part) else "" for part in parts]
        yield "  ".join(
            text.rjust(each) if column.right else text.ljust(each)
            for text, each, column in zip(texts, widths, columns, strict=True)
        )


def _below(said: list[tuple[str, str]], width: int) -> list[str]:
    """What doesn't fit the table, below its row."""
    return [
        line
        for heading, cell in said
        for line in textwrap.wrap(
            f"{heading}: {cell}", width, initial_indent="    ", subsequent_indent="      ", break_on_hyphens=False
        )
    ]


def _said_of_all(columns: list[_Column], width: int) -> list[str]:
    if not columns:
        return []
    empty = [column.heading for column in columns if not column.cells[0]]
    filled = [f"{column.heading}: {column.cells[0]}" for column in columns if column.cells[0]]
    said = [*textwrap.wrap(f"In every row: {'; '.join(filled)}.", width)] if filled else []
    if len(said) > _SEVERAL:
        said = ["In every row:"]
        said += [
            line
            for text in filled
            for line in textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="    ")
        ]
    said += textwrap.wrap(f"Empty in every row: {', '.join(empty)}.", width) if empty else []
    return [*said, ""]
