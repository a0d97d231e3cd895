"""What a SPARQL constraint reads: which properties, and along which paths from the focus node.

The reading is cautious: a query with any part that is not understood counts as reading everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kgtools.shacl.paths import Inverse, Path, Predicate, Sequence
from kgtools.shacl.sparql_text import ParsedQuery, Token
from kgtools.shacl.vocab import RDF_TYPE

_TRANSPARENT = {"OPTIONAL", "UNION", "NOT", "EXISTS", "WHERE", "FILTER"}
_TERMS = {"var", "iri", "name", "string", "number", "blank"}


class _NotUnderstood(Exception):  # noqa: N818 - never leaves this module
    """The query has a part that this reading does not cover."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern: subject and object as written, variables by name after a question mark."""

    subject: str
    predicates: tuple[ox.NamedNode, ...]
    value: str

    @property
    def is_single(self) -> bool:
        """Whether it is one property, and not a property path."""
        return len(self.predicates) == 1


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a query reads.

    Attributes:
        paths: paths from the focus node, whose every step is read.
        elsewhere: properties that are read at nodes which no path from the focus node leads to.
    """

    paths: tuple[Path, ...]
    elsewhere: frozenset[ox.NamedNode]


def predicates_read(queries: Iterable[ParsedQuery]) -> Collection[ox.NamedNode] | None:
    """The properties that queries can read; None when that can't be told."""
    found: dict[ox.NamedNode, None] = {}
    for query in queries:
        patterns = triple_patterns(query)
        if patterns is None:
            return None
        found.update(dict.fromkeys(predicate for pattern in patterns for predicate in pattern.predicates))
    return tuple(found)


def footprint(query: ParsedQuery, value_path: Path | None) -> Footprint | None:
    """Follow a query's triple patterns outwards from ``$this``.

    Args:
        query: the query of a SPARQL constraint.
        value_path: for an ASK query on a property shape the path that leads to ``$value``.

    Returns:
        What it reads, or None when that can't be told.
    """
    patterns = triple_patterns(query)
    if patterns is None:
        return None
    reached: dict[str, tuple[Path, ...]] = {"?this": ()}
    if value_path is not None:
        reached["?value"] = (value_path,)
    paths: list[Path] = []
    waiting = patterns
    while True:
        left = [pattern for pattern in waiting if not _follow(pattern, reached, paths)]
        if len(left) == len(waiting):
            break
        waiting = left
    elsewhere = frozenset(predicate for pattern in waiting for predicate in pattern.predicates)
    return Footprint(tuple(paths), elsewhere)


def _follow(pattern: Pattern, reached: dict[str, tuple[Path, ...]], paths: list[Path]) -> bool:
    if not pattern.is_single:
        return False
    step = Predicate(pattern.predicates[0])
    for start, end, forward in (
        (pattern.subject, pattern.value, step),
        (pattern.value, pattern.subject, Inverse(step)),
    ):
        if start in reached:
            steps: tuple[Path, ...] = (*reached[start], forward)
            paths.append(Sequence(steps) if len(steps) > 1 else forward)
            if end.startswith("?"):
                reached.setdefault(end, steps)
            return True
    return False


def triple_patterns(query: ParsedQuery) -> list[Pattern] | None:
    """The triple patterns of a query, or None when it has parts that are not understood."""
    try:
        return _Reader(query).read()
    except (_NotUnderstood, IndexError, KeyError, ValueError):
        return None


class _Reader:
    def __init__(self, query: ParsedQuery) -> None:
        self._tokens = [token for _, token in query.solid]
        self._at = 0
        self._prefixes: dict[str, str] = {}
        self._found: list[Pattern] = []

    def read(self) -> list[Pattern]:
        self._prologue()
        depth = 0
        while self._at < len(self._tokens):
            token = self._next()
            if token.kind == "other" and token.text in "{}.":
                depth += {"{": 1, "}": -1, ".": 0}[token.text]
                if depth == 0:
                    return self._found
            elif token.upper in _TRANSPARENT:
                if token.upper == "FILTER":
                    self._filter()
            elif token.upper == "BIND":
                self._skip_parentheses()
            else:
                self._statement(self._term(token))
        raise _NotUnderstood

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _prologue(self) -> None:
        while self._peek().upper not in {"SELECT", "ASK"}:
            if self._next().upper != "PREFIX":
                raise _NotUnderstood
            name, iri = self._next().text, self._next().text
            self._prefixes[name.removesuffix(":")] = iri[1:-1]
        while self._peek().text != "{":
            if self._next().upper in {"FROM", "NAMED"}:
                raise _NotUnderstood

    def _filter(self) -> None:
        if self._peek().upper in {"NOT", "EXISTS"}:
            return
        if self._peek().text != "(":
            self._next()  # the function's name
        self._skip_parentheses()

    def _skip_parentheses(self) -> None:
        if self._peek().text != "(":
            raise _NotUnderstood
        depth = 0
        while True:
            token = self._next()
            if token.text in "{}" and token.kind == "other":
                raise _NotUnderstood  # EXISTS inside an expression
            depth += (token.text == "(") - (token.text == ")") if token.kind == "other" else 0
            if depth == 0:
                return

    def _term(self, token: Token) -> str:
        if token.kind not in _TERMS and token.upper not in {"TRUE", "FALSE"}:
            raise _NotUnderstood
        if token.kind == "string":
            while self._peek().text == "^" or self._peek().text.startswith("@"):
                self._next()
                if self._peek().text == "^":
                    self._next()
                    self._next()
        return f"?{token.variable}" if token.variable else token.text

    def _statement(self, subject: str) -> None:
        while True:
            predicates = self._predicates()
            while True:
                self._found.append(Pattern(subject, predicates, self._term(self._next())))
                if self._peek().text != ",":
                    break
                self._next()
            if self._peek().text != ";":
                return
            while self._peek().text == ";":
                self._next()
            if self._peek().text in ".}":
                return

    def _predicates(self) -> tuple[ox.NamedNode, ...]:
        found: list[ox.NamedNode] = []
        depth, expects_more = 0, True
        while expects_more or depth or self._peek().text in {"/", "|", "*", "+", "?", ")"}:
            token = self._next()
            if token.kind in {"iri", "name"} or token.text == "a":
                found.append(self._resolve(token))
                expects_more = False
            elif token.text in "()/|^*+?" and token.kind == "other":
                depth += (token.text == "(") - (token.text == ")")
                expects_more = token.text in "(/|^"
            else:
                raise _NotUnderstood
            is_path = token.kind == "other"
            if is_path:
                found.append(found[-1] if found else RDF_TYPE)  # two entries: no single property
        return tuple(found)

    def _resolve(self, token: Token) -> ox.NamedNode:
        if token.text == "a":
            return RDF_TYPE
        if token.kind == "iri":
            return ox.NamedNode(token.text[1:-1])
        if "\\" in token.text:
            raise _NotUnderstood
        prefix, _, local = token.text.partition(":")
        return ox.NamedNode(self._prefixes[prefix] + local)
