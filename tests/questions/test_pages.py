"""The Python API and its page, and the catalog page."""

from __future__ import annotations

import ast
import re

import pytest

from kgtools import Graph
from kgtools.answers.questions import QuestionError
from kgtools.core.project import Project
from tests.conftest import ROOT


@pytest.mark.parametrize(("page", "values"), [("tutorials/python.md", 8), ("how-to/stores/rdflib.md", 1)])
def test_every_python_block_of_a_page_runs_and_gives_the_values_it_shows(
    page: str, values: int, few: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    if page != "tutorials/python.md":  # whose values are those of the whole graph
        monkeypatch.chdir(few.root)
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    names: dict[str, object] = {}
    checked = 0
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, page, "exec"), names)
        for line in block.splitlines():
            shown = re.fullmatch(r"(\S.*?)  # (.+)", line)
            if shown:
                assert eval(shown[1], names) == ast.literal_eval(shown[2]), line
                checked += 1
    assert checked >= values


def test_an_unknown_question_is_refused_with_the_nearest() -> None:
    with pytest.raises(QuestionError, match="Did you mean 'gaps'"):
        Graph.open(project=ROOT).ask("gasp")


def test_a_question_that_gives_a_graph_is_asked_for_its_triples() -> None:
    graph = Graph.open(project=ROOT)
    triples = graph.triples("state-records", state="NH")
    assert list(triples) == sorted(set(triples), key=str)
    subjects = {str(triple.subject) for triple in triples}
    assert any("/id/claim/nh-" in subject for subject in subjects)
    assert not any("/id/state-policy/ut-" in subject for subject in subjects)
    with pytest.raises(QuestionError, match=r"gives a graph; ask for it with triples\(\)"):
        graph.ask("state-records", state="NH")
    with pytest.raises(QuestionError, match=r"gives a table; ask for it with ask\(\)"):
        graph.triples("gaps", state="NH")


def test_frames_where_the_library_is_installed() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = Graph.open(project=ROOT).ask("conditions").to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame["position"]) == list(range(1, 9))
