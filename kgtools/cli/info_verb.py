"""``kgtools info``: count what the graph holds."""

from __future__ import annotations

import argparse
import json

from kgtools.answers.statistics import Statistics, count
from kgtools.cli.output import add_output_arguments, chosen_format, emit
from kgtools.core.version import version
from kgtools.graph.projects import find_project, open_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("--store", metavar="URL|DIR", help="count in this SPARQL endpoint or embedded store instead")
    add_output_arguments(parser, ("text", "json"), "text")


def run(options: argparse.Namespace) -> int:
    """Print the counts."""
    project = find_project(options.project)
    statistics = count(open_store(options.store, project))
    if chosen_format(options, {"txt": "text"}) == "json":
        emit(options, json.dumps({"version": version(), **statistics.as_dict()}, indent=2) + "\n")
    else:
        emit(options, text(statistics))
    return 0


def text(statistics: Statistics) -> str:
    """The counts as aligned lines."""
    counts = statistics.as_dict()
    width = max(len(f"{value:,}") for value in counts.values())
    return "".join(f"{value:>{width},}  {name.replace('_', ' ')}\n" for name, value in counts.items())
