"""A project with the ontology and the shapes and no data, so that context costs little."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgtools.core.project import Project

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The ontology and shapes of the repository, without its data."""
    root = tmp_path_factory.mktemp("project")
    for name in ("ontology", "shapes"):
        (root / name).symlink_to(ROOT / name)
    for name in ("data", "queries"):
        (root / name).mkdir()
    return Project(root)
