"""The ways in which a question can be asked: as shipped, and with each parameter open, bound, and bound in vain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kgtools.answers.output import render, render_graph
from kgtools.answers.questions import Question, bind, read_catalog, read_graph_catalog
from kgtools.answers.questions.page import example_parameters
from kgtools.answers.questions.parameters import with_terms
from kgtools.core.namespaces import ID
from kgtools.core.project import Project
from kgtools.graph.store import Store

_KNOWN: Final = {
    "condition": "3",
    "count": "3",
    "edition": "third-edition",
    "jurisdiction": "NH",
    "text": "credit",
    "transformative-policy": "credit-by-demonstrated-mastery",
    "year": "2010",
}
"""What a parameter is bound to that the example leaves open."""

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
        """The answer as text: a table as CSV in the order of the answer, a graph as sorted N-Triples."""
        if self.question.gives_graph:
            return str(render_graph(store.construct(self.query), "nt"))
        return str(render(store.select(self.query), "csv"))


def cases(question: Question, store: Store, example: Mapping[str, str]) -> Iterator[Case]:
    """Every case of a question.

    Args:
        question: the question.
        store: where the known values are looked up.
        example: parameters of which something is on record.
    """
    # In the file as shipped, what may be left out is open.
    yield Case(question, "as shipped", question.query)
    if example:
        yield Case(question, "example", bind(question.query, question.parameters, example, store))
    for parameter in question.parameters:
        known = example.get(parameter.name) or _KNOWN[parameter.type]
        bound = bind(question.query, question.parameters, {parameter.name: known}, store)
        yield Case(question, f"{parameter.name} bound", bound)
        unknown = _UNKNOWN.get(parameter.type, _UNKNOWN_INDIVIDUAL)
        yield Case(question, f"{parameter.name} unknown", with_terms(question.query, parameter.name, unknown))


def all_cases(
    project: Project, store: Store, examples: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[Case, ...]:
    """Every case of every question, with the questions' own examples where none are given."""
    return tuple(
        case
        for question in (*read_catalog(project), *read_graph_catalog(project))
        for case in cases(
            question, store, example_parameters(question) if examples is None else examples.get(question.name, {})
        )
    )


def differences(cases: tuple[Case, ...], reference: Store, other: Store) -> dict[str, list[tuple[str, str]]]:
    """The first lines that differ, by question and case."""
    found = {}
    for case in cases:
        ours, theirs = case.answered(reference), case.answered(other)
        if ours != theirs:
            pairs = zip(ours.splitlines(), theirs.splitlines(), strict=False)
            found[f"{case.question.name}, {case.name}"] = [pair for pair in pairs if pair[0] != pair[1]][:3]
    return found
