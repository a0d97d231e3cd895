"""A query's text, cut into tokens: a word inside a string, a comment or an IRI is not a keyword."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n\r]*)
      | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      | (?P<string>'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''|\"\"\"(?:(?:"|"")?(?:[^"\\]|\\.))*\"\"\"
                  |'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")
      | (?P<var>[?$][\w·]+)
      | (?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<blank>_:[\w.\-·]*[\w\-·])
      | (?P<name>[^\W\d_](?:[\w.\-·]*[\w\-·])?:(?:[\w:%\-·]|\\.|\.(?=[\w:%\-·.]))*|:(?:[\w:%\-·]|\\.|\.(?=[\w:%\-·.]))*)
      | (?P<word>@?[^\W\d]\w*(?:-\w+)*)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind (a group of the pattern above) and its text."""

    kind: str
    text: str

    @property
    def upper(self) -> str:
        """A keyword in capitals; nothing for other tokens."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def variable(self) -> str:
        """A variable's name; nothing for other tokens."""
        return self.text[1:] if self.kind == "var" else ""


def tokens(query: str) -> Iterator[Token]:
    """Cut a query into tokens that give the query back when joined."""
    for found in _TOKEN.finditer(query):
        yield Token(found.lastgroup or "other", found.group())
