"""Parameters: what is wrong is told with what is allowed, and nothing that is typed becomes query syntax."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kgtools.answers.questions import (
    ParameterError,
    Question,
    bind,
    find_question,
    read_catalog,
    read_graph_catalog,
)
from kgtools.answers.questions.page import example_parameters
from kgtools.answers.questions.parameters import has_place, with_terms
from kgtools.cli.main import USAGE, main
from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore
from tests.conftest import ROOT

HOSTILE = (
    '" } DROP ALL #',
    "UT } ?s ?p ?o {",
    "UT\n}\nSELECT * WHERE { ?s ?p ?o",
    "jurisdiction:ut> . ?s ?p <x",
    "https://w3id.org/spf-kg/id/jurisdiction/ut x",
    "<https://w3id.org/spf-kg/id/jurisdiction/ut> } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o",
    "} SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } {",
    "# a comment",
    "\\\\u0022 } #",
    "'''x'''@en",
    '"""',
    "UNDEF",
    "2020 } #",
    "?x",
    "\x00",
    "a\r\nVALUES ?_state { UNDEF }",
)


@pytest.fixture(scope="module")
def real(project: Project) -> EmbeddedStore:
    return load_project(project)


def catalog() -> list[Question]:
    return [*read_catalog(Project(ROOT)), *read_graph_catalog(Project(ROOT))]


CASES = [(q.name, p.name) for q in catalog() for p in q.parameters]


@pytest.mark.parametrize(("question", "parameter"), CASES)
def test_injections_are_refused_or_find_nothing(
    project: Project, real: EmbeddedStore, question: str, parameter: str
) -> None:
    asked = find_question(project, question)
    kind = next(p.type for p in asked.parameters if p.name == parameter)
    for hostile in HOSTILE:
        given = example_parameters(asked) | {parameter: hostile}
        if kind != "text":
            with pytest.raises(ParameterError):
                bind(asked.query, asked.parameters, given, real)
            continue
        query = bind(asked.query, asked.parameters, given, real)
        assert not real.select(query).rows, hostile
        assert query.count("\n") == asked.query.count("\n"), "a line of the query was added or lost"


def test_a_text_that_is_found_is_found_whatever_marks_it_has(project: Project, real: EmbeddedStore) -> None:
    """Quotes in a text are looked for, not obeyed: the words of a record with an apostrophe are found by it."""
    asked = find_question(project, "search")
    query = bind(asked.query, asked.parameters, {"text": "Na Hopena A'o"}, real)
    assert real.select(query).rows


@pytest.mark.parametrize(
    ("question", "given", "told"),
    [
        ("gaps", {"state": "Uta"}, ["'Uta' is not a state or territory", "Did you mean 'Utah'?", "such as UT"]),
        ("gaps", {"stat": "UT"}, ["'stat' is not a parameter", "Did you mean 'state'?"]),
        ("condition", {"condition": "9"}, ["'9' is not a known condition", "shared-vision"]),
        ("condition", {"condition": "shared-visions"}, ["Did you mean 'shared-vision'?"]),
        ("by-authority", {"authority": "governer"}, ["Did you mean 'governor'?", "legislature, licensing-board"]),
        ("as-of", {"year": "20x0"}, ["'20x0' is not a year", "four digits"]),
        ("as-of", {"year": "9999"}, ["'9999' is not a year"]),
        ("together", {"least": "-1"}, ["'-1' is not a whole number"]),
        ("gaps", {"state": ""}, ["is empty"]),
        ("compare", {"state": "UT,,KY"}, ["is empty"]),
        ("search", {"text": "x" * 201}, ["201 characters", "at most 200"]),
        ("conditions", {"edition": "fourth-edition"}, ["first-edition, second-edition, third-edition"]),
        ("coverage-by-condition", {"state": "UT"}, ["takes no parameters"]),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed_and_the_nearest(
    project: Project, real: EmbeddedStore, question: str, given: dict[str, str], told: list[str]
) -> None:
    asked = find_question(project, question)
    with pytest.raises(ParameterError) as caught:
        bind(asked.query, asked.parameters, given, real)
    for part in told:
        assert part in str(caught.value)


def test_names_codes_and_places_mean_the_same(project: Project, real: EmbeddedStore) -> None:
    gaps = find_question(project, "gaps")
    texts = {bind(gaps.query, gaps.parameters, {"state": name}, real) for name in ("UT", "ut", "Utah", "UTAH")}
    assert len(texts) == 1
    condition = find_question(project, "condition")
    names = ("1", "shared-vision", "Shared statewide vision")
    assert len({bind(condition.query, condition.parameters, {"condition": name}, real) for name in names}) == 1


def test_the_command_line_exits_2_with_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--project", str(ROOT), "query", "gaps", "-p", "state=Uta"]) == USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("kgtools: 'Uta' is not a state or territory.")
    assert main(["--project", str(ROOT), "query", "gasp"]) == USAGE
    assert "Did you mean 'gaps'?" in capsys.readouterr().err
    assert main(["--project", str(ROOT), "query", "gaps", "-p", "state"]) == USAGE
    assert "write name=value" in capsys.readouterr().err
    assert main(["--project", str(ROOT), "query", "gaps", "-p", "state=UT", "-p", "state=KY"]) == USAGE
    assert "given twice" in capsys.readouterr().err


def test_a_service_clause_in_a_parameter_reaches_no_network() -> None:
    """A fresh process with sockets forbidden asks with a SERVICE clause in the text, and answers all the same."""
    code = (
        "import socket, sys\n"
        "def forbidden(*_): raise SystemExit('network')\n"
        "socket.socket.connect = forbidden\n"
        "from kgtools.cli.main import main\n"
        "text = 'text=x } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o'\n"
        "sys.exit(main(['query', 'search', '-p', text, '--format', 'csv']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["kind,usps,name,summary,id"]


def test_every_line_of_a_parameter_is_bound_and_all_must_be_the_same() -> None:
    line = "VALUES ?_state { jurisdiction:ut }"
    twice = f"SELECT * {{\n  # {line}\n  {{ SELECT ?x {{\n    # {line}\n    ?x ?y ?_state }} }}\n}}"
    assert has_place(twice, "state")
    bound = with_terms(twice, "state", "<urn:nh>")
    assert bound.count("VALUES ?_state { <urn:nh> }") == 2
    assert "#" not in bound
    assert not has_place(twice.replace(line, "VALUES ?_state { jurisdiction:nh }", 1), "state")
    assert not has_place("SELECT * { ?x ?y ?_state }", "state")
