"""Connections that clients hold: each is given up after a while, and others are answered meanwhile."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from kgtools.serve.app import Application
from kgtools.serve.run import configuration
from kgtools.serve.settings import Limits, Settings
from tests.conftest import ROOT, Figures
from tests.server.conftest import running
from tests.site.conftest import Built

SECONDS = 1.0
LARGE = 30_000_000
Address = tuple[str, int]


async def _body(receive: Any) -> bytes:
    """The body, or what came of it before the client hung up."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


async def _answers(scope: Any, receive: Any, send: Any) -> None:
    """Answer at once, without a look at the body, unless told to read it, or to give a large answer."""
    response: Response
    if scope["path"] == "/read":
        response = PlainTextResponse(await _body(receive))
    elif scope["path"] == "/pieces":
        response = StreamingResponse(bytes(60_000) for _ in range(LARGE // 60_000))
    else:
        response = PlainTextResponse(bytes(LARGE) if scope["path"] == "/large" else b"fine")
    await response(scope, receive, send)


@contextmanager
def listening(limits: Limits) -> Iterator[Address]:
    """A simple application behind the connections of the server, in a thread."""
    config = configuration(Application(ROOT, Settings(limits=limits)))
    config.app, config.lifespan = _answers, "off"
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield listener.getsockname()[:2]
        finally:
            server.should_exit = True
            thread.join(30)


@pytest.fixture
def address(caplog: pytest.LogCaptureFixture) -> Iterator[Address]:
    with listening(Limits(head_seconds=SECONDS, connections=50)) as address:
        yield address
    said = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in said] == []


def _connected(address: Address, sent: bytes, room: int = 0) -> socket.socket:
    connection = socket.socket()
    if room:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    connection.settimeout(30)
    connection.connect(address)
    connection.sendall(sent)
    return connection


def _read(connection: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    pieces = []
    with suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


def _trickled(connections: Sequence[socket.socket], pause: float = 0.05) -> int:
    """Send a byte on each of the connections until none is open.

    Returns:
        How many bytes could be sent on one of them.
    """
    sent, left = 0, list(connections)
    end = time.monotonic() + 60
    while left:
        assert time.monotonic() < end, f"{len(left)} connections are still held"
        for connection in tuple(left):
            try:
                connection.sendall(b"x")
            except OSError:
                left.remove(connection)
        sent += 1
        time.sleep(pause)
    return sent


def _answered(address: Address) -> bool:
    return httpx.get(f"http://{address[0]}:{address[1]}/", timeout=10).text == "fine"


def test_half_a_head_is_given_up_and_others_are_answered_meanwhile(address: Address) -> None:
    with ExitStack() as stack:
        held = [stack.enter_context(_connected(address, b"GET / HTTP/1.1\r\nX-Long: ")) for _ in range(40)]
        assert _answered(address)
        assert _trickled(held) >= 3
    assert _answered(address)


def test_a_connection_without_a_word_is_given_up(address: Address) -> None:
    with _connected(address, b"") as connection:
        assert _read(connection) == b""


def test_half_a_second_head_is_given_up(address: Address) -> None:
    with _connected(address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nX-Long: ") as connection:
        assert _trickled([connection]) >= 3
    assert _answered(address)


def test_the_rest_of_a_body_that_nobody_waits_for_is_given_up(address: Address) -> None:
    with _connected(address, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n") as connection:
        assert _trickled([connection]) >= 3
    assert _answered(address)


@pytest.mark.parametrize("path", ["large", "pieces"])
def test_an_answer_that_is_not_taken_is_given_up(address: Address, path: str) -> None:
    request = f"GET /{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with ExitStack() as stack:
        deaf = [stack.enter_context(_connected(address, request, room=4096)) for _ in range(5)]
        assert _answered(address)
        time.sleep(3 * SECONDS)
        assert all(len(_read(connection)) < LARGE for connection in deaf)


@pytest.mark.parametrize("path", ["large", "pieces"])
def test_an_answer_that_is_taken_slowly_comes_whole(address: Address, path: str) -> None:
    request = f"GET /{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    with _connected(address, request, room=200_000) as connection:
        began, received = time.monotonic(), 0
        while piece := connection.recv(1_000_000):
            received += len(piece)
            time.sleep(0.001 + len(piece) / 10_000_000)
    assert received > LARGE
    assert time.monotonic() - began > 2 * SECONDS


def test_connections_that_do_nothing_give_way() -> None:
    with listening(Limits(connections=50)) as address, ExitStack() as stack:
        held = [stack.enter_context(_connected(address, b"GET / ")) for _ in range(120)]
        assert _answered(address)
        closed = sum(_is_closed(connection) for connection in held)
        assert closed >= 120 - 50
        assert not _is_closed(held[-1])


def _is_closed(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_a_body_of_two_lengths_ends_the_connection(address: Address) -> None:
    smuggled = (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    with _connected(address, smuggled) as connection:
        assert _read(connection).count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("pause", [0, 0.2], ids=["at once", "later"])
@pytest.mark.parametrize("path", ["", "read", "pieces"])
def test_a_broken_body_after_a_whole_head_does_no_harm(address: Address, path: str, pause: float) -> None:
    head = f"POST /{path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    with _connected(address, head) as connection:
        time.sleep(pause)
        with suppress(OSError):
            connection.sendall(b"nothing\r\n")
        answer = _read(connection)
    assert answer.partition(b"\r\n")[0] in (b"HTTP/1.1 200 OK", b"HTTP/1.1 400 Bad Request")
    assert _answered(address)


@pytest.mark.parametrize("body", [b"nothing\r\n", b"6\r\nASK {}\r\n0\r\nn, h: 15\r\n\r\n"], ids=["chunk", "trailer"])
@pytest.mark.parametrize("path", ["", "read", "pieces"])
def test_a_broken_body_of_a_head_request_does_no_harm(address: Address, path: str, body: bytes) -> None:
    head = f"HEAD /{path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    with _connected(address, head + body) as connection:
        answer = _read(connection)
    assert answer.partition(b"\r\n")[0] in (b"HTTP/1.1 200 OK", b"HTTP/1.1 400 Bad Request")
    assert answer.endswith(b"\r\n\r\n"), "HEAD has no body"
    assert _answered(address)


def test_no_other_protocol_is_taken_up(address: Address) -> None:
    upgrade = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n"
    with _connected(address, upgrade) as connection:
        assert _read(connection).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.soak
def test_two_hundred_half_heads_at_the_usual_limits(tmp_path: Path, served_site: Built, figures: Figures) -> None:
    with running(tmp_path, f"--site={served_site.folder}") as server, ExitStack() as stack:
        host, port = server.url.removeprefix("http://").rstrip("/").split(":")
        at = (host, int(port))
        held = [stack.enter_context(_connected(at, b"GET / HTTP/1.1\r\nX-Long: ")) for _ in range(200)]
        began = time.monotonic()
        others = threading.Thread(target=_trickled, args=(held, 1.0))
        others.start()
        waits = []
        while others.is_alive():
            before = time.monotonic()
            assert httpx.get(f"{server.url}states/ut.html").status_code == 200
            waits.append(time.monotonic() - before)
            time.sleep(0.5)
        seconds = time.monotonic() - began
        assert [line for line in server.logged() if line["level"] in ("error", "critical")] == []
    figures(f"200 half heads given up after {seconds:.0f} s; {len(waits)} others answered, each in {max(waits):.2f} s")
    assert seconds < 2 * Limits().head_seconds
