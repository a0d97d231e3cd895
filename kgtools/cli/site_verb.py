"""``kgtools site``: build the static explorer."""

from __future__ import annotations

import argparse
from pathlib import Path

from kgtools.cli.output import note
from kgtools.core.version import version
from kgtools.graph.projects import find_project


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("site"), metavar="DIR", help="the folder to write (default: site)"
    )
    parser.add_argument(
        "--base-url",
        default="",
        metavar="URL",
        help="the address where it will be published, for canonical links and a site map",
    )


def run(options: argparse.Namespace) -> int:
    """Build the explorer and say what was built."""
    from kgtools.publish.site.build import build_site

    project = find_project(options.project)
    report = build_site(project, options.output, version=version(), base_url=options.base_url)
    note(f"{report.pages:,} pages, {report.files:,} files, {report.size / 1e6:.1f} MB")
    print(report.folder / "index.html")
    return 0
