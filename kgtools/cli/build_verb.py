"""``kgtools build``: write a release in every format."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kgtools.cli.output import note
from kgtools.graph.projects import find_project
from kgtools.publish.release.build import build


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("dist"), metavar="DIR", help="the folder to write (default: dist)"
    )


def run(options: argparse.Namespace) -> int:
    """Build, and list the files with their sizes."""
    project = find_project(options.project)
    built = build(project, options.output, progress=_progress)
    for facts in built.files:
        print(f"{facts.size:>12,}  {built.folder / facts.path}")
    note(f"{len(built.files) + 1} files; {built.triples:,} triples, and {built.inferred:,} more inferred from them.")
    return 0


def _progress(what: str) -> None:
    if sys.stderr.isatty():
        note(f"{what} …")
