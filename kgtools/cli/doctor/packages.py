"""Python and the packages, held against the ranges that the project asks for."""

from __future__ import annotations

import platform
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from kgtools.cli.doctor.model import Diagnosis, Need, State, works

_PYPROJECT: Final = Path(__file__).resolve().parents[3] / "pyproject.toml"
_NAME: Final = "spf-kg"

PIP_INSTALL: Final = f"{sys.executable} -m pip install"
"""The command that installs into the Python that runs."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """What the project asks for.

    Attributes:
        python: the range of Python versions.
        packages: the requirements (PEP 508) of kgtools.
        extras: the requirements of each optional part.
    """

    python: str
    packages: tuple[str, ...]
    extras: Mapping[str, tuple[str, ...]]


def read_ranges(pyproject: Path = _PYPROJECT) -> Ranges:
    """The ranges of the clone that the code runs from, or else of the installed package.

    Raises:
        importlib.metadata.PackageNotFoundError: there is neither.
    """
    if pyproject.is_file():
        project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
        extras = {name: tuple(lines) for name, lines in project["optional-dependencies"].items()}
        return Ranges(project["requires-python"], tuple(project["dependencies"]), extras)
    about = metadata.metadata(_NAME)
    lines = metadata.requires(_NAME) or []
    named = {extra: f"extra == '{extra}'" for extra in about.get_all("Provides-Extra") or ()}
    plain = [line.replace('"', "'") for line in lines]
    return Ranges(
        about["Requires-Python"],
        tuple(line for line in plain if "extra ==" not in line),
        {extra: tuple(line.split(";")[0] for line in plain if mark in line) for extra, mark in named.items()},
    )


def examine_python(ranges: Ranges) -> Diagnosis:
    """Whether this Python is one that the project is made for."""
    from packaging.specifiers import SpecifierSet

    running = platform.python_version()
    if SpecifierSet(ranges.python).contains(running, prereleases=True):
        return works("Python", Need.REQUIRED, f"{running}, within {ranges.python}")
    found = f"{running}, but {ranges.python} is needed"
    return Diagnosis("Python", Need.REQUIRED, State.BROKEN, found, "Install a Python in that range.", counts=True)


def examine_packages(ranges: Ranges) -> Iterator[Diagnosis]:
    """One diagnosis for each package that kgtools needs."""
    for line in sorted(ranges.packages, key=str.lower):
        name, fault, found = _held_against(line)
        if fault:
            remedy = f'Run: {PIP_INSTALL} "{line}"'
            yield Diagnosis(name, Need.REQUIRED, fault, found, remedy, counts=True)
        else:
            yield works(name, Need.REQUIRED, found)


def examine_extras(ranges: Ranges) -> Iterator[Diagnosis]:
    """One diagnosis for each optional part."""
    for extra, lines in sorted(ranges.extras.items()):
        need = Need.TESTS if extra == "dev" else Need.SOME
        held = [_held_against(line) for line in lines]
        lacking = [line for line, (_, fault, _) in zip(lines, held, strict=True) if fault]
        if lacking:
            found = "; ".join(f"{name} {found}" for name, fault, found in held if fault)
            remedy = f"Run: {PIP_INSTALL} " + " ".join(f'"{line}"' for line in lacking)
            yield Diagnosis(f"extra {extra}", need, State.MISSING, found, remedy)
        else:
            yield works(f"extra {extra}", need, _listed(held))


def _listed(held: Iterable[tuple[str, State | None, str]]) -> str:
    packages = [f"{name} {found.split(',')[0]}" for name, _, found in held]
    return ", ".join(packages) if len(packages) < 5 else f"{len(packages)} packages, each within its range"


def _held_against(line: str) -> tuple[str, State | None, str]:
    """A package's name, what is wrong with it, if anything, and what was found."""
    from packaging.requirements import Requirement

    requirement = Requirement(line)
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return requirement.name, State.MISSING, "is not installed"
    asked = line.removeprefix(requirement.name).strip()
    if not requirement.specifier.contains(version, prereleases=True):
        return requirement.name, State.BROKEN, f"{version}, but {asked} is needed"
    return requirement.name, None, f"{version}, within {asked}"
