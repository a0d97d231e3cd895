"""A small project, and the process that runs the commands."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.hostile.isolated import Isolated


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one state's records: what reads the project does so in a moment."""
    root = tmp_path_factory.mktemp("small")
    for folder in ("ontology", "shapes", "queries", "data/framework", "data/reference"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / "data/states").mkdir()
    shutil.copy(ROOT / "data/states/id.ttl", root / "data/states/id.ttl")
    kept = "".join(file.read_text(encoding="utf-8") for file in (root / "data").rglob("*.ttl"))
    head, *records = (ROOT / "data/sources.ttl").read_text(encoding="utf-8").split("\n\n")
    cited = set(re.findall(r"source:[a-z0-9-]+", kept))
    sources = "\n\n".join([head, *(record for record in records if record.split()[0] in cited)])
    (root / "data/sources.ttl").write_text(sources + "\n", encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def isolated() -> Iterator[Isolated]:
    with Isolated() as server:
        yield server
