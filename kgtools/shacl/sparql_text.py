"""Reading and rewriting the SPARQL text of SPARQL-based constraints (SHACL sections 5 and 6, appendix A).

The text is cut into tokens (``kgtools.graph.store.query_text``), never searched as raw text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from kgtools.graph.store.query_text import tokens


@dataclass(slots=True)
class Group:
    """A ``{ … }`` of a query.

    Attributes:
        start: the index of its opening brace among the tokens.
        parent: the group around it.
        opener: the keyword before its brace (``EXISTS``, ``OPTIONAL``, ``GRAPH``, ``UNION``, ``WHERE`` …).
        bare: variables that it uses outside of its own triple patterns: in FILTER and BIND expressions, and in
            groups of OPTIONAL and EXISTS inside it, which see only what is bound within the group.
        is_select: whether it holds nothing but a nested SELECT.
    """

    start: int
    parent: Group | None
    opener: str
    bare: set[str] = field(default_factory=set)
    is_select: bool = False

    def needs(self, bound: frozenset[str]) -> bool:
        """Whether pre-bound variables must be joined into this very group."""
        if self.is_select:
            return False
        return self.parent is None or self.parent.is_select or not self.bare.isdisjoint(bound)

    def is_within(self, opener: str) -> bool:
        """Whether a group around this one has a certain keyword before its brace."""
        around = self.parent
        while around is not None and around.opener != opener:
            around = around.parent
        return around is not None


@dataclass(frozen=True, slots=True)
class Subselect:
    """A nested SELECT: what it projects, and the variables that occur in it."""

    projected: frozenset[str]
    used: frozenset[str]


_OPENERS = {"WHERE", "OPTIONAL", "UNION", "EXISTS", "GRAPH", "MINUS", "ASK"}
_CLOSERS = {")": "(", "}": "{"}


class ParsedQuery:
    """A query cut into groups, enough to check and to pre-bind it.

    Args:
        query: SPARQL text that a SPARQL parser has already accepted.
    """

    def __init__(self, query: str) -> None:
        self.tokens = list(tokens(query))
        self.solid = [(index, token) for index, token in enumerate(self.tokens) if token.kind != "space"]
        self.groups: list[Group] = []
        self.assigned: set[str] = set()
        self.subselects: list[Subselect] = []
        self._read()

    @property
    def keywords(self) -> frozenset[str]:
        """All words of the query, in capitals."""
        return frozenset(token.upper for _, token in self.solid if token.upper)

    @property
    def variables(self) -> frozenset[str]:
        """All variables of the query."""
        return frozenset(token.variable for _, token in self.solid if token.variable)

    @property
    def nests_optionals(self) -> bool:
        """Whether an OPTIONAL stands within another one, at any depth."""
        return any(group.opener == "OPTIONAL" and group.is_within("OPTIONAL") for group in self.groups)

    def _read(self) -> None:
        group: Group | None = None
        parentheses = 0
        opener, before = "", ""
        depths: list[int] = []
        for position, (index, token) in enumerate(self.solid):
            if token.upper in _OPENERS:
                opener = token.upper
            if token.text == "{" and token.kind == "other":
                group = Group(index, group, opener)
                self.groups.append(group)
                depths.append(parentheses)
                parentheses, opener = 0, ""
            elif token.text == "}" and token.kind == "other" and group is not None:
                group, parentheses = group.parent, depths.pop()
            elif token.text in "()" and token.kind == "other":
                parentheses += 1 if token.text == "(" else -1
            elif token.variable and before == "AS":
                self.assigned.add(token.variable)
            elif token.variable and group is not None and parentheses:
                group.bare.add(token.variable)
                _tell_groups_around(group, token.variable)
            elif token.variable and group is not None:
                _tell_groups_around(group, token.variable)
            elif token.upper == "SELECT" and group is not None:
                group.is_select = True
                self.subselects.append(self._subselect(position))
            before = token.upper

    def _subselect(self, position: int) -> Subselect:
        projected: set[str] = set()
        used: set[str] = set()
        depth, parentheses = 0, 0
        for _, token in self.solid[position + 1 :]:
            if token.kind == "other":
                depth += (token.text == "{") - (token.text == "}")
                parentheses += (token.text == "(") - (token.text == ")")
            if depth < 0:
                break
            used.add(token.variable)
            if depth == 0 and parentheses == 0 and token.variable and not _after_projection(used):
                projected.add(token.variable)
            if token.text == "{":
                used.add("{")
        return Subselect(frozenset(projected), frozenset(used - {"", "{"}))

    def uses_in_expression(self, name: str) -> bool:
        """Whether a variable stands between parentheses: in FILTER, BIND, or an expression that is returned."""
        depth = 0
        for _, token in self.solid:
            if token.kind == "other":
                depth += (token.text == "(") - (token.text == ")")
            if depth and token.variable == name:
                return True
        return False

    def needs_help_inside(self, name: str) -> bool:
        """Whether a group inside the outermost one has an expression on a variable that must be joined into it."""
        return any(group.needs(frozenset({name})) for group in self.groups[1:])

    def with_bindings(self, bound: frozenset[str], pattern: str) -> str:
        """Pre-bind variables by joining a pattern into every group that needs them.

        SHACL defines pre-binding as the replacement of a variable by one value (appendix A). Joining the set of all
        values gives the same solutions for all focus nodes at once, provided that each group that mentions a
        pre-bound variable in an expression can see it.

        Args:
            bound: the pre-bound variables.
            pattern: SPARQL that binds them.

        Returns:
            The query's text with the pattern joined in.
        """
        chosen = {group.start for group in self.groups if group.needs(bound)}
        parts: list[str] = []
        for index, token in enumerate(self.tokens):
            parts.append(token.text)
            if index in chosen:
                parts.append(f" {pattern} ")
        return "".join(parts)

    def body(self, bound: frozenset[str], pattern: str) -> tuple[str, str]:
        """The query's prologue, and its outermost group with a pattern joined in where it is needed.

        Args:
            bound: the variables that the pattern binds.
            pattern: SPARQL for the groups that mention them.
        """
        start = self.groups[0].start
        text = ParsedQuery(self.with_bindings(bound, pattern))
        opening = next(index for index, token in text.solid if token.text == "{")
        assert start == opening, "nothing is put in before the first group"
        prologue = "".join(token.text for token in self.tokens[: self._query_form()])
        return prologue, "".join(token.text for token in text.tokens[opening : text.closing(opening) + 1])

    def renamed(self, rename: Callable[[str], str]) -> str:
        """The query's text with its variables renamed."""
        return "".join(f"?{rename(token.variable)}" if token.variable else token.text for token in self.tokens)

    def replaced(self, terms: Mapping[str, str]) -> str:
        """The query's text with terms in the place of variables (SHACL, appendix A).

        Args:
            terms: the terms as SPARQL, by variable. A variable that is returned keeps its name.
        """
        parts: list[str] = []
        part, depth = "", 0
        for token in self.tokens:
            if token.kind == "other":
                depth += (token.text == "(") - (token.text == ")")
                part = "" if token.text in "{}" else part
            elif token.upper in {"SELECT", "BY", "WHERE"}:
                part = token.upper
            term = terms.get(token.variable) if token.variable else None
            if term is None:
                parts.append(token.text)
            elif depth or part not in {"SELECT", "BY"}:
                parts.append(term)
            else:
                parts.append(f"({term} AS {token.text})" if part == "SELECT" else f"({term})")
        return "".join(parts)

    def closing(self, opening: int) -> int:
        """The index of the brace that closes the one at an index."""
        depth = 0
        for index, token in self.solid:
            if index >= opening and token.kind == "other":
                depth += (token.text == "{") - (token.text == "}")
                if depth == 0:
                    return index
        raise AssertionError("a SPARQL parser has checked the braces")

    def _query_form(self) -> int:
        return next(index for index, token in self.solid if token.upper in {"SELECT", "ASK"})

    def as_set_query(self, bound: frozenset[str], pattern: str, extra: str) -> str:
        """The query for a whole set of pre-bound values at once, returning which of them each solution belongs to.

        Args:
            bound: the pre-bound variables.
            pattern: SPARQL that binds them, and the variables in ``extra``.
            extra: variables to return as well, written as SPARQL, to distinguish one set of values from another.

        Returns:
            A SELECT query; an ASK query becomes one that returns the rows that it holds for.
        """
        rewritten = ParsedQuery(self.with_bindings(bound, pattern))
        parts: list[str] = []
        depth, previous, projected = 0, "", False
        for position, token in enumerate(rewritten.tokens):
            text = token.text
            depth += (text == "{") - (text == "}") if token.kind == "other" else 0
            if depth == 0 and token.upper == "ASK":
                text = f"SELECT DISTINCT {extra}"
            elif (
                depth == 0 and not projected and previous in {"SELECT", "DISTINCT", "REDUCED"} and token.kind != "space"
            ):
                projected = token.upper not in {"DISTINCT", "REDUCED"}
                text = f"{extra} {text}" if projected and text != "*" else text
            elif depth == 0 and (previous, token.upper) == ("GROUP", "BY"):
                text = f"{text} {extra}"
            parts.append(text)
            previous = previous if token.kind == "space" else rewritten.tokens[position].upper
        return "".join(parts)


@lru_cache(maxsize=128)
def read_query(query: str) -> ParsedQuery:
    """A query cut into groups, once for all who only look at it; see ``ParsedQuery``."""
    return ParsedQuery(query)


def _tell_groups_around(group: Group, variable: str) -> None:
    """Note for each group around a variable's that the variable stands in its own OPTIONAL or EXISTS."""
    while group.parent is not None:
        if group.opener in {"OPTIONAL", "EXISTS"}:
            group.parent.bare.add(variable)
        group = group.parent


def _after_projection(used: set[str]) -> bool:
    return "{" in used


def forbidden_part(query: ParsedQuery, prebound: frozenset[str], required: frozenset[str]) -> str | None:
    """What in a query SHACL forbids because of pre-binding (appendix A), or what would look at other data.

    Args:
        query: the query.
        prebound: all potentially pre-bound variables.
        required: those that every nested SELECT must project.

    Returns:
        A clause that says what is wrong, or None.
    """
    for word in ("MINUS", "VALUES", "SERVICE"):
        if word in query.keywords:
            return f"its query uses {word}, which SHACL forbids (appendix A); use FILTER, NOT EXISTS or sh:in instead"
    if "FROM" in query.keywords:
        return "its query names a graph with FROM, but a constraint looks at the data that are checked; leave FROM out"
    for name in sorted(query.assigned & prebound):
        return f"its query assigns the pre-bound variable ?{name} with AS; use another name"
    for nested in query.subselects:
        missing = (required | (prebound & nested.used)) - nested.projected - {"shapesGraph", "currentShape", "PATH"}
        for name in sorted(missing):
            return f"a nested SELECT in its query does not return ${name}; add it to that SELECT (appendix A)"
    return None
