"""``kgtools accept``: add a state's submission to the data: all of it, or nothing."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

from kgtools.cli.dropped import note_dropped
from kgtools.cli.output import note, place_shown
from kgtools.cli.progress import ProgressLine
from kgtools.core.errors import TableError
from kgtools.core.project import Project
from kgtools.core.visible import visible_lines
from kgtools.graph.disk.locks import in_use
from kgtools.graph.files import Files
from kgtools.graph.projects import find_project, find_writable_project
from kgtools.graph.writing import write_binary_files
from kgtools.intake.accept import Acceptance, Missing, plan_acceptance
from kgtools.intake.changes import RecordChange
from kgtools.validation import Report
from kgtools.validation.render import Style, render


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help="a workbook, a folder of CSV files, or an RDF file, with one submission",
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")
    missing = parser.add_mutually_exclusive_group()
    missing.add_argument(
        "--remove", action="store_true", help="remove the state's records that the submission leaves out"
    )
    missing.add_argument("--keep", action="store_true", help="keep the state's records that the submission leaves out")


def run(options: argparse.Namespace) -> int:
    """Accept the submission, or say why not."""
    project = (find_project if options.dry_run else find_writable_project)(options.project)
    with nullcontext() if options.dry_run else in_use(project.root):
        return _accept(project, options)


def _accept(project: Project, options: argparse.Namespace) -> int:
    missing = Missing.REMOVE if options.remove else Missing.KEEP if options.keep else Missing.ASK
    progress = ProgressLine()
    try:
        found = plan_acceptance(project, options.file, dt.datetime.now(dt.UTC), missing, progress)
    except TableError:
        note_dropped((options.file,), Files())  # a key that is dropped may be why something is missing
        raise
    finally:
        progress.done()
    if found.report.exit_status():
        sys.stdout.write(str(render(found.report, "text", Style(limit=50))))
        note("Nothing was written: the submission does not pass validation.")
        return found.report.exit_status()
    if found.contents is None:
        return _ask(found)
    _warn(found.report)
    _show(found.changes)
    if not found.contents:
        note("Nothing changes: everything in it is already on record.")
        return 0
    if not options.dry_run:
        write_binary_files(found.contents, within=project.root)
    for file in sorted(found.contents):
        print(f"{'would write' if options.dry_run else 'wrote'} {place_shown(file, project.root)}")
    return 0


def _ask(found: Acceptance) -> int:
    _show(found.removed)
    count = len(found.removed)
    records = "record" if count == 1 else "records"
    note(
        f"Nothing was written: {count} {records} on file {'is' if count == 1 else 'are'} not in the submission. "
        "Use --remove to remove them, or --keep to keep them."
    )
    return 1


def _warn(report: Report) -> None:
    """Say what should be looked at, though it keeps nothing out."""
    for finding in report.findings:
        if finding.rule.severity == "warning":
            note(visible_lines(f"warning: {finding.location}: {finding.message} {finding.hint}".rstrip()))


def _show(changes: tuple[RecordChange, ...]) -> None:
    for change in changes:
        print(visible_lines(str(change)))
    counts = Counter(change.kind for change in changes)
    if counts:
        print("In all: " + ", ".join(f"{counts[kind]} {kind}" for kind in ("added", "changed", "removed")) + ".")
