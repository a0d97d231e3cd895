"""Compile shapes to SPARQL: one query a constraint, which returns what is wrong and nothing else.

Each query finds the focus nodes itself, so it runs unchanged on any SPARQL 1.1 store, blank nodes included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kgtools.core.errors import ShapesError
from kgtools.graph.store.interface import Term
from kgtools.shacl import compile_conditions as c
from kgtools.shacl import model as m
from kgtools.shacl.compile_conditions import Scope
from kgtools.shacl.paths import path_to_sparql
from kgtools.shacl.shapes_index import short
from kgtools.shacl.sparql_text import ParsedQuery


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """One constraint as one SELECT query.

    The query returns ``?this``, and where there is one ``?value`` and ``?path``; variables that begin with ``kg``
    tell apart the ways in which the focus node was reached.

    Attributes:
        heading: what the query checks, in one line.
        target: the shape whose targets select the first focus nodes.
        shape: the shape that has the constraint.
        constraint: the constraint.
        text: the query.
    """

    heading: str
    target: Term
    shape: m.Shape
    constraint: m.Constraint
    text: str


@dataclass(frozen=True)
class Plan:
    """Shapes, ready to be run many times; the SPARQL is written when it is first needed.

    Attributes:
        shapes: the shapes.
        reported_graphs: named graphs whose subjects are reported on; empty for all.
        subclasses: all subclasses of each class, so that the queries name them; without, they follow the paths to
            them, which is right for any data, and slow on some stores.
    """

    shapes: m.ShapesGraph
    reported_graphs: tuple[str, ...] = ()
    subclasses: Mapping[Term, frozenset[Term]] | None = None

    @cached_property
    def queries(self) -> tuple[CompiledQuery, ...]:
        """Every constraint of every shape that has targets, compiled.

        Raises:
            ShapesError: a constraint can't be put to another store, because it names a blank node, asks for
                ``$shapesGraph`` or counts solutions of one node with LIMIT.
        """
        try:
            return tuple(_compiled(self))
        except ShapesError as error:
            name = next((name for node, name in self.shapes.names.items() if node == error.shape), "")
            raise ShapesError(error.reason, error.shape, name[:1].upper() + name[1:]) from error

    @cached_property
    def target_queries(self) -> tuple[tuple[m.Shape, str], ...]:
        """For each shape that has targets the query that returns its focus nodes as ``?this``."""
        scope = Scope(self.shapes, self.subclasses)
        return tuple(
            (shape, f"SELECT DISTINCT ?this WHERE {{ {_targets(shape, '?this', scope, self.reported_graphs)} }}")
            for shape in self.shapes.targeted()
        )


def compile_shapes(shapes: m.ShapesGraph, *, reported_graphs: Sequence[str] = ()) -> Plan:
    """Compile shapes.

    Args:
        shapes: what ``parse_shapes`` returned.
        reported_graphs: IRIs of the named graphs that hold the data. When given, only nodes that one of them says
            something about are focus nodes, or nodes that no graph says anything about; the rest is context.

    Returns:
        A plan for ``validate`` and ``explain_plan``.
    """
    return Plan(shapes, tuple(reported_graphs))


@dataclass(frozen=True, slots=True)
class _Route:
    """How queries reach the focus nodes of a shape: SPARQL that binds ``focus``, and the variables on the way."""

    pattern: str
    focus: str
    passed: tuple[str, ...] = ()


def _compiled(plan: Plan) -> Iterator[CompiledQuery]:
    for shape in plan.shapes.targeted():
        yield from _shape_queries(plan, shape, shape, ())


def _shape_queries(plan: Plan, root: m.Shape, shape: m.Shape, trail: tuple[m.Shape, ...]) -> Iterator[CompiledQuery]:
    if shape.deactivated:
        return
    for constraint in shape.constraints:
        if isinstance(constraint, m.PropertyConstraint):
            inner = plan.shapes.shapes[constraint.shape]
            yield from _shape_queries(plan, root, inner, (*trail, shape))
            continue
        scope = Scope(plan.shapes, plan.subclasses)
        route = _route(root, trail, scope, plan.reported_graphs)
        text = _query(shape, constraint, route, scope)
        if text is not None:
            yield CompiledQuery(_heading(root, shape, constraint), root.node, shape, constraint, text)


def _heading(root: m.Shape, shape: m.Shape, constraint: m.Constraint) -> str:
    where = f" on {path_to_sparql(shape.path)}" if shape.path is not None else ""
    through = f" (targets of {root.node})" if root.node != shape.node else ""
    return f"{short(m.component_of(constraint))}{where} of shape {shape.node}{through}"


def _route(root: m.Shape, trail: Sequence[m.Shape], scope: Scope, reported: Sequence[str]) -> _Route:
    """From the targets of the root, through the paths of property shapes that lie between, to ``?this``."""
    hops = [shape for shape in trail if shape.path is not None]
    names = [scope.fresh() for _ in hops] + ["?this"]
    parts = [_targets(root, names[0], scope, reported)]
    for shape, start, end in zip(hops, names, names[1:], strict=False):
        assert shape.path is not None
        parts.append(f"{start} {path_to_sparql(shape.path)} {end} .")
    return _Route("\n  ".join(parts), "?this", tuple(names[:-1]))


def _targets(shape: m.Shape, node: str, scope: Scope, reported: Sequence[str]) -> str:
    branches = [branch for target in shape.targets for branch in _target_branches(shape, target, node, scope)]
    # A blank node of the shapes graph names nothing in the data. Virtuoso finds nothing by VALUES in a UNION.
    named = [str(t.node) for t in shape.targets if isinstance(t, m.TargetNode) and not isinstance(t.node, ox.BlankNode)]
    if len(branches) == 1 and not named and isinstance(shape.targets[0], m.TargetClass):
        pattern = branches[0]
    elif not branches:
        pattern = f"VALUES {node} {{ {' '.join(named)} }}"
    else:
        branches += [f"BIND({term} AS {node})" for term in named]
        # Grouped and counted to be distinct: Virtuoso loses rows of a SELECT DISTINCT that is joined to more.
        ways = " UNION ".join(f"{{ {branch} }}" for branch in branches)
        pattern = f"{{ SELECT {node} (COUNT(*) AS {scope.fresh()}) WHERE {{ {ways} }} GROUP BY {node} }}"
    return f"{pattern} {_reported(node, scope, reported)}".strip()


def _target_branches(shape: m.Shape, target: m.Target, node: str, scope: Scope) -> Iterator[str]:
    match target:
        case m.TargetClass(cls):
            yield from c.class_patterns(node, cls, shape.node, scope)
        case m.TargetSubjectsOf(predicate):
            yield f"{node} {predicate} {scope.fresh()} ."
        case m.TargetObjectsOf(predicate):
            yield f"{scope.fresh()} {predicate} {node} ."


def _reported(node: str, scope: Scope, graphs: Sequence[str]) -> str:
    if not graphs:
        return ""
    own = " || ".join(
        f"EXISTS {{ GRAPH {ox.NamedNode(graph)} {{ {node} {scope.fresh()} {scope.fresh()} }} }}" for graph in graphs
    )
    return f"FILTER({own} || NOT EXISTS {{ {node} {scope.fresh()} {scope.fresh()} }})"


def _query(shape: m.Shape, constraint: m.Constraint, route: _Route, scope: Scope) -> str | None:
    if isinstance(constraint, m.SparqlConstraint):
        return _sparql_query(shape, constraint, route, scope)
    value = "?this" if shape.path is None else "?value"
    condition = c.value_fails(constraint, value, shape, scope)
    if condition is not None:
        return _select(route, ("?this", value), f"{_reach(shape)} FILTER({condition})", scope)
    match constraint:
        case m.MinCountConstraint() | m.MaxCountConstraint() | m.QualifiedConstraint():
            return _count_query(shape, constraint, route, scope)
        case m.HasValueConstraint(term):
            missing = c.not_(c.has_value(shape, "?this", c.constant(term, shape.node)))
            return _select(route, ("?this",), f"FILTER({missing})", scope)
        case m.UniqueLangConstraint():
            return _unique_lang_query(shape, route, scope)
        case m.ClosedConstraint(allowed):
            node = "?this" if shape.path is None else "?kgNode"
            pattern = c.closed_pattern(node, "?path", "?value", allowed)
            return _select(route, ("?this", node, "?path", "?value"), f"{_reach(shape, node)} {pattern}", scope)
        case m.EqualsConstraint(predicate):
            return _equals_query(shape, predicate, route, scope)
        case m.LessThanConstraint(predicate, or_equals):
            holds = c.compares(value, "<=" if or_equals else "<", "?kgOther")
            body = f"{_reach(shape)} ?this {predicate} ?kgOther . FILTER({c.not_(holds)})"
            return _select(route, ("?this", value, "?kgOther"), body, scope)
        case m.DisjointConstraint(predicate):
            return _select(route, ("?this", value), f"{_reach(shape)} ?this {predicate} {value} .", scope)
    raise AssertionError(constraint)


def _reach(shape: m.Shape, value: str = "?value") -> str:
    return "" if shape.path is None else f"?this {path_to_sparql(shape.path)} {value} ."


def _select(route: _Route, returned: Sequence[str], body: str, scope: Scope) -> str:
    variables = " ".join(dict.fromkeys([*route.passed, *returned]))
    prologue = "".join(dict.fromkeys(scope.prologues))
    return f"{prologue}SELECT DISTINCT {variables} WHERE {{\n  {route.pattern}\n  {body}\n}}"


def _count_query(
    shape: m.Shape,
    constraint: m.MinCountConstraint | m.MaxCountConstraint | m.QualifiedConstraint,
    route: _Route,
    scope: Scope,
) -> str | None:
    is_minimum = isinstance(constraint, m.MinCountConstraint) or (
        isinstance(constraint, m.QualifiedConstraint) and constraint.is_minimum
    )
    number = constraint.count
    body = _reach(shape)
    if isinstance(constraint, m.QualifiedConstraint):
        body += f" FILTER({c.counts(constraint, '?value', scope)})"
    if is_minimum and number <= 0:
        return None
    if not is_minimum and number < 0:
        return _select(route, ("?this",), "", scope)
    if is_minimum and number == 1:
        return _select(route, ("?this",), f"FILTER NOT EXISTS {{ {body} }}", scope)
    if not is_minimum and number == 0:
        return _select(route, ("?this",), f"FILTER EXISTS {{ {body} }}", scope)
    variables = " ".join((*route.passed, "?this"))
    joined = f"OPTIONAL {{ {body} }}" if is_minimum else body
    test = f"COUNT(DISTINCT ?value) {'<' if is_minimum else '>'} {number}"
    prologue = "".join(dict.fromkeys(scope.prologues))
    return (
        f"{prologue}SELECT {variables} WHERE {{\n  {route.pattern}\n  {joined}\n}}\n"
        f"GROUP BY {variables} HAVING ({test})"
    )


def _unique_lang_query(shape: m.Shape, route: _Route, scope: Scope) -> str:
    """One row per language that is used twice."""
    variables = " ".join((*route.passed, "?this", "?kgLang"))
    body = f"{_reach(shape)} FILTER(isLiteral(?value) && LANG(?value) != '') BIND(LCASE(LANG(?value)) AS ?kgLang)"
    prologue = "".join(dict.fromkeys(scope.prologues))
    return (
        f"{prologue}SELECT {variables} WHERE {{\n  {route.pattern}\n  {body}\n}}\n"
        f"GROUP BY {variables} HAVING (COUNT(DISTINCT ?value) > 1)"
    )


def _equals_query(shape: m.Shape, predicate: ox.NamedNode, route: _Route, scope: Scope) -> str:
    if shape.path is None:
        first = f"FILTER NOT EXISTS {{ ?this {predicate} ?this }} BIND(?this AS ?value)"
        second = f"?this {predicate} ?value . FILTER(?value != ?this)"
    else:
        path = path_to_sparql(shape.path)
        first = f"?this {path} ?value . FILTER NOT EXISTS {{ ?this {predicate} ?value }}"
        second = f"?this {predicate} ?value . FILTER NOT EXISTS {{ ?this {path} ?value }}"
    variables = " ".join((*route.passed, "?this", "?value"))
    prologue = "".join(dict.fromkeys(scope.prologues))
    return (
        f"{prologue}SELECT DISTINCT {variables} WHERE {{\n"
        f"  {{ {route.pattern} {first} }}\n  UNION\n  {{ {route.pattern} {second} }}\n}}"
    )


def _sparql_query(shape: m.Shape, constraint: m.SparqlConstraint, route: _Route, scope: Scope) -> str:
    if constraint.in_store and not route.passed:
        return constraint.in_store
    query = ParsedQuery(constraint.query)
    c.refuse_per_node(query, shape.node, nested=False)
    constants = c.constants_pattern(query, shape, constraint)
    if not constraint.is_ask:
        bound = frozenset({"this", "currentShape", *dict(constraint.parameters)})
        return query.as_set_query(bound, f"{route.pattern} {constants}", " ".join(route.passed))
    pattern = f"{route.pattern} {_reach(shape) or 'BIND(?this AS ?value)'}"
    prologue, body = query.body(frozenset({"this", "value"}), "")
    scope.prologues.append(prologue)
    passed = f"FILTER NOT EXISTS {{ {constants} {body[1:]}"
    return _select(_Route(pattern, "?this", route.passed), ("?this", "?value"), passed, scope)
