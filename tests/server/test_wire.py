"""Damaged HTTP over plain sockets: it is refused or cut off, tells nothing of the machine, and harms nobody."""

from __future__ import annotations

import os
import re
import socket
import struct
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT, Figures
from tests.server.conftest import Server

CASES = int(os.environ.get("KGTOOLS_WIRE_CASES", "1000"))
"""How many cases of each kind the long form sends."""

_REFUSED_BY_HTTP = {501, 505}
"""What RFC 9110 has a server say of methods, codings and versions of HTTP that it doesn't know (15.6.2, 15.6.6)."""

_CLOSED: Final = ("closed",)
_SECONDS = 60
_QUIET = 0.2
_UPLOAD = (ROOT / "data" / "states" / "ut.ttl").read_bytes()[:3000]
_BOUNDARY = "--------------------------7d1f"
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


@dataclass(frozen=True)
class Sent:
    """What a client sends.

    Attributes:
        data: the bytes.
        whole: whether the request is whole, so that the server must answer it or close the connection by itself.
        hangs_up: whether the client goes away without waiting for an answer.
    """

    data: bytes
    whole: bool = False
    hangs_up: bool = False


def _request(line: bytes, headers: list[bytes], body: bytes = b"") -> bytes:
    return b"\r\n".join([line, *headers, b"", b""]) + body


_TARGETS = st.sampled_from(
    [
        b"/", b"/states/ut.html", b"/sparql?query=ASK%20%7B%7D", b"/api/questions/coverage?state=UT&format=csv",
        b"/api/records/state-policy/ut-alternative-credit-rule", b"/api/validate", b"/validate", b"/metrics",
        b"/id/jurisdiction/ut", b"/validate/reports/aaaa/report.json", b"*", b"http://x/health", b"//x/y", b"x:1",
        b"/api/openapi.json",
    ]
)  # fmt: skip
_METHODS = st.sampled_from([b"GET", b"POST", b"HEAD", b"OPTIONS", b"CONNECT", b"TRACE", b"PUT", b"G\xc9T", b"", b"get"])
_VERSIONS = st.sampled_from(
    [b"HTTP/1.1", b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/1.2", b"HTTP/1", b"http/1.1", b""]
)
_HEADERS = [
    b"Host: x", b"Host: a%zz", b"Connection: close", b"Connection: keep-alive, Upgrade", b"Upgrade: websocket",
    b"Upgrade: h2c",
    b"Content-Length: 0", b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 5, 6", b"Content-Length: +5",
    b"Content-Length: \xb2", b"Content-Length: 99999999999999999999", b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding: \x0bchunked",
    b"Expect: 100-continue", b"Expect: \xff", b"Accept: text/csv;q=nan", b"Accept: */*;q=1e999", b"Accept: ,;,=,",
    b"Accept: \xff/\xfe", b"Accept-Encoding: gzip;q=0, br", b"Range: bytes=0-,1-,2-", b"Range: bytes=-9999999999999999",
    b"Range: bytes=9-1", b"If-Modified-Since: yesterday", b"If-Range: \"x", b"If-None-Match: " + b'W/"a",' * 500,
    b"Content-Type: application/x-www-form-urlencoded", b"Content-Type: application/sparql-query",
    b"Content-Type: multipart/form-data; boundary=", b"Content-Type: multipart/form-data; boundary=\"\xff",
    b"Content-Type: multipart/form-data; boundary=" + b"b" * 5000, b"Content-Type: \xe9/\xe9; charset=\xe9",
    b"Origin: \x7f", b"Access-Control-Request-Method: \xff", b"X-Forwarded-For: a, \xff", b"Cookie: " + b"a=b;" * 1000,
    b" folded: onto the one before", b"\tfolded", b"no colon", b": no name", b"Na me: x", b"Name : x", b"Na\x00me: x",
    b"Name: a\x00b", b"Name: a\rb", b"Name: a\nb", b"Name: \x1b[2J", b"\xff: x", b"X: " + b"y" * 70_000,
]  # fmt: skip
_BODIES = st.sampled_from(
    [b"", b"query=ASK%7B%7D", b"query=%ff&query=%", b"ASK {}", b"\xff\xfe", b"5\r\nASK{}\r\n0\r\n\r\n"]
)


@st.composite
def _heads(draw: st.DrawFn) -> bytes:
    """A request line and headers that need not fit each other."""
    line = b" ".join([draw(_METHODS), draw(_TARGETS | st.binary(max_size=30)), draw(_VERSIONS)])
    headers = draw(st.lists(st.sampled_from(_HEADERS) | st.binary(max_size=60), max_size=8))
    many = draw(st.sampled_from([0, 0, 0, 0, 150, 20_000]))
    return _request(line, [*headers, *[b"X: y"] * many], draw(_BODIES))


@st.composite
def _chunked(draw: st.DrawFn) -> bytes:
    """A body in chunks whose lengths need not be true."""
    lengths = st.sampled_from(
        [b"5", b"0", b"4", b"ff", b"-1", b"0x5", b"5;" + b"x" * 5000, b"FFFFFFFFFFFFFFFFF", b" 5", b""]
    )
    pieces = st.sampled_from([b"ASK{}", b"", b"query", b"\r\n", b"\xff" * 300])
    chunks = draw(st.lists(st.tuples(lengths, pieces), max_size=5))
    body = b"".join(b"%b\r\n%b\r\n" % chunk for chunk in chunks)
    end = draw(
        st.sampled_from([b"0\r\n\r\n", b"0\r\nTrailer: x\r\n\r\n", b"0\r\nContent-Length: 1\r\n\r\n", b"0\r\n", b""])
    )
    path, type_ = draw(
        st.sampled_from(
            [
                (b"/sparql", b"application/sparql-query"),
                (b"/api/validate", b"image/png"),
                (b"/nothing", b""),
                (b"/", b""),
            ]
        )
    )
    headers = [b"Host: x", b"Content-Type: " + type_, b"Transfer-Encoding: chunked"]
    double = draw(st.sampled_from([[], [], [b"Content-Length: 5"], [b"Connection: close"]]))
    return _request(b"POST %b HTTP/1.1" % path, [*headers, *double], body + end)


_STEPS = st.sampled_from(
    [
        b"..", b"%2e%2e", b"%2E.", b"%252e%252e", b"..%2f..", b"..\\..", b"..%5c..", b"%00", b"%0d%0aX:%20y", b"%ff%fe",
        b"%", b"%zz", b"%c0%ae%c0%ae", b"%ed%a0%80", b"", b".", b"etc", b"passwd", b"etc%2fpasswd", b"%2fetc", b"C:%5c",
        b"~root", b"a" * 300, b"a" * 9000, b"states", b"ut.html", b"ut.html%20", b"assets", b"api", b"records",
        b"questions", b"id", b"coverage", b"proc", b"self", b"environ", b"%f0%9f%92%a9", b"{x}", b"<script>", b"..;",
        b"index.html%00.ttl",
    ]
)  # fmt: skip
_PARAMETERS = st.sampled_from(
    [
        b"state=%ff", b"state=%", b"state=UT%00", b"limit=%d9%a1", b"limit=1e9", b"offset=-0", b"format=%00", b"=",
        b"&&=&",
        b"query=ASK%7B%7D", b"query=%ff", b"query=%ed%a0%80", b"default-graph-uri=%20", b"named-graph-uri=http://[",
        b"text=%f0%9f%92%a9", b"state=UT;DROP", b"state=" + b"A" * 9000, b"a=b&" * 1500, b"?", b"%3f", b"state[]=UT",
    ]
)  # fmt: skip


@st.composite
def _paths(draw: st.DrawFn) -> bytes:
    """A path that wants to lead elsewhere, or is badly written, perhaps with parameters that are."""
    start = draw(st.sampled_from([b"/", b"//", b"/\\", b"/api/", b"/api/questions/", b"/assets/", b"/id/", b"", b"\\"]))
    path = start + b"/".join(draw(st.lists(_STEPS, min_size=1, max_size=7)))
    parameters = draw(st.lists(_PARAMETERS, max_size=3))
    target = path + (b"?" + b"&".join(parameters) if parameters else b"")
    return _request(b"GET %b HTTP/1.1" % target, [b"Host: x", b"Connection: close"])


def _form(*parts: tuple[str, bytes]) -> bytes:
    told = (
        f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {names}\r\n\r\n".encode() + body for names, body in parts
    )
    return b"\r\n".join([*told, f"--{_BOUNDARY}--\r\n".encode()])


_FORMS = (
    _form(('name="files"; filename="ut.ttl"', _UPLOAD)),
    _form(('name="text"', b"not Turtle"), ('name="format"', b"ttl")),
    _form(('name="files"; filename="../../x.csv"', b"a,b"), ("name=\"files\"; filename*=UTF-8''%ff.ttl", b"")),
)
_PIECES = [
    b"", b"\r\n", b"\n", b"\r", b"\x00", b"\xff", b"--", _BOUNDARY.encode(), b'"', b"\\", b";", b'filename="a.ttl',
    b"Content-Disposition", b"Content-Transfer-Encoding: base64\r\n", b"Content-Type: text/plain; charset=utf-7\r\n",
    b"name=files", b"x" * 5000, f"--{_BOUNDARY}\r\n".encode(),
]  # fmt: skip


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """A form with pieces of it taken out, doubled, or replaced."""
    form = draw(st.sampled_from(_FORMS))
    for _ in range(draw(st.integers(1, 4))):
        # The upload itself is left alone for the most part: what is damaged is the form around it.
        start = draw(st.integers(0, min(150, len(form))) | st.integers(max(0, len(form) - 80), len(form)))
        end = start + draw(st.integers(0, 20))
        form = form[:start] + draw(st.sampled_from([*_PIECES, form[start:end] * 2])) + form[end:]
    return form


@st.composite
def _multipart(draw: st.DrawFn) -> Sent:
    """An upload to the validation, as a damaged form."""
    form = draw(_damaged())
    wrong = draw(st.sampled_from([0, 0, 0, 0, -1, 1, -len(form), 10**9]))
    address = draw(
        st.sampled_from([b"/api/validate", b"/validate", b"/api/validate?format=sarif", b"/api/validate?format=x"])
    )
    headers = [
        b"Host: x",
        b"Connection: close",
        f"Content-Type: multipart/form-data; boundary={_BOUNDARY}".encode(),
        b"Content-Length: %d" % (len(form) + wrong),
    ]
    return Sent(_request(b"POST %b HTTP/1.1" % address, headers, form), whole=wrong <= 0)


_KINDS: dict[str, st.SearchStrategy[Sent]] = {
    "heads": st.builds(Sent, _heads(), hangs_up=st.booleans()),
    "chunks": st.builds(Sent, _chunked(), hangs_up=st.booleans()),
    "paths": st.builds(Sent, _paths(), whole=st.just(True)),
    "forms": _multipart(),
    "bytes": st.builds(Sent, st.binary(max_size=500), hangs_up=st.booleans()),
}


def _exchanged(server: Server, sent: Sent) -> bytes:
    """What the server says until it closes the connection, or until nothing comes and the client goes away."""
    host, port = server.url.removeprefix("http://").rstrip("/").split(":")
    with socket.create_connection((host, int(port)), timeout=_SECONDS) as connection:
        with suppress(ConnectionError):
            connection.sendall(sent.data)
        if sent.hangs_up:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # without a farewell
            return b""
        connection.settimeout(_SECONDS if sent.whole else _QUIET)
        received = bytearray()
        try:
            _read(connection, received)
        except TimeoutError:
            assert not sent.whole, "a whole request was not answered"
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(_SECONDS)
            _read(connection, received)
        return bytes(received)


def _read(connection: socket.socket, received: bytearray) -> None:
    with suppress(ConnectionError):
        while piece := connection.recv(65536):
            received += piece


@cache
def _private(server: Server) -> tuple[bytes, ...]:
    """What no answer may have in it."""
    places = (ROOT, server.temporary, sys.prefix, Path.home() / ".")
    return (*(os.fsencode(place) for place in places), b"Traceback (most", b"site-packages", b"root:x:", b"PATH=/")


def _checked(server: Server, sent: Sent) -> list[int]:
    """The statuses that come back, once they and all that comes with them are as promised."""
    received = _exchanged(server, sent)
    statuses = [int(status) for status in _STATUS.findall(received)]
    for status in statuses:
        assert status < 500 or status == 503 or status in _REFUSED_BY_HTTP, received[:2000]
    assert 503 not in statuses or b"retry-after:" in received.lower(), received[:2000]
    for private in _private(server):
        assert private not in received, private
    return statuses


def _tried(server: Server, kind: str, cases: int, *, derandomize: bool) -> Counter[int | str]:
    """Send as many cases of a kind, and see that the server is well afterwards.

    Returns:
        How often each status came back; ``closed`` where nothing did.
    """
    seen: Counter[int | str] = Counter()

    def send(sent: Sent) -> None:
        seen.update(_checked(server, sent) or _CLOSED)

    limited = settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=derandomize,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    limited(given(sent=_KINDS[kind])(send))()
    assert httpx.get(f"{server.url}health").json() == {"status": "ok"}
    assert httpx.get(f"{server.url}sparql", params={"query": "ASK {}"}).status_code == 200
    assert [line for line in server.logged() if line["level"] in ("error", "critical")] == []
    return seen


@pytest.mark.parametrize(
    ("kind", "cases"), [("heads", 60), ("chunks", 50), ("paths", 120), ("forms", 10), ("bytes", 20)]
)
def test_damaged_requests_do_no_harm(server: Server, kind: str, cases: int) -> None:
    seen = _tried(server, kind, cases, derandomize=True)
    assert sum(seen.values()) >= cases
    assert len(seen) > 1 or kind == "bytes"


@pytest.mark.soak
@pytest.mark.parametrize("kind", _KINDS)
def test_many_damaged_requests_do_no_harm(server: Server, kind: str, figures: Figures) -> None:
    cases = CASES // 10 if kind == "forms" else CASES  # each may take a process
    seen = _tried(server, kind, cases, derandomize=False)
    assert sum(seen.values()) >= cases
    figures(f"{kind}: {cases} damaged requests; {dict(seen.most_common())}")
