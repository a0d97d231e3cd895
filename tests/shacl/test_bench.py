"""The generator repeats itself, and the side-by-side run compares results."""

from __future__ import annotations

import json

from kgtools.bench.generate import policies
from kgtools.bench.run import as_json, as_markdown, measure


def test_the_same_seed_gives_the_same_data() -> None:
    assert "".join(policies(50)) == "".join(policies(50))
    assert "".join(policies(50)) != "".join(policies(50, seed=1))


def test_engines_are_compared_on_their_results() -> None:
    found = measure(["fast", "pyshacl"], [100], timeout=120)
    assert [each.problem for each in found] == ["", ""]
    assert found[0].digest == found[1].digest
    assert found[0].results > 0
    assert "| 100 | pyshacl |" in as_markdown(found)
    assert [each["engine"] for each in json.loads(as_json(found))] == ["fast", "pyshacl"]
