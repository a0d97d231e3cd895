"""The wheel works in an empty environment outside the clone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def kgtools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed from a wheel into an environment of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    run(folder, sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", "wheels", str(ROOT))
    run(folder, sys.executable, "-m", "venv", "empty")
    (wheel,) = (folder / "wheels").glob("spf_kg-*.whl")
    run(folder, "empty/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel))
    return folder / "empty" / "bin" / "kgtools"


def run(folder: Path, *command: str) -> str:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.soak
def test_the_installed_command_informs_answers_validates_and_builds(kgtools: Path, tmp_path: Path) -> None:
    command = str(kgtools)
    assert "state policies" in run(tmp_path, command, "info")
    assert "Utah" in run(tmp_path, command, "query", "coverage", "-p", "state=UT", "--format", "csv")
    assert "records were checked" in run(tmp_path, command, "validate")
    run(tmp_path, command, "template", "--state", "UT", "-o", str(tmp_path / "utah.xlsx"))
    assert (tmp_path / "utah.xlsx").stat().st_size > 10_000
    run(tmp_path, command, "build", "-o", str(tmp_path / "dist"))
    assert (tmp_path / "dist" / "spf-kg.nt").is_file()
    assert (tmp_path / "dist" / "tables" / "policies.csv").is_file()
