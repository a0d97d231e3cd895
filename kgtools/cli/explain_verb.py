"""``kgtools explain``: a rule's page, or the queries that shapes are compiled to."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from kgtools.cli.output import note
from kgtools.core.namespaces import PREFIXES
from kgtools.core.project import Project
from kgtools.graph.projects import find_project
from kgtools.graph.reading import read_triples
from kgtools.validation import Catalog, Rule
from kgtools.validation.render.rule_pages import explain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("rule", nargs="?", metavar="RULE", help="the rule's identifier, such as record.name.wrong-form")
    parser.add_argument(
        "--sheet", action="store_true", help="explain the rule in the words of the workbook: sheets, columns and lists"
    )
    parser.add_argument(
        "--plan",
        nargs="*",
        type=Path,
        metavar="SHAPES",
        help="print the SPARQL queries that these shapes files compile to (default: the project's)",
    )


def run(options: argparse.Namespace) -> int:
    """Print the page, or the queries."""
    if (options.rule is None) == (options.plan is None):
        note("kgtools: Name a rule, such as record.name.wrong-form, or ask for the queries with --plan.")
        return 2
    if options.plan is not None:
        sys.stdout.write(_plan(options.plan or find_project(options.project).shapes))
        return 0
    project = find_project(options.project)
    catalog = Catalog(read_triples(*project.shapes))
    width = min(shutil.get_terminal_size((100, 24)).columns, 110)
    rule = catalog.find(options.rule)
    sys.stdout.write(explain(rule, width) if not options.sheet else _in_sheet_words(rule, project, width))
    return 0


def _in_sheet_words(rule: Rule, project: Project, width: int) -> str:
    from kgtools.graph.files import Files
    from kgtools.tables.context import Context
    from kgtools.validation.render.rule_pages import explain_to_sheets
    from kgtools.validation.sheet_words import sheet_reader

    context = Context.of(project, Files())
    sheet, reader = sheet_reader(rule, context)
    return explain_to_sheets(rule, sheet, reader, width)


def _plan(files: Sequence[Path]) -> str:
    from kgtools.shacl import compile_shapes, explain_plan, parse_shapes

    shapes = parse_shapes(read_triples(*files))
    return explain_plan(compile_shapes(shapes), PREFIXES)
