"""``kgtools mcp``: the questions, records and validation for an assistant, over stdio."""

from __future__ import annotations

import argparse

from kgtools.cli.extras import require
from kgtools.graph import open_store
from kgtools.project import find_project
from kgtools.version import version


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("--store", metavar="URL|DIR", help="ask this SPARQL endpoint or embedded store instead")


def run(options: argparse.Namespace) -> int:
    """Offer the tools until the assistant closes the line."""
    require("mcp", ("mcp",))
    from kgtools.assistant.protocol import serve
    from kgtools.assistant.tools import Tools

    project = find_project(options.project)
    serve(Tools(project, open_store(options.store, project), version()), version())
    return 0
