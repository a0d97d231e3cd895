"""``kgtools search``: the records that hold some words, ranked as the explorer and the assistant rank them."""

from __future__ import annotations

import argparse
from typing import Final

import pyoxigraph as ox

from kgtools.answers.output import readable, terminal_width, whole_table
from kgtools.answers.questions import ParameterError
from kgtools.answers.search import Found, RecordSearch, without_repeats
from kgtools.cli.formats import TABLE_FORMATS
from kgtools.cli.output import add_output_arguments, chosen_format, emit, note, table
from kgtools.cli.query_verb import whole
from kgtools.core.namespaces import ID
from kgtools.core.words import plural
from kgtools.graph.cache import cached_project, remember
from kgtools.graph.projects import find_project, named_store
from kgtools.graph.store import EmbeddedStore, Solutions

_MOST_LETTERS: Final = 300
_LIMIT: Final = 20
_COLUMNS: Final = ("kind", "usps", "name", "summary", "id")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "words",
        nargs="+",
        metavar="WORD",
        help="the words, in any order; a state's name or postal code puts its records first",
    )
    parser.add_argument("--store", metavar="URL|DIR", help="search this SPARQL endpoint or embedded store instead")
    parser.add_argument(
        "--limit", type=whole, default=_LIMIT, metavar="N", help=f"at most this many records (default: {_LIMIT})"
    )
    parser.add_argument("--offset", type=whole, default=0, metavar="N", help="skip this many records first")
    parser.add_argument("--wide", action="store_true", help="show every column, one line for each record")
    add_output_arguments(parser, TABLE_FORMATS, "table")


def run(options: argparse.Namespace) -> int:
    """Search, and print the records, the most relevant first; exit 0 also when nothing is found."""
    written = " ".join(options.words)
    if len(written) > _MOST_LETTERS:
        raise ParameterError(f"The words have {len(written)} characters; at most {_MOST_LETTERS} are searched for.")
    format_ = chosen_format(options)
    if options.wide and format_ != "table":
        raise ParameterError("--wide is for tables as text; the other formats have every column already.")
    project = find_project(options.project)
    store = named_store(options.store) if options.store else cached_project(project)
    index = RecordSearch(store)
    found = list(without_repeats(index.find(written)))
    end = options.offset + options.limit
    answer = Solutions(_COLUMNS, tuple(map(_row, found[options.offset : end])))
    if format_ != "table" or options.wide:
        emit(options, whole_table(answer) if options.wide else table(answer, format_))
    else:
        emit(options, readable(answer, terminal_width()).text)
    _say_rest(found, written, end, index)
    if isinstance(store, EmbeddedStore) and not options.store:
        remember(project, store)
    return 0


def _row(record: Found) -> tuple[ox.Literal, ...]:
    cells = (record.kind.replace("-", " "), record.usps, record.label, record.text, record.iri.removeprefix(ID))
    return tuple(map(ox.Literal, cells))


def _say_rest(found: list[Found], written: str, end: int, index: RecordSearch) -> None:
    """Say on standard error what is not shown, or what to do where nothing was found."""
    if not found:
        note(
            f"Searched the names, summaries, rationales and citations of {plural(index.size, 'record')} for "
            f"'{written}'. That none holds these words says nothing about any state. Try fewer or other words, or "
            "'kgtools query criteria' for the recommended policies."
        )
    elif end < len(found):
        note(f"{plural(len(found), 'record')} hold one or more of the words; --offset {end} shows the next.")
