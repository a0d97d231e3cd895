"""The sources of a memo: numbered as they are cited, then grouped into official texts and others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kgtools.answers.evidence.graph import Thing
from kgtools.answers.evidence.standing import sources_of
from kgtools.core.words import day, web
from kgtools.publish.memo.document import (
    Block,
    CitationMark,
    Endnote,
    Heading,
    Items,
    Line,
    MemoTable,
    Paragraph,
)


@dataclass(slots=True)
class Notes:
    """Numbers sources in the order in which they are first cited."""

    numbers: dict[Thing, int] = field(default_factory=dict)

    def cite(self, thing: Thing, *, most: int | None = None) -> Line:
        """A citation of a thing's sources, the official ones first; nothing where it has none.

        Args:
            thing: what rests on the sources.
            most: how many to cite, where the reader needs no more.
        """
        nearness = ("official", "secondary", "mirror")
        sources = sorted(sources_of(thing), key=lambda s: nearness.index(s.slug_of("sourceKind") or "mirror"))
        numbers = {self.numbers.setdefault(source, len(self.numbers) + 1) for source in sources[:most]}
        return (CitationMark(tuple(sorted(numbers))),) if numbers else ()

    def grouped(self, blocks: Iterable[Block]) -> tuple[tuple[Block, ...], tuple[Endnote, ...]]:
        """The blocks with their citations numbered again, official texts first, and the endnotes in that order."""
        ordered = sorted(self.numbers, key=lambda source: (not _is_official(source), self.numbers[source]))
        again = {self.numbers[source]: place for place, source in enumerate(ordered, start=1)}
        endnotes = tuple(
            Endnote(place, _described(source), web(source.text("url")), official=_is_official(source))
            for place, source in enumerate(ordered, start=1)
        )
        return tuple(_renumbered(block, again) for block in blocks), endnotes


def _is_official(source: Thing) -> bool:
    return source.slug_of("sourceKind") == "official"


def _renumbered(block: Block, again: Mapping[int, int]) -> Block:
    match block:
        case Heading():
            return block
        case Paragraph(line):
            return Paragraph(_line(line, again))
        case Items(lines):
            return Items(tuple(_line(line, again) for line in lines))
        case MemoTable(_, rows, _):
            return replace(block, rows=tuple(tuple(_line(cell, again) for cell in row) for row in rows))


def _line(line: Line, again: Mapping[int, int]) -> Line:
    return tuple(
        CitationMark(tuple(sorted(again[number] for number in part.numbers)))
        if isinstance(part, CitationMark)
        else part
        for part in line
    )


def _described(source: Thing) -> str:
    published = day(source.text("datePublished")) if source.text("datePublished") else ""
    kind = {"mirror": "unofficial copy", "secondary": "account by others"}.get(source.slug_of("sourceKind"), "")
    read = f"read {day(source.text('dateAccessed'))}" if source.text("dateAccessed") else ""
    publishers = ", ".join(publisher.label for publisher in source.many("publishedBy"))
    about = "; ".join(filter(None, (published, kind, read)))
    parts = (source.label, publishers, about[:1].upper() + about[1:])
    return ". ".join(part.rstrip(".") for part in parts if part) + "."
