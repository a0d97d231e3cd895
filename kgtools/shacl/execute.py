"""Run a plan: on a memory graph, on the embedded store, or as SPARQL on any store (SHACL section 3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kgtools.graph.store.embedded import EmbeddedStore
from kgtools.graph.store.interface import Store, Term
from kgtools.shacl import model as m
from kgtools.shacl.evaluate import Evaluator
from kgtools.shacl.graph import MemoryGraph, Statement, without_cyclic_collection
from kgtools.shacl.parse import parse_shapes
from kgtools.shacl.report import ShapeCoverage, ValidationReport, ValidationResult, build_report

if TYPE_CHECKING:
    from kgtools.shacl.compile import Plan


def validate(
    plan: Plan, store: Store, *, in_store: bool | None = None, list_focus_nodes: bool = True, details: bool = False
) -> ValidationReport:
    """Validate what a store holds.

    Args:
        plan: what ``compile_shapes`` returned.
        store: the embedded store, or any SPARQL 1.1 endpoint.
        in_store: whether the plan runs as SPARQL inside the store, so that only what is wrong is fetched. By default
            so for every store but the embedded one, where reading whole columns is faster and keeps written forms.
        list_focus_nodes: whether the report lists the focus nodes; a large remote store is asked to count them only
            when this is false.
        details: whether results say what failed inside the shapes that a constraint refers to; not with
            ``in_store``.

    Returns:
        The report.

    Raises:
        StoreError: the store can't be reached or refuses a query.
        ShapesError: a constraint can't run on another store; see ``Plan.queries``.
    """
    if in_store is None:
        in_store = not isinstance(store, EmbeddedStore)
    if in_store or not isinstance(store, EmbeddedStore):
        from kgtools.shacl.execute_in_store import validate_in_store

        return validate_in_store(plan, store, list_focus_nodes=list_focus_nodes)
    return validate_graph(plan.shapes, read_store(store, plan.reported_graphs), details=details)


def validate_triples(
    shapes: Iterable[ox.Triple],
    data: Iterable[Statement],
    *,
    context: Iterable[Statement] = (),
    engine: str = "fast",
    details: bool = False,
) -> ValidationReport:
    """Validate triples that are at hand, written forms of literals included.

    Args:
        shapes: the shapes graph.
        data: the data graph.
        context: triples that are looked up but never reported on.
        engine: ``fast``, or ``pyshacl`` for the reference.
        details: whether results say what failed inside the shapes that a constraint refers to.

    Raises:
        ShapesError: the shapes are malformed or recursive.
        ValueError: there is no such engine.
    """
    if engine == "pyshacl":
        from kgtools.shacl.reference import validate_with_pyshacl

        return validate_with_pyshacl(shapes, data, context=context)
    if engine != "fast":
        raise ValueError(f"There is no engine {engine!r}; choose fast or pyshacl.")
    return validate_graph(parse_shapes(shapes), MemoryGraph(data, context), details=details)


def validate_graph(shapes: m.ShapesGraph, graph: MemoryGraph, *, details: bool = False) -> ValidationReport:
    """Validate a memory graph; the fast way for data that does not live in a store."""
    evaluator = Evaluator(shapes, graph, details=details)
    results: list[ValidationResult] = []
    coverage: list[ShapeCoverage] = []
    touched: set[Term] = set()
    with without_cyclic_collection():
        for shape in shapes.targeted():
            nodes = evaluator.focus_nodes(shape)
            touched.update(nodes)
            coverage.append(ShapeCoverage(shape.node, len(nodes)))
            for found in evaluator.check(shape, nodes).values():
                results += found
        return build_report(results, coverage, frozenset(touched))


def read_store(store: EmbeddedStore, reported_graphs: Collection[str] = ()) -> MemoryGraph:
    """Read an embedded store into a memory graph, with the written forms that the store keeps beside it."""
    if not reported_graphs:
        return MemoryGraph(store.written_quads())
    graphs = {ox.NamedNode(graph) for graph in reported_graphs}
    own = [quad for quad in store.written_quads() if quad.graph_name in graphs]
    return MemoryGraph(own, [quad for quad in store.written_quads() if quad.graph_name not in graphs])
