"""Regular expressions as XPath has them, for an engine that has its own."""

from __future__ import annotations

from kgtools.graph.regex.translate import Portable, RegexError, portable, portable_replacement

__all__ = ["Portable", "RegexError", "portable", "portable_replacement"]
