"""Each rule is broken in each way that its constraint can be, and says so alone, at the right record and line."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from kgtools.core.namespaces import shortened
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from kgtools.schema.rules import SEVERITIES
from kgtools.shacl import parse_shapes
from kgtools.validation import Catalog, Finding, Request, validate_files
from tests.validation.conftest import ROOT
from tests.validation.mutants import HAND_MADE, Deriver, Mutant, base_parts, renamed
from tests.validation.mutants import iri as to_iri

BATCHES = 8


@cache
def all_mutants() -> tuple[Mutant, ...]:
    triples = [t for file in sorted((ROOT / "shapes").glob("*.ttl")) for t in read_triples(file)]
    catalog = Catalog(triples)
    vocabulary = [t for file in sorted((ROOT / "ontology").glob("*.ttl")) for t in read_triples(file)]
    deriver = Deriver(parse_shapes(triples), catalog, vocabulary)
    return tuple(mutant for rule in catalog.rules for mutant in deriver.mutants(rule))


def catalog() -> Catalog:
    return Catalog(t for file in sorted((ROOT / "shapes").glob("*.ttl")) for t in read_triples(file))


def test_every_rule_has_a_mutant_and_every_hand_made_mutant_a_rule() -> None:
    # the rules on cells of workbooks have their mutants in test_cell_mutants
    on_tables = ("cell.", "column.", "row.", "sheet.")
    # whether a citation is on record takes the record, which these files lack; tests/bulk covers it
    rules = {rule.identifier for rule in catalog().rules if not rule.identifier.startswith(on_tables)}
    assert {"state-policy.legal-status.not-in-list", "statement.source.missing", "claim.duplicate"} <= rules
    assert rules - {mutant.rule for mutant in all_mutants()} == {"state-policy.citation.on-record"}
    assert set(HAND_MADE) - rules == set()


def test_the_records_that_are_broken_are_correct_before(small_project: Project, tmp_path: Path) -> None:
    files = _written(Mutant("none", "whole", frozenset(), base_parts()), 0, tmp_path)
    report = validate_files(Request(files=tuple(files)), small_project)
    assert report.findings == ()
    assert report.verdict == "conforms"
    assert report.coverage.untouched == ()
    assert report.coverage.shapes_used == report.coverage.shapes


@pytest.mark.parametrize(
    "batch", [batch if batch % 2 == 0 else pytest.param(batch, marks=pytest.mark.soak) for batch in range(BATCHES)]
)
def test_each_mutant_breaks_its_rule_and_no_other(batch: int, small_project: Project, tmp_path: Path) -> None:
    mutants = list(enumerate(all_mutants()))[batch::BATCHES]
    assert mutants
    files = {number: _written(mutant, number, tmp_path) for number, mutant in mutants}
    report = validate_files(Request(files=tuple(f for each in files.values() for f in each)), small_project)
    assert report.problems == ()
    found = defaultdict(list)
    for finding in report.findings:
        found[int(Path(finding.record.location.file).parent.name)].append(finding)
    wrong = [fault for number, mutant in mutants for fault in _faults(mutant, number, found[number])]
    assert wrong == []


def _written(mutant: Mutant, number: int, folder: Path) -> list[Path]:
    place = folder / str(number)
    place.mkdir()
    for name, text in mutant.texts(number).items():
        (place / name).write_text(text, encoding="utf-8")
    return sorted(place.iterdir())


def _faults(mutant: Mutant, number: int, found: list[Finding]) -> list[str]:
    """What differs from the expectation, in words."""
    name = f"{mutant.rule} ({mutant.how})"
    expected = {_expected_record(record, number) for record in mutant.records}
    got = {_name(finding) for finding in found}
    rules = [finding.rule.identifier for finding in found]
    if set(rules) != {mutant.rule} or got != expected or len(found) != len(expected):
        return [f"{name}: expected {sorted(expected)}, got {[(f.rule.identifier, _name(f), f.message) for f in found]}"]
    return [f"{name}: {fault}" for finding in found if (fault := _place_fault(finding))]


def _expected_record(record: str, number: int) -> str:
    if record.startswith("_:") or ":" not in record:
        return record
    return shortened(to_iri(renamed(record, number)).value)


def _name(finding: Finding) -> str:
    if finding.rule.identifier == "record.key.not-mapped":
        return Path(finding.location.file).name
    iri = finding.record.iri
    return "_:odd" if iri.startswith("_:") else shortened(iri)


def _place_fault(finding: Finding) -> str:
    """Whether the places are right, seen from the text alone: canonical Turtle begins a line with the record."""
    lines = Path(finding.record.location.file).read_text(encoding="utf-8").splitlines()
    begins, at = finding.record.location.place, finding.location.place
    if begins is None or at is None:
        return "no place"
    if finding.rule.identifier == "record.key.not-mapped":
        return "" if lines[at.line - 1][at.column - 1 :].startswith('"summary"') else "not at the key"
    iri = finding.record.iri
    token = "_:odd" if iri.startswith("_:") else shortened(iri)
    first = lines[begins.line - 1]
    if not first.startswith((f"{token} ", f"<{iri}> ")) or begins.column != 1:
        return f"the record is not at {begins}: {first}"
    end = next((n for n in range(begins.line, len(lines)) if not lines[n].strip()), len(lines))
    if not begins.line <= at.line <= end:
        return f"{at} lies outside the record"
    if finding.path and at != begins and finding.value:
        rest = lines[at.line - 1][at.column - 1 :]
        written = (f"{shortened(finding.path)} ", "a ", finding.value, finding.value[:20])
        in_brackets = shortened(finding.value_term.strip("<>"))
        if not rest.startswith((*written, in_brackets, finding.value_term)):
            return f"{at} is neither the value nor the property: {rest}"
    return "" if finding.rule.severity in SEVERITIES else "no severity"
