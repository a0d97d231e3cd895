"""SPARQL servers for tests: started on the loopback interface on a free port, and stopped again."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from kgtools.graph.store import RemoteStore

_INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
ServerThreads = 20
NumberOfBuffers = 20000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 10
MaxClientConnections = 10
KeepAliveTimeout = 5
[SPARQL]
DefaultGraph = urn:data
ResultSetMaxRows = {rows}
"""


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find(program: str) -> str | None:
    """A program beside the running Python, or on the search path."""
    beside = Path(sys.executable).parent / program
    return str(beside) if beside.exists() else shutil.which(program)


def _wait(url: str, process: subprocess.Popen[bytes], tries: int) -> None:
    for _ in range(tries):
        with suppress(OSError), urlopen(url, timeout=30):
            return
        if process.poll() is not None:
            raise RuntimeError(f"the server for {url} ended at once")
        time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer")


@contextmanager
def running(command: list[str], url: str, folder: str, *, tries: int = 300) -> Iterator[None]:
    """A server that is started, answers at an address, and is stopped again."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(url, process, tries)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def oxigraph_server(quads: Path | None = None, *, union: bool = True) -> Iterator[RemoteStore]:
    """An Oxigraph server.

    Args:
        quads: a file that is in its store at the start.
        union: whether its default graph is the union of all graphs.
    """
    program = find("oxigraph")
    assert program is not None
    with TemporaryDirectory() as folder:
        address = f"127.0.0.1:{free_port()}"
        if quads:
            subprocess.run(
                [program, "load", "--location", folder, "--file", str(quads)], check=True, capture_output=True
            )
        command = [program, "serve", "--location", folder, "--bind", address]
        command += ["--union-default-graph"] if union else []
        with running(command, f"http://{address}/", folder):
            yield RemoteStore(f"http://{address}/query", f"http://{address}/update")


@contextmanager
def virtuoso_server(rows: int = 1_000_000) -> Iterator[tuple[RemoteStore, str]]:
    """A Virtuoso server with an empty store; also the SPARQL address that a graph can be put to with a password.

    Args:
        rows: where the server cuts an answer.
    """
    program = find("virtuoso-t")
    assert program is not None
    with TemporaryDirectory() as folder:
        port = free_port()
        ini = Path(folder, "virtuoso.ini")
        ini.write_text(_INI.format(folder=folder, port=port, sql_port=free_port(), rows=rows))
        with running([program, "-f", "+configfile", str(ini)], f"http://127.0.0.1:{port}/sparql", folder):
            yield (
                RemoteStore(f"http://127.0.0.1:{port}/sparql", timeout=20),
                f"http://127.0.0.1:{port}/sparql-graph-crud-auth",
            )


def put_to_virtuoso(address: str, graph: str, n_triples: bytes) -> None:
    """Replace a graph of a Virtuoso server through the Graph Store Protocol, in pieces.

    Virtuoso asks for the password, and closes, while a long body is still on its way. Statements with blank nodes go
    in one piece, since a label means another node in the next.
    """
    from urllib.request import HTTPDigestAuthHandler, HTTPPasswordMgrWithDefaultRealm, Request, build_opener

    passwords = HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, address, "dba", "dba")
    opener = build_opener(HTTPDigestAuthHandler(passwords))
    for number, piece in enumerate(_pieces(n_triples)):
        method = "POST" if number else "PUT"
        headers = {"Content-Type": "application/n-triples"}
        request = Request(f"{address}?graph-uri={graph}", data=piece, method=method, headers=headers)
        opener.open(request, timeout=60).close()


def _pieces(n_triples: bytes) -> list[bytes]:
    lines = n_triples.splitlines(keepends=True)
    blank = [line for line in lines if b"_:" in line]
    named = [line for line in lines if b"_:" not in line]
    return [b"".join(blank), *(b"".join(named[start : start + 400]) for start in range(0, len(named), 400))]
