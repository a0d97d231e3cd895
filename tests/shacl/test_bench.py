"""The generator repeats itself and breaks the rules only on purpose; the side-by-side run compares results."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.graph.projects import find_project
from kgtools.shacl import validate_triples
from tools.bench.command import main
from tools.bench.deviations import explained
from tools.bench.generate import policies, write_folder
from tools.bench.run import as_json, as_markdown, measure

PROJECT = find_project(Path(__file__).parents[2])


def _rules_broken(error_share: float) -> set[str]:
    data = list(ox.parse("".join(policies(400, error_share=error_share)), format=ox.RdfFormat.TURTLE))
    context = [q for file in (*PROJECT.ontology, *PROJECT.data) for q in ox.parse(path=str(file))]
    shapes = [q.triple for q in ox.parse(path=str(PROJECT.root / "shapes" / "submission.ttl"))]
    report = validate_triples(shapes, data, context=context)
    assert "https://w3id.org/spf-kg/id/state-policy/" in str(report.focus_nodes)
    return {str(result.source_shape).rpartition("#")[2].strip(">") for result in report.results}


def test_the_same_seed_gives_the_same_data() -> None:
    assert "".join(policies(50)) == "".join(policies(50))
    assert "".join(policies(50)) != "".join(policies(50, seed=1))


def test_the_files_by_state_hold_the_same_records(tmp_path: Path) -> None:
    files = write_folder(tmp_path / "made", 120)
    parts = {file.stem: {q.triple for q in ox.parse(path=str(file))} for file in files}
    whole = {q.triple for q in ox.parse("".join(policies(120)), format=ox.RdfFormat.TURTLE)}
    assert set.union(*parts.values()) == whole
    assert sum(map(len, parts.values())) == len(whole)
    assert all("/id/source/" in str(triple.subject) for triple in parts["sources"])
    assert all("/ut-bench" in str(triple.subject) for triple in parts["ut"])


def test_records_without_mistakes_keep_all_rules() -> None:
    assert _rules_broken(0) == set()


def test_mistakes_break_rules_of_every_kind() -> None:
    broken = _rules_broken(1)
    assert {
        "record.name",
        "record.jurisdiction",
        "state-policy.year-adopted",
        "state-policy.date-effective",
        "state-policy.dates.out-of-order",
        "state-policy.citation.without-number",
        "source.url",
        "claim.aligns-with",
    } <= broken


def test_results_are_counted_and_written() -> None:
    found = measure(PROJECT, ["fast"], [200], timeout=120)
    (fast,) = found.measurements
    assert fast.problem == ""
    assert fast.results > 0
    assert "| fast |" in as_markdown(found)
    assert json.loads(as_json(found))["measurements"][0]["results"] == fast.results


@pytest.mark.soak
def test_engines_are_compared_on_their_results() -> None:
    found = measure(PROJECT, ["fast", "pyshacl"], [100], timeout=1800)
    assert [each.problem for each in found.measurements] == ["", ""]
    assert [(each.missing, each.extra) for each in found.measurements] == [(0, 0), (0, 0)]
    assert found.measurements[0].results == found.measurements[1].results > 0
    assert "| pyshacl |" in as_markdown(found)
    assert [each["engine"] for each in json.loads(as_json(found))["measurements"]] == ["fast", "pyshacl"]


def test_known_faults_are_counted_apart_and_named() -> None:
    repeated = 'ex:a\t\t"1"\tSPARQLConstraintComponent\tWarning'
    date = 'ex:b\tex:p\t"2020-02-30"^^<http://www.w3.org/2001/XMLSchema#date>\tDatatypeConstraintComponent\tViolation'
    other = "ex:c\tex:p\tNone\tMinCountConstraintComponent\tViolation"
    missing = Counter([repeated, date, other])
    pyshacl = explained("pyshacl", missing, Counter([repeated]))
    assert list(pyshacl.values()) == [Counter([repeated])]
    assert explained("pyshacl", missing, Counter()) == {}
    assert list(explained("rudof", missing, Counter([repeated])).values()) == [Counter([date])]
    assert explained("fast", missing, Counter([repeated])) == {}


def test_an_engine_that_takes_too_long_is_stopped_and_said_so() -> None:
    found = measure(PROJECT, ["pyshacl"], [20], timeout=0.1)
    assert "stopped after" in as_markdown(found)


def test_the_verb_writes_json_by_the_ending(tmp_path: Path) -> None:
    target = tmp_path / "bench.json"
    assert main(["--sizes", "5", "--engines", "fast", "-o", str(target)]) == 0
    written = json.loads(target.read_text(encoding="utf-8"))
    assert written["measurements"][0]["policies"] == 5
    assert written["triples"]["5"] > 10_000


@pytest.mark.parametrize("arguments", [["--sizes", "0"], ["--sizes", "many"], ["--engines", "slow"]])
def test_the_verb_refuses_what_it_cannot_do(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main([*arguments])
    assert refused.value.code == 2
