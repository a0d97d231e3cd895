"""HTTP connections that no client can hold for ever.

Uvicorn bounds how long a connection may lie idle between two requests, and nothing else. One byte of a head now and
then, or an answer that is never read, keeps a connection, and the turn that its answer takes, for as long as the client
likes.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from kgtools.serve.settings import Limits

_SLOWEST: Final = 1000
"""How many bytes a second a client must take of an answer that waits for it."""

_FRAMING: Final = frozenset({b"content-length", b"transfer-encoding"})


class BoundedProtocol(H11Protocol):
    """Uvicorn's protocol, with a limit to all waiting for the client.

    The body of a request is bounded where it is read (``BodyLimit``); here it is what comes before and after:

    - From the connection, or from the last answer, until the next head is whole. What is left of a body that was not
      waited for counts as well.
    - While an answer waits to be taken.
    - Where there are more connections than allowed, the one gives way that has been waiting longest for a head, so that
      clients that do nothing don't keep out those that ask.
    """

    limits: ClassVar[Limits] = Limits()

    _timer: asyncio.TimerHandle | None = None
    _unsent = 0
    _waiting_since: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._wait_for_head()
        if len(self.connections) > self.limits.connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """End all waiting."""
        self._stop_watching()
        self._waiting_since = None
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Handle what has arrived."""
        before = self.cycle
        super().handle_events()
        if self.cycle is before:
            return
        self._waiting_since = None
        if not self.flow.write_paused:
            self._stop_watching()
        if {name for name, _ in self.headers} >= _FRAMING:
            self.cycle.keep_alive = False  # RFC 9112, section 6.1: others may see the next request begin elsewhere

    def on_response_complete(self) -> None:
        """Begin to wait for the next head."""
        self._wait_for_head()  # first, since the next one may be there already
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Begin to wait for the client to take its answer."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """End that waiting; where the answer is whole, that for the next head goes on."""
        super().resume_writing()
        if self._waiting_since is None:
            self._stop_watching()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, also where it comes after a head that was in order and is being answered."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            try:
                super().send_400_response(msg)
            except h11.LocalProtocolError:  # the answer to HEAD has no body, and uvicorn sends one all the same
                self.transport.close()
            if self.cycle is not None:
                self.cycle.disconnected = True  # nothing else may be said
                self.cycle.message_event.set()
        elif self.cycle.response_complete:
            self.transport.close()
        else:
            self.cycle.keep_alive = False

    def _wait_for_head(self) -> None:
        self._waiting_since = self.loop.time()
        self._watch()

    def _watch(self) -> None:
        self._stop_watching()
        self._unsent = self.transport.get_write_buffer_size()
        self._timer = self.loop.call_later(self.limits.head_seconds, self._out_of_time)

    def _stop_watching(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _out_of_time(self) -> None:
        taken = self._unsent - self.transport.get_write_buffer_size()
        if taken >= _SLOWEST * self.limits.head_seconds:
            self._watch()
        else:
            self.transport.abort()

    def _make_room(self) -> None:
        waiting = [c for c in cast("set[Any]", self.connections) if c._waiting_since is not None]
        if waiting:
            longest = min(waiting, key=lambda connection: connection._waiting_since)
            self.connections.discard(longest)
            longest.transport.abort()


def protocol_of(limits: Limits) -> type[BoundedProtocol]:
    """The protocol that holds to some limits."""
    return type("LimitedProtocol", (BoundedProtocol,), {"limits": limits})
