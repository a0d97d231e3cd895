"""``kgtools sparql`` says what is wrong with a query at its place, and how to fix it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.cli.main import main
from kgtools.graph.store.query_syntax import syntax_message

WRONG = {
    "SELECT * {\n ?s wd:P31 ?o }": "line 2, column 5: the prefix 'wd:' is not declared. Begin the query with PREFIX",
    "SELECT ?x { ?x spf:label ?l ; nope:x 1 }": "line 1, column 31: the prefix 'nope:' is not declared.",
    "SELECT ?x { ?x a spf:StatePolicy": "this '{' has no match.",
    "SELECT ?x { ?x ?y ?z FILTER(?z = 2)) }": "this ')' has no match.",
    "SELECT ?y (COUNT(*) AS ?n) { ?x ?p ?o } GROUP BY ?x": "not in GROUP BY or in an aggregate such as COUNT.",
    "SELECT ?x (COUNT(*) AS ?x) { ?x ?p ?o } GROUP BY ?x": "the variable after AS has a value already;",
    "SELECT (COUNT(*) AS ?n WHERE) { ?x ?p ?o }": "line 1, column 24: 'WHERE) { ?x ?p ?o }' is not allowed here;",
    "SELECT ?x { ?x ?y ?z FILTER(?z == 2) }": "the query can't be read up to here; the fault is here or a little",
}


@pytest.mark.parametrize(("query", "told"), WRONG.items())
def test_a_fault_is_told_at_its_place(query: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sparql", query]) == 2
    said = capsys.readouterr().err
    assert said.startswith("kgtools: This is not a valid SPARQL query: line ")
    assert told in said


def test_the_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "question.rq"
    file.write_text("SELECT * {\n  ?s nope:x ?o\n}\n", encoding="utf-8")
    assert main(["sparql", "--file", str(file)]) == 2
    assert f"{file}: This is not a valid SPARQL query: line 2, column 6: the prefix" in capsys.readouterr().err


def test_the_project_s_prefixes_are_declared(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sparql", "SELECT (COUNT(?x) AS ?n) { ?x a spf:Condition }", "--format", "csv"]) == 0
    assert int(capsys.readouterr().out.split()[1]) > 0


@pytest.mark.parametrize("query", WRONG)
def test_lines_that_the_user_did_not_write_are_not_counted(query: str) -> None:
    text = "PREFIX spf: <http://example.org/>\n\n" + query
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text)
    whole, own = syntax_message(text, caught.value.msg), syntax_message(text, caught.value.msg, 2)
    lines = [int(message.partition(",")[0].removeprefix("line ")) for message in (whole, own)]
    assert lines[0] == lines[1] + 2


def test_what_the_parser_reports_in_another_form_is_passed_on() -> None:
    assert syntax_message("ASK {}", "something new") == "something new"


def test_a_file_in_place_of_the_query_is_told_how_to_run_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.rq"
    file.write_text("SELECT ?s { ?s ?p ?o } LIMIT 1", encoding="utf-8")
    assert main(["sparql", str(file)]) == 2
    assert f"is a file, not a query; to run the query in it, write: kgtools sparql -f {file}" in capsys.readouterr().err
