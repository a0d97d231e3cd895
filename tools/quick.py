"""``python -m tools.quick``: lint, the types of what changed, and the tests that it touches, within a minute.

``make test`` proves a change; this says within a minute whether it is worth proving. Tests are found by imports: of the
tests that reach a changed module, those that reach it by the fewest steps. What no minute has room for is named, so
that nobody takes silence for a pass.
"""

from __future__ import annotations

import argparse
import ast
import re
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kgtools.cli.limits import natural
from kgtools.core.errors import UserError
from kgtools.core.words import plural
from tools.running import run_tool

ROOT: Final = Path(__file__).resolve().parents[1]
SECONDS: Final = 50
"""How long all of it may take, so that the whole command stays under a minute."""

_SOURCES: Final = ("kgtools", "tests", "tools")
_PAGES: Final = "tests/docs/test_commands.py"
_OF_QUESTIONS: Final = "tests/questions/test_fixture.py"
_OWN: Final = {"queries/answers/": _OF_QUESTIONS, "tests/questions/expected/": _OF_QUESTIONS}
"""The one test that each of these files is written for, which says the most and takes two seconds: it runs first."""
_BY_FOLDER: Final = {
    "queries/answers/": ("tests/questions/test_pages.py",),
    "queries/derive/": ("tests/questions/test_pages.py", "tests/bulk/test_determine.py"),
    "queries/checks/": ("tests/check/test_checks.py",),
    "tests/questions/": (_OF_QUESTIONS,),
    "tests/competency/": ("tests/competency/test_competency.py",),
    "data/": ("tests/data/test_records.py",),
    "ontology/": ("tests/ontology/test_ontology.py",),
    "shapes/": ("tests/ontology/test_ontology.py", "tests/validation/test_mutations.py"),
    "docs/": (_PAGES, "tests/questions/test_pages.py"),
    ".github/": ("tests/supply/test_workflows.py",),
    "tools/check/": ("tests/check/test_command.py",),
    "README.md": (_PAGES,),
    "CONTRIBUTING.md": (_PAGES,),
    "Makefile": (_PAGES,),
    "pyproject.toml": ("tests/supply/test_locks.py",),
    "requirements": ("tests/supply/test_locks.py",),
}
"""The tests of files that no test imports, by how their path begins."""


class QuickError(UserError):
    """Git can't say what changed."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to run.

    Attributes:
        name: what it is called.
        command: the command line.
    """

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a step: passed, failed, or not finished in time."""

    step: Step
    outcome: str
    output: str


def main(arguments: Sequence[str]) -> int:
    """Run ``python -m tools.quick`` with arguments, and give its exit status."""
    return run_tool("quick", "Check a change within a minute: lint, types, tests.", _add_arguments, _run, arguments)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="REV", help="what changed since this commit (default: since main)")
    parser.add_argument("--seconds", type=natural, default=SECONDS, metavar="S", help="how long it may take")
    parser.add_argument("--list", action="store_true", help="list the tests that would run, and run nothing")


def _run(options: argparse.Namespace) -> int:
    changed, strays = changed_files(ROOT, options.since), stray_files(ROOT)
    tests, untested = touched_tests(changed, ROOT)
    for file in untested:
        print(f"No test is known to read {file}; 'make test' runs all.")
    if strays:
        print(f"Not looked at: {plural(len(strays), 'file', 'files')} that git does not track, such as {strays[0]}.")
    if options.list:
        print("\n".join(tests))
        return 0
    ended = run_steps(steps(changed, tests), time.monotonic() + options.seconds)
    return report(ended)


def changed_files(root: Path, since: str | None) -> tuple[str, ...]:
    """The files that differ from a commit and are there, committed or not, by their path in the repository.

    Of the files that git does not track, only those in its folders are new source; see ``stray_files``.

    Args:
        root: the clone.
        since: the commit; None for where the branch left main.

    Raises:
        QuickError: the folder is no clone, or has no such commit.
    """
    base = since or _fork_point(root)
    listed = {*_names(root, "diff", "--name-only", base, "--"), *_untracked(root)} - {*stray_files(root)}
    return tuple(sorted(name for name in listed if (root / name).is_file()))


def stray_files(root: Path) -> tuple[str, ...]:
    """The files that git neither tracks nor ignores, and that are in none of its folders: stores, workbooks, notes."""
    folders = {name.partition("/")[0] for name in _names(root, "ls-files") if "/" in name}
    return tuple(sorted(name for name in _untracked(root) if "/" not in name or name.partition("/")[0] not in folders))


def _untracked(root: Path) -> list[str]:
    return [name for name in _names(root, "ls-files", "-o", "--exclude-standard") if (root / name).is_file()]


def _names(root: Path, command: str, *arguments: str) -> list[str]:
    return [name for name in _git(root, command, "-z", *arguments).split("\0") if name]


def _fork_point(root: Path) -> str:
    for main_branch in ("main", "origin/main"):
        try:
            return _git(root, "merge-base", "HEAD", main_branch).strip()
        except QuickError:
            continue
    return "HEAD"


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)  # noqa: S603, S607
    except FileNotFoundError as error:
        raise QuickError("'make quick' asks git what changed, and there is no git here. Use 'make test'.") from error
    if done.returncode:
        raise QuickError(f"Git can't say what changed: {done.stderr.strip()}. Name a commit with --since.")
    return done.stdout


def touched_tests(changed: Collection[str], root: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The test files that changed files touch, nearest first, and the changed files that no test is known for."""
    modules = _modules(root)
    importers = _importers(modules, root)
    names = {path: name for name, path in modules.items()}
    found: dict[str, int] = {}
    untested = []
    for file in changed:
        touched = _touched(file, names, modules, importers, root)
        for test, distance in touched.items():
            found[test] = min(distance, found.get(test, distance))
        if not touched:
            untested.append(file)
    there = {test: distance for test, distance in found.items() if (root / test).is_file()}
    return tuple(sorted(there, key=lambda test: (there[test], test))), tuple(untested)


def _touched(
    file: str, names: Mapping[str, str], modules: Mapping[str, str], importers: Mapping[str, set[str]], root: Path
) -> dict[str, int]:
    """The tests of one file, with how far away they are."""
    if _is_test(file):
        return {file: 0}
    found: dict[str, int] = {}
    if file in names:
        found |= _nearest_tests(names[file], modules, importers)
        if file.endswith("_verb.py"):  # which the command line imports by name
            found |= _tests_that_say(f'"{Path(file).stem.removesuffix("_verb")}"', modules, root)
        if file.startswith("tests/") and not found:  # what pytest hands over without an import, such as a fixture
            folder = file.rpartition("/")[0]
            found |= {path: 1 for path in modules.values() if _is_test(path) and path.startswith(f"{folder}/")}
    elif file.startswith("kgtools/"):  # a template or a list beside the modules that read it
        package = next((str(p) for p in Path(file).parents if f"{p}/__init__.py" in names), "")
        for path, name in names.items():
            if package and path.rpartition("/")[0] == package:
                found |= _nearest_tests(name, modules, importers)
    for prefix, tests in _BY_FOLDER.items():
        if file.startswith(prefix):
            found |= {test: found.get(test, 2) for test in tests}
    found |= {test: -1 for prefix, test in _OWN.items() if file.startswith(prefix)}
    return found


def _nearest_tests(module: str, modules: Mapping[str, str], importers: Mapping[str, set[str]]) -> dict[str, int]:
    """The tests that reach a module by the fewest imports."""
    seen, level, distance = {module}, {module}, 0
    while level:
        tests = {modules[name] for name in level if _is_test(modules[name])}
        if tests:
            return dict.fromkeys(tests, distance)
        level = {name for each in level for name in importers[each]} - seen
        seen |= level
        distance += 1
    return {}


def _tests_that_say(words: str, modules: Mapping[str, str], root: Path) -> dict[str, int]:
    tests = (path for path in modules.values() if _is_test(path))
    return {test: 1 for test in tests if words in (root / test).read_text(encoding="utf-8")}


def _is_test(path: str) -> bool:
    return path.startswith("tests/") and path.rpartition("/")[2].startswith("test_") and path.endswith(".py")


def _modules(root: Path) -> dict[str, str]:
    found = {}
    for folder in _SOURCES:
        for file in (root / folder).rglob("*.py"):
            path = file.relative_to(root)
            found[".".join(path.with_suffix("").parts).removesuffix(".__init__")] = path.as_posix()
    return found


def _importers(modules: Mapping[str, str], root: Path) -> dict[str, set[str]]:
    """Which modules import each module."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, path in modules.items():
        for imported in _imports((root / path).read_text(encoding="utf-8")):
            if imported in modules:
                found[imported].add(name)
    return found


def _imports(text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except SyntaxError:  # which the linter reports
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def steps(changed: Collection[str], tests: Sequence[str]) -> tuple[Step, ...]:
    """What to run for changed files: the linters, the type checker, then the tests."""
    python = (sys.executable, "-m")
    code = tuple(file for file in changed if file.endswith(".py") and file.startswith(_SOURCES))
    planned = [
        Step("ruff check", (*python, "ruff", "check", "--quiet", *_SOURCES)),
        Step("ruff format", (*python, "ruff", "format", "--check", "--quiet", *_SOURCES)),
    ]
    if any(file.endswith(".ttl") for file in changed):
        planned.append(Step("kgtools fmt", (*python, "kgtools", "fmt", "--check")))
    if code:
        planned.append(Step("mypy", (*python, "mypy", "--no-error-summary", *code)))
    pytest = (*python, "pytest", "-q", "-n0", "-x", "-m", "not soak", "--no-header", "-p", "no:cacheprovider")
    pages = [file for file in changed if file.endswith(".md")]
    only_pages = ("-k", " or ".join(pages)) if pages and _PAGES not in changed else ()
    return (*planned, *(Step(test, (*pytest, test, *(only_pages if test == _PAGES else ()))) for test in tests))


def run_steps(planned: Sequence[Step], deadline: float) -> tuple[Done, ...]:
    """Run steps, two at a time, until a moment of the monotonic clock."""
    with ThreadPoolExecutor(2) as pool:
        return tuple(pool.map(lambda step: _run_step(step, deadline), planned))


def _run_step(step: Step, deadline: float) -> Done:
    left = deadline - time.monotonic()
    if left <= 0:
        return Done(step, "not run", "")
    process = subprocess.Popen(  # noqa: S603 - our own commands
        step.command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        output, _ = process.communicate(timeout=left)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)  # so that tests end what they started
        try:
            output, _ = process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
        failed = re.search(r"^(FAILED|ERROR) ", output, re.MULTILINE)
        return Done(step, "failed" if failed else "not run", output)
    nothing_to_run = step.name.startswith("tests/") and process.returncode == 5  # pytest: no test was collected
    return Done(step, "passed" if process.returncode == 0 or nothing_to_run else "failed", output)


def report(ended: Sequence[Done]) -> int:
    """Print what came of each step, and give the exit status."""
    for done in ended:
        print(f"{done.outcome:8} {done.step.name}")
        if done.outcome == "failed":
            print(done.output.rstrip())
    counts = {outcome: sum(done.outcome == outcome for done in ended) for outcome in ("passed", "failed", "not run")}
    print(f"{counts['passed']} passed, {counts['failed']} failed.", end=" ")
    if counts["not run"]:
        print(f"{counts['not run']} did not fit into the time; run 'make test' before you send the change.")
    else:
        print("Run 'make test' before you send the change.")
    return int(counts["failed"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
