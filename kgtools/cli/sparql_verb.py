"""``kgtools sparql``: run a SPARQL query."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.answers.output import GRAPH_FORMATS, render_graph
from kgtools.cli.formats import TABLE_FORMATS
from kgtools.cli.limits import add_limit_arguments, limited
from kgtools.cli.output import add_output_arguments, chosen_format, emit, note_cut, table
from kgtools.core.errors import UserError
from kgtools.core.namespaces import PREFIXES
from kgtools.graph.projects import find_project, open_store
from kgtools.graph.reading import UnreadableFileError, check_ordinary
from kgtools.graph.store import EmbeddedStore, QuerySyntaxError, Solutions, Store, StoreError
from kgtools.graph.store.query_limits import MAX_CHARACTERS
from kgtools.graph.store.query_syntax import check_syntax
from kgtools.graph.store.query_text import with_prefixes

_FORMS: Final = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_SKIPPED: Final = re.compile(r"\s+|#[^\n]*|PREFIX\s+[^\s:]*:\s*<[^>]*>|BASE\s*<[^>]*>", re.IGNORECASE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument(
        "query", nargs="?", metavar="QUERY", help="the query; the project's prefixes are already declared"
    )
    given.add_argument("-f", "--file", type=Path, metavar="FILE", help="read the query from this file")
    parser.add_argument("--store", metavar="URL|DIR", help="ask this SPARQL endpoint or embedded store instead")
    add_limit_arguments(parser)
    add_output_arguments(parser, [*TABLE_FORMATS, *GRAPH_FORMATS], "table, or ttl for CONSTRUCT")


def run(options: argparse.Namespace) -> int:
    """Run the query and print its answer."""
    query = _read(options.file) if options.file else options.query.removeprefix("\ufeff")
    if not options.file and query_form(query) not in _FORMS and _is_file(query):
        raise UserError(f"'{query}' is a file, not a query; to run the query in it, write: kgtools sparql -f {query}")
    store = open_store(options.store, find_project(options.project))
    if isinstance(store, EmbeddedStore) and query_form(query) in _FORMS:
        _check(query, options.file)
    with limited("The query", options.timeout, options.max_memory):
        answer = _answer(with_prefixes(query), store, chosen_format(options))
    emit(options, answer)
    note_cut(store)
    return 0


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except OSError:  # too long to be a name
        return False


def _check(query: str, file: Path | None) -> None:
    """Check the query as it was written, so that the place of a fault is right."""
    try:
        check_syntax(query, PREFIXES)
    except QuerySyntaxError as error:
        raise QuerySyntaxError(f"{file}: {error}") if file else error from error


def _read(file: Path) -> str:
    """The text of a file of a query.

    Raises:
        UnreadableFileError: it is no ordinary file, is too long, or is not UTF-8.
        OSError: it can't be opened.
    """
    check_ordinary(file)
    with file.open("rb") as stream:
        data = stream.read(MAX_CHARACTERS + 1)
    if len(data) > MAX_CHARACTERS:
        raise UnreadableFileError(file, f"The query is longer than {MAX_CHARACTERS:,} characters. Split it.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(file, "The query is not UTF-8. Save it again as UTF-8.", line, 1) from error


def query_form(query: str) -> str:
    """The form of a query, in capitals: SELECT, ASK, CONSTRUCT, DESCRIBE, or the first word of what else it is."""
    position = 0
    while match := _SKIPPED.match(query, position):
        position = match.end()
    word = re.match(r"\w+", query[position:])
    return word[0].upper() if word else ""


def _answer(query: str, store: Store, format_: str) -> str | bytes:
    form = query_form(query)
    if form in {"CONSTRUCT", "DESCRIBE"}:
        return _graph(query, store, format_)
    if format_ in GRAPH_FORMATS:
        raise StoreError(
            f"A {form} query gives a table, which can't be written as {format_}; use one of {', '.join(TABLE_FORMATS)}."
        )
    shown = format_ if format_ in TABLE_FORMATS else "table"
    if form == "ASK":
        return _boolean(store.ask(query), shown)
    if form != "SELECT":
        raise StoreError(
            f"This verb runs only queries, but this begins with '{form[:40]}'; use SELECT, ASK, CONSTRUCT or DESCRIBE."
        )
    return table(store.select(query), shown)


def _boolean(answer: bool, format_: str) -> str | bytes:
    if format_ == "json":
        return f'{{"head": {{}}, "boolean": {str(answer).lower()}}}\n'
    return table(Solutions(("answer",), ((ox.Literal(answer),),)), format_)


def _graph(query: str, store: Store, format_: str) -> str:
    if format_ in TABLE_FORMATS:
        raise StoreError(
            f"This query gives a graph, which can't be written as {format_}; use one of {', '.join(GRAPH_FORMATS)}."
        )
    return render_graph(store.construct(query), format_ if format_ in GRAPH_FORMATS else "ttl")
