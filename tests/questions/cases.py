"""The ways in which a question can be asked: as shipped, and with each parameter open, bound, and bound in vain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kgtools.answers.output import render, render_graph
from kgtools.answers.questions import Question, bind, read_catalogue, read_graph_catalogue
from kgtools.answers.questions.page import example_parameters
from kgtools.answers.questions.parameters import with_terms
from kgtools.core.namespaces import ID
from kgtools.core.project import Project
from kgtools.graph.store import Store

_KNOWN: Final = {
    "authority": "legislature",
    "condition": "3",
    "count": "3",
    "edition": "second-edition",
    "jurisdiction": "NH",
    "text": "Mastery",
    "transformative-policy": "adopt-portrait-of-a-graduate",
    "year": "2010",
}
_UNKNOWN: Final = {"count": "999999", "text": '"no such words (or signs?) *"', "year": "1800"}
_UNKNOWN_INDIVIDUAL: Final = f"<{ID}jurisdiction/none-such>"


@dataclass(frozen=True, slots=True)
class Case:
    """A question as it is put to an engine.

    Attributes:
        question: the question.
        name: how its parameters are set.
        query: the text that the engine is sent.
    """

    question: Question
    name: str
    query: str

    def answered(self, store: Store) -> str:
        """The answer as text: a graph as sorted N-Triples, a table as CSV with its rows sorted."""
        if self.question.gives_graph:
            return str(render_graph(store.construct(self.query), "nt"))
        head, *rows = str(render(store.select(self.query), "csv")).splitlines(keepends=True)
        return "".join([head, *sorted(rows)])


def cases(question: Question, store: Store) -> Iterator[Case]:
    """Every case of a question.

    Args:
        question: the question.
        store: where the known values are looked up.
    """
    # What may be left out is open in the file as shipped.
    yield Case(question, "as shipped", question.query)
    example = example_parameters(question)
    if example:
        yield Case(question, "example", bind(question.query, question.parameters, example, store))
    for parameter in question.parameters:
        known = _KNOWN.get(parameter.type) or example[parameter.name]
        bound = bind(question.query, question.parameters, {parameter.name: known}, store)
        yield Case(question, f"{parameter.name} bound", bound)
        unknown = _UNKNOWN.get(parameter.type, _UNKNOWN_INDIVIDUAL)
        yield Case(question, f"{parameter.name} unknown", with_terms(question.query, parameter.name, unknown))


def all_cases(project: Project, store: Store) -> list[Case]:
    """Every case of every question of a project."""
    return [case for q in (*read_catalogue(project), *read_graph_catalogue(project)) for case in cases(q, store)]
