"""What can go wrong with validation itself."""

from __future__ import annotations

from kgtools.errors import UserError


class RuleError(UserError):
    """There is no such rule; the message is a sentence for the user."""


class EnginesDifferError(Exception):
    """Two engines disagree about the same data; one of them has a fault."""
