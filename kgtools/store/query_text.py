"""What can be told of a query from its text, before it is run.

The text is cut into strings, comments, IRIs, names and words, so that a word inside of something else is no keyword. A
dot ends a name here, though SPARQL allows one inside: rather a word too many is taken for a keyword than one too few.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
