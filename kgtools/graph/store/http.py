"""HTTP requests to a server that holds graphs: with a password where one is asked for, and failures as sentences."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast
from urllib.error import HTTPError, URLError
from urllib.request import HTTPDigestAuthHandler, HTTPPasswordMgrWithDefaultRealm, Request, urlopen

from kgtools.graph.store.interface import StoreError

if TYPE_CHECKING:
    from email.message import Message
    from http.client import HTTPResponse

USER_VARIABLE: Final = "KGTOOLS_STORE_USER"
PASSWORD_VARIABLE: Final = "KGTOOLS_STORE_PASSWORD"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and a password; the password is never part of a message."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Credentials({self.user!r})"


def credentials_from_environment() -> Credentials | None:
    """The credentials for a store, from ``KGTOOLS_STORE_USER`` and ``KGTOOLS_STORE_PASSWORD``; never from arguments."""
    user, password = os.environ.get(USER_VARIABLE), os.environ.get(PASSWORD_VARIABLE)
    return Credentials(user, password) if user and password is not None else None


class GraphServer:
    """A server's Graph Store Protocol address (SPARQL 1.1 Graph Store HTTP Protocol).

    Args:
        url: the address to which graphs are sent.
        parameter: what the server calls the graph in the query part of the address.
        credentials: the user and password, for servers that ask for them.
        timeout: seconds to wait for an answer.

    Raises:
        StoreError: the address isn't one of http or https.
    """

    def __init__(self, url: str, parameter: str, credentials: Credentials | None, *, timeout: int = 600) -> None:
        if not url.startswith(("http://", "https://")):
            raise StoreError(
                f"'{url[:80]}' is not the address of a server; write one that begins with http:// or https://."
            )
        self.url = url
        self._parameter = parameter
        self._credentials = credentials
        self._timeout = timeout

    def put(self, graph: str, turtle: bytes) -> None:
        """Replace a graph by the triples of a Turtle document, in one request (section 5.3)."""
        self._send(_request("PUT", self._address(graph), turtle))

    def post(self, graph: str, turtle: bytes) -> None:
        """Add the triples of a Turtle document to a graph, in one request (section 5.5)."""
        self._send(_request("POST", self._address(graph), turtle))

    def update(self, address: str, update: str) -> None:
        """Run a SPARQL update at another address of the server, with the same password (SPARQL 1.1 Protocol, 2.2)."""
        from urllib.parse import urlencode

        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"update": update}).encode()
        self._send(Request(address, data=body, method="POST", headers=headers))  # noqa: S310 - as __init__ checked

    def answers(self, graph: str) -> bool:
        """Whether there is a Graph Store Protocol server at the address; a refusal for want of a password counts."""
        try:
            self._open(_request("GET", self._address(graph))).close()
        except HTTPError as error:
            return error.code in {401, 403} or (error.code == 404 and self._says_no_graph(error))
        except URLError as error:
            raise explained(self.url, error) from error
        return True

    def _says_no_graph(self, error: HTTPError) -> bool:
        """Distinguish "no such graph" from "no such page": the root of the store answers differently."""
        try:
            self._open(_request("OPTIONS", self.url)).close()
        except HTTPError as other:
            return other.code != 404
        except URLError:
            return False
        return error.code == 404

    def _address(self, graph: str) -> str:
        from urllib.parse import quote

        return f"{self.url}?{self._parameter}={quote(graph, safe='')}"

    def _send(self, request: Request) -> None:
        try:
            if self._credentials:
                request.add_unredirected_header("Authorization", self._authorization(request))
            self._open(request).close()
        except (HTTPError, URLError, OSError) as error:
            raise explained(self.url, error) from error

    def _authorization(self, request: Request) -> str:
        """The header for the way in which the server asks for the password.

        It is asked for with a small request first: Virtuoso cuts the line on a large one that comes without.
        """
        assert self._credentials is not None
        try:
            self._open(_request("GET", request.full_url)).close()
            challenge = ""
        except HTTPError as error:
            challenge = _challenge(error.headers)
        if challenge.lower().startswith("digest "):
            return _digest(request, challenge, self._credentials)
        import base64

        pair = f"{self._credentials.user}:{self._credentials.password}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"

    def _open(self, request: Request) -> HTTPResponse:
        return cast("HTTPResponse", urlopen(request, timeout=self._timeout))  # noqa: S310 - http or https, see __init__


def _request(method: str, address: str, turtle: bytes | None = None) -> Request:
    headers = {"Content-Type": "text/turtle; charset=utf-8"} if turtle is not None else {"Accept": "text/turtle"}
    return Request(address, data=turtle, method=method, headers=headers)  # noqa: S310 - http or https, see GraphServer


def _challenge(headers: Message | None) -> str:
    return str(headers.get("WWW-Authenticate", "")) if headers else ""


def _digest(request: Request, challenge: str, credentials: Credentials) -> str:
    """The answer to a digest challenge (RFC 7616), worked out by the standard library."""
    from urllib.request import parse_http_list, parse_keqv_list

    passwords = HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, request.full_url, credentials.user, credentials.password)
    handler = HTTPDigestAuthHandler(passwords)
    values = parse_keqv_list([part for part in parse_http_list(challenge.split(" ", 1)[1]) if part])
    return f"Digest {handler.get_authorization(request, values)}"


def explained(name: str, error: Exception) -> StoreError:
    """Turn a failure of the network or of the server into a sentence that says what to do."""
    if isinstance(error, HTTPError):
        return StoreError(_http_message(name, error))
    if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
        return StoreError(
            f"{name} gave no answer in time. Ask for less at once, or try again; "
            "a repeated load skips what is complete."
        )
    reason = getattr(error, "reason", None) or error
    return StoreError(f"{name} can't be reached: {reason}. Check the address and that the server is running.")


def _http_message(name: str, error: HTTPError) -> str:
    if error.code in {401, 403}:
        return (
            f"{name} needs a user and password, or refused the ones given (HTTP {error.code}). "
            f"Set them in the environment as {USER_VARIABLE} and {PASSWORD_VARIABLE}."
        )
    if error.code in {404, 405}:
        return f"{name} does not accept graphs (HTTP {error.code}). Check the address of the server's graph store."
    detail = " ".join(error.read(400).decode("utf-8", "replace").split())
    return f"{name} answered with HTTP status {error.code}: {detail or error.reason}"
