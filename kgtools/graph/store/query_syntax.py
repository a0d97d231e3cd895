"""What is wrong with a query, where, and how to fix it, from what the engine's parser reports."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

import pyoxigraph as ox

from kgtools.graph.store.interface import QuerySyntaxError
from kgtools.graph.store.query_limits import check_query
from kgtools.graph.store.query_text import unbalanced_bracket, undeclared_prefix

_REPORT: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_EXPECTED: Final = re.compile(r'"(?:[^"\\]|\\.)+"|\b[A-Z]{2,}\b')
_SAID_IN_WORDS: Final = {
    "variable that is unbound": "SELECT returns a variable that is not in GROUP BY or in an aggregate such as COUNT",
    "overrides an existing variable": "the variable after AS has a value already; choose another name",
}
DECLARING: Final = "Begin the query with PREFIX {0}: <…>."
_ANYTHING: Final = "[_]"  # what the parser says where it has looked ahead, so that its place is past the fault
_SHOWN: Final = 30  # characters of the query
_MOST: Final = 12  # of what may stand there


def check_syntax(query: str, prefixes: Mapping[str, str]) -> None:
    """Refuse what is no SPARQL query.

    Args:
        query: its text.
        prefixes: the prefixes that it need not declare.

    Raises:
        QuerySyntaxError: it isn't SPARQL, or could crash the engine; says where, and how to fix it.
        StoreError: it has a SERVICE clause.
    """
    check_query(query)
    try:
        ox.Store().query(query, prefixes=dict(prefixes))
    except SyntaxError as error:
        fault = syntax_message(query, error.msg, known=prefixes)
        raise QuerySyntaxError(f"This is not a valid SPARQL query: {fault}") from error


def syntax_message(
    query: str, report: str, lines_before: int = 0, known: Collection[str] = (), declaring: str = DECLARING
) -> str:
    """What the engine's parser reports, for people.

    Args:
        query: the text that the parser was given.
        report: its message.
        lines_before: lines at the start of the text that the user did not write.
        known: the prefixes that the query need not declare.
        declaring: how a prefix is declared; ``{0}`` stands for its name.

    Returns:
        A clause or sentence that begins with line and column, both counted from one.
    """
    found = _REPORT.fullmatch(report)
    if found is None:
        return report
    line, column, expected = int(found[1]), int(found[2]), found[3]
    prefix = undeclared_prefix(query, known)
    if prefix is not None:
        line = query.count("\n", 0, prefix[1]) + 1
        where = _where(line - lines_before, prefix[1] - query.rfind("\n", 0, prefix[1]))
        return f"{where}: the prefix '{prefix[0]}:' is not declared. {declaring.format(prefix[0])}"
    return f"{_where(line - lines_before, column)}: {_said(query, line, column, expected)}"


def _said(query: str, line: int, column: int, expected: str) -> str:
    for hint, words in _SAID_IN_WORDS.items():
        if hint in expected:
            return f"{words}."
    bracket = unbalanced_bracket(query)
    if bracket:
        return f"this '{bracket}' has no match."
    lines = [*query.split("\n"), *[""] * line]  # so that there is one, however the parser counts
    return _unexpected(lines[line - 1][column - 1 :], expected)


def _where(line: int, column: int) -> str:
    return f"line {line}, column {column}"


def _unexpected(rest: str, expected: str) -> str:
    """What stands there, and what may stand there instead."""
    words = _EXPECTED.findall(expected)
    if _ANYTHING in expected or not rest.strip() or not words:
        return "the query can't be read up to here; the fault is here or a little before."
    more = " …" if len(words) > _MOST else ""
    return f"'{rest[:_SHOWN].strip()}' is not allowed here; expected {', '.join(words[:_MOST])}{more}."
