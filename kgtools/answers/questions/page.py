"""The catalog of questions as a Markdown page, with the first rows of each example's real answer."""

from __future__ import annotations

import shlex
from itertools import pairwise
from typing import Final

from kgtools.answers.output import render
from kgtools.answers.questions.catalog import AUDIENCES, Question
from kgtools.answers.questions.parameters import bind
from kgtools.graph.store import Solutions, Store

ROWS: Final = 3

_HEAD: Final = """# Questions

<!-- Written by `make docs`; edit the files in queries/answers/ instead. -->

Each question is a file in `queries/answers/`: a SPARQL query that runs as it stands, with a header that says what is
asked, of whom, with which parameters, and what each column means. The rows shown are the first of the real answer to
the example. What is not on record is never shown as absent.
"""


def catalog_page(catalog: tuple[Question, ...], store: Store) -> str:
    """The page.

    Args:
        catalog: the questions.
        store: what answers the examples.

    Raises:
        ParameterError: an example gives a wrong parameter.
        StoreError: the store can't be reached.
    """
    index = [_index(catalog, audience) for audience in AUDIENCES]
    return "\n".join([_HEAD, *index, *(_section(question, store) for question in catalog)])


def example_parameters(question: Question) -> dict[str, str]:
    """The parameters in a question's example command."""
    words = shlex.split(question.example)
    return dict(word.split("=", 1) for flag, word in pairwise(words) if flag == "-p")


def _index(catalog: tuple[Question, ...], audience: str) -> str:
    lines = [f"- [{q.name}](#{q.name}): {q.summary}" for q in catalog if audience in q.tags]
    return "\n".join([f"For the {audience}:", "", *lines, ""])


def _section(question: Question, store: Store) -> str:
    parts = [f"## {question.name}", "", f"**{question.summary}** {question.description}", ""]
    if question.parameters:
        parts += ["| parameter | kind | default | chooses |", "| --- | --- | --- | --- |"]
        parts += [
            f"| {p.name} | {p.type}{', several' if p.many else ''} | {p.default or 'none'} | {p.description} |"
            for p in question.parameters
        ]
        parts.append("")
    return "\n".join([*parts, *_answer(question, store)])


def _answer(question: Question, store: Store) -> list[str]:
    """The example, and the first rows of its answer, or how large a graph it gives."""
    query = bind(question.query, question.parameters, example_parameters(question), store)
    command = ["", "```console", f"$ {question.example}", "```", ""]
    if question.gives_graph:
        return [*command[1:], f"The answer is a graph of {len(set(store.construct(query))):,} triples.", ""]
    answer = store.select(query)
    meanings = [f"| {column.name} | {column.description} |" for column in question.columns]
    rows = render(Solutions(answer.variables, answer.rows[:ROWS]), "md")
    rest = len(answer.rows) - ROWS
    more = [f"… and {rest} more." if rest > 1 else "… and one more.", ""] if rest > 0 else []
    return ["| column | meaning |", "| --- | --- |", *meanings, *command, rows, *more]
