"""A set-based SHACL engine: shapes are read once, and each constraint is decided for all focus nodes at once.

``parse_shapes`` and ``compile_shapes`` make a plan; ``validate`` runs it on a store, ``validate_triples`` on triples.
"""

from kgtools.shacl.compile import CompiledQuery, Plan, compile_shapes
from kgtools.shacl.errors import RecursiveShapesError, ShapesError
from kgtools.shacl.execute import read_store, validate, validate_graph, validate_triples
from kgtools.shacl.explain import explain_plan
from kgtools.shacl.graph import MemoryGraph
from kgtools.shacl.incremental import IncrementalValidator
from kgtools.shacl.model import ShapesGraph
from kgtools.shacl.parse import parse_shapes
from kgtools.shacl.report import ShapeCoverage, ValidationReport, ValidationResult, report_triples

__all__ = [
    "CompiledQuery",
    "IncrementalValidator",
    "MemoryGraph",
    "Plan",
    "RecursiveShapesError",
    "ShapeCoverage",
    "ShapesError",
    "ShapesGraph",
    "ValidationReport",
    "ValidationResult",
    "compile_shapes",
    "explain_plan",
    "parse_shapes",
    "read_store",
    "report_triples",
    "validate",
    "validate_graph",
    "validate_triples",
]
