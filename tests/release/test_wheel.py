"""The wheel works in an empty environment outside the clone."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kgtools.cli.examples import EXAMPLES
from tests.conftest import ROOT
from tests.docs.commands import write_block
from tests.release.waiting import fetched
from tests.shacl.servers import free_port


@pytest.fixture(scope="module")
def kgtools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed from a wheel into an environment of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    run(folder, sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", "wheels", str(ROOT))
    run(folder, sys.executable, "-m", "venv", "empty")
    (wheel,) = (folder / "wheels").glob("spf_kg-*.whl")
    run(folder, "empty/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel))
    return folder / "empty" / "bin" / "kgtools"


def run(folder: Path, *command: str, status: int = 0) -> str:
    """What a command says; the words of an error where it is to end with one."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environment, stdin=subprocess.DEVNULL
    )
    assert done.returncode == status, (command, done.stdout[-2000:], done.stderr)
    return done.stdout if status < 2 else done.stderr


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


@pytest.mark.soak
def test_each_example_of_the_help_works_outside_the_clone(kgtools: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_text("SELECT ?s WHERE { ?s a spf:Condition }", encoding="utf-8")
    write_block("docs/tutorials/first-hour.md", "yaml", tmp_path / "records.yaml")
    told: dict[str, str] = {}
    for verb, examples in EXAMPLES.items():
        if verb == "diff":
            shutil.copy(tmp_path / "utah.ttl", tmp_path / "new.ttl")
        for command, _ in examples:
            told[command] = run(tmp_path, str(kgtools), *shlex.split(command)[1:], status=_STATUSES.get(command, 0))
    written = {file.name for file in tmp_path.iterdir()}
    assert written >= {"gaps.xlsx", "graph", "utah.xlsx", "empty.xlsx", "utah.ttl", "checked.xlsx", "tables", "dist"}
    assert written >= {"utah.docx", "utah.html", "site", "mine.csv"}
    assert told["kgtools query coverage -p state=UT --store graph"] == told["kgtools query coverage -p state=UT"]
    assert "spf-kg[serve]" in told["kgtools serve --port 8000"]
    assert "spf-kg[mcp]" in told["kgtools mcp"]


_STATUSES = {
    "kgtools validate utah.xlsx": 1,  # it does not say who submits it
    "kgtools validate utah.xlsx --annotate checked.xlsx": 1,
    "kgtools accept utah.xlsx --dry-run": 1,
    "kgtools diff HEAD": 2,  # there is no clone here
    "kgtools serve --port 8000": 2,  # an extra, which the sentence names
    "kgtools mcp": 2,
}
"""What examples that do not simply succeed exit with, and why."""


@pytest.mark.soak
def test_the_server_of_the_wheel_answers(kgtools: Path, tmp_path: Path) -> None:
    (wheel,) = (kgtools.parents[2] / "wheels").glob("spf_kg-*.whl")
    pip = (str(kgtools.with_name("python")), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(tmp_path, *pip, f"{wheel}[serve,mcp]")
    port = free_port()
    server = subprocess.Popen([str(kgtools), "serve", "--port", str(port)], cwd=tmp_path)
    try:
        assert "ok" in fetched(f"http://127.0.0.1:{port}/health")
        assert "Utah" in fetched(f"http://127.0.0.1:{port}/api/questions/coverage?state=UT")
    finally:
        server.terminate()
        server.wait(20)
