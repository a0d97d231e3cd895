"""``kgtools export``: everything as plain tables."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from kgtools.cli.output import note
from kgtools.core.errors import UnwritableFormatError
from kgtools.core.version import version
from kgtools.graph.files import Files
from kgtools.graph.projects import find_project
from kgtools.graph.writing import write_binary_files
from kgtools.tables.context import Context
from kgtools.tables.export import export_files


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="the folder to write to")


def run(options: argparse.Namespace) -> int:
    """Write a CSV file a class, a Frictionless data package that describes them, and one workbook."""
    if options.output.suffix or options.output.is_file():
        raise UnwritableFormatError(f"The tables go into a folder, but {options.output} is a file; name a folder.")
    context = Context.of(find_project(options.project), Files())
    contents = export_files(context, options.output, dt.datetime.now(dt.UTC).date(), version())
    write_binary_files(contents)
    for file in sorted(contents):
        print(file)
    note(f"Wrote {len(contents)} files.")
    return 0
