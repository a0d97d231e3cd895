"""The remote store: any SPARQL 1.1 endpoint, spoken to through SPARQLWrapper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kgtools.core.namespaces import OWL, RDF, SPF
from kgtools.core.visible import visible
from kgtools.graph.store.interface import Answer, Dataset, QuerySyntaxError, Solutions, StoreError, Term, TermTriple
from kgtools.graph.store.query_text import keywords, names_graphs

if TYPE_CHECKING:
    from kgtools.graph.store.http import Credentials

_DIGITS = 15  # of a number in a server's header
_SHOWN_END = 200  # bytes
_BATCH = 2000  # triples an INSERT DATA request: Virtuoso refuses statements of more than about 10,000 lines


_VIRTUOSO_ASK = "__ASK_RETVAL"  # Virtuoso answers ASK with a table of one row and this column

_TERM = f"<{SPF}StatePolicy> <{RDF}type> <{OWL}Class>"
_KEEPS_GRAPHS_APART = f"ASK {{ GRAPH ?g {{ {_TERM} }} FILTER NOT EXISTS {{ {_TERM} }} }}"
_GRAPH_NAMES = ("SELECT ?g WHERE { GRAPH ?g { } }", "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")


class RemoteStore:
    """A SPARQL 1.1 Protocol endpoint behind the ``Store`` interface.

    Args:
        query_url: the address that answers queries.
        update_url: the address that takes updates; the query address where it is not given.
        timeout: seconds to wait for an answer.
    """

    def __init__(self, query_url: str, update_url: str | None = None, *, timeout: int = 60) -> None:
        self._query_url = query_url
        self._update_url = update_url or query_url
        self._timeout = timeout
        self._credentials = _credentials()
        self._dataset: tuple[str, ...] | None = None
        self._cut_at: int | None = None

    @property
    def name(self) -> str:
        """The address that answers queries."""
        return self._query_url

    @property
    def cut_at(self) -> int | None:
        """The server's limit on rows, where the last answer reached it, as far as the server says; Virtuoso does."""
        return self._cut_at

    def look_again(self) -> None:
        """Ask for the graphs again before the next query, since others may be there now."""
        self._dataset = None

    def select(self, query: str) -> Solutions:
        """Answer a SELECT query; see ``Store.select``."""
        found = self._results(query)
        if not isinstance(found, ox.QuerySolutions):
            raise QuerySyntaxError("A SELECT query was expected here; this one is of another kind.")
        variables = tuple(variable.value for variable in found.variables)
        return Solutions(variables, self._rows(found))

    def ask(self, query: str) -> bool:
        """Answer an ASK query; see ``Store.ask``."""
        found = self._results(query)
        if isinstance(found, ox.QuerySolutions) and [one.value for one in found.variables] == [_VIRTUOSO_ASK]:
            return any(getattr(row[0], "value", "0") != "0" for row in self._rows(found))
        if not isinstance(found, ox.QueryBoolean):
            raise QuerySyntaxError("An ASK query was expected here; this one is of another kind.")
        return bool(found)

    def construct(self, query: str) -> Iterable[TermTriple]:
        """Answer a CONSTRUCT or DESCRIBE query; see ``Store.construct``."""
        return self._triples(query, self._all(query))

    def answer(self, query: str, dataset: Dataset | None = None) -> Answer:
        """Answer a query of any form; see ``Store.answer``."""
        if dataset is None:
            dataset = Dataset() if names_graphs(query) else self._all(query)
        if isinstance(_form(query), ox.QueryTriples):
            return self._triples(query, dataset)
        return self._results(query, dataset)

    def update(self, update: str) -> None:
        """Run an update; see ``Store.update``."""
        self._send(update, accept="*/*", is_update=True)
        self.look_again()

    def load(self, triples: Iterable[TermTriple], graph: str | None = None) -> int:
        """Add triples through INSERT DATA, in batches; see ``Store.load``."""
        count = 0
        for batch in _batches(triples):
            body = "\n".join(f"{triple.subject} {triple.predicate} {triple.object} ." for triple in batch)
            target = f"GRAPH {ox.NamedNode(graph)} {{ {body} }}" if graph else body
            self.update(f"INSERT DATA {{ {target} }}")
            count += len(batch)
        return count

    def graphs(self) -> tuple[str, ...]:
        """The IRIs of the named graphs, sorted; see ``Store.graphs``."""
        for query in _GRAPH_NAMES:  # the first reads no triples, and not every store answers it
            found = self._results(query, Dataset())
            rows = self._rows(found) if isinstance(found, ox.QuerySolutions) else ()
            names = {row[0].value for row in rows if isinstance(row[0], ox.NamedNode)}
            if names:
                return tuple(sorted(names))
        return ()

    def _all(self, query: str) -> Dataset:
        """All graphs; where a request names those of the default graph, GRAPH reaches only those that it names, too."""
        union = self._union()
        return Dataset(union, union if union and "GRAPH" in keywords(query) else ())

    def _union(self) -> tuple[str, ...]:
        """The graphs that make up the default graph, where the server does not take their union for it by itself.

        They are named in the request (SPARQL 1.1 Protocol, 2.1.4). An Oxigraph server, for one, keeps the default
        graph apart from the named ones unless the request says otherwise.
        """
        if self._dataset is None:
            apart = self._results(_KEEPS_GRAPHS_APART, Dataset())
            self._dataset = self.graphs() if isinstance(apart, ox.QueryBoolean) and bool(apart) else ()
        return self._dataset

    def _triples(self, query: str, dataset: Dataset) -> list[TermTriple]:
        body = self._send(query, accept="application/n-triples, text/plain;q=0.5", dataset=dataset)
        try:
            return [ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(body, format=ox.RdfFormat.TURTLE)]
        except SyntaxError as error:
            raise self._broken_off(body) from error

    def _rows(self, found: ox.QuerySolutions) -> tuple[tuple[Term | None, ...], ...]:
        try:
            return tuple(tuple(row) for row in found)
        except (SyntaxError, ValueError) as error:
            raise StoreError(f"{self.name} gave rows that can't be read: {error}") from error

    def _broken_off(self, body: bytes) -> StoreError:
        """What to say of an answer that does not end as it should: servers put the reason there, as Oxigraph does."""
        end = body[-_SHOWN_END:].decode("utf-8", "replace")
        last = " ".join(re.split(r"[\[\]{}\n]", end.strip())[-1].strip(",").split())
        return StoreError(
            f"{self.name} broke off its answer, which ends with '{visible(last)}'. If that is its time limit, "
            "raise the limit, or ask for less at once."
        )

    def _results(self, query: str, dataset: Dataset | None = None) -> ox.QuerySolutions | ox.QueryBoolean:
        accept = "application/sparql-results+json"
        body = self._send(query, accept=accept, dataset=self._all(query) if dataset is None else dataset)
        if body.lstrip().startswith(b"{") and not body.rstrip().endswith(b"}"):
            raise self._broken_off(body)
        body = body.replace(
            b'"value": "nodeID://', b'"value": "'
        )  # Virtuoso's blank nodes, which JSON results can't hold
        try:
            return ox.parse_query_results(io.BytesIO(body), format=ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            raise StoreError(f"{self.name} did not answer with SPARQL JSON results: {error}") from error

    def _send(self, text: str, *, accept: str, is_update: bool = False, dataset: Dataset | None = None) -> bytes:
        wrapper = self._wrapper(text, accept, is_update=is_update)
        for name, graphs in _named_in_request(dataset or Dataset()):
            for graph in graphs:
                wrapper.addParameter(name, graph)
        try:
            response = wrapper.query().response
            limit = str(response.headers.get("X-SPARQL-MaxRows", ""))
            self._cut_at = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < _DIGITS else None
            return bytes(response.read())
        except Exception as error:
            raise _explained(self.name, error) from error

    def _wrapper(self, text: str, accept: str, *, is_update: bool) -> Any:
        from SPARQLWrapper import POST, URLENCODED, SPARQLWrapper

        wrapper = SPARQLWrapper(self._query_url, updateEndpoint=self._update_url)
        wrapper.setTimeout(self._timeout)
        wrapper.setMethod(POST)
        wrapper.setRequestMethod(URLENCODED)  # Virtuoso leaves a query in the body unanswered
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", accept)
        wrapper.setQuery(text)
        if self._credentials:
            wrapper.setCredentials(self._credentials.user, self._credentials.password)
        if is_update:
            wrapper.queryType = "INSERT"
        return wrapper


def _named_in_request(dataset: Dataset) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (("default-graph-uri", dataset.default), ("named-graph-uri", dataset.named))


def _form(query: str) -> object:
    """What kind of answer a query has, found by asking it of an empty store.

    Raises:
        QuerySyntaxError: it is not valid SPARQL.
    """
    from kgtools.graph.store.embedded import EmbeddedStore

    return EmbeddedStore().answer(query)


def _credentials() -> Credentials | None:
    from kgtools.graph.store.http import credentials_from_environment

    return credentials_from_environment()


def _batches(triples: Iterable[TermTriple]) -> Iterator[list[TermTriple]]:
    """Those with blank nodes first and at once, since a label means another node in each update."""
    each = list(triples)
    if labeled := [t for t in each if isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)]:
        yield labeled
    together = set(labeled)
    source = iter([t for t in each if t not in together] if labeled else each)
    while batch := list(islice(source, _BATCH)):
        yield batch


def _explained(name: str, error: Exception) -> StoreError:
    """Turn a failure of the network or of the endpoint into a sentence."""
    from email.message import Message
    from urllib.error import HTTPError

    from kgtools.graph.store.http import explained

    detail = str(error).strip().splitlines()
    first = detail[0][:300] if detail else type(error).__name__
    if type(error).__name__ == "Unauthorized":
        return explained(name, HTTPError(name, 401, first, Message(), None))
    if type(error).__name__ == "EndPointNotFound":
        return StoreError(f"{name} is not a SPARQL endpoint (HTTP 404). Check the address.")
    if type(error).__name__ == "QueryBadFormed":
        return QuerySyntaxError(f"{name} says that this is not valid SPARQL: {' '.join(detail)[:600]}")
    if isinstance(error, OSError):
        return explained(name, error)
    return StoreError(f"{name} could not answer: {first}")
