"""``python -m tools.release TAG``: whether a tag may be released; the release workflow asks before it builds."""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence

from kgtools.core.project import Project
from kgtools.graph.projects import find_project
from tools.check.files import release_date, version
from tools.check.generated import stale_check
from tools.check.registry import all_checks
from tools.check.repository import Repository
from tools.running import run_tool


def main(arguments: Sequence[str]) -> int:
    """Run ``python -m tools.release`` with arguments, and give its exit status."""
    return run_tool("release", "Say whether a tag may be released.", _add_arguments, _run, arguments)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tag", metavar="TAG", help="the tag, such as v0.1.0")


def _run(options: argparse.Namespace) -> int:
    reasons = tuple(objections(find_project(options.project), options.tag))
    for reason in reasons:
        print(reason)
    if not reasons:
        print(f"{options.tag} may be released.")
    return int(bool(reasons))


def objections(project: Project, tag: str) -> Iterator[str]:
    """Why a tag may not be released, as sentences.

    Args:
        project: the project at the tag.
        tag: the tag.
    """
    number = tomllib.loads((project.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if tag != f"v{number}":
        yield f"The tag is {tag}, and pyproject.toml has version {number}; the tag must be v{number}."
    changelog = (project.root / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^## {re.escape(number)} \(\d{{4}}-\d\d-\d\d\)$", changelog, re.MULTILINE):
        yield f"CHANGELOG.md gives no day for {number}; write the day of the release where it says (unreleased)."
    repository = Repository(project)
    for check in (version, release_date, stale_check(all_checks)):
        yield from (f"{found.where or found.subject}: {found.message}" for found in check.find(repository))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
