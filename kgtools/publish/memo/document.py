"""A document with endnotes, as every format of a memo is written from: headings, paragraphs, lists and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class TextRun:
    """A run of text.

    Attributes:
        text: the text.
        strong: whether it stands out.
    """

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class CitationMark:
    """A reference to endnotes.

    Attributes:
        numbers: their numbers, in order.
    """

    numbers: tuple[int, ...]


Line: TypeAlias = tuple[TextRun | CitationMark, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a section.

    Attributes:
        text: the words.
        level: 2 for a section, 3 for a part of one.
    """

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    line: Line


@dataclass(frozen=True, slots=True)
class Items:
    """A list without an order."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class MemoTable:
    """A table.

    Attributes:
        header: the headings of the columns.
        rows: a line for each column.
        widths: the share of the page's width that each column takes, in percent.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[int, ...]


Block: TypeAlias = Heading | Paragraph | Items | MemoTable


@dataclass(frozen=True, slots=True)
class Endnote:
    """A source that the document cites.

    Attributes:
        number: its number, counted from one.
        text: title, publisher, date, what kind of source it is, and when it was read.
        url: its web address; empty where it has none that may be linked to.
    """

    number: int
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Memo:
    """A memo.

    Attributes:
        title: its title.
        facts: what stands at its head: names and values.
        caution: what a reader must know before quoting it.
        blocks: its body, in order.
        endnotes: the sources, in the order in which they are first cited.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    caution: str
    blocks: tuple[Block, ...]
    endnotes: tuple[Endnote, ...]


def text(words: str, *, strong: bool = False) -> Line:
    """A line of plain text."""
    return (TextRun(words, strong),)
