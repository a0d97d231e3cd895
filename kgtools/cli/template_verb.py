"""``kgtools template``: a workbook, or a folder of CSV files, for a state to fill in."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import pyoxigraph as ox

from kgtools.cli.output import note
from kgtools.core.errors import UnwritableFormatError
from kgtools.core.version import version
from kgtools.graph.files import Files
from kgtools.graph.projects import find_project
from kgtools.graph.writing import write_binary_files
from kgtools.tables.context import Context
from kgtools.tables.convert import folder, workbook
from kgtools.tables.template import template_triples


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="a workbook (.xlsx), or a folder for CSV files"
    )
    parser.add_argument("--state", metavar="CODE", help="fill it with the records of this state, such as UT")
    parser.add_argument("--empty", action="store_true", help="leave the sheets empty even with --state")


def run(options: argparse.Namespace) -> int:
    """Write the template."""
    context = Context.of(find_project(options.project), Files())
    state = context.jurisdiction(options.state) if options.state else None
    day = dt.datetime.now(dt.UTC).date()
    triples = template_triples(context, state, day, version(), filled=not options.empty)
    write_binary_files(_contents(options.output, triples, context, state, day))
    records = len({t.subject for t in triples})
    note(
        f"Wrote {options.output}: {records} records to correct and extend."
        if records > 1
        else f"Wrote {options.output}."
    )
    return 0


def _contents(
    output: Path, triples: set[ox.Triple], context: Context, state: ox.NamedNode | None, day: dt.date
) -> dict[Path, bytes]:
    if output.suffix.lower() == ".xlsx":
        title = context.known.label(state.value) if state else ""
        return {output: workbook(triples, context, day=day, title=title, version=version())}
    if output.suffix:
        raise UnwritableFormatError(f"A template is a workbook (.xlsx) or a folder, but {output.name} is neither.")
    return folder(triples, output, context)
