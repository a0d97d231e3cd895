"""Finding the places of statements in Turtle, TriG, N-Triples and N-Quads.

The text is known to be well-formed, because a parser has read it before; this scanner only looks for what begins
where. It follows the grammars' terminals exactly and the productions as far as needed: directives, predicate lists,
object lists, brackets, collections and graph blocks (Turtle 1.1 section 6.5, TriG 1.1 section 5.5).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from kgtools.core.namespaces import RDF
from kgtools.graph.iri import resolve
from kgtools.validation.spots import Spots

_BASE_CHAR = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHAR = f"{_BASE_CHAR}_\\-0-9\u00b7\u0300-\u036f\u203f-\u2040"
_LOCAL = rf"(?:[{_CHAR}:]|%[0-9A-Fa-f]{{2}}|\\.)"


@cache
def _token() -> re.Pattern[str]:
    """What a text consists of; compiled when first a text is scanned, as that takes time."""
    return re.compile(
        rf"""
          (?P<skip>[\ \t\r\n]++|\#[^\r\n]*+)
        | (?P<quoted><<\(|<<|\)>>|>>|\{{\||\|\}}|~)
        | <(?P<iri>[^<>"{{}}|^`\x00-\x20]*+)>
        | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*+'''
            | "(?:[^"\\]|\\.)*+" | '(?:[^'\\]|\\.)*+')
        | @(?P<at>[A-Za-z]+(?:-+[A-Za-z0-9]+)*)
        | (?P<typed>\^\^)
        | _:(?P<blank>[{_CHAR}:](?:\.*[{_CHAR}:])*)
        | (?P<prefix>(?:[{_BASE_CHAR}](?:\.*[{_CHAR}])*)?):(?P<local>(?:{_LOCAL}(?:\.*{_LOCAL})*)?)
        | (?P<number>[+-]?(?:[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+))
        | (?P<word>[A-Za-z]+)
        | (?P<mark>[.;,\[\](){{}}])
        """,
        re.VERBOSE | re.DOTALL,
    )


@cache
def _statement() -> re.Pattern[str]:
    """A whole statement, to be passed over; none with a dot within a name, braces or a quoted triple matches.

    The first of the two forms of its rest is the common one, with nothing in it but names and simple texts.
    """
    return re.compile(
        rf"""
        [\ \t\r\n]*+
        (?P<subject> <(?P<iri>[^<>"{{}}|^`\x00-\x20]*+)>
          | _:(?P<blank>[{_CHAR}:](?:\.*[{_CHAR}:])*)
          | (?P<prefix>(?:[{_BASE_CHAR}](?:\.*[{_CHAR}])*)?):(?P<local>(?:{_LOCAL}(?:\.*{_LOCAL})*)?)
        )
        (?= [\s<"'\[(\#] )
        (?: [^"'<>{{}}\#.\\~|]*+ (?: "(?!"")[^"\\\r\n]*+" [^"'<>{{}}\#.\\~|]*+ )*+ \.(?=[\s\#]|\Z)
        | (?: [^"'<>{{}}\#.\\~|]++
          | <[^<>"{{}}|^`\x00-\x20]*+>
          | \"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*+'''
          | "(?:[^"\\]|\\.)*+" | '(?:[^'\\]|\\.)*+'
          | \\.
          | \.(?=[0-9])
          | \#[^\r\n]*+
          )*+
          \.(?=[\s\#]|\Z)
        )
        """,
        re.VERBOSE | re.DOTALL,
    )


_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CONTROL: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
MEMBER: Final = "member"
"""Stands for the property of a collection's members in the name of a part."""
_CLOSING: Final = {"<<": ">>", "<<(": ")>>", "{|": "|}"}


def part_name(owner: str, prop: str, number: int) -> str:
    """What a node in brackets is called here: by what it is a value of, and how many come before it.

    Args:
        owner: the name of the node that it is a value of, or of the collection that it is in.
        prop: the property; ``MEMBER`` in a collection.
        number: how many values of the property are written before it.
    """
    return f"{owner}\n{prop}\n{number}"


def scan_turtle(
    text: str, base: str, wanted: Collection[str] | None = None, *, parts: bool = False, in_lines: bool = False
) -> Spots:
    """Find where subjects, properties and values are written.

    Args:
        text: a well-formed document of the Turtle family.
        base: the document's IRI.
        wanted: the subjects to note; all, when None.
        parts: whether nodes in brackets are noted too, by their ``part_name``.
        in_lines: whether each line is known to be a statement, as in N-Triples and N-Quads.

    Returns:
        The offsets; without ``parts``, nodes without a name (brackets, collections) have none.
    """
    spots = None if parts else scan_lines(text, wanted, in_lines=in_lines)
    return scan_tokens(text, base, wanted, parts=parts) if spots is None else spots


def scan_begins(text: str, base: str, wanted: Collection[str], *, in_lines: bool) -> dict[str, int]:
    """Find where subjects begin, as ``scan_turtle`` does, and nothing else.

    Args:
        text: a well-formed document of the Turtle family.
        base: the document's IRI.
        wanted: the subjects to look for.
        in_lines: whether each line is known to be a statement, as in N-Triples and N-Quads.
    """
    begins = _begins_of_lines(text, wanted) if in_lines else None
    return scan_tokens(text, base, wanted, begins_only=True).subjects if begins is None else begins


def scan_tokens(
    text: str, base: str, wanted: Collection[str] | None = None, *, parts: bool = False, begins_only: bool = False
) -> Spots:
    """As ``scan_turtle``, one token after the other.

    Args:
        text: as there.
        base: as there.
        wanted: as there.
        parts: as there.
        begins_only: whether it matters only where subjects begin, so that whole statements are passed over.
    """
    scanner = _Scanner(base, Spots(wanted), names_parts=parts)
    wanted = None if parts else wanted
    position, match, match_statement = 0, _token().match, _statement().match
    while position < len(text):
        if wanted is not None and scanner.is_between and (whole := match_statement(text, position)):
            subject, position = scanner.subject_of(whole), whole.start("subject")
            if begins_only or subject not in wanted:
                scanner.spots.note_subject(subject, position)
                position = whole.end()
                continue
        found = match(text, position)
        if found is None:
            break
        position = found.end()
        if found.lastgroup != "skip":
            scanner.take(found)
    return scanner.spots


@cache
def _subject_of_line() -> re.Pattern[str]:
    """The subject of a line of N-Triples with nothing escaped in it, or a line without a statement."""
    return re.compile(
        rf"""
        [\ \t]*+ (?:
            (?P<subject> <[^<>"{{}}|^`\\\x00-\x20]*+> | _:(?:[{_CHAR}:](?:\.*[{_CHAR}:])*) )
          | (?=[\#\r\n]|\Z)
        )
        """,
        re.VERBOSE,
    )


def _begins_of_lines(text: str, wanted: Collection[str]) -> dict[str, int] | None:
    """As ``scan_begins``, of a document in lines; None where a subject is not plainly written."""
    begins: dict[str, int] = {}
    position, match, end = 0, _subject_of_line().match, len(text)
    last = ""
    while position < end:
        if not last or not text.startswith(last, position):  # triples of a subject come together
            found = match(text, position)
            if found is None:
                return None
            subject = found["subject"] or ""
            last = subject if subject[:1] == "<" else ""
            if last and not _ABSOLUTE.match(last):
                return None
            name = last[1:-1] or subject
            if name in wanted:
                begins.setdefault(name, found.start("subject"))
        position = text.find("\n", position) + 1 or end
    return begins


@cache
def _line() -> re.Pattern[str]:
    """A line of N-Triples with nothing escaped in its addresses, or one without a statement."""
    return re.compile(
        rf"""
        (?: [\ \t]* (?P<subject> <[^<>"{{}}|^`\\\x00-\x20]*+> | _:(?:[{_CHAR}:](?:\.*[{_CHAR}:])*) )
            [\ \t]* (?P<property> <[^<>"{{}}|^`\\\x00-\x20]*+> )
            [\ \t]* (?P<value> <[^<>"{{}}|^`\\\x00-\x20]*+> | _:(?:[{_CHAR}:](?:\.*[{_CHAR}:])*)
                | "(?:[^"\\\r\n]|\\[^\r\n])*+" )
            (?: @[A-Za-z]+(?:-+[A-Za-z0-9]+)* | \^\^<[^<>"{{}}|^`\\\x00-\x20]*+> )?
            [\ \t]* \.
        )?
        [\ \t]* (?:\#[^\r\n]*)? (?: \r?\n | \Z )
        """,
        re.VERBOSE,
    )


_ABSOLUTE: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:(?!.*/\.)")
"""An address that resolving leaves as it is."""


def scan_lines(text: str, wanted: Collection[str] | None, *, in_lines: bool = False) -> Spots | None:
    """As ``scan_turtle``, of a document that is nothing but simple lines of N-Triples; None for any other."""
    spots = Spots(wanted)
    position, match, end = 0, _line().match, len(text)
    absolute: set[str] = set()
    last, name, is_wanted = "", "", False
    while position < end:
        if in_lines and last[:1] == "<" and not is_wanted and text.startswith(last, position):
            position = text.find("\n", position) + 1 or end
            continue
        found = match(text, position)
        if found is None:
            return None
        position = found.end()
        subject, prop, value = found.groups()
        if subject is None:
            continue
        for term in (prop, value) if subject == last else (subject, prop, value):
            if term[0] == "<" and term not in absolute:
                if not _ABSOLUTE.match(term):
                    return None
                absolute.add(term)
        if subject != last:  # triples of a subject come together
            last, name = subject, subject[1:-1] if subject[0] == "<" else subject
            is_wanted = spots.wants(name)
            spots.note_subject(name, found.start(1))
        if is_wanted:
            named = value if value[0] == "_" else _unescaped(value[1:-1])
            spots.note_value(name, (prop[1:-1], found.start(2)), (named, found.start(3)))
    return spots


@dataclass(slots=True)
class _Scanner:
    """What has been read of the present statement.

    ``expects`` is ``subject``, ``predicate`` or ``object``; ``done`` after an object; ``prefix``, ``base`` or
    ``datatype`` inside a directive or a literal. Frames keep the statement that a bracket or collection interrupts.
    """

    base: str
    spots: Spots
    prefixes: dict[str, str] = field(default_factory=dict)
    expects: str = "subject"
    subject: str | None = None
    prop: tuple[str, int] | None = None
    frames: list[tuple[str, str, str | None, tuple[str, int] | None, int]] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    began: int | None = None  # where the subject is, until a property shows that it is no graph's name
    declared: str = ""
    at_directive: bool = False
    names_parts: bool = False
    parts: list[str | None] = field(default_factory=list)  # what the open brackets and collections are called
    counts: dict[tuple[str, str], int] = field(default_factory=dict)  # of the values of a property that were begun

    @property
    def is_between(self) -> bool:
        """Whether what comes next begins a statement, or ends a graph block."""
        return self.expects == "subject" and not self.closing

    def subject_of(self, statement: re.Match[str]) -> str:
        """The subject of a whole statement."""
        if statement["iri"] is not None:
            return resolve(self.base, _unescaped(statement["iri"]))
        if statement["blank"] is not None:
            return f"_:{statement['blank']}"
        return self._prefixed(statement)

    def _prefixed(self, token: re.Match[str]) -> str:
        local = token["local"]
        return self.prefixes.get(token["prefix"], "") + (re.sub(r"\\(.)", r"\1", local) if "\\" in local else local)

    def take(self, token: re.Match[str]) -> None:
        kind, offset = token.lastgroup, token.start()
        if kind == "quoted" or self.closing:
            self._quoted(token)
        elif kind == "mark":
            self._mark(token["mark"], offset)
        elif kind == "word":
            self._word(token["word"], offset)
        elif kind == "at":
            self._at(token["at"])
        elif kind == "typed":
            self.expects = "datatype"
        else:
            self._term(self._name(token), offset)

    def _quoted(self, token: re.Match[str]) -> None:
        """Quoted triples and annotations (RDF 1.2) are passed over as one term without a name."""
        text = token.group()
        if text in _CLOSING:
            self.closing.append(_CLOSING[text])
        elif self.closing and text == self.closing[-1]:
            self.closing.pop()
            if not self.closing and text != "|}":
                self._term(None, token.start())

    def _name(self, token: re.Match[str]) -> str | None:
        kind = token.lastgroup
        if kind == "iri":
            return resolve(self.base, _unescaped(token["iri"]))
        if kind == "local":
            if self.expects == "prefix":
                return token["prefix"]
            return self._prefixed(token)
        if kind == "string":
            text = token["string"]
            quotes = 3 if text[:3] in {'"""', "'''"} else 1
            return _unescaped(text[quotes:-quotes])
        if kind == "blank":
            return f"_:{token['blank']}"
        return token["number"]

    def _word(self, word: str, offset: int) -> None:
        if self.expects == "subject" and word.lower() in {"prefix", "base"}:
            self.expects, self.at_directive = word.lower(), False
        elif word == "a" and self.expects == "predicate":
            self._term(f"{RDF}type", offset)
        elif word in {"true", "false"}:
            self._term(word, offset)

    def _at(self, word: str) -> None:
        if self.expects == "subject" and word in {"prefix", "base"}:
            self.expects, self.at_directive = word, True

    def _term(self, name: str | None, offset: int) -> None:
        expects = self.expects
        if expects == "object":
            if name is not None and self.names_parts:
                self._part()
            if self.subject is not None and self.prop is not None:
                self.spots.note_value(self.subject, self.prop, (name, offset))
            if not self.frames or self.frames[-1][0] != "(":
                self.expects = "done"
        elif expects == "predicate":
            if self.began is not None and self.subject is not None:
                self.spots.note_subject(self.subject, self.began)
            self.began = None
            self.prop, self.expects = (name or "", offset), "object"
        elif expects == "subject":
            self.subject, self.expects = name, "predicate"
            self.began = offset
        elif expects == "datatype":
            self.expects = "object" if self.frames and self.frames[-1][0] == "(" else "done"
        elif expects != "done":
            self._directive(expects, name or "")

    def _directive(self, kind: str, name: str) -> None:
        if kind == "prefix":
            self.declared, self.expects = name, "namespace"
            return
        if kind == "base":
            self.base = name
        else:
            self.prefixes[self.declared] = name
        self.expects = "done" if self.at_directive else "subject"

    def _part(self) -> str | None:
        """Count the value that begins here, and return its name if it is in brackets."""
        is_member = bool(self.frames) and self.frames[-1][0] == "("
        owner = self.parts[-1] if is_member else self.subject
        prop = MEMBER if is_member else self.prop[0] if self.prop else None
        if owner is None or prop is None:
            return None
        number = self.counts.get((owner, prop), 0)
        self.counts[owner, prop] = number + 1
        return part_name(owner, prop, number)

    def _mark(self, mark: str, offset: int) -> None:
        if mark == ".":
            self.expects, self.subject, self.prop = "subject", None, None
        elif mark == ";":
            self.expects = "predicate"
        elif mark == ",":
            self.expects = "object"
        elif mark in "[(":
            part = self._part() if self.names_parts else None
            self.parts.append(part)
            self.frames.append((mark, self.expects, self.subject, self.prop, offset))
            self.subject, self.prop = (part if mark == "[" else None), None
            if part is not None:
                self.spots.note_subject(part, offset)
            self.expects = "predicate" if mark == "[" else "object"
        elif mark in "])":
            self.parts.pop()
            _, self.expects, self.subject, self.prop, began = self.frames.pop()
            self._term(None, began)
        else:
            self.expects, self.subject, self.prop = "subject", None, None


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[3] is None else _CONTROL.get(m[3], m[3]), text)
