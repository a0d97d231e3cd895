"""How cells look that more than one kind of sheet has."""

from __future__ import annotations

from typing import Any, Final

NAVY: Final = "#1F3A5F"
"""The ground of a heading whose column must be filled in."""
BLUE: Final = "#4F7CAC"
"""The ground of a heading whose column should be filled in."""
GRAY: Final = "#8A94A3"
"""The ground of any other heading."""


def heading_style(color: str) -> dict[str, Any]:
    """The format of a heading, white on a color.

    Args:
        color: the ground, such as ``#1F3A5F``.
    """
    return {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": color,
        "text_wrap": True,
        "valign": "vcenter",
        "border": 1,
        "border_color": "#FFFFFF",
    }
