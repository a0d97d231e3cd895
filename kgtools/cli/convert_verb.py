"""``kgtools convert``: the same data in another form."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from kgtools.cli.dropped import note_dropped
from kgtools.cli.output import note
from kgtools.cli.progress import ProgressLine
from kgtools.graph.files import Files
from kgtools.graph.projects import find_project
from kgtools.graph.writing import write_binary_files
from kgtools.tables.context import Context
from kgtools.tables.convert import load, written


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "input", type=Path, metavar="IN", help="a workbook, a CSV file, a folder of CSV files, or an RDF file"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help="where to write: .xlsx, .ttl, .trig, .jsonld, .nt, .nq, .rdf, or a folder for CSV files",
    )


def run(options: argparse.Namespace) -> int:
    """Convert; nothing is written when a cell can't be read."""
    files = Files()
    context = Context.of(find_project(options.project), files)
    progress = ProgressLine()
    data = load(options.input, context, files, progress)
    progress.done()
    for problem in data.problems:
        note(f"{'warning' if problem.warning else 'error'}: {problem}")
    if data.errors:
        count = len(data.errors)
        note(f"Nothing was written: {count} {'cell' if count == 1 else 'cells'} could not be read.")
        return 2 if data.has_formulas else 1
    write_binary_files(written(data, options.output, context, day=dt.datetime.now(dt.UTC).date()))
    note_dropped((options.input,), files)
    note(f"Wrote {options.output}: {len(data.triples):,} statements.")
    return 0
