"""The sheet of new policies: one row is enough, everything else is worked out and said, and what can't be is asked."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest

from kgtools.core.namespaces import ID, SPF
from kgtools.tables.cells import CellValue, Grid
from kgtools.tables.context import Context
from kgtools.tables.reading import TableReading, read_grids

SUBMISSION = (
    ("Name", "Jurisdiction", "Submitter", "Submission date"),
    ("Ohio, 2026", "Ohio", "Ohio Department of Education", "2026-11-23"),
)
HEADINGS = ("Policy", "What it does", "Recommendation", "Link", "Citation", "Year", "Status")
ROW: dict[str, CellValue] = {
    "Policy": "Credit by examination pilot",
    "What it does": "Lets twelve districts award credit to students who prove mastery by examination.",
    "Recommendation": "3a",
    "Link": "https://codes.ohio.gov/ohio-revised-code/section-3313.9999",
    "Citation": "R.C. 3313.9999",
    "Year": 2021,
    "Status": "in effect",
}


def grid(name: str, rows: tuple[tuple[CellValue, ...], ...]) -> Grid:
    return Grid(name, {n: {c: v for c, v in enumerate(row) if v != ""} for n, row in enumerate(rows)})


def read(context: Context, *rows: dict[str, CellValue], submission: bool = True) -> TableReading:
    headings = tuple(dict.fromkeys((*HEADINGS, *(key for row in rows for key in row))))
    entry = grid("New policies", (headings, *(tuple(row.get(h, "") for h in headings) for row in rows)))
    grids = [grid("Submission", SUBMISSION), entry] if submission else [entry]
    return read_grids(grids, context.schema, context.names(), clerk=context.clerk)


def said(reading: TableReading, kind: str, path: str) -> set[str]:
    """The values of a property of the records of a kind, without what comes before their last part."""
    begin = f"<{ID}{kind}/"
    found = (t.object for t in reading.triples if str(t.subject).startswith(begin) and t.predicate.value == SPF + path)
    return {o.value.removeprefix(ID) for o in found if isinstance(o, ox.NamedNode | ox.Literal)}


def asked(reading: TableReading) -> list[str]:
    return [f"{p.place.address} {p.rule}: {p.message}" for p in reading.errors]


def test_seven_cells_make_a_policy_with_its_claim_its_provision_and_its_source(context: Context) -> None:
    assert len(ROW) <= 8
    found = read(context, ROW)
    assert asked(found) == []
    kinds = Counter(s.value.removeprefix(ID).partition("/")[0] for s in found.places.records)
    assert kinds == {"submission": 1, "state-policy": 1, "claim": 1, "provision": 1, "source": 1}
    assert said(found, "state-policy", "instrument") == {"instrument/statute"}
    assert said(found, "state-policy", "topic") == {"topic/credit-flexibility"}
    assert said(found, "state-policy", "legalStatus") == {"legal-status/in-force"}
    assert said(found, "state-policy", "yearAdopted") == {"2021"}
    assert said(found, "claim", "alignsWith") == {"transformative-policy/credit-by-demonstrated-mastery"}
    assert said(found, "claim", "extent") == {"extent/partial"}
    assert said(found, "claim", "rationale") == {ROW["What it does"]}
    assert said(found, "provision", "locator") == {"R.C. 3313.9999"}
    assert said(found, "provision", "readingManner") == {"reading-manner/not-recorded"}
    assert said(found, "source", "publishedBy") == {"organization/ohio-legislative-service-commission"}
    assert said(found, "source", "sourceKind") == {"source-kind/official"}
    assert said(found, "source", "dateAccessed") == {"2026-11-23"}
    [told] = [p for p in found.problems if p.rule == "row.derived"]
    for part in (
        "“Award credit for demonstrated mastery”, from '3a'",
        "kind “statute”",
        "publisher",
        "topic",
        "partial",
    ):
        assert part in told.message


@pytest.mark.parametrize(
    "text", ["Award credit for demonstrated mastery", "3a", "3.A", "demonstrated mastery", "3a; 3b"]
)
def test_a_recommendation_goes_by_name_number_or_words_that_only_it_has(context: Context, text: str) -> None:
    found = read(context, {**ROW, "Recommendation": text})
    assert "transformative-policy/credit-by-demonstrated-mastery" in said(found, "claim", "alignsWith")
    assert len(said(found, "claim", "alignsWith")) == 1 + text.count(";")


@pytest.mark.parametrize(
    ("change", "cell", "words"),
    [
        ({"Recommendation": "credit for everything"}, "C2", "is no recommendation that is known"),
        ({"Recommendation": ""}, "C2", "does not say which recommendation"),
        ({"Status": ""}, "G2", "does not say whether the policy is in force"),
        ({"Status": "soon"}, "G2", "'soon' is no status that is known"),
        ({"Link": "see website"}, "D2", "'see website' is no web address"),
        ({"Link": ""}, "D2", "The row has no link"),
        ({"What it does": ""}, "B2", "does not say what the policy does"),
        ({"Citation": "", "Link": "https://codes.ohio.gov/x"}, "A2", "what kind of policy it is"),
        (
            {"Link": "https://nobody.example/x", "Citation": "R.C. 1.1111"},
            "A2",
            "Who published what is at nobody.example",
        ),
        ({"Recommendation": "none"}, "A2", "no topic"),
        ({"Status": "repealed"}, "A2", "does not say since when"),
        ({"How far": "full"}, "A2", "must say why"),
        ({"Policy": "Graduation plan for each student"}, "A2", "is on record already"),
        ({"Guesses": "Year: from the citation.", "Checked": ""}, "I2", "Nobody has confirmed"),
        ({"Year": "in the nineties"}, "F2", "is not a whole number"),
    ],
)
def test_what_cannot_be_worked_out_is_asked_once_and_at_its_cell(
    context: Context, change: dict[str, CellValue], cell: str, words: str
) -> None:
    found = read(context, {**ROW, **change})
    [problem] = found.errors
    assert words in problem.message
    assert problem.place.address == cell
    assert problem.fix


def test_near_recommendations_and_all_choices_are_named(context: Context) -> None:
    [near] = read(context, {**ROW, "Recommendation": "credit by mastery examination"}).errors
    assert "“Award credit for demonstrated mastery” (3a)" in near.fix
    [alike] = read(context, {**ROW, "Recommendation": "graduation"}).errors
    assert "Let performance assessment count for graduation" in alike.fix
    [unlike] = read(context, {**ROW, "Recommendation": "zzyzzyx"}).errors
    assert unlike.fix.partition("The nearest are")[2].count("”") == 3
    [topic] = read(context, {**ROW, "Recommendation": "none"}).errors
    labels = [context.known.label(iri) for iri in context.known.members([SPF + "Topic"])]
    assert [label for label in labels if label not in topic.fix] == []


def test_full_is_taken_with_a_reason_and_a_section(context: Context) -> None:
    row = {**ROW, "How far": "full", "Why": "Every district must award credit for mastery.", "Section": "(B)(2)"}
    found = read(context, row)
    assert asked(found) == []
    assert said(found, "claim", "extent") == {"extent/full"}
    assert said(found, "provision", "locator") == {"(B)(2)"}


def test_a_new_publisher_is_given_once_for_its_site(context: Context) -> None:
    other = {
        **ROW,
        "Policy": "Another",
        "Citation": "R.C. 2.2222",
        "Link": "https://nobody.example/y",
        "Publisher": "Board of X",
    }
    found = read(context, {**ROW, "Citation": "R.C. 1.1111", "Link": "https://nobody.example/x"}, other)
    assert asked(found) == []
    assert said(found, "source", "publishedBy") == {"organization/board-of-x"}
    slip = read(context, {**other, "Publisher": "Ohio Legislative Service Comission"})
    assert "much like “Ohio Legislative Service Commission”" in slip.errors[0].message


def test_the_same_policy_twice_is_said(context: Context) -> None:
    [problem] = read(context, ROW, {**ROW, "Link": "https://codes.ohio.gov/y"}).errors
    assert "entered twice; first at 'New policies'!A2" in problem.message


def test_a_date_whose_month_could_come_second_is_said_with_its_cell(context: Context) -> None:
    found = read(context, {**ROW, "Day read": "5/10/2016"})
    [problem] = [p for p in found.problems if p.rule == "cell.date.order"]
    assert (problem.place.address, problem.warning) == ("H2", True)
    assert "read with the month first, as 2016-05-10" in problem.message
    assert "write 2016-10-05" in problem.fix
    for clear in ("5/25/2016", "5/5/2016", "2016-05-10", "May 10, 2016"):
        assert not [p for p in read(context, {**ROW, "Day read": clear}).problems if p.rule == "cell.date.order"]


def test_without_a_submission_no_row_can_be_read(context: Context) -> None:
    [problem] = read(context, ROW, submission=False).errors
    assert "before the sheet Submission says for which jurisdiction" in problem.message


def test_formulas_unknown_columns_and_unheaded_cells_are_said(context: Context) -> None:
    entry = grid("New policies", ((*HEADINGS, "Mood"), (*ROW.values(), "fine", "stray")))
    entry.formulas.add((1, 4))
    grids = [grid("Submission", SUBMISSION), entry]
    found = read_grids(grids, context.schema, context.names(), clerk=context.clerk)
    rules = Counter(p.rule for p in found.problems)
    assert (rules["cell.formula"], rules["column.unknown"], rules["column.unnamed"]) == (1, 1, 1)


def test_a_workbook_of_new_policies_leaves_alone_what_is_on_file(context: Context) -> None:
    assert read(context, ROW).places.only_adds
    grids = [
        grid("Submission", SUBMISSION),
        grid("Policies", (("Identifier", "Name", "Jurisdiction"), ("oh-x", "X", "OH"))),
    ]
    assert not read_grids(grids, context.schema, context.names(), clerk=context.clerk).places.only_adds


def test_identifiers_of_provisions_begin_with_the_state(context: Context) -> None:
    rows = (
        ("Source", "Locator", "How read", "Day read"),
        ("codes-ohio-gov-51aae51343", "(A)", "the text itself", "2026-11-23"),
    )
    found = read_grids([grid("Submission", SUBMISSION), grid("Provisions", rows)], context.schema, context.names())
    made = ox.NamedNode(f"{ID}provision/oh-codes-ohio-gov-51aae51343-a")
    assert made in found.places.records


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"Year": "around 2016"}, "year 2016, from 'around 2016'"),
        ({"Status": "active"}, "status “in force”, from 'active'"),
    ],
)
def test_a_value_that_is_read_as_another_is_told(context: Context, cells: dict[str, CellValue], told: str) -> None:
    found = read(context, {**ROW, **cells})
    assert asked(found) == []
    [message] = [p.message for p in found.problems if p.rule == "row.derived"]
    assert told in message
    plain = read(context, {**ROW, "Status": "in force"})
    assert not [p for p in plain.problems if p.rule == "row.derived" and ("status" in p.message or "year" in p.message)]
