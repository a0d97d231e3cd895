"""``kgtools site``: build the static explorer."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kgtools.cli.output import note
from kgtools.core.namespaces import SPF
from kgtools.core.project import Project
from kgtools.core.version import version
from kgtools.graph.projects import find_project

if TYPE_CHECKING:
    from kgtools.publish.site.releases import ReleaseChanges


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
    parser.add_argument(
        "--release",
        action="append",
        default=[],
        metavar="OLD",
        help="an earlier release, for the feeds of changes: a git tag, folder or file; may be repeated, oldest first",
    )


def run(options: argparse.Namespace) -> int:
    """Build the explorer and say what was built."""
    from kgtools.publish.site.build import build_site

    project = find_project(options.project)
    history = _history(project, options.release)
    report = build_site(project, options.output, version=version(), base_url=options.base_url, history=history)
    note(f"{report.pages:,} pages, {report.files:,} files, {report.size / 1e6:.1f} MB")
    print(report.folder / "index.html")
    return 0


def _history(project: Project, releases: Sequence[str]) -> list[ReleaseChanges]:
    """What each release says that the one before it did not; the project as it is now is the last."""
    from kgtools.intake.difference.compare import compare
    from kgtools.intake.difference.sides import read_side
    from kgtools.publish.site.releases import ReleaseChanges

    if not releases:
        return []
    names = [*releases, version()]
    sides = [*(read_side(name, project) for name in releases), read_side(str(project.root), project)]
    found = []
    for (old, before), (new, after) in pairwise(zip(names, sides, strict=True)):
        changes: dict[str, list[str]] = defaultdict(list)
        for change in compare(before, after, (old, new)).changes:
            changes[change.group].append(change.sentence)
        day = max(
            (t.object.value for t in after if t.predicate.value in _DAYS and isinstance(t.object, ox.Literal)),
            default="",
        )
        found.append(ReleaseChanges(new, day, changes))
    return found


_DAYS = frozenset(SPF + name for name in ("dateReviewed", "dateRead", "dateOfInquiry"))
