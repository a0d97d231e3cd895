"""The container file, linted: no builder is needed. What it copies is there, and it runs without rights or a disk."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from kgtools.cli.main import VERBS, _parser
from tests.conftest import ROOT
from tests.supply.locks import build, pyproject, read_lock, runtime
from tests.supply.test_locks import unmet


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ").splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines if line.strip())]


def last_stage(instructions: list[tuple[str, str]]) -> list[tuple[str, str]]:
    starts = [number for number, (word, _) in enumerate(instructions) if word == "FROM"]
    return instructions[starts[-1] :]


def test_instructions_are_known_and_the_image_has_a_version(instructions: list[tuple[str, str]]) -> None:
    known = {"ARG", "FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL"}
    known |= {"ENTRYPOINT", "CMD"}
    words = [word for word, _ in instructions if word.isupper()]
    assert set(words) <= known
    version = dict(line.split("=") for word, line in instructions if word == "ARG")["PYTHON"]
    assert re.match(r"3\.\d+-slim", version)
    assert all(rest.startswith("docker.io/library/python:${PYTHON}") for word, rest in instructions if word == "FROM")
    assert "latest" not in str(instructions)


def test_what_is_copied_is_there_and_not_ignored(instructions: list[tuple[str, str]]) -> None:
    ignored, *kept = [line for line in (ROOT / ".dockerignore").read_text("utf-8").split() if line != "**/__pycache__"]
    assert ignored == "*"
    copied = [
        source.rstrip("/")
        for word, rest in instructions
        if word == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    ]
    assert sorted(f"!{name}" for name in copied) == sorted(kept)
    assert all((ROOT / name).exists() for name in copied)
    included = pyproject()["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert set(included) <= set(copied), "the wheel needs a file that the image does not copy"


def test_everything_is_installed_by_hash(instructions: list[tuple[str, str]]) -> None:
    installs = [rest for word, rest in instructions if word == "RUN" and "pip install" in rest]
    assert len(installs) == 2
    assert "--require-hashes --no-deps -r requirements-serve.lock" in " ".join(installs[0].split())
    assert "--no-deps --no-build-isolation ." in installs[1]
    extras = pyproject()["project"]["optional-dependencies"]
    from packaging.requirements import Requirement

    wanted = [*runtime(), *build(), *map(Requirement, [*extras["serve"], *extras["mcp"]])]
    pins = read_lock("requirements-serve.lock")
    assert unmet(wanted, pins) == [], "run `make lock`"
    assert all(pin.hashes for pin in pins.values())
    assert "owlready2" not in pins, "it is compiled, and the image has no compiler"
    tested = read_lock("requirements-dev.lock")
    assert {name: pin.version for name, pin in pins.items()} == {name: tested[name].version for name in pins}


def test_it_runs_without_rights_and_is_asked_whether_it_is_ready(instructions: list[tuple[str, str]]) -> None:
    stage = dict(last_stage(instructions))
    user = stage["USER"].split(":")
    assert all(int(one) >= 1000 for one in user)
    assert "http://127.0.0.1:8000/ready" in stage["HEALTHCHECK"]
    command = [*json.loads(stage["ENTRYPOINT"]), *json.loads(stage["CMD"])]
    assert command[0] in pyproject()["project"]["scripts"]
    assert command[1] in VERBS
    options = _parser(command[1:]).parse_args(command[1:])
    assert (options.host, options.port) == ("0.0.0.0", int(stage["EXPOSE"]))
    asked = json.loads(stage["HEALTHCHECK"].partition("CMD ")[2])
    assert asked[:2] == ["python", "-c"]
    compile(asked[2], "health check", "exec")


def test_it_is_run_with_a_file_system_that_it_cant_write_to() -> None:
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["spf-kg"]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp:size=512m,mode=1777"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert (ROOT / service["build"]["dockerfile"]).is_file()
    assert service["image"] == f"spf-kg:{pyproject()['project']['version']}"


def test_each_extra_is_named_after_its_use_and_told_of() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    extras = set(pyproject()["project"]["optional-dependencies"])
    assert extras - {"dev", "bench", "reason"} <= set(VERBS)
    assert {name for name in extras - {"dev"} if f"`spf-kg[{name}]`" in page} == extras - {"dev"}
