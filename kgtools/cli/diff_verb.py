"""``kgtools diff``: say what changed between two versions, in plain words."""

from __future__ import annotations

import argparse
from pathlib import Path

from kgtools.cli.dropped import note_dropped
from kgtools.cli.output import add_output_arguments, chosen_format, emit
from kgtools.graph.files import Files
from kgtools.graph.projects import find_project
from kgtools.intake.difference.compare import compare
from kgtools.intake.difference.render import FORMATS
from kgtools.intake.difference.sides import read_side


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    help_line = "an RDF file, a folder, a store, the address of an endpoint, or a git revision"
    parser.add_argument("old", metavar="OLD", help=f"the older version: {help_line}")
    parser.add_argument("new", metavar="NEW", nargs="?", help="the newer version (default: the project as it is now)")
    parser.add_argument(
        "--exit-code", action="store_true", help="exit with status 1 if anything changed or could not be compared"
    )
    add_output_arguments(parser, FORMATS, "text")


def run(options: argparse.Namespace) -> int:
    """Compare and write what changed."""
    project = find_project(options.project)
    new = options.new or str(project.root)
    names = (options.old, options.new or "the project as it is now")
    difference = compare(read_side(options.old, project), read_side(new, project), names)
    note_dropped((Path(options.old), Path(new)), Files())
    emit(options, FORMATS[chosen_format(options, {"txt": "text", "markdown": "md"})](difference))
    return int(options.exit_code and bool(difference.changes or difference.uncompared))
