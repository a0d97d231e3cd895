"""How high a row must be for all of its text to show."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence


def row_height(cells: Sequence[tuple[str, int]]) -> float:
    """The height of a row in which every text shows in full; spreadsheets other than Excel don't work it out."""
    lines = 1
    for text, width in cells:
        parts = (textwrap.wrap(part, max(round(width * 1.06), 4)) for part in text.split("\n"))
        lines = max(lines, sum(len(part) or 1 for part in parts))
    return min(15.0 * lines + 3, 400.0)
