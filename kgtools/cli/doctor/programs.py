"""Programs outside Python that some commands, or the tests, use."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from kgtools.cli.doctor.model import Diagnosis, Need, State, works

_TIMEOUT: Final = 30  # seconds for a program to print its version


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is looked for.

    Attributes:
        subject: its name for people.
        commands: its possible names on the PATH.
        need: who needs it.
        purpose: what for.
        package: the Debian package that has it.
        variable: the environment variable that can say where it is.
    """

    subject: str
    commands: tuple[str, ...]
    need: Need
    purpose: str
    package: str
    variable: str = ""

    def path(self) -> str | None:
        """Where it is."""
        named = os.environ.get(self.variable) if self.variable else None
        if named and Path(named).is_file():
            return named
        return next((path for path in map(shutil.which, self.commands) if path), None)


PROGRAMS: Final = (
    Program("git", ("git",), Need.SOME, "comparing git revisions with kgtools diff", "git"),
    Program("Chromium", ("chromium",), Need.TESTS, "the explorer's tests", "chromium", "CHROMIUM"),
    Program("LibreOffice", ("soffice",), Need.TESTS, "the workbook's tests", "libreoffice-calc-nogui"),
    Program("Virtuoso", ("virtuoso-t",), Need.TESTS, "the tests on a second store", "virtuoso-opensource-7"),
)
"""The programs, but for Java, which is started to see whether the reasoner runs."""


def examine_programs() -> Iterator[Diagnosis]:
    """Where each program is; none is started."""
    for program in PROGRAMS:
        path = program.path()
        if path is None:
            found = f"not found, needed for {program.purpose}"
            yield Diagnosis(program.subject, program.need, State.MISSING, found, _remedy(program))
        else:
            yield Diagnosis(program.subject, program.need, State.FOUND, path)


def _remedy(program: Program) -> str:
    elsewhere = f", or set {program.variable} to its path" if program.variable else ""
    return f"Install it (Debian, Ubuntu: apt-get install {program.package}){elsewhere}."


def examine_reasoner() -> Diagnosis:
    """Whether HermiT answers: it is asked about one triple."""
    subject, remedy = (
        "Java, for HermiT",
        "Install a Java runtime (Debian, Ubuntu: apt-get install default-jre-headless).",
    )
    java = shutil.which("java")
    if java is None:
        found = "no 'java' on the PATH, needed for the reasoning of python -m tools.check"
        return Diagnosis(subject, Need.SOME, State.MISSING, found, remedy)
    if find_spec("owlready2") is None:
        found = "owlready2, which HermiT comes with, is not installed"
        return Diagnosis(subject, Need.SOME, State.MISSING, found, "Run: pip install 'spf-kg[reason]'")
    try:
        consistent = _reasons()
        version = _java_version(java)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is reported
        return Diagnosis(subject, Need.SOME, State.BROKEN, f"{java} does not run HermiT: {_first_line(error)}", remedy)
    if not consistent:
        return Diagnosis(subject, Need.SOME, State.BROKEN, "HermiT finds a contradiction in one triple", remedy)
    return works(subject, Need.SOME, f"HermiT answers, on {version}")


def _reasons() -> bool:
    import pyoxigraph as ox

    from kgtools.core.namespaces import OWL, RDF, SPF
    from kgtools.graph.reasoning import reason

    return reason(
        [ox.Triple(ox.NamedNode(SPF + "Any"), ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + "Class"))]
    ).coherent


def _java_version(java: str) -> str:
    done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=_TIMEOUT, check=True)  # noqa: S603
    return (done.stderr or done.stdout).splitlines()[0].strip()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
