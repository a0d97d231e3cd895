"""Reading the lock files."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.conftest import ROOT


@dataclass(frozen=True, slots=True)
class Pin:
    """A locked package."""

    requirement: Requirement
    version: Version
    hashes: tuple[str, ...]

    @property
    def applies(self) -> bool:
        return self.requirement.marker is None or self.requirement.marker.evaluate()


def read_lock(name: str) -> dict[str, Pin]:
    text = "\n".join(
        line for line in (ROOT / name).read_text("utf-8").splitlines() if not line.lstrip().startswith("#")
    )
    pins: dict[str, Pin] = {}
    for entry in text.replace("\\\n", " ").splitlines():
        written, *hashes = re.split(r"\s+--hash=", entry.strip())
        requirement = Requirement(written)
        (version,) = (part.version for part in requirement.specifier if part.operator == "==")
        pins[canonicalize_name(requirement.name)] = Pin(requirement, Version(version), tuple(hashes))
    return pins


def pyproject() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def runtime() -> list[Requirement]:
    return [Requirement(line) for line in pyproject()["project"]["dependencies"]]


def build() -> list[Requirement]:
    return [Requirement(line) for line in pyproject()["dependency-groups"]["build"]]


def development() -> list[Requirement]:
    return [Requirement(line) for line in pyproject()["project"]["optional-dependencies"]["dev"]]


def reasoning() -> list[Requirement]:
    return [Requirement(line) for line in pyproject()["project"]["optional-dependencies"]["reason"]]


def fuzzing() -> list[Requirement]:
    return [Requirement(line) for line in pyproject()["dependency-groups"]["fuzz"]]
