"""What can be told of a query from its text, before it is run.

The text is cut into strings, comments, IRIs, names and words, so that a word inside of something else is no keyword. A
dot ends a name here, though SPARQL allows one inside: rather a word too many is taken for a keyword than one too few.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

_TOKEN: Final = re.compile(
    r"""\#[^\n\r]*+
      | <[^<>"{}|^`\\\x00-\x20]*+>
      | '''(?:'{0,2}(?:[^'\\]|\\.))*+''' | \"\"\"(?:"{0,2}(?:[^"\\]|\\.))*+\"\"\"
      | '(?:[^'\\\n\r]|\\.)*+' | "(?:[^"\\\n\r]|\\.)*+"
      | [?$@][\w·]++
      | (?P<prefix>[\w\-·]*+):(?:[\w:%\-·]|\\.)*+
      | \d++(?:[eE][+-]?\d++)?
      | (?P<word>[^\W\d_]\w*+)
      | .""",
    re.VERBOSE | re.DOTALL,
)
_OPENED_BY: Final = {")": "(", "]": "[", "}": "{"}
_CODEPOINT: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")


def names_graphs(query: str) -> bool:
    """Whether a query says by FROM which graphs it reads."""
    return "FROM" in keywords(query)


def calls_service(query: str) -> bool:
    """Whether a query asks another endpoint, also where the word is written with codepoint escapes (section 19.2)."""
    unescaped = _CODEPOINT.sub(lambda match: chr(int(match[1] or match[2], 16)), query)
    if "SERVICE" not in unescaped.upper():  # most do not, and cutting a long list of values takes seconds
        return False
    return "SERVICE" in keywords(query) or "SERVICE" in keywords(unescaped)


def keywords(query: str) -> set[str]:
    """The bare words of a query, in capitals."""
    return set(_words(query))


def _words(query: str) -> Iterator[str]:
    for found in _TOKEN.finditer(query):
        word = found["word"] or found["prefix"]  # "SERVICE:a" may be the word, and a name with no prefix
        if word:
            yield word.upper()


def unbalanced_bracket(query: str) -> str:
    """The first bracket of a query that nothing opens, or the last that nothing closes; empty where all pair off."""
    opened: list[str] = []
    for found in _TOKEN.finditer(query):
        text = found.group()
        if text in _OPENED_BY.values():
            opened.append(text)
        elif text in _OPENED_BY and (not opened or opened.pop() != _OPENED_BY[text]):
            return text
    return opened[-1] if opened else ""


def undeclared_prefix(query: str, known: Collection[str] = ()) -> tuple[str, int] | None:
    """The first prefix that a query uses and does not declare, and the index of the name that has it.

    Args:
        query: its text, well-formed or not.
        known: the prefixes that it need not declare.
    """
    declared, before = {*known, "_"}, ""  # blank nodes are written with an underscore
    for found in _TOKEN.finditer(query):
        prefix = found["prefix"]
        if found.group().isspace() or found.group().startswith("#"):
            continue
        if prefix is not None and before == "PREFIX":
            declared.add(prefix)
        elif prefix is not None and prefix not in declared:
            return prefix, found.start()
        before = (found["word"] or "").upper()
    return None
