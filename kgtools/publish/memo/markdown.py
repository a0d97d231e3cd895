"""A memo as Markdown (CommonMark with tables)."""

from __future__ import annotations

import re
from typing import Final

from kgtools.publish.memo.document import Block, CitationMark, Heading, Items, Line, Memo, MemoTable, Paragraph, TextRun

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|~])")
_BLOCK_START: Final = re.compile(r"^(\d*)(#{1,6} |[-+] |[.)] |=+$|-{3,}$)")


def as_markdown(document: Memo) -> str:
    """The document as Markdown, ending with a newline."""
    parts = [
        f"# {escaped(document.title)}",
        "\n".join(f"- **{escaped(name)}:** {escaped(value)}" for name, value in document.facts),
        f"> {escaped(document.caution)}",
        *(markdown_of(block) for block in document.blocks),
    ]
    for heading, group in document.source_groups:
        notes = [f"{n.number}. {escaped(n.text)}{f' <{n.url}>' if n.url else ''}" for n in group]
        parts += [f"## {escaped(heading)}", "\n".join(notes)]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Text in which nothing is markup, wherever in a line it stands."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def markdown_of(block: Block) -> str:
    """One block as Markdown."""
    match block:
        case Heading(words, level, _):
            return f"{'#' * level} {escaped(words)}"
        case Paragraph(line):
            return _started(_line(line))
        case Items(lines):
            return "\n".join(f"- {_started(_line(line))}" for line in lines)
        case MemoTable():
            return _table(block)


def _table(table: MemoTable) -> str:
    rows = [table.header, *(tuple(map(_line, row)) for row in table.rows)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"| {' | '.join('---' for _ in table.header)} |", *lines[1:]])


def _started(line: str) -> str:
    """A line whose beginning can't be taken for that of a heading, a list or a rule."""
    return _BLOCK_START.sub(r"\1\\\2", line, count=1)


def _line(line: Line) -> str:
    return "".join(map(_part, line))


def _part(part: TextRun | CitationMark) -> str:
    if isinstance(part, CitationMark):
        return f" \\[{', '.join(map(str, part.numbers))}\\]"
    kept = escaped(part.text)
    words = part.text[: len(part.text) - len(part.text.lstrip())] + kept + part.text[len(part.text.rstrip()) :]
    if not part.strong:
        return words
    return f"**{words.strip()}**{words[len(words.rstrip()) :]}"
