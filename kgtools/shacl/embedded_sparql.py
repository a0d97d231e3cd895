"""SPARQL on a memory graph: a pyoxigraph store that holds what the queries read, and the written forms it lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import TypeAlias

import pyoxigraph as ox

from kgtools.graph.store.interface import StoreError, Term
from kgtools.graph.store.query_regex import embedded_query
from kgtools.graph.store.written import is_ambiguous, rewritten
from kgtools.shacl import paths
from kgtools.shacl.graph import Cell, MemoryGraph, cells
from kgtools.shacl.paths import Inverse, Path, Predicate, can_be_empty, is_forward, path_predicates, walks_back_inside
from kgtools.shacl.sparql_analysis import Footprint, Read, Steps

# Scratch data lives in its own named graphs; queries on the data read the default graph only.
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
        self._whole: set[tuple[ox.NamedNode, ox.NamedNode | None]] = set()
        self._partial: dict[ox.NamedNode, set[Term]] = {}
        self._holds_all = False
        self._store = ox.Store()
        self._written: dict[Term, set[ox.Literal]] = {}
        self._store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, SHAPES_GRAPH) for t in shapes)

    def require(self, read: Footprint | None, nodes: Collection[Term]) -> None:
        """Take in what a query can read when it is asked about some focus nodes, where it is not there yet.

        Args:
            read: what the query reads; None when it can read anything.
            nodes: the focus nodes.
        """
        if self._holds_all:
            return
        # A path of no steps leads from every node of the graph to itself, so that every node must be there.
        if read is None or any(can_be_empty(one.step) for one in read.reads):
            self._holds_all = True
            for predicate in self._graph.columns:
                self._take_in(predicate)
            return
        for predicate in read.elsewhere:
            self._take_in(predicate)
        for node, predicate in read.named:
            self._take_in_at(predicate, (node,))
        ends: dict[Steps, Collection[Term] | None] = {(): nodes}
        for one in read.reads:
            self._read(one, self._ends(one.start, ends))

    def _ends(self, steps: Steps, known: dict[Steps, Collection[Term] | None]) -> Collection[Term] | None:
        """The nodes that some steps lead to; None where that is unknown, or not worth finding out.

        A number or date may be joined to another in the store that was written in another way, so what lies behind a
        step backwards from it is unknown.
        """
        if steps not in known:
            known[steps] = self._onward(self._ends(steps[:-1], known), steps[-1])
        return known[steps]

    def _onward(self, nodes: Collection[Term] | None, step: Path) -> Collection[Term] | None:
        if isinstance(step, paths.Sequence):
            for part in step.steps:
                nodes = self._onward(nodes, part)
            return nodes
        if nodes is None or walks_back_inside(step) or not self._is_few(nodes, step):
            return None
        if not is_forward(step) and any(map(is_ambiguous, nodes)):
            return None
        return {value for values in self._graph.pairs(step, nodes).values() for value in values}

    def _is_few(self, nodes: Collection[Term], step: Path) -> bool:
        """Whether looking at nodes one by one costs less than taking in the whole columns."""
        return len(nodes) * 2 < sum(len(self._graph.column(predicate)) for predicate in path_predicates(step))

    def _read(self, read: Read, nodes: Collection[Term] | None) -> None:
        step = read.step
        if isinstance(step, paths.Sequence):
            for part in step.steps:
                self._read(Read(read.start, part), nodes)
                nodes = self._onward(nodes, part)
            return
        if nodes is not None and self._is_few(nodes, step):
            match step:
                case Predicate(predicate):
                    self._take_in_at(predicate, nodes)
                    return
                case Inverse(Predicate(predicate)) if not any(map(is_ambiguous, nodes)):
                    subjects = self._graph.pairs(step, nodes).values()
                    self._take_in_at(predicate, {subject for each in subjects for subject in each})
                    return
        for predicate in path_predicates(step):
            self._take_in(predicate, read.iri if isinstance(step, Predicate) else None)

    def _take_in(self, predicate: ox.NamedNode, iri: ox.NamedNode | None = None) -> None:
        """Take in a whole property, or all that have one IRI as its value."""
        if (predicate, None) in self._whole or (predicate, iri) in self._whole:
            return
        self._whole.add((predicate, iri))
        if iri is None:
            column = self._graph.column(predicate)
            self._put(column.keys(), predicate, column.values())
        else:
            nodes = cells(self._graph.backwards(predicate).get(iri))
            self._put(nodes, predicate, [iri] * len(nodes))

    def _take_in_at(self, predicate: ox.NamedNode, nodes: Collection[Term]) -> None:
        """Take in the values of a property at some nodes."""
        if (predicate, None) in self._whole:
            return
        held = self._partial.setdefault(predicate, set())
        column = self._graph.column(predicate)
        fresh = [node for node in nodes if node not in held]
        held.update(fresh)
        found = [(node, cell) for node in fresh if (cell := column.get(node)) is not None]
        self._put([node for node, _ in found], predicate, [cell for _, cell in found])

    def _put(self, nodes: Collection[Term], predicate: ox.NamedNode, found: Collection[Cell]) -> None:
        """Add the values of a property at some nodes, one cell a node."""
        if dict in map(type, found):
            pairs = [(node, value) for node, cell in zip(nodes, found, strict=True) for value in cells(cell)]
            nodes, found = [node for node, _ in pairs], [value for _, value in pairs]
        self._learn(found)  # type: ignore[arg-type]
        # Quads are made as the store takes them in: a list of them would be a second copy of all the terms.
        self._store.bulk_extend(map(ox.Quad, nodes, repeat(predicate), found))  # type: ignore[arg-type]

    def _learn(self, terms: Iterable[Term]) -> None:
        literals = (term for term in terms if type(term) is ox.Literal)
        for written, stored in rewritten(literals).items():
            self._written.setdefault(stored, set()).add(written)

    def select(self, query: str, names: Sequence[str], rows: Sequence[Sequence[Term]]) -> Iterator[tuple[int, Row]]:
        """Run a query that contains ``scratch_pattern(names)`` and returns ``?kgtoolsRow``.

        Args:
            query: a SELECT query.
            names: the variables that the rows bind.
            rows: one tuple of terms per row.

        Returns:
            For each solution the number of the row that it belongs to, and its bindings.

        Raises:
            StoreError: the query failed while it ran.
        """
        self._fill(names, rows)
        try:
            found = self._store.query(embedded_query(query))
            assert isinstance(found, ox.QuerySolutions)
            for bindings in _rows(found):
                yield int(str(bindings[ROW_VARIABLE]).rpartition(":")[2].rstrip(">")), bindings
        except (OSError, RuntimeError) as error:
            raise StoreError(f"A SPARQL constraint failed: {error}") from error

    def select_freely(self, query: str) -> Iterator[Row]:
        """Run a SELECT query on the data as it is."""
        try:
            found = self._store.query(embedded_query(query))
            assert isinstance(found, ox.QuerySolutions)
            yield from _rows(found)
        except (OSError, RuntimeError) as error:
            raise StoreError(f"A SPARQL constraint failed: {error}") from error

    def select_with(self, text: str, query: str, bindings: Mapping[str, Term]) -> Iterator[Row]:
        """Run a query with terms in the place of its pre-bound variables.

        Args:
            text: the query with each term written in the place of its variable, but for blank nodes.
            query: the query as it was; Oxigraph puts the terms in where SPARQL can't write them, such as blank nodes.
            bindings: the terms, by variable.

        Returns:
            Its solutions; of an ASK query that holds, one with nothing in it.

        Raises:
            StoreError: the query failed while it ran.
        """
        every = {ox.Variable(name): term for name, term in bindings.items()}
        nameless = {variable: term for variable, term in every.items() if isinstance(term, ox.BlankNode)}
        try:
            try:
                found = self._store.query(embedded_query(text), substitutions={**nameless})
            except SyntaxError:  # a literal as a subject, or within BOUND
                found = self._store.query(embedded_query(query), substitutions=every)
            if isinstance(found, ox.QueryBoolean):
                yield from ({},) if found else ()
                return
            assert isinstance(found, ox.QuerySolutions)
            yield from _rows(found)
        except (OSError, RuntimeError) as error:
            raise StoreError(f"A SPARQL constraint failed: {error}") from error

    def _fill(self, names: Sequence[str], rows: Iterable[Sequence[Term]]) -> None:
        self._store.clear_graph(SCRATCH)
        columns = [ox.NamedNode(_COLUMN + name) for name in names]
        self._store.bulk_extend(
            ox.Quad(ox.NamedNode(f"{_ROW}:{number}"), column, term, SCRATCH)
            for number, row in enumerate(rows)
            for column, term in zip(columns, row, strict=True)
        )

    def is_rewritten(self, term: Term) -> bool:
        """Whether a term that a query returned was written in another form somewhere."""
        return term in self._written

    def written_forms(self, term: Term, near: Collection[Term], *, anywhere: bool) -> Collection[Term]:
        """The written forms of a term that a query returned.

        Args:
            term: a term as the store has it.
            near: terms among which the written form is looked for first.
            anywhere: whether the query can have found it somewhere else.

        Returns:
            All written forms found near; failing that one from elsewhere, or the term, which the query then made up.
        """
        forms = self._written.get(term, set())
        candidates: set[Term] = {term, *forms}
        here = [each for each in near if each in candidates]
        return here or (sorted(forms, key=str)[:1] if anywhere and forms else (term,))


def _rows(found: ox.QuerySolutions) -> Iterator[Row]:
    """The solutions of a query, each without its unbound variables."""
    variables = [variable.value for variable in found.variables]
    for solution in found:
        yield {name: value for name in variables if (value := solution[name]) is not None}


def scratch_pattern(names: Sequence[str]) -> str:
    """SPARQL that binds variables to the rows handed to ``SparqlView.select``."""
    pairs = " ; ".join(f"<{_COLUMN}{name}> ?{name}" for name in names)
    return f"GRAPH {SCRATCH} {{ ?{ROW_VARIABLE} {pairs} }}"
