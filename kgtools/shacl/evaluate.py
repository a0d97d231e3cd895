"""Set-at-a-time evaluation over a memory graph: each constraint is decided for all focus nodes at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from kgtools.graph.store.interface import Term
from kgtools.shacl import model as m
from kgtools.shacl.evaluate_sparql import Solution, SparqlEvaluator
from kgtools.shacl.graph import MemoryGraph, Pairs, cells
from kgtools.shacl.literals import compare
from kgtools.shacl.messages import default_message
from kgtools.shacl.paths import Path, Predicate
from kgtools.shacl.report import ValidationResult
from kgtools.shacl.values import failing_values


class _Walk(NamedTuple):
    """What a path leads to from some nodes: several shapes in a row often look at the same property."""

    path: Path
    nodes: Collection[Term]
    pairs: Pairs
    values: Collection[Term]


Results = dict[Term, list[ValidationResult]]


class Evaluator:
    """Evaluates the shapes of one shapes graph on one memory graph.

    Args:
        shapes: the shapes.
        graph: the data.
        details: whether results say what failed inside the shapes that a constraint refers to.
    """

    def __init__(self, shapes: m.ShapesGraph, graph: MemoryGraph, *, details: bool = False) -> None:
        self._shapes = shapes
        self._graph = graph
        self._details = details
        self._sparql = SparqlEvaluator(shapes, graph)
        self._verdicts: dict[Term, tuple[set[Term], set[Term]]] = {}
        self._selected: dict[tuple[m.Target, ...], dict[Term, None]] = {}
        self._last_walk: _Walk | None = None

    def focus_nodes(self, shape: m.Shape) -> dict[Term, None]:
        """What a shape's targets select in the data graph (section 2.1.3)."""
        known = self._selected.get(shape.targets)
        if known is None:
            known = self._graph.reported(node for target in shape.targets for node in self._target_nodes(target))
            self._selected[shape.targets] = known
        return known.copy()

    def _target_nodes(self, target: m.Target) -> Iterable[Term]:
        match target:
            case m.TargetNode(node):
                return (self._graph.interned(node),)
            case m.TargetClass(cls):
                return self._graph.instances(cls)
            case m.TargetSubjectsOf(predicate):
                return self._graph.column(predicate)
            case m.TargetObjectsOf(predicate):
                return (value for cell in self._graph.column(predicate).values() for value in cells(cell))

    def check(self, shape: m.Shape, nodes: Collection[Term]) -> Results:
        """Validate nodes against a shape (section 3.4).

        Args:
            shape: the shape.
            nodes: the focus nodes.

        Returns:
            The results of each node that has any, those of nested property shapes included.
        """
        results: Results = {}
        if shape.deactivated or not nodes:
            return results
        pairs, values = self._pairs(shape, nodes)
        for constraint in shape.constraints:
            if isinstance(constraint, m.PropertyConstraint):
                self._check_property(constraint, pairs, values, results)
            else:
                told: tuple[ox.Literal, ...] = ()
                for finding in self._findings(shape, constraint, pairs, values):
                    told = told or messages_of(self._shapes, shape, constraint)
                    results.setdefault(finding.focus, []).append(self._result(shape, constraint, finding, told))
        return results

    def failing(self, node: Term, nodes: Collection[Term]) -> set[Term]:
        """The nodes that do not conform to the shape with this node (section 3.4.1)."""
        known, failed = self._verdicts.setdefault(node, (set(), set()))
        fresh = [each for each in nodes if each not in known]
        if fresh:
            failed |= self._failing(self._shapes.shapes[node], fresh)
            known.update(fresh)
        return {each for each in nodes if each in failed}

    def _failing(self, shape: m.Shape, nodes: Collection[Term]) -> set[Term]:
        failed: set[Term] = set()
        if shape.deactivated:
            return failed
        pairs, values = self._pairs(shape, nodes)
        for constraint in shape.constraints:
            if isinstance(constraint, m.PropertyConstraint):
                bad = self.failing(constraint.shape, values)
                failed.update(focus for focus, each in pairs.items() if not bad.isdisjoint(each))
            else:
                failed.update(finding.focus for finding in self._findings(shape, constraint, pairs, values))
        return failed

    def _pairs(self, shape: m.Shape, nodes: Collection[Term]) -> tuple[Pairs, Collection[Term]]:
        """The values of the shape's path for each node, and all of them, each once."""
        if shape.path is None:
            own = Pairs.staying(nodes)
            return own, _distinct(own)
        last = self._last_walk
        if last is None or last.nodes is not nodes or last.path != shape.path:
            pairs = self._graph.pairs(shape.path, nodes)
            last = self._last_walk = _Walk(shape.path, nodes, pairs, _distinct(pairs))
        return last.pairs, last.values

    def _check_property(
        self, constraint: m.PropertyConstraint, pairs: Pairs, values: Collection[Term], results: Results
    ) -> None:
        """Each way to reach a node counts: its results are repeated for every focus node (section 4.7.2)."""
        inner = self.check(self._shapes.shapes[constraint.shape], values)
        if inner:
            for focus, each in pairs.items():
                for value in each:
                    if value in inner:
                        results.setdefault(focus, []).extend(inner[value])

    def _result(
        self, shape: m.Shape, constraint: m.Constraint, finding: Solution, told: tuple[ox.Literal, ...]
    ) -> ValidationResult:
        details = self._details_of(constraint, finding) if self._details else ()
        return finding_result(shape, constraint, finding, told, details)

    def _details_of(self, constraint: m.Constraint, finding: Solution) -> tuple[ValidationResult, ...]:
        """What failed inside the shapes that a constraint refers to."""
        if finding.value is None:
            return ()
        found: list[ValidationResult] = []
        for node in m.referenced_shapes(constraint):
            found += self.check(self._shapes.shapes[node], (finding.value,)).get(finding.value, ())
        return tuple(found)

    def _findings(
        self, shape: m.Shape, constraint: m.Constraint, pairs: Pairs, values: Collection[Term]
    ) -> Iterator[Solution]:
        bad = failing_values(constraint, values, self._graph)
        if bad is None:
            bad = self._failing_nested(constraint, values)
        if bad is None:
            return self._set_findings(shape, constraint, pairs)
        return _value_findings(pairs, bad)

    def _failing_nested(self, constraint: m.Constraint, values: Collection[Term]) -> set[Term] | None:
        """The values that fail a constraint on conformance to other shapes (section 4.6)."""
        match constraint:
            case m.NodeConstraint(node):
                return self.failing(node, values)
            case m.NotConstraint(node):
                return set(values) - self.failing(node, values)
            case m.AndConstraint(nodes):
                return {value for node in nodes for value in self.failing(node, values)}
            case m.OrConstraint(nodes):
                failed = set(values)
                for node in nodes:
                    failed &= self.failing(node, failed)
                return failed
            case m.XoneConstraint(nodes):
                count = Counter(value for node in nodes for value in set(values) - self.failing(node, values))
                return {value for value in values if count[value] != 1}
            case _:
                return None

    def _set_findings(self, shape: m.Shape, constraint: m.Constraint, pairs: Pairs) -> Iterator[Solution]:
        match constraint:
            case m.QualifiedConstraint():
                return self._qualified(constraint, pairs)
            case m.ClosedConstraint(allowed):
                return self._closed(allowed, pairs)
            case m.EqualsConstraint(predicate):
                return _equals(pairs, self._graph.pairs(Predicate(predicate), pairs.nodes))
            case m.DisjointConstraint(predicate):
                return _disjoint(pairs, self._graph.pairs(Predicate(predicate), pairs.nodes))
            case m.LessThanConstraint(predicate, or_equals):
                others = self._graph.pairs(Predicate(predicate), pairs.nodes)
                return _less_than(pairs, others, 0 if or_equals else -1)
            case m.SparqlConstraint():
                return self._sparql.findings(shape, constraint, pairs)
            case _:
                return _counting_findings(constraint, pairs)

    def _qualified(self, constraint: m.QualifiedConstraint, pairs: Pairs) -> Iterator[Solution]:
        values = {value for each in pairs.values() for value in each}
        counted = values - self.failing(constraint.shape, values)
        for sibling in constraint.siblings:
            counted &= self.failing(sibling, counted)
        for focus, each in pairs.items():
            number = sum(value in counted for value in each)
            if number < constraint.count if constraint.is_minimum else number > constraint.count:
                yield Solution(focus)

    def _closed(self, allowed: frozenset[ox.NamedNode], pairs: Pairs) -> Iterator[Solution]:
        for predicate, column in self._graph.columns.items():
            if predicate not in allowed:
                for focus, each in pairs.items():
                    for node in each:
                        for value in cells(column.get(node)):
                            yield Solution(focus, value, Predicate(predicate))


def messages_of(shapes: m.ShapesGraph, shape: m.Shape, constraint: m.Constraint) -> tuple[ox.Literal, ...]:
    """What to show of a constraint's findings that have no message of their own."""
    return shape.messages or (default_message(constraint, shapes.names),)


def finding_result(
    shape: m.Shape,
    constraint: m.Constraint,
    finding: Solution,
    told: tuple[ox.Literal, ...],
    details: tuple[ValidationResult, ...] = (),
) -> ValidationResult:
    """Turn a finding into a result (section 3.6.2).

    Args:
        shape: the shape.
        constraint: its constraint.
        finding: what fails the constraint.
        told: the constraint's messages, as ``messages_of`` gives them.
        details: what failed inside.
    """
    return ValidationResult(
        focus_node=finding.focus,
        path=finding.path or shape.path,
        value=finding.value,
        component=m.component_of(constraint),
        severity=shape.severity,
        source_shape=shape.node,
        source_constraint=constraint.node if isinstance(constraint, m.SparqlConstraint) else None,
        messages=finding.messages or told,
        details=details,
    )


def _distinct(pairs: Pairs) -> Collection[Term]:
    """All values, each once. The graph holds each term once, so its identity is enough, and is fast to hash."""
    return {id(value): value for values in pairs.values() for value in values}.values()


def _value_findings(pairs: Pairs, bad: Collection[Term]) -> Iterator[Solution]:
    if bad:
        identities = {id(value) for value in bad}
        for focus, values in pairs.items():
            for value in values:
                if id(value) in identities:
                    yield Solution(focus, value)


def _counting_findings(constraint: m.Constraint, pairs: Pairs) -> Iterator[Solution]:
    test = _count_test(constraint)
    if test is not None:
        return (Solution(focus) for focus, values in pairs.items() if test(values))
    assert isinstance(constraint, m.UniqueLangConstraint), constraint
    return _unique_lang(pairs)


def _count_test(constraint: m.Constraint) -> Callable[[Collection[Term]], bool] | None:
    match constraint:
        case m.MinCountConstraint(count):
            return lambda values: len(values) < count
        case m.MaxCountConstraint(count):
            return lambda values: len(values) > count
        case m.HasValueConstraint(value):
            return lambda values: value not in values
        case _:
            return None


def _unique_lang(pairs: Pairs) -> Iterator[Solution]:
    for focus, values in pairs.items():
        if len(values) > 1:
            tags = Counter(v.language.lower() for v in values if isinstance(v, ox.Literal) and v.language)
            for count in tags.values():
                if count > 1:
                    yield Solution(focus)


def _equals(pairs: Pairs, others: Pairs) -> Iterator[Solution]:
    for (focus, values), other in zip(pairs.items(), others.values(), strict=True):
        yield from (Solution(focus, value) for value in values if value not in other)
        yield from (Solution(focus, value) for value in other if value not in values)


def _disjoint(pairs: Pairs, others: Pairs) -> Iterator[Solution]:
    for (focus, values), other in zip(pairs.items(), others.values(), strict=True):
        yield from (Solution(focus, value) for value in values if value in other)


def _less_than(pairs: Pairs, others: Pairs, limit: int) -> Iterator[Solution]:
    for (focus, values), opposite in zip(pairs.items(), others.values(), strict=True):
        for value in values:
            for other in opposite:
                order = compare(value, other)
                if order is None or order > limit:
                    yield Solution(focus, value)
