"""Fitting answers into what an assistant can read at once: about 6 kB, with a place to go on from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

MOST_BYTES: Final = 6_000
"""How long an answer may be, as JSON in UTF-8."""
_LONGEST_TEXT: Final = 600
_MOST_ITEMS: Final = 80  # that could ever fit

Item = TypeVar("Item")


def as_json(answer: Mapping[str, Any]) -> str:
    """An answer as it is sent."""
    return json.dumps(answer, ensure_ascii=False)


def fitted(
    items: Sequence[Item], start: int, made: Callable[[Sequence[Item], int | None], dict[str, Any]]
) -> dict[str, Any]:
    """The answer with as many items as fit, at least one where there is any.

    Args:
        items: all that could be told.
        start: the place of the first that is wanted.
        made: makes the answer of some items and the place of the next one, if any.
    """
    rest = items[start:]
    low, high = min(1, len(rest)), min(_MOST_ITEMS, len(rest))
    while low < high:  # the longest that fits; an answer only grows with its items
        middle = (low + high + 1) // 2
        if _size(made(rest[:middle], _next(start, middle, len(items)))) <= MOST_BYTES:
            low = middle
        else:
            high = middle - 1
    return made(rest[:low], _next(start, low, len(items)))


def _size(answer: Mapping[str, Any]) -> int:
    return len(as_json(answer).encode())


def _next(start: int, taken: int, total: int) -> int | None:
    return start + taken if start + taken < total else None


def cut(text: str, most: int = _LONGEST_TEXT) -> str:
    """A text that is not too long for one of many; the cut is shown."""
    return text if len(text) <= most else f"{text[: most - 2].rstrip()} …"
