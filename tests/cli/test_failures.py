"""Every failure of every verb leaves an exit status, a message, and with ``--debug`` a trace."""

from __future__ import annotations

import errno
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import pytest

from kgtools.cli.main import VERBS, main
from kgtools.core.project import Project


@dataclass(frozen=True, slots=True)
class Failure:
    """A command that fails because of what it was given.

    Attributes:
        arguments: the command line after the verb; ``{none}`` is a path that is not there, ``{file}`` a file with text.
        message: a part of what is said.
        status: the exit status.
        traced: whether there is a trace; what argparse refuses, or a report tells with its place, has none.
    """

    arguments: str
    message: str
    status: int = 2
    traced: bool = True


NO_PROJECT: Final = Failure("", "isn't a folder of this project")

FAILURES: Final[Mapping[str, Failure]] = {
    "tour": NO_PROJECT,
    "info": Failure("--store {none}", "There is no store"),
    "query": Failure("no-such-question", "There is no question called 'no-such-question'."),
    "search": Failure("credit --store {none}", "There is no store"),
    "sparql": Failure("SELEC", "This verb runs only queries"),
    "load": Failure("{file} --no-validate --store {none}", "{file}:1:"),
    "validate": Failure("{none}.ttl", "There is no such file", traced=False),
    "template": Failure("--state XX -o {none}.xlsx", "'XX' is not a state"),
    "convert": Failure("{none}.xlsx -o {none}.ttl", "There is no such file."),
    "accept": Failure("{none}.xlsx", "There is no such file."),
    "export": Failure("-o {file}", "The tables go into a folder"),
    "explain": Failure("NOPE-1", "There is no rule 'NOPE-1'."),
    "rules": Failure("-o {file}/rules.html", "{file}"),
    "memo": Failure("XX", "'XX' is not a state"),
    "site": Failure("-o {file}", "{file}"),
    "import": Failure("{none}.yaml", "{none}.yaml"),
    "diff": Failure("no-such-revision", "There is no file, folder, store or git revision 'no-such-revision' here."),
    "build": Failure("-o {file}", "{file} is a file"),
    "fmt": Failure("{none}.ttl", "There is no such file."),
    "doctor": Failure("-o {file}/doctor.json", "{file}"),
    "serve": NO_PROJECT,
    "mcp": NO_PROJECT,
}
"""A failure of each verb."""


def test_each_verb_has_a_failure() -> None:
    assert set(VERBS) <= set(FAILURES)


@pytest.fixture
def names(few: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A path that is not there, a file with text, and a folder that is no project; a project is the current folder."""
    monkeypatch.chdir(few.root)
    file = tmp_path / "file.ttl"
    file.write_text("no Turtle\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    return {"none": str(tmp_path / "none"), "file": str(file), "empty": str(tmp_path / "empty")}


def ended(arguments: list[str]) -> int:
    try:
        return main(arguments)
    except SystemExit as stopped:  # how argparse ends
        return int(stopped.code or 0)


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("debug", [False, True], ids=["plain", "debug"])
def test_what_a_user_can_cause_is_told(
    verb: str, debug: bool, names: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    failure = FAILURES[verb]
    before = ["--project", names["empty"]] if failure is NO_PROJECT else []
    words = [word.format(**names) for word in failure.arguments.split()]
    status = ended([*(["--debug"] if debug else []), *before, verb, *words])
    said = capsys.readouterr()
    assert status == failure.status
    assert failure.message.format(**names) in said.err + said.out
    assert ("Traceback" in said.err) is (debug and failure.traced)
    if failure.traced:
        assert "\nkgtools: " in f"\n{said.err}"


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (ZeroDivisionError("boom"), 3, "This is a fault in kgtools, not in what you did: ZeroDivisionError: boom."),
        (
            OSError(errno.ENOSPC, "No space left on device", "x.ttl"),
            2,
            "kgtools: x.ttl: The disk is full; free some space, or name another place.",
        ),
        (KeyboardInterrupt(), 2, "kgtools: Stopped."),
    ],
    ids=["fault", "disk", "interrupt"],
)
def test_whatever_goes_wrong_has_a_status_a_message_and_a_trace(
    verb: str,
    error: BaseException,
    status: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_: object) -> NoReturn:
        raise error

    monkeypatch.setattr(importlib.import_module(f"kgtools.cli.{verb}_verb"), "run", fail)
    given = FAILURES[verb].arguments.replace("{none}", "x").replace("{file}", "x").split()
    assert main([verb, *given]) == status
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said
    assert main(["--debug", verb, *given]) == status
    said = capsys.readouterr().err
    assert "Traceback (most recent call last)" in said
    assert message in said


def test_loading_what_cannot_be_read_is_an_input_error(
    names: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["load", names["file"], "--store", names["none"]]) == 2
    assert "Nothing was loaded" in capsys.readouterr().err
    assert not Path(names["none"]).exists()
