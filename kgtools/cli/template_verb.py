"""``kgtools template``: a workbook, or a folder of CSV files, for a state to fill in."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path

import pyoxigraph as ox

from kgtools.cli.output import note
from kgtools.core.errors import ListError, UnwritableFormatError
from kgtools.core.version import version
from kgtools.graph.files import Files
from kgtools.graph.projects import find_project
from kgtools.graph.writing import write_binary_files
from kgtools.tables.context import Context
from kgtools.tables.convert import folder, workbook
from kgtools.tables.from_list import EntryPlan, recommendations_of
from kgtools.tables.lists import MAX_PASTED, read_list, read_pasted
from kgtools.tables.template import template_triples, workbook_of_list


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="a workbook (.xlsx), or a folder for CSV files"
    )
    parser.add_argument("--state", metavar="CODE", help="fill it with the records of this state, such as UT")
    parser.add_argument("--empty", action="store_true", help="leave the sheets empty even with --state")
    parser.add_argument(
        "--from",
        dest="source",
        metavar="LIST",
        help="start from a list of laws: a workbook, CSV or text in any form; - reads pasted text from standard input",
    )


def run(options: argparse.Namespace) -> int:
    """Write the template."""
    files = Files()
    context = Context.of(find_project(options.project), files)
    state = context.jurisdiction(options.state) if options.state else None
    day = dt.datetime.now(dt.UTC).date()
    if options.source:
        return _from_list(options, context, state, day, files)
    triples = template_triples(context, state, day, version(), filled=not options.empty)
    write_binary_files(_contents(options.output, triples, context, state, day))
    records = len({t.subject for t in triples})
    note(
        f"Wrote {options.output}: {records} records to correct and extend."
        if records > 1
        else f"Wrote {options.output}."
    )
    return 0


def _from_list(
    options: argparse.Namespace, context: Context, state: ox.NamedNode | None, day: dt.date, files: Files
) -> int:
    """Write a workbook that begins with a list."""
    if state is None:
        raise ListError("Say whose list it is: --state OH.")
    if options.output.suffix.lower() != ".xlsx":
        raise UnwritableFormatError(f"A list becomes a workbook, so {options.output.name} must end in .xlsx.")
    pasted = options.source == "-"
    found = read_pasted(sys.stdin.read(MAX_PASTED)) if pasted else read_list(Path(options.source), files)
    made = workbook_of_list(found, context, state, day, version())
    write_binary_files({options.output: made.content})
    for remark in made.plan.remarks:
        note(remark)
    note(f"Wrote {options.output}: {made.plan.summary}.")
    return 0


def _contents(
    output: Path, triples: set[ox.Triple], context: Context, state: ox.NamedNode | None, day: dt.date
) -> dict[Path, bytes]:
    if output.suffix.lower() == ".xlsx":
        title = context.known.label(state.value) if state else ""
        entry = EntryPlan(recommendations=recommendations_of(context.clerk))
        return {output: workbook(triples, context, day=day, title=title, version=version(), entry=entry)}
    if output.suffix:
        raise UnwritableFormatError(f"A template is a workbook (.xlsx) or a folder, but {output.name} is neither.")
    return folder(triples, output, context)
