"""One release, built once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgtools.core.project import Project
from kgtools.publish.release.build import Built, build


@pytest.fixture(scope="session")
def built(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(project, tmp_path_factory.mktemp("release") / "dist")


@pytest.fixture(scope="session")
def dist(built: Built) -> Path:
    return built.folder
