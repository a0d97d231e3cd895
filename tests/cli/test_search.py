"""`kgtools search`: words in any order, the most relevant first, and a next step where nothing is found."""

from __future__ import annotations

import csv
import io
import re

import pyoxigraph as ox
import pytest

from kgtools.answers.search import RecordSearch
from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from tests.docs.commands import spans


def rows(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, str]]:
    assert main(["search", *words, "--format", "csv"]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


@pytest.mark.parametrize("words", [("flexible", "time"), ("time", "flexible"), ("flexible time",)])
def test_words_are_taken_in_any_order(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    found = rows(capsys, *words)
    assert found[0]["name"] == "Make time and place rules flexible"
    assert found[0]["kind"] == "transformative policy"
    assert found[0]["id"].startswith("transformative-policy/")
    assert len(found) == 20


def test_the_records_of_a_named_state_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert rows(capsys, "capstone", "Kentucky")[0]["usps"] == "KY"


def test_the_next_rows_are_those_after_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    first = rows(capsys, "capstone", "--limit", "4")
    assert main(["search", "capstone", "--limit", "2"]) == 0
    assert "--offset 2 shows the next" in capsys.readouterr().err
    assert rows(capsys, "capstone", "--limit", "2", "--offset", "2") == first[2:]


def test_a_search_that_finds_nothing_says_where_it_looked_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "zzyzzyx"]) == 0
    said = capsys.readouterr()
    assert said.out == "No rows.\n"
    assert re.search(r"names, summaries, rationales and citations of [\d,]+ records for 'zzyzzyx'", said.err)
    assert "Try fewer or other words, or 'kgtools query criteria'" in said.err


@pytest.mark.parametrize(("words", "said"), [("x" * 301, "at most 300"), ("a --wide --format csv", "--wide is for")])
def test_what_makes_no_sense_is_refused(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", *words.split()]) == 2
    assert said in capsys.readouterr().err


def test_the_search_that_the_readme_shows_finds_records(capsys: pytest.CaptureFixture[str]) -> None:
    (span,) = [span for span in spans("README.md") if span.startswith("kgtools search")]
    assert rows(capsys, *span.split()[2:])


def test_the_name_of_a_recommendation_finds_it_first(project: Project) -> None:
    store = load_project(project)
    index = RecordSearch(store)
    named = "SELECT ?x ?name WHERE { ?x a spf:TransformativePolicy ; skos:prefLabel ?name }"
    prefixes = "PREFIX spf: <https://w3id.org/spf-kg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    answer = store.select(prefixes + named).rows
    named_so = [[cell.value for cell in row if isinstance(cell, ox.NamedNode | ox.Literal)] for row in answer]
    found = {name: (index.find(name)[0].iri, iri) for iri, name in named_so}
    assert len(found) >= 41
    assert {name: pair for name, pair in found.items() if pair[0] != pair[1]} == {}
