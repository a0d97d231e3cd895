"""``kgtools memo``: a briefing on one state, with citations, to hand on."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import Final

from kgtools.cli.output import add_pager_argument, emit
from kgtools.core.errors import UserError
from kgtools.core.version import version
from kgtools.graph.projects import find_project, open_store
from kgtools.graph.writing import write_binary_files

_FORMATS: Final = ("md", "html", "docx")
_MOST_STEPS: Final = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("state", metavar="STATE", help="the state, by USPS code or name")
    parser.add_argument(
        "--condition",
        action="append",
        default=[],
        metavar="CONDITION",
        help="cover only this condition, by its number or short name; may be repeated",
    )
    parser.add_argument(
        "--length",
        choices=("short", "long"),
        default="long",
        help="short: the first page alone; long: the first page, then everything (default)",
    )
    parser.add_argument(
        "--next-steps",
        type=_count,
        default=8,
        metavar="N",
        help="how many next steps to list in the long form (default: 8)",
    )
    parser.add_argument("--store", metavar="URL|DIR", help="use this SPARQL endpoint or embedded store instead")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="write to this file; its ending (.md, .html or .docx) sets the format",
    )
    add_pager_argument(parser)
    parser.add_argument("--format", choices=_FORMATS, help="the format (default: by the file's ending, else md)")


def _count(text: str) -> int:
    if not (text.isdecimal() and len(text) < 4 and int(text) <= _MOST_STEPS):
        raise argparse.ArgumentTypeError(f"'{text[:20]}' is not a number from 0 to {_MOST_STEPS}.")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Write the memo."""
    from kgtools.publish.memo import as_html, as_markdown, as_word, memo_of

    format_ = _format(options)
    project = find_project(options.project)
    today = dt.datetime.now(dt.UTC).date()
    document = memo_of(
        project,
        open_store(options.store, project),
        options.state,
        conditions=options.condition,
        steps=options.next_steps,
        long=options.length == "long",
        version=version(),
        today=today,
    )
    if format_ == "docx":
        write_binary_files({options.output: as_word(document, today)})
    else:
        emit(options, as_html(document) if format_ == "html" else as_markdown(document))
    if options.output:
        print(options.output, file=sys.stderr)
    return 0


def _format(options: argparse.Namespace) -> str:
    """The format; a Word document needs a file, and a file an ending that is known.

    Raises:
        UserError: the format is unknown, or a Word document was asked for on the terminal.
    """
    ending = options.output.suffix.lower().lstrip(".") if options.output else "md"
    found = options.format or {"htm": "html", "markdown": "md"}.get(ending, ending)
    if found not in _FORMATS:
        raise UserError(
            f"{options.output}: the ending is not a format of a memo; use .md, .html or .docx, or --format."
        )
    if found == "docx" and not options.output:
        raise UserError("A Word document can't be printed; name a file for it with -o memo.docx.")
    return str(found)
