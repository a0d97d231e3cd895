"""The report as one self-contained HTML page: filters on screen, everything on paper, nothing loaded from elsewhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

from kgtools.core.namespaces import shortened
from kgtools.core.visible import visible
from kgtools.schema.rules import SEVERITIES
from kgtools.validation.findings import Finding, Record, Report
from kgtools.validation.problems import Problem
from kgtools.validation.render import Style
from kgtools.validation.render.words import PLURALS, SINGULARS, counted, coverage_line, next_step, verdict_line


@cache
def _asset(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def text(value: str) -> str:
    """Text made safe for HTML; control and bidirectional characters are replaced."""
    return escape(visible(value), quote=True)


def page(title: str, body: str, script: str = "") -> str:
    """A whole page that loads nothing, lets nothing be loaded, and runs no script but its own."""
    own = f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" if script else "'none'"
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src {own}; base-uri 'none'; form-action 'none'"
    tail = f"<script>{script}</script>" if script else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>{_asset('report.css')}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n{tail}\n</body>\n</html>\n"
    )


def write_html(report: Report, style: Style) -> str:
    """Write the page."""
    parts = ["<h1>Validation report</h1>", _verdict(report, style)]
    parts += [_problem(problem) for problem in report.problems]
    if report.findings:
        parts += [_counts(report), _filters(report), *_records(report, style)]
    parts += _untouched(report)
    return page("Validation report", "\n".join(parts), _asset("report.js") if report.findings else "")


def _verdict(report: Report, style: Style) -> str:
    look = "bad" if report.exit_status(style.fail_on) else "mid" if report.findings else "good"
    files = ", ".join(f"<code>{text(str(entry.file))}</code>" for entry in report.files[:8])
    more = f" and {len(report.files) - 8} more" if len(report.files) > 8 else ""
    lines = [f"<strong>{text(verdict_line(report))}</strong>", text(coverage_line(report)), text(next_step(report))]
    lines += [f"Note: {text(note)}" for note in report.notes]
    if files:
        lines.append(f"Files: {files}{more}")
    return f'<div class="verdict {look}">' + "".join(f"<p>{line}</p>" for line in lines if line) + "</div>"


def _problem(problem: Problem) -> str:
    excerpt = ""
    if problem.excerpt and problem.place:
        number = str(problem.place.line)
        caret = f"{' ' * len(number)} | {' ' * problem.caret}{'^' * problem.width}"
        excerpt = f"<pre>{number} | {escape(problem.excerpt)}\n{caret}</pre>"
    cause = f"<p>{text(problem.cause)}</p>" if problem.cause else ""
    return (
        f'<section class="record problem"><h3>Unreadable: <code>{text(problem.where)}</code></h3>'
        f"<p>{text(problem.message)}</p>{excerpt}{cause}</section>"
    )


def _counts(report: Report) -> str:
    rows = "".join(
        f'<tr><td class="n">{number:,}</td><td>{_rule_link(rule.identifier, rule.link)}</td>'
        f'<td><span class="tag {rule.severity}">{SINGULARS[rule.severity]}</span></td>'
        f"<td>{text(rule.name or rule.message)}</td></tr>"
        for rule, number in report.by_rule
    )
    head = '<tr><th class="n">findings</th><th>rule</th><th>severity</th><th>what</th></tr>'
    return f"<h2>By rule</h2><table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _rule_link(identifier: str, link: str) -> str:
    shown = text(identifier)
    return f'<a href="{text(link)}" rel="noreferrer">{shown}</a>' if link.startswith("https://") else shown


def _filters(report: Report) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" data-severity="{severity}" checked> '
        f"{counted(report.counts[severity], SINGULARS[severity], PLURALS[severity])}</label>"
        for severity in SEVERITIES
    )
    options = "".join(
        f'<option value="{text(rule.identifier)}">{text(rule.identifier)} ({number})</option>'
        for rule, number in report.by_rule
    )
    return (
        f'<h2>By record</h2><div class="filters" role="search">{boxes}'
        f'<label>Rule <select id="rule"><option value="">all</option>{options}</select></label>'
        '<label>Find <input type="search" id="search" placeholder="record, value, message"></label>'
        '<span id="count" class="soft" aria-live="polite"></span></div>'
    )


def _records(report: Report, style: Style) -> Iterator[str]:
    last: Record | None = None
    for finding in style.shown(report):
        if finding.record != last:
            if last is not None:
                yield "</section>"
            last = finding.record
            yield (
                f'<section class="record"><h3>{text(last.label)}</h3><p class="soft">{text(last.kind)} '
                f"<code>{text(last.shown)}</code> <code>{text(str(last.location))}</code></p>"
            )
        yield _finding(finding)
    if last is not None:
        yield "</section>"
    hidden = len(report.findings) - len(style.shown(report))
    if hidden:
        yield f'<p class="soft">{counted(hidden, "more finding")} not shown.</p>'


def _finding(finding: Finding) -> str:
    rule, place = finding.rule, finding.location.place
    where = place.words if place else ""
    if finding.location.file != finding.record.location.file:
        where = f"{finding.location.file} {where}"
    rows = [
        ("Column", text(finding.path_label) if finding.path else "")
        if finding.in_sheet
        else (
            "Property",
            f"{text(finding.path_label)} <code>{text(shortened(finding.path))}</code>" if finding.path else "",
        )
    ]
    rows += [("Found", f"<code>{text(finding.value)}</code>" if finding.value else ""), ("Hint", text(finding.hint))]
    rows += [
        ("Fix", text(finding.fix)),
        ("Example", f"<code>{text(finding.example)}</code>" if finding.example else ""),
    ]
    rows += [("Why", text(rule.rationale))]
    listed = "".join(f"<dt>{name}</dt><dd>{shown}</dd>" for name, shown in rows if shown)
    return (
        f'<div class="finding {rule.severity}" data-severity="{rule.severity}" data-rule="{text(rule.identifier)}">'
        f'<p><span class="tag {rule.severity}">{SINGULARS[rule.severity]}</span> '
        f"{_rule_link(rule.identifier, rule.link)} "
        f'<span class="soft">{text(where)}</span></p><p>{text(finding.message)}</p><dl>{listed}</dl></div>'
    )


def _untouched(report: Report) -> Iterator[str]:
    left = report.coverage.untouched
    if left:
        items = "".join(f"<li>{text(record.label)} <code>{text(str(record.location))}</code></li>" for record in left)
        yield f"<h2>Records that no shape checked ({len(left):,})</h2><ul>{items}</ul>"
