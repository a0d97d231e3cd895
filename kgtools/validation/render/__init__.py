"""The renderings of a validation report and of the list of rules."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kgtools.validation.findings import Finding, Report

FORMATS: Final[dict[str, str]] = {
    "text": "text",
    "md": "markdown",
    "html": "html",
    "csv": "tables",
    "xlsx": "tables",
    "json": "structured",
    "sarif": "sarif",
    "junit": "junit",
    "ttl": "turtle",
}
"""The formats of a report, each with the module of this package that writes it."""

ENDINGS: Final[dict[str, str]] = {"txt": "text", "htm": "html", "xml": "junit", "markdown": "md"}
"""The formats of file endings that are not a format's own name."""


@dataclass(frozen=True, slots=True)
class Style:
    """How to write a report.

    Attributes:
        limit: how many findings are shown; None for all. Totals always count all.
        color: whether terminal colors are used.
        width: how wide a line of text may be.
        fail_on: the lightest severity that fails.
    """

    limit: int | None = None
    color: bool = False
    width: int = 100
    fail_on: str = "violation"

    def shown(self, report: Report) -> Sequence[Finding]:
        """The findings that are shown."""
        return report.findings if self.limit is None else report.findings[: self.limit]


def render(report: Report, format_: str, style: Style | None = None) -> str | bytes:
    """Write a report.

    Args:
        report: the report.
        format_: one of ``FORMATS``.
        style: how to write it.

    Returns:
        Text, or bytes for a workbook.
    """
    module = importlib.import_module(f"kgtools.validation.render.{FORMATS[format_]}")
    written: str | bytes = getattr(module, f"write_{format_}")(report, style or Style())
    return written
