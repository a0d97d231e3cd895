"""The bill of materials is valid CycloneDX, fresh, and the same bytes each time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.conftest import ROOT
from tests.supply.locks import read_lock
from tools.sbom import VENDOR, bill_of_materials, text_of

TEXT = (ROOT / "sbom.cdx.json").read_text("utf-8")


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    return dict(json.loads(TEXT))


def test_it_follows_the_schema_and_the_schema_is_strict(bill: dict[str, Any]) -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(TEXT) is None
    bill["components"][0]["licence"] = []  # no property of the schema
    assert validator.validate_str(json.dumps(bill)) is not None


@pytest.mark.newest
def test_it_is_what_would_be_written_now() -> None:
    assert text_of(bill_of_materials()) == TEXT, "run `make lock`"


def test_it_has_no_time_and_no_random_number(bill: dict[str, Any]) -> None:
    assert "serialNumber" not in bill
    assert set(bill["metadata"]) == {"component"}


def test_every_package_has_the_locked_version_and_a_license() -> None:
    bill = json.loads(TEXT)
    pins = read_lock("requirements.lock")
    for component in bill["components"]:
        kind, _, rest = component["purl"].removeprefix("pkg:").partition("/")
        assert component["licenses"], component["name"]
        if kind == "pypi":
            name, version = rest.split("@")
            assert str(pins[name].version) == version == component["version"]


def test_the_libraries_of_the_explorer_are_in_it() -> None:
    listed = {one["name"]: one for one in json.loads(TEXT)["components"]}
    packages = json.loads((ROOT / VENDOR / "vendor.json").read_text("utf-8"))
    assert {one["package"] for one in packages} == {"@triply/yasqe", "minisearch", "oxigraph"}
    for package in packages:
        component = listed[package["package"]]
        assert component["version"] == package["version"]
        assert len(component["hashes"][0]["content"]) == 128
        assert all(Path(ROOT, one["location"]).is_file() for one in component["evidence"]["occurrences"])


def test_every_reference_leads_to_a_component() -> None:
    bill = json.loads(TEXT)
    known = {one["bom-ref"] for one in [*bill["components"], bill["metadata"]["component"]]}
    assert {one["ref"] for one in bill["dependencies"]} | {
        to for one in bill["dependencies"] for to in one["dependsOn"]
    } <= known
