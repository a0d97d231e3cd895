"""Running a maintainer's tool with the manners of the command line: sentences for failures, and its exit statuses."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from kgtools.cli.main import add_common, execute


def run_tool(
    name: str,
    purpose: str,
    add_arguments: Callable[[argparse.ArgumentParser], None],
    run: Callable[[argparse.Namespace], int],
    arguments: Sequence[str],
) -> int:
    """Run a tool.

    Args:
        name: of the package under ``tools``.
        purpose: a sentence for its help.
        add_arguments: adds the tool's own arguments.
        run: does the work.
        arguments: the command line, without the program's name.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog=f"python -m tools.{name}", description=purpose)
    add_common(parser)
    add_arguments(parser)
    parser.set_defaults(run=run)
    return execute(parser.parse_args(arguments))
