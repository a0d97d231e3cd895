"""What the server may spend on a request, a client, and all of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1024 * 1024
SLOWEST: Final = 256 * 1024
"""How many bytes per second a client must send of a body that is as large as is accepted."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits; each is held by a test.

    Attributes:
        query_seconds: how long a query may run before its process is ended.
        query_megabytes: how much address space a process that answers queries may take.
        query_characters: how long a query may be.
        result_megabytes: how large a result may be.
        workers: how many processes answer queries.
        queue_seconds: how long a request waits for a free process.
        upload_megabytes: how large a submission may be.
        validation_seconds: how long a validation may take before its process is ended.
        validation_megabytes: how much address space a validation may take.
        validations: how many validations run at once.
        head_seconds: how long a client may take to send the head of a request, and not take any of its answer.
        body_seconds: how long a client may take to send a body; a large one may take longer, at ``SLOWEST``.
        connections: how many connections are open at once.
        concurrent: how many requests are handled at once.
        concurrent_of_client: how many of them may be of one client.
        requests_per_minute: how many requests per minute a client may make, on average; 0 for any number.
        burst: how many of them may come at once.
        kept_megabytes: how much memory the reports take that are kept for download.
        kept_minutes: how long such a report is kept.
    """

    query_seconds: float = 10.0
    query_megabytes: int = 1024
    query_characters: int = 100_000
    result_megabytes: int = 32
    workers: int = max(2, min(4, os.cpu_count() or 2))
    queue_seconds: float = 15.0
    upload_megabytes: int = 32
    validation_seconds: float = 120.0
    validation_megabytes: int = 2048
    validations: int = 2
    head_seconds: float = 30.0
    body_seconds: float = 30.0
    connections: int = 800
    concurrent: int = 64
    concurrent_of_client: int = 32
    requests_per_minute: int = 600
    burst: int = 200
    kept_megabytes: int = 128
    kept_minutes: float = 15.0


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server is run.

    Attributes:
        host: the address to listen on.
        port: the port to listen on.
        store: the SPARQL endpoint or the embedded store that answers queries; None for the project's own graph.
        site: a built explorer to serve; None to build one.
        reload: whether changed files are taken up by themselves.
        trusted_proxies: addresses of reverse proxies whose word on the client's address is taken, with commas.
        version: the version that the pages and descriptions show.
        limits: the limits.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    store: str | None = None
    site: str | None = None
    reload: bool = False
    trusted_proxies: str = ""
    version: str = "0"
    limits: Limits = Limits()
