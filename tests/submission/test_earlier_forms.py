"""Submissions in the form before provisions: they are read, and each finding says what to write now."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgtools.core.project import Project
from kgtools.validation import Request, validate_files
from tests.conftest import ROOT
from tests.few_states import few_states

EARLIER = Path(__file__).with_name("earlier")
"""What the version before provisions wrote for Mississippi, with 13 claims that name their sources themselves."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return few_states(ROOT, tmp_path_factory.mktemp("few") / "project", ("ms",), ("gu",))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (
            "mississippi.xlsx",
            {
                ("column.missing", "Add the column 'Provision'."),
                ("column.unknown", "Give the source on the sheet Provisions, with the place in it and how it was read"),
                ("sheet.unknown", "Delete it. Determinations are derived from claims and inquiries now"),
                ("submission.summary.missing", "Fill in “Summary”"),
            },
        ),
        (
            "mississippi.ttl",
            {
                ("claim.rests-on.missing", "Add a provision (spf:restsOn)."),
                ("claim.source.in-the-wrong-place", "Name the source in a provision, with the place in it"),
                ("determination.concerns.wrong-kind", "Leave determinations out of a submission: they are derived"),
                ("determination.determination-value.not-in-list", "One of: in-full, in-part"),
                ("determination.evidence.other-policy", ""),
                ("record.property.undeclared", ""),
                ("submission.summary.missing", "Add a summary (spf:summary)."),
            },
        ),
    ],
)
def test_findings_say_what_to_write_now(name: str, wanted: set[tuple[str, str]], project: Project) -> None:
    report = validate_files(Request(files=(EARLIER / name,)), project)
    assert not report.problems
    found = {(finding.rule.identifier, finding.fix) for finding in report.findings}
    assert {rule for rule, _ in found} == {rule for rule, _ in wanted}
    for rule, words in wanted:
        assert any(each == rule and words in fix for each, fix in found), (rule, words)


def test_each_of_the_claims_is_named(project: Project) -> None:
    report = validate_files(Request(files=(EARLIER / "mississippi.ttl",)), project)
    assert sum(finding.rule.identifier == "claim.rests-on.missing" for finding in report.findings) == 13
