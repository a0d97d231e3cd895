"""``kgtools import``: add records in bulk from YAML files."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from kgtools.cli.output import note, place_shown
from kgtools.core.errors import ImportRefusedError
from kgtools.core.project import Project
from kgtools.core.words import plural
from kgtools.graph.disk.locks import in_use
from kgtools.graph.files import Files
from kgtools.graph.projects import find_project, find_writable_project
from kgtools.graph.writing import write_files
from kgtools.intake.records import RecordProblem, plan_import
from kgtools.intake.rules import check_import


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="YAML files of records")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")


def run(options: argparse.Namespace) -> int:
    """Add the records, all of them or none."""
    project = (find_project if options.dry_run else find_writable_project)(options.project)
    with nullcontext() if options.dry_run else in_use(project.root):
        return _import(project, options)


def _import(project: Project, options: argparse.Namespace) -> int:
    files = Files()
    result = plan_import(project, options.files, files=files)
    _refuse(result.problems)
    checked = check_import(project, result, files)
    _refuse(checked.broken)
    for warning in result.warnings:
        note(f"warning: {warning} If it is the same policy, correct that record.")
    if not options.dry_run:
        write_files(result.texts, within=project.root)
    for file in sorted(result.texts):
        print(place_shown(file, project.root))
    verb = "would change" if options.dry_run else "changed"
    note(f"{result.records} records read; {len(result.texts)} data files {verb}.")
    if checked.others:
        where = " ".join(shlex.quote(place_shown(file, project.root)) for file in sorted(result.texts))
        found = plural(checked.others, "finding")
        note(f"The files {'would have' if options.dry_run else 'have'} {found}; see 'kgtools validate {where}'.")
    return 0


def _refuse(problems: Sequence[RecordProblem]) -> None:
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise ImportRefusedError(f"Nothing was written: {plural(len(problems), 'problem')}.\n{listed}")
