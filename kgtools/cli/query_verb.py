"""``kgtools query``: ask a canned question."""

from __future__ import annotations

import argparse
import textwrap
from dataclasses import dataclass
from typing import Final, Self

import pyoxigraph as ox

from kgtools.answers.output import GRAPH_FORMATS, render_graph
from kgtools.answers.questions import (
    ParameterError,
    Question,
    bind,
    find_question,
    read_catalogue,
    read_graph_catalogue,
)
from kgtools.answers.questions.paging import paged
from kgtools.cli.formats import TABLE_FORMATS
from kgtools.cli.output import add_output_arguments, chosen_format, emit, note, table
from kgtools.core.project import Project
from kgtools.graph.cache import cached_project, remember
from kgtools.graph.projects import find_project, named_store, open_store
from kgtools.graph.reading import read_triples
from kgtools.graph.store import EmbeddedStore, Solutions, Store

_DIGITS: Final = 9


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="the question; leave it out to list them")
    parser.add_argument("--list", action="store_true", help="list the questions")
    parser.add_argument("--describe", action="store_true", help="describe the question instead of asking it")
    parser.add_argument("--catalogue", action="store_true", help="write the catalog page of all questions")
    parser.add_argument(
        "-p", "--parameter", action="append", default=[], metavar="KEY=VALUE", help="set a parameter; may be repeated"
    )
    parser.add_argument("--as-of", type=_year, metavar="YEAR", help="ask the graph as it stood at the end of this year")
    parser.add_argument("--store", metavar="URL|DIR", help="ask this SPARQL endpoint or embedded store instead")
    parser.add_argument("--limit", type=_whole, metavar="N", help="at most this many rows of a table")
    parser.add_argument("--offset", type=_whole, metavar="N", help="pass over this many rows first (with --limit)")
    add_output_arguments(parser, [*TABLE_FORMATS, *GRAPH_FORMATS], "table, or ttl for a graph")


def run(options: argparse.Namespace) -> int:
    """Ask the question and print the answer; exit 0 also when it has no rows."""
    project = find_project(options.project)
    format_ = chosen_format(options)
    if options.catalogue:
        from kgtools.answers.questions.page import catalogue_page

        catalogue = (*read_catalogue(project), *read_graph_catalogue(project))
        emit(options, catalogue_page(catalogue, open_store(options.store, project)))
        return 0
    if options.list or options.name is None:
        emit(options, _listing(project, _table_format(format_)))
        return 0
    question = find_question(project, options.name)
    if options.describe:
        emit(options, _description(question))
        return 0
    store = _store(project, options)
    given = _given(options.parameter)
    query = bind(question.query, question.parameters, given, store)
    emit(options, _answer(question, query, store, format_, _Rows.of(options)))
    _say_defaults(question, given)
    if isinstance(store, EmbeddedStore) and not (options.as_of or options.store):
        remember(project, store)
    return 0


def _store(project: Project, options: argparse.Namespace) -> Store:
    if options.as_of:
        return _past(project, options)
    return named_store(options.store) if options.store else cached_project(project)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Which rows of a table are wanted."""

    limit: int
    offset: int

    @classmethod
    def of(cls, options: argparse.Namespace) -> Self | None:
        if options.limit is None and options.offset is not None:
            raise ParameterError("--offset needs --limit, which says how many rows to show after those passed over.")
        return None if options.limit is None else cls(options.limit, options.offset or 0)


def _answer(question: Question, query: str, store: Store, format_: str, rows: _Rows | None) -> str | bytes:
    if question.gives_graph and rows:
        raise ParameterError(f"'{question.name}' gives a graph, which has no rows; leave out --limit and --offset.")
    if rows:
        found = store.select(paged(query, rows.limit + 1, rows.offset))  # one more, to tell whether there are more
        if len(found.rows) > rows.limit:
            note(f"There are more rows: --offset {rows.offset + rows.limit} shows the next.")
        return table(Solutions(found.variables, found.rows[: rows.limit]), _table_format(format_))
    if not question.gives_graph:
        return table(store.select(query), _table_format(format_))
    if format_ in TABLE_FORMATS:
        raise ParameterError(
            f"'{question.name}' gives a graph, which can't be written as {format_}; use one of "
            f"{', '.join(GRAPH_FORMATS)}."
        )
    return render_graph(store.construct(query), format_ if format_ in GRAPH_FORMATS else "ttl")


def _table_format(format_: str) -> str:
    """The format of a table; the default where none was asked for."""
    if format_ in GRAPH_FORMATS:
        raise ParameterError(
            f"This answer is a table, which can't be written as {format_}; use one of {', '.join(TABLE_FORMATS)}."
        )
    return format_ if format_ in TABLE_FORMATS else "table"


def _say_defaults(question: Question, given: dict[str, str]) -> None:
    """Say on standard error what the answer is about where the user left it to the default."""
    for parameter in question.parameters:
        if parameter.default is not None and parameter.name not in given:
            note(f"{parameter.name}={parameter.default}, because none was given; set it with -p {parameter.name}=…")


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise argparse.ArgumentTypeError(f"'{text[:20]}' is not a whole number; write digits only, such as 100.")
    return int(text)


def _year(text: str) -> int:
    if not (text.isdecimal() and len(text) == 4 and text >= "1700"):
        raise argparse.ArgumentTypeError(f"'{text[:20]}' is not a year; write four digits, such as 2015.")
    return int(text)


def _past(project: Project, options: argparse.Namespace) -> EmbeddedStore:
    if options.store:
        raise ParameterError("--as-of needs the project's own files; leave out --store.")
    from kgtools.answers.history import as_of

    past = as_of(read_triples(*project.ontology, *project.data), options.as_of, project)
    store = EmbeddedStore()
    store.load(past.triples)
    note(
        f"As of the end of {options.as_of}, by the years on record: {past.later} policies came later, and "
        f"{past.undated} whose year isn't known are left out. Determinations are derived again; 'not recorded for "
        "that year' never means no."
    )
    return store


def _given(pairs: list[str]) -> dict[str, str]:
    given = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator:
            raise ParameterError(f"'{pair[:60]}' is not a parameter; write name=value, such as state=UT.")
        if name in given:
            raise ParameterError(
                f"The parameter '{name[:60]}' is given twice; separate several values with commas, such as state=ID,KY."
            )
        given[name] = value
    return given


def _listing(project: Project, format_: str) -> str | bytes:
    rows = tuple(
        (ox.Literal(q.name), ox.Literal(q.summary), ox.Literal(", ".join(p.name for p in q.parameters)))
        for q in (*read_catalogue(project), *read_graph_catalogue(project))
    )
    return table(Solutions(("question", "summary", "parameters"), rows), format_)


def _description(question: Question) -> str:
    lines = [
        question.summary,
        "",
        *textwrap.wrap(question.description, 100),
        "",
        f"Asked by: {', '.join(question.tags)}",
    ]
    if question.parameters:
        lines += ["", "Parameters"]
        for parameter in question.parameters:
            default = f"default {parameter.default}" if parameter.default else "may be left out"
            several = "; several values may be given, separated by commas" if parameter.many else ""
            lines.append(f"  {parameter.name} ({parameter.type}, {default}{several}): {parameter.description}")
    if question.gives_graph:
        lines += ["", "The answer is a graph."]
    else:
        lines += ["", "Columns", *(f"  {column.name}: {column.description}" for column in question.columns)]
    return "\n".join([*lines, "", f"Example: {question.example}"]) + "\n"
