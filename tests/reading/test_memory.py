"""What a command has read is let go of when it is done, so that a server or a long run does not grow."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.validation.terms import Vocabulary


def _alive() -> int:
    gc.collect()
    return sum(isinstance(each, Files | Vocabulary) for each in gc.get_objects())


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "{state}"],
        ["query", "gaps", "-p", "state=WY"],
        ["template", "--state", "WY", "-o", "wy.xlsx"],
        ["convert", "{state}", "-o", "wy.xlsx"],
        ["explain", "state-policy.legal-status.missing"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_no_reading_outlives_its_command(
    arguments: list[str],
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    verb, *rest = [part.format(state=project.root / "data" / "states" / "wy.ttl") for part in arguments]
    before = _alive()
    assert main([verb, "--project", str(project.root), *rest]) == 0, capsys.readouterr().err
    assert _alive() == before
