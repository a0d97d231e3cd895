"""The index of a project's files: it answers as the files do, and never stands for files that have changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgtools.answers.questions import find_question
from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.graph import cache
from tests.conftest import ROOT
from tests.questions.asking import ask
from tests.questions.test_loading import small_project


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def loaded(project: Project) -> str:
    """Where the graph came from, after a command would have remembered it."""
    store = cache.cached_project(project)
    cache.remember(project, store)
    return store.name


def test_the_second_question_reads_the_index_and_is_answered_alike(tmp_path: Path, folder: Path) -> None:
    project = small_project(tmp_path / "project")
    question = find_question(Project(ROOT), "coverage")
    first = cache.cached_project(project)
    cache.remember(project, first)
    second = cache.cached_project(project)
    assert first.name == "memory"
    assert Path(second.name).parent == folder
    assert ask(second, question, {"state": "UT,KY"}) == ask(first, question, {"state": "UT,KY"})


def test_a_changed_a_new_and_a_removed_file_are_read_again(tmp_path: Path, folder: Path) -> None:
    project = small_project(tmp_path / "project")
    assert loaded(project) == "memory"
    assert loaded(project) != "memory"
    fixture = project.root / "data" / "fixture.ttl"
    fixture.write_bytes(fixture.read_bytes() + b"\n")
    assert loaded(project) == "memory"
    (project.root / "data" / "more.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    assert loaded(project) == "memory"
    (project.root / "data" / "more.ttl").unlink()
    assert loaded(project) != "memory"
    assert len(list(folder.iterdir())) <= 3


def test_a_spoiled_index_and_a_folder_that_cannot_be_written_are_passed_over(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = small_project(tmp_path / "project")
    loaded(project)
    (index,) = folder.iterdir()
    for file in index.iterdir():
        file.write_bytes(b"")
    assert loaded(project) == "memory"
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "file" / "below"))
    assert loaded(project) == "memory"
    monkeypatch.setenv(cache.VARIABLE, "off")
    assert loaded(project) == "memory"


def test_a_question_on_the_command_line_makes_the_index(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = []
    for _ in range(2):
        assert main(["--project", str(ROOT), "query", "gaps", "-p", "state=UT", "--format", "csv"]) == 0
        answers.append(capsys.readouterr().out)
        assert len(list(folder.iterdir())) == 1
    assert answers[0] == answers[1]


def test_what_else_the_folder_holds_stays_there(tmp_path: Path, folder: Path) -> None:
    others = [folder / name for name in ("letters", "photos", "a" * 31, "taxes", ("b" * 32) + ".123")]
    for other in others:
        (other / "inside").mkdir(parents=True)
    project = small_project(tmp_path / "project")
    more = project.root / "data" / "more.ttl"
    for number in range(5):
        more.write_text(f"<urn:a> <urn:b> {number} .")
        assert loaded(project) == "memory"
    assert [other for other in others if not (other / "inside").is_dir()] == []
    assert len([each for each in folder.iterdir() if each not in others]) == 3
