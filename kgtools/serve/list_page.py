"""What became of a list of laws, as part of a page of the explorer."""

from __future__ import annotations

from html import escape
from typing import Final

from kgtools.core.visible import visible
from kgtools.serve.submissions import ListReply

SHOWN: Final = 500
"""How many lines the page shows; the workbook holds all of them."""


def list_part(reply: ListReply, address: str, minutes: float) -> str:
    """What became of a list as HTML, everything in it escaped.

    Args:
        reply: what came of it.
        address: where the workbook is.
        minutes: for how long.
    """
    rows = "".join(
        f"<tr><td>{line}</td><td>{escape(visible(shown[:300]))}</td><td>{escape(visible(became))}</td></tr>"
        for line, shown, became in reply.lines[:SHOWN]
    )
    hidden = len(reply.lines) - SHOWN
    more = f"<p>{hidden} more lines are on the sheet Your list.</p>" if hidden > 0 else ""
    remarks = "".join(f"<li>{escape(visible(remark))}</li>" for remark in reply.remarks)
    return (
        '<div class="panel" id="report" role="status"><h2>Your workbook is ready</h2>'
        f"<p>{escape(reply.summary)}.</p>"
        f'<p><strong><a href="{escape(address)}" download>Download the workbook</a></strong></p>'
        f'<p class="meta">It stays in the server\'s memory for {minutes:g} minutes, only for you. Confirm the yellow '
        "cells, answer the red ones, and check the workbook below.</p>"
        + (f"<ul>{remarks}</ul>" if remarks else "")
        + '<h3>What became of each line</h3><div class="scroll"><table><thead><tr><th>Line</th><th>What it says</th>'
        f"<th>What became of it</th></tr></thead><tbody>{rows}</tbody></table></div>{more}</div>"
    )
