"""Scoring the tools on questions with known answers: the right value, the right citation, and a short answer.

``python -m tests.assistant.evaluation`` prints a line for each question that misses, and the score.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kgtools.core.project import Project
from kgtools.core.version import version
from kgtools.graph.projects import load_project
from kgtools.serve.assistant.fitting import MOST_BYTES, as_json
from kgtools.serve.assistant.tools import Tools

ROOT: Final = Path(__file__).parents[2]
QUESTIONS: Final[list[dict[str, Any]]] = json.loads(Path(__file__).with_name("evaluation.json").read_text("utf-8"))
UNKNOWN: Final = ("not on record", "not reviewed")


@dataclass(frozen=True, slots=True)
class Score:
    """How an answer did.

    Attributes:
        question: the question.
        value: whether it gives the right value.
        citation: whether what gives the value cites the right document or record.
        size: how many bytes it has.
    """

    question: str
    value: bool
    citation: bool
    size: int

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.value and self.citation and self.size <= MOST_BYTES


def score(tools: Tools, entry: Mapping[str, Any]) -> Score:
    """Ask one question, and score the answer."""
    answer = tools.answer(entry["tool"], entry["arguments"])
    if "verdict" in entry:
        value = answer["verdict"] == entry["verdict"]
        cited = [answer["page"], *(source["url"] for source in answer["sources"].values())]
    else:
        row = next((row for row in _rows(answer) if entry["row"].items() <= row.items()), None)
        value = row is not None
        cited = _cited(answer, row or {})
    citation = any(entry["cites"] in address for address in cited) and answer["data"]["as_of"] != ""
    return Score(entry["question"], value, citation, len(as_json(answer).encode()))


def _rows(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of an answer; a record and a brief are one row."""
    return list(answer.get("rows") or answer.get("records") or [answer.get("record") or {"title": answer.get("title")}])


def _cited(answer: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    """The addresses that the row cites; those of the whole answer where it is about one thing."""
    sources = answer.get("sources", {})
    if "evidence" in row:
        return [row["evidence"]["page"], *(sources[key]["url"] for key in row["evidence"]["sources"])]
    if isinstance(sources, list):
        return [source["url"] for source in sources]
    return [row.get("page", ""), *(str(source) for source in sources.values())]


def main() -> None:
    """Print what misses, and the score."""
    project = Project(ROOT)
    tools = Tools(project, load_project(project), version())
    scores = [score(tools, entry) for entry in QUESTIONS]
    for one in scores:
        if not one.right:
            print(f"value {one.value}, citation {one.citation}, {one.size:,} bytes: {one.question}")
    sizes = sorted(one.size for one in scores)
    print(
        f"{sum(one.right for one in scores)} of {len(scores)} right; {sum(not one.value for one in scores)} wrong "
        f"values; median {sizes[len(sizes) // 2]:,} bytes, most {sizes[-1]:,}"
    )


if __name__ == "__main__":
    main()
