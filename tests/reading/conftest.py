"""Two states are enough to tell what is read when."""

from __future__ import annotations

import pytest

from kgtools.core.project import Project
from tests.conftest import ROOT
from tests.few_states import few_states


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return few_states(ROOT, tmp_path_factory.mktemp("few") / "project", ("ut", "wy"), ("gu",))


@pytest.fixture(scope="session")
def project(few: Project) -> Project:
    return few
