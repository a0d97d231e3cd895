"""Running the server."""

from __future__ import annotations

import asyncio
import logging.config
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from kgtools.core.errors import ServerError
from kgtools.serve.app import Application
from kgtools.serve.connections import protocol_of
from kgtools.serve.logs import LOGGING
from kgtools.serve.settings import Settings

_BACKLOG = 100  # as many are accepted at once, before any is looked at
_KEEP_ALIVE_SECONDS = 15
_GRACE_SECONDS = 20
_STOP = (signal.SIGINT, signal.SIGTERM)


def serve(source: Path, settings: Settings, ready: Callable[[str], object]) -> None:
    """Serve until SIGINT or SIGTERM; requests that are under way are answered first.

    Args:
        source: the project's folder.
        settings: how the server is run.
        ready: called with the server's address once it answers.

    Raises:
        ServerError: the address can't be listened on, or the data can't be served.
    """
    logging.config.dictConfig(LOGGING)
    asyncio.run(_serve(source, settings, ready))


async def _serve(source: Path, settings: Settings, ready: Callable[[str], object]) -> None:
    with _listening(settings) as listener:
        application = Application(source, settings)
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        for name in _STOP:
            loop.add_signal_handler(name, task.cancel)
        try:
            await application.serving.renew()
        except asyncio.CancelledError:
            return
        for name in _STOP:
            loop.remove_signal_handler(name)
            signal.signal(name, _stopped_already)  # what uvicorn raises again once it has stopped
        if hasattr(signal, "SIGHUP"):
            loop.add_signal_handler(signal.SIGHUP, _reload_on_signal(application))
        await _Server(configuration(application), lambda: ready(_address(listener))).serve([listener])


def configuration(application: Application) -> uvicorn.Config:
    """How uvicorn runs an application."""
    settings = application.settings
    return uvicorn.Config(
        application.asgi,
        http=protocol_of(settings.limits),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=int(settings.limits.query_seconds) + _GRACE_SECONDS,
    )


def _listening(settings: Settings) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        raise ServerError(
            f"The server can't listen on {settings.host}, port {settings.port}: {error.strerror or error}. "
            "Choose another with --host and --port."
        ) from error


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _stopped_already(*_: object) -> None:
    """Do nothing: the server has stopped in an orderly way."""


def _reload_on_signal(application: Application) -> Callable[[], None]:
    tasks: set[asyncio.Task[None]] = set()

    def reload() -> None:
        task = asyncio.get_running_loop().create_task(application.reload())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    return reload


class _Server(uvicorn.Server):
    """Uvicorn's server, which says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], object]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self._ready()
