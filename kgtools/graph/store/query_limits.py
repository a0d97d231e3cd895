"""Queries that the engine is not given: those that could crash it, and those that it would send on to other servers.

Its parser and its optimizer are recursive, so a deep query ends the process. Only the form of a text is measured. How
long a query runs, and how much it finds, is for the caller to limit.
"""

from __future__ import annotations

from typing import Final

from kgtools.graph.store.interface import QuerySyntaxError, StoreError
from kgtools.graph.store.query_text import TOKEN, calls_service

MAX_CHARACTERS: Final = 10_000_000
"""The longest query; lists of values make real ones long."""
MAX_DEPTH: Final = 100
"""How deep brackets may be nested; the engine crashes at about 300 levels of IF."""
MAX_PARTS: Final = 1_000
"""How many operators, groups and patterns one group of a query may have; at about 3,000 in a row the engine crashes."""

_OPENS: Final = frozenset({"<<", "[", "(", "{"})
_CLOSES: Final = frozenset({">>", "]", ")", "}"})
_COUNTED: Final = frozenset({"other", "number"})
_JOINS: Final = frozenset({"||", "&&", *"!+*/^|.;=<>-"})


def check_query(query: str) -> None:
    """Refuse a query that could crash the engine, or that the engine would send on to another server.

    Args:
        query: its text, well-formed or not.

    Raises:
        QuerySyntaxError: it is too long, nested too deeply, or a group has too many parts.
        StoreError: it has a SERVICE clause (SPARQL 1.1 Federated Query).
    """
    if len(query) > MAX_CHARACTERS:
        raise QuerySyntaxError(f"The query is longer than {MAX_CHARACTERS:,} characters. Split it.")
    if calls_service(query):
        raise StoreError(
            "SERVICE would send part of the query to another server, and nothing is sent from here. Ask that server "
            "directly, with --store and its address."
        )
    parts = [0]  # of each group that is open
    for found in TOKEN.finditer(query):
        if found.lastgroup not in _COUNTED:
            continue
        text = found.group()
        if text in _CLOSES:
            parts = parts[:-1] or [0]
        elif text in _OPENS or text in _JOINS or text[0] in "+-":  # a number with a sign may follow an operand
            parts[-1] += 1
        if parts[-1] <= MAX_PARTS and text in _OPENS:
            parts.append(0)
        if len(parts) > MAX_DEPTH + 1:
            raise QuerySyntaxError(f"The query is nested more than {MAX_DEPTH} levels deep. Split it.")
        if parts[-1] > MAX_PARTS:
            advice = "Split it, or list values with VALUES."
            raise QuerySyntaxError(
                f"A group of the query has more than {MAX_PARTS:,} operators, groups and patterns. {advice}"
            )
