"""Adding records in bulk: whole and idempotent, or refused with each problem named."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.cli.main import main
from kgtools.core.namespaces import SPF, identifier
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from kgtools.graph.writing import write_files
from kgtools.intake.records import ImportResult, plan_import
from tests.conftest import ROOT
from tests.few_states import few_states

GOOD = """
jurisdiction: UT
policies:
- id: ut-test-credit
  name: Test credit rule
  instrument: regulation
  citation: R277-705
  year: 2010
  effective: 2010-05-10
  status: in-force
  topics: [credit-flexibility]
  summary: Districts may award credit to students who show
    that they have mastered a subject.
  certainty: high
  epistemic: stated
  doubt: null
  reviewed: 2026-11-23
  sources:
  - {url: "https://rules.utah.gov/test", title: Rule R277-705, publisher: Utah Office of Administrative Rules,
     kind: official, accessed: 2026-11-23}
  claims:
  - policy: credit-by-demonstrated-mastery
    extent: full
    rationale: The rule lets every district do so.
    epistemic: stated
    certainty: high
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A state, and another one that nobody has looked at."""
    return few_states(ROOT, tmp_path_factory.mktemp("two") / "project", ("ut",), ("al",))


@pytest.fixture
def copy(project: Project, tmp_path: Path) -> Project:
    """A copy of the project's data, to be written to."""
    for name in ("ontology", "shapes", "data", "queries"):
        shutil.copytree(project.root / name, tmp_path / "project" / name)
    return Project(tmp_path / "project")


def planned(project: Project, tmp_path: Path, text: str) -> ImportResult:
    file = tmp_path / "records.yaml"
    file.write_text(text, encoding="utf-8")
    return plan_import(project, [file])


def snapshot(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_closed_lists_are_those_of_the_named_project(
    copy: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schemes = copy.root / "ontology" / "schemes.ttl"
    text = schemes.read_text(encoding="utf-8")
    schemes.write_text(text.replace("topic:credit-flexibility", "topic:flexible-credit"), encoding="utf-8")
    file = tmp_path / "records.yaml"
    arguments = ["--project", str(copy.root), "import", "--dry-run", str(file)]
    file.write_text(GOOD, encoding="utf-8")
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert "'credit-flexibility' is not one of them" in said
    assert "flexible-credit, " in said
    file.write_text(GOOD.replace("credit-flexibility", "flexible-credit"), encoding="utf-8")
    assert main(arguments) == 0


def test_a_record_becomes_the_triples_that_it_says(copy: Project, tmp_path: Path) -> None:
    result = planned(copy, tmp_path, GOOD)
    assert result.problems == ()
    write_files(result.texts)
    policy = ox.NamedNode(identifier("state-policy", "ut-test-credit"))
    found = {
        (t.predicate.value.rsplit("#", 1)[1], t.object.value)
        for t in read_triples(copy.root / "data" / "states" / "ut.ttl")
        if t.subject == policy and not isinstance(t.object, ox.Triple)
    }
    assert found == {
        ("type", "http://www.w3.org/2002/07/owl#NamedIndividual"),
        ("type", SPF + "StatePolicy"),
        ("prefLabel", "Test credit rule"),
        ("jurisdiction", identifier("jurisdiction", "ut")),
        ("instrument", identifier("instrument", "regulation")),
        ("citation", "R277-705"),
        ("yearAdopted", "2010"),
        ("dateEffective", "2010-05-10"),
        ("legalStatus", identifier("legal-status", "in-force")),
        ("topic", identifier("topic", "credit-flexibility")),
        ("summary", "Districts may award credit to students who show that they have mastered a subject."),
        ("certainty", identifier("certainty", "high")),
        ("epistemicStatus", identifier("epistemic-status", "stated")),
        ("dateReviewed", "2026-11-23"),
        ("hasSource", identifier("source", "rules-utah-gov-f91047c801")),
    }


def test_files_change_only_where_they_must(copy: Project, tmp_path: Path) -> None:
    changed = {file.relative_to(copy.root / "data").as_posix() for file in planned(copy, tmp_path, GOOD).texts}
    assert (
        {"states/ut.ttl", "sources.ttl"} <= changed <= {"states/ut.ttl", "sources.ttl", "reference/organizations.ttl"}
    )


def test_the_second_time_changes_nothing(copy: Project, tmp_path: Path) -> None:
    write_files(planned(copy, tmp_path, GOOD).texts)
    again = planned(copy, tmp_path, GOOD)
    assert again.problems == ()
    assert again.texts == {}


def test_a_claim_that_is_no_longer_made_is_dropped(copy: Project, tmp_path: Path) -> None:
    write_files(planned(copy, tmp_path, GOOD).texts)
    write_files(
        planned(copy, tmp_path, GOOD.replace("credit-by-demonstrated-mastery", "flexible-instructional-time")).texts
    )
    claims = {
        t.subject.value.rsplit("/", 1)[1]
        for t in read_triples(copy.root / "data" / "states" / "ut.ttl")
        if isinstance(t.subject, ox.NamedNode) and "/claim/ut-test-credit--" in t.subject.value
    }
    assert claims == {"ut-test-credit--flexible-instructional-time"}


def test_a_source_that_nothing_cites_any_more_is_dropped(copy: Project, tmp_path: Path) -> None:
    write_files(planned(copy, tmp_path, GOOD).texts)
    moved = GOOD.replace("https://rules.utah.gov/test", "https://rules.utah.gov/moved")
    write_files(planned(copy, tmp_path, moved).texts)
    text = (copy.root / "data" / "sources.ttl").read_text(encoding="utf-8")
    assert "https://rules.utah.gov/moved" in text
    assert "https://rules.utah.gov/test" not in text


BAD = {
    "a key that is misspelt": (
        "  status: in-force",
        "  statsu: in-force",
        "'statsu' is not a key of 'policies'. Did you mean 'status'?",
    ),
    "a required key left out": ("  status: in-force\n", "", "'status' is missing."),
    "a value that is not in the list": ("instrument: regulation", "instrument: law", "'instrument' must be one of"),
    "a date that is not a date in the calendar": (
        "effective: 2010-05-10",
        "effective: '2010-02-30'",
        "is not a date in the calendar",
    ),
    "a year in words": ("year: 2010", "year: unknown", "'year' must be a whole number, but 'unknown' is not one."),
    "no source": ("kind: official, ", "", "'kind' is missing."),
    "an address that is none": ("https://rules.utah.gov/test", "see the web", "must be a web address"),
    "a transformative policy that does not exist": (
        "policy: credit-by-demonstrated-mastery",
        "policy: credit-by-mastery",
        "which nothing describes. Did you mean 'credit-by-demonstrated-mastery'?",
    ),
    "a group that does not exist": (
        "policies:",
        "polices:",
        "'polices' is not a group of records. Did you mean 'policies'?",
    ),
    "a key given twice": ("  year: 2010", "  year: 2010\n  year: 2011", "the key 'year' is given twice"),
    "YAML that is damaged": ("topics: [credit-flexibility]", "topics: [credit-flexibility", "This is not valid YAML"),
    "two values for one": ("citation: R277-705", "citation: [a, b]", "'citation' takes one value, but 2 are given."),
    "an identifier with capitals": ("id: ut-test-credit", "id: UT credit", "must be lower-case letters and digits"),
}


@pytest.mark.parametrize("mistake", BAD)
def test_a_bad_record_is_refused_with_its_place(
    copy: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str], mistake: str
) -> None:
    good, bad, message = BAD[mistake]
    file = tmp_path / "records.yaml"
    file.write_text(GOOD.replace(good, bad), encoding="utf-8")
    before = snapshot(copy.root)
    status = main(["--project", str(copy.root), "import", str(file)])
    said = capsys.readouterr().err
    assert status == 2
    assert message in said
    assert f"{file}:" in said
    assert "Traceback" not in said
    assert snapshot(copy.root) == before


def test_one_bad_record_does_not_hide_another(copy: Project, tmp_path: Path) -> None:
    text = GOOD.replace("year: 2010", "year: soon").replace("extent: full", "extent: total")
    messages = "\n".join(map(str, planned(copy, tmp_path, text).problems))
    assert "'year' must be a whole number" in messages
    assert "'extent' must be one of enabling, full, partial; 'total' is not one of them" in messages


def test_of_a_long_list_the_nearest_values_are_told(copy: Project, tmp_path: Path) -> None:
    text = GOOD.replace("topics: [credit-flexibility]", "topics: [data-reporting]")
    (problem,) = planned(copy, tmp_path, text).problems
    assert "outcomes-reporting" in str(problem)
    assert "(docs/reference/bulk-records.md lists all); 'data-reporting' is not one of them" in str(problem)
    assert len(str(problem)) < 400


def test_a_file_that_is_not_there(copy: Project, tmp_path: Path) -> None:
    (problem,) = plan_import(copy, [tmp_path / "none.yaml"]).problems
    assert "can't be read" in str(problem)


HOSTILE = {
    "aliases that multiply": "a0: &a0 [x, x]\n"
    + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    + "policies:\n- id: *a8\n  name: *a8\n  topics: *a8\n",
    "an object of a Python class": "policies:\n- !!python/object/apply:os.system [echo]\n",
    "deep nesting": "policies: " + "[" * 3000 + "]" * 3000,
    "a number as the whole file": "42",
    "a list as the whole file": "- a\n- b",
    "bytes that are no UTF-8": "\udcff",
    "records that are no mappings": "policies: [1, 2]",
    "claims that are no list": GOOD.replace("  claims:\n", "  claims: 7\n  rest:\n"),
    "sources that are text": GOOD.replace("  sources:\n", "  sources: none\n  rest:\n"),
    "a mapping as a name": GOOD.replace("name: Test credit rule", "name: {a: b}"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_get_a_message_and_change_nothing(
    copy: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    file = tmp_path / "hostile.yaml"
    file.write_bytes(HOSTILE[case].encode("utf-8", "surrogateescape"))
    before = snapshot(copy.root)
    assert main(["--project", str(copy.root), "import", str(file)]) == 2
    said = capsys.readouterr().err
    assert "Nothing was written" in said
    assert str(file) in said
    assert len(said) < 20_000
    assert snapshot(copy.root) == before


LOOKS = (
    GOOD
    + """
    provisions:
    - {source: "https://rules.utah.gov/test", locator: R277-705-3, says: Districts may award credit by test.,
       reading: text, read: 2026-11-30}
inquiries:
- policy: fund-intermediaries-and-capacity
  day: 2026-11-30
  looked_at: [Utah Code, "le.utah.gov"]
  words: weighted pupil unit
  outcome: not-found
  by: Volunteer readers
"""
)


def state_of(project: Project, state: str = "ut") -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for t in read_triples(project.root / "data" / "states" / f"{state}.ttl"):
        if isinstance(t.subject, ox.NamedNode) and not isinstance(t.object, ox.Triple):
            name = t.object.value.rsplit("/", 1)[-1] if isinstance(t.object, ox.NamedNode) else t.object.value
            found.setdefault(t.subject.value.rsplit("/id/", 1)[-1], set()).add(
                (t.predicate.value.rsplit("#", 1)[1], name)
            )
    return found


def test_a_provision_read_in_the_official_text_makes_its_claim_certain(copy: Project, tmp_path: Path) -> None:
    write_files(planned(copy, tmp_path, LOOKS).texts)
    found = state_of(copy)
    provision = "ut-test-credit--rules-utah-gov-f91047c801-r277-705-3"
    assert found[f"provision/{provision}"] >= {
        ("locator", "R277-705-3"),
        ("readingManner", "text"),
        ("dateRead", "2026-11-30"),
        ("hasSource", "rules-utah-gov-f91047c801"),
    }
    claim = found["claim/ut-test-credit--credit-by-demonstrated-mastery"]
    assert {value for key, value in claim if key == "restsOn"} == {provision}
    assert ("certainty", "high") in claim
    assert "hasSource" not in dict(claim)


def test_a_claim_without_provisions_rests_on_its_sources_unread_and_is_less_certain_than_it_says(
    copy: Project, tmp_path: Path
) -> None:
    write_files(planned(copy, tmp_path, GOOD).texts)
    found = state_of(copy)
    assert ("readingManner", "not-recorded") in found["provision/ut-test-credit--rules-utah-gov-f91047c801"]
    assert ("certainty", "medium") in found["claim/ut-test-credit--credit-by-demonstrated-mastery"]


def test_a_look_that_found_nothing_is_the_answer_until_a_claim_comes(copy: Project, tmp_path: Path) -> None:
    answer = "determination/al-fund-intermediaries-and-capacity"
    looks = LOOKS.replace("UT", "AL").replace("ut-", "al-")  # nobody has looked at Alabama in this copy
    assert ("determinationValue", "not-reviewed") in state_of(copy, "al")[answer]
    write_files(planned(copy, tmp_path, looks).texts)
    found = state_of(copy, "al")
    assert found[answer] >= {
        ("determinationValue", "looked-for-not-found"),
        ("inquiry", "al-fund-intermediaries-and-capacity-2026-11-30"),
        ("dateReviewed", "2026-11-30"),
    }
    later = looks.replace("- policy: credit-by-demonstrated-mastery", "- policy: fund-intermediaries-and-capacity")
    write_files(planned(copy, tmp_path, later).texts)
    found = state_of(copy, "al")
    assert ("determinationValue", "in-full") in found[answer]
    assert ("inquiry", "al-fund-intermediaries-and-capacity-2026-11-30") in found[answer]


def test_a_provision_without_a_source_or_a_manner_is_refused(copy: Project, tmp_path: Path) -> None:
    text = LOOKS.replace('source: "https://rules.utah.gov/test", locator', "locator").replace("outcome: not-found", "")
    messages = [problem.message for problem in planned(copy, tmp_path, text).problems]
    assert "'source' must be the address of a source of the policy, or a mapping as under 'sources'." in messages
    assert "'outcome' is missing." in messages


def test_a_new_policy_that_cites_what_is_on_record_is_warned_about(project: Project, tmp_path: Path) -> None:
    found = planned(project, tmp_path, GOOD)
    assert found.problems == ()
    [warning] = found.warnings
    assert warning.startswith(f"{tmp_path / 'records.yaml'}:")
    assert "R277-705 is on record as “Demonstrated Competence and Alternative Credit”" in warning
    assert planned(project, tmp_path, GOOD.replace("citation: R277-705", "citation: R277-999")).warnings == ()


def test_nobody_has_read_a_source_after_today(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "records.yaml"
    file.write_text(GOOD, encoding="utf-8")
    problems = " ".join(map(str, plan_import(project, [file], dt.date(2026, 11, 22)).problems))
    assert "The review date 2026-11-23 is after today, 2026-11-22" in problems
    assert "The access date 2026-11-23 is after today, 2026-11-22" in problems


def test_a_group_without_records_is_named(project: Project, tmp_path: Path) -> None:
    problems = planned(project, tmp_path, GOOD + "claimss:\n").problems
    assert any("'claimss' is empty" in str(problem) for problem in problems)


def test_what_breaks_a_rule_is_refused_at_its_record(
    copy: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "records.yaml"
    file.write_text(GOOD.replace("The rule lets every district do so.", "The rule says so."), encoding="utf-8")
    before = snapshot(copy.root)
    for arguments in (("--dry-run",), ()):
        assert main(["--project", str(copy.root), "import", *arguments, str(file)]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert "Nothing was written: 1 problem.\n" in said.err
        claim = 1 + GOOD.splitlines().index("  - policy: credit-by-demonstrated-mastery")
        assert f"{file}:{claim}: record ut-test-credit" in said.err
        assert "The rationale “The rule says so.” has fewer than six words. Write in the rationale" in said.err
    assert snapshot(copy.root) == before


def test_findings_that_keep_nothing_out_are_counted_with_the_way_to_see_them(
    copy: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "records.yaml"
    file.write_text(GOOD.replace("  year: 2010\n  effective: 2010-05-10\n", ""), encoding="utf-8")
    monkeypatch.chdir(copy.root)
    assert main(["import", "--dry-run", str(file)]) == 0
    assert re.search(r"The files would have \d+ finding", capsys.readouterr().err)
    assert main(["import", str(file)]) == 0
    pattern = r"The files have (\d+) findings?; see 'kgtools (validate [^']+)'"
    [(count, command)] = re.findall(pattern, capsys.readouterr().err)
    assert command == "validate data/sources.ttl data/states/ut.ttl"
    assert main([*command.split(), "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["findings"]) == int(count)
