"""A set-based SHACL engine: shapes are read once, and each constraint is decided for all focus nodes at once.

``parse_shapes`` and ``compile_shapes`` make a plan; ``validate`` runs it on a store, ``validate_triples`` on triples.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from kgtools.core.errors import RecursiveShapesError, ShapesError
from kgtools.shacl.execute import read_store, validate, validate_graph, validate_triples
from kgtools.shacl.graph import MemoryGraph
from kgtools.shacl.model import Remark, ShapesGraph
from kgtools.shacl.parse import parse_shapes, remarks_on
from kgtools.shacl.report import ShapeCoverage, ValidationReport, ValidationResult, report_triples

if TYPE_CHECKING:
    from kgtools.shacl.compile import CompiledQuery, Plan, compile_shapes
    from kgtools.shacl.explain import explain_plan

_IMPORTED_LATE: Final = {
    "CompiledQuery": "compile",
    "Plan": "compile",
    "compile_shapes": "compile",
    "explain_plan": "explain",
}

__all__ = [
    "CompiledQuery",
    "MemoryGraph",
    "Plan",
    "RecursiveShapesError",
    "Remark",
    "ShapeCoverage",
    "ShapesError",
    "ShapesGraph",
    "ValidationReport",
    "ValidationResult",
    "compile_shapes",
    "explain_plan",
    "parse_shapes",
    "read_store",
    "remarks_on",
    "report_triples",
    "validate",
    "validate_graph",
    "validate_triples",
]


def __getattr__(name: str) -> object:
    """Import what validating files does without when it is first asked for, so that the command line starts quickly."""
    if name in _IMPORTED_LATE:
        return getattr(importlib.import_module(f"kgtools.shacl.{_IMPORTED_LATE[name]}"), name)
    raise AttributeError(f"module 'kgtools.shacl' has no attribute '{name}'")
