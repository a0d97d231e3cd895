"""Pages of an answer: put together they are the whole, on a store that is asked for pages and on one that is not."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kgtools.answers.questions import bind, find_question, read_catalog
from kgtools.answers.questions.paging import paged, select_page
from kgtools.cli.main import USAGE, main
from kgtools.core.project import Project
from kgtools.graph.store import EmbeddedStore, Solutions
from tests.conftest import ROOT
from tests.questions.asking import fixture_store


@pytest.fixture(scope="module")
def small(project: Project) -> EmbeddedStore:
    return fixture_store(project)


class Counted:
    """A store behind an address: it counts the rows that it sends."""

    def __init__(self, inner: EmbeddedStore) -> None:
        self._inner = inner
        self.sent = 0

    def select(self, query: str) -> Solutions:
        found = self._inner.select(query)
        self.sent += len(found.rows)
        return found


def test_pages_are_the_whole_answer_in_pieces(project: Project, small: EmbeddedStore) -> None:
    for question in read_catalog(project):
        whole = small.select(question.query).rows
        pieces = [small.select(paged(question.query, 2, start)).rows for start in range(0, len(whole) + 1, 2)][:20]
        assert [row for piece in pieces for row in piece] == list(whole)[:40], question.name


@pytest.mark.parametrize(("limit", "offset"), [(3, 0), (3, 3), (100, 0), (3, 100)])
def test_a_page_says_how_many_rows_there_are_and_an_endpoint_sends_only_the_page(
    project: Project, small: EmbeddedStore, limit: int, offset: int
) -> None:
    question = find_question(project, "coverage")
    query = bind(question.query, question.parameters, {"state": "UT,KY,PR"}, small)
    total = len(small.select(query).rows)
    assert total > 3
    there = Counted(small)
    near, far = select_page(small, query, limit, offset), select_page(there, query, limit, offset)  # type: ignore[arg-type]
    assert near == far
    assert near.total == total
    assert there.sent <= min(limit, total) + 1


def test_the_command_line_gives_a_page_and_says_that_there_is_more(capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["--project", str(ROOT), "query", "conditions", "--format", "csv"]
    assert main(ask) == 0
    whole = capsys.readouterr().out.splitlines()
    assert main([*ask, "--limit", "3", "--offset", "2"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [whole[0], *whole[3:6]]
    assert "There are more rows: --offset 5 shows the next." in err
    assert main([*ask, "--limit", "3", "--offset", "5"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [whole[0], *whole[6:9]]
    assert "more rows" not in err


def test_what_has_no_rows_has_no_pages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--project", str(ROOT), "query", "state-records", "--limit", "3"]) == USAGE
    assert "'state-records' gives a graph, which has no rows" in capsys.readouterr().err
    assert main(["--project", str(ROOT), "query", "conditions", "--offset", "3"]) == USAGE
    assert "--offset needs --limit" in capsys.readouterr().err


def test_a_count_is_a_whole_number(small: EmbeddedStore) -> None:
    page = select_page(Counted(small), "SELECT ?x WHERE { VALUES ?x { 1 2 3 } }\nORDER BY ?x", 2)  # type: ignore[arg-type]
    assert page.total == 3
    assert [row[0] for row in page.solutions.rows] == [ox.Literal(1), ox.Literal(2)]
