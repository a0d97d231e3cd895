"""Each check fails on a repository state made to fail it, and says so; the repository itself passes."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from kgtools.core.errors import QuestionError
from kgtools.core.project import Project
from tests.check.cases import CASES, POLICY, Case
from tests.conftest import FEW_OR_WHOLE
from tests.few_states import few_states
from tools.check.model import Check
from tools.check.profile import STANDARD, Profile, read_profile
from tools.check.registry import all_checks
from tools.check.repository import Repository
from tools.check.run import UNUSED_EXCEPTION, run_checks

HEADER = "".join(f"#+ {key}: x\n" for key in ("title", "problem", "solution", "example")) + "#+ message: '{value}'\n"
SLOW = ("contradiction", "engines-differ")
"""Checks that take half of the time of all: `make test` runs them on two states, `make soak` on all as well."""
PARTS = ("ontology", "shapes", "data", "queries", "docs", "README.md", "CHANGELOG.md", "CITATION.cff", "pyproject.toml")
EVERY_CASE = [
    pytest.param(name, case, id=f"{name}-{i}") for name, cases in CASES.items() for i, case in enumerate(cases)
]


@pytest.fixture(scope="module")
def two(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The records of two states that the pages show; nobody has looked at the others."""
    return few_states(project.root, tmp_path_factory.mktemp("two") / "project", ("nh", "ut"))


@pytest.fixture
def copy(project: Project, two: Project, tmp_path: Path) -> Path:
    """The repository with these records, as hard links where the file system can."""
    for part in PARTS:
        source = two.root / part if (two.root / part).exists() else project.root / part
        if source.is_dir():
            shutil.copytree(source, tmp_path / part, copy_function=_link)
        else:
            _link(source, tmp_path / part)
    return tmp_path


def _link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def check_named(project: Project, name: str) -> Check:
    return next(check for check in all_checks(project) if check.name == name)


@pytest.mark.parametrize(("name", "case"), EVERY_CASE)
def test_a_check_fails_on_the_state_made_to_fail_it(project: Project, copy: Path, name: str, case: Case) -> None:
    case.apply(copy)
    profile = Profile()
    if name == UNUSED_EXCEPTION:
        file = copy / "profile.toml"
        file.write_text(
            '[[exception]]\ncheck = "orphan"\nsubject = "https://example.org/gone"\nreason = "It was excused here."\n'
        )
        profile = read_profile(file, ["orphan"])
    broken = Project(copy)
    checks = [check_named(broken, n) for n in (("orphan", name) if name == UNUSED_EXCEPTION else (name,))]
    report = run_checks(Repository(broken), checks, profile)
    hits = [found for found in report.outcomes[-1].found if case.expected in found.message]
    assert hits, [found.message for found in report.outcomes[-1].found]
    if case.subject:
        assert case.subject in {found.subject for found in hits}
    if name != UNUSED_EXCEPTION:
        assert any(found.file for found in hits), "the finding tells no place"
    assert report.exit_status("warning") == 1


def test_there_is_a_failing_state_for_each_check(project: Project) -> None:
    assert {check.name for check in all_checks(project)} == set(CASES)


def test_the_repository_passes_every_check(project: Project) -> None:
    _assert_passes(project, [check for check in all_checks(project) if check.name not in SLOW])


@pytest.mark.parametrize("records", FEW_OR_WHOLE)
@pytest.mark.parametrize("name", SLOW)
def test_the_repository_passes_the_slow_checks(project: Project, copy: Path, name: str, records: str) -> None:
    checked = project if records == "whole" else Project(copy)
    _assert_passes(checked, [check_named(checked, name)])


def _assert_passes(project: Project, checks: Sequence[Check]) -> None:
    profile = read_profile(STANDARD, [check.name for check in all_checks(project)])
    report = run_checks(Repository(project), checks, profile)
    wrong = [
        f"{o.check.name}: {found.where} {found.message}"
        for o in report.outcomes
        for found in o.found
        if o.severity == "violation"
    ]
    assert wrong == []
    assert [outcome.check.name for outcome in report.outcomes] == [check.name for check in checks]


def ages(project: Project, name: str, today: dt.date) -> list[str]:
    return [found.message for found in check_named(project, name).find(Repository(project, today))]


def test_a_record_is_due_on_the_day_after_a_year(few: Project) -> None:
    """The oldest record of the few states is a year old on one day, and older on the next."""
    repository = Repository(few)
    for name, kind in {"source-not-read-again": "dateAccessed", "record-due": "dateReviewed"}.items():
        days = {
            dt.date.fromisoformat(t.object.value)  # type: ignore[union-attr]
            for t in repository.data
            if t.predicate.value.endswith(f"#{kind}")
            and f"/id/{'source' if kind == 'dateAccessed' else 'state-policy'}/" in str(t.subject)
        }
        assert ages(few, name, min(days) + dt.timedelta(days=365)) == []
        due = ages(few, name, min(days) + dt.timedelta(days=366))
        assert due
        assert all(f", on {min(days)}." in message for message in due)


def test_a_session_may_carry_over_once(few_copy: Project) -> None:
    utah = few_copy.root / "data" / "states" / "ut.ttl"
    bill = (
        f"{POLICY}-bill a spf:StatePolicy ; spf:instrument instrument:bill ; "
        "spf:legalStatus legal-status:proposed ; spf:yearProposed 2030 .\n"
    )
    utah.write_text(utah.read_text(encoding="utf-8") + bill, encoding="utf-8")

    def said(year: int) -> list[str]:
        return [m for m in ages(few_copy, "still-proposed", dt.date(year, 1, 1)) if f"{POLICY}-bill" in m]

    assert said(2030) == []
    assert said(2031) == [
        f"{POLICY}-bill was proposed in 2030, and its session has ended, unless bills carry over there."
    ]
    assert said(2032) == [f"{POLICY}-bill was proposed in 2030, and its session has ended."]


def test_without_java_the_reasoner_does_not_pass(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    report = run_checks(Repository(project), [check_named(project, "contradiction")], Profile())
    assert [found.message for found in report.outcomes[0].found] == [
        "It could not be checked: HermiT needs Java, and there is no 'java' on the PATH. Install a Java runtime."
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT ?subject { ?subject ?p ?o }", "the header has no title, problem, solution, example, message"),
        ("#+ title: [", "the header is not valid YAML"),
        (HEADER + "SELECT ?other { ?other a ?class } LIMIT 1", "the query must select [?]subject"),
        (HEADER + "SELECT ?subject { ?subject a ?class } LIMIT 1", "the message names 'value', which is not a column"),
    ],
)
def test_a_query_that_is_no_check_is_refused(copy: Path, text: str, message: str) -> None:
    file = copy / "queries" / "checks" / "mine.rq"
    file.write_text(text)
    with pytest.raises(QuestionError, match=message):
        list(check_named(Project(copy), "mine").find(Repository(Project(copy))))
