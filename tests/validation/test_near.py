"""Hints name only what may well be meant: a record of the same state and kind whose name is near."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from kgtools.cli.main import main
from kgtools.core.namespaces import ID
from kgtools.core.project import Project
from kgtools.core.suggest import near_record
from kgtools.graph.files import Files
from kgtools.tables.context import Context
from kgtools.tables.names import Names
from kgtools.validation import Request, validate_files
from kgtools.validation.hints import _near
from kgtools.validation.render.words import coverage_line
from tests.conftest import ROOT

POLICY = "https://w3id.org/spf-kg/ontology#StatePolicy"
SOURCE = "https://w3id.org/spf-kg/ontology#Source"


@pytest.fixture(scope="module")
def names(few: Project) -> Names:
    return Context.of(few, Files()).names()


@pytest.mark.parametrize("word", ["R.C. 3313.618", "3313.618", "Ohio Revised Code", "TBD", "source", "page 4", "x"])
@pytest.mark.parametrize("kind", [POLICY, SOURCE])
def test_a_citation_in_a_reference_gets_no_neighbor(names: Names, word: str, kind: str) -> None:
    assert names.suggest(word, [kind]) is None


def test_a_page_of_one_state_is_never_that_of_another(names: Names) -> None:
    known = names.members([SOURCE])
    assert known
    assert names.suggest("https://education.ohio.gov/Topics/Learning", [SOURCE], f"{ID}jurisdiction/oh") is None
    assert near_record("https://education.ohio.gov/a/page", ["https://education.nh.gov/a/page"]) is None
    assert near_record("https://education.ohio.gov/a/pagee", ["https://education.ohio.gov/a/page"]) is not None


def test_a_policy_of_another_state_is_never_meant(names: Names) -> None:
    others = [iri for iri in names.members([POLICY]) if names.state_of(iri) != f"{ID}jurisdiction/oh"]
    assert len(others) > 100
    for iri in others[::25]:
        slip = iri.rsplit("/", 1)[-1] + "x"
        assert names.suggest(slip, [POLICY], f"{ID}jurisdiction/oh") is None
        assert names.suggest(slip, [POLICY], names.state_of(iri)) == iri.rsplit("/", 1)[-1]


@pytest.mark.parametrize("identifier", ["oh-a-claim", None])
def test_an_ohio_claim_is_offered_the_row_on_the_sheet_and_no_policy_of_another_state(
    few: Project, names: Names, tmp_path: Path, identifier: str | None
) -> None:
    """Where both are called alike, and where the sheet has none that is meant."""
    other = next(iri for iri in names.members([POLICY]) if names.state_of(iri) == f"{ID}jurisdiction/nh")
    book = Workbook()
    policies, claims = book.create_sheet("Policies"), book.create_sheet("Claims")
    policies.append(["Identifier", "Name", "Jurisdiction"])
    policies.append(["oh-a-plan", names.label(other), "OH"])
    claims.append(["Identifier", "State policy", "Transformative policy"])
    claims.append([identifier, f"{names.label(other)}e", None])
    claims.append(["oh-b-claim", f"{other.rsplit('/', 1)[-1]}e", None])
    file = tmp_path / "book.xlsx"
    book.save(file)
    report = validate_files(Request(files=(file,)), few)
    first, second = [f for f in report.findings if f.rule.identifier == "claim.aligns-state-policy.wrong-kind"]
    assert (str(first.location), first.fix[:27]) == (f"{file}: Claims!B2", "Did you mean 'oh-a-plan'? N")
    assert str(second.location) == f"{file}: Claims!B3"
    assert "Did you mean" not in second.fix + second.hint


def test_a_number_that_differs_is_another_law() -> None:
    assert near_record("utah code 53e-4-303", ["utah code 53e-4-304"]) is None
    assert near_record("utah cod 53e-4-303", ["utah code 53e-4-303"]) == "utah code 53e-4-303"


@pytest.mark.parametrize(
    ("written", "known", "meant"),
    [
        ("state-policy/oh-credit-flexibilty", "state-policy/oh-credit-flexibility", True),
        ("state-policy/oh-credit-flexibility", "state-policy/ar-credit-flexibility", False),
        ("source/oh-credit-flexibilty", "organization/oh-credit-flexibility", False),
        ("source/codes-ohio-gov-3313618", "source/unknown-4eafd9f70b", False),
        ("topic/credit-flexibilty", "topic/credit-flexibility", True),
        ("topic/credit-flexibilty", "instrument/credit-flexibility", False),
    ],
)
def test_an_identifier_is_a_slip_only_of_one_of_its_kind_and_state(written: str, known: str, meant: bool) -> None:
    assert _near(ID + written, [ID + known]) == ((ID + known,) if meant else ())


@pytest.mark.parametrize(("heading", "value"), [("Year adopted", "FY16"), ("Citation", 53.1)])
def test_one_mistake_gives_one_finding(few: Project, tmp_path: Path, heading: str, value: str | float) -> None:
    """A value that can't be read is not also said to be missing."""
    file = tmp_path / "book.xlsx"
    assert main(["--project", str(ROOT), "template", "-o", str(file)]) == 0
    book = load_workbook(file)
    sheet = book["Policies"]
    headings = {str(cell.value).removesuffix(" *"): cell.column for cell in sheet[1]}
    for name, text in {"Name": "Act", "Jurisdiction": "UT", "Instrument": "statute", heading: value}.items():
        sheet.cell(2, headings[name] or 1).value = text
    book.save(file)
    report = validate_files(Request(files=(file,)), few)
    label = heading.lower()
    assert len([f for f in report.findings if f.path_label == label]) == 1


def test_a_spoiled_citation_is_not_said_to_be_missing_from_a_law(few: Project, tmp_path: Path) -> None:
    book = Workbook()
    policies = book.create_sheet("Policies")
    policies.append(["Identifier", "Name", "Jurisdiction", "Instrument", "Citation"])
    policies.append(["ut-spoiled", "Act", "UT", "statute", 53.1])
    policies.append(["ut-empty", "Act", "UT", "statute", None])
    file = tmp_path / "book.xlsx"
    book.save(file)
    report = validate_files(Request(files=(file,)), few)
    told = [(f.record.iri.rpartition("/")[2], f.rule.identifier) for f in report.findings if "citation" in f.message]
    assert sorted(told) == [("ut-empty", "state-policy.citation.missing-for-law"), ("ut-spoiled", "cell.spoiled")]


def test_a_file_without_records_is_not_said_to_be_checked(few: Project, tmp_path: Path) -> None:
    file = tmp_path / "empty.ttl"
    file.write_text("", encoding="utf-8")
    said = coverage_line(validate_files(Request(files=(file,)), few))
    assert said.startswith("There was no record to check")
    assert "0 of 0" not in said
