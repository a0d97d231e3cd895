"""What people type, measured whole: start, reading, checking, places, hints and writing, against parsing alone."""

from __future__ import annotations

import os
import re
import resource
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyoxigraph as ox

from kgtools.core.project import Project
from tools.bench.generate import policies, write_folder

_PARSE: Final = "import sys, pyoxigraph as ox\nfor file in sys.argv[1:]:\n    for _ in ox.parse(path=file): pass\n"
_OTHERS: Final = re.compile(r"\b(state-policy|claim|provision|submission):\w\w-bench|\bjurisdiction:\w\w\b")
_MANY: Final = 10_000
_TRIES: Final = 3
_QUICK: Final = 5.0  # seconds; what takes longer is run once


@dataclass(frozen=True, slots=True)
class Command:
    """A command to measure.

    Attributes:
        name: what it is called in the table.
        arguments: what a user types after ``kgtools``, or a whole command of another engine.
        read: the files that it reads, which are parsed alone as the yardstick; of a workbook, its records as Turtle.
        program: what runs it.
        cache: the folder in which it may keep what it read, or "off".
    """

    name: str
    arguments: tuple[str, ...]
    read: tuple[Path, ...]
    program: tuple[str, ...] = (sys.executable, "-m", "kgtools")
    cache: str = "off"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a command took.

    Attributes:
        name: what was run.
        status: its exit status; negative where it was stopped.
        cpu: seconds of processor time of the process and its children.
        peak: megabytes of memory at most.
        parsing: seconds of processor time for parsing what it reads, start of Python included.
    """

    name: str
    status: int
    cpu: float
    peak: float
    parsing: float


def measure_commands(project: Project, sizes: Iterable[int], timeout: int) -> Iterator[Taken]:
    """Run each command once, the quick ones three times and the least time kept.

    Args:
        project: the curated graph, which is read and not written.
        sizes: numbers of generated policies, 10,000 or more.
        timeout: seconds of processor time after which a command is stopped.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        copy = _copied(project, folder / "project")
        parsed: dict[tuple[Path, ...], float] = {}
        for command in (
            *_curated(project, copy, folder),
            *(c for size in sizes for c in _generated(project, size, folder)),
        ):
            if command.read not in parsed:
                yardstick = (sys.executable, "-c", _PARSE, *map(str, command.read))
                parsed[command.read] = min(run_process(yardstick, timeout)[1] for _ in range(3))
            words = (*command.program, *command.arguments)
            tries = [run_process(words, timeout, command.cache)]
            while tries[0][1] < _QUICK and len(tries) < _TRIES:
                tries.append(run_process(words, timeout, command.cache))
            status, cpu, peak = min(tries, key=lambda each: each[1])
            yield Taken(command.name, status, cpu, peak, parsed[command.read])


def _copied(project: Project, target: Path) -> Project:
    for part in ("ontology", "shapes", "data", "queries"):
        shutil.copytree(project.root / part, target / part)
    for part in ("CITATION.cff", "LICENSE", "LICENSE-DATA", "sbom.cdx.json"):
        shutil.copy2(project.root / part, target / part)
    return Project(target)


def _curated(project: Project, copy: Project, folder: Path) -> Iterator[Command]:
    whole = (*project.ontology, *project.shapes, *project.data)
    here = ("--project", str(copy.root))
    state = project.root / "data" / "states" / "ut.ttl"
    yield Command("validate data/states/ut.ttl", (*here, "validate", str(state)), whole)
    yield Command("validate (the whole graph)", (*here, "validate"), whole)
    yield Command("query gaps -p state=UT", (*here, "query", "gaps", "-p", "state=UT"), whole)
    kept = Command("", (), whole, cache=str(folder / "cache"))  # the first run fills it, and is not the least
    yield replace(kept, name="validate data/states/ut.ttl, again", arguments=(*here, "validate", str(state)))
    yield replace(kept, name="validate (the whole graph), again", arguments=(*here, "validate"))
    yield replace(kept, name="query gaps -p state=UT, again", arguments=(*here, "query", "gaps", "-p", "state=UT"))
    yield Command("load --store DIR", (*here, "load", "--store", str(folder / "store")), whole)
    yield Command("export -o DIR", (*here, "export", "-o", str(folder / "export")), whole)
    yield Command("template --state UT", (*here, "template", "--state", "UT", "-o", str(folder / "ut.xlsx")), whole)
    yield Command("convert ut.ttl -o ut.nt", (*here, "convert", str(state), "-o", str(folder / "ut.nt")), whole)
    yield Command("fmt --check", (*here, "fmt", "--check"), whole)
    yield Command("site -o DIR", (*here, "site", "-o", str(folder / "site")), whole)
    yield Command("build -o DIR", (*here, "build", "-o", str(folder / "dist")), whole)
    yield Command("diff OLD NEW", (*here, "diff", str(project.root), str(copy.root)), whole)
    check = (sys.executable, "-m", "tools.check", "--project", str(project.root))
    yield Command("make check", (), whole, check)


def _generated(project: Project, size: int, folder: Path) -> Iterator[Command]:
    made = folder / f"made-{size}"
    files = write_folder(made, size)
    here = ("--project", str(project.root))
    named = f"{size:,} policies"
    yield Command(
        f"{named}, 52 Turtle files: validate --limit 3", (*here, "validate", *map(str, files), "--limit", "3"), files
    )
    lines = folder / f"made-{size}.nt"
    with lines.open("wb") as target:
        for file in files:
            ox.serialize((q.triple for q in ox.parse(path=str(file))), target, format=ox.RdfFormat.N_TRIPLES)
    shapes = str(project.root / "shapes" / "submission.ttl")
    yield Command(
        f"{named}, N-Triples: validate --shapes",
        ("validate", str(lines), "--max-size", "4000", "--shapes", shapes),
        (lines,),
    )
    if size <= _MANY:
        yield from _workbook(here, size, folder)


def _workbook(here: tuple[str, ...], size: int, folder: Path) -> Iterator[Command]:
    records = folder / "one-state.ttl"
    with records.open("w", encoding="utf-8") as file:
        for piece in policies(size):
            if not piece.startswith("submission:") or piece.startswith("submission:ut"):
                file.write(_OTHERS.sub(_in_utah, piece))
    book, marked = folder / "one-state.xlsx", folder / "marked.xlsx"
    named = f"{size:,} policies"
    yield Command(f"{named}: convert to a workbook", (*here, "convert", str(records), "-o", str(book)), (records,))
    yield Command(f"{named}, workbook: validate", (*here, "validate", str(book), "--limit", "3"), (records,))
    annotate = ("validate", str(book), "--annotate", str(marked), "--limit", "3")
    yield Command(f"{named}, workbook: validate --annotate", (*here, *annotate), (records,))


def _in_utah(found: re.Match[str]) -> str:
    kind = found[0].partition(":")[0]
    return "jurisdiction:ut" if kind == "jurisdiction" else f"{kind}:ut-bench"


def run_process(command: Sequence[str], timeout: int, cache: str = "off") -> tuple[int, float, float]:
    """Run a command without its output: its exit status, seconds of processor time, and megabytes of memory at most.

    Args:
        command: the program and its arguments.
        timeout: seconds of processor time after which it is stopped.
        cache: the folder in which it may keep what it read, or "off".
    """
    pid = os.fork()
    if pid == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (timeout, timeout + 1))
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        os.execvpe(command[0], list(command), {**os.environ, "KGTOOLS_CACHE": cache})  # noqa: S606 - no shell
    _, status, used = os.wait4(pid, 0)
    ended = os.waitstatus_to_exitcode(status)
    return ended, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def as_markdown(taken: Iterable[Taken]) -> str:
    """The figures as a table."""
    lines = ["| command | CPU s | peak MB | parsing alone, CPU s | times parsing |", "| --- | --: | --: | --: | --: |"]
    for each in taken:
        cpu = f"{each.cpu:.2f}" if each.status in (0, 1) else f"stopped or failed ({each.status}) after {each.cpu:.0f}"
        times = f"{each.cpu / each.parsing:.1f}"
        lines.append(f"| {each.name} | {cpu} | {each.peak:,.0f} | {each.parsing:.2f} | {times} |")
    return "\n".join(lines) + "\n"
