"""Places that can't be written to: one sentence, exit 2, nothing lost, nothing left lying about."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Final

import pytest

from kgtools.cli.main import main
from kgtools.graph.writing import write_files
from tests.bulk.test_import import GOOD
from tests.conftest import ROOT
from tests.crash.workspace import files_of, litter_of, make_workspace, quads_of
from tests.disk.places import bound_by_permissions, fill, only_to_read, small_disk

DATA: Final = "<urn:a> <urn:p> 1 , 2 .\n"
OF_PROJECT: Final = ("--project", str(ROOT))


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must be refused in one sentence; returns the sentence."""
    capsys.readouterr()
    assert main([*OF_PROJECT, *arguments]) == 2
    return sentence(capsys.readouterr().err)


def sentence(told: str) -> str:
    lines = [line for line in told.splitlines() if line]
    assert len(lines) == 1, told
    assert lines[0].startswith("kgtools: ")
    assert lines[0].endswith(".")
    assert "Errno" not in told
    assert ".kgtools" not in told, "the user knows nothing of our temporary files"
    return lines[0]


@contextmanager
def on_full_disk(folder: Path) -> Iterator[Path]:
    with small_disk(folder, 4) as disk:
        (disk / "out.csv").write_text("old")
        fill(disk)
        yield disk / "out.csv"


@contextmanager
def on_read_only_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    (folder / "out.csv").write_text("old")
    with only_to_read(folder):
        yield folder / "out.csv"


def at_a_folder(folder: Path) -> AbstractContextManager[Path]:
    (folder / "out.csv").mkdir(parents=True)
    return nullcontext(folder / "out.csv")


def below_a_file(folder: Path) -> AbstractContextManager[Path]:
    folder.write_text("old")
    return nullcontext(folder / "out.csv")


def in_a_circle(folder: Path) -> AbstractContextManager[Path]:
    folder.mkdir()
    (folder / "one").symlink_to("two")
    (folder / "two").symlink_to("one")
    return nullcontext(folder / "one")


def below_a_circle(folder: Path) -> AbstractContextManager[Path]:
    return nullcontext(in_a_circle(folder).__enter__() / "out.csv")


def of_a_long_name(folder: Path) -> AbstractContextManager[Path]:
    return nullcontext(folder / ("a" * 300 + ".csv"))


WRONG: Final[dict[str, tuple[Callable[[Path], AbstractContextManager[Path]], str]]] = {
    "full disk": (on_full_disk, "The disk is full"),
    "read-only disk": (on_read_only_disk, "is read-only"),
    "a folder": (at_a_folder, "is a folder"),
    "below a file": (below_a_file, "is a file where a folder must be"),
    "links in a circle": (in_a_circle, "form a circle"),
    "below links in a circle": (below_a_circle, "form a circle"),
    "a long name": (of_a_long_name, "too long"),
}


@pytest.mark.parametrize("place", WRONG)
def test_a_file_that_cannot_be_written(place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make, words = WRONG[place]
    with make(tmp_path / "place") as target:
        before = files_of(tmp_path)
        told = refused(capsys, "query", "conditions", "-o", str(target))
        assert words in told
        assert target.name[:20] in told
        assert files_of(tmp_path) == before
        assert litter_of(tmp_path) == []


def load(store: Path, file: Path) -> tuple[str, ...]:
    return ("load", "--no-validate", "--store", str(store), "--graph", "urn:g", str(file))


@pytest.mark.parametrize("place", [place for place in WRONG if place not in ("a folder", "full disk")])
def test_a_store_that_cannot_be_written(place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data.ttl").write_text(DATA)
    make, words = WRONG[place]
    with make(tmp_path / "place") as target:
        before = files_of(tmp_path)
        told = refused(capsys, *load(target, tmp_path / "data.ttl"))
        assert words in told or "is a file; name a folder" in told
        assert files_of(tmp_path) == before
        assert litter_of(tmp_path) == []


def test_a_folder_that_is_no_store_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data.ttl").write_text(DATA)
    before = files_of(tmp_path)
    assert "not a store" in refused(capsys, *load(tmp_path, tmp_path / "data.ttl"))
    assert "holds no store" in refused(capsys, "query", "conditions", "--store", str(tmp_path))
    assert "There is no store" in refused(capsys, "query", "conditions", "--store", str(tmp_path / "none"))
    assert "is a file" in refused(capsys, "query", "conditions", "--store", str(tmp_path / "data.ttl"))
    assert files_of(tmp_path) == before


@pytest.mark.parametrize("leave", [0, 200_000, 1_000_000])
def test_a_store_on_a_full_disk_keeps_what_it_holds(
    leave: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tools.bench.generate import write

    write(tmp_path / "much.ttl", 2000, seed=1)
    (tmp_path / "data.ttl").write_text(DATA)
    with small_disk(tmp_path / "disk", 16) as disk:
        assert main([*OF_PROJECT, *load(disk / "store", tmp_path / "data.ttl")]) == 0
        before = quads_of(disk / "store")
        fill(disk, leave)
        told = refused(capsys, *load(disk / "store", tmp_path / "much.ttl"))
        assert "disk is full" in told or "No space left" in told
        assert quads_of(disk / "store") == before
        assert litter_of(disk) == []
        (disk / "filling").unlink()
        (tmp_path / "more.ttl").write_text("<urn:a> <urn:p> 3 .")
        assert main([*OF_PROJECT, *load(disk / "store", tmp_path / "more.ttl")]) == 0
        assert quads_of(disk / "store") != before


@pytest.mark.parametrize(("megabytes", "leave"), [(12, 0), (12, 8_192), (12, 100_000)])
def test_an_import_on_a_full_disk_changes_nothing(
    megabytes: int, leave: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_disk(tmp_path / "disk", megabytes) as disk:
        make_workspace(disk / "work")
        fill(disk, leave)
        before = files_of(disk)
        arguments = ["--project", str(disk / "work/project"), "import", str(disk / "work/records.yaml")]
        capsys.readouterr()
        assert main(arguments) == 2
        lines = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("warning: ")]
        assert "The disk is full" in sentence("\n".join(lines))
        assert files_of(disk) == before
        assert litter_of(disk) == []
        (disk / "filling").unlink()
        assert main(arguments) == 0
        assert files_of(disk) != before


@pytest.mark.parametrize("verb", ["build", "site", "export"])
def test_a_folder_of_output_that_cannot_be_written(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "one").symlink_to("one")
    before = files_of(tmp_path)
    told = refused(capsys, verb, "-o", str(tmp_path / "file"))
    assert "is a file" in told
    if verb != "export":  # which asks the disk only when the tables are made
        assert "is a file where a folder must be" in refused(capsys, verb, "-o", str(tmp_path / "file" / "below"))
        assert "form a circle" in refused(capsys, verb, "-o", str(tmp_path / "one"))
    assert files_of(tmp_path) == before
    assert litter_of(tmp_path) == []


def test_without_permission_nothing_is_changed(tmp_path: Path) -> None:
    store, shut = tmp_path / "stores" / "store", tmp_path / "shut"
    (tmp_path / "data.ttl").write_text(DATA)
    (tmp_path / "records.yaml").write_text(GOOD)
    assert main([*OF_PROJECT, *load(store, tmp_path / "data.ttl")]) == 0
    shutil.copytree(ROOT / "data", shut / "data")
    for name in ("ontology", "shapes", "queries"):
        (shut / name).symlink_to(ROOT / name)
    closed = [store.parent, store, shut, *(path for path in shut.rglob("*") if path.is_dir() and not path.is_symlink())]
    for folder in closed:
        folder.chmod(0o555)
    before = files_of(tmp_path)
    try:
        for arguments in (
            ("query", "conditions", "-o", str(shut / "out.csv")),
            load(store, tmp_path / "data.ttl"),
            ("--project", str(shut), "import", str(tmp_path / "records.yaml")),
            ("build", "-o", str(shut / "dist")),
            ("site", "-o", str(shut / "site")),
        ):
            done = bound_by_permissions(*arguments, cwd=tmp_path)
            assert done.returncode == 2, done.stderr
            assert "You are not allowed to do this" in sentence(done.stderr)
            assert files_of(tmp_path) == before
        done = bound_by_permissions("query", "conditions", "--store", str(store), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    finally:
        for folder in closed:
            folder.chmod(0o755)


def test_spaces_and_letters_of_other_scripts_are_plain_names(tmp_path: Path) -> None:
    folder = tmp_path / 'mes données 教育 it\'s "so"'
    folder.mkdir()
    (folder / "ein blatt ä.ttl").write_text(DATA)
    assert main([*OF_PROJECT, *load(folder / "der speicher ü", folder / "ein blatt ä.ttl")]) == 0
    assert len(quads_of(folder / "der speicher ü")) == 1
    assert main([*OF_PROJECT, *load(folder / "der speicher ü", folder / "ein blatt ä.ttl")]) == 0
    assert main([*OF_PROJECT, "query", "conditions", "-o", str(folder / "antwort ß.csv")]) == 0
    assert (folder / "antwort ß.csv").read_text().count("\n") > 8
    assert litter_of(folder) == []


def test_a_link_stays_and_what_it_points_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "out.csv").write_text("old")
    (tmp_path / "out.csv").symlink_to("real/out.csv")
    (tmp_path / "data.ttl").write_text(DATA)
    (tmp_path / "store").symlink_to("real/store")
    assert main([*OF_PROJECT, "query", "conditions", "-o", str(tmp_path / "out.csv")]) == 0
    assert (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "real" / "out.csv").read_text() != "old"
    for _ in range(2):
        assert main([*OF_PROJECT, *load(tmp_path / "store", tmp_path / "data.ttl")]) == 0
    assert (tmp_path / "store").is_symlink()
    assert len(quads_of(tmp_path / "store")) == 1


def test_a_pipe_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    assert main([*OF_PROJECT, "query", "conditions", "-o", str(pipe)]) == 0
    reader.join(30)
    assert pipe.is_fifo()
    assert read[0].count("\n") > 8


def test_the_rights_of_a_file_stay_and_new_ones_follow_the_mask(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old")
    (tmp_path / "old").chmod(0o640)
    before = os.umask(0o077)
    try:
        write_files({tmp_path / "old": "new"})
        write_files({tmp_path / "new": "new"})
    finally:
        os.umask(before)
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600
