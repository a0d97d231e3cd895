"""Facts about the real data that are certain, as the questions tell them."""

from __future__ import annotations

import pytest

from kgtools.answers.questions import find_question, read_catalog
from kgtools.answers.questions.catalog import AUDIENCES
from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore
from tests.questions.asking import ask


@pytest.fixture(scope="module")
def real(project: Project) -> EmbeddedStore:
    return load_project(project)


def rows(store: EmbeddedStore, project: Project, name: str, **given: str) -> list[dict[str, str]]:
    answer = ask(store, find_question(project, name), given)
    return [
        {
            name: "" if term is None else getattr(term, "value", "")
            for name, term in zip(answer.variables, row, strict=True)
        }
        for row in answer.rows
    ]


def test_there_are_at_least_35_questions_and_every_audience_has_some(project: Project) -> None:
    catalog = read_catalog(project)
    assert len(catalog) >= 35
    for audience in AUDIENCES:
        assert sum(audience in question.tags for question in catalog) >= 2, audience


def test_every_example_is_answered_and_has_the_columns_of_its_header(project: Project, real: EmbeddedStore) -> None:
    for question in read_catalog(project):
        answer = ask(real, question)
        assert answer.variables == tuple(column.name for column in question.columns), question.name
        assert answer.rows, question.name
        assert question.example.startswith(f"kgtools query {question.name}"), question.name


def test_rows_are_ordered_by_the_query_alone(project: Project) -> None:
    for question in read_catalog(project):
        assert "ORDER BY" in question.query, question.name
        assert "GROUP_CONCAT" not in question.query, f"{question.name}: the standard leaves its order open"


def test_the_third_edition_has_eight_conditions_in_order_whose_names_are_reconstructed(
    project: Project, real: EmbeddedStore
) -> None:
    found = rows(real, project, "conditions")
    assert [row["position"] for row in found] == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert {row["wording"] for row in found} == {"reconstructed"}
    assert all(int(row["policies"]) >= 4 and int(row["actions"]) >= 4 for row in found)


def test_the_second_edition_has_the_eleven_attested_conditions(project: Project, real: EmbeddedStore) -> None:
    found = rows(real, project, "conditions", edition="second-edition")
    assert len(found) == 11
    assert "reconstructed" not in {row["wording"] for row in found}


def test_coverage_has_a_row_for_each_jurisdiction_and_condition_and_no_bare_no(
    project: Project, real: EmbeddedStore
) -> None:
    found = rows(real, project, "coverage")
    assert len(found) == 56 * 8
    assert len({(row["usps"], row["position"]) for row in found}) == 56 * 8
    values = ("in_full", "in_part", "made_possible", "status_unknown", "ended", "not_applicable", "confirmed_absent")
    for row in found:
        looked_at = sum(int(row[value]) for value in (*values, "not_found"))
        assert looked_at == int(row["looked_at"])
        assert looked_at + int(row["not_reviewed"]) == int(row["recommended"])
    assert sum(int(row["recommended"]) for row in found) == 56 * 41
    assert {row["looked_at"] for row in found if row["usps"] in {"PR", "GU", "VI", "AS", "MP"}} == {"0"}


def test_the_estimate_of_completeness_is_that_of_the_samples(project: Project, real: EmbeddedStore) -> None:
    found = rows(real, project, "how-complete")
    assert len(found) == 41
    for row in found:
        held, missed, unseen = int(row["found"]), int(row["not_found"]), int(row["not_reviewed"])
        assert int(row["looked_at"]) + unseen == 51
        for column, missing in (
            ("share_found", 0.23 * missed + 0.58 * unseen),
            ("at_least", 0.33 * missed + 0.76 * unseen),
            ("at_most", 0.16 * missed + 0.39 * unseen),
        ):
            assert int(row[column]) == pytest.approx(100 * held / (held + missing), abs=0.51)
        assert int(row["at_least"]) <= int(row["share_found"]) <= int(row["at_most"])


def test_what_nobody_looked_for_is_every_cell_without_a_claim_or_a_look(project: Project, real: EmbeddedStore) -> None:
    cells = {(row["usps"], row["policy"]) for row in rows(real, project, "not-yet-looked")}
    assert ("PR", "fund-intermediaries-and-capacity") in cells
    assert {usps for usps, _ in cells} == {"AS", "GU", "MP", "PR", "VI"}
    coverage = rows(real, project, "coverage")
    assert len(cells) == sum(int(row["not_reviewed"]) for row in coverage)


def test_xq_advises_ohio_what_is_here_in_full(project: Project, real: EmbeddedStore) -> None:
    found = rows(real, project, "ratings-beside-ours", state="OH")
    assert [(r["item"], r["their_value"], r["answer_here"]) for r in found if r["look"] == "differs"] == [
        ("Mastery-Based Credits", "next step", "in full")
    ]


def test_condition_shows_at_least_four_policies_and_actions_three_examples_and_resources(
    project: Project, real: EmbeddedStore
) -> None:
    for position in range(1, 9):
        parts = [row["part"] for row in rows(real, project, "condition", condition=str(position))]
        assert parts[:2] == ["condition", "end state"]
        assert parts.count("transformative policy") >= 4
        assert parts.count("implementation action") >= 4
        assert parts.count("state example") >= 3
        assert parts.count("resource") >= 3


def test_a_state_is_not_among_those_that_could_follow_itself(project: Project, real: EmbeddedStore) -> None:
    assert "UT" not in {row["usps"] for row in rows(real, project, "most-alike", state="UT")}
    done = {row["id"] if "id" in row else row["policy"] for row in rows(real, project, "gaps", state="NH")}
    assert "credit-by-demonstrated-mastery" not in done


def test_a_chain_of_evidence_ends_in_addresses_that_were_read_on_a_day(project: Project, real: EmbeddedStore) -> None:
    claim = "nh-extended-learning-opportunities--credit-for-learning-beyond-school"
    found = rows(real, project, "evidence", claim=claim)
    assert found
    assert {row["usps"] for row in found} == {"NH"}
    assert all(row["url"].startswith("http") and row["read"].startswith("20") for row in found)


def test_known_precedents_of_credit_by_mastery(project: Project, real: EmbeddedStore) -> None:
    found = rows(real, project, "who-carries-out", policy="credit-by-demonstrated-mastery")
    assert {"NH", "UT", "OK"} <= {row["usps"] for row in found}
    assert all(row["source"].startswith("http") for row in found)
