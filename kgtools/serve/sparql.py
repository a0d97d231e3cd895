"""The SPARQL endpoint: SPARQL 1.1 Protocol, queries alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kgtools.core.errors import RefusedError
from kgtools.graph.store import Dataset
from kgtools.serve.answering import GRAPHS, Reply, SparqlJob
from kgtools.serve.description import service_description
from kgtools.serve.generation import generation_of
from kgtools.serve.negotiation import chosen
from kgtools.serve.settings import Limits

_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_MARK: Final = "\ufeff"  # which editors put first in a file that is sent as it is
_TAKEN: Final = ("query", "default-graph-uri", "named-graph-uri")
_DECLARED_UTF8: Final = {"text/csv", "text/tab-separated-values", "text/turtle"}


async def sparql(request: Request) -> Response:
    """Answer a request to ``/sparql``.

    Raises:
        RefusedError: the request is not as the protocol says, or asks for what isn't given.
    """
    limits: Limits = request.app.state.settings.limits
    parameters = _parameters(request, await _body(request))
    if "update" in {name for name, _ in parameters}:
        raise RefusedError(403, "This endpoint is read-only: it accepts no updates.")
    queries = [value.removeprefix(_MARK) for name, value in parameters if name == "query"]
    if not parameters and request.method == "GET":
        return _described(request)
    if len(queries) != 1:
        raise RefusedError(400, f"A request needs the parameter 'query' once; it was given {len(queries)} times.")
    if len(queries[0]) > limits.query_characters:
        raise RefusedError(
            413, f"The query has {len(queries[0]):,} characters; at most {limits.query_characters:,} are accepted."
        )
    job = SparqlJob(queries[0], _dataset(parameters), _accept(request), limits.result_megabytes)
    return _response(await generation_of(request).queries.run(job))


def _described(request: Request) -> Response:
    """The page with the editor for a browser, the service description for the rest."""
    media_type = chosen(_accept(request), [*GRAPHS, "text/html"])
    if media_type == "text/html":
        return RedirectResponse("query.html", 303, headers={"Vary": "Accept"})
    if media_type is None:
        raise RefusedError(406, f"The description of this service can be given as {', '.join(GRAPHS)}.")
    endpoint = str(request.url.replace(query="", fragment=""))
    try:
        return _response(Reply(media_type, service_description(endpoint, media_type)))
    except ValueError as error:
        raise RefusedError(400, "The header 'Host' names no host, so this endpoint can't give its address.") from error


async def _body(request: Request) -> str:
    if request.method != "POST":
        return ""
    try:
        return (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(400, f"The body is not UTF-8: byte {error.start} can't be read.") from error


def _parameters(request: Request, body: str) -> list[tuple[str, str]]:
    """The parameters of a request, wherever the protocol lets them stand (section 2.1)."""
    in_address = _parsed(request.url.query)
    if request.method != "POST":
        return in_address
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == _FORM:
        return _parsed(body)
    if content_type == _QUERY:
        return [("query", body), *((name, value) for name, value in in_address)]
    if content_type == _UPDATE:
        raise RefusedError(403, "This endpoint is read-only: it accepts no updates.")
    raise RefusedError(
        415, f"Send a query as {_QUERY} or {_FORM}; this body is {content_type[:100] or 'of no stated type'}."
    )


def _parsed(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError as error:
        raise RefusedError(400, f"The parameters can't be read: {error}.") from error


def _dataset(parameters: Sequence[tuple[str, str]]) -> Dataset | None:
    default, named = (tuple(value for name, value in parameters if name == wanted) for wanted in _TAKEN[1:])
    return Dataset(default, named) if default or named else None


def _accept(request: Request) -> str:
    return ", ".join(request.headers.getlist("accept"))


def _response(document: Reply) -> Response:
    charset = "; charset=utf-8" if document.media_type in _DECLARED_UTF8 else ""
    return Response(document.body, headers={"Content-Type": document.media_type + charset, "Vary": "Accept"})
