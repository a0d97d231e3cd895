"""SPARQL-based constraints over a memory graph (SHACL sections 5 and 6): one query for all focus nodes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from kgtools.graph.store.interface import Term
from kgtools.shacl import model as m
from kgtools.shacl.embedded_sparql import ROW_VARIABLE, SHAPES_GRAPH, SparqlView, scratch_pattern
from kgtools.shacl.graph import MemoryGraph, Pairs, cells
from kgtools.shacl.messages import fill_template
from kgtools.shacl.narrowing import Condition, Shares, Sharing, alike, conditions, narrowed, sharing, signature
from kgtools.shacl.paths import Path, Predicate
from kgtools.shacl.sparql_analysis import Footprint, binds_this_itself, footprint, joined
from kgtools.shacl.sparql_text import ParsedQuery, read_query

MANY = 1000
"""Focus nodes from which on a query about all nodes is cheaper than one about these."""
FEW = 5000
"""Focus nodes up to which a query gets its own store, rather than one that holds whole properties."""


class Solution(NamedTuple):
    """A focus node that fails a constraint, before it becomes a result."""

    focus: Term
    value: Term | None = None
    path: Path | None = None
    messages: tuple[ox.Literal, ...] | None = None


class _Asked(NamedTuple):
    """The query of a SPARQL constraint, and what was read off it."""

    parsed: ParsedQuery
    constants: dict[str, Term]
    read: Footprint | None
    conditions: tuple[Condition, ...]
    signature: tuple[ox.NamedNode, ...]

    @property
    def asks_freely(self) -> bool:
        """Whether the query can be asked about all nodes at once, and its answer be cut down to some."""
        return not self.constants and not self.parsed.nests_optionals and binds_this_itself(self.parsed)

    @property
    def is_one_by_one(self) -> bool:
        """Whether the query must be asked about one row of values at a time, put in the place of the variables.

        LIMIT and OFFSET count the solutions of one focus node. Where an OPTIONAL holds another one, Oxigraph may lose
        solutions of the query about many rows (docs/reference/shacl-engine.md).
        """
        return bool({"LIMIT", "OFFSET"} & self.parsed.keywords) or self.parsed.nests_optionals


class SparqlEvaluator:
    """Decides the SPARQL-based constraints of a shapes graph on one memory graph.

    Args:
        shapes: the shapes.
        graph: the data.
    """

    def __init__(self, shapes: m.ShapesGraph, graph: MemoryGraph) -> None:
        self._shapes = shapes
        self._graph = graph
        self._view: SparqlView | None = None
        self._shared: dict[Shares, Sharing | None] = {}
        self._queries: dict[tuple[Term, m.SparqlConstraint], _Asked] = {}

    def findings(self, shape: m.Shape, constraint: m.SparqlConstraint, pairs: Pairs) -> Iterator[Solution]:
        """The focus nodes that fail a constraint.

        Args:
            shape: the shape that has the constraint.
            constraint: the constraint.
            pairs: the focus nodes, each with its value nodes.
        """
        asked = self._asked(shape, constraint)
        if constraint.is_ask:
            return self._ask(shape, constraint, asked, pairs)
        nodes = narrowed(asked.conditions, pairs.nodes, self._graph, self._sharing)
        groups = alike(asked.signature, nodes, self._graph) if asked.signature and len(nodes) > MANY else None
        if not nodes:
            return iter(())
        view = self._view_of_alike(asked, nodes) or self._view_for(asked, groups or nodes)
        solutions = self._select(view, constraint, asked, groups or nodes)
        if groups is not None:
            solutions = ({**one, "this": node} for one in solutions for node in groups[one["this"]])
        return (found for one in solutions for found in self._written(view, shape, constraint, one, pairs))

    def _asked(self, shape: m.Shape, constraint: m.SparqlConstraint) -> _Asked:
        """A constraint's query, read once."""
        key = (shape.node, constraint)
        if key not in self._queries:
            parsed = read_query(constraint.query)
            given = (*constraint.parameters, ("currentShape", shape.node), ("shapesGraph", SHAPES_GRAPH))
            constants = {name: term for name, term in given if name in parsed.variables}
            read = footprint(parsed, shape.path if constraint.is_ask else None)
            found = conditions(parsed, constants)
            self._queries[key] = _Asked(parsed, constants, read, found, signature(parsed, read))
        return self._queries[key]

    def _view_for(self, asked: _Asked, nodes: Collection[Term]) -> SparqlView:
        """A store that holds what a query reads of some focus nodes: for few of them one with little else in it."""
        is_small = len(nodes) <= FEW and asked.read is not None and asked.read.stays_near
        view = SparqlView(self._graph, ()) if is_small and not asked.constants else self._sparql_view()
        view.require(asked.read, nodes)
        return view

    def _view_of_alike(self, asked: _Asked, nodes: Collection[Term]) -> SparqlView | None:
        """For a query about nodes that have something in common, a store without all that no other node shares."""
        shares = next((each for each in asked.conditions if isinstance(each, Shares) and each.is_all), None)
        if shares is None or asked.constants or asked.read is None:
            return None
        found = self._shared.get(shares)  # as it was narrowed by; for few nodes it is not
        if found is None:
            return None
        view = SparqlView(self._graph.limited((*shares.predicates, *shares.folded), found.near.values()), ())
        view.require(asked.read, nodes)
        return view

    def _sharing(self, shares: Shares, graph: MemoryGraph) -> Sharing | None:
        """As ``sharing``, worked out once."""
        if shares not in self._shared:
            self._shared[shares] = sharing(shares, graph)
        return self._shared[shares]

    def _select(
        self, view: SparqlView, constraint: m.SparqlConstraint, asked: _Asked, nodes: Collection[Term]
    ) -> Iterator[Mapping[str, Term]]:
        """The solutions of a SELECT query for some focus nodes, in the forms that the store has."""
        if len(nodes) > MANY and asked.asks_freely:
            wanted = set(nodes)
            yield from (solution for solution in view.select_freely(constraint.query) if solution["this"] in wanted)
            return
        names = ("this", *asked.constants)
        rows = [(node, *asked.constants.values()) for node in nodes]
        for number, solution in self._solutions(view, constraint, asked, names, rows):
            yield {**dict(constraint.parameters), **solution, "this": rows[number][0]}

    def _ask(self, shape: m.Shape, constraint: m.SparqlConstraint, asked: _Asked, pairs: Pairs) -> Iterator[Solution]:
        """The values for which an ASK query finds nothing (section 6.2.3)."""
        rows = [(focus, value, *asked.constants.values()) for focus, each in pairs.items() for value in each]
        names = ("this", "value", *asked.constants)
        view = self._view_for(asked, pairs.nodes)
        passed = {number for number, _ in self._solutions(view, constraint, asked, names, rows)}
        for number, row in enumerate(rows):
            if number not in passed:
                bindings = dict(zip(names, row, strict=True))
                yield Solution(row[0], row[1], None, _messages(shape, constraint, bindings))

    @staticmethod
    def _solutions(
        view: SparqlView,
        constraint: m.SparqlConstraint,
        asked: _Asked,
        names: Sequence[str],
        rows: Sequence[Sequence[Term]],
    ) -> Iterator[tuple[int, Mapping[str, Term]]]:
        """The solutions of a query with rows of values for its pre-bound variables, each with its row's number."""
        if asked.is_one_by_one:
            for number, row in enumerate(rows):
                bindings = dict(zip(names, row, strict=True))
                written = {name: str(term) for name, term in bindings.items() if not isinstance(term, ox.BlankNode)}
                text = asked.parsed.replaced(written)
                yield from ((number, solution) for solution in view.select_with(text, constraint.query, bindings))
            return
        query = asked.parsed.as_set_query(frozenset(names), scratch_pattern(names), f"?{ROW_VARIABLE}")
        yield from list(view.select(query, names, rows))

    def _written(
        self,
        view: SparqlView,
        shape: m.Shape,
        constraint: m.SparqlConstraint,
        solution: Mapping[str, Term],
        pairs: Pairs,
    ) -> Iterator[Solution]:
        """The findings of a solution, with its value in the form or forms that it was written in."""
        focus = solution["this"]
        value = solution.get("value", focus if shape.path is None else None)
        forms: Collection[Term | None] = (value,)
        if value is not None and value != focus and view.is_rewritten(value):
            read = self._asked(shape, constraint).read
            near = self._near(read, focus, pairs[focus])
            forms = view.written_forms(value, near, anywhere=read is None or read.finds_anywhere)
        for written in forms:
            yield sparql_finding(shape, constraint, solution, written)

    def _near(self, read: Footprint | None, focus: Term, values: Collection[Term]) -> Collection[Term]:
        """Where the written form of a returned value may stand: where the query found it, else about the node."""
        if read is not None and read.values:
            ends = (self._graph.values(joined(steps), focus) if steps else (focus,) for steps in read.values)
            return dict.fromkeys(value for each in ends for value in each)
        found = dict.fromkeys((focus, *values))
        for column in self._graph.columns.values():
            found.update(dict.fromkeys(cells(column.get(focus))))
        return found

    def _sparql_view(self) -> SparqlView:
        if self._view is None:
            wants_shapes = any(
                "shapesGraph" in read_query(constraint.query).variables
                for shape in self._shapes.shapes.values()
                for constraint in shape.constraints
                if isinstance(constraint, m.SparqlConstraint) and "shapesGraph" in constraint.query
            )
            self._view = SparqlView(self._graph, self._shapes.triples if wants_shapes else ())
        return self._view


def sparql_finding(
    shape: m.Shape, constraint: m.SparqlConstraint, solution: Mapping[str, Term], value: Term | None
) -> Solution:
    """Turn a solution of a SELECT-based constraint into a finding (section 5.3.2)."""
    path = solution.get("path")
    own_path = Predicate(path) if isinstance(path, ox.NamedNode) else None
    message = solution.get("message")
    bindings = solution if value is None else {**solution, "value": value}
    if isinstance(message, ox.Literal):
        messages: tuple[ox.Literal, ...] | None = (message,)
    else:
        messages = _messages(shape, constraint, bindings)
    return Solution(solution["this"], value, own_path, messages)


def _messages(
    shape: m.Shape, constraint: m.SparqlConstraint, bindings: Mapping[str, Term]
) -> tuple[ox.Literal, ...] | None:
    templates = constraint.messages or shape.messages
    return tuple(fill_template(template, bindings) for template in templates) or None
