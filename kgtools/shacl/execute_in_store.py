"""Run a plan as SPARQL inside any store: only what is wrong is fetched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pyoxigraph as ox

from kgtools.graph.store.interface import Store, Term
from kgtools.shacl import model as m
from kgtools.shacl.compile import CompiledQuery, Plan
from kgtools.shacl.evaluate import finding_result, messages_of
from kgtools.shacl.evaluate_sparql import Solution, sparql_finding
from kgtools.shacl.paths import Predicate
from kgtools.shacl.report import ShapeCoverage, ValidationReport, ValidationResult, build_report
from kgtools.shacl.vocab import RDFS_SUBCLASS_OF


def validate_in_store(plan: Plan, store: Store, *, list_focus_nodes: bool) -> ValidationReport:
    """Validate what a store holds by its own means; see ``kgtools.shacl.validate``."""
    plan = replace(plan, subclasses=_subclasses(store))
    results = [result for query in plan.queries for result in _run(plan, query, store)]
    coverage: list[ShapeCoverage] = []
    touched: set[Term] = set()
    counts: dict[str, int] = {}  # dozens of shapes have the same targets, and a store is asked once for each
    for shape, text in plan.target_queries:
        if text not in counts and list_focus_nodes:
            nodes = {row[0] for row in store.select(text).rows if row[0] is not None}
            touched |= nodes
            counts[text] = len(nodes)
        elif text not in counts:
            counts[text] = _count(store, text)
        coverage.append(ShapeCoverage(shape.node, counts[text]))
    return build_report(results, coverage, frozenset(touched))


def _subclasses(store: Store) -> dict[Term, frozenset[Term]]:
    """All subclasses of each class that the store knows, at any distance."""
    above: dict[Term, set[Term]] = defaultdict(set)
    for below, superclass in store.select(f"SELECT ?below ?above WHERE {{ ?below {RDFS_SUBCLASS_OF} ?above }}").rows:
        if below is not None and superclass is not None:
            above[below].add(superclass)
    found: dict[Term, set[Term]] = defaultdict(set)
    for cls, superclasses in above.items():
        waiting, seen = list(superclasses), set[Term]()
        while waiting:
            superclass = waiting.pop()
            if superclass not in seen:
                seen.add(superclass)
                found[superclass].add(cls)
                waiting += above.get(superclass, ())
    return {cls: frozenset(below) for cls, below in found.items()}


def _count(store: Store, text: str) -> int:
    rows = store.select(f"SELECT (COUNT(*) AS ?count) WHERE {{ {{ {text} }} }}").rows
    return int(rows[0][0].value) if rows and isinstance(rows[0][0], ox.Literal) else 0


def _run(plan: Plan, query: CompiledQuery, store: Store) -> Iterator[ValidationResult]:
    solutions = store.select(query.text)
    for row in solutions.rows:
        solution = {name: term for name, term in zip(solutions.variables, row, strict=True) if term is not None}
        told = messages_of(plan.shapes, query.shape, query.constraint)
        yield finding_result(query.shape, query.constraint, _finding(query, solution), told)


def _finding(query: CompiledQuery, solution: dict[str, Term]) -> Solution:
    shape, constraint, focus = query.shape, query.constraint, solution["this"]
    value = solution.get("value")
    if isinstance(constraint, m.SparqlConstraint):
        own = focus if shape.path is None and value is None else value
        return sparql_finding(shape, constraint, {**dict(constraint.parameters), **solution}, own)
    if isinstance(constraint, m.ClosedConstraint):
        path = solution["path"]
        assert isinstance(path, ox.NamedNode)
        return Solution(focus, value, Predicate(path))
    has_no_value = isinstance(
        constraint,
        m.MinCountConstraint
        | m.MaxCountConstraint
        | m.QualifiedConstraint
        | m.HasValueConstraint
        | m.UniqueLangConstraint,
    )
    if has_no_value:
        return Solution(focus)
    return Solution(focus, focus if value is None else value)
