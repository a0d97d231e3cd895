"""Tables of SPARQL solutions in each output format."""

from __future__ import annotations

import csv
import io
import itertools
import json
import shutil
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import shortened
from kgtools.core.visible import visible
from kgtools.graph.store import Solutions, Term

_MIN_WIDTH: Final = 8
_READABLE: Final = 11  # characters a column: with less, words are cut all over the place


def render(solutions: Solutions, format_: str) -> str:
    """Write solutions in one of ``FORMATS``, ending with a newline."""
    return FORMATS[format_](solutions)


def plain(term: Term | None) -> str:
    """A term as a reader of a table wants it: the text of a literal, the short form of an IRI."""
    if term is None:
        return ""
    if isinstance(term, ox.Literal):
        return term.value
    return shortened(term.value).strip("<>") if isinstance(term, ox.NamedNode) else str(term)


def _full(term: Term | None) -> str:
    """A term as SPARQL 1.1's CSV writes it: the text of a literal, the whole IRI."""
    if term is None:
        return ""
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _table(solutions: Solutions) -> str:
    """An aligned table that fits the terminal: wide columns are wrapped, and too many become a record a row."""
    if not solutions.rows:
        return "No rows.\n"
    if not solutions.variables:
        return f"{len(solutions.rows):,} rows without columns; the query names no variables.\n"
    rows = [[visible(plain(term)) for term in row] for row in solutions.rows]
    names = list(solutions.variables)
    natural = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    if _least_width(names, natural) > terminal_width():
        return _records(solutions.variables, rows)
    widths = _fitted(natural, names)
    lines = [*_wrapped(list(solutions.variables), widths), "  ".join("─" * width for width in widths)]
    for row in rows:
        lines += _wrapped(row, widths)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _least_width(names: list[str], natural: list[int]) -> int:
    """The width of the narrowest table that can be read: no heading cut in two, and room for a word a line."""
    readable = [min(width, max(_READABLE, len(name))) for name, width in zip(names, natural, strict=True)]
    return sum(readable) + 2 * (len(names) - 1)


def _records(variables: tuple[str, ...], rows: list[list[str]]) -> str:
    """Each row as a block of lines, one a column, for tables that are wider than any terminal."""
    margin = max(map(len, variables)) + 2
    blocks = []
    for row in rows:
        filled = [(name, cell) for name, cell in zip(variables, row, strict=True) if cell]
        blocks.append("\n".join(_labeled(name, cell, margin) for name, cell in filled))
    return "\n\n".join(blocks) + "\n"


def _labeled(name: str, cell: str, margin: int) -> str:
    return textwrap.fill(
        cell,
        max(terminal_width(), margin + 20),
        initial_indent=name.ljust(margin),
        subsequent_indent=" " * margin,
        break_on_hyphens=False,
        break_long_words=False,
    )


def terminal_width() -> int:
    """The width of the terminal, in characters; 120 where there is none."""
    return shutil.get_terminal_size((120, 24)).columns


def _fitted(widths: list[int], names: list[str]) -> list[int]:
    """Column widths that add up to the terminal's: the widest gives way first, and no heading is cut in two."""
    room = terminal_width() - 2 * (len(widths) - 1)
    least = [max(_MIN_WIDTH, len(name)) for name in names]
    widths = list(widths)
    while sum(widths) > room:
        wide = [i for i, width in enumerate(widths) if width > least[i]]
        if not wide:
            break
        widths[max(wide, key=lambda i: widths[i])] -= 1
    return widths


def _wrapped(cells: list[str], widths: list[int]) -> list[str]:
    parts = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, parts))
    padded = [part + [""] * (height - len(part)) for part in parts]
    return [
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))
        for line in zip(*padded, strict=True)
    ]


def whole_table(solutions: Solutions) -> str:
    """An aligned table with every column and one line for each row, however wide that is."""
    if not solutions.rows or not solutions.variables:
        return _table(solutions)
    rows = [[" ".join(visible(plain(term)).split()) for term in row] for row in solutions.rows]
    widths = [max(map(len, column)) for column in zip(solutions.variables, *rows, strict=True)]
    lines = [list(solutions.variables), ["─" * width for width in widths], *rows]
    padded = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(line.rstrip() for line in padded) + "\n"


def csv_lines(variables: Sequence[str], rows: Iterable[Iterable[Term | None]]) -> Iterator[str]:
    """SPARQL 1.1 Query Results CSV, line by line; what holds a comma, a quotation mark or a line break is quoted."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    for cells in itertools.chain((variables,), (map(_full, row) for row in rows)):
        writer.writerow(list(cells))
        yield stream.getvalue()
        stream.seek(0)
        stream.truncate()


def tsv_lines(variables: Sequence[str], rows: Iterable[Iterable[Term | None]]) -> Iterator[str]:
    """SPARQL 1.1 Query Results TSV, line by line; terms are as in N-Triples, which escapes tabs and line breaks."""
    yield "\t".join(f"?{name}" for name in variables) + "\n"
    for row in rows:
        yield "\t".join("" if term is None else str(term) for term in row) + "\n"


def _csv(solutions: Solutions) -> str:
    return "".join(csv_lines(solutions.variables, solutions.rows))


def _tsv(solutions: Solutions) -> str:
    return "".join(tsv_lines(solutions.variables, solutions.rows))


def _json(solutions: Solutions) -> str:
    """SPARQL 1.1 Query Results JSON."""
    bindings = [
        {name: _json_term(term) for name, term in zip(solutions.variables, row, strict=True) if term is not None}
        for row in solutions.rows
    ]
    document = {"head": {"vars": list(solutions.variables)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Literal):
        if term.language:
            return {"type": "literal", "value": term.value, "xml:lang": term.language}
        plain = term.datatype.value.endswith("#string")
        return {"type": "literal", "value": term.value} | ({} if plain else {"datatype": term.datatype.value})
    raise TypeError(f"{term} can't be written in SPARQL 1.1 JSON results.")


def _markdown(solutions: Solutions) -> str:
    """A Markdown table."""
    lines = [list(solutions.variables), ["---"] * len(solutions.variables)]
    lines += [[_markdown_cell(plain(term)) for term in row] for row in solutions.rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _markdown_cell(text: str) -> str:
    escaped = visible(text).replace("\\", "\\\\").replace("|", "\\|")
    return escaped.replace("<", "&lt;").replace("[", "\\[")


FORMATS: Final[dict[str, Callable[[Solutions], str]]] = {
    "table": _table,
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "md": _markdown,
}
"""The output formats of a table."""
