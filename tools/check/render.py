"""The report of ``python -m tools.check`` as text, JSON, Markdown, HTML and SARIF."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from kgtools.core.visible import visible
from kgtools.schema.rules import Rule
from kgtools.validation.findings import Coverage, Finding, Location, Record, Report
from kgtools.validation.render import Style
from kgtools.validation.render.html import page
from kgtools.validation.render.html import text as html_text
from kgtools.validation.render.markdown import code, escaped
from kgtools.validation.render.sarif import write_sarif
from kgtools.validation.render.words import PLURALS, SINGULARS, counted
from kgtools.validation.spots import Place
from tools.check.model import CheckReport, Found, Outcome

PAGES: Final = "https://w3id.org/spf-kg/docs/reference/checks/"
"""Where the page of each check is published."""


def verdict(report: CheckReport) -> str:
    """The outcome in one sentence."""
    counts = {severity: number for severity, number in report.counts.items() if number}
    exempted = sum(len(outcome.exempted) for outcome in report.outcomes)
    aside = f"; {counted(exempted, 'exception')} excused by the profile" if exempted else ""
    took = f"{sum(o.seconds for o in report.outcomes):.0f} s of processor time"
    ran = f"{counted(len(report.outcomes), 'check')} in {took}"
    if not counts:
        return f"{ran} found nothing wrong{aside}."
    found = ", ".join(counted(number, SINGULARS[severity], PLURALS[severity]) for severity, number in counts.items())
    return f"{ran} found {found}{aside}."


def write_text(report: CheckReport) -> str:
    """Lines for a terminal: each check that found something, with what to do."""
    lines = []
    for outcome in _failing(report):
        lines += [f"{SINGULARS[outcome.severity]}: {outcome.check.title} ({outcome.check.name})"]
        lines += [f"  {_where(found)}{visible(found.message)}" for found in outcome.found]
        lines += [f"  → {outcome.check.solution}", ""]
    return "\n".join([*lines, verdict(report)]) + "\n"


def write_json(report: CheckReport) -> str:
    """One object: counts, and each check with what it found."""
    document = {
        "verdict": verdict(report),
        "counts": report.counts,
        "checks": [_object(outcome) for outcome in report.outcomes],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _object(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.check.name,
        "title": outcome.check.title,
        "severity": outcome.severity,
        "seconds": round(outcome.seconds, 2),
        "found": [_found_object(found) for found in outcome.found],
        "excused": [_found_object(e.found) | {"reason": e.reason} for e in outcome.exempted],
    }


def _found_object(found: Found) -> dict[str, Any]:
    return {"message": found.message, "subject": found.subject, "file": found.file, "line": found.line}


def write_md(report: CheckReport) -> str:
    """A comment for a change request: the verdict, what was found, and a table of all checks."""
    lines = ["## python -m tools.check", "", escaped(verdict(report)), ""]
    for outcome in _failing(report):
        lines += [
            f"### {SINGULARS[outcome.severity]}: {escaped(outcome.check.title)}",
            "",
            escaped(outcome.check.problem),
            "",
        ]
        lines += [
            f"- {code(found.where) + ' ' if found.where else ''}{escaped(found.message)}" for found in outcome.found
        ]
        lines += ["", f"**What to do:** {escaped(outcome.check.solution)}", ""]
    lines += [
        "<details><summary>All checks</summary>",
        "",
        "| check | found | excused | seconds |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {o.check.name} | {len(o.found)} | {len(o.exempted)} | {o.seconds:.1f} |" for o in report.outcomes]
    return "\n".join([*lines, "", "</details>"]) + "\n"


def write_html(report: CheckReport) -> str:
    """A page that loads nothing."""
    look = "bad" if report.counts["violation"] else "mid" if any(report.counts.values()) else "good"
    body = [
        "<h1>Check of the repository</h1>",
        f'<div class="verdict {look}"><p><strong>{html_text(verdict(report))}</strong></p></div>',
    ]
    for outcome in _failing(report):
        items = "".join(
            f"<li><code>{html_text(found.where)}</code> {html_text(found.message)}</li>" for found in outcome.found
        )
        body.append(
            f'<section class="record"><h3>{html_text(outcome.check.title)}</h3>'
            f'<p><span class="tag {outcome.severity}">{SINGULARS[outcome.severity]}</span> '
            f"<code>{html_text(outcome.check.name)}</code></p><p>{html_text(outcome.check.problem)}</p><ul>{items}</ul>"
            f"<p><strong>What to do:</strong> {html_text(outcome.check.solution)}</p></section>"
        )
    rows = "".join(
        f'<tr><td>{html_text(o.check.name)}</td><td>{html_text(o.check.title)}</td><td class="n">{len(o.found)}</td>'
        f'<td class="n">{len(o.exempted)}</td><td class="n">{o.seconds:.1f}</td></tr>'
        for o in report.outcomes
    )
    head = '<tr><th>check</th><th>finds</th><th class="n">found</th><th class="n">excused</th><th class="n">s</th></tr>'
    body.append(f"<h2>All checks</h2><table><thead>{head}</thead><tbody>{rows}</tbody></table>")
    return page("Check of the repository", "\n".join(body))


def write_sarif_report(report: CheckReport) -> str:
    """SARIF 2.1.0, by the writer that ``kgtools validate`` uses."""
    findings = tuple(_finding(outcome, found) for outcome in report.outcomes for found in outcome.found)
    as_validation = Report(findings, (), (), 0, Coverage(0, 0, len(report.outcomes), 0, 0, 0))
    return write_sarif(as_validation, Style()).replace('"kgtools validate"', '"python -m tools.check"', 1)


def _finding(outcome: Outcome, found: Found) -> Finding:
    check = outcome.check
    rule = Rule(
        check.name,
        outcome.severity,
        name=check.title,
        message=check.title,
        rationale=check.problem,
        fix=check.solution,
        example=check.example,
        link=f"{PAGES}{check.name}",
    )
    location = Location(found.file or ".", Place(found.line, 1) if found.line else None)
    return Finding(rule, Record(found.subject, found.subject, "", location), found.message, location=location)


def _failing(report: CheckReport) -> list[Outcome]:
    return [outcome for outcome in report.outcomes if outcome.found]


def _where(found: Found) -> str:
    return f"{found.where}: " if found.where else ""


FORMATS: Final[dict[str, Callable[[CheckReport], str]]] = {
    "text": write_text,
    "json": write_json,
    "md": write_md,
    "html": write_html,
    "sarif": write_sarif_report,
}
"""The output formats."""
