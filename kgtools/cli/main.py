"""``kgtools``: reads the arguments, runs a verb, and turns every failure into a sentence and an exit status.

Exit status: 0 fine, 1 findings, 2 usage or input, 3 our own fault.
"""

from __future__ import annotations

import argparse
import errno
import gc
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, NoReturn

from kgtools.cli.examples import epilog
from kgtools.core.errors import UserError
from kgtools.core.version import version
from kgtools.core.visible import visible_lines

FINE: Final = 0
FINDINGS: Final = 1
USAGE: Final = 2
OUR_FAULT: Final = 3

_COLLECTED_AFTER: Final = 200_000
"""How many objects are made before cyclic garbage is looked for; terms come by the hundred thousand, without cycles."""

VERBS: Final[dict[str, str]] = {
    "tour": "load the graph, check it, and answer a few main questions",
    "info": "count what the graph holds",
    "query": "ask a canned question",
    "search": "find records by words in any order, the most relevant first",
    "sparql": "run a SPARQL query",
    "load": "put the ontology and data, or your own files, into a store",
    "validate": "check data against the shapes",
    "template": "write a workbook, or a folder of CSV files, for a state to fill in",
    "convert": "convert between workbooks, CSV files and RDF",
    "accept": "add a state's submission to the data: all of it, or nothing",
    "export": "write everything as plain tables",
    "explain": "explain what a validation rule requires, why, and how to fix what breaks it",
    "rules": "list the validation rules",
    "memo": "write a briefing on a state, with citations, as Markdown, HTML or Word",
    "site": "build the static explorer",
    "serve": "serve the explorer, SPARQL, the questions and validation over HTTP",
    "mcp": "let an AI assistant ask, search, check statements and validate, over stdio",
    "import": "add records in bulk from YAML files",
    "diff": "list what changed between two versions, in plain words",
    "build": "write a release in every format, the same bytes each time",
    "doctor": "show what works on this machine, and how to fix what does not",
    "fmt": "rewrite Turtle files in canonical form",
}
"""The verbs, each a module of this package, with its help line."""

_FIXES: Final[dict[int, str]] = {
    errno.EACCES: "You are not allowed to do this; ask for permission, or name another place.",
    errno.EBUSY: "This is in use, or a disk is mounted there; name a folder inside it.",
    errno.EDQUOT: "Your disk quota is used up; free some space, or name another place.",
    errno.EEXIST: "Something with that name already exists; name another place.",
    errno.EFBIG: "The file would be larger than this place allows; name another place.",
    errno.EISDIR: "This is a folder; name a file.",
    errno.ELOOP: "The symbolic links form a circle; name the place that you mean.",
    errno.ENAMETOOLONG: "This name is too long; choose a shorter one.",
    errno.ENOENT: "There is no such file or folder.",
    errno.ENOSPC: "The disk is full; free some space, or name another place.",
    errno.ENOTDIR: "A part of this path is a file where a folder must be; name another place.",
    errno.EPERM: "You are not allowed to do this; ask for permission, or name another place.",
    errno.EROFS: "This place is read-only; name another place.",
}
"""What went wrong on the disk, and how to fix it."""


def run() -> NoReturn:
    """The console entry point."""
    sys.exit(main(sys.argv[1:]))


def run_package() -> NoReturn:
    """The entry point named after the package: the tour where no command is named."""
    sys.exit(main(sys.argv[1:] or ["tour"]))


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: the command line, without the program's name.

    Returns:
        The exit status.
    """
    gc.set_threshold(_COLLECTED_AFTER, *gc.get_threshold()[1:])
    return execute(arguments_of(arguments))


def arguments_of(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line as it was read; ends with exit status 2 and a sentence where it is not one.

    Args:
        arguments: the command line, without the program's name.
    """
    return _parser(arguments).parse_args(arguments)


def execute(options: argparse.Namespace) -> int:
    """Run what the arguments ask for, and turn every failure into a sentence and an exit status.

    Args:
        options: the arguments, with the function to call under ``run``.

    Returns:
        The exit status.
    """
    try:
        with _remarks_shown() if getattr(options, "debug", False) else nullcontext():
            return int(options.run(options))
    except UserError as error:
        return _failed(options, str(error), USAGE)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return FINE
        return _failed(options, _os_message(error), USAGE)
    except UnicodeError as error:
        return _failed(options, f"This is not valid Unicode: {_unicode_message(error)}.", USAGE)
    except KeyboardInterrupt:
        return _failed(options, "Stopped.", USAGE)
    except Exception as error:  # noqa: BLE001 - the last line of defense: no traceback for the user
        message = (
            f"This is a fault in kgtools, not in what you did: {type(error).__name__}: {error}. "
            "Please report it with the command that you ran; --debug shows where it happened."
        )
        return _failed(options, message, OUR_FAULT)


@contextmanager
def _remarks_shown() -> Iterator[None]:
    """Show what the library remarks that only those need who look for a fault."""
    import logging

    logger, handler = logging.getLogger("kgtools.graph"), logging.StreamHandler()
    handler.setFormatter(logging.Formatter("kgtools: %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def _os_message(error: OSError) -> str:
    where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
    return f"{where}{_FIXES.get(error.errno or 0, f'{error.strerror or error}.')}"


def _unicode_message(error: UnicodeError) -> str:
    if isinstance(error, UnicodeEncodeError | UnicodeDecodeError):
        return f"{error.object[error.start : error.end]!r} at {error.start + 1} ({error.reason})"
    return str(error)


def _failed(options: argparse.Namespace, message: str, status: int) -> int:
    if getattr(options, "debug", False):
        import traceback

        traceback.print_exc()
    print(visible_lines(f"kgtools: {message}"), file=sys.stderr)
    return status


def add_common(parser: argparse._ActionsContainer, **default: Any) -> None:
    """Add what may stand before the verb and after it.

    Args:
        parser: where to.
        default: what ``argparse`` takes for a value that is not given.
    """
    parser.add_argument(
        "--project",
        type=Path,
        metavar="DIR",
        help="the folder that holds ontology/, shapes/, data/, queries/",
        **default,
    )
    parser.add_argument("--debug", action="store_true", help="show a traceback when something fails", **default)


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kgtools",
        description="The knowledge graph of US state policy for personalized learning: ask it, check data, extend it.",
        epilog="Exit status: 0 fine, 1 findings, 2 usage or input, 3 a fault in kgtools.",
    )
    shown = version() if "--version" in arguments else ""  # finding it out takes a tenth of a cold start
    parser.add_argument("--version", action="version", version=f"kgtools {shown}")
    add_common(parser)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    named = next((argument for argument in arguments if argument in VERBS), None)
    for verb, help_line in VERBS.items():
        one = verbs.add_parser(verb, help=help_line, description=f"{help_line[0].upper()}{help_line[1:]}.")
        if verb == named:
            module = importlib.import_module(f"kgtools.cli.{verb}_verb")
            module.add_arguments(one)
            one.formatter_class = argparse.RawDescriptionHelpFormatter  # keeps the lines of the examples
            one.epilog = epilog(verb)
            add_common(one.add_argument_group("options of every verb"), default=argparse.SUPPRESS)
            one.set_defaults(run=module.run)
    return parser
