"""How cells look that more than one kind of sheet has."""

from __future__ import annotations

from typing import Any


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
