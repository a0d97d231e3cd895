"""One of many processes that read, or write, a store until a moment; prints how often what became of it.

Usage: ``python -m tests.disk.at_once read|write STORE FILE END``
"""

from __future__ import annotations

import itertools
import sys
import time
from collections import Counter
from pathlib import Path

from kgtools.core.project import Project
from kgtools.graph.disk.locks import InUseError
from kgtools.graph.loading import load_portions, open_target, portions
from kgtools.graph.store import EmbeddedStore
from tests.conftest import ROOT
from tests.disk.test_in_use import _SIZE, write_version

_VERSIONS = "SELECT ?version (COUNT(*) AS ?n) WHERE { ?s <urn:version> ?version } GROUP BY ?version"


def read(store: Path) -> str:
    """Whether all triples are of one version."""
    with EmbeddedStore(store, read_only=True) as opened:
        rows = opened.select(_VERSIONS).rows
    return "right" if len(rows) == 1 and getattr(rows[0][1], "value", "") == str(_SIZE) else f"wrong {rows}"


def write(store: Path, file: Path, version: int) -> str:
    """Put a version of our own into the store, and look at once whether a whole version is there."""
    write_version(file, version)
    parts = portions(Project(ROOT), [file], "urn:g")
    with open_target(str(store), None) as target:
        load_portions(target, parts, replace=True, progress=lambda *_: None)
    return read(store)


def main(role: str, store: Path, file: Path, end: float) -> int:
    """Read, or write, until the end."""
    counted: Counter[str] = Counter()
    for version in itertools.count(1):
        try:
            counted[read(store) if role == "read" else write(store, file, version)] += 1
        except InUseError as error:
            counted["refused" if "in use by process" in str(error) else f"wrong {error}"] += 1
        if time.time() >= end:
            break
        time.sleep(0.1 if role == "write" else 0)  # or two writers leave the readers no time
    for outcome, count in counted.items():
        print(f'"{outcome.split()[0]}",{count}')
        if outcome.startswith("wrong"):
            print(outcome, file=sys.stderr)
    return 1 if any(outcome.startswith("wrong") for outcome in counted) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4])))
