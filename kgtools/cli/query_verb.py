"""``kgtools query``: ask a canned question."""

from __future__ import annotations

import argparse
import textwrap
from dataclasses import dataclass
from typing import Final, Self

import pyoxigraph as ox

from kgtools.answers.evidence.differences import QUESTION as RATINGS
from kgtools.answers.evidence.differences import beside, differences
from kgtools.answers.output import GRAPH_FORMATS, ReadableTable, readable, render_graph, terminal_width, whole_table
from kgtools.answers.questions import (
    ParameterError,
    Question,
    bind,
    find_question,
    read_catalog,
    read_graph_catalog,
)
from kgtools.answers.questions.paging import paged
from kgtools.cli.formats import TABLE_FORMATS
from kgtools.cli.output import add_output_arguments, chosen_format, emit, note, note_cut, table
from kgtools.core.project import Project
from kgtools.core.words import phrase, plural
from kgtools.graph.cache import cached_project, remember
from kgtools.graph.projects import find_project, named_store, open_store
from kgtools.graph.reading import read_triples
from kgtools.graph.store import EmbeddedStore, Solutions, Store

_DIGITS: Final = 9
_MOST_DIFFERENCES: Final = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="the question; leave it out to list them")
    parser.add_argument("--list", action="store_true", help="list the questions")
    parser.add_argument("--describe", action="store_true", help="describe the question instead of asking it")
    parser.add_argument("--catalog", action="store_true", help="write the catalog page of all questions")
    parser.add_argument(
        "-p", "--parameter", action="append", default=[], metavar="KEY=VALUE", help="set a parameter; may be repeated"
    )
    parser.add_argument(
        "--as-of", type=_year, metavar="YEAR", help="ask about the graph as it stood at the end of this year"
    )
    parser.add_argument("--store", metavar="URL|DIR", help="ask this SPARQL endpoint or embedded store instead")
    parser.add_argument("--limit", type=whole, metavar="N", help="at most this many rows of a table")
    parser.add_argument("--offset", type=whole, metavar="N", help="skip this many rows first (with --limit)")
    parser.add_argument(
        "--wide", action="store_true", help="show every column and whole addresses, one line for each row"
    )
    add_output_arguments(parser, [*TABLE_FORMATS, *GRAPH_FORMATS], "table, or ttl for a graph")


def run(options: argparse.Namespace) -> int:
    """Ask the question and print the answer; exit 0 also when it has no rows."""
    project = find_project(options.project)
    format_ = chosen_format(options)
    if options.catalog:
        from kgtools.answers.questions.page import catalog_page

        catalog = (*read_catalog(project), *read_graph_catalog(project))
        emit(options, catalog_page(catalog, open_store(options.store, project)))
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
    _refuse_unfit(question, format_, options)
    if question.gives_graph:
        emit(options, _graph(question, query, store, format_))
    else:
        solutions = _rows(query, store, _Rows.of(options))
        note_cut(store)
        _show(solutions, format_, options)
        if _table_format(format_) == "table" and not options.wide:
            _say_differences(question, solutions, given, project, store)
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
            raise ParameterError("--offset needs --limit, which says how many rows to show after those skipped.")
        return None if options.limit is None else cls(options.limit, options.offset or 0)


def _refuse_unfit(question: Question, format_: str, options: argparse.Namespace) -> None:
    """Refuse options that the kind of answer or the format has no use for."""
    if question.gives_graph and (options.limit is not None or options.offset is not None):
        raise ParameterError(f"'{question.name}' gives a graph, which has no rows; leave out --limit and --offset.")
    if options.wide and (question.gives_graph or _table_format(format_) != "table"):
        raise ParameterError("--wide is for tables as text; the other formats have every column already.")


def _rows(query: str, store: Store, rows: _Rows | None) -> Solutions:
    if rows is None:
        return store.select(query)
    found = store.select(paged(query, rows.limit + 1, rows.offset))  # one more, to tell whether there are more
    if len(found.rows) > rows.limit:
        note(f"There are more rows: --offset {rows.offset + rows.limit} shows the next.")
    return Solutions(found.variables, found.rows[: rows.limit])


def _show(solutions: Solutions, format_: str, options: argparse.Namespace) -> None:
    if _table_format(format_) != "table":
        emit(options, table(solutions, _table_format(format_)))
    elif options.wide:
        emit(options, whole_table(solutions))
    else:
        made = readable(solutions, terminal_width())
        emit(options, made.text)
        _say_left_out(made)


def _graph(question: Question, query: str, store: Store, format_: str) -> str | bytes:
    if format_ in TABLE_FORMATS:
        raise ParameterError(
            f"'{question.name}' gives a graph, which can't be written as {format_}; use one of "
            f"{', '.join(GRAPH_FORMATS)}."
        )
    return render_graph(store.construct(query), format_ if format_ in GRAPH_FORMATS else "ttl")


def _say_left_out(made: ReadableTable) -> None:
    """Say on standard error what a table does not show as it is."""
    said = [f"not shown: {', '.join(made.hidden)}"] if made.hidden else []
    said += [f"an address in {', '.join(made.shortened)} is shown as its site"] if made.shortened else []
    if said:
        note(f"{phrase('; '.join(said))} Add --wide for everything.")


def _say_differences(
    question: Question, solutions: Solutions, given: dict[str, str], project: Project, store: Store
) -> None:
    """Say on standard error which ratings by others contradict what the answer tells of a state."""
    about = given.get("state") or next((p.default for p in question.parameters if p.name == "state"), None) or ""
    if (about or "usps" in solutions.variables) and question.name != RATINGS:
        found = beside(differences(project, store, about), solutions, about)
        for one in found[:_MOST_DIFFERENCES]:
            note(f"Others differ on {one.usps}: {one.words}")
        if len(found) > _MOST_DIFFERENCES:
            more = len(found) - _MOST_DIFFERENCES
            note(f"{plural(more, 'more rating differs', 'more ratings differ')}; see 'kgtools query {RATINGS}'.")


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


def whole(text: str) -> int:
    """A whole number as an argument."""
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
        for q in (*read_catalog(project), *read_graph_catalog(project))
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
