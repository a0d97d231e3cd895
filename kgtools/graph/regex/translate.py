r"""XPath's regular expressions, written so that Rust's engine, and most others, read them alike.

SPARQL's REGEX and REPLACE, and with them ``sh:pattern``, take the regular expressions of XPath: those of XML Schema
with anchors, lazy quantifiers, groups and flags (XPath Functions 3.1, section 5.6). The engine of the embedded store
takes Rust's, which has other escapes, another ``\w``, other character classes and other flags. What can be said in
both is translated; what can't is refused by its name. What is written is itself a regular expression of XPath that
means the same, so that it can be sent to any store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, NamedTuple

from kgtools.graph.regex import characters as c
from kgtools.graph.regex.characters import Characters

MAX_DEPTH: Final = 100
"""How deep groups may be nested."""

_FLAGS: Final = "smixq"
_SPECIAL: Final = frozenset(".\\?*+{}()[]|^$")
_ESCAPABLE: Final = frozenset("\\|.?*+(){}-[]^$")
_CONTROL: Final = {"n": "\n", "r": "\r", "t": "\t"}
_SPACE: Final = frozenset(" \t\n\r")
_QUANTITY: Final = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_MOST: Final = 1000  # how often a part may be repeated; Rust's engine takes no more of most
_CLASSES: Final[dict[str, Characters]] = {
    "s": Characters(c.SPACE),
    "d": Characters(categories=frozenset({("Nd", False)})),
    "w": Characters(categories=frozenset((name, False) for name in "LMNS")),
    "i": Characters(c.NAME_START),
    "c": Characters(c.NAME),
    "S": Characters(c.SPACE, is_negated=True),  # some stores take no code point 0 in a pattern
    "D": Characters(categories=frozenset({("Nd", True)})),
    "W": Characters(categories=frozenset((name, False) for name in "PZC")),
    "I": Characters(c.NAME_START, is_negated=True),
    "C": Characters(c.NAME, is_negated=True),
}
_NOT_IN_XPATH: Final = {
    "b": r"\b (a word boundary)",
    "B": r"\B (no word boundary)",
    "A": r"\A (the start of the text; write ^)",
    "z": r"\z (the end of the text; write $)",
    "Z": r"\Z (the end of the text; write $)",
    "x": r"\x (a code point; write the character itself)",
    "u": r"\u (a code point; write the character itself)",
    "h": r"\h (blanks; write [ \t])",
    "Q": r"\Q (a quotation; use the flag q)",
    "f": r"\f",
    "v": r"\v",
    "a": r"\a",
    "e": r"\e",
    "R": r"\R",
    "X": r"\X",
    "k": r"\k (a named back-reference)",
}
_GROUPS: Final = {
    "?=": "look-ahead",
    "?!": "look-ahead",
    "?<=": "look-behind",
    "?<!": "look-behind",
    "?>": "an atomic group",
    "?#": "a comment in a group",
    "?P": "a named group",
    "?<": "a named group",
}


class RegexError(ValueError):
    """What XPath does not have in regular expressions, or can't be carried out here; a clause that says what."""


class Portable(NamedTuple):
    """A regular expression that means the same in XPath and in Rust.

    Attributes:
        pattern: the expression.
        flags: ``m`` or nothing.
        groups: how many groups capture.
    """

    pattern: str
    flags: str
    groups: int


@lru_cache(maxsize=4096)
def portable(pattern: str, flags: str = "") -> Portable:
    """Translate a regular expression of XPath.

    Args:
        pattern: the expression.
        flags: any of ``s``, ``m``, ``i``, ``x`` and ``q``.

    Returns:
        The same expression without the flags ``s``, ``i``, ``x`` and ``q``, whose meaning is written out.

    Raises:
        RegexError: it is not one of XPath's, or looks ahead or back at what was matched.
    """
    unknown = sorted(set(flags) - set(_FLAGS))
    if unknown:
        raise RegexError(f"the flag {unknown[0]!r} is not one of s, m, i, x and q")
    if "q" in flags:
        found = "".join(str(c.single(ch).in_any_case()) if "i" in flags else _literal(ch) for ch in pattern)
        return Portable(found, "", 0)
    parser = _Parser(_without_space(pattern) if "x" in flags else pattern, flags)
    whole = parser.whole()
    if "m" in flags and whole.is_open:
        raise RegexError(
            "with the flag m, something that can't be empty must follow each ^, since XPath finds no line after a "
            "line break that ends the text"
        )
    return Portable(whole.text, "m" if "m" in flags else "", parser.groups)


def portable_replacement(replacement: str, groups: int) -> str:
    r"""Translate the replacement of XPath's ``replace``, in which ``$1`` is a group, and ``\$`` and ``\\`` are escapes.

    Args:
        replacement: the text.
        groups: how many groups the expression has.

    Raises:
        RegexError: a ``$`` or a backslash stands for nothing.
    """
    parts: list[str] = []
    position = 0
    while position < len(replacement):
        character = replacement[position]
        follows = replacement[position + 1 : position + 2]
        if character == "\\":
            if follows not in {"\\", "$"} or not follows:
                raise RegexError(r"in the replacement, \ stands before another \ or a $ only; write \\ for itself")
            parts.append("$$" if follows == "$" else "\\")
            position += 2
        elif character == "$":
            digits = re.match(r"[0-9]+", replacement[position + 1 :])
            if digits is None:
                raise RegexError(r"in the replacement, $ is followed by the number of a group; write \$ for itself")
            number = digits[0]
            while len(number) > 1 and int(number) > groups:
                number = number[:-1]
            parts.append(f"${{{number}}}" if int(number) <= groups else "")
            position += 1 + len(number)
        else:
            parts.append(character)
            position += 1
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an expression, translated.

    Attributes:
        text: the translation.
        least: how many characters it takes at least.
        is_open: whether it has a ``^`` after which it need take no character.
        is_whole: whether a quantifier can follow it as it is.
    """

    text: str
    least: int
    is_open: bool = False
    is_whole: bool = True


def _literal(character: str) -> str:
    if character in _SPECIAL:
        return f"\\{character}"
    return {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(character, character)


def _without_space(pattern: str) -> str:
    """The expression as the flag x has it read: without white space outside of character classes."""
    kept: list[str] = []
    depth, is_escaped = 0, False
    for character in pattern:
        if depth == 0 and character in _SPACE:
            continue
        kept.append(character)
        if not is_escaped and character in "[]":
            depth = max(0, depth + (1 if character == "[" else -1))
        is_escaped = character == "\\" and not is_escaped
    return "".join(kept)


class _Parser:
    """Reads an expression from left to right.

    Args:
        pattern: the expression.
        flags: the flags; ``x`` and ``q`` are done with.
    """

    def __init__(self, pattern: str, flags: str) -> None:
        self._pattern = pattern
        self._position = 0
        self._depth = 0
        self._any_case = "i" in flags
        self._any = r"[\p{L}\P{L}]" if "s" in flags else r"[^\n\r]"
        self.groups = 0

    def whole(self) -> _Part:
        """The whole expression."""
        found = self._branches()
        if self._position < len(self._pattern):
            raise RegexError(self._at("a ) has no matching ("))
        return found

    def _at(self, what: str) -> str:
        return f"{what} (character {self._position + 1})"

    def _peek(self, length: int = 1) -> str:
        return self._pattern[self._position : self._position + length]

    def _take(self, ending: str) -> str:
        character = self._peek()
        if not character:
            raise RegexError(f"it ends within {ending}")
        self._position += 1
        return character

    def _branches(self) -> _Part:
        branches = [self._branch()]
        while self._peek() == "|":
            self._position += 1
            branches.append(self._branch())
        if len(branches) == 1:
            return branches[0]
        least, is_open = min(b.least for b in branches), any(b.is_open for b in branches)
        return _Part("|".join(b.text for b in branches), least, is_open, is_whole=False)

    def _branch(self) -> _Part:
        text: list[str] = []
        least, is_open = 0, False
        while self._peek() not in {"", "|", ")"}:
            part = self._quantified(self._atom())
            text.append(part.text)
            least += part.least
            is_open = part.is_open or (is_open and part.least == 0)
        return _Part("".join(text), least, is_open, is_whole=False)

    def _atom(self) -> _Part:
        character = self._peek()
        if character == "(":
            return self._group()
        if character == "[":
            self._position += 1
            return _Part(str(self._class()), 1)
        if character == "\\":
            self._position += 1
            return self._escape()
        if character in "?*+{":
            raise RegexError(self._at(f"a {character} has nothing before it to repeat; write \\{character} for itself"))
        if character in "]}":
            raise RegexError(self._at(f"a {character} closes nothing; write \\{character} for itself"))
        self._position += 1
        if character in "^$":
            return _Part(character, 0, is_open=character == "^", is_whole=False)
        return _Part(self._any if character == "." else self._written(character), 1)

    def _written(self, character: str) -> str:
        found = c.single(character)
        cased = found.in_any_case() if self._any_case else found
        return _literal(character) if cased == found else str(cased)

    def _group(self) -> _Part:
        rest = self._pattern[self._position + 1 : self._position + 4]
        for opening, name in _GROUPS.items():
            if rest.startswith(opening):
                raise RegexError(self._at(f"XPath has no {name.removeprefix('a ').removeprefix('an ')}, ({opening}…)"))
        captures = not rest.startswith("?")
        if not captures and not rest.startswith("?:"):
            raise RegexError(self._at("XPath has no settings inside an expression, (?…); use sh:flags"))
        if self._depth == MAX_DEPTH:
            raise RegexError(f"its groups are nested more than {MAX_DEPTH} deep")
        self.groups += captures
        self._position += 1 if captures else 3
        self._depth += 1
        inner = self._branches()
        self._depth -= 1
        if self._peek() != ")":
            raise RegexError("a ( is not closed")
        self._position += 1
        return _Part(f"({'' if captures else '?:'}{inner.text})", inner.least, inner.is_open)

    def _quantified(self, part: _Part) -> _Part:
        sign = self._peek()
        if not sign or sign not in "?*+{":
            return part
        low, text = self._quantifier(sign)
        if self._peek() == "?":
            self._position += 1
            text += "?"
        if self._peek() and self._peek() in "?*+{":
            raise RegexError(self._at(f"XPath lets no {self._peek()} follow another quantifier"))
        atom = part.text if part.is_whole else f"(?:{part.text})"
        return _Part(f"{atom}{text}", part.least * low, part.is_open)

    def _quantifier(self, sign: str) -> tuple[int, str]:
        if sign != "{":
            self._position += 1
            return (1 if sign == "+" else 0), sign
        found = _QUANTITY.match(self._pattern, self._position)
        if found is None:
            raise RegexError(self._at("a { is followed by neither {n}, {n,} nor {n,m}; write \\{ for itself"))
        low, high = int(found[1][:9]), int(found[3][:9]) if found[3] else None
        if high is not None and high < low:
            raise RegexError(self._at(f"{found[0]} has a maximum below its minimum"))
        if max(low, high or 0) > _MOST:
            raise RegexError(self._at(f"{found[0]} repeats more than {_MOST} times, which is not supported here"))
        self._position = found.end()
        return low, found[0]

    def _escape(self) -> _Part:
        """What stands after a backslash, outside of a character class."""
        if self._peek() and self._peek() in "0123456789":
            raise RegexError(self._at(f"the back-reference \\{self._peek()} is not supported here"))
        found = self._escaped()
        return _Part(self._written(found) if isinstance(found, str) else str(found), 1)

    def _escaped(self) -> str | Characters:
        """The character, or the characters, that an escape stands for."""
        character = self._take("an escape; write \\\\ for a backslash")
        if character in _ESCAPABLE:
            return character
        if character in _CONTROL:
            return _CONTROL[character]
        if character in _CLASSES:
            return _CLASSES[character]
        if character in "pP":
            found = self._property()
            return found.negated() if character == "P" else found
        if character in _NOT_IN_XPATH:
            raise RegexError(self._at(f"XPath has no {_NOT_IN_XPATH[character]}"))
        raise RegexError(self._at(f"XPath has no escape \\{character}; write {character} without the backslash"))

    def _property(self) -> Characters:
        if self._peek() != "{":
            raise RegexError(self._at("\\p must be followed by a category in braces, such as \\p{L}"))
        end = self._pattern.find("}", self._position)
        name = self._pattern[self._position + 1 : end if end >= 0 else None]
        if end < 0:
            raise RegexError(f"\\p{{{name} is not closed")
        self._position = end + 1
        if name in c.CATEGORIES:
            return Characters(categories=frozenset({(name, False)}))
        if name.startswith("Is"):
            return Characters(self._block(name[2:]))
        raise RegexError(self._at(f"\\p{{{name}}} is none of XPath's categories, such as L, Lu or Nd, and no block"))

    def _block(self, name: str) -> c.Ranges:
        found = c.block(name)
        if found is None:
            near = get_close_matches(name, c.block_names(), 1)
            hint = f"; did you mean \\p{{Is{near[0]}}}?" if near else ""
            raise RegexError(self._at(f"there is no Unicode block {name!r}{hint}"))
        return found

    def _class(self) -> Characters:
        """A character class, after its opening bracket."""
        if self._depth == MAX_DEPTH:
            raise RegexError(f"its groups are nested more than {MAX_DEPTH} deep")
        is_negated = self._peek() == "^"
        self._position += is_negated
        found, is_empty = Characters(), True
        while self._peek() != "]" and not (self._peek(2) == "-[" and not is_empty):
            found, is_empty = found.joined(self._member(is_first=is_empty)), False
        if is_empty:
            raise RegexError(self._at("a character class is empty; write \\] for a bracket"))
        # A flag does not change categories, and is applied before the set is negated or cut down.
        found = found.in_any_case() if self._any_case else found
        found = found.negated() if is_negated else found
        if self._take("a character class") == "-":
            self._position += 1
            self._depth += 1
            found = found.minus(self._class())
            self._depth -= 1
            if self._take("a character class") != "]":
                raise RegexError(self._at("in a character class, nothing may follow a subtraction"))
        return found

    def _member(self, *, is_first: bool) -> Characters:
        """A character, a range of them, or an escape for several."""
        start = self._class_character(is_first=is_first)
        if isinstance(start, Characters):
            return _plain(start)
        if self._peek() != "-" or self._peek(2) in {"-]", "-["}:
            return c.single(start)
        self._position += 1
        end = self._class_character(is_first=False)
        if isinstance(end, Characters):
            raise RegexError(self._at("a range in a character class must end in one character"))
        if ord(end) < ord(start):
            raise RegexError(self._at(f"the range {start}-{end} is reversed"))
        return Characters(((ord(start), ord(end)),))

    def _class_character(self, *, is_first: bool) -> str | Characters:
        character = self._take("a character class")
        if character == "\\":
            if self._peek() and self._peek() in "0123456789":
                raise RegexError(self._at("a character class can't contain a back-reference"))
            return self._escaped()
        if character == "[":
            raise RegexError(self._at("a [ stands in a character class; write \\[ for itself"))
        if character == "-" and not is_first and self._peek() != "]":
            raise RegexError(self._at("a - stands in the middle of a character class; write \\- for itself"))
        if character == "-" and self._peek(2) not in {"-]", "-["} and self._peek() == "-":
            raise RegexError(self._at("a - begins a range in a character class; write \\- for itself"))
        return character


def _plain(found: Characters) -> Characters:
    """The same set without a negation, so that others can be joined to it."""
    if not found.is_negated:
        return found
    if not found.ranges:
        (name, outside), *others = found.categories
        assert not others, "an escape names one category"
        return Characters(categories=frozenset({(name, not outside)}))
    return Characters(c.complement(found.ranges))
