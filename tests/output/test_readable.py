"""Answers on a terminal: they fit 80 columns, hide identifiers and addresses, and lose nothing else."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.answers.output import readable, whole_table
from kgtools.answers.output.readable import IDENTIFIERS
from kgtools.answers.output.tables import plain
from kgtools.answers.questions import Question, bind, read_catalog
from kgtools.answers.questions.page import example_parameters
from kgtools.cli.main import main
from kgtools.cli.output import emit
from kgtools.core.namespaces import ID
from kgtools.core.project import Project
from kgtools.core.suggest import nearest_of_all
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore, Solutions
from tests.conftest import ROOT

QUESTIONS = tuple(read_catalog(Project(ROOT)))
WIDTH = 80


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return load_project(Project(ROOT))


@pytest.fixture(scope="module")
def slugs(store: EmbeddedStore) -> set[str]:
    """The last parts of all identifiers that no reader could take for words."""
    rows = store.select(f'SELECT DISTINCT ?s WHERE {{ ?s a ?c FILTER(STRSTARTS(STR(?s), "{ID}")) }}').rows
    every = {row[0].value.rpartition("/")[2] for row in rows if isinstance(row[0], ox.NamedNode)}
    return {slug for slug in every if slug.count("-") > 1}


def asked(store: EmbeddedStore, question: Question) -> Solutions:
    return store.select(bind(question.query, question.parameters, example_parameters(question), store))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_every_answer_is_readable_at_80_columns(question: Question, store: EmbeddedStore, slugs: set[str]) -> None:
    solutions = asked(store, question)
    made = readable(solutions, WIDTH)
    for line in made.text.splitlines():
        assert len(line) <= WIDTH or " " not in line.strip(), line
    assert "http" not in made.text
    words = set(re.findall(r"[\w-]+", made.text))
    assert not words & slugs, (words & slugs, "name the column in IDENTIFIERS")
    assert set(made.hidden) <= IDENTIFIERS
    flat = re.sub(r"\W+", "", made.text)
    shown = [n for n, name in enumerate(solutions.variables) if name not in made.hidden]
    for row in solutions.rows[:40]:
        for text in (plain(row[n]) for n in shown):
            for word in text.split() if not text.startswith("http") else ():
                assert text == "0" or re.sub(r"\W+", "", word) in flat, (question.name, text)


def test_a_wide_table_has_every_column_and_whole_addresses(store: EmbeddedStore) -> None:
    solutions = asked(store, next(q for q in QUESTIONS if q.name == "who-carries-out"))
    text = whole_table(solutions)
    assert text.splitlines()[0].split() == list(solutions.variables)
    assert len(text.splitlines()) == len(solutions.rows) + 2
    assert plain(solutions.rows[0][solutions.variables.index("source")]) in text


def _numbers(*rows: tuple[str, ...], names: tuple[str, ...]) -> Solutions:
    return Solutions(names, tuple(tuple(ox.Literal(cell) for cell in row) for row in rows))


def test_groups_have_headings_with_their_totals(store: EmbeddedStore) -> None:
    solutions = store.select(next(q for q in QUESTIONS if q.name == "coverage").query)
    text = readable(solutions, 200).text
    place = {name: n for n, name in enumerate(solutions.variables)}
    ohio = [row for row in solutions.rows if plain(row[place["usps"]]) == "OH"]
    full = sum(int(plain(row[place["in_full"]])) for row in ohio)
    of = sum(int(plain(row[place["recommended"]])) for row in ohio)
    looked = sum(int(plain(row[place["looked_at"]])) for row in ohio)
    heading = next(line for line in text.splitlines() if line.startswith("Ohio (OH): "))
    assert f": {full} in full, " in heading
    whole = " ".join(text.split())
    assert f"; of {of}, {looked} looked at" in whole[whole.index("Ohio (OH): ") :][:300]


def test_what_a_state_says_of_itself_is_told_with_the_answers(store: EmbeddedStore) -> None:
    query = next(q for q in QUESTIONS if q.name == "coverage").query
    solutions = store.select(query)
    place = solutions.variables.index("self_reported")
    marked = [(*row[:place], ox.Literal("2"), *row[place + 1 :]) for row in solutions.rows[:1]]
    assert "; 2 self-reported" in readable(Solutions(solutions.variables, (*marked, *solutions.rows[1:])), 200).text
    assert "self" not in readable(solutions, 200).text


def test_what_every_row_shares_is_said_once_and_long_texts_go_below() -> None:
    long = "a text of many words " * 12
    rows = [(f"Name number {n} of a policy", "in force", "", long + str(n)) for n in range(3)]
    text = readable(_numbers(*rows, names=("name", "status", "year", "summary")), 40).text
    assert text.startswith("In every row: status: in force.\nEmpty in every row: year.\n\n")
    assert text.count("in force") == 1
    assert text.count("    summary: a text of many words") == 3
    assert text.endswith("\n3 rows.\n")


def test_hostile_text_moves_no_cursor_and_empty_answers_are_said() -> None:
    text = readable(_numbers(("a\x1b[2Jb\nc", "d"), names=("name", "other")), 80).text
    assert "\x1b" not in text
    assert readable(Solutions(("a",), ()), 80).text == "No rows.\n"


def test_a_long_answer_goes_through_the_pager_and_a_short_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "paged"
    script = f"import sys; open({str(kept)!r}, 'w').write(sys.stdin.read())"
    monkeypatch.setenv("PAGER", shlex.join([sys.executable, "-c", script]))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("shutil.get_terminal_size", lambda *_: os.terminal_size((80, 24)))
    long, short = "line\n" * 30, "line\n" * 3
    emit(argparse.Namespace(output=None, no_pager=False), short)
    assert not kept.exists()
    assert capsys.readouterr().out == short
    emit(argparse.Namespace(output=None, no_pager=True), long)
    assert capsys.readouterr().out == long
    emit(argparse.Namespace(output=None, no_pager=False), long)
    assert kept.read_text() == long
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("PAGER", "no-such-pager-anywhere")
    emit(argparse.Namespace(output=None, no_pager=False), long)
    assert capsys.readouterr().out == long


def test_the_command_says_what_it_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "who-carries-out", "-p", "state=OH"]) == 0
    told = capsys.readouterr()
    assert "Not shown: claim" in told.err
    assert "source is shown as its site. Add --wide" in told.err
    assert main(["query", "who-carries-out", "-p", "state=OH", "--wide"]) == 0
    assert "https://" in capsys.readouterr().out
    assert main(["query", "who-carries-out", "--wide", "--format", "csv"]) == 2


@pytest.mark.parametrize("asked", [["compare", "-p", "state=OH,KY"], ["who-carries-out", "-p", "state=OH"]])
def test_a_rating_that_says_the_opposite_is_told_with_the_answer(
    capsys: pytest.CaptureFixture[str], asked: list[str]
) -> None:
    assert main(["query", *asked]) == 0
    told = capsys.readouterr().err
    assert "Others differ on OH: XQ Institute (Feb 2026) names “Mastery-Based Credits” as a next step" in told
    assert main(["query", "conditions"]) == 0
    assert "Others differ" not in capsys.readouterr().err


def test_a_wrong_value_is_answered_with_the_ten_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "evidence", "-p", "claim=oh-college-credit"]) == 2
    told = capsys.readouterr().err
    named = told.partition(" are ")[2].rstrip(".\n").split(", ")
    assert len(named) == 10
    assert any(name.startswith("oh-college-credit-plus--") for name in named)
    assert all(name.startswith("oh-") for name in named)
    assert "Did you mean 'oh-college-credit-plus--" in told
    assert re.search(r"10 nearest of \d,\d{3} are", told)
    assert main(["query", "gaps", "-p", "state=XQ"]) == 2
    assert len(capsys.readouterr().err.partition("such as ")[2].split(", ")) == 10


def test_the_nearest_share_words_or_letters() -> None:
    known = ["credit-for-mastery", "open-career-pathways", "weight-funding"]
    assert nearest_of_all("credit mastery", known, 2)[0] == "credit-for-mastery"
    assert nearest_of_all("wieght fundin", known, 1) == ["weight-funding"]
    assert len(nearest_of_all("", known, 10)) == 3


@pytest.mark.parametrize("kind", ["transformative-policy", "condition"])
def test_search_finds_each_recommendation_by_its_own_name_first(
    kind: str, store: EmbeddedStore, project: Project
) -> None:
    question = next(q for q in QUESTIONS if q.name == "search")
    query = (
        f"SELECT ?x ?name WHERE {{ ?x <http://www.w3.org/2004/02/skos/core#prefLabel> ?name "
        f'FILTER(STRSTARTS(STR(?x), "{ID}{kind}/")) }} ORDER BY ?x'
    )
    for thing, name in store.select(query).rows[:: 6 if kind == "transformative-policy" else 4]:
        assert isinstance(thing, ox.NamedNode)
        slug = thing.value.rpartition("/")[2]
        for written in (plain(name), slug, slug.replace("-", " ").upper()):
            rows = store.select(bind(question.query, question.parameters, {"text": written}, store))
            found = [plain(row[rows.variables.index("id")]) for row in rows.rows]
            assert f"{kind}/{slug}" in found[:2], (written, found[:5])
