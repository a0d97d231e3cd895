"""The tile map: each state and the federal district as a square, about where it lies."""

from __future__ import annotations

from typing import Final

_ROWS: Final = (
    "AK . . . . . . . . . . ME",
    ". . . . . . . . . . VT NH",
    ". WA ID MT ND MN IL WI MI NY RI MA",
    ". OR NV WY SD IA IN OH PA NJ CT .",
    ". CA UT CO NE MO KY WV VA MD DE .",
    ". . AZ NM KS AR TN NC SC DC . .",
    ". . . . OK LA MS AL GA . . .",
    "HI . . . TX . . . . FL . .",
)

WIDTH: Final = 12
"""How many tiles the map is wide."""

POSITIONS: Final[dict[str, tuple[int, int]]] = {
    code: (x, y) for y, row in enumerate(_ROWS) for x, code in enumerate(row.split()) if code != "."
}
"""The column and row of each jurisdiction by its USPS code, both counted from zero."""
