"""Checking statements: which citations name the same law, and that a verdict never says more than the record."""

from __future__ import annotations

import pytest

from kgtools.answers.checking import _matches, check_citation
from kgtools.answers.search import words
from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore


@pytest.fixture(scope="module")
def store(project: Project) -> EmbeddedStore:
    return load_project(project)


@pytest.mark.parametrize(
    ("citation", "held", "same"),
    [
        ("S.B. 143", "SB 143 (2021)", True),
        ("sb143", "S.B. 143", True),
        ("SB 14", "SB 143 (2021)", False),
        ("HB 143", "SB 143 (2021)", False),
        ("3313.60", "Ohio Rev. Code 3313.6012", False),
        ("R.C. 3313.6012", "Ohio Rev. Code 3313.6012", True),
        ("120B.018", "Minn. Stat. 120B.018, subd. 4", True),
        ("Idaho Code 33-1632", "Idaho Code § 33-1632 (HB 110, 2015)", True),
        ("33-1632 and 33-9999", "Idaho Code § 33-1632", False),
        ("2021", "A.R.S. § 15-901.08 (Laws 2021, ch. 299)", False),
        ("Laws 2021", "Laws 2021, ch. 299", False),
        ("16 V.S.A.", "16 V.S.A. § 4010", True),
        ("16 CFR", "16 V.S.A. § 4010", False),
        ("section 5", "Title 12, section 5", True),
        ("article 5", "Title 12, section 5", False),
        ("no number", "no number", False),
        ("", "SB 143", False),
    ],
)
def test_a_citation_names_the_same_law_or_not(citation: str, held: str, same: bool) -> None:
    assert _matches(citation, [held]) == same


def test_numbers_of_two_texts_do_not_make_one_law() -> None:
    assert not _matches("33-1632, 15-943", ["Idaho Code 33-1632", "A.R.S. 15-943"])


def test_a_law_of_another_state_is_not_on_record_here(store: EmbeddedStore) -> None:
    found = check_citation(store, "WI", "Minn. Stat. 120B.018")
    assert found.verdict == "not on record"
    assert "on record for MN" in found.reasons[0]
    assert "does not mean that there is no such law" in found.reasons[0]


def test_a_bill_number_tells_no_session(store: EmbeddedStore) -> None:
    assert "does not tell the session" in check_citation(store, "UT", "SB 143").reasons[0]
    year = check_citation(store, "UT", "SB 143", year="1899")
    assert year.verdict in {"contradicted", "not on record"}


@pytest.mark.parametrize("status", ["repealed", "proposed", "expired"])
def test_a_status_that_is_not_on_record_is_contradicted(store: EmbeddedStore, status: str) -> None:
    assert check_citation(store, "UT", "SB 143", status="in force").verdict == "borne out"
    assert check_citation(store, "UT", "SB 143", status=status).verdict == "contradicted"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S.B. 143", ["sb143"]),
        ("policies and pathways", ["policy", "and", "pathway"]),
        ("§ 33-1632", ["33-1632", "33", "1632"]),
        ("class status analysis", ["class", "status", "analysis"]),
    ],
)
def test_words_are_folded_alike(text: str, expected: list[str]) -> None:
    assert list(words(text)) == expected
