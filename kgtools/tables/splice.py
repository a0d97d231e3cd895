"""Changing an XML part in place: only the bytes that change are touched; the others stay as they were written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from kgtools.tables.package import local

_START_TAG: Final = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class UnsplicableError(Exception):
    """A part isn't built as the specification says, so nothing can be added to it."""


@dataclass(slots=True)
class ElementSpan:
    """An element: its name and attributes, and where it stands in the bytes.

    Attributes:
        tag: its name, with its prefix.
        attributes: its attributes.
        depth: how deep it is, 0 for the root.
        start: where its start tag begins.
        opened: where its start tag ends.
        closing: where its end tag begins; where its start tag ends, for an empty element.
        end: where it ends.
    """

    tag: str
    attributes: dict[str, str]
    depth: int
    start: int
    opened: int
    closing: int = -1
    end: int = -1

    @property
    def name(self) -> str:
        """Its name without the prefix."""
        return local(self.tag)

    @property
    def prefix(self) -> str:
        """Its prefix with the colon, or nothing."""
        return self.tag[: -len(self.name)]


def as_utf8(data: bytes) -> bytes:
    """An XML document in UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16")
        return re.sub(r"encoding=([\"'])[^\"']*\1", 'encoding="UTF-8"', text, count=1).encode()
    return data


def spans(data: bytes, names: Collection[str]) -> list[ElementSpan]:
    """The elements of some names, in the order in which they begin.

    Args:
        data: an XML document in UTF-8.
        names: the names to look for, without prefixes; the root is always found.

    Raises:
        UnsplicableError: it is not well-formed.
    """
    parser = expat.ParserCreate()
    parser.ordered_attributes = False
    found: list[ElementSpan] = []
    stack: list[ElementSpan | None] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        span = None
        if not stack or local(tag) in names:
            index = parser.CurrentByteIndex
            match = _START_TAG.match(data, index)
            if not match:
                raise UnsplicableError("One of its tags can't be found.")
            span = ElementSpan(tag, attributes, len(stack), index, match.end())
            found.append(span)
        stack.append(span)

    def end(_: str) -> None:
        span = stack.pop()
        if span is not None:
            empty = data[span.opened - 2 : span.opened] == b"/>"
            span.closing = span.opened if empty else parser.CurrentByteIndex
            span.end = span.opened if empty else data.index(b">", span.closing) + 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UnsplicableError(f"It is damaged ({error}).") from error
    return found


@dataclass
class Splice:
    """Changes to one document, made all at once."""

    data: bytes
    _edits: list[tuple[int, int, int, bytes]] = field(default_factory=list)

    def replace(self, start: int, end: int, text: str) -> None:
        """Put a text in place of some bytes."""
        self._edits.append((start, end, len(self._edits), text.encode()))

    def insert(self, offset: int, text: str) -> None:
        """Put a text between two bytes; texts for the same place keep the order in which they come."""
        self.replace(offset, offset, text)

    def append_to(self, span: ElementSpan, text: str) -> None:
        """Put a text at the end of an element's content, opening the element if it is empty."""
        if span.closing == span.opened and self.data[span.opened - 2 : span.opened] == b"/>":
            self.replace(span.opened - 2, span.opened, f">{text}</{span.tag}>")
        else:
            self.insert(span.closing, text)

    def set_attribute(self, span: ElementSpan, name: str, value: str) -> None:
        """Give an element's attribute a value."""
        tag = self.data[span.start : span.opened].decode()
        self.replace(span.start, span.opened, with_attribute(tag, name, value))

    def result(self) -> bytes:
        """The document with all changes made."""
        pieces, position = [], 0
        for start, end, _, text in sorted(self._edits):
            pieces += [self.data[position:start], text]
            position = end
        return b"".join([*pieces, self.data[position:]])


def with_attribute(tag: str, name: str, value: str) -> str:
    """A start tag with an attribute set."""
    without = re.sub(rf"\s{re.escape(name)}\s*=\s*(?:\"[^\"]*\"|'[^']*')", "", tag)
    end = "/>" if without.endswith("/>") else ">"
    return f"{without[: -len(end)].rstrip()} {name}={quoteattr(value)}{end}"


def xml_text(text: str) -> str:
    """Text for the content of an element; characters that XML can't hold are replaced."""
    return escape(_NOT_XML.sub("\ufffd", text))


def only(found: list[ElementSpan], name: str) -> ElementSpan:
    """The first element of a name.

    Raises:
        UnsplicableError: there is none.
    """
    span = next((s for s in found if s.name == name), None)
    if span is None:
        raise UnsplicableError(f"It has no element '{name}'.")
    return span


def named(found: list[ElementSpan], name: str) -> Iterator[ElementSpan]:
    """All elements of a name."""
    return (span for span in found if span.name == name)
