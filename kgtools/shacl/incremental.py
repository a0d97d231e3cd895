"""Validation after a change: only the focus nodes whose results can have changed are checked again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kgtools.graph.store.embedded import EmbeddedStore
from kgtools.graph.store.interface import Term
from kgtools.graph.store.written import is_ambiguous
from kgtools.shacl import model as m
from kgtools.shacl.compile import Plan
from kgtools.shacl.evaluate import Evaluator, Results
from kgtools.shacl.execute import read_store
from kgtools.shacl.graph import MemoryGraph
from kgtools.shacl.paths import (
    Alternative,
    Inverse,
    OneOrMore,
    Path,
    Predicate,
    Sequence,
    ZeroOrMore,
    flattened,
    inverse_of,
    is_forward,
    path_predicates,
    walks_back_inside,
)
from kgtools.shacl.report import ShapeCoverage, ValidationReport, ValidationResult, build_report, result_key
from kgtools.shacl.sparql_analysis import Footprint, footprint
from kgtools.shacl.sparql_text import ParsedQuery
from kgtools.shacl.vocab import RDF_TYPE, RDFS_SUBCLASS_OF

_Changes = Mapping[ox.NamedNode, Collection[tuple[Term, Term]]]


@dataclass(frozen=True, slots=True)
class ReportChange:
    """What a change of the data did to the report.

    Attributes:
        appeared: results that were not there before, sorted.
        resolved: results that are there no longer, sorted.
        rechecked: how many times a focus node was checked against a shape.
    """

    appeared: tuple[ValidationResult, ...]
    resolved: tuple[ValidationResult, ...]
    rechecked: int


class IncrementalValidator:
    """Keeps the results of a validation up to date while the data changes.

    Args:
        plan: what ``compile_shapes`` returned.
        store: the data, an embedded store (read once, with the plan's reported graphs) or a memory graph, which the
            validator then changes.
    """

    def __init__(self, plan: Plan, store: EmbeddedStore | MemoryGraph) -> None:
        self._shapes = plan.shapes
        self._graph = store if isinstance(store, MemoryGraph) else read_store(store, plan.reported_graphs)
        self._evaluator = Evaluator(plan.shapes, self._graph)
        self._reach = _Reach(plan.shapes, self._graph)
        self._targeted = tuple(plan.shapes.targeted())
        self._focus: dict[Term, dict[Term, None]] = {}
        self._results: dict[Term, Results] = {}

    def validate(self) -> ValidationReport:
        """Validate everything; later changes build on this."""
        for shape in self._targeted:
            nodes = self._evaluator.focus_nodes(shape)
            self._focus[shape.node] = nodes
            self._results[shape.node] = self._evaluator.check(shape, nodes)
        self._reach.prepare()
        return self.report()

    def report(self) -> ValidationReport:
        """The report on the data as it is now."""
        results = [r for each in self._results.values() for found in each.values() for r in found]
        coverage = [ShapeCoverage(node, len(nodes)) for node, nodes in self._focus.items()]
        return build_report(results, coverage, frozenset(node for nodes in self._focus.values() for node in nodes))

    def apply(self, added: Iterable[ox.Triple] = (), removed: Iterable[ox.Triple] = ()) -> ReportChange:
        """Change the data graph, and bring the results up to date.

        Args:
            added: triples to add; a triple that is also in ``removed`` stays.
            removed: triples to take out.

        Returns:
            What changed; ``report`` gives the whole.
        """
        if not self._focus:
            self.validate()
        adding = dict.fromkeys(added)
        leaving = [t for t in dict.fromkeys(removed) if t not in adding and t in self._graph]
        coming = [t for t in adding if t not in self._graph]
        changes = _by_predicate([*coming, *leaving])
        subjects: set[Term] = {triple.subject for triple in (*coming, *leaving)}
        reported = {node for node in subjects if self._graph.is_reported(node)}
        before = {shape.node: self._reach.affected(shape, changes) for shape in self._targeted}
        self._change_graph(coming, leaving)
        turned = {node for node in subjects if self._graph.is_reported(node) is not (node in reported)}
        appeared: list[ValidationResult] = []
        resolved: list[ValidationResult] = []
        rechecked = 0
        for shape in self._targeted:
            nodes = _both(_both(before[shape.node], self._reach.affected(shape, changes)), turned)
            rechecked += self._recheck(shape, nodes, appeared, resolved)
        return _change(appeared, resolved, rechecked)

    def _change_graph(self, coming: list[ox.Triple], leaving: list[ox.Triple]) -> None:
        self._graph.remove(leaving)
        self._graph.add(coming)
        self._evaluator.update(coming, leaving)

    def _recheck(
        self,
        shape: m.Shape,
        nodes: set[Term] | None,
        appeared: list[ValidationResult],
        resolved: list[ValidationResult],
    ) -> int:
        focus, results = self._focus[shape.node], self._results[shape.node]
        if nodes is None:
            fresh = self._evaluator.focus_nodes(shape)
            nodes = {*focus, *fresh}
            chosen = list(fresh)
        else:
            chosen = self._evaluator.focus_nodes_among(shape, nodes)
        for node in nodes:
            focus.pop(node, None)
            resolved += results.pop(node, ())
        focus.update(dict.fromkeys(chosen))
        found = self._evaluator.check(shape, chosen)
        results.update(found)
        appeared += [result for each in found.values() for result in each]
        return len(chosen)


def _by_predicate(triples: Iterable[ox.Triple]) -> dict[ox.NamedNode, list[tuple[Term, Term]]]:
    changes: dict[ox.NamedNode, list[tuple[Term, Term]]] = {}
    for triple in triples:
        changes.setdefault(triple.predicate, []).append((triple.subject, triple.object))
    return changes


def _both(first: set[Term] | None, second: set[Term] | None) -> set[Term] | None:
    return None if first is None or second is None else first | second


def _targeted_by(target: m.Target, changes: _Changes) -> set[Term]:
    """The nodes that a target may select since a change, or no longer; subclasses are left to the caller."""
    match target:
        case m.TargetClass():
            return {subject for subject, _ in changes.get(RDF_TYPE, ())}
        case m.TargetSubjectsOf(predicate):
            return {subject for subject, _ in changes.get(predicate, ())}
        case m.TargetObjectsOf(predicate):
            return {value for _, value in changes.get(predicate, ())}
        case m.TargetNode():
            return set()


def _change(appeared: list[ValidationResult], resolved: list[ValidationResult], rechecked: int) -> ReportChange:
    """Leave out what is the same before and after; equal results may occur more than once."""
    came, gone = Counter(appeared), Counter(resolved)
    return ReportChange(
        tuple(sorted((came - gone).elements(), key=result_key)),
        tuple(sorted((gone - came).elements(), key=result_key)),
        rechecked,
    )


class _Reach:
    """Which focus nodes of a shape a change can matter to.

    A result can only differ if the evaluation of its focus node reads a changed triple. Paths lead from the focus
    node to what is read, so the nodes are found by walking those paths backwards from the change, in the graph as it
    was before and as it is after.
    """

    def __init__(self, shapes: m.ShapesGraph, graph: MemoryGraph) -> None:
        self._shapes = shapes
        self._graph = graph
        self._footprints: dict[tuple[m.SparqlConstraint, Path | None], Footprint | None] = {}

    def prepare(self) -> None:
        """Build the indexes that changes will ask for, so that the first change is no slower than the next."""
        for shape in self._shapes.shapes.values():
            looks_inside = any(
                isinstance(constraint, m.ClassConstraint) or m.referenced_shapes(constraint)
                for constraint in shape.constraints
            )
            if shape.path is not None and looks_inside:
                for predicate in path_predicates(shape.path):
                    self._graph.backwards(predicate)
            for constraint in shape.constraints:
                read = self._footprint(shape, constraint) if isinstance(constraint, m.SparqlConstraint) else None
                for step in (step for one in (read.reads if read else ()) for step in one.start):
                    for predicate in path_predicates(step):
                        self._graph.backwards(predicate)

    def affected(self, shape: m.Shape, changes: _Changes) -> set[Term] | None:
        """The focus nodes of a shape with targets that must be checked again; None for all of them."""
        if RDFS_SUBCLASS_OF in changes:
            return None
        nodes = self._by_shape(shape, changes)
        if nodes is None:
            return None
        return nodes.union(*(_targeted_by(target, changes) for target in shape.targets))

    def _by_shape(self, shape: m.Shape, changes: _Changes) -> set[Term] | None:
        nodes = self._by_path(shape.path, changes) if shape.path is not None else set()
        values: set[Term] = set()
        for constraint in shape.constraints:
            at_focus, at_value = self._by_constraint(shape, constraint, changes)
            if at_focus is None or at_value is None:
                return None
            nodes |= at_focus
            values |= at_value
        if shape.path is None:
            return nodes | values
        return nodes | self._back(shape.path, values)

    def _by_constraint(
        self, shape: m.Shape, constraint: m.Constraint, changes: _Changes
    ) -> tuple[set[Term] | None, set[Term] | None]:
        """Affected focus nodes, and affected value nodes."""
        match constraint:
            case m.ClassConstraint():
                return set(), {subject for subject, _ in changes.get(RDF_TYPE, ())}
            case m.EqualsConstraint(predicate) | m.DisjointConstraint(predicate) | m.LessThanConstraint(predicate):
                return {subject for subject, _ in changes.get(predicate, ())}, set()
            case m.ClosedConstraint():
                return set(), {subject for pairs in changes.values() for subject, _ in pairs}
            case m.SparqlConstraint():
                return self._by_sparql(shape, constraint, changes), set()
            case _:
                found: set[Term] | None = set()
                for node in m.referenced_shapes(constraint):
                    found = _both(found, self._by_shape(self._shapes.shapes[node], changes))
                return set(), found

    def _by_sparql(self, shape: m.Shape, constraint: m.SparqlConstraint, changes: _Changes) -> set[Term] | None:
        read = self._footprint(shape, constraint)
        if read is None or not read.elsewhere.isdisjoint(changes):
            return None
        if any(node == subject for node, predicate in read.named for subject, _ in changes.get(predicate, ())):
            return None
        found: set[Term] | None = set()
        for path in read.paths:
            found = _both(found, self._by_joined_path(path, changes))
        return found

    def _by_joined_path(self, path: Path, changes: _Changes) -> set[Term] | None:
        """As ``_by_path``, for a path that a store walks by joins.

        Returns:
            None where the walk backwards from a change meets a literal that the store may join to one that was written
            in another way: what lies behind that can't be told.
        """
        steps = flattened(path)
        if any(map(walks_back_inside, steps)):
            return set() if changes.keys().isdisjoint(path_predicates(path)) else None
        found: set[Term] = set()
        for number, step in enumerate(steps):
            nodes = self._by_path(step, changes)
            for position in range(number, -1, -1):
                if not is_forward(steps[position]) and any(map(is_ambiguous, nodes)):
                    return None
                nodes = self._back(steps[position - 1], nodes) if position else nodes
            found |= nodes
        return found

    def _footprint(self, shape: m.Shape, constraint: m.SparqlConstraint) -> Footprint | None:
        """What a constraint's query reads; worked out once."""
        value_path = shape.path if constraint.is_ask else None
        key = (constraint, value_path)
        if key not in self._footprints:
            self._footprints[key] = footprint(ParsedQuery(constraint.query), value_path)
        return self._footprints[key]

    def _by_path(self, path: Path, changes: _Changes) -> set[Term]:
        """The nodes from which a path passes through a changed triple."""
        match path:
            case Predicate(iri):
                return {subject for subject, _ in changes.get(iri, ())}
            case Inverse(Predicate(iri)):
                return {value for _, value in changes.get(iri, ())}
            case Inverse(inner):
                return self._by_path(inverse_of(inner), changes)
            case Sequence(steps):
                found = self._by_path(steps[0], changes)
                for number, step in enumerate(steps[1:], 1):
                    passed = steps[:number]
                    before = Sequence(passed) if len(passed) > 1 else passed[0]
                    found |= self._back(before, self._by_path(step, changes))
                return found
            case Alternative(branches):
                return {node for branch in branches for node in self._by_path(branch, changes)}
            case ZeroOrMore(inner) | OneOrMore(inner):
                return self._back(ZeroOrMore(inner), self._by_path(inner, changes))
            case _:
                return self._by_path(path.path, changes)

    def _back(self, path: Path, nodes: set[Term]) -> set[Term]:
        if not nodes:
            return set()
        return {start for starts in self._graph.pairs(inverse_of(path), nodes).values() for start in starts}
