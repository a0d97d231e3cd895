"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgtools.project import Project

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def project() -> Project:
    return Project(ROOT)
