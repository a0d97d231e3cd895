"""A project with the records of a few states: what holds of a submission, a table or an answer holds there as well."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Final

from kgtools.core.project import Project

STATES: Final = ("md", "nh", "oh", "ut", "wy")
_UNREVIEWED: Final = "as"  # a jurisdiction that nobody has looked at
_POLICY: Final = re.compile(r"\bstate-policy:(\w\w)-")
_JURISDICTION: Final = re.compile(r"\bjurisdiction:(\w\w)\b")
_REFERENCE: Final = re.compile(r"\b(source|organization):([\w-]+)")


def few_states(
    repository: Path,
    target: Path,
    states: Collection[str] = STATES,
    unreviewed: Collection[str] | None = None,
) -> Project:
    """Copy a project, with the records of some states and the sources and organizations that these refer to.

    All other jurisdictions are not reviewed there, or left out altogether.

    Args:
        repository: the project.
        target: the folder of the copy, which is not there yet.
        states: the states by postal code, in lower case.
        unreviewed: the others that there are, none of which anybody has looked at; None: all.
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
    _leave_out(data / "framework" / "examples.ttl", _POLICY, states)
    _leave_out(data / "reference" / "authorities.ttl", _JURISDICTION, states)
    if unreviewed is not None:
        there = {*states, *unreviewed}
        _keep(data / "reference" / "jurisdictions.ttl", there, "jurisdiction")
        for file in (data / "ratings.ttl", data / "framework" / "examples.ttl"):
            _leave_out(file, _JURISDICTION, there)
        organizations = data / "reference" / "organizations.ttl"
        others = rf"  spf:jurisdiction jurisdiction:(?!(?:{'|'.join(there)})\b)\w\w ;\n"
        organizations.write_text(re.sub(others, "", organizations.read_text(encoding="utf-8")), encoding="utf-8")
    for file, kind in ((data / "sources.ttl", "source"), (data / "reference" / "organizations.ttl", "organization")):
        others = "".join(each.read_text(encoding="utf-8") for each in data.rglob("*.ttl") if each != file)
        _keep(file, {slug for found, slug in _REFERENCE.findall(others) if found == kind}, kind)
    return Project(target)


def _leave_out(file: Path, reference: re.Pattern[str], states: Collection[str]) -> None:
    """Leave out the records that refer to other states."""
    head, *records = file.read_text(encoding="utf-8").split("\n\n")
    kept = [each for each in records if set(reference.findall(each)) <= set(states)]
    file.write_text("\n\n".join([head, *kept]).rstrip("\n") + "\n", encoding="utf-8")


def _keep(file: Path, slugs: Collection[str], kind: str) -> None:
    """Leave the records with some slugs in a canonical file, where an empty line stands between two records."""
    head, *records = file.read_text(encoding="utf-8").split("\n\n")
    kept = [each for each in records if each.partition(" ")[0].removeprefix(f"{kind}:") in slugs]
    assert kept
    file.write_text("\n\n".join([head, *kept]).rstrip("\n") + "\n", encoding="utf-8")
