"""Three submissions with five mistakes each: the report alone is enough to fix them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from kgtools.core.project import Project
from kgtools.validation import Finding, Report, Request, validate_files
from kgtools.validation.render import Style, render

FIXTURES = Path(__file__).parent / "fixtures"


@dataclass(frozen=True)
class Fix:
    """How a reader fixes a finding.

    Attributes:
        rule: the rule that was broken.
        told: what the report must say for a reader to know what to write.
        wrong: the text at fault.
        right: what takes its place.
    """

    rule: str
    told: tuple[str, ...]
    wrong: str
    right: str


_TOO_LONG = " will know that it has been learned, and lets the plan name courses outside of the school"
_RATIONALE = 'spf:rationale "The act gives credit for mastery in every district."@en ;'

FIXES = {
    "submission-maryland.ttl": (
        Fix("record.property.undeclared", ("spf:citaton", "Did you mean spf:citation?"), "spf:citaton", "spf:citation"),
        Fix(
            "state-policy.end.missing",
            ("spf:yearEnded", "spf:yearEnded 2021"),
            "legal-status:repealed ;",
            "legal-status:repealed ; spf:yearEnded 2019 ;",
        ),
        Fix(
            "state-policy.not-of-the-submitter",
            ("Maine", "correct its jurisdiction"),
            "jurisdiction:me ;",
            "jurisdiction:md ;",
        ),
        Fix(
            "statement.review-date.wrong-form",
            ('write "2026-11-18"^^xsd:date',),
            '"11/18/2026"',
            '"2026-11-18"^^xsd:date',
        ),
        Fix(
            "claim.rests-on.missing",
            ("Add a provision (spf:restsOn)",),
            _RATIONALE,
            f"{_RATIONALE} spf:restsOn provision:md-test-credit--7-205 ;",
        ),
    ),
    "submission-oregon.jsonld": (
        Fix(
            "source.url.malformed",
            ("http:// or https:// and a host name",),
            '"code.example.org',
            '"https://code.example.org',
        ),
        Fix(
            "statement.summary.missing",
            ("Add a summary (spf:summary)",),
            '"citation": "Inv',
            '"summary": "Gives credit for proficiency.", "citation": "Inv',
        ),
        Fix("state-policy.year-adopted.wrong-form", ("Write 2011, without quotation marks.",), '"2011"', "2011"),
        Fix(
            "state-policy.topic.not-in-list",
            ("Did you mean topic:credit-flexibility?",),
            "credit-flexibilty",
            "credit-flexibility",
        ),
        Fix(
            "claim.extent.missing",
            ("full, partial or enabling", "spf:extent extent:partial"),
            '"rationale": "The act',
            '"extent": "id:extent/full", "rationale": "The act',
        ),
    ),
    "submission-vermont.trig": (
        Fix(
            "record.namespace.misspelled",
            ("@prefix spf: <https://w3id.org/spf-kg/ontology#> .", "https"),
            "old:jurisdiction",
            "spf:jurisdiction",
        ),
        Fix("state-policy.legal-status.too-many", ("remove the others",), ", legal-status:proposed", ""),
        Fix("statement.summary.too-long", ("at most 45 words",), _TOO_LONG, " helps"),
        Fix(
            "state-policy.dates.out-of-order",
            ("date effective or the date ended",),
            '"2010-09-01"^^xsd:date',
            '"2015-09-01"^^xsd:date',
        ),
        Fix(
            "adaptation.local-name.missing-for-its-kind",
            ("spf:localName",),
            "adaptation-kind:local-name ;",
            'adaptation-kind:local-name ; spf:localName "My plan" ;',
        ),
    ),
}


def _validated(file: Path, project: Project) -> Report:
    return validate_files(Request(files=(file,)), project)


@pytest.mark.parametrize("name", FIXES)
def test_each_mistake_is_found_where_it_is_and_fixed_as_told(name: str, few: Project, tmp_path: Path) -> None:
    file = tmp_path / name
    text = (FIXTURES / name).read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    before = _validated(file, few)
    assert before.exit_status() == 1
    violations = [f for f in before.findings if f.rule.severity == "violation"]
    assert sorted(f.rule.identifier for f in violations) == sorted(fix.rule for fix in FIXES[name])
    report = str(render(before, "text", Style(width=10_000)))
    for fix in FIXES[name]:
        finding = next(f for f in violations if f.rule.identifier == fix.rule)
        block = _block(report, finding)
        for told in fix.told:
            assert told in block, fix.rule
        assert text.count(fix.wrong) == 1, fix.wrong
        text = text.replace(fix.wrong, fix.right)
    file.write_text(text, encoding="utf-8")
    after = _validated(file, few)
    assert [f.sentence for f in after.findings] == []
    assert after.verdict == "conforms"
    assert after.exit_status("info") == 0


def _block(report: str, finding: Finding) -> str:
    """The part of the text report that is about a finding."""
    place = finding.location.place
    assert place is not None
    start = report.index(f"{finding.rule.identifier}  line {place.line}, column {place.column}")
    return report[start : report.index("\n\n", start)]


def test_a_file_that_describes_a_record_again_replaces_it(few: Project, tmp_path: Path) -> None:
    again = tmp_path / "ut.ttl"
    again.write_text((few.root / "data" / "states" / "ut.ttl").read_text(encoding="utf-8"), encoding="utf-8")
    report = _validated(again, few)
    assert {f.rule.severity for f in report.findings} <= {"info", "warning"}
    assert report.coverage.records > 40


def test_a_submission_may_hold_records_of_its_own_jurisdiction_only(few: Project) -> None:
    report = _validated(FIXTURES / "submission-maryland.ttl", few)
    found = [f for f in report.findings if f.rule.identifier == "state-policy.not-of-the-submitter"]
    assert [f.record.label for f in found] == ["Invented mastery pilot"]
    assert [str(f.location).rpartition(".ttl")[2] for f in found] == [":73:20"]
    assert found[0].record.location.place is not None
    assert found[0].record.location.place.line == 71


def test_one_bad_file_does_not_hide_the_findings_of_others(few: Project, tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text("<http://x/a> <http://x/b>\n", encoding="utf-8")
    good = FIXTURES / "submission-maryland.ttl"
    report = validate_files(Request(files=(bad, good)), few)
    assert [p.file for p in report.problems] == [bad]
    assert report.findings == _validated(good, few).findings
    assert len(report.findings) == 7
    assert report.exit_status("never") == 2


def test_two_submissions_in_one_file_are_noted(few: Project) -> None:
    report = _validated(FIXTURES / "complete-earlier.ttl", few)
    assert "2 submissions" in report.notes[0]
