"""Killed before each single step on the disk: several files, one file, and a folder are of the old or of the new."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from kgtools.graph.disk.folders import recover_folder, staged_folder
from kgtools.graph.disk.journal import recover
from kgtools.graph.writing import write_files
from tests.crash.steps import killed_before
from tests.crash.workspace import litter_of

_FORKED = multiprocessing.get_context("fork")


def run_and_kill(action: Callable[[], None], step: int) -> bool:
    """Run an action in a process of its own, killed before a step on the disk; says whether it was."""
    process = _FORKED.Process(target=_child, args=(action, step))
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def _child(action: Callable[[], None], step: int) -> None:
    killed_before(step)
    action()
    os._exit(0)


def everything(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): file.read_text()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    }


def check_every_step(
    make: Callable[[Path], None], action: Callable[[Path], None], recover: Callable[[Path], None], folder: Path
) -> set[str]:
    """Kill an action before each of its steps; returns which of the states were found."""
    make(folder)
    old = everything(folder)
    action(folder)
    new = everything(folder)
    found, step, killed = set(), 0, True
    while killed:
        step += 1
        shutil.rmtree(folder)
        make(folder)
        killed = run_and_kill(lambda: action(folder), step)
        recover(folder)
        seen = everything(folder)
        assert seen in (old, new), f"torn before step {step}"
        found.add("old" if seen == old else "new")
        action(folder)
        assert everything(folder) == new
        assert litter_of(folder) == []
    assert step > 5, "the steps were not seen"
    return found


def make_files(folder: Path) -> None:
    (folder / "deep").mkdir(parents=True)
    (folder / "a").write_text("old a")
    (folder / "deep" / "b").write_text("old b")
    (folder / "left").write_text("left alone")


def write_three(folder: Path) -> None:
    write_files({folder / "a": "new a", folder / "deep" / "b": "new b", folder / "new" / "c": "new c"}, within=folder)


def write_one(folder: Path) -> None:
    write_files({folder / "a": "new a"})


def test_several_files(tmp_path: Path) -> None:
    assert check_every_step(make_files, write_three, recover, tmp_path / "x") == {"old", "new"}


def test_without_recovery_several_files_would_be_torn(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="torn before step"):
        check_every_step(make_files, write_three, lambda _: None, tmp_path / "x")


def test_one_file(tmp_path: Path) -> None:
    assert check_every_step(make_files, write_one, lambda _: None, tmp_path / "x") == {"old", "new"}


def make_folder(folder: Path) -> None:
    (folder / "site" / "deep").mkdir(parents=True)
    (folder / "site" / "index").write_text("old")
    (folder / "site" / "deep" / "gone").write_text("old")


def replace_folder(folder: Path, *, at_once: bool = True) -> None:
    with staged_folder(folder / "site") as staged:
        (staged.work / "index").write_text("new")
        (staged.work / "other").write_text("new")
        staged.install(at_once=at_once)


@pytest.mark.parametrize("at_once", [True, False], ids=["in one step", "in two steps"])
def test_a_folder(tmp_path: Path, at_once: bool) -> None:
    recover: Callable[[Path], None] = lambda _: None  # noqa: E731 - what the system does in one step needs no recovery
    if not at_once:
        recover = lambda folder: recover_folder(folder / "site")  # noqa: E731
    assert check_every_step(make_folder, partial(replace_folder, at_once=at_once), recover, tmp_path / "x") == {
        "old",
        "new",
    }


def test_a_folder_that_is_new(tmp_path: Path) -> None:
    def make(folder: Path) -> None:
        folder.mkdir(parents=True)

    assert check_every_step(make, replace_folder, lambda _: None, tmp_path / "x") == {"old", "new"}


def test_an_error_on_the_way_changes_nothing(tmp_path: Path) -> None:
    make_files(tmp_path / "x")
    old = everything(tmp_path / "x")
    (tmp_path / "x" / "file").write_text("where a folder should be")
    with pytest.raises(OSError, match="file"):
        write_files({tmp_path / "x/a": "new", tmp_path / "x/file/c": "new"}, within=tmp_path / "x")
    with pytest.raises(FileNotFoundError), staged_folder(tmp_path / "x" / "deep") as staged:
        (staged.work / "missing" / "b").write_text("new")
    (tmp_path / "x" / "file").unlink()
    assert everything(tmp_path / "x") == old
    assert litter_of(tmp_path) == []
