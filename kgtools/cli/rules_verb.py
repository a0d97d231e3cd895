"""``kgtools rules``: list the rules, read from the shapes."""

from __future__ import annotations

import argparse

from kgtools.cli.output import add_output_arguments, chosen_format, emit
from kgtools.graph.projects import find_project
from kgtools.graph.reading import read_triples
from kgtools.validation import Catalog
from kgtools.validation.render.rule_pages import FORMATS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="list only rules that begin with this, such as state-policy"
    )
    add_output_arguments(parser, FORMATS, "table")


def run(options: argparse.Namespace) -> int:
    """Print the list."""
    project = find_project(options.project)
    catalog = Catalog(read_triples(*project.shapes))
    wanted = (options.name or "").lower()
    rules = [rule for rule in catalog.rules if rule.identifier.startswith(wanted)]
    emit(options, FORMATS[chosen_format(options, {"htm": "html"})](rules))
    return 0
