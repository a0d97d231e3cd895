"""Commands that are killed: all of the old is found afterwards or all of the new, and the next run tidies up."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.conftest import Figures
from tests.crash.killing import Bench
from tests.crash.workspace import VERBS, Verb, make_workspace

_MOMENTS, _STEPS = 100, 25
_FEW = {"import": 1, "accept": 1, "load into a store": 1}
"""The verbs that every test run kills, so many times at a moment and so many times before a step on the disk."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crash") / "workspace"
    make_workspace(folder)
    return folder


def of_name(name: str) -> Verb:
    return next(verb for verb in VERBS if verb.name == name)


def assert_survives_kills(verb: Verb, workspace: Path, folder: Path, moments: int, steps: int) -> str:
    bench = Bench(verb, workspace, folder)
    chosen = random.Random(verb.name)
    at_moments = bench.kill_at_moments(moments, chosen)
    assert at_moments.torn == []
    before_steps = bench.kill_before(sorted(chosen.sample(range(1, bench.steps + 1), min(steps, bench.steps))))
    assert before_steps.torn == []
    assert before_steps.finished == 0, "a step was never reached"
    return f"{verb.name} | at moments: {at_moments} | before steps of {bench.steps}: {before_steps}"


@pytest.mark.xdist_group("kills")
@pytest.mark.parametrize("name", _FEW)
def test_a_few_kills(name: str, workspace: Path, tmp_path: Path) -> None:
    assert_survives_kills(of_name(name), workspace, tmp_path, _FEW[name], _FEW[name])


@pytest.mark.soak
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: str(verb.name))
def test_a_hundred_kills(verb: Verb, workspace: Path, tmp_path: Path, figures: Figures) -> None:
    told = assert_survives_kills(verb, workspace, tmp_path, _MOMENTS, _STEPS)
    figures(told)
