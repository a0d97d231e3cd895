"""``kgtools import``: add records in bulk from YAML files."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from pathlib import Path

from kgtools.cli.output import note, place_shown
from kgtools.core.errors import ImportRefusedError
from kgtools.core.project import Project
from kgtools.graph.disk.locks import in_use
from kgtools.graph.projects import find_project, find_writable_project
from kgtools.graph.writing import write_files
from kgtools.intake.records import plan_import


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
    result = plan_import(project, options.files)
    if result.problems:
        listed = "\n".join(f"  {problem}" for problem in result.problems)
        count = len(result.problems)
        raise ImportRefusedError(f"Nothing was written: {count} {'problem' if count == 1 else 'problems'}.\n{listed}")
    for warning in result.warnings:
        note(f"warning: {warning} If it is the same policy, correct that record.")
    if not options.dry_run:
        write_files(result.texts, within=project.root)
    for file in sorted(result.texts):
        print(place_shown(file, project.root))
    verb = "would change" if options.dry_run else "changed"
    note(f"{result.records} records read; {len(result.texts)} data files {verb}.")
    return 0
