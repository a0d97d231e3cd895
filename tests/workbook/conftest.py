"""What the tests of tables share: the project's graph, read once a process, and small builders."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.tables.context import Context
from kgtools.tables.convert import workbook
from kgtools.tables.names import Names
from kgtools.tables.template import template_triples

DAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="session")
def project(few: Project) -> Project:
    """A few states are enough to tell how tables are read and written."""
    return few


@pytest.fixture(scope="session")
def context(project: Project) -> Context:
    return Context.of(project, Files())


@pytest.fixture(scope="session")
def names(context: Context) -> Names:
    return context.names()


@pytest.fixture(scope="session")
def utah_bytes(context: Context) -> bytes:
    state = context.jurisdiction("UT")
    triples = template_triples(context, state, DAY, "0.1.0", filled=True)
    return workbook(triples, context, day=DAY, title="Utah", version="0.1.0")


@pytest.fixture
def utah(utah_bytes: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "ut.xlsx"
    file.write_bytes(utah_bytes)
    return file


@pytest.fixture(scope="session")
def soffice() -> str:
    found = shutil.which("soffice")
    if not found:
        pytest.skip("LibreOffice (soffice) is not installed here")
    return found
