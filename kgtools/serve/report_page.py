"""A validation report as part of a page of the explorer."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import jinja2

from kgtools.core.namespaces import shortened
from kgtools.core.visible import visible
from kgtools.validation import Report
from kgtools.validation.render.words import PLURALS, SINGULARS, coverage_line, next_step, verdict_line

SHOWN: Final = 500
"""How many findings the page shows; the downloads hold all of them."""


def report_part(report: Report) -> str:
    """The report as HTML, everything in it escaped."""
    shown = report.findings[:SHOWN]
    groups: dict[object, list[object]] = {}
    for finding in shown:
        groups.setdefault(finding.record, []).append(finding)
    return _template().render(
        report=report,
        groups=list(groups.items()),
        hidden=len(report.findings) - len(shown),
        verdict=verdict_line(report),
        coverage=coverage_line(report),
        next_step=next_step(report),
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(visible=visible, curie=lambda iri: shortened(iri).strip("<>"))
    environment.globals.update(singulars=SINGULARS, plurals=PLURALS)
    return environment.get_template("report.html")
