"""What a SPARQL constraint reads: which properties, and along which paths from the focus node.

The reading is cautious: a query with any part that is not understood counts as reading everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

import pyoxigraph as ox

from kgtools.graph.store.query_text import Token
from kgtools.shacl.paths import (
    Alternative,
    OneOrMore,
    Path,
    Predicate,
    Sequence,
    ZeroOrMore,
    ZeroOrOne,
    can_be_empty,
    inverse_of,
    is_forward,
    path_predicates,
)
from kgtools.shacl.sparql_text import ParsedQuery
from kgtools.shacl.vocab import RDF_TYPE

Steps: TypeAlias = tuple[Path, ...]
"""Paths walked one after the other; none stay at the focus node."""
Reached: TypeAlias = Mapping[str, Steps]
"""By variable, as written with its question mark, how it is reached from the focus node."""
PartKind: TypeAlias = Literal["EXISTS", "NOT EXISTS", "OPTIONAL", "UNION", "GROUP"]

_TERMS = {"var", "iri", "name", "string", "number", "blank"}
_REPEATS: Mapping[str, type[ZeroOrMore] | type[OneOrMore] | type[ZeroOrOne]] = {
    "*": ZeroOrMore,
    "+": OneOrMore,
    "?": ZeroOrOne,
}
_DEEPEST = 100  # groups or parentheses within one another; hostile input


class _NotUnderstood(Exception):  # noqa: N818 - never leaves this module
    """The query has a part that this reading does not cover."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern.

    Attributes:
        subject: as written, variables after a question mark.
        path: the property, or property path.
        value: as ``subject``.
        iri: the value, where it is a constant IRI.
        about: the subject, where it is a constant IRI.
    """

    subject: str
    path: Path
    value: str
    iri: ox.NamedNode | None = None
    about: ox.NamedNode | None = None

    @property
    def variables(self) -> frozenset[str]:
        """The variables that it binds."""
        return frozenset(term for term in (self.subject, self.value) if term.startswith("?"))


@dataclass(slots=True)
class Block:
    """Triple patterns that are joined, and what hangs on them.

    Attributes:
        patterns: those of the group itself, and of groups inside it that hold nothing else.
        parts: the groups inside it, in their order.
        filters: expressions of FILTER, as tokens without the outermost parentheses.
    """

    patterns: list[Pattern] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    filters: list[tuple[Token, ...]] = field(default_factory=list)

    @property
    def variables(self) -> frozenset[str]:
        """The variables that its own patterns bind."""
        return frozenset(name for pattern in self.patterns for name in pattern.variables)


@dataclass(frozen=True, slots=True)
class Part:
    """A group inside another.

    Attributes:
        kind: how it is attached.
        block: what it holds.
        after: how many patterns of the outer block stand before it.
    """

    kind: PartKind
    block: Block
    after: int


@dataclass(frozen=True, slots=True)
class Read:
    """A triple pattern that is read at nodes which paths from the focus node lead to.

    Attributes:
        start: how the node is reached.
        step: the path that is walked on from there.
        iri: the only value that matters; None for any.
    """

    start: Steps
    step: Path
    iri: ox.NamedNode | None = None


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a query reads.

    Attributes:
        reads: what is read along paths from the focus node.
        elsewhere: properties that are read at nodes which no path from the focus node leads to.
        values: the ways in which ``?value`` is reached.
        named: what is read at a node that the query names: the node and the property.
    """

    reads: tuple[Read, ...]
    elsewhere: frozenset[ox.NamedNode]
    values: tuple[Steps, ...] = ()
    named: frozenset[tuple[ox.NamedNode, ox.NamedNode]] = frozenset()

    @property
    def stays_near(self) -> bool:
        """Whether all that is read lies on paths of a step at least from the focus node, or at nodes that are named."""
        return not self.elsewhere and not any(can_be_empty(read.step) for read in self.reads)

    @property
    def finds_anywhere(self) -> bool:
        """Whether ``?value`` may be found where walking from the focus node, by terms as written, doesn't lead."""
        is_met = any(not is_forward(step) for steps in self.values for step in steps)
        return bool(self.elsewhere or self.named) or is_met


def joined(steps: Steps) -> Path:
    """Several steps as one path."""
    return Sequence(steps) if len(steps) > 1 else steps[0]


def footprint(query: ParsedQuery, value_path: Path | None) -> Footprint | None:
    """Follow a query's triple patterns outwards from ``$this``.

    Args:
        query: the query of a SPARQL constraint.
        value_path: for an ASK query on a property shape the path that leads to ``$value``.

    Returns:
        What it reads, or None when that is unknown.
    """
    block = outermost_block(query)
    if block is None:
        return None
    given: dict[str, Steps] = {"?this": ()}
    if value_path is not None:
        given["?value"] = (value_path,)
    walker = _Walker(frozenset(given))
    try:
        walker.walk(block, given)
    except _NotUnderstood:
        return None
    return Footprint(tuple(walker.reads), frozenset(walker.elsewhere), tuple(walker.values), frozenset(walker.named))


def binds_this_itself(query: ParsedQuery) -> bool:
    """Whether ``$this`` is the subject of a triple pattern that is always joined, and needs no help inside.

    Then pre-binding only narrows the solutions down, and can as well be done on the results. OPTIONAL is decided before
    what follows it is joined, so ``$this`` must be bound before the first.
    """
    block = outermost_block(query)
    if block is None or query.needs_help_inside("this"):
        return False
    first = min((part.after for part in block.parts if part.kind == "OPTIONAL"), default=len(block.patterns))
    return any(pattern.subject == "?this" and not can_be_empty(pattern.path) for pattern in block.patterns[:first])


class _Walker:
    """Notes what the blocks of a query read.

    Args:
        given: the variables that are bound beforehand.
    """

    def __init__(self, given: frozenset[str]) -> None:
        self._given = given
        self.reads: dict[Read, None] = {}
        self.elsewhere: set[ox.NamedNode] = set()
        self.named: set[tuple[ox.NamedNode, ox.NamedNode]] = set()
        self.values: dict[Steps, None] = {}

    def walk(self, block: Block, outer: Reached, *, is_substituted: bool = True, is_returned: bool = True) -> None:
        """Note what a block reads.

        Patterns of a group are joined with those around it, so that variables bound there lead into it. What hangs on
        the group sees only what the group itself binds; in EXISTS all that is bound around it is put in.
        """
        reached = followed(block.patterns, outer)
        for pattern in block.patterns:
            self._note(pattern, reached)
        if is_returned and "?value" in block.variables and "?value" in reached:
            self.values[reached["?value"]] = None
        for part in block.parts:
            # OPTIONAL is decided before the patterns that follow it are joined.
            seen = Block(block.patterns[: part.after] if part.kind == "OPTIONAL" else block.patterns)
            base: Reached = followed(seen.patterns, outer)
            if not is_substituted:
                base = {name: steps for name, steps in base.items() if name in seen.variables | self._given}
            inside = part.kind in {"EXISTS", "NOT EXISTS"}
            self.walk(part.block, base, is_substituted=inside, is_returned=is_returned and not inside)

    def _note(self, pattern: Pattern, reached: Reached) -> None:
        read = _read_at(pattern, reached)
        if read is not None:
            self.reads[read] = None
        elif pattern.about is not None and isinstance(pattern.path, Predicate):
            self.named.add((pattern.about, pattern.path.iri))
        elif can_be_empty(pattern.path):
            raise _NotUnderstood  # it leads from every node of the graph to itself
        else:
            self.elsewhere.update(path_predicates(pattern.path))


def followed(patterns: Iterable[Pattern], outer: Reached) -> dict[str, Steps]:
    """The variables that joined patterns lead to.

    Args:
        patterns: the patterns.
        outer: variables that are reached already.

    Returns:
        Those and the new ones; each by one way, since in a join every way must lead to the same node.
    """
    reached = dict(outer)
    waiting = list(patterns)
    while True:
        left = []
        for pattern in waiting:
            read = _read_at(pattern, reached)
            if read is None:
                left.append(pattern)
            else:
                for end in pattern.variables:
                    reached.setdefault(end, (*read.start, read.step))
        if len(left) == len(waiting):
            return reached
        waiting = left


def _read_at(pattern: Pattern, reached: Reached) -> Read | None:
    if pattern.subject in reached:
        return Read(reached[pattern.subject], pattern.path, pattern.iri)
    if pattern.value in reached:
        return Read(reached[pattern.value], inverse_of(pattern.path))
    return None


@lru_cache(maxsize=256)  # several readings are taken of each query, one after the other
def outermost_block(query: ParsedQuery) -> Block | None:
    """The outermost group of a query, or None when the query has parts that are not understood."""
    try:
        return _Reader(query).read()
    except (_NotUnderstood, IndexError, KeyError, ValueError):
        return None


class _Reader:
    """A reader of the part of SPARQL that most constraints are written in."""

    def __init__(self, query: ParsedQuery) -> None:
        self._tokens = [token for _, token in query.solid]
        self._at = 0
        self._prefixes: dict[str, str] = {}
        self._depth = 0

    def read(self) -> Block:
        self._prologue()
        self._expect("{")
        block = self._block()
        if any(token.text == "{" and token.kind == "other" for token in self._tokens[self._at :]):
            raise _NotUnderstood  # EXISTS after the group
        return block

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _is(self, text: str) -> bool:
        token = self._peek()
        return token.kind == "other" and token.text == text

    def _expect(self, text: str) -> None:
        if not self._is(text):
            raise _NotUnderstood
        self._at += 1

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _NotUnderstood

    def _prologue(self) -> None:
        while self._peek().upper not in {"SELECT", "ASK"}:
            if self._next().upper != "PREFIX":
                raise _NotUnderstood
            name, iri = self._next().text, self._next().text
            self._prefixes[name.removesuffix(":")] = iri[1:-1]
        while not self._is("{"):
            if self._next().upper in {"FROM", "NAMED", "EXISTS"}:
                raise _NotUnderstood

    def _block(self) -> Block:
        """A group, its opening brace read already."""
        self._enter()
        block = Block()
        while not self._is("}"):
            if self._is("."):
                self._next()
            elif self._is("{"):
                self._groups(block)
            else:
                self._element(block)
        self._next()
        self._depth -= 1
        return block

    def _element(self, block: Block) -> None:
        word = self._peek().upper
        if word == "FILTER":
            self._next()
            self._filter(block)
        elif word == "OPTIONAL":
            self._next()
            self._expect("{")
            block.parts.append(Part("OPTIONAL", self._block(), len(block.patterns)))
        elif word == "BIND":
            self._next()
            self._parenthesised()
        else:
            block.patterns += self._statement(self._next())

    def _groups(self, block: Block) -> None:
        """A group inside a group, or several with UNION between them."""
        branches = []
        while True:
            self._expect("{")
            branches.append(self._block())
            if self._peek().upper != "UNION":
                break
            self._next()
        if len(branches) == 1 and not branches[0].parts:
            block.patterns += branches[0].patterns
            block.filters += branches[0].filters
            return
        kind: PartKind = "UNION" if len(branches) > 1 else "GROUP"
        block.parts += (Part(kind, branch, len(block.patterns)) for branch in branches)

    def _filter(self, block: Block) -> None:
        kind: PartKind = "EXISTS"
        if self._peek().upper == "NOT":
            self._next()
            kind = "NOT EXISTS"
        if self._peek().upper == "EXISTS":
            self._next()
            self._expect("{")
            block.parts.append(Part(kind, self._block(), len(block.patterns)))
            return
        if kind == "NOT EXISTS":
            raise _NotUnderstood
        if self._is("("):
            block.filters.append(self._parenthesised())
        else:
            self._next()  # the function's name
            self._parenthesised()

    def _parenthesised(self) -> tuple[Token, ...]:
        """The tokens between a parenthesis and the one that closes it."""
        self._expect("(")
        found: list[Token] = []
        depth = 1
        while depth:
            token = self._next()
            if token.text in "{}" and token.kind == "other":
                raise _NotUnderstood  # EXISTS inside an expression
            depth += (token.text == "(") - (token.text == ")") if token.kind == "other" else 0
            found.append(token)
        return tuple(self._expanded(token) for token in found[:-1])

    def _expanded(self, token: Token) -> Token:
        return Token("iri", str(self._resolve(token))) if token.kind == "name" else token

    def _term(self, token: Token) -> str:
        if token.kind not in _TERMS and token.upper not in {"TRUE", "FALSE"}:
            raise _NotUnderstood
        if token.kind == "string":
            while self._peek().text == "^" or self._peek().text.startswith("@"):
                self._next()
                if self._peek().text == "^":
                    self._next()
                    self._next()
        if token.kind == "blank":
            return f"?{token.text}"  # a blank node in a query is a variable that is not returned
        return f"?{token.variable}" if token.variable else token.text

    def _statement(self, first: Token) -> Iterator[Pattern]:
        subject, about = self._term(first), self._constant(first)
        while True:
            path = self._path()
            while True:
                token = self._next()
                yield Pattern(subject, path, self._term(token), self._constant(token), about)
                if not self._is(","):
                    break
                self._next()
            if not self._is(";"):
                return
            while self._is(";"):
                self._next()
            if self._is(".") or self._is("}"):
                return

    def _constant(self, token: Token) -> ox.NamedNode | None:
        return self._resolve(token) if token.kind in {"iri", "name"} else None

    def _path(self) -> Path:
        branches = [self._path_sequence()]
        while self._is("|"):
            self._next()
            branches.append(self._path_sequence())
        return Alternative(tuple(branches)) if len(branches) > 1 else branches[0]

    def _path_sequence(self) -> Path:
        steps = [self._path_step()]
        while self._is("/"):
            self._next()
            steps.append(self._path_step())
        return Sequence(tuple(steps)) if len(steps) > 1 else steps[0]

    def _path_step(self) -> Path:
        token = self._next()
        path: Path
        if token.kind == "other" and token.text == "^":
            return inverse_of(self._path_step())
        if token.kind == "other" and token.text == "(":
            self._enter()
            path = self._path()
            self._expect(")")
            self._depth -= 1
        elif token.kind in {"iri", "name"} or token.text == "a":
            path = Predicate(self._resolve(token))
        else:
            raise _NotUnderstood
        while self._peek().kind == "other" and self._peek().text in _REPEATS:
            path = _REPEATS[self._next().text](path)
        return path

    def _resolve(self, token: Token) -> ox.NamedNode:
        if token.text == "a":
            return RDF_TYPE
        if token.kind == "iri":
            return ox.NamedNode(token.text[1:-1])
        if "\\" in token.text:
            raise _NotUnderstood
        prefix, _, local = token.text.partition(":")
        return ox.NamedNode(self._prefixes[prefix] + local)
