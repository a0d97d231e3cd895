"""The lock files are fresh, whole and hashed, and name no place to install from."""

from __future__ import annotations

import re
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.conftest import ROOT
from tests.supply.locks import Pin, build, development, fuzzing, pyproject, read_lock, reasoning, runtime
from tools.lock import oldest_pins
from tools.sbom import closure

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-serve.lock", "requirements-minimum.lock")


def unmet(requirements: list[Requirement], pins: dict[str, Pin]) -> list[str]:
    """The requirements that no pin meets."""
    return [
        str(one)
        for one in requirements
        if not (pin := pins.get(canonicalize_name(one.name))) or not one.specifier.contains(pin.version)
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_exact_and_hashed_and_no_place_is_named(lock: str) -> None:
    pins = read_lock(lock)
    assert len(pins) > 20
    assert all(
        pin.hashes and all(re.fullmatch("sha256:[0-9a-f]{64}", one) for one in pin.hashes) for pin in pins.values()
    )
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links|--trusted", (ROOT / lock).read_text("utf-8"))


def test_the_locks_meet_every_range_of_pyproject() -> None:
    message = "pyproject.toml asks for what the lock file does not hold; run `make lock`"
    assert unmet([*runtime(), *reasoning(), *build()], read_lock("requirements.lock")) == [], message
    for lock in ("requirements-dev.lock", "requirements-minimum.lock"):
        assert unmet([*runtime(), *build(), *development()], read_lock(lock)) == [], message


def test_guided_fuzzing_is_locked() -> None:
    pins = read_lock("requirements-fuzz.lock")
    assert unmet(fuzzing(), pins) == [], "run `make lock`"
    assert all(pin.hashes for pin in pins.values())


def test_a_pin_outside_its_range_is_found() -> None:
    pins = read_lock("requirements.lock")
    assert unmet([Requirement("rdflib>=999"), Requirement("no-such-package"), Requirement("Jinja2>=3")], pins) == [
        "rdflib>=999",
        "no-such-package",
    ]


@pytest.mark.newest
def test_the_locks_hold_all_that_is_needed_and_nothing_else() -> None:
    for lock, direct in (
        ("requirements.lock", [*runtime(), *reasoning(), *build()]),
        ("requirements-dev.lock", [*runtime(), *build(), *development()]),
    ):
        needed = set(closure(direct))
        assert needed == {name for name, pin in read_lock(lock).items() if pin.applies}, "run `make lock`"


def test_development_has_the_versions_that_users_have() -> None:
    development_pins = read_lock("requirements-dev.lock")
    assert all(development_pins[name].version == pin.version for name, pin in read_lock("requirements.lock").items())


@pytest.mark.newest
def test_what_is_installed_is_what_is_locked() -> None:
    pins = read_lock("requirements-dev.lock")
    other = {name: version(name) for name, pin in pins.items() if pin.applies and Version(version(name)) != pin.version}
    assert other == {}, "run `make .venv/.installed-dev`"


def test_the_oldest_versions_are_the_lower_bounds() -> None:
    pins = read_lock("requirements-minimum.lock")
    bounds = dict(pin.split("==") for pin in oldest_pins())
    assert {canonicalize_name(one.name) for one in runtime()} <= set(map(canonicalize_name, bounds))
    held = {name: bound for name, bound in bounds.items() if canonicalize_name(name) in pins}
    assert {n: pins[canonicalize_name(n)].version for n in held} == {n: Version(bound) for n, bound in held.items()}


def test_every_dependency_has_a_lower_and_an_upper_bound() -> None:
    project = pyproject()["project"]
    every = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    operators = {line: {part.operator for part in Requirement(line).specifier} for line in every}
    assert [line for line, found in operators.items() if found != {">=", "<"}] == []


def test_what_builds_the_package_is_locked() -> None:
    assert set(pyproject()["build-system"]["requires"]) <= set(map(str, pyproject()["dependency-groups"]["build"]))


def test_make_installs_by_hash_alone() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    installs = [line.strip() for line in makefile.splitlines() if "$(INSTALL)" in line]
    unlocked = [
        line
        for line in installs
        if not re.search("--require-hashes --no-deps (--only-binary :all: )?-r", line)
        and "--no-deps --no-build-isolation" not in line
    ]
    assert len(installs) == 8
    assert unlocked == [
        '@$(BIN)/python $(INSTALL) -e ".[reason]"',
        '@$(BIN)/python $(INSTALL) -e ".[dev]"',
    ]  # LOCKED=no
