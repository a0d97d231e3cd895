"""What stands before every request: how many at once, how many a client, how large a body, and which headers go out."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kgtools.core.errors import RefusedError
from kgtools.serve.generation import Serving
from kgtools.serve.problems import refusal
from kgtools.serve.settings import MEGABYTE, SLOWEST, Limits

WATCHED: Final = frozenset({"/health", "/ready", "/metrics"})
"""Paths for those who run the server: answered at any load."""

_CLIENTS: Final = 10_000
_FORM_OVERHEAD: Final = 64 * 1024
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@dataclass(slots=True)
class RateLimit:
    """A bucket of requests for each client, that fills steadily and is emptied by one a request.

    Attributes:
        per_second: how many requests a second it fills by; 0 for no limit.
        burst: how many it holds.
    """

    per_second: float
    burst: int
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait(self, client: str, now: float) -> float:
        """Take one request out of a client's bucket.

        Returns:
            0 if there was one, else the seconds until there will be.
        """
        if not self.per_second:
            return 0.0
        left, then = self._buckets.pop(client, (float(self.burst), now))
        left = min(float(self.burst), left + (now - then) * self.per_second)
        taken = left >= 1
        self._buckets[client] = (left - taken, now)
        if len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if taken else (1 - left) / self.per_second


class Guard:
    """Turns away what is too much, and holds the data in use for as long as a request is being answered."""

    def __init__(self, app: ASGIApp, serving: Serving, limits: Limits) -> None:
        self._app = app
        self._serving = serving
        self._limits = limits
        self._rate = RateLimit(limits.requests_per_minute / 60, limits.burst)
        self.under_way = 0
        self._of_client: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or scope["path"] in WATCHED:
            await self._app(scope, receive, send)
            return
        client = scope["client"][0] if scope.get("client") else ""
        try:
            self._admit(client)
        except RefusedError as error:
            await refusal(scope, error)(scope, receive, send)
            return
        with self._counted(client):
            await self._held(scope, receive, send)

    @contextmanager
    def _counted(self, client: str) -> Iterator[None]:
        self.under_way += 1
        self._of_client[client] += 1
        try:
            yield
        finally:
            self.under_way -= 1
            self._of_client[client] -= 1
            if not self._of_client[client]:
                del self._of_client[client]

    def _admit(self, client: str) -> None:
        wait = self._rate.wait(client, time.monotonic())
        if wait:
            seconds = int(wait) + 1
            raise RefusedError(429, f"Too many requests. Try again in {seconds} s.", retry_after=seconds)
        if self._of_client[client] >= self._limits.concurrent_of_client:
            most = self._limits.concurrent_of_client
            raise RefusedError(
                429, f"Too many requests at once; at most {most} are allowed. Try again soon.", retry_after=2
            )
        if self.under_way >= self._limits.concurrent:
            raise RefusedError(503, "The server is busy with other requests. Try again soon.", retry_after=2)

    async def _held(self, scope: Scope, receive: Receive, send: Send) -> None:
        generation = self._serving.current
        if generation is None:
            error = RefusedError(503, "The server is starting or stopping. Try again soon.", retry_after=2)
            await refusal(scope, error)(scope, receive, send)
            return
        scope["generation"] = generation
        with generation.used():
            await self._app(scope, receive, send)


class BodyLimit:
    """Refuses a body that is too large, whether it says so at once or only turns out to be, and one that never ends."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared) > limit:
            await refusal(scope, _too_large(limit))(scope, receive, send)
            return
        counted = _Counted(receive, limit, max(self._limits.body_seconds, int(declared) / SLOWEST))
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, counted, watched)
        except RefusedError as error:
            if started:
                raise
            await refusal(scope, error)(scope, receive, send)

    def _limit(self, path: str) -> int:
        if path.startswith(("/validate", "/api/validate", "/api/template")):
            return self._limits.upload_megabytes * MEGABYTE + _FORM_OVERHEAD
        return self._limits.query_characters * 4 + _FORM_OVERHEAD


class _Counted:
    """A body as it comes in, counted and timed."""

    def __init__(self, receive: Receive, limit: int, seconds: float) -> None:
        self._receive = receive
        self._limit = limit
        self._left = limit
        self._until = time.monotonic() + seconds
        self._complete = False

    async def __call__(self) -> Message:
        if self._complete:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), max(0.0, self._until - time.monotonic()))
        except TimeoutError:
            raise RefusedError(408, "The body of the request took too long to arrive.") from None
        self._left -= len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._left < 0:
            raise _too_large(self._limit)
        return message


def _too_large(limit: int) -> RefusedError:
    size = f"{limit // MEGABYTE} MB" if limit >= MEGABYTE else f"{limit // 1000} kB"
    return RefusedError(413, f"The request is too large; at most {size} are accepted here.")


class SecureHeaders:
    """Adds the headers that tell a browser to be careful, where a response has none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
