"""The release workflow, run step by step: a tagged clone is built, uploaded to an index of packages, and installed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.release.waiting import fetched
from tests.shacl.servers import free_port

TAG = "v0.1.0"
_WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"
_INDEX = ("pypiserver==2.4.2", "twine==6.1.0")


def steps(job: str) -> dict[str, dict[str, Any]]:
    """The named steps of a job that run a script."""
    found: dict[str, Any] = yaml.safe_load(_WORKFLOW.read_text("utf-8"))["jobs"][job]
    return {step["name"]: step for step in found["steps"] if "run" in step}


def shell(script: str, folder: Path, python: Path, **more: str) -> str:
    """Run a script as the forge does: bash, and the end at the first error."""
    environment = {
        **os.environ,
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(folder.parent),
        **more,
    }
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of what is committed, dated and tagged as the page on releases says."""
    folder = tmp_path_factory.mktemp("release") / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    changelog = folder / "CHANGELOG.md"
    dated = re.search(r"^date-released: (\S+)$", (folder / "CITATION.cff").read_text("utf-8"), re.MULTILINE)
    assert dated
    changelog.write_text(changelog.read_text("utf-8").replace("(unreleased)", f"({dated[1]})", 1), encoding="utf-8")
    git = ("git", "-c", "user.name=A maintainer", "-c", "user.email=maintainer@example.org")
    subprocess.run(
        [*git, "commit", "--quiet", "--allow-empty", "-am", "The day of the release"], cwd=folder, check=True
    )
    subprocess.run(["git", "tag", TAG], cwd=folder, check=True)
    subprocess.run(["git", "update-ref", "refs/remotes/origin/main", "HEAD"], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def python(clone: Path) -> Path:
    """A Python as the forge sets it up: new and empty."""
    subprocess.run([sys.executable, "-m", "venv", str(clone.parent / "python")], check=True)
    return clone.parent / "python" / "bin" / "python"


@contextmanager
def index(folder: Path) -> Iterator[str]:
    """An index of packages on this machine that takes uploads: its address."""
    packages, port = folder / "packages", free_port()
    packages.mkdir()
    program = folder / "tools" / "bin" / "pypi-server"
    command = [
        str(program),
        "run",
        "-p",
        str(port),
        "-i",
        "127.0.0.1",
        "-P",
        ".",
        "-a",
        ".",
        "--disable-fallback",
        str(packages),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        fetched(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


@pytest.mark.soak
def test_a_tag_is_built_uploaded_and_installed_from_an_index(clone: Path, python: Path) -> None:
    build = steps("build")
    assert [*build] == [
        "Install",
        "Ask whether the tag may be released",
        "Check",
        "Build the wheel and the data",
        "Try the wheel in an empty environment",
    ]
    said = {name: shell(step["run"], clone, python, TAG=TAG) for name, step in build.items()}
    assert f"{TAG} may be released." in said["Ask whether the tag may be released"]
    assert "Where to go next" in said["Try the wheel in an empty environment"]
    (wheel,) = (clone / "wheels").iterdir()
    assert (clone / "archives" / f"spf-kg-{TAG}-data.tar.gz").stat().st_size > 1_000_000

    tools = clone.parent / "tools"
    subprocess.run([sys.executable, "-m", "venv", str(tools)], check=True)
    shell(f"python -m pip install --quiet {' '.join(_INDEX)}", clone, tools / "bin" / "python")
    with index(clone.parent) as address:
        upload = f"twine upload --repository-url {address}/ -u '' -p '' --disable-progress-bar {wheel}"
        shell(upload, clone, tools / "bin" / "python")
        user = clone.parent / "user"
        subprocess.run([sys.executable, "-m", "venv", str(user)], check=True)
        install = (
            "python -m pip install --quiet --require-hashes --no-deps -r requirements.lock\n"
            f"python -m pip install --quiet --no-deps --index-url {address}/simple/ spf-kg=={TAG.removeprefix('v')}"
        )
        shell(install, clone, user / "bin" / "python")
    told = shell("kgtools tour && spf-kg --version", clone.parent, user / "bin" / "python")
    assert "Where to go next" in told
    assert TAG.removeprefix("v") in told
