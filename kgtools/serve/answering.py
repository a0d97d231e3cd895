"""What a worker does with a query: check it, run it, and write the answer in a format that the client takes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from kgtools.answers.api import Row, plain
from kgtools.answers.citations import CitedRecord, RecordError, find_record
from kgtools.answers.output import csv_lines, render, tsv_lines
from kgtools.answers.questions import Question, bind
from kgtools.answers.questions.paging import select_page
from kgtools.core.errors import RefusedError, UnwritableFormatError
from kgtools.core.namespaces import PREFIXES
from kgtools.core.project import Project
from kgtools.graph.projects import open_store
from kgtools.graph.serializing import write, xml_text
from kgtools.graph.store import Answer, Dataset, EmbeddedStore, QuerySyntaxError, Store
from kgtools.graph.store.query_text import calls_service, keywords, names_graphs
from kgtools.serve.negotiation import chosen
from kgtools.serve.settings import MEGABYTE

_RESULTS: Final[dict[str, ox.QueryResultsFormat]] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
_LINES: Final = {ox.QueryResultsFormat.CSV: csv_lines, ox.QueryResultsFormat.TSV: tsv_lines}
GRAPHS: Final[dict[str, ox.RdfFormat]] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
"""The media types of a graph, the favorite first."""

_PREFIXED: Final = ("text/turtle", "application/rdf+xml")
_UPDATES: Final = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD"})


@dataclass(frozen=True, slots=True)
class Preparation:
    """How a worker gets ready to answer.

    Attributes:
        root: the project's folder.
        store: the endpoint or embedded store that answers; None for the project's own graph.
    """

    root: Path
    store: str | None

    def __call__(self) -> Store:
        """Open the store, and see that it answers."""
        store = open_store(self.store, Project(self.root))
        store.select("SELECT * WHERE { ?s ?p ?o } LIMIT 1")
        return store


@dataclass(frozen=True, slots=True)
class QuestionJob:
    """A canned question, and which of its rows are wanted.

    Attributes:
        question: the question.
        given: its parameters, as the client wrote them.
        limit: how many rows at most.
        offset: how many rows are passed over.
        media_type: ``application/json`` for rows, ``text/csv`` for a file.
    """

    question: Question
    given: Mapping[str, str]
    limit: int
    offset: int
    media_type: str

    def run(self, store: Store) -> QuestionPage:
        """Answer it.

        Raises:
            ParameterError: a parameter's name or value is wrong.
            StoreError: the store can't be reached.
        """
        query = bind(self.question.query, self.question.parameters, self.given, store)
        page = select_page(store, query, self.limit, self.offset)
        csv = render(page.solutions, "csv") if self.media_type == "text/csv" else ""
        return QuestionPage(page.solutions.variables, plain(page.solutions).rows, page.total, csv)


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """Some rows of an answer.

    Attributes:
        columns: the names of the columns.
        rows: the rows of this page, as plain values.
        total: how many rows the whole answer has.
        csv: the page as CSV, where that was asked for.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    total: int
    csv: str


@dataclass(frozen=True, slots=True)
class RecordJob:
    """A record that is looked up by its kind and the last part of its identifier."""

    named: str

    def run(self, store: Store) -> CitedRecord:
        """Look it up.

        Raises:
            RefusedError: there is no such record.
            StoreError: the store can't be reached.
        """
        try:
            return find_record(store, self.named)
        except RecordError as error:
            raise RefusedError(404, str(error)) from error


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it is sent."""

    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class SparqlJob:
    """A query of the SPARQL endpoint.

    Attributes:
        query: its text.
        dataset: the graphs that the request names; None where it names none.
        accept: the request's ``Accept`` header.
        megabytes: how large the answer may be.
    """

    query: str
    dataset: Dataset | None
    accept: str
    megabytes: int

    def run(self, store: Store) -> Reply:
        """Answer it.

        Raises:
            RefusedError: it is no query, asks for what isn't given, or its answer is too large.
            StoreError: the store can't be reached.
        """
        self._check(store)
        try:
            answer = store.answer(self.query, self.dataset)
        except QuerySyntaxError as error:
            told = _syntax_message(self.query, error).replace(store.name, "The store")
            raise RefusedError(400, told) from error
        return _written(answer, self.accept, self.megabytes)

    def _check(self, store: Store) -> None:
        if calls_service(self.query):
            raise RefusedError(403, "SERVICE isn't run here: this endpoint queries no other one. Leave the clause out.")
        if isinstance(store, EmbeddedStore):
            return
        if names_graphs(self.query):
            raise RefusedError(
                400,
                "FROM isn't accepted here; name the graphs with default-graph-uri and named-graph-uri in the request.",
            )
        unknown = set((*self.dataset.default, *self.dataset.named) if self.dataset else ()) - set(store.graphs())
        if unknown:
            raise RefusedError(400, f"The store has no graph {min(unknown)[:200]}, and none is fetched for a query.")


def _syntax_message(query: str, error: QuerySyntaxError) -> str:
    if keywords(query) & _UPDATES:
        return f"{error} This endpoint is read-only and accepts only queries: SELECT, ASK, CONSTRUCT or DESCRIBE."
    return str(error)


def _written(answer: Answer, accept: str, megabytes: int) -> Reply:
    buffer = _Bounded(megabytes)
    if isinstance(answer, ox.QuerySolutions | ox.QueryBoolean):
        offers = [t for t, f in _RESULTS.items() if isinstance(answer, ox.QuerySolutions) or f not in _LINES]
        media_type = _chosen(accept, offers)
        buffer.fill(lambda: _write_results(answer, _RESULTS[media_type], buffer))
        return Reply(media_type, buffer.getvalue())
    media_type = _chosen(accept, list(GRAPHS))
    triples = sorted(set(answer), key=str)  # a graph is a set; sorted, what is said of a thing stands together
    buffer.fill(lambda: write_graph(triples, media_type, buffer))
    return Reply(media_type, buffer.getvalue())


def _write_results(
    answer: ox.QuerySolutions | ox.QueryBoolean, format_: ox.QueryResultsFormat, buffer: io.BytesIO
) -> None:
    if isinstance(answer, ox.QuerySolutions) and format_ in _LINES:
        names = tuple(variable.value for variable in answer.variables)
        for line in _LINES[format_](names, answer):
            buffer.write(line.encode())
        return
    answer.serialize(buffer, format=format_)
    if format_ == ox.QueryResultsFormat.XML:
        text = xml_text(buffer.getvalue(), "XML", "Choose JSON instead (application/sparql-results+json).")
        buffer.seek(0)
        buffer.write(text)


def write_graph(triples: Sequence[ox.Triple], media_type: str, buffer: io.BytesIO) -> None:
    """Write a graph, with those of the project's prefixes that it uses.

    Args:
        triples: the graph.
        media_type: one of ``GRAPHS``.
        buffer: where it goes.

    Raises:
        UnwritableFormatError: the format has no form for one of the triples.
    """
    prefixes = _used_prefixes(triples) if media_type in _PREFIXED else None
    write(triples, buffer, GRAPHS[media_type], prefixes)


def _used_prefixes(triples: Iterable[ox.Triple]) -> dict[str, str]:
    nodes = {n.value for t in triples for n in (t.subject, t.predicate, t.object) if isinstance(n, ox.NamedNode)}
    spaces = {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in nodes}
    return {name: space for name, space in PREFIXES.items() if space in spaces}


def _chosen(accept: str, offers: list[str]) -> str:
    media_type = chosen(accept, offers)
    if media_type is None:
        raise RefusedError(406, f"The answer can't be given as {accept[:200]}. It can be given as {', '.join(offers)}.")
    return media_type


class _Bounded(io.BytesIO):
    """A buffer that refuses to grow beyond a size, so that a result is given up as soon as it is too large."""

    def __init__(self, megabytes: int) -> None:
        super().__init__()
        self._megabytes = megabytes
        self._exceeded = False

    def write(self, data: Any, /) -> int:
        self._exceeded = self.tell() + len(data) > self._megabytes * MEGABYTE
        if self._exceeded:
            raise OSError("the result is too large")
        return super().write(data)

    def fill(self, write: Callable[[], object]) -> None:
        """Have something written into it.

        Raises:
            RefusedError: it did not fit.
        """
        try:
            write()
        except UnwritableFormatError as error:
            raise RefusedError(406, str(error)) from error
        except OSError as error:
            if not self._exceeded:
                raise
            raise RefusedError(
                503, f"The result is larger than {self._megabytes} MB. Ask for less at once, with LIMIT and OFFSET."
            ) from error
