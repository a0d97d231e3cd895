"""REGEX and REPLACE in queries: SPARQL takes XPath's regular expressions, and the embedded engine takes Rust's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

from kgtools.graph.regex import Portable, RegexError, portable, portable_replacement
from kgtools.graph.store.query_text import Token, tokens

_FUNCTIONS = {"REGEX": (2, 3), "REPLACE": (3, 4)}  # how many arguments each may have


@dataclass(frozen=True, slots=True)
class PortableQuery:
    """A query whose regular expressions mean the same in XPath and in the embedded engine.

    Attributes:
        text: the query.
        computed: the functions whose expression is computed as the query runs, so that it could not be translated.
    """

    text: str
    computed: tuple[str, ...] = ()


def portable_query(query: str) -> PortableQuery:
    """Write the regular expressions that a query gives as texts so that any store reads them as XPath does.

    Args:
        query: a query that a SPARQL parser has accepted.

    Raises:
        RegexError: one of them is not XPath's, or can't be carried out here; the message names the function.
    """
    return _rewritten(query, _in_any_dialect)


@lru_cache(maxsize=64)
def embedded_query(query: str) -> str:
    """As ``portable_query``, with the replacements of REPLACE as the embedded engine takes them; not to be done twice.

    Args:
        query: a query, or an update; one that is no SPARQL is left as it is.

    Raises:
        RegexError: an expression or a replacement is not XPath's, or can't be carried out here.
    """
    return _rewritten(query, _in_rust).text


def _rewritten(query: str, replacing: Callable[[str, str, Portable], str]) -> PortableQuery:
    if "REGEX" not in (capitals := query.upper()) and "REPLACE" not in capitals:
        return PortableQuery(query)
    parts = list(tokens(query))
    texts = [part.text for part in parts]
    computed: list[str] = []
    for name, arguments in _calls(parts):
        found = _translated(name, [_text(parts, argument) for argument in arguments], replacing)
        if found is None:
            computed.append(name)
            continue
        for argument, written in zip(arguments[1:], found, strict=True):
            texts[argument[0]] = str(ox.Literal(written))
    return PortableQuery("".join(texts), tuple(computed))


def _in_any_dialect(replacement: str, flags: str, _found: Portable) -> str:
    """A replacement as XPath takes it without the flag ``q``."""
    return re.sub(r"[\\$]", r"\\\g<0>", replacement) if "q" in flags else replacement


def _in_rust(replacement: str, flags: str, found: Portable) -> str:
    return portable_replacement(_in_any_dialect(replacement, flags, found), found.groups)


def _calls(parts: Sequence[Token]) -> Iterator[tuple[str, list[list[int]]]]:
    """Each call, with the places of the tokens of its arguments."""
    solid = [place for place, part in enumerate(parts) if part.kind != "space"]
    for number, place in enumerate(solid[:-1]):
        name = parts[place].upper
        if name in _FUNCTIONS and parts[solid[number + 1]].text == "(":
            arguments = list(_arguments(parts, solid[number + 2 :]))
            if len(arguments) in _FUNCTIONS[name]:
                yield name, arguments


def _arguments(parts: Sequence[Token], places: Sequence[int]) -> Iterator[list[int]]:
    depth, current = 0, list[int]()
    for place in places:
        mark = parts[place].text if parts[place].kind == "other" else ""
        depth += (mark in {"(", "{", "["}) - (mark in {")", "}", "]"})
        if depth < 0 or (depth == 0 and mark == ","):
            yield current
            current = []
            if depth < 0:
                return
        else:
            current.append(place)


def _text(parts: Sequence[Token], argument: Sequence[int]) -> str | None:
    """The text that an argument is, where it is one."""
    if len(argument) != 1 or parts[argument[0]].kind != "string":
        return None
    try:
        answer = ox.Store().query(f"SELECT ({parts[argument[0]].text} AS ?text) {{}}")
    except SyntaxError:  # the query is no SPARQL, as the engine will say of the whole of it
        return None
    assert isinstance(answer, ox.QuerySolutions)
    value = next(answer)[0]
    return value.value if isinstance(value, ox.Literal) else None


def _translated(
    name: str, given: Sequence[str | None], replacing: Callable[[str, str, Portable], str]
) -> list[str] | None:
    """What stands after the first argument; None where it is computed."""
    least = _FUNCTIONS[name][0]
    pattern, flags = given[1], given[least] if len(given) > least else ""
    if pattern is None or flags is None or None in given[1:]:
        return None
    try:
        found = portable(pattern, flags)
        written = [found.pattern]
        if name == "REPLACE":
            _refuse_empty(found)
            written.append(replacing(given[2] or "", flags, found))
    except RegexError as error:
        raise RegexError(f"{name} with the pattern {ox.Literal(pattern)}: {error}") from error
    return [*written, found.flags] if len(given) > least else written


def _refuse_empty(found: Portable) -> None:
    """XPath lets no expression be replaced that finds an empty text (XPath Functions 3.1, section 5.6.4)."""
    answer = ox.Store().query(f"SELECT (REGEX('', {ox.Literal(found.pattern)}, '{found.flags}') AS ?found) {{}}")
    assert isinstance(answer, ox.QuerySolutions)
    value = next(answer)[0]
    if isinstance(value, ox.Literal) and value.value == "true":
        raise RegexError("it matches an empty text, which XPath does not replace")
