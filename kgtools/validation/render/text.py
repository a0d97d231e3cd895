"""The report as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from kgtools.core.visible import visible
from kgtools.schema.rules import Rule
from kgtools.validation.findings import Finding, Record, Report
from kgtools.validation.problems import Problem
from kgtools.validation.render import Style
from kgtools.validation.render.words import coverage_line, next_step, verdict_line

_COLORS = {"violation": "31;1", "warning": "33;1", "info": "36;1", "bold": "1", "dim": "2", "good": "32;1"}
_NAMES = {"violation": "VIOLATION", "warning": "WARNING", "info": "HINT"}
_RULES_SHOWN = 15
_UNTOUCHED_SHOWN = 10


def write_text(report: Report, style: Style) -> str:
    """Write the report for people to read."""
    blocks = [*_problems(report, style), *_records(report, style), *_summary(report, style)]
    return "\n".join(blocks) + "\n"


def _paint(text: str, color: str, style: Style) -> str:
    return f"\x1b[{_COLORS[color]}m{text}\x1b[0m" if style.color else text


def _problems(report: Report, style: Style) -> Iterator[str]:
    for problem in report.problems:
        yield from _problem(problem, style)
        yield ""


def _problem(problem: Problem, style: Style) -> Iterator[str]:
    yield f"{_paint('UNREADABLE', 'violation', style)}  {_paint(visible(problem.where), 'bold', style)}"
    yield from _wrapped("  ", visible(problem.message), style)
    if problem.excerpt and problem.place:
        number = str(problem.place.line)
        caret = _paint("^" * problem.width, "violation", style)
        yield f"  {number} | {problem.excerpt}"
        yield f"  {' ' * len(number)} | {' ' * problem.caret}{caret}"
    if problem.cause:
        yield from _wrapped("  ", visible(problem.cause), style)


def _records(report: Report, style: Style) -> Iterator[str]:
    last: Record | None = None
    explained: set[str] = set()
    for finding in style.shown(report):
        if finding.record != last:
            last = finding.record
            yield from _heading(last, style)
        yield from _finding(finding, style, explained)
        yield ""


def _heading(record: Record, style: Style) -> Iterator[str]:
    short = record.shown
    kind = f"{record.kind}  " if record.kind else ""
    yield f"{_paint(visible(record.label), 'bold', style)}"
    yield _paint(
        f"  {kind}{visible(short) + '  ' if short and short != record.label else ''}{record.location}", "dim", style
    )


def _finding(finding: Finding, style: Style, explained: set[str]) -> Iterator[str]:
    rule = finding.rule
    tag = _paint(_NAMES[rule.severity], rule.severity, style)
    place = finding.location.place
    where = place.words if place else "place unknown"
    other = f"{finding.location.file}, " if finding.location.file != finding.record.location.file else ""
    yield f"  {tag}  {rule.identifier}  {other}{where}"
    yield from _wrapped("    ", visible(finding.message), style)
    if finding.value:
        yield from _wrapped("    Found:    ", visible(finding.value), style)
    if finding.hint:
        yield from _wrapped("    Hint:     ", visible(finding.hint), style)
    if finding.fix:
        yield from _wrapped("    Fix:      ", visible(finding.fix), style)
    if finding.example:
        yield from _wrapped("    Example:  ", visible(finding.example), style)
    if rule.rationale and rule.identifier not in explained:
        explained.add(rule.identifier)
        yield from _wrapped("    Why:      ", visible(rule.rationale), style)


def _wrapped(lead: str, text: str, style: Style) -> list[str]:
    options = {"break_long_words": False, "break_on_hyphens": False}
    return textwrap.wrap(text, max(40, style.width), initial_indent=lead, subsequent_indent=" " * len(lead), **options)  # type: ignore[arg-type]


def _summary(report: Report, style: Style) -> Iterator[str]:
    hidden = len(report.findings) - len(style.shown(report))
    if hidden > 0:
        yield f"… and {hidden:,} more findings not shown; --limit 0 shows all."
        yield ""
    if len(report.by_rule) > 1:
        yield from _rule_counts(report, style)
        yield ""
    yield from _untouched(report, style)
    for caution in report.cautions:
        yield from _wrapped("Warning: ", visible(caution.sentence), style)
    for note in report.notes:
        yield from _wrapped("Note: ", visible(note), style)
    color = "good" if report.verdict == "conforms" else "violation" if report.exit_status(style.fail_on) else "warning"
    yield _paint(verdict_line(report), color, style)
    yield from _wrapped("", coverage_line(report), style)
    if step := next_step(report):
        yield from _wrapped("", step, style)
    if report.findings and report.findings[0].rule.link:
        sheet = " --sheet" if report.findings[0].in_sheet else ""
        yield f"'kgtools explain {report.findings[0].rule.identifier}{sheet}' explains this rule."


def _rule_counts(report: Report, style: Style) -> Iterator[str]:
    yield _paint("Findings by rule", "bold", style)
    for rule, number in report.by_rule[:_RULES_SHOWN]:
        yield f"  {number:>6,}  {rule.identifier}  {visible(_title(rule))}"
    if len(report.by_rule) > _RULES_SHOWN:
        yield f"          and {len(report.by_rule) - _RULES_SHOWN} more rules"


def _title(rule: Rule) -> str:
    return rule.name or rule.message


def _untouched(report: Report, style: Style) -> Iterator[str]:
    left = report.coverage.untouched
    if not left or report.verdict == "nothing-checked":
        return
    yield _paint(f"Records that no shape checked ({len(left):,})", "bold", style)
    for record in left[:_UNTOUCHED_SHOWN]:
        yield f"  {record.location}  {visible(record.label)}"
    if len(left) > _UNTOUCHED_SHOWN:
        yield f"  and {len(left) - _UNTOUCHED_SHOWN:,} more"
    yield ""
