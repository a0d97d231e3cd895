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
        new_page: whether it begins a page where the format has pages.
    """

    text: str
    level: int = 2
    new_page: bool = False


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
        text: title, publisher, date, what kind of source it is unless it is official, and when it was read.
        url: its web address; empty where it has none that may be linked to.
        official: whether it is the authority's own text or page.
    """

    number: int
    text: str
    url: str
    official: bool = False


@dataclass(frozen=True, slots=True)
class Memo:
    """A memo.

    Attributes:
        title: its title.
        facts: what stands at its head: names and values.
        caution: what a reader must know before quoting it.
        blocks: its body, in order.
        endnotes: the sources, official ones first, and otherwise in the order in which they are first cited.
        short: whether it is to fit one page.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    caution: str
    blocks: tuple[Block, ...]
    endnotes: tuple[Endnote, ...]
    short: bool = False

    @property
    def source_groups(self) -> tuple[tuple[str, tuple[Endnote, ...]], ...]:
        """The sources under their headings; a group without a source is left out."""
        official = tuple(note for note in self.endnotes if note.official)
        others = tuple(note for note in self.endnotes if not note.official)
        named = (("Official sources", official), ("Other sources: unofficial copies and accounts by others", others))
        return tuple((heading, notes) for heading, notes in named if notes)


def text(words: str, *, strong: bool = False) -> Line:
    """A line of plain text."""
    return (TextRun(words, strong),)
