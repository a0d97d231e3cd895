"""Damaged files are refused with a place, a likely cause and exit status 2, in little time and memory, offline."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from kgtools.cli.main import main
from kgtools.graph.files import Files
from kgtools.validation.documents import read_document
from kgtools.validation.problems import Problem
from tests.measuring import needs_proc, run_measured
from tests.validation.broken import Broken, corpus
from tests.validation.conftest import ROOT

CORPUS = list(corpus())
SMALL = [broken for broken in CORPUS if not broken.name.startswith(("long", "brackets"))]
LARGE = [broken for broken in CORPUS if broken.name.startswith(("long", "brackets"))]
SECONDS, MEGABYTES = 10, 500


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_the_corpus_is_large_and_its_names_differ() -> None:
    names = [broken.name for broken in CORPUS]
    assert len(names) == len(set(names))
    assert len(names) >= 100
    assert {Path(name).suffix for name in names} >= {".ttl", ".trig", ".nt", ".nq", ".jsonld", ".rdf"}


@pytest.mark.parametrize("broken", SMALL, ids=lambda broken: broken.name)
def test_a_damaged_file_is_told_with_place_and_cause(broken: Broken, tmp_path: Path) -> None:
    file = tmp_path / broken.name
    file.write_bytes(broken.data)
    began = time.monotonic()
    reading = read_document(file, Files())
    assert time.monotonic() - began < SECONDS
    assert reading.document is None
    first = reading.problems[0]
    assert first.message.endswith(".")
    if broken.line is not None:
        assert broken.line in {p.place.line for p in reading.problems if p.place}, [p.where for p in reading.problems]
    elif not broken.name.endswith(".txt"):
        assert first.place is not None
    told = " ".join(f"{p.message} {p.cause}" for p in reading.problems)
    assert broken.cause in told
    _assert_caret_is_in_line(first)


def _assert_caret_is_in_line(problem: Problem) -> None:
    assert problem.caret <= len(problem.excerpt)
    assert len(problem.excerpt) <= 102
    assert problem.excerpt.isprintable()


def test_the_command_line_ends_with_2_and_one_message_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for broken in SMALL:
        file = tmp_path / broken.name
        file.write_bytes(broken.data)
        files.append(str(file))
    status = main(["--project", str(ROOT), "validate", *files])
    shown = capsys.readouterr()
    assert status == 2
    assert shown.err == ""
    assert "Traceback" not in shown.out
    for name in files:
        assert f"UNREADABLE  {name}" in shown.out


@needs_proc
@pytest.mark.parametrize("broken", LARGE, ids=lambda broken: broken.name)
def test_a_huge_damaged_file_costs_little(broken: Broken, tmp_path: Path) -> None:
    file = tmp_path / broken.name
    file.write_bytes(broken.data)
    done = run_measured("--project", str(ROOT), "validate", str(file), cwd=ROOT)
    assert done.status == 2, done.err
    assert f"{file}:1:" in done.out
    assert "Traceback" not in done.out + done.err
    assert done.seconds < SECONDS  # of the processor, so that other work on the machine does not fail the test
    assert done.megabytes < MEGABYTES
