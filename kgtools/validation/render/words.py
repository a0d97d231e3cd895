"""Sentences that several renderings share."""

from __future__ import annotations

from kgtools.schema.rules import SEVERITIES
from kgtools.validation.findings import Report

PLURALS = {"violation": "violations", "warning": "warnings", "info": "hints"}
SINGULARS = {"violation": "violation", "warning": "warning", "info": "hint"}


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def verdict_line(report: Report) -> str:
    """The outcome in one sentence."""
    counts = report.counts
    found = ", ".join(counted(counts[s], SINGULARS[s], PLURALS[s]) for s in SEVERITIES if counts[s])
    records = counted(report.records, "record")
    if report.verdict == "unreadable":
        unread = counted(len({problem.file for problem in report.problems}), "file")
        rest = f" The others hold {found} in {records}." if found else ""
        return f"Not validated: {unread} can't be read.{rest}"
    if report.verdict == "nothing-checked":
        return "Nothing was checked: no rule found a record to check. This is not a pass."
    if report.formulas:
        cells = counted(report.formulas, "cell holds a formula and was", "cells hold formulas and were")
        return f"{found} in {records}. {cells} not read. Everything else was checked."
    if report.findings:
        return f"{found} in {records}."
    if report.cautions:
        return "No findings in what was checked. The warnings say which parts of the shapes were not checked."
    return "No findings."


def coverage_line(report: Report) -> str:
    """What was checked, in one or two sentences."""
    seen = report.coverage
    used = f"{seen.shapes_used} of {counted(seen.shapes, 'shape')} found records to check"
    rules = f" ({counted(seen.rules, 'rule')})" if seen.rules else ""
    verb = "was" if seen.records_checked == 1 else "were"
    if not seen.records:
        if report.of_sheets:
            return "There was no record to check."
        if seen.shapes_used:
            looked_at = f"{counted(seen.focus_nodes, 'node')} {'was' if seen.focus_nodes == 1 else 'were'} checked"
            return f"{looked_at}, but no record with an identifier is in the data; {used}{rules}."
        return f"There was no record to check; none of {counted(seen.shapes, 'shape')} found one to look at."
    if report.of_sheets:
        against = counted(seen.rules, "rule")
        return f"{seen.records_checked:,} of {counted(seen.records, 'record')} {verb} checked against {against}."
    checked = f"{seen.records_checked:,} of {counted(seen.records, 'record')} {verb} checked"
    looked_up = counted(report.context_triples, "other statement")
    context = f"; {looked_up} were looked up" if report.context_triples else ""
    return f"{checked}; {used}{rules}{context}."


def next_step(report: Report) -> str:
    """What to do when nothing was checked; empty otherwise."""
    if report.verdict != "nothing-checked":
        return ""
    if report.of_sheets:
        return "Check that the rows are below the headings, and that sheets and headings are named as in the template."
    return (
        "Check that the records have a class, such as 'a spf:StatePolicy'; that the prefixes are declared as "
        "in 'kgtools rules' and the documentation; and that the shapes are meant for this data."
    )
