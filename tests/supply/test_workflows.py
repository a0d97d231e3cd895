"""The workflows run pinned actions, with the right to read alone wherever the project's code runs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def jobs(file: Path) -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load(file.read_text("utf-8"))["jobs"])


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_actions_are_pinned_by_commit_with_the_version_beside(file: Path) -> None:
    used = re.findall(r"uses: (.*)", file.read_text("utf-8"))
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []


def test_an_action_has_one_version_everywhere() -> None:
    used = {one for file in WORKFLOWS for one in re.findall(r"uses: (\S+)", file.read_text("utf-8"))}
    assert len({one.split("@")[0] for one in used}) == len(used)


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_what_may_write_runs_no_code_of_the_project(file: Path) -> None:
    assert yaml.safe_load(file.read_text("utf-8"))["permissions"] == {"contents": "read"}
    for name, job in jobs(file).items():
        if "permissions" in job:
            assert not any("checkout" in step.get("uses", "") for step in job["steps"]), name
            assert not any(re.search(r"kgtools|make|pip", step.get("run", "")) for step in job["steps"]), name


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_checkout_keeps_no_credentials(file: Path) -> None:
    for job in jobs(file).values():
        for step in job["steps"]:
            if "checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_nothing_a_stranger_writes_is_pasted_into_a_script(file: Path) -> None:
    for job in jobs(file).values():
        assert [step["run"] for step in job["steps"] if "${{" in step.get("run", "")] == []
        assert job["timeout-minutes"] <= 90


def test_a_release_is_asked_for_built_checked_signed_and_published_in_this_order() -> None:
    release = jobs(ROOT / ".github" / "workflows" / "release.yml")
    assert set(release) == {"build", "publish"}
    build = "\n".join(step.get("run", "") for step in release["build"]["steps"])
    wanted = ["tools.release", "tools.check", "pip wheel", "kgtools build", "sha256sum", "tar --sort", "kgtools tour"]
    places = [build.index(words) for words in wanted]
    assert places == sorted(places)
    publish = release["publish"]
    assert publish["needs"] == "build"
    assert publish["permissions"] == {"attestations": "write", "contents": "write", "id-token": "write"}
    does = [step.get("uses", "").partition("@")[0] or step["run"].split()[0] for step in publish["steps"]]
    assert does == [
        "actions/download-artifact",
        "actions/download-artifact",
        "actions/attest-build-provenance",
        "pypa/gh-action-pypi-publish",
        "gh",
    ]
    uploaded = {step["with"]["name"] for step in release["build"]["steps"] if "upload" in step.get("uses", "")}
    assert uploaded == {step["with"]["name"] for step in publish["steps"] if "download" in step.get("uses", "")}


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_every_script_is_one_that_bash_can_read(file: Path) -> None:
    for job in jobs(file).values():
        for step in job["steps"]:
            if "run" in step:
                read = subprocess.run(["bash", "-n"], input=step["run"], capture_output=True, text=True, check=False)
                assert read.stderr == ""
