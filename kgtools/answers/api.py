"""The Python side of the questions: open a graph, ask it, and get plain rows or a data frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import pyoxigraph as ox

from kgtools.answers.questions import Question, QuestionError, bind, find_question, read_catalog, read_graph_catalog
from kgtools.core.namespaces import XSD
from kgtools.core.project import Project
from kgtools.graph.projects import find_project, open_store
from kgtools.graph.store import Solutions, Store, Term, TermTriple

if TYPE_CHECKING:
    import pandas
    import polars

Value: TypeAlias = str | int | float | bool | None
Row: TypeAlias = dict[str, Value]

_INTEGER: Final = f"{XSD}integer"
_NUMBERS: Final = {f"{XSD}decimal", f"{XSD}double", f"{XSD}float"}
_BOOLEAN: Final = f"{XSD}boolean"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question.

    Attributes:
        columns: the names of the columns, in order.
        rows: one mapping a row, from column to a plain Python value; ``None`` where there is none.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def to_pandas(self) -> pandas.DataFrame:
        """The answer as a pandas data frame.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        import pandas

        return pandas.DataFrame(list(self.rows), columns=list(self.columns))

    def to_polars(self) -> polars.DataFrame:
        """The answer as a polars data frame.

        Raises:
            ModuleNotFoundError: polars is not installed.
        """
        import polars

        return polars.DataFrame({name: [row[name] for row in self.rows] for name in self.columns}, strict=False)


class Graph:
    """The knowledge graph, in memory or in a store.

    Args:
        store: what answers.
        project: where the canned questions are.
    """

    def __init__(self, store: Store, project: Project) -> None:
        self.store = store
        self.project = project

    @classmethod
    def open(cls, store: str | None = None, *, project: Path | str | None = None) -> Graph:
        """Open a graph.

        Args:
            store: the address of a SPARQL endpoint, or the folder of an embedded store; nothing for the project's
                own ontology and data, in memory.
            project: the folder of the project; nothing for the one around the current folder, or the installed one.

        Raises:
            ProjectError: no project is found.
            StoreError: the store can't be opened.
        """
        found = find_project(Path(project) if project is not None else None)
        return cls(open_store(store, found), found)

    def questions(self) -> tuple[Question, ...]:
        """The canned questions, sorted by name: first those that give a table, then those that give a graph."""
        return (*read_catalog(self.project), *read_graph_catalog(self.project))

    def ask(self, question: str, **parameters: str | int | Sequence[str]) -> Answer:
        """Ask a canned question.

        Args:
            question: its name, such as ``gaps``.
            parameters: its parameters, such as ``state="UT"``; a list where several values may be given.

        Raises:
            QuestionError: there is no such question, or it gives a graph; see ``triples``.
            ParameterError: a parameter's name or value is wrong; the message says what is allowed.
            StoreError: the store can't be reached.
        """
        return plain(self.store.select(self._bound(question, parameters, gives_graph=False)))

    def triples(self, question: str, **parameters: str | int | Sequence[str]) -> tuple[TermTriple, ...]:
        """Ask a canned question that gives a graph, such as ``state-records``.

        Args:
            question: its name.
            parameters: its parameters, such as ``state="UT"``.

        Returns:
            Its triples, each once, sorted.

        Raises:
            QuestionError: there is no such question, or it gives a table; see ``ask``.
            ParameterError: a parameter's name or value is wrong; the message says what is allowed.
            StoreError: the store can't be reached.
        """
        found = self.store.construct(self._bound(question, parameters, gives_graph=True))
        return tuple(sorted(set(found), key=str))

    def _bound(self, name: str, parameters: Mapping[str, str | int | Sequence[str]], *, gives_graph: bool) -> str:
        found = find_question(self.project, name)
        if found.gives_graph != gives_graph:
            raise QuestionError(
                f"'{name}' gives a graph; ask for it with triples()."
                if found.gives_graph
                else f"'{name}' gives a table; ask for it with ask()."
            )
        return bind(found.query, found.parameters, _written(parameters), self.store)

    def select(self, query: str) -> Answer:
        """Run a SPARQL SELECT query.

        Raises:
            QuerySyntaxError: it is not a valid SELECT query.
            StoreError: the store can't be reached.
        """
        return plain(self.store.select(query))


def _written(parameters: Mapping[str, str | int | Sequence[str]]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else str(value) if isinstance(value, int) else ",".join(value)
        for name, value in parameters.items()
    }


def plain(solutions: Solutions) -> Answer:
    """The answer to a query, with plain Python values for terms."""
    rows = tuple(dict(zip(solutions.variables, map(_value, row), strict=True)) for row in solutions.rows)
    return Answer(solutions.variables, rows)


def _value(term: Term | None) -> Value:
    """A term as a plain Python value: numbers and booleans as such, the text of other literals, the whole IRI."""
    if term is None or isinstance(term, ox.Triple):
        return None if term is None else str(term)
    if not isinstance(term, ox.Literal):
        return term.value
    datatype = term.datatype.value
    if datatype == _INTEGER:
        return int(term.value)
    if datatype in _NUMBERS:
        return float(term.value)
    return term.value in {"true", "1"} if datatype == _BOOLEAN else term.value
