"""The validator for shapes of others, coverage, exit statuses, and the verbs explain and rules."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kgtools.cli.main import main
from kgtools.core.namespaces import SH
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from kgtools.shacl import ValidationReport, validate_triples
from kgtools.validation import Catalog, Request, validate_files
from kgtools.validation.metashacl import faults
from tests.validation.conftest import ROOT

SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:PersonShape a sh:NodeShape ; sh:targetClass ex:Person ;
  sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:message "A person needs a name." ] ;
  sh:property [ sh:path ex:address ; sh:message "The address is of no known form." ; sh:or (
    [ sh:property [ sh:path ex:street ; sh:minCount 1 ] ; sh:property [ sh:path ex:city ; sh:minCount 1 ;
      sh:message "No city." ] ]
    [ sh:property [ sh:path ex:box ; sh:minCount 1 ] ; sh:property [ sh:path ex:zip ; sh:minCount 1 ] ] ) ] ;
  sh:property [ sh:path ex:knows ; sh:class ex:Person ; sh:severity sh:Warning ] .
"""
DATA = """@prefix ex: <http://example.org/> .
ex:ann a ex:Person ; ex:name "Ann" ; ex:knows ex:bob ;
  ex:address [ ex:street "Main" ] .
ex:cy a ex:Person ; ex:address [ ex:street "Main" ; ex:city "X" ] .
ex:rock a ex:Thing .
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(SHAPES, encoding="utf-8")
    data.write_text(DATA, encoding="utf-8")
    return shapes, data


def test_only_the_given_shapes_are_used(files: tuple[Path, Path]) -> None:
    shapes, data = files
    report = validate_files(Request(files=(data,), shapes=(shapes,)), None)
    found = {(f.record.label, f.message): f for f in report.findings}
    assert set(found) == {
        ("http://example.org/ann", "The address is of no known form."),
        ("http://example.org/ann", "Value must be an instance of <http://example.org/Person>."),
        ("http://example.org/cy", "A person needs a name."),
    }
    nearest = found["http://example.org/ann", "The address is of no known form."]
    assert nearest.hint == "Alternative 1 of 2 comes closest; it fails because: No city."
    assert [r.iri for r in report.coverage.untouched] == ["http://example.org/rock"]
    assert report.coverage.records_checked == 2
    assert report.context_triples == 0
    assert found["http://example.org/cy", "A person needs a name."].location.place is not None


ABOUT_UTAH = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix spf: <https://w3id.org/spf-kg/ontology#> .
@prefix jurisdiction: <https://w3id.org/spf-kg/id/jurisdiction/> .
<urn:shape> a sh:NodeShape ; sh:targetClass spf:StatePolicy ; sh:property [ sh:path spf:jurisdiction ;
  sh:not [ sh:hasValue jurisdiction:ut ] ; sh:message "Utah." ] .
"""


def test_shapes_alone_check_the_projects_own_graph(
    few: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shapes = tmp_path / "mine.ttl"
    shapes.write_text(ABOUT_UTAH, encoding="utf-8")
    policies = (few.root / "data" / "states" / "ut.ttl").read_text(encoding="utf-8").count("\nstate-policy:ut-")
    assert policies > 5
    capsys.readouterr()
    assert main(["--project", str(few.root), "validate", "--shapes", str(shapes), "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [finding["message"] for finding in report["findings"]] == ["Utah."] * policies
    assert any("the project's own graph was checked against" in each for each in report["notes"])


def test_context_is_looked_up_and_not_reported_on(files: tuple[Path, Path], tmp_path: Path) -> None:
    shapes, data = files
    context = tmp_path / "context.ttl"
    context.write_text("<http://example.org/bob> a <http://example.org/Person> .\n", encoding="utf-8")
    report = validate_files(Request(files=(data,), shapes=(shapes,), context=(context,)), None)
    assert {f.rule.severity for f in report.findings} == {"violation"}
    assert {f.record.iri for f in report.findings} == {"http://example.org/ann", "http://example.org/cy"}


def test_swapped_arguments_and_empty_data_are_not_a_pass(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shapes, data = files
    assert main(["validate", str(shapes), "--shapes", str(data)]) == 1
    assert "Nothing was checked" in capsys.readouterr().out
    prefixes_only = tmp_path / "prefixes.ttl"
    prefixes_only.write_text("@prefix ex: <http://example.org/> .\n", encoding="utf-8")
    assert main(["validate", str(prefixes_only), "--shapes", str(shapes), "--fail-on", "never"]) == 1
    assert "Nothing was checked" in capsys.readouterr().out


@pytest.mark.parametrize(("fail_on", "status"), [("violation", 0), ("warning", 1), ("info", 1), ("never", 0)])
def test_the_exit_status_follows_fail_on(fail_on: str, status: int, files: tuple[Path, Path], tmp_path: Path) -> None:
    data = tmp_path / "warning.ttl"
    data.write_text(
        '@prefix ex: <http://example.org/> .\nex:ann a ex:Person ; ex:name "A" ; ex:knows ex:no .\n', encoding="utf-8"
    )
    output = tmp_path / "report.json"
    assert main(["validate", str(data), "--shapes", str(files[0]), "--fail-on", fail_on, "-o", str(output)]) == status
    document = json.loads(output.read_text(encoding="utf-8"))
    assert document["totals"]["warning"] == 1
    assert document["exitStatus"] == status


def test_wrong_usage_is_2(files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(tmp_path / "none.ttl"), "--shapes", str(files[0])]) == 2
    assert main(["validate", str(tmp_path), "--shapes", str(files[0])]) == 2
    told = capsys.readouterr()
    assert "There is no such file." in told.out
    assert "Traceback" not in told.out + told.err
    with pytest.raises(SystemExit) as stopped:
        main(["validate", "--limit", "-1"])
    assert stopped.value.code == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("sh:property [ sh:minCount 1 ]", "sh:minCount belongs in a property shape; add sh:path or move it."),
        (
            'sh:property [ sh:path ex:p ; sh:minCount "one" ]',
            'sh:minCount must be a whole number (xsd:integer), not "one".',
        ),
        (
            "sh:property [ sh:path ex:p ; sh:nodeKind sh:Iri ]",
            "sh:nodeKind must be one of sh:IRI, sh:BlankNode, sh:Literal, sh:BlankNodeOrIRI, sh:BlankNodeOrLiteral, "
            "sh:IRIOrLiteral, not sh:Iri.",
        ),
        (
            "sh:or ex:T",
            "Shape <http://example.org/S>: the value of sh:or must be a list, written ( … ); <http://example.org/T> "
            "has 0 rdf:first and 0 rdf:rest instead of one of each.",
        ),
    ],
)
def test_malformed_shapes_are_refused_even_where_nothing_matches(
    wrong: str, said: str, files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shapes = tmp_path / "wrong.ttl"
    head = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <http://example.org/> .\n"
    shapes.write_text(f"{head}ex:S a sh:NodeShape ; sh:targetClass ex:C ; {wrong} .", encoding="utf-8")
    assert main(["validate", str(files[1]), "--shapes", str(shapes)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(("kgtools: Shape ", f"kgtools: {shapes}:3:1: Shape "))
    assert told.err.endswith(f"{said}\n")


def test_our_shapes_conform_to_the_shapes_of_shacl() -> None:
    triples = [t for file in sorted((ROOT / "shapes").glob("*.ttl")) for t in read_triples(file)]
    assert {t.predicate.value for t in triples} >= {f"{SH}targetClass", f"{SH}path", f"{SH}select"}
    assert faults(triples) == []


def test_our_rules_are_complete_and_their_examples_are_turtle() -> None:
    catalog = _catalog()
    assert len({rule.identifier for rule in catalog.rules}) == len(catalog.rules)
    for rule in catalog.rules:
        assert re.fullmatch(r"[a-z-]+(?:\.[a-z0-9-]+)+", rule.identifier)
        for text in (rule.name, rule.message, rule.rationale, rule.fix):
            assert text.strip(), rule.identifier
        assert rule.example or rule.fields == (), rule.identifier
        assert rule.message.endswith("."), rule.identifier
        assert rule.fix.endswith("."), rule.identifier
        assert rule.link == f"https://w3id.org/spf-kg/docs/rules#{rule.identifier}"


def _catalog() -> Catalog:
    return Catalog(t for file in sorted((ROOT / "shapes").glob("*.ttl")) for t in read_triples(file))


def test_both_engines_agree_and_each_can_decide_alone(files: tuple[Path, Path]) -> None:
    shapes, data = files
    found = [
        Counter((f.rule.identifier, f.record.iri) for f in report.findings)
        for engine in ("fast", "pyshacl", "both")
        for report in [validate_files(Request(files=(data,), shapes=(shapes,), engine=engine), None)]
    ]
    assert found[0] == found[1] == found[2]
    assert found[0].total() == 3


def test_engines_that_disagree_are_not_hushed_up(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forgetful(*given: Any, **options: Any) -> ValidationReport:
        report = validate_triples(*given, **options)
        return replace(report, results=report.results[:-1]) if options.get("engine") == "pyshacl" else report

    monkeypatch.setattr("kgtools.validation.run.validate_triples", forgetful)
    assert main(["validate", str(files[1]), "--shapes", str(files[0]), "--engine", "both"]) == 3
    assert "The two engines disagree: 1 results" in capsys.readouterr().err


def test_validation_that_takes_too_long_is_stopped(files: tuple[Path, Path]) -> None:
    program = (
        "import sys, time; from kgtools.cli import main, validate_verb; "
        "validate_verb.validate_files = lambda *_: time.sleep(60); sys.exit(main.main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, "validate", str(files[1]), "--shapes", str(files[0]), "--timeout", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "took longer than 1 s" in done.stderr


def test_explain_prints_the_page_of_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--project", str(ROOT), "explain", "State-Policy.end.missing"]) == 0
    page = capsys.readouterr().out
    rule = _catalog().find("state-policy.end.missing")
    assert " ".join(rule.fix_for().split()) in " ".join(page.split())
    assert rule.example in page
    assert main(["--project", str(ROOT), "explain", "state-policy.end.mising"]) == 2
    assert "Did you mean state-policy.end.missing?" in capsys.readouterr().err


def test_rules_lists_every_rule_in_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    rules = _catalog().rules
    for format_ in ("table", "csv", "json", "md", "html"):
        assert main(["--project", str(ROOT), "rules", "--format", format_]) == 0
        text = capsys.readouterr().out
        assert all(rule.identifier in text for rule in rules)
        if format_ == "csv":
            assert [row["id"] for row in csv.DictReader(io.StringIO(text))] == [rule.identifier for rule in rules]
        if format_ == "json":
            assert [row["fix"] for row in json.loads(text)] == [rule.fix_for() for rule in rules]
    assert main(["--project", str(ROOT), "rules", "Sheet."]) == 0
    assert "5 rules" in capsys.readouterr().out


def test_the_data_of_the_project_breaks_no_mandatory_rule(project: Project) -> None:
    report = validate_files(Request(), project)
    assert report.counts["violation"] == 0, [f.sentence for f in report.findings if f.rule.severity == "violation"][:5]
    assert report.coverage.untouched == ()
    assert report.coverage.records > 4000


def test_two_policies_of_the_projects_own_files_may_cite_one_law(small_project: Project) -> None:
    """Both are on record already. A new file that cites the same law gets the warning."""
    prefixes = (
        "@prefix spf: <https://w3id.org/spf-kg/ontology#> . @prefix p: <https://w3id.org/spf-kg/id/state-policy/> .\n"
    )
    policy = 'p:ut-{0} a spf:StatePolicy ; spf:jurisdiction ut: ; spf:citation "{1}" .'
    text = prefixes + "@prefix ut: <https://w3id.org/spf-kg/id/jurisdiction/ut> .\n"
    text += "\n".join(policy.format(name, "Utah Code 53F-5-501") for name in ("one", "two"))
    (small_project.root / "data" / "states").mkdir(exist_ok=True)
    own = small_project.root / "data" / "states" / "ut.ttl"
    other = small_project.root / "new.ttl"

    def told(file: Path) -> bool:
        report = validate_files(Request(files=(file,)), small_project)
        return "state-policy.citation.on-record" in {finding.rule.identifier for finding in report.findings}

    try:
        own.write_text(text)
        other.write_text(text.replace("ut-", "ut-new-"))
        assert not told(own)
        assert told(other)
    finally:
        own.unlink()
        other.unlink()
