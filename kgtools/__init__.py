"""Tools for the knowledge graph of US state policy for personalized learning."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgtools.answers.api import Answer, Graph

__all__ = ["Answer", "Graph"]


def __getattr__(name: str) -> object:
    """Import the Python API when it is first asked for, so that the command line starts without it."""
    if name in __all__:
        from kgtools.answers import api

        return getattr(api, name)
    raise AttributeError(f"module 'kgtools' has no attribute '{name}'")
