"""``kgtools mcp``: the questions, records and validation for an assistant, over stdio."""

from __future__ import annotations

import argparse

from kgtools.cli.extras import require
from kgtools.core.version import version
from kgtools.graph.projects import find_project, open_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("--store", metavar="URL|DIR", help="ask this SPARQL endpoint or embedded store instead")


def run(options: argparse.Namespace) -> int:
    """Offer the tools until the assistant closes the line."""
    require("mcp", ("mcp",))
    from kgtools.serve.assistant.protocol import serve
    from kgtools.serve.assistant.tools import Tools

    project = find_project(options.project)
    serve(Tools(project, open_store(options.store, project), version()), version(), options.store)
    return 0
