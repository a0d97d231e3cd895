"""Where a verb's result goes, and in which format."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kgtools.core.errors import UserError
from kgtools.core.visible import visible_lines
from kgtools.graph.writing import write_binary_files, write_files

if TYPE_CHECKING:
    from kgtools.graph.store import Solutions, Store

WORKBOOK = "xlsx"
"""The format of tables that is written as bytes."""


class UnknownEndingError(UserError):
    """The file that a result is to go to has an ending that is no format of the verb."""


def add_output_arguments(parser: argparse.ArgumentParser, formats: Collection[str], default: str) -> None:
    """Add ``-o`` and ``--format`` to a verb.

    Args:
        parser: the verb's parser.
        formats: the names of its formats.
        default: the one that holds on the terminal.
    """
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write to this file; its ending sets the format"
    )
    parser.add_argument("--format", choices=list(formats), help=f"the output format (default: {default})")
    add_pager_argument(parser)
    parser.set_defaults(default_format=default, formats=tuple(formats))


def add_pager_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--no-pager`` to a verb."""
    parser.add_argument("--no-pager", action="store_true", help="on a terminal, do not show a long answer page by page")


def chosen_format(options: argparse.Namespace, endings: Mapping[str, str] | None = None) -> str:
    """The format that was asked for, or that the output file's ending gives, or the default.

    Args:
        options: the parsed arguments.
        endings: formats by file ending where the two differ.

    Raises:
        UnknownEndingError: the ending gives no format of the verb, or not the one that was asked for.
    """
    ending = options.output.suffix.lower().lstrip(".") if options.output else ""
    known = {**{name: name for name in options.formats}, "txt": str(options.default_format), **(endings or {})}
    given = known.get(ending)
    if ending == WORKBOOK and options.format not in {None, WORKBOOK}:
        raise UnknownEndingError(f"{options.output} does not have the ending of a workbook; use .{options.format}.")
    if options.format:
        return str(options.format)
    if ending and given is None:
        listed = ", ".join(f".{name}" for name in sorted(known) if name not in {"table", "text"})
        raise UnknownEndingError(
            f"'.{ending}' of {options.output} is not the ending of a known format. Use one of {listed}, "
            "or name the format with --format."
        )
    return given or str(options.default_format)


def emit(options: argparse.Namespace, result: str | bytes) -> None:
    """Write a result to the file that was asked for, or to standard output.

    A file or another program gets the text as it is. On a terminal, what would steer it is made visible, and bytes are
    not shown.
    """
    if isinstance(result, bytes):
        _emit_bytes(options, result)
    elif options.output:
        write_files({options.output: result})
    elif not sys.stdout.isatty():
        sys.stdout.write(result)
    elif getattr(options, "no_pager", True) or not _paged(visible_lines(result)):
        sys.stdout.write(visible_lines(result))


def _paged(text: str) -> bool:
    """Show a text that is longer than the terminal in the user's pager; whether that was done.

    The pager is that of ``PAGER``, else ``less``. It is started without a shell.
    """
    if text.count("\n") < shutil.get_terminal_size().lines:
        return False
    import shlex
    import subprocess

    try:
        command = shlex.split(os.environ.get("PAGER", "less"))
        if not command or not shutil.which(command[0]):
            return False
        # -F leaves when all fits, -R shows letters as they are, -S cuts long lines, -X keeps the screen
        settings = {"LESS": "FRSX", "LESSCHARSET": "utf-8"} | os.environ
        subprocess.run(command, input=text.encode(), env=settings, check=False)  # noqa: S603
    except (OSError, ValueError):  # what is no command line, or can't be started, is no reason to show nothing
        return False
    return True


def _emit_bytes(options: argparse.Namespace, data: bytes) -> None:
    if options.output:
        write_binary_files({options.output: data})
    elif sys.stdout.isatty():
        note("kgtools: A workbook can't be shown on a terminal; name a file with -o FILE.xlsx.")
    else:
        sys.stdout.buffer.write(data)


def table(solutions: Solutions, format_: str) -> str | bytes:
    """A table in one of the formats of ``kgtools.answers.output``, or as a workbook."""
    from kgtools.answers.output import render

    if format_ != WORKBOOK:
        return render(solutions, format_)
    from kgtools.answers.output.workbook import table_workbook

    return table_workbook(solutions)


def note_cut(store: Store) -> None:
    """Say that a server has perhaps not given all rows of its last answer, where it says so (Virtuoso does)."""
    limit = getattr(store, "cut_at", None)
    if limit is not None:
        note(
            f"kgtools: The server may have cut this answer after {limit:,} rows, its limit "
            "(ResultSetMaxRows in Virtuoso). Raise the limit, or ask for less."
        )


def place_shown(file: Path, root: Path) -> str:
    """Where a file of a project is: its path in the project to a reader who is there, and else the whole path."""
    return str(file.relative_to(root) if Path.cwd().is_relative_to(root) else file)


def note(message: str) -> None:
    """Say something about the work, on standard error, with nothing in it that steers a terminal."""
    print(visible_lines(message), file=sys.stderr)
