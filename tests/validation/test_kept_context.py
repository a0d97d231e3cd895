"""What a file is checked against is read from the cache folder where that can be, and nothing of the report changes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
import pytest

from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.graph import cache
from kgtools.graph.files import Files
from kgtools.validation import Request, lookup, run, validate_files
from kgtools.validation.render import Style, render
from tests.conftest import ROOT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def tiny(tmp_path: Path) -> Project:
    """A project whose data is what the records of one file beside it refer to."""
    root = tmp_path / "project"
    (root / "data").mkdir(parents=True)
    (root / "queries").mkdir()
    for name in ("ontology", "shapes"):
        (root / name).symlink_to(ROOT / name)
    fixtures = Path(__file__).parent / "fixtures"
    shutil.copy(fixtures / "complete-elsewhere.ttl", root / "data" / "elsewhere.ttl")
    shutil.copy(fixtures / "complete.ttl", root)
    return Project(root)


@pytest.fixture
def read_again(monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Whether files were parsed for their being looked up since this was asked last."""
    counted: list[int] = []
    inner = lookup.read_lookup

    def spy(paths: tuple[Path, ...], files: Files, most: int) -> lookup.Lookup | None:
        counted.append(len(paths))
        return inner(paths, files, most)

    monkeypatch.setattr(lookup, "read_lookup", spy)

    def told() -> bool:
        found = bool(counted)
        counted.clear()
        return found

    return told


def _report(project: Project, *files: Path, cached: bool = True) -> str:
    told = render(validate_files(Request(files=files, alone=cached), project), "json", Style())
    return re.sub(r"_:\w+", "_:b", str(told))


def _handed_in(project: Project, target: Path) -> Path:
    """A submission that leaves records out, misspells a term, and cites what is on record."""
    text = (project.root / "data" / "states" / "ut.ttl").read_text(encoding="utf-8")
    records = text.split("\n\n")
    kept = [record for number, record in enumerate(records) if number % 9 or record.startswith("@prefix")]
    target.write_text("\n\n".join(kept).replace("spf:citation", "spf:citatoin", 1), encoding="utf-8")
    return target


def test_reports_are_the_same_from_files_and_from_what_was_kept(
    few: Project, folder: Path, tmp_path: Path, read_again: Callable[[], bool]
) -> None:
    states = few.root / "data" / "states"
    handed = _handed_in(few, tmp_path / "handed.ttl")
    asked = [
        (states / "ut.ttl",),
        (handed,),
        (states / "ut.ttl", handed),  # what the first states is not on record while it is checked
        (states / "wy.ttl", few.data[0]),
    ]
    wanted = [_report(few, *files, cached=False) for files in asked]
    _report(few, states / "ut.ttl")
    assert [file.suffix for file in folder.iterdir()] == [".seen"]  # what is read once is not worth keeping
    _report(few, states / "ut.ttl")
    assert read_again()
    assert [_report(few, *files) for files in asked] == wanted
    assert not read_again()
    assert {file.suffix for file in folder.iterdir()} == {".seen", ".context"}
    assert any('"records": 0' not in told for told in wanted)


def test_a_file_whose_nodes_have_no_names_is_taken_out_by_reading_the_others(
    few: Project, folder: Path, read_again: Callable[[], bool]
) -> None:
    core = few.root / "ontology" / "core.ttl"
    wanted = _report(few, core, cached=False)
    _report(few, few.data[0])
    read_again()
    assert _report(few, core) == wanted


def test_a_change_of_the_context_changes_the_answer(tiny: Project, folder: Path) -> None:
    checked, elsewhere = tiny.root / "complete.ttl", tiny.root / "data" / "elsewhere.ttl"
    text = elsewhere.read_text(encoding="utf-8")
    mine = checked.read_text(encoding="utf-8").replace(" spf:restsOn ", " spf:restsOn provision:of-another-file, ", 1)
    checked.write_text(mine, encoding="utf-8")
    elsewhere.write_text(f"{text}\nprovision:of-another-file a spf:Provision .\n", encoding="utf-8")
    fine = _report(tiny, checked)
    assert '"violation": 0' in fine
    assert [_report(tiny, checked) for _ in range(2)] == [fine, fine]
    elsewhere.write_text(f"{text}\nprovision:of-another-file a spf:Source .\n", encoding="utf-8")
    broken = _report(tiny, checked)
    assert '"violation": 1' in broken
    assert broken == _report(tiny, checked, cached=False)
    elsewhere.write_text(f"{text}\nprovision:of-another-file a spf:Provision .\n", encoding="utf-8")
    assert _report(tiny, checked) == fine
    (tiny.root / "data" / "more.ttl").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    more = _report(tiny, checked)
    assert more == _report(tiny, checked, cached=False) != fine  # one more statement was looked up


_MISTAKES: Final = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix spf: <https://w3id.org/spf-kg/ontology#> .
@prefix provision: <https://w3id.org/spf-kg/id/provision/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
provision:wrong a spf:Provision ; spf:sumary "A misspelled property."@en ;
  spf:dateRead "2999-01-01"^^xsd:date ; spf:summary "The cafÃ© is open, and says so in a sentence."@en .
provision:no-class spf:summary "It has no class."@en .
"""
_SHARED: Final = "<https://w3id.org/spf-kg/id/source/fx-statute> <http://www.w3.org/2004/02/skos/core#note> 'more' ."
_UNNAMED: Final = "[] a <https://w3id.org/spf-kg/ontology#Provision> ; <urn:x> [ <urn:y> _:b ] ."


@pytest.mark.parametrize(
    ("more", "is_plain"),
    [("", True), (_MISTAKES, True), (_SHARED * 2, True), (_UNNAMED, False), (f"{_MISTAKES}{_UNNAMED}", False)],
    ids=["fine", "mistakes", "twice", "unnamed", "unnamed and mistakes"],
)
def test_the_whole_graph_is_reported_on_alike_from_columns_and_from_statements(
    tiny: Project, folder: Path, monkeypatch: pytest.MonkeyPatch, more: str, is_plain: bool
) -> None:
    (tiny.root / "complete.ttl").rename(tiny.root / "data" / "complete.ttl")
    (tiny.root / "data" / "more.ttl").write_text(more, encoding="utf-8")
    found: list[bool] = []
    inner = run._read_whole

    def spy(*given: Any) -> bool:
        found.append(inner(*given))
        return found[-1]

    monkeypatch.setattr(run, "_read_whole", spy)
    told = [_report(tiny, cached=cached) for cached in (False, True, True)]
    monkeypatch.setattr(run, "_read_whole", lambda *_: False)
    assert told == [_report(tiny)] * 3
    assert found == [is_plain] * 2
    assert ("record.text.miscoded" in told[0], "2999" in told[0]) == (more.startswith(_MISTAKES),) * 2
    with monkeypatch.context() as patch:  # the same again where all statements of a file are asked for
        patch.setattr(run, "_read_whole", spy)
        patch.setattr(run, "texts_are_fine", lambda _: False)
        assert _report(tiny) == told[0]


def test_the_whole_graph_is_read_as_statements_where_two_files_describe_the_same(
    tiny: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = run._Inputs(Files())
    assert run._read_whole(inputs, Request(), tiny)
    (tiny.root / "data" / "more.ttl").write_text(_SHARED, encoding="utf-8")
    (tiny.root / "data" / "most.ttl").write_text(_SHARED, encoding="utf-8")
    told = _report(tiny)
    assert not run._read_whole(run._Inputs(Files()), Request(), tiny)
    assert told == _report(tiny, cached=False)
    core = next(file for file in tiny.ontology if "owl:Class" in file.read_text(encoding="utf-8"))
    (tiny.root / "data" / "most.ttl").write_text(f"<{_named_in(core)}> <urn:x> 1 .", encoding="utf-8")
    assert not run._read_whole(run._Inputs(Files()), Request(), tiny)


def _named_in(file: Path) -> str:
    """What a file describes first that has a name."""
    return next(q.subject.value for q in ox.parse(path=str(file)) if isinstance(q.subject, ox.NamedNode))


def test_a_context_that_cannot_be_read_is_told_each_time(tiny: Project, folder: Path) -> None:
    checked = tiny.root / "complete.ttl"
    (tiny.root / "data" / "wrong.ttl").write_text("<urn:a> <urn:b>", encoding="utf-8")
    wanted = _report(tiny, checked, cached=False)
    assert [_report(tiny, checked) for _ in range(2)] == [wanted, wanted]
    assert "wrong.ttl" in wanted
    assert not folder.exists()


def test_what_is_damaged_is_passed_over_and_told_only_to_who_looks_for_faults(
    tiny: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--project", str(tiny.root), "validate", str(tiny.root / "complete.ttl")]
    main(command)
    wanted = capsys.readouterr()
    main(command)
    assert capsys.readouterr() == wanted
    (kept,) = folder.glob("*.context")
    whole = kept.read_bytes()
    nonsense = b"{}" * 40
    for spoiled in (whole[:1000], whole[:-1], b"", whole[:5000] + b"x" + whole[5001:]):
        kept.write_bytes(spoiled)
        main([*command, "--debug"])
        told = capsys.readouterr()
        assert told.out == wanted.out
        assert f"kgtools: {kept} is damaged, so that the files are read instead." in told.err
        assert cache.kept_file(kept.name)  # it was made again
    cache.keep_file(kept.name, nonsense)
    main(command)
    assert capsys.readouterr() == wanted
    assert cache.kept_file(kept.name) not in {nonsense, None}


def test_a_folder_that_cannot_be_written_is_no_error(
    tiny: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--project", str(tiny.root), "validate", str(tiny.root / "complete.ttl")]
    main(command)  # without a cache
    wanted = capsys.readouterr()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "file" / "below"))
    main(command)
    assert capsys.readouterr() == wanted
    main([*command, "--debug"])
    assert "can't be written" in capsys.readouterr().err
    monkeypatch.delenv(cache.VARIABLE)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "file")
    main(command)
    assert capsys.readouterr() == wanted


def test_two_commands_at_once_leave_one_file_and_say_the_same(tiny: Project, folder: Path) -> None:
    words = [sys.executable, "-m", "kgtools", "--project", str(tiny.root), "validate"]
    words.append(str(tiny.root / "complete.ttl"))
    settings = {**os.environ, "PYTHONPATH": str(ROOT)}
    for left in ([".seen"], [".context", ".seen"]):
        running = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=settings) for _ in range(2)]
        said = [process.communicate()[0] for process in running]
        assert [process.returncode for process in running] == [0, 0]
        assert said[0] == said[1]
        assert sorted(file.suffix for file in folder.iterdir()) in (left, [".context", ".seen"])
    assert sorted(file.suffix for file in folder.iterdir()) == [".context", ".seen"]


def test_the_newest_three_are_kept_and_nothing_else_is_removed(folder: Path) -> None:
    folder.mkdir()
    others = [folder / name for name in ("letter.context", "0" * 32, f"{'1' * 32}.other", f"{'2' * 31}.context")]
    for other in others:
        other.write_text("mine")
    names = [f"{number:032x}.context" for number in range(5)]
    for number, name in enumerate(names):
        cache.keep_file(name, b"kept")
        os.utime(folder / name, (number, number))
    assert {file.name for file in folder.iterdir()} == {*names[2:], *(other.name for other in others)}
    assert [cache.kept_file(name) for name in names[1:3]] == [None, b"kept"]
    cache.keep_file(names[0], b"x")
    assert oct((folder / names[4]).stat().st_mode & 0o777) == oct(0o600) or os.name != "posix"


def test_the_switch_of_the_index_turns_it_off(tiny: Project, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, "off")
    _report(tiny, tiny.root / "complete.ttl")
    cache.keep_file(f"{1:032x}.context", b"x")
    assert cache.kept_file(f"{1:032x}.context") is None
    assert not folder.exists()
