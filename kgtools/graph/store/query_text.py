"""A query cut into tokens, the one place that does so, and what its text shows before it is run.

A word inside a string, a comment or an IRI is no keyword. The time that cutting takes grows with the length of the text
alone, whatever it is, since hostile queries are cut too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from kgtools.core.namespaces import PREFIXES

TOKEN: Final = re.compile(
    r"""(?P<space>\s++|\#[^\n\r]*+)
      | (?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)
      | (?P<string>'''(?:'{0,2}(?:[^'\\]|\\.))*+'''|\"\"\"(?:"{0,2}(?:[^"\\]|\\.))*+\"\"\"
                  |'(?:[^'\\\n\r]|\\.)*+'|"(?:[^"\\\n\r]|\\.)*+")
      | (?P<var>[?$][\w·]++)
      | (?P<number>[+-]?(?:\d++(?:\.\d++)?|\.\d++)(?:[eE][+-]?\d++)?)
      | (?P<blank>_:[\w\-·]++(?:\.++[\w\-·]++)*+)
      | (?P<name>(?:[^\W\d_][\w\-·]*+(?:\.++[\w\-·]++){0,3}+)?+:(?:[\w:%\-·]|\\.|\.(?=[\w:%\-·.]))*+)
      | (?P<word>@?[^\W\d]\w*+(?:-\w++)*+)
      | (?P<stray>[^\s\w\#<>"'?$+\-.:@\[\](){}!*/^|&;,=·]++)
      | (?P<other><<|>>|\|\||&&|.)""",
    re.VERBOSE | re.DOTALL,
)
"""The tokens of SPARQL; a prefix may have three dots, as more would let the time grow with the square of the length."""
_OPENED_BY: Final = {")": "(", "]": "[", "}": "{"}
_CODEPOINT: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind (a group of ``TOKEN``) and its text."""

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
    for found in TOKEN.finditer(query):
        yield Token(found.lastgroup or "other", found.group())


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
    """The bare words of a query, in capitals.

    A dot ends a name here, though SPARQL allows one inside, and a prefix counts as a word: rather a word too many is
    taken for a keyword than one too few.
    """
    return set(_words(query))


def _words(query: str) -> Iterator[str]:
    for found in TOKEN.finditer(query):
        if found.lastgroup == "word":
            yield from found.group().upper().split("-")
        elif found.lastgroup in {"name", "blank"}:
            yield from (part.partition(":")[0].upper() for part in found.group().split("."))


def unbalanced_bracket(query: str) -> str:
    """The first bracket of a query that nothing opens, or the last that nothing closes; empty where all pair off."""
    opened: list[str] = []
    for found in TOKEN.finditer(query):
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
    for found in TOKEN.finditer(query):
        if found.lastgroup == "space":
            continue
        prefix = found.group().partition(":")[0] if found.lastgroup in {"name", "blank"} else None
        if prefix is not None and before == "PREFIX":
            declared.add(prefix)
        elif prefix is not None and prefix not in declared:
            return prefix, found.start()
        before = (found["word"] or "").upper()
    return None


def with_prefixes(query: str) -> str:
    """The query with a declaration of each of the project's prefixes that it uses and does not declare itself."""
    declared = set(re.findall(r"PREFIX\s+([^\s:]*):", query, re.IGNORECASE))
    used = [name for name in PREFIXES if name not in declared and re.search(rf"(?<![\w-]){re.escape(name)}:", query)]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in used) + query
