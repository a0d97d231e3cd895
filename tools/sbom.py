"""Writes ``sbom.cdx.json``, the bill of materials in CycloneDX 1.6; ``make lock`` runs it.

It lists what kgtools needs at run time, as ``requirements.lock`` has it, and the libraries that the explorer carries.
It has no time and no random number, so that the same lock files give the same bytes. ``kgtools build`` copies it.
"""

from __future__ import annotations

import base64
import json
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from cyclonedx.spdx import is_expression, is_supported_id
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parents[1]
VENDOR: Final = Path("kgtools/publish/site/assets/vendor")
_REFERENCE: Final = {"python_version": "3.11", "python_full_version": "3.11.0", "sys_platform": "linux"}
"""The environment that the bill is of: CPython 3.11 on Linux."""

_CLASSIFIED: Final = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: MIT License": "MIT",
}
"""The license classifiers that mean one license; others, such as the one for BSD, are names of several."""

Json = dict[str, Any]


def main() -> int:
    """Write the file.

    Returns:
        The exit status.
    """
    (ROOT / "sbom.cdx.json").write_text(text_of(bill_of_materials()), encoding="utf-8")
    return 0


def text_of(bill: Json) -> str:
    """The bill as the text of its file."""
    return json.dumps(bill, indent=2, ensure_ascii=False) + "\n"


def bill_of_materials() -> Json:
    """The bill, read from pyproject.toml, the installed packages and ``vendor.json``.

    Raises:
        importlib.metadata.PackageNotFoundError: a dependency is not installed.
    """
    with (ROOT / "pyproject.toml").open("rb") as file:
        project: Json = tomllib.load(file)["project"]
    direct = [Requirement(line) for line in project["dependencies"]]
    needed = dict(sorted(closure(direct).items()))
    vendored = [_vendored(package) for package in json.loads((ROOT / VENDOR / "vendor.json").read_text("utf-8"))]
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    needs = [_purl(needed[canonicalize_name(one.name)][0]) for one in direct]
    edges = {own: [*needs, *(one["bom-ref"] for one in vendored)]}
    edges |= {_purl(one): [_purl(needed[name][0]) for name in names] for one, names in needed.values()}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _application(project, own)},
        "components": [*(_installed(one) for one, _ in needed.values()), *vendored],
        "dependencies": [{"ref": ref, "dependsOn": sorted(on)} for ref, on in sorted(edges.items())],
    }


def closure(direct: Iterable[Requirement]) -> dict[str, tuple[Distribution, list[str]]]:
    """Each package that is needed, by its normalized name, with the names of the packages that it needs itself."""
    found: dict[str, tuple[Distribution, list[str]]] = {}
    waiting = list(direct)
    while waiting:
        wanted = waiting.pop()
        name, installed = canonicalize_name(wanted.name), distribution(wanted.name)
        needs = list(_needs(installed, wanted.extras))
        known = found.get(name, (installed, []))[1]
        new = [one for one in needs if canonicalize_name(one.name) not in known]
        if name not in found or new:
            found[name] = (installed, sorted({*known, *(canonicalize_name(one.name) for one in needs)}))
            waiting += new
    return found


def _needs(installed: Distribution, extras: set[str]) -> Iterator[Requirement]:
    for line in installed.requires or ():
        requirement = Requirement(line)
        environments = ({**_REFERENCE, "extra": extra} for extra in ("", *extras))
        if requirement.marker is None or any(map(requirement.marker.evaluate, environments)):
            yield requirement


def _application(project: Json, ref: str) -> Json:
    return {
        "type": "application",
        "bom-ref": ref,
        "name": project["name"],
        "version": project["version"],
        "description": project["description"],
        "licenses": [{"expression": project["license"]}],
        "purl": ref,
    }


def _installed(package: Distribution) -> Json:
    return {
        "type": "library",
        "bom-ref": _purl(package),
        "name": package.metadata["Name"],
        "version": package.version,
        "licenses": _licenses(package),
        "purl": _purl(package),
    }


def _purl(package: Distribution) -> str:
    return f"pkg:pypi/{canonicalize_name(package.metadata['Name'])}@{package.version}"


def _licenses(package: Distribution) -> list[Json]:
    """The license that the package's metadata name: an SPDX expression or identifier, or else a name as it stands."""
    stated = _stated(package)
    if is_supported_id(stated):
        return [{"license": {"id": stated}}]
    if " OR " in stated and is_expression(stated):
        return [{"expression": stated}]
    classifiers = [one for one in package.metadata.get_all("Classifier") or () if one.startswith("License :: ")]
    classified = sorted({_CLASSIFIED[one] for one in classifiers if one in _CLASSIFIED})
    if classified:
        return [{"license": {"id": one}} for one in classified]
    names = [stated] if stated and "\n" not in stated else [one.rsplit(" :: ", 1)[1] for one in classifiers]
    return [{"license": {"name": one}} for one in names]


def _stated(package: Distribution) -> str:
    fields = ("License-Expression", "License")
    return next((package.metadata[field] for field in fields if field in package.metadata), "")


def _vendored(package: Json) -> Json:
    """A library of the explorer, with the registry's hash of its package and the files that were taken from it."""
    algorithm, _, digest = package["integrity"].partition("-")
    ref = f"pkg:npm/{quote(package['package'], safe='/')}@{package['version']}"
    return {
        "type": "library",
        "bom-ref": ref,
        "name": package["package"],
        "version": package["version"],
        "hashes": [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
        "licenses": [{"expression": package["license"]}],
        "purl": ref,
        "evidence": {"occurrences": [{"location": (VENDOR / file).as_posix()} for file in package["files"]]},
    }


if __name__ == "__main__":
    sys.exit(main())
