"""Validation that a state's data steward can act on: what is wrong, where, why it matters, and how to fix it."""

from kgtools.core.errors import EnginesDifferError, RuleError
from kgtools.schema.rules import Catalog, Rule
from kgtools.validation.findings import FAIL_LEVELS, Finding, Report
from kgtools.validation.run import ENGINES, Request, validate_files

__all__ = [
    "ENGINES",
    "FAIL_LEVELS",
    "Catalog",
    "EnginesDifferError",
    "Finding",
    "Report",
    "Request",
    "Rule",
    "RuleError",
    "validate_files",
]
