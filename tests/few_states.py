"""A project with the records of a few states: what holds of a submission, a table or an answer holds there as well."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Final

from kgtools.core.project import Project

STATES: Final = ("id", "nh", "oh", "ut", "wy")
UNREVIEWED: Final = ("al", "as", "gu", "pr")
"""Of the others, these have a file that says that nobody has looked at them."""

_UNREVIEWED: Final = "as"  # a jurisdiction that nobody has looked at
_POLICY: Final = re.compile(r"\bstate-policy:(\w\w)-")
_REFERENCE: Final = re.compile(r"\b(source|organization):([\w-]+)")


def few_states(
    repository: Path,
    target: Path,
    states: Collection[str] = STATES,
    unreviewed: Collection[str] | None = UNREVIEWED,
) -> Project:
    """Copy a project, with the records of some states and the sources and organizations that these refer to.

    All other jurisdictions are not reviewed there.

    Args:
        repository: the project.
        target: the folder of the copy, which is not there yet.
        states: the states by postal code, in lower case.
        unreviewed: which of the others have a file that says that nobody has looked at them; None: all.
    """
    for folder in ("ontology", "shapes", "data", "queries"):
        shutil.copytree(repository / folder, target / folder)
    data = target / "data"
    shutil.rmtree(data / "history", ignore_errors=True)
    nothing = (data / "states" / f"{_UNREVIEWED}.ttl").read_text(encoding="utf-8")
    assert "claim:" not in nothing
    for file in (data / "states").glob("*.ttl"):
        if file.stem in states:
            continue
        file.unlink()
        if unreviewed is None or file.stem in unreviewed:
            text = nothing.replace(f"determination:{_UNREVIEWED}-", f"determination:{file.stem}-")
            file.write_text(
                text.replace(f"jurisdiction:{_UNREVIEWED} ", f"jurisdiction:{file.stem} "), encoding="utf-8"
            )
    for name in ("CITATION.cff", "LICENSE", "LICENSE-DATA", "sbom.cdx.json"):
        shutil.copy2(repository / name, target / name)
    _leave_out(data / "framework" / "examples.ttl", states)
    for file, kind in ((data / "sources.ttl", "source"), (data / "reference" / "organizations.ttl", "organization")):
        others = "".join(each.read_text(encoding="utf-8") for each in data.rglob("*.ttl") if each != file)
        _keep(file, {slug for found, slug in _REFERENCE.findall(others) if found == kind}, kind)
    return Project(target)


def _leave_out(file: Path, states: Collection[str]) -> None:
    """Leave out the records that refer to policies of other states."""
    head, *records = file.read_text(encoding="utf-8").split("\n\n")
    kept = [each for each in records if set(_POLICY.findall(each)) <= set(states)]
    file.write_text("\n\n".join([head, *kept]).rstrip("\n") + "\n", encoding="utf-8")


def _keep(file: Path, slugs: Collection[str], kind: str) -> None:
    """Leave the records with some slugs in a canonical file, where an empty line stands between two records."""
    head, *records = file.read_text(encoding="utf-8").split("\n\n")
    kept = [each for each in records if each.partition(" ")[0].removeprefix(f"{kind}:") in slugs]
    assert kept
    file.write_text("\n\n".join([head, *kept]).rstrip("\n") + "\n", encoding="utf-8")
