"""The report in JUnit's XML, which continuous integration shows as test results."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from kgtools.schema.rules import SEVERITIES
from kgtools.validation.findings import Finding, Report
from kgtools.validation.problems import Problem
from kgtools.validation.render import Style
from kgtools.validation.render.words import coverage_line, verdict_line

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(report: Report, style: Style) -> str:
    """Write one suite a file, one case a finding; findings below the fail level pass and say so."""
    suites = [_suite(file, report, style) for file in _files(report)]
    totals = _totals(report, style)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="kgtools validate" {totals}>\n'
    return head + "".join(suites) + "</testsuites>\n"


def _files(report: Report) -> list[str]:
    named = [str(problem.file) for problem in report.problems] + [str(entry.file) for entry in report.files]
    found = dict.fromkeys([*named, *(finding.record.location.file for finding in report.findings)])
    return list(found) or ["store"]  # a store has no files


def _fails(finding: Finding, style: Style) -> bool:
    if style.fail_on == "never":
        return False
    return SEVERITIES.index(finding.rule.severity) <= SEVERITIES.index(style.fail_on)


def _totals(report: Report, style: Style) -> str:
    files = len(_files(report))
    failures = sum(_fails(finding, style) for finding in style.shown(report)) + report.nothing_checked * files
    cases = len(style.shown(report)) + len(report.problems) + files
    return f'tests="{cases}" failures="{failures}" errors="{len(report.problems)}"'


def _suite(file: str, report: Report, style: Style) -> str:
    problems = [problem for problem in report.problems if str(problem.file) == file]
    findings = [finding for finding in style.shown(report) if finding.record.location.file == file]
    failures = sum(_fails(finding, style) for finding in findings) + report.nothing_checked
    cases = [_problem(problem) for problem in problems]
    cases += [_finding(finding, _fails(finding, style)) for finding in findings]
    cases.append(_checked(file, report))
    head = (
        f'  <testsuite name={_attribute(file)} tests="{len(cases)}" failures="{failures}" errors="{len(problems)}">\n'
    )
    return head + "".join(cases) + "  </testsuite>\n"


def _checked(file: str, report: Report) -> str:
    body = f"      <system-out>{_text(coverage_line(report))}</system-out>\n"
    if report.nothing_checked:
        body = f"      <failure message={_attribute(verdict_line(report))}/>\n"
    return f'    <testcase classname={_attribute(file)} name="something was checked">\n{body}    </testcase>\n'


def _problem(problem: Problem) -> str:
    text = _text(f"{problem.where}\n{problem.excerpt}\n{problem.cause}".strip())
    return (
        f'    <testcase classname={_attribute(str(problem.file))} name="can be read">\n'
        f"      <error message={_attribute(problem.message)}>{text}</error>\n    </testcase>\n"
    )


def _finding(finding: Finding, fails: bool) -> str:
    name = _attribute(f"{finding.rule.identifier} {finding.record.label}")
    text = f"{finding.location}\n{finding.sentence}\nFix: {finding.fix}"
    if fails:
        kind, message = _attribute(finding.rule.severity), _attribute(finding.sentence)
        body = f"<failure type={kind} message={message}>{_text(text)}</failure>"
    else:
        body = f"<system-out>{_text(f'{finding.rule.severity}: {text}')}</system-out>"
    case = f"<testcase classname={_attribute(finding.record.location.file)} name={name}>"
    return f"    {case}\n      {body}\n    </testcase>\n"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text), {"\r": "&#13;"})  # else a parser reads a line feed


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", text))
