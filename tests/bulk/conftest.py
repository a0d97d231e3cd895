"""A few states are enough to tell what is imported."""

from __future__ import annotations

import pytest

from kgtools.core.project import Project


@pytest.fixture(scope="session")
def project(few: Project) -> Project:
    return few
