"""Where a verb's result goes, and in which format."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from kgtools.rdf.writing import write_files
from kgtools.visible import visible_lines


def add_output_arguments(parser: argparse.ArgumentParser, formats: Collection[str], default: str) -> None:
    """Add ``-o`` and ``--format`` to a verb.

    Args:
        parser: the verb's parser.
        formats: the names of its formats.
        default: the one that holds on the terminal.
    """
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write to this file, in the format of its ending"
    )
    parser.add_argument("--format", choices=list(formats), help=f"the output format (default: {default})")
    parser.set_defaults(default_format=default, formats=tuple(formats))


def chosen_format(options: argparse.Namespace, endings: Mapping[str, str] | None = None) -> str:
    """The format that was asked for, or that the output file's ending tells, or the default.

    Args:
        options: the parsed arguments.
        endings: formats by file ending where the two differ.
    """
    if options.format:
        return str(options.format)
    if options.output:
        ending = str(options.output.suffix).lower().lstrip(".")
        found = (endings or {}).get(ending, ending)
        if found in options.formats:
            return found
    return str(options.default_format)


def emit(options: argparse.Namespace, text: str) -> None:
    """Write a result to the file that was asked for, or to standard output.

    A file or another program gets the text as it is. On a terminal, what would steer it is made visible.
    """
    if options.output:
        write_files({options.output: text})
    else:
        sys.stdout.write(visible_lines(text) if sys.stdout.isatty() else text)


def note(message: str) -> None:
    """Say something about the work, on standard error, with nothing in it that steers a terminal."""
    print(visible_lines(message), file=sys.stderr)
