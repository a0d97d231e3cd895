"""The journal: what it may do when it comes from a stranger, and where it can't be finished."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kgtools.cli.main import main
from kgtools.graph.disk.journal import JOURNAL, STAGING, UnfinishedError, recover
from kgtools.graph.disk.locks import LOCK, InUseError, in_use
from tests.conftest import ROOT

NEW = ".a.0123456789ab.kgtools-new"


@pytest.mark.parametrize(
    "pairs",
    [
        [["../evil", "../victim"]],
        [["evil", "victim"]],
        [[".other.0123456789ab.kgtools-new", "victim"]],
        [["deep/.victim.0123456789ab.kgtools-new", "victim"]],
        [["evil"]],
        {"evil": "victim"},
        "evil",
        7,
    ],
)
def test_a_journal_from_elsewhere_renames_and_removes_nothing(tmp_path: Path, pairs: object) -> None:
    folder = tmp_path / "project"
    (folder / "deep").mkdir(parents=True)
    for file in (tmp_path / "evil", folder / "evil", tmp_path / "victim", folder / "victim"):
        file.write_text(file.name)
    (folder / STAGING).write_text(json.dumps(pairs))
    recover(folder)
    (folder / JOURNAL).write_text(json.dumps(pairs))
    with pytest.raises(UnfinishedError, match="is not a journal of kgtools; look at it, and remove it"):
        recover(folder)
    for file in (tmp_path / "evil", folder / "evil", tmp_path / "victim", folder / "victim"):
        assert file.read_text() == file.name


def test_any_command_finishes_a_change_before_it_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("ontology", "shapes", "data", "queries"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "a").write_text("old")
    (tmp_path / NEW).write_text("new")
    (tmp_path / JOURNAL).write_text(json.dumps([[NEW, "a"]]))
    assert main(["--project", str(tmp_path), "query", "--list", "--format", "csv"]) == 0
    assert capsys.readouterr().out
    assert (tmp_path / "a").read_text() == "new"
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_a_folder_of_tables_is_finished_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "policies.csv").write_text("old")
    new = ".policies.csv.0123456789ab.kgtools-new"
    (tmp_path / new).write_text("new")
    (tmp_path / JOURNAL).write_text(json.dumps([[new, "policies.csv"]]))
    main(["--project", str(ROOT), "validate", str(tmp_path)])
    assert (tmp_path / "policies.csv").read_text() == "new"


def test_what_is_being_prepared_is_left_alone_and_what_is_being_finished_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / NEW).write_text("new")
    (tmp_path / STAGING).write_text(json.dumps([[NEW, "a"]]))
    with in_use(tmp_path):
        monkeypatch.setattr("threading.get_ident", lambda: -1)  # another command, as far as locks are concerned
        recover(tmp_path)
        assert (tmp_path / NEW).exists()
        (tmp_path / STAGING).rename(tmp_path / JOURNAL)
        monkeypatch.setattr("kgtools.graph.disk.locks.PATIENCE", 0.1)
        with pytest.raises(InUseError, match="is in use by process"):
            recover(tmp_path)
        monkeypatch.undo()
    assert not (tmp_path / LOCK).exists()
    recover(tmp_path)
    assert (tmp_path / "a").read_text() == "new"
    assert not list(tmp_path.glob(".*"))


def test_a_folder_is_not_taken_for_a_journal(tmp_path: Path) -> None:
    (tmp_path / JOURNAL).mkdir()
    (tmp_path / STAGING).mkdir()
    recover(tmp_path)
    assert (tmp_path / JOURNAL).is_dir()
