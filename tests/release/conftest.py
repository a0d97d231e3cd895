"""One release, built once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgtools.core.project import Project
from kgtools.publish.release.build import Built, build
from tests.conftest import FEW_OR_WHOLE, ROOT


@pytest.fixture(scope="session", params=FEW_OR_WHOLE)
def project(request: pytest.FixtureRequest, few: Project) -> Project:
    return few if request.param == "few" else Project(ROOT)


@pytest.fixture(scope="session")
def built(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(project, tmp_path_factory.mktemp("release") / "dist")


@pytest.fixture(scope="session")
def dist(built: Built) -> Path:
    return built.folder
