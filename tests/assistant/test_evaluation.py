"""Forty questions with known answers, twenty of which nobody can answer from the record: no value may be wrong."""

from __future__ import annotations

from typing import Any

import pytest

from kgtools.core.namespaces import SPF, identifier
from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore
from kgtools.serve.assistant.tools import Tools
from tests.assistant.evaluation import QUESTIONS, UNKNOWN, score
from tests.conftest import ROOT

HELD = [entry for entry in QUESTIONS if entry.get("held")]


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return load_project(Project(ROOT))


@pytest.fixture(scope="module")
def tools(store: EmbeddedStore) -> Tools:
    return Tools(Project(ROOT), store, "9.9.9")


def test_half_of_the_questions_have_no_answer_on_record() -> None:
    assert len(QUESTIONS) == 40
    assert sum(entry.get("verdict") in UNKNOWN for entry in QUESTIONS) == 20
    assert len({entry["question"] for entry in QUESTIONS}) == 40
    assert {entry["tool"] for entry in QUESTIONS} == {"ask", "brief", "check_statement", "record", "search"}


@pytest.mark.parametrize("entry", QUESTIONS, ids=lambda entry: entry["question"])
def test_the_answer_is_right_cited_and_short(tools: Tools, entry: dict[str, Any]) -> None:
    scored = score(tools, entry)
    assert scored.right, scored


@pytest.mark.parametrize("entry", HELD, ids=lambda entry: entry["question"])
def test_the_known_answer_is_still_that_of_the_data(store: EmbeddedStore, entry: dict[str, Any]) -> None:
    state = {"Minnesota": "mn"}.get(entry["arguments"]["state"], entry["arguments"]["state"].lower())
    names = {
        "mastery credit": "credit-by-demonstrated-mastery",
        "Make time and place rules flexible": "flexible-instructional-time",
    }
    policy = names.get(entry["arguments"]["policy"], entry["arguments"]["policy"])
    rows = store.select(
        f"SELECT ?v WHERE {{ ?d <{SPF}jurisdiction> <{identifier('jurisdiction', state)}> ; "
        f"<{SPF}concerns> <{identifier('transformative-policy', policy)}> ; <{SPF}determinationValue> ?v }}"
    ).rows
    held = str(getattr(rows[0][0], "value", "")).rpartition("/")[2]
    assert held == entry["held"], f"The data now say {held}: choose another question of this kind in evaluation.json."


def test_a_wrong_answer_scores_nothing(tools: Tools) -> None:
    entry = next(entry for entry in QUESTIONS if entry.get("verdict") == "borne out")
    assert not score(tools, entry | {"verdict": "contradicted"}).value
    assert not score(tools, entry | {"cites": "nowhere.example"}).citation
