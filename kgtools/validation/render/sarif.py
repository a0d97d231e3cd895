"""The report in SARIF 2.1.0, which code hosts show beside the lines of a file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from kgtools.schema.rules import Rule
from kgtools.validation.findings import Finding, Location, Report
from kgtools.validation.problems import Problem
from kgtools.validation.render import Style
from kgtools.validation.render.words import verdict_line

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
"""The address of the published schema."""

_LEVELS: Final = {"violation": "error", "warning": "warning", "info": "note"}
_SYNTAX: Final = Rule("SYNTAX", "violation", "file: can be read", "The file can't be read.")


def write_sarif(report: Report, style: Style) -> str:
    """Write one run with its rules and results."""
    rules = ([_SYNTAX] if report.problems else []) + [rule for rule, _ in report.by_rule]
    index = {rule.identifier: number for number, rule in enumerate(rules)}
    run = {
        "tool": {"driver": _driver(rules)},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": [_of_problem(problem, index) for problem in report.problems]
        + [_of_finding(finding, index) for finding in style.shown(report)],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _driver(rules: list[Rule]) -> dict[str, Any]:
    from kgtools.core.version import version

    return {
        "name": "kgtools validate",
        "version": version(),
        "informationUri": "https://w3id.org/spf-kg/docs/validation",
        "rules": [_rule(rule) for rule in rules],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": rule.identifier,
        "shortDescription": {"text": rule.name or rule.message or rule.identifier},
        "fullDescription": {"text": " ".join(filter(None, (rule.message, rule.rationale))) or rule.identifier},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }
    if fix := rule.fix_for():
        example = f" Example: {rule.example}" if rule.example else ""
        described["help"] = {"text": f"{fix}{example}"}
    if rule.link.startswith("https://"):
        described["helpUri"] = rule.link
    return described


def _invocation(report: Report) -> dict[str, Any]:
    invocation: dict[str, Any] = {"executionSuccessful": not report.problems}
    if report.verdict in {"nothing-checked", "unreadable"}:
        invocation["toolExecutionNotifications"] = [{"level": "error", "message": {"text": verdict_line(report)}}]
    if report.cautions:
        invocation["toolConfigurationNotifications"] = [
            {"level": "warning", "message": {"text": c.message}, "locations": [_location(c.location)]}
            for c in report.cautions
        ]
    return invocation


def _of_finding(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    fix = f" Fix: {finding.fix}" if finding.fix else ""
    location = _location(finding.location)
    location["logicalLocations"] = [{"fullyQualifiedName": finding.record.iri, "name": finding.record.label}]
    stable = "\n".join((finding.rule.identifier, finding.record.iri, finding.path, finding.value_term))
    return {
        "ruleId": finding.rule.identifier,
        "ruleIndex": index[finding.rule.identifier],
        "level": _LEVELS[finding.rule.severity],
        "message": {"text": f"{finding.sentence}{fix}"},
        "locations": [location],
        "partialFingerprints": {"recordRuleValue/v1": hashlib.sha256(stable.encode()).hexdigest()[:32]},
    }


def _of_problem(problem: Problem, index: dict[str, int]) -> dict[str, Any]:
    cause = f" {problem.cause}" if problem.cause else ""
    return {
        "ruleId": _SYNTAX.identifier,
        "ruleIndex": index[_SYNTAX.identifier],
        "level": "error",
        "message": {"text": f"{problem.message}{cause}"},
        "locations": [_location(Location(str(problem.file), problem.place))],
    }


def _location(location: Location) -> dict[str, Any]:
    file = Path(location.file)
    uri = file.as_uri() if file.is_absolute() else quote(file.as_posix())
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if location.place and not location.place.sheet:
        physical["region"] = {"startLine": location.place.line, "startColumn": location.place.column}
    return {"physicalLocation": physical}
