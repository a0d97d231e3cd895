"""The report in JSON, as ``report.schema.json`` beside the package describes it."""

from __future__ import annotations

import json
from typing import Any

from kgtools.schema.rules import Rule
from kgtools.validation.findings import Finding, Location, Record, Report
from kgtools.validation.problems import Problem
from kgtools.validation.render import Style

SCHEMA = "https://w3id.org/spf-kg/docs/report.schema.json"
"""The identifier of the JSON schema."""


def write_json(report: Report, style: Style) -> str:
    """Write the report as JSON."""
    return json.dumps(as_object(report, style), ensure_ascii=False, indent=2) + "\n"


def as_object(report: Report, style: Style) -> dict[str, Any]:
    """The report as plain objects."""
    shown = style.shown(report)
    used = {finding.rule.identifier: finding.rule for finding in shown}
    seen = report.coverage
    return {
        "$schema": SCHEMA,
        "verdict": report.verdict,
        "exitStatus": report.exit_status(style.fail_on),
        "failOn": style.fail_on,
        "engine": report.engine,
        "totals": {**report.counts, "records": report.records, "shown": len(shown)},
        "coverage": {
            "shapes": seen.shapes, "shapesUsed": seen.shapes_used, "rules": seen.rules, "records": seen.records,
            "recordsChecked": seen.records_checked, "focusNodes": seen.focus_nodes,
            "contextTriples": report.context_triples,
            "untouched": [_record(record) for record in seen.untouched],
        },
        "files": [{"file": str(f.file), "triples": f.triples, "records": f.records} for f in report.files],
        "notes": list(report.notes),
        "cautions": [{"message": c.message, "location": _location(c.location)} for c in report.cautions],
        "problems": [_problem(problem) for problem in report.problems],
        "rules": {name: rule_object(used[name]) for name in sorted(used)},
        "findings": [_finding(finding) for finding in shown],
    }  # fmt: skip


def rule_object(rule: Rule) -> dict[str, str]:
    """A rule as a plain object."""
    return {
        "id": rule.identifier, "severity": rule.severity, "name": rule.name, "message": rule.message,
        "rationale": rule.rationale, "fix": rule.fix_for(), "example": rule.example, "link": rule.link,
        "shape": rule.shape, "target": rule.target, "path": rule.path, "constraint": rule.constraint,
    }  # fmt: skip


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule.identifier,
        "severity": finding.rule.severity,
        "record": _record(finding.record),
        "message": finding.message,
        "sentence": finding.sentence,
        "property": {"path": finding.path, "label": finding.path_label} if finding.path else None,
        "value": {"text": finding.value, "term": finding.value_term} if finding.value else None,
        "hint": finding.hint,
        "fix": finding.fix,
        "location": _location(finding.location),
    }


def _record(record: Record) -> dict[str, Any]:
    return {"iri": record.iri, "label": record.label, "kind": record.kind, "location": _location(record.location)}


def _location(location: Location) -> dict[str, Any]:
    place = location.place
    return {
        "file": location.file,
        "line": place.line if place else None,
        "column": place.column if place else None,
        **({"cell": place.short} if place and place.sheet else {}),
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "message": problem.message,
        "cause": problem.cause,
        "excerpt": problem.excerpt,
        "location": _location(Location(str(problem.file), problem.place)),
    }
