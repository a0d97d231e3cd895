"""Citations are read as a clerk reads them: whatever their form, the same section is the same."""

from __future__ import annotations

import datetime as dt

import pytest

from kgtools.tables.cells import CellDate
from kgtools.tables.law import find_citation, is_citation, read_citation
from kgtools.tables.plain import status_of, year_of

SAME = [
    [
        "R.C. 3313.618",
        "ORC 3313.618",
        "Ohio Rev. Code § 3313.618(A)(1)",
        "Ohio Revised Code Section 3313.618",
        "3313.618",
    ],
    ["20-A MRSA § 6213", "20-A M.R.S. §6213", "20-A MRSA 6213 (PL 2011, c. 446)"],
    ["s. 1003.4295, F.S.", "Fla. Stat. § 1003.4295", "F.S. 1003.4295"],
    ["Conn. Gen. Stat. § 10-221a(f)", "C.G.S. Sec. 10-221a", "CGS 10-221a(f)"],
    ["R277-705", "Utah Admin. Code R277-705-1 to R277-705-3"],
    ["704 KAR 3:305", "704 KAR 3:305 § 2"],
    ["HB 252 (2025)", "H.B. 252 (2025)", "House Bill 252, 2025 session"],
    ["P.L. 2021, c.420", "PL 2021, ch. 420"],
    ["N.H. Admin. Code Ed 306.27", "Ed 306.27"],
    ["MCA 20-7-1501 to 20-7-1510", "MCA 20-7-1504"],
]
OTHER = [
    ("R.C. 3313.618", "R.C. 3313.617"),
    ("ORC 3301.16", "OAC 3301-16"),
    ("COMAR 13A.03.02.04", "COMAR 13A.03.02.11"),
    ("Rule 13A.03", "COMAR 13A.03.02.04"),
    ("Iowa Code § 256.11(17)", "Iowa Code § 256.11(8)"),
    ("HB 252 (2025)", "HB 252 (2021)"),
    ("HB 252", "HB 252 (2021)"),
    ("70 O.S. § 628.13", "74 O.S. § 628.13"),
]
KINDS = {
    "R.C. 3313.618": "statute",
    "Tex. Educ. Code § 28.023": "statute",
    "19 TAC §74.24": "regulation",
    "8VAC20-132-80": "regulation",
    "IDAPA 08.02.03.105": "regulation",
    "Executive Order 2019-3": "executive-order",
    "H.C.R. 180 (2023)": "resolution",
    "2023 Wisconsin Act 95": "enacted-bill",
    "ch. 2021-35, L.O.F.": "enacted-bill",
    "S 1234": "bill",
    "SBE Policy 301": "board-policy",
    "Strategic plan": "",
}


@pytest.mark.parametrize("forms", SAME, ids=lambda forms: forms[0])
def test_one_section_in_many_forms(forms: list[str]) -> None:
    first = read_citation(forms[0])
    assert [form for form in forms if not first.same(read_citation(form))] == []
    assert [form for form in forms if not is_citation(form)] == []


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_sections_and_other_years_are_not_the_same(one: str, other: str) -> None:
    assert not read_citation(one).same(read_citation(other))


def test_the_kind_follows_from_the_form() -> None:
    assert {text: read_citation(text).kind for text in KINDS} == KINDS


def test_the_year_is_sure_only_where_it_is_part_of_the_number() -> None:
    told = {
        t: (read_citation(t).year, read_citation(t).year_is_sure)
        for t in ("P.A. 23-167", "HB 252 (2025)", "RSA 193-C:3")
    }
    assert told == {"P.A. 23-167": (2023, True), "HB 252 (2025)": (2025, False), "RSA 193-C:3": (0, False)}


def test_a_citation_is_found_in_a_sentence() -> None:
    assert find_citation("See Iowa Code § 256.11(17) for the waiver") == "Iowa Code § 256.11(17)"
    assert find_citation("Plans for 24 districts and 3 regions") == ""
    assert not is_citation("Updated 10/2026 by the graduation team")


@pytest.mark.parametrize(
    ("text", "value", "sure"),
    [
        ("In effect", "in-force", True),
        ("Signed into law 06/2014", "in-force", False),
        ("Repealed 2019", "repealed", True),
        ("in Senate Education", "proposed", True),
        ("Passed House", "proposed", True),
        ("died in committee", "not-adopted", True),
    ],
)
def test_the_words_of_a_status(text: str, value: str, sure: bool) -> None:
    said = status_of(text)
    assert said is not None
    assert (said.value, said.is_sure) == (value, sure)


def test_what_is_no_status_and_no_year_is_not_made_one() -> None:
    assert status_of("Not yet in effect") is None
    assert status_of("ask Mary") is None
    assert year_of("3301.07") is None
    assert year_of(True) is None


@pytest.mark.parametrize(
    ("value", "year", "sure"),
    [
        (2016, "2016", True),
        ("6/12/2019", "2019", True),
        ("6/12/19", "2019", False),
        ("2023-24", "2023", False),
        ("FY24", "2024", False),
        ("10-Jul-14", "2014", False),
        (CellDate(dt.date(2016, 7, 1), "day", 42552.0), "2016", True),
        (CellDate(dt.date(1905, 7, 8), "day", 2016.0), "2016", True),
    ],
)
def test_a_year_in_any_of_the_usual_forms(value: str | int | CellDate, year: str, sure: bool) -> None:
    said = year_of(value)
    assert said is not None
    assert (said.value, said.is_sure) == (year, sure)
