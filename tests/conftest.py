"""What all tests share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

import hypothesis
import pytest

from kgtools.core.project import Project
from tests.few_states import few_states

# No test times anything: a busy machine must not make one fail.
hypothesis.settings.register_profile("untimed", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("untimed")

Figures: TypeAlias = Callable[[str], None]
"""Takes a sentence on what a long proof has measured."""

ROOT = Path(__file__).resolve().parents[1]


FEW_OR_WHOLE: Final = ("few", pytest.param("whole", marks=pytest.mark.soak))
"""For fixtures that give a few states in `make test`, and in `make soak` the whole project as well."""


@pytest.fixture(scope="session", autouse=True)
def no_index_in_the_users_cache() -> Iterator[None]:
    """No test leaves an index with the user; those of the index name a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KGTOOLS_CACHE", "off")
        yield


@pytest.fixture(scope="session")
def project() -> Project:
    return Project(ROOT)


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The records of a few states, to be read only."""
    return few_states(ROOT, tmp_path_factory.mktemp("few") / "project")


@pytest.fixture
def few_copy(few: Project, tmp_path: Path) -> Project:
    """The records of a few states, to be written to."""
    shutil.copytree(few.root, tmp_path / "project")
    return Project(tmp_path / "project")


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Figures:
    """Told what a test has measured; all of it stands at the end of the run, from whatever process it came."""
    return lambda sentence: record_property("figures", sentence)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured."""
    reports = [report for each in terminalreporter.stats.values() for report in each]
    told = {
        (report.nodeid, str(sentence))
        for report in reports
        if isinstance(report, pytest.TestReport)
        for name, sentence in report.user_properties
        if name == "figures"
    }
    if told:
        terminalreporter.section("figures")
    for test, sentence in sorted(told):
        terminalreporter.line(f"{test.rpartition('::')[2]}: {sentence}")
