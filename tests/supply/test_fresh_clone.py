"""A clone installs by hash alone into an empty environment, and what is not locked is refused."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

NOT_COPIED = shutil.ignore_patterns(".venv*", ".git", "__pycache__", ".*_cache", ".hypothesis", "dist", "tests")


def make(folder: Path, target: str) -> subprocess.CompletedProcess[str]:
    kept = ("PATH", "HOME", "PIP_CERT", "PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_CONFIG_FILE")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | {"LANG": "C.UTF-8"}
    return subprocess.run(["make", target], cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "spf-kg"
    shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
    return folder


@pytest.mark.soak
def test_a_clone_installs_by_hash_and_runs(clone: Path) -> None:
    done = make(clone, "run")
    assert done.returncode == 0, done.stderr
    command = [str(clone / ".venv" / "bin" / "python"), "-m", "pip", "check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "No broken requirements" in checked.stdout


@pytest.mark.soak
def test_a_file_with_another_hash_is_refused(clone: Path) -> None:
    lock = clone / "requirements.lock"
    lock.write_text(re.sub("sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, lock.read_text("utf-8")), encoding="utf-8")
    done = make(clone, "run")
    assert done.returncode != 0
    assert "DO NOT MATCH THE HASHES" in done.stderr
