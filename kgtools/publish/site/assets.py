"""The files of the explorer that aren't pages: style, scripts, and libraries kept from the npm registry."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kgtools.core.errors import SiteError

FOLDER: Final = Path(__file__).parent / "assets"
_VENDOR: Final = FOLDER / "vendor"


@dataclass(frozen=True, slots=True)
class Library:
    """A library kept from the npm registry.

    Attributes:
        package: its name in the registry.
        version: its version.
        license: its license, as an SPDX expression.
        integrity: the registry's hash of the package.
    """

    package: str
    version: str
    license: str
    integrity: str


def libraries() -> tuple[Library, ...]:
    """The libraries that the explorer's pages use."""
    return tuple(Library(e["package"], e["version"], e["license"], e["integrity"]) for e in _manifest(_VENDOR))


def own_assets() -> dict[str, bytes]:
    """The explorer's own style sheet, scripts and pictures, by path in the site."""
    files = (*FOLDER.glob("*.*"), *FOLDER.glob("cards/*.png"))
    return {
        f"assets/{file.relative_to(FOLDER).as_posix()}": file.read_bytes()
        for file in sorted(files)
        if file.suffix in _OWN
    }


def vendored_assets(folder: Path = _VENDOR) -> dict[str, bytes]:
    """The kept libraries with their licenses, by path in the site.

    Args:
        folder: a folder with a ``vendor.json`` that says what each file must be.

    Raises:
        SiteError: a file isn't what the registry published.
    """
    found = {}
    for entry in _manifest(folder):
        for name, facts in entry["files"].items():
            content = _unpacked(folder / name)
            if _integrity(content) != facts["integrity"]:
                raise SiteError(
                    f"{folder / name} isn't the file {facts['from']} of {entry['package']} {entry['version']} that "
                    "was checked in; restore it from version control."
                )
            # What is kept compressed goes out so, too: not every host compresses, and a browser can unpack it.
            found[f"assets/vendor/{name}"] = (folder / name).read_bytes()
    for file in sorted(folder.rglob("LICENSE")):
        found[f"assets/vendor/{file.relative_to(folder).as_posix()}"] = file.read_bytes()
    return found


def _manifest(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "vendor.json").read_text(encoding="utf-8")))


def _unpacked(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()


def _integrity(content: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode("ascii")


_OWN: Final = {".css", ".js", ".svg", ".png"}
