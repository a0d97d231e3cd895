"""The report as one self-contained HTML page: filters on screen, everything on paper, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from kgtools.namespaces import shortened
from kgtools.validation.findings import Finding, Record, Report
from kgtools.validation.problems import Problem
from kgtools.validation.render import Style
from kgtools.validation.render.text import plain
from kgtools.validation.render.words import PLURALS, SINGULARS, counted, coverage_line, next_step, verdict_line
from kgtools.validation.rules import SEVERITIES

STYLE = """
:root{--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--ground:#f6f8fa;--violation:#b3261e;--warning:#8a5a00;--info:#0b5cad;--good:#1a7f37}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:62rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.6rem;margin:.2rem 0 .6rem}h2{font-size:1.2rem;margin:2rem 0 .6rem}h3{font-size:1.05rem;margin:0}
p{margin:.4rem 0}a{color:#0b5cad}
code,pre{font:.875em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{background:#eff1f3;border-radius:4px;padding:.1em .3em;overflow-wrap:anywhere}
pre{background:#eff1f3;border-radius:6px;padding:.6rem .8rem;overflow-x:auto;margin:.4rem 0}
.verdict{background:var(--paper);border:1px solid var(--line);border-left:6px solid var(--soft);border-radius:8px;padding:.8rem 1rem}
.verdict.bad{border-left-color:var(--violation)}.verdict.mid{border-left-color:#d29922}.verdict.good{border-left-color:var(--good)}
.verdict strong{font-size:1.15rem}.soft{color:var(--soft)}
.filters{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin:1rem 0;padding:.6rem .8rem;background:var(--paper);border:1px solid var(--line);border-radius:8px;position:sticky;top:0}
.filters input[type=search],.filters select{font:inherit;padding:.25rem .5rem;border:1px solid var(--line);border-radius:6px;min-width:12rem;max-width:100%}
table{border-collapse:collapse;width:100%;background:var(--paper);border:1px solid var(--line)}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}th{background:#eaeef2}td.n,th.n{text-align:right}
.record{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem;margin:.8rem 0}
.finding{border-left:4px solid var(--line);padding:.1rem 0 .1rem .8rem;margin:.8rem 0 .2rem}
.finding.violation{border-left-color:var(--violation)}.finding.warning{border-left-color:#d29922}.finding.info{border-left-color:var(--info)}
.tag{font-weight:600;font-size:.85rem;text-transform:uppercase;letter-spacing:.03em}
.tag.violation{color:var(--violation)}.tag.warning{color:var(--warning)}.tag.info{color:var(--info)}
dl{display:grid;grid-template-columns:5.5rem 1fr;gap:.15rem .6rem;margin:.3rem 0}dt{color:var(--soft)}dd{margin:0}
[hidden]{display:none}
@media (max-width:32rem){dl{grid-template-columns:1fr}dd{margin-bottom:.3rem}}
@media print{body{background:#fff;font-size:10.5pt}.filters{display:none}[hidden].finding,[hidden].record{display:block}.record,.finding{break-inside:avoid}a{color:inherit}}
"""

_SCRIPT = """
(function(){
var boxes=[].slice.call(document.querySelectorAll('input[data-severity]')),search=document.getElementById('search'),
rule=document.getElementById('rule'),count=document.getElementById('count'),findings=[].slice.call(document.querySelectorAll('.finding'));
function apply(){
 var on={},text=search.value.toLowerCase(),shown=0;
 boxes.forEach(function(box){on[box.dataset.severity]=box.checked});
 findings.forEach(function(f){
  var ok=on[f.dataset.severity]&&(!rule.value||f.dataset.rule===rule.value)&&(!text||f.parentNode.textContent.toLowerCase().indexOf(text)>=0);
  f.hidden=!ok;if(ok)shown++;
 });
 [].forEach.call(document.querySelectorAll('.record'),function(r){r.hidden=!r.querySelector('.finding:not([hidden])')});
 count.textContent=shown+' of '+findings.length+' findings';
}
boxes.forEach(function(box){box.addEventListener('change',apply)});search.addEventListener('input',apply);rule.addEventListener('change',apply);apply();
})();
"""


def text(value: str) -> str:
    """Text made safe for HTML; control and bidirectional characters are replaced."""
    return escape(plain(value), quote=True)


def page(title: str, body: str, script: str = "") -> str:
    """A whole page that loads nothing and lets nothing be loaded."""
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    )
    tail = f"<script>{script}</script>" if script else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n{tail}\n</body>\n</html>\n"
    )


def write_html(report: Report, style: Style) -> str:
    """Write the page."""
    parts = ["<h1>Validation report</h1>", _verdict(report, style)]
    parts += [_problem(problem) for problem in report.problems]
    if report.findings:
        parts += [_counts(report), _filters(report), *_records(report, style)]
    parts += _untouched(report)
    return page("Validation report", "\n".join(parts), _SCRIPT if report.findings else "")


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
    cause = f"<p>Likely cause: {text(problem.cause)}</p>" if problem.cause else ""
    return (
        f'<section class="record"><h3>Unreadable: <code>{text(problem.where)}</code></h3>'
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
        f"{report.counts[severity]:,} {SINGULARS[severity] if report.counts[severity] == 1 else PLURALS[severity]}</label>"
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
                f"<code>{text(shortened(last.iri))}</code> <code>{text(str(last.location))}</code></p>"
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
        ("Property", f"{text(finding.path_label)} <code>{text(shortened(finding.path))}</code>" if finding.path else "")
    ]
    rows += [("Found", f"<code>{text(finding.value)}</code>" if finding.value else ""), ("Hint", text(finding.hint))]
    rows += [("Fix", text(rule.fix)), ("Example", f"<code>{text(rule.example)}</code>" if rule.example else "")]
    rows += [("Why", text(rule.rationale))]
    listed = "".join(f"<dt>{name}</dt><dd>{shown}</dd>" for name, shown in rows if shown)
    return (
        f'<div class="finding {rule.severity}" data-severity="{rule.severity}" data-rule="{text(rule.identifier)}">'
        f'<p><span class="tag {rule.severity}">{SINGULARS[rule.severity]}</span> {_rule_link(rule.identifier, rule.link)} '
        f'<span class="soft">{text(where)}</span></p><p>{text(finding.message)}</p><dl>{listed}</dl></div>'
    )


def _untouched(report: Report) -> Iterator[str]:
    left = report.coverage.untouched
    if left:
        items = "".join(f"<li>{text(record.label)} <code>{text(str(record.location))}</code></li>" for record in left)
        yield f"<h2>Records that no shape looked at ({len(left):,})</h2><ul>{items}</ul>"
