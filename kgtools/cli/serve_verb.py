"""``kgtools serve``: the explorer, SPARQL, the questions and validation over HTTP."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable

from kgtools.cli.extras import require
from kgtools.cli.output import note
from kgtools.core.version import version
from kgtools.graph.projects import find_project
from kgtools.serve.settings import Limits, Settings

_MODULES = ("starlette", "uvicorn", "multipart", "prometheus_client")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    usual = Limits()
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=_port, default=8000, help="the port to listen on, 0 for any (default: 8000)")
    parser.add_argument("--store", metavar="URL|DIR", help="answer queries from this SPARQL endpoint or embedded store")
    parser.add_argument("--site", metavar="DIR", help="serve this explorer instead of building one")
    parser.add_argument(
        "--reload", action="store_true", help="reload changed files automatically; SIGHUP always reloads"
    )
    parser.add_argument(
        "--trusted-proxies", default="", metavar="ADDRESSES", help="reverse proxies to trust for the client's address"
    )
    limits = parser.add_argument_group("limits")
    for flag, name, metavar, what in LIMITS:
        default = getattr(usual, name)
        limits.add_argument(
            flag, dest=name, type=_positive(type(default)), metavar=metavar, help=f"{what} (default: {default:g})"
        )


LIMITS = (
    ("--query-timeout", "query_seconds", "S", "end a query after S seconds"),
    ("--query-memory", "query_megabytes", "MB", "limit a process that answers queries to MB of memory"),
    ("--max-result", "result_megabytes", "MB", "refuse to send a larger result"),
    ("--workers", "workers", "N", "processes that answer queries"),
    ("--max-upload", "upload_megabytes", "MB", "refuse a larger submission"),
    ("--validation-timeout", "validation_seconds", "S", "end a validation after S seconds"),
    ("--validation-memory", "validation_megabytes", "MB", "limit a validation to MB of memory"),
    ("--max-requests", "concurrent", "N", "most requests to handle at once"),
    ("--rate", "requests_per_minute", "N", "requests per minute that a client may make, on average"),
    ("--burst", "burst", "N", "requests that a client may make at once"),
)


def run(options: argparse.Namespace) -> int:
    """Serve until stopped."""
    require("serve", _MODULES)
    from kgtools.serve.run import serve

    project = find_project(options.project)
    note("Preparing the explorer and the graph")
    serve(project.root, _settings(options), _ready)
    note("Stopped.")
    return 0


def _ready(address: str) -> None:
    print(address, flush=True)
    note("Serving at the address above; Ctrl+C stops.")


def _settings(options: argparse.Namespace) -> Settings:
    given = {name: getattr(options, name) for _, name, _, _ in LIMITS if getattr(options, name) is not None}
    return Settings(
        host=options.host,
        port=options.port,
        store=options.store,
        site=options.site,
        reload=options.reload,
        trusted_proxies=options.trusted_proxies,
        version=version(),
        limits=dataclasses.replace(Limits(), **given),
    )


def _port(text: str) -> int:
    if not (text.isdecimal() and len(text) <= 5 and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"'{text[:20]}' is not a port; write a number from 0 to 65535.")
    return int(text)


def _positive(kind: type[int] | type[float]) -> Callable[[str], int | float]:
    def read(text: str) -> int | float:
        try:
            value = kind(text)
        except ValueError:
            value = 0
        if not 0 < value < 1e9:
            raise argparse.ArgumentTypeError(f"'{text[:20]}' is not a number above 0.")
        return value

    return read
