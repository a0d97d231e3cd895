"""Run a plan: on a memory graph, on the embedded store, or as SPARQL on any store (SHACL section 3)."""

from __future__ import annotations

from kgtools.shacl.evaluate import Evaluator
from kgtools.shacl.graph import MemoryGraph
from kgtools.shacl.model import ShapesGraph
from kgtools.shacl.report import ShapeCoverage, ValidationReport, ValidationResult, build_report
from kgtools.store.interface import Term


def validate_graph(shapes: ShapesGraph, graph: MemoryGraph, *, details: bool = False) -> ValidationReport:
    """Validate a memory graph."""
    evaluator = Evaluator(shapes, graph, details=details)
    results: list[ValidationResult] = []
    coverage: list[ShapeCoverage] = []
    touched: set[Term] = set()
    for shape in shapes.targeted():
        nodes = evaluator.focus_nodes(shape)
        touched.update(nodes)
        coverage.append(ShapeCoverage(shape.node, len(nodes)))
        for found in evaluator.check(shape, nodes).values():
            results += found
    return build_report(results, coverage, frozenset(touched))
