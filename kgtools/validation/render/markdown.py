"""The report in Markdown, for issues, pull requests and e-mail."""

from __future__ import annotations

from collections.abc import Iterator

from kgtools.core.visible import visible
from kgtools.validation.findings import Finding, Record, Report
from kgtools.validation.problems import Problem
from kgtools.validation.render import Style
from kgtools.validation.render.words import SINGULARS, coverage_line, next_step, verdict_line


def write_md(report: Report, style: Style) -> str:
    """Write the report in GitHub's Markdown."""
    lines = ["# Validation report", "", f"**{verdict_line(report)}**", "", coverage_line(report), ""]
    if step := next_step(report):
        lines += [step, ""]
    lines += [f"- {escaped(note)}" for note in report.notes]
    for problem in report.problems:
        lines += _problem(problem)
    if report.by_rule:
        lines += ["## Findings by rule", "", "| findings | rule | severity | what |", "| ---: | --- | --- | --- |"]
        lines += [
            f"| {number} | {_rule_link(rule.identifier, rule.link)} | {SINGULARS[rule.severity]} "
            f"| {escaped(rule.name or rule.message)} |"
            for rule, number in report.by_rule
        ]
        lines.append("")
    lines += _records(report, style)
    lines += _untouched(report)
    return "\n".join(lines).rstrip() + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    clean = visible(text).replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;")
    for mark in "`*_[]|#!":
        clean = clean.replace(mark, f"\\{mark}")
    return clean


def code(text: str) -> str:
    """Text as code, whatever backticks it holds; table cells are kept whole."""
    clean = visible(text).replace("|", "\\|")
    fence = "`"
    while fence in clean:
        fence += "`"
    pad = " " if clean.startswith("`") or clean.endswith("`") else ""
    return f"{fence}{pad}{clean}{pad}{fence}"


def _rule_link(identifier: str, link: str) -> str:
    return f"[{escaped(identifier)}]({link})" if link.startswith("https://") else escaped(identifier)


def _problem(problem: Problem) -> Iterator[str]:
    yield f"## Unreadable: {code(problem.where)}"
    yield ""
    yield escaped(problem.message)
    yield ""
    if problem.excerpt and problem.place:
        number = str(problem.place.line)
        yield f"    {number} | {problem.excerpt}"
        yield f"    {' ' * len(number)} | {' ' * problem.caret}{'^' * problem.width}"
        yield ""
    if problem.cause:
        yield escaped(problem.cause)
        yield ""


def _records(report: Report, style: Style) -> Iterator[str]:
    shown = style.shown(report)
    if shown:
        yield "## Findings by record"
        yield ""
    last: Record | None = None
    for finding in shown:
        if finding.record != last:
            last = finding.record
            yield f"### {escaped(last.label)}"
            yield ""
            yield f"{escaped(last.kind)} {code(last.shown)}, {code(str(last.location))}"
            yield ""
        yield from _finding(finding)
    if len(shown) < len(report.findings):
        yield f"*{len(report.findings) - len(shown)} more findings are not shown.*"
        yield ""


def _finding(finding: Finding) -> Iterator[str]:
    rule = finding.rule
    place = finding.location.place
    where = f", {place.words}" if place else ""
    link = _rule_link(rule.identifier, rule.link)
    yield f"- **{SINGULARS[rule.severity]}** {link}{where}: {escaped(finding.message)}"
    for name, text in (("Found", finding.value), ("Hint", finding.hint), ("Fix", finding.fix), ("Why", rule.rationale)):
        if text:
            yield f"  - {name}: {code(text) if name == 'Found' else escaped(text)}"
    if finding.example:
        yield f"  - Example: {code(finding.example)}"
    yield ""


def _untouched(report: Report) -> Iterator[str]:
    if report.coverage.untouched:
        yield "## Records that no shape checked"
        yield ""
        yield from (f"- {escaped(record.label)} {code(str(record.location))}" for record in report.coverage.untouched)
