"""The project that is installed with kgtools is read from anywhere, and never written to."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

import kgtools.core.project
from kgtools.cli.main import main
from kgtools.core.project import Project
from tests.bulk.test_import import GOOD


@pytest.fixture
def bundle(few_copy: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package with its copy of the project, and a user in a folder that holds none."""
    package, here = tmp_path / "site-packages" / "kgtools", tmp_path / "anywhere"
    package.mkdir(parents=True)
    here.mkdir()
    few_copy.root.rename(package / "bundle")
    monkeypatch.setattr(kgtools.core.project, "_PACKAGE", package)
    monkeypatch.chdir(here)
    (here / "my.yaml").write_text(GOOD, encoding="utf-8")
    (here / "mine.ttl").write_text("<urn:a>   <urn:b> <urn:c> .\n", encoding="utf-8")
    return package / "bundle"


def files(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("words", ["import my.yaml", "accept book.xlsx", "fmt", "fmt {bundle}/data/sources.ttl"])
def test_what_writes_data_refuses_it(words: str, bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(bundle)
    assert main(words.format(bundle=bundle).split()) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"Nothing was written: it would have gone to {bundle}" in said.err
    assert "clone the repository" in said.err
    assert files(bundle) == before


def test_naming_it_does_not_help(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "my.yaml", "--project", str(bundle)]) == 2
    assert "it would have gone to" in capsys.readouterr().err


def test_what_writes_nothing_reads_it(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(bundle)
    assert main(["import", "--dry-run", "my.yaml"]) == 0
    assert str(bundle / "data" / "states" / "ut.ttl") in capsys.readouterr().out.splitlines()
    assert main(["accept", "--dry-run", "book.xlsx"]) == 2
    assert "There is no such file" in capsys.readouterr().err
    assert main(["fmt", "--check", "mine.ttl"]) == 1
    assert main(["fmt", "mine.ttl"]) == 0
    assert Path("mine.ttl").read_text(encoding="utf-8") == "\n<urn:a> <urn:b> <urn:c> .\n"
    assert files(bundle) == before


def test_the_copy_that_the_message_makes_takes_the_data(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "my.yaml"]) == 2
    command = capsys.readouterr().err.split("`")[1]
    subprocess.run(shlex.split(command), check=True)
    before = files(bundle)
    assert main(["import", "my.yaml", "--project", "spf-kg"]) == 0
    assert "Test credit rule" in Path("spf-kg/data/states/ut.ttl").read_text(encoding="utf-8")
    assert files(bundle) == before
