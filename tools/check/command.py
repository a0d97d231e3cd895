"""``python -m tools.check``: check the repository."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from kgtools.cli.output import add_output_arguments, chosen_format, emit
from kgtools.core.project import Project
from kgtools.core.suggest import nearest
from kgtools.graph.projects import find_project
from tools.check.model import FAIL_LEVELS, Check
from tools.check.profile import STANDARD, ProfileError, read_profile
from tools.check.registry import all_checks
from tools.check.render import FORMATS
from tools.check.repository import Repository
from tools.check.run import run_checks
from tools.running import run_tool


def main(arguments: Sequence[str]) -> int:
    """Run ``python -m tools.check`` with arguments, and give its exit status."""
    return run_tool(
        "check",
        "Check the repository: files, ontology, shapes, data, documentation.",
        add_arguments,
        run,
        arguments,
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the tool's arguments."""
    parser.add_argument("names", nargs="*", metavar="CHECK", help="run only these checks")
    parser.add_argument("--list", action="store_true", help="list the checks")
    parser.add_argument("--describe", action="store_true", help="describe the named checks instead of running them")
    parser.add_argument(
        "--times", action="store_true", help="list the processor time of each check on stderr, the slowest first"
    )
    parser.add_argument("--profile", type=Path, default=STANDARD, metavar="FILE", help="severities and exceptions")
    parser.add_argument(
        "--fail-on",
        choices=FAIL_LEVELS,
        default="violation",
        help="exit with status 1 at this severity or above (default: violation)",
    )
    add_output_arguments(parser, FORMATS, "text")


def run(options: argparse.Namespace) -> int:
    """Run the checks and write the report; exit 0 fine, 1 findings, 2 usage."""
    project = find_project(options.project)
    _require_clone(project)
    checks = all_checks(project)
    profile = read_profile(options.profile, [check.name for check in checks])
    chosen = _chosen(checks, options.names)
    if options.list or options.describe:
        emit(options, "".join(_line(c, profile.severity(c.name)) if options.list else description(c) for c in chosen))
        return 0
    report = run_checks(Repository(project), chosen, profile, progress=_progress())
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    if options.times:
        for outcome in sorted(report.outcomes, key=lambda outcome: -outcome.seconds):
            print(f"{outcome.seconds:8.2f} s  {outcome.check.name}", file=sys.stderr)
    emit(options, FORMATS[chosen_format(options, {"txt": "text", "htm": "html"})](report))
    return report.exit_status(options.fail_on)


def _require_clone(project: Project) -> None:
    if not (project.root / "pyproject.toml").is_file():
        raise ProfileError(
            f"{project.root} is the data installed with kgtools, which was checked when it was released. "
            "Run this in a clone of the repository, or name one with --project."
        )


def _chosen(checks: tuple[Check, ...], names: list[str]) -> tuple[Check, ...]:
    known = [check.name for check in checks]
    for name in names:
        if name not in known:
            guess = nearest(name, known)
            hint = f" Did you mean '{guess}'?" if guess else ""
            raise ProfileError(
                f"There is no check called '{name[:60]}'.{hint} 'python -m tools.check --list' lists them all."
            )
    return tuple(check for check in checks if check.name in names) if names else checks


def _line(check: Check, severity: str) -> str:
    return f"{check.name:<30} {severity:<10} {check.title}\n"


def description(check: Check) -> str:
    """A check in full, for the terminal."""
    return (
        f"{check.name}: {check.title}\n\nProblem   {check.problem}\nSolution  {check.solution}\n"
        f"Example   {check.example}\n\n"
    )


def _progress() -> Callable[[str], None]:
    """Show on a terminal which check is running."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda name: print(f"\r\033[K{name} …", end="", file=sys.stderr, flush=True)
