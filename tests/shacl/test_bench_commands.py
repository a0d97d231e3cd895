"""Whole commands are measured as they are typed, each against parsing what it reads."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kgtools.core.project import Project
from tools.bench.whole import Taken, _generated, as_markdown, run_process


def test_what_a_process_took_is_its_own() -> None:
    status, cpu, peak = run_process((sys.executable, "-c", "import sys; sum(range(3_000_000)); sys.exit(1)"), 60)
    assert status == 1
    assert 0 < cpu < 60
    assert peak > 5
    status, cpu, _ = run_process((sys.executable, "-c", "while True: pass"), 1)
    assert status < 0
    assert 0.5 < cpu < 10


def test_the_table_says_what_was_stopped() -> None:
    table = as_markdown([Taken("validate", 1, 2.0, 100.4, 0.5), Taken("site", -24, 60.0, 90.0, 0.5)])
    assert table.splitlines()[2:] == [
        "| validate | 2.00 | 100 | 0.50 | 4.0 |",
        "| site | stopped or failed (-24) after 60 | 90 | 0.50 | 120.0 |",
    ]


@pytest.mark.soak
def test_every_command_on_generated_policies_runs(project: Project, tmp_path: Path) -> None:
    for command in _generated(project, 60, tmp_path):
        status, _, _ = run_process((*command.program, *command.arguments), 120)
        assert status in (0, 1), command
        assert all(file.stat().st_size for file in command.read)
