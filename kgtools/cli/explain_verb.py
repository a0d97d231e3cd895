"""``kgtools explain``: a rule's page."""

from __future__ import annotations

import argparse
import shutil
import sys

from kgtools.project import find_project
from kgtools.rdf.reading import read_triples
from kgtools.validation import Catalogue
from kgtools.validation.render.rule_pages import explain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("rule", metavar="RULE", help="the rule's identifier, such as POL-003")


def run(options: argparse.Namespace) -> int:
    """Print the page."""
    project = find_project(options.project)
    catalogue = Catalogue(triple for file in project.shapes for triple in read_triples(file))
    width = min(shutil.get_terminal_size((100, 24)).columns, 110)
    sys.stdout.write(explain(catalogue.find(options.rule), width))
    return 0
