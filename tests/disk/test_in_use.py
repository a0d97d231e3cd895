"""Several commands at once: right answers, or a sentence that names who is at work; never a wrong answer."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import pytest

from kgtools.cli.main import main
from kgtools.graph.disk import locks
from kgtools.graph.disk.locks import InUseError, in_use
from kgtools.graph.loading import open_target
from kgtools.graph.store import EmbeddedStore
from kgtools.graph.store.interface import StoreError
from tests.conftest import ROOT, Figures
from tests.crash.workspace import files_of, litter_of, make_workspace, quads_of

_HOLD: Final = "import sys, time; {}; print('held', flush=True); time.sleep(120)"
_SIZE: Final = 400
"""Triples of a version; each says of itself which version it is of, so that a mixed answer shows."""


@contextmanager
def another(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that does something and then waits."""
    command = [sys.executable, "-c", _HOLD.format(code), *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for others no longer than a moment."""
    monkeypatch.setattr(locks, "PATIENCE", 0.2)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    write_version(tmp_path / "v.ttl", 0)
    assert main(load(tmp_path / "store", tmp_path / "v.ttl")) == 0
    return tmp_path / "store"


def load(store: Path, file: Path) -> list[str]:
    command = ["--project", str(ROOT), "load", "--no-validate", "--replace", "--graph", "urn:g"]
    return [*command, "--store", str(store), str(file)]


def write_version(file: Path, version: int) -> None:
    file.write_text("".join(f"<urn:s{number}> <urn:version> {version} .\n" for number in range(_SIZE)))


READ: Final = "from kgtools.graph.store import EmbeddedStore; from pathlib import Path; "


def test_a_writer_waits_for_readers_and_names_one(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = quads_of(store)
    write_version(tmp_path / "v.ttl", 1)
    with another(f"{READ} kept = EmbeddedStore(Path(sys.argv[1]), read_only=True)", str(store)) as reader:
        assert quads_of(store) == before, "readers don't keep one another out"
        assert main(load(store, tmp_path / "v.ttl")) == 2
        told = capsys.readouterr().err
        assert f"{store} is in use by process {reader.pid} (" in told
        assert "Wait until that ends" in told
        assert quads_of(store) == before
    assert main(load(store, tmp_path / "v.ttl")) == 0
    assert quads_of(store) != before
    assert litter_of(tmp_path) == []


@pytest.mark.parametrize(
    "code",
    [
        f"{READ} kept = EmbeddedStore(Path(sys.argv[1]))",
        "import pyoxigraph; kept = pyoxigraph.Store(sys.argv[1])",
    ],
    ids=["kgtools", "Oxigraph"],
)
def test_who_writes_in_place_keeps_others_from_writing(
    code: str, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with another(code, str(store)) as writer:
        assert main(load(store, tmp_path / "v.ttl")) == 2
        assert f"is in use by process {writer.pid} (" in capsys.readouterr().err
        with pytest.raises(InUseError, match=str(writer.pid)):
            EmbeddedStore(store)
    assert main(load(store, tmp_path / "v.ttl")) == 0


def test_readers_go_on_while_a_load_is_prepared_and_a_second_load_is_refused(store: Path, tmp_path: Path) -> None:
    before = quads_of(store)
    with open_target(str(store), None) as target:
        target.put("urn:g", frozenset({ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.Literal(1))}))
        assert quads_of(store) == before
        with pytest.raises(InUseError, match=f"process {os.getpid()} "), open_target(str(store), None):
            pass
    assert quads_of(store) != before


def test_a_load_that_fails_changes_nothing(store: Path, tmp_path: Path) -> None:
    before = quads_of(store)
    with pytest.raises(StoreError, match="stop"), open_target(str(store), None) as target:
        fail_after_putting(target.put)
    assert quads_of(store) == before
    assert litter_of(tmp_path) == []


def fail_after_putting(put: object) -> None:
    put("urn:g", frozenset())  # type: ignore[operator]
    raise StoreError("stop")


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_a_lock_ends_with_its_process_however_it_ends(store: Path, tmp_path: Path, ending: signal.Signals) -> None:
    code = "from kgtools.graph.disk.locks import in_use; from pathlib import Path; kept = in_use(Path(sys.argv[1])); "
    with another(f"{code} kept.__enter__()", str(tmp_path)) as holder:
        with pytest.raises(InUseError, match=f"process {holder.pid} "), in_use(tmp_path):
            pass
        holder.send_signal(ending)
        holder.wait()
        assert litter_of(tmp_path) == [".kgtools-lock"]
        with in_use(tmp_path), in_use(tmp_path):
            pass
    assert litter_of(tmp_path) == []
    assert len(quads_of(store)) == 1


def test_who_holds_it_is_told_without_proc_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "PROC", tmp_path / "no such folder")
    monkeypatch.setattr("sys.argv", ["/x/bin/kgtools", "accept", "a file.xlsx"])
    with in_use(tmp_path):
        monkeypatch.setattr("threading.get_ident", lambda: -1)
        with pytest.raises(InUseError) as refusal, in_use(tmp_path):
            pass
        monkeypatch.undo()
    assert f"in use by process {os.getpid()} (kgtools accept 'a file.xlsx')." in str(refusal.value)


@pytest.mark.parametrize("verb", [("accept", "wy.ttl"), ("import", "records.yaml"), ("fmt",)], ids=lambda v: v[0])
def test_two_changes_of_a_project_at_once(
    verb: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_workspace(tmp_path / "work")
    project = tmp_path / "work" / "project"
    before = files_of(project)
    code = "from kgtools.graph.disk.locks import in_use; from pathlib import Path; kept = in_use(Path(sys.argv[1])); "
    arguments = ["--project", str(project), verb[0], *(str(tmp_path / "work" / name) for name in verb[1:])]
    with another(f"{code} kept.__enter__()", str(project)) as holder:
        assert main(arguments) == 2
        assert f"{project} is in use by process {holder.pid} (" in capsys.readouterr().err
    assert files_of(project) == before
    assert main(arguments) == 0
    assert litter_of(project) == []


@pytest.mark.parametrize(
    ("seconds", "readers"), [(4, 8), pytest.param(180, 8, marks=pytest.mark.soak)], ids=["short", "long"]
)
def test_many_readers_and_two_writers(
    seconds: int, readers: int, store: Path, tmp_path: Path, figures: Figures
) -> None:
    command = [sys.executable, "-m", "tests.disk.at_once"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    roles = ["read"] * readers + ["write"] * 2
    end = str(time.time() + seconds)
    running = [
        subprocess.Popen(
            [*command, role, str(store), str(tmp_path / f"{number}.ttl"), end],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for number, role in enumerate(roles)
    ]
    counted: Counter[str] = Counter()
    for role, process in zip(roles, running, strict=True):
        told, _ = process.communicate(timeout=seconds + 120)
        assert process.returncode == 0, told
        for row in csv.reader(io.StringIO(told)):
            counted[f"{role} {row[0]}"] += int(row[1])
    assert counted["read wrong"] == counted["write wrong"] == 0, counted
    assert counted["read right"] >= readers
    assert counted["write right"] >= 2
    assert litter_of(tmp_path) == []
    if seconds > 60:
        figures(f"{readers} readers and 2 writers for {seconds} s: {dict(counted)}")
