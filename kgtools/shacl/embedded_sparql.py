"""SPARQL on a memory graph: a pyoxigraph store that holds what the queries read, and the written forms it lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import pyoxigraph as ox

from kgtools.shacl.graph import MemoryGraph, cells
from kgtools.store.interface import StoreError, Term
from kgtools.store.written import rewritten

# Scratch data lives in named graphs of its own; queries on the data read the default graph only.
SCRATCH = ox.NamedNode("urn:kgtools:shacl:scratch")
SHAPES_GRAPH = ox.NamedNode("urn:kgtools:shacl:shapes")
ROW_VARIABLE = "kgtoolsRow"
_ROW = "urn:kgtools:shacl:row"
_COLUMN = "urn:kgtools:shacl:column:"

Row: TypeAlias = Mapping[str, Term]


class SparqlView:
    """Answers SPARQL over a memory graph, with sets of terms joined in.

    Args:
        graph: the data.
        shapes: the shapes graph, for queries that ask for ``$shapesGraph``.
    """

    def __init__(self, graph: MemoryGraph, shapes: Sequence[ox.Triple]) -> None:
        self._graph = graph
        self._predicates: set[ox.NamedNode] = set()
        self._holds_all = False
        self._store = ox.Store()
        self._written: dict[Term, set[ox.Literal]] = {}
        self._store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, SHAPES_GRAPH) for t in shapes)

    def require(self, predicates: Collection[ox.NamedNode] | None) -> None:
        """Take in the properties that a query can read, where they are not there yet; None when it can read any."""
        if self._holds_all:
            return
        self._holds_all = predicates is None
        wanted = self._graph.columns if predicates is None else predicates
        fresh = [predicate for predicate in dict.fromkeys(wanted) if predicate not in self._predicates]
        self._predicates.update(fresh)
        self._learn(value for _, _, value in self._graph.triples(fresh))
        self._store.bulk_extend(ox.Quad(s, p, o) for s, p, o in self._graph.triples(fresh))  # type: ignore[arg-type]

    def _learn(self, terms: Iterable[Term]) -> None:
        for written, stored in rewritten(term for term in terms if isinstance(term, ox.Literal)).items():
            self._written.setdefault(stored, set()).add(written)

    def update(self, added: Collection[ox.Triple], removed: Collection[ox.Triple]) -> None:
        """Follow a change of the graph; the graph itself must have changed already."""
        wanted = None if self._holds_all else self._predicates
        self._learn(triple.object for triple in added)
        for triple in removed:
            self._store.remove(ox.Quad(triple.subject, triple.predicate, triple.object))
        subjects = {(t.subject, t.predicate) for t in (*removed, *added) if wanted is None or t.predicate in wanted}
        for subject, predicate in subjects:  # a removed form may share its stored form with one that stays
            for value in cells(self._graph.column(predicate).get(subject)):
                self._store.add(ox.Quad(subject, predicate, value))

    def select(self, query: str, names: Sequence[str], rows: Sequence[Sequence[Term]]) -> Iterator[tuple[int, Row]]:
        """Run a query that contains ``scratch_pattern(names)`` and returns ``?kgtoolsRow``.

        Args:
            query: a SELECT query.
            names: the variables that the rows bind.
            rows: one tuple of terms a row.

        Returns:
            For each solution the number of the row that it belongs to, and its bindings.

        Raises:
            StoreError: the query failed while it ran.
        """
        self._fill(names, rows)
        try:
            found = self._store.query(query)
            assert isinstance(found, ox.QuerySolutions)
            variables = [variable.value for variable in found.variables]
            for solution in found:
                bindings = {name: value for name in variables if (value := solution[name]) is not None}
                yield int(bindings[ROW_VARIABLE].value.rpartition(":")[2]), bindings
        except (OSError, RuntimeError) as error:
            raise StoreError(f"A SPARQL constraint could not be answered: {error}") from error

    def select_freely(self, query: str) -> Iterator[Row]:
        """Run a SELECT query on the data as it is."""
        try:
            found = self._store.query(query)
            assert isinstance(found, ox.QuerySolutions)
            variables = [variable.value for variable in found.variables]
            for solution in found:
                yield {name: value for name in variables if (value := solution[name]) is not None}
        except (OSError, RuntimeError) as error:
            raise StoreError(f"A SPARQL constraint could not be answered: {error}") from error

    def _fill(self, names: Sequence[str], rows: Iterable[Sequence[Term]]) -> None:
        self._store.clear_graph(SCRATCH)
        columns = [ox.NamedNode(_COLUMN + name) for name in names]
        quads = []
        for number, row in enumerate(rows):
            node = ox.NamedNode(f"{_ROW}:{number}")
            quads += [ox.Quad(node, column, term, SCRATCH) for column, term in zip(columns, row, strict=True)]
        self._store.bulk_extend(quads)

    def written_forms(self, term: Term, near: Collection[Term]) -> Collection[Term]:
        """The written forms of a term that a query returned.

        Args:
            term: a term as the store has it.
            near: terms among which the written form is looked for first, such as the values of the path.

        Returns:
            All written forms found near; failing that one form from anywhere; failing that the term.
        """
        forms = self._written.get(term)
        if not forms:
            return (term,)
        candidates: set[Term] = {term, *forms}
        here = [each for each in near if each in candidates]
        return here or sorted(forms, key=str)[:1]


def scratch_pattern(names: Sequence[str]) -> str:
    """SPARQL that binds variables to the rows handed to ``SparqlView.select``."""
    pairs = " ; ".join(f"<{_COLUMN}{name}> ?{name}" for name in names)
    return f"GRAPH {SCRATCH} {{ ?{ROW_VARIABLE} {pairs} }}"
