"""The web application: its routes, and what stands around them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, request_response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kgtools.core.errors import RefusedError, UserError
from kgtools.core.namespaces import ID
from kgtools.graph.store import StoreError
from kgtools.serve import questions
from kgtools.serve.answering import GRAPHS
from kgtools.serve.building import fingerprint
from kgtools.serve.generation import Serving, generation_of
from kgtools.serve.guard import WATCHED, BodyLimit, Guard, SecureHeaders
from kgtools.serve.logs import LOGGER, parameter_lengths, told_path
from kgtools.serve.metrics import CONTENT_TYPE, Metrics, route_of
from kgtools.serve.negotiation import chosen
from kgtools.serve.problems import FAULT, problem, refusal
from kgtools.serve.settings import Settings
from kgtools.serve.sparql import sparql
from kgtools.serve.validating import Validation
from kgtools.serve.workers import WorkerFaultError

_METHODS = ["GET", "POST", "HEAD", "OPTIONS"]
_WATCH_SECONDS = 1.0


class Application:
    """The server's application.

    Args:
        source: the project's folder.
        settings: how the server is run.
    """

    def __init__(self, source: Path, settings: Settings) -> None:
        self.settings = settings
        self.serving = Serving(source, settings)
        self.metrics = Metrics(self.serving)
        self.validation = Validation(settings.limits)
        self.asgi = self._assembled()

    async def reload(self) -> None:
        """Take up the files as they are now; where they can't be served, say so in the log and go on as before."""
        try:
            await self.serving.renew()
        except (UserError, WorkerFaultError, OSError) as error:
            self.metrics.reloads.labels("failed").inc()
            LOGGER.error("The data were not reloaded: %s", error)
            return
        except Exception:  # noqa: BLE001 - whatever it is, the server goes on, and the log has it
            self.metrics.reloads.labels("failed").inc()
            LOGGER.exception("The data were not reloaded: there is a fault in kgtools.")
            return
        self.metrics.reloads.labels("done").inc()
        LOGGER.info("The data were reloaded.", extra={"facts": {"generation": self.serving.number}})

    def _assembled(self) -> Starlette:
        limits = self.settings.limits
        app = Starlette(
            routes=self._routes(),
            middleware=[
                Middleware(_Observer, metrics=self.metrics),
                Middleware(SecureHeaders),
                Middleware(
                    CORSMiddleware,
                    allow_origins=["*"],
                    allow_methods=_METHODS,
                    allow_headers=["*"],
                    expose_headers=["Link", "Retry-After"],
                ),
                Middleware(Guard, serving=self.serving, limits=limits),
                Middleware(GZipMiddleware, minimum_size=1024, compresslevel=6),
                Middleware(BodyLimit, limits=limits),
            ],
            exception_handlers={
                RefusedError: _refused,
                StoreError: _store_error,
                UserError: _user_error,
                WorkerFaultError: _worker_fault,
                HTTPException: _http_exception,
                ClientDisconnect: _gone,
                Exception: _fault,
            },
            lifespan=self._lifespan,
        )
        app.state.settings = self.settings
        return app

    def _routes(self) -> list[Route | Mount]:
        return [
            _route("/health", _healthy, "GET"),
            _route("/ready", self._readiness, "GET"),
            _route("/metrics", self._measured, "GET"),
            _route("/sparql", sparql, "GET", "POST"),
            _route("/api", _to_api_page, "GET"),
            _route("/api/openapi.json", questions.described, "GET"),
            _route("/api/questions", questions.listed, "GET"),
            _route("/api/questions/{name}", questions.asked, "GET"),
            _route("/api/records/{kind}/{slug}", questions.recorded, "GET"),
            _route("/api/validate", self.validation.report, "POST"),
            _route("/api/template", self.validation.list_workbook, "POST"),
            _route("/validate", self.validation.page, "GET", "POST"),
            _route("/validate.html", self.validation.page, "GET"),  # so that it says the limits of this server
            _route("/validate-list", self.validation.list_page, "POST"),
            _route("/validate/reports/{token}/{name}", self.validation.kept, "GET"),
            _route("/id/{kind}/{slug}", _dereferenced, "GET"),
            Mount("/", app=_site),
        ]

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        if self.serving.current is None:
            await self.serving.renew()
        watching = asyncio.create_task(self._watch()) if self.settings.reload else None
        try:
            yield
        finally:
            if watching is not None:
                watching.cancel()
            await self.serving.close()

    async def _watch(self) -> None:
        """Reload once the files have changed and then stayed the same for a moment."""
        served = seen = await asyncio.to_thread(fingerprint, self.serving.source)
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            try:
                now = await asyncio.to_thread(fingerprint, self.serving.source)
            except OSError:  # a file went away between being listed and being looked at
                continue
            if now == seen and now != served:
                await self.reload()
                served = now
            seen = now

    async def _readiness(self, _: Request) -> Response:
        generation = self.serving.current
        ready = generation is not None and all(pool.ready for pool in generation.pools.values())
        return JSONResponse({"status": "ready" if ready else "not ready"}, 200 if ready else 503)

    async def _measured(self, _: Request) -> Response:
        return Response(self.metrics.text(), headers={"Content-Type": CONTENT_TYPE})


Handler = Callable[[Request], Awaitable[Response]]


class _Endpoint:
    """An endpoint that refuses other methods itself, so that they don't fall through to the explorer's files."""

    def __init__(self, handle: Handler, methods: tuple[str, ...]) -> None:
        self._methods = (*methods, "HEAD") if "GET" in methods else methods
        self._app = request_response(self._checked)
        self._handle = handle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def _checked(self, request: Request) -> Response:
        if request.method not in self._methods:
            raise HTTPException(405, headers={"Allow": ", ".join(self._methods)})
        return await self._handle(request)


def _route(path: str, handle: Handler, *methods: str) -> Route:
    return Route(path, _Endpoint(handle, methods))


async def _healthy(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _to_api_page(_: Request) -> Response:
    return RedirectResponse("/api.html", 303)


async def _dereferenced(request: Request) -> Response:
    """Where an identifier of the graph leads to: its page, or for a program what the graph says of it."""
    iri = f"{ID}{request.path_params['kind']}/{request.path_params['slug']}"
    page = generation_of(request).built.addresses.get(iri)
    if page is None:
        raise HTTPException(404)
    media_type = chosen(", ".join(request.headers.getlist("accept")), ["text/html", *GRAPHS])
    wanted = f"/{page}" if media_type in (None, "text/html") else f"/sparql?{urlencode({'query': f'DESCRIBE <{iri}>'})}"
    return RedirectResponse(wanted, 303, headers={"Vary": "Accept"})


async def _site(scope: Scope, receive: Receive, send: Send) -> None:
    await generation_of(Request(scope)).site(scope, receive, send)


class _Observer:
    """Measures and logs each request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, size = time.perf_counter(), 500, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            status = message.get("status", status)
            size += len(message.get("body", b""))
            await send(message)

        with self._metrics.under_way.track_inprogress():
            try:
                await self._app(scope, receive, counted)
            finally:
                self._told(scope, status, size, time.perf_counter() - began)

    def _told(self, scope: Scope, status: int, size: int, seconds: float) -> None:
        route, method = route_of(scope["path"]), scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requests.labels(route, method, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        facts = {
            "method": method,
            "path": told_path(scope["path"]),
            "parameters": parameter_lengths(scope["query_string"].decode("ascii", "replace")),
            "status": status,
            "bytes": size,
            "milliseconds": round(seconds * 1000, 1),
        }
        level = logging.DEBUG if scope["path"] in WATCHED else logging.INFO
        LOGGER.log(level, "request", extra={"facts": facts})


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return refusal(request.scope, error)


async def _user_error(request: Request, error: Exception) -> Response:
    return problem(request.scope, 400, str(error))


async def _store_error(request: Request, error: Exception) -> Response:
    """The store behind the server failed; its address, which may hold a password, is nobody's business."""
    address = request.app.state.settings.store or ""
    LOGGER.error("The store did not answer: %s", str(error).replace(address, "it") if address else error)
    return problem(request.scope, 502, "The store behind this server did not answer. Try again later.")


async def _worker_fault(request: Request, error: Exception) -> Response:
    LOGGER.error("A worker failed.", extra={"facts": {"path": told_path(request.url.path), "trace": str(error)}})
    return problem(request.scope, 500, FAULT)


async def _gone(request: Request, _: Exception) -> Response:
    """The client hung up while sending; nobody reads this, and nothing is wrong with the server."""
    return problem(request.scope, 400, "The request arrived incomplete. Send it again.")


async def _fault(request: Request, error: Exception) -> Response:
    LOGGER.error("A request failed.", exc_info=error, extra={"facts": {"path": told_path(request.url.path)}})
    return problem(request.scope, 500, FAULT)


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentences = {
        404: "There is nothing at this address.",
        405: "This method isn't allowed here.",
    }
    sentence = sentences.get(error.status_code, f"{error.detail}.")
    if error.status_code == 405 and error.headers:
        sentence = f"{request.method[:20]} isn't accepted here; use {error.headers.get('Allow', 'GET')}."
    return problem(request.scope, error.status_code, sentence, headers=error.headers)
