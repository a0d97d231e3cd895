"""What reads a request under atheris: a connection of the server, fed in the process, with stand-ins for its workers.

``python -m tests.fuzz.http PROJECT FOLDER [libFuzzer options]`` runs until it finds a fault, which it writes to FOLDER,
or until the time in the options is over. A fault is a status of 5xx, but those that say so by design, a request that is
not given up, or an error in the log. The project should be a small one.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import atheris

if TYPE_CHECKING:
    from kgtools.serve.app import Application

_FAULTS: Final = re.compile(rb"HTTP/1\.1 5(?!01|03|05)\d\d ")
_PATIENCE: Final = 0.02  # seconds until a client with half a body goes away
_GIVEN_UP: Final = 20.0
_PAGES: Final = (
    "index.html",
    "404.html",
    "query.html",
    "validate.html",
    "api.html",
    "assets/site.css",
    "states/id.html",
)


class _Log(logging.Handler):
    """Keeps errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.errors.append(self.format(record))


class _Transport(asyncio.Transport):
    """The other side of a connection, which keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__({"sockname": ("127.0.0.1", 8000), "peername": ("127.0.0.1", 9)})
        self.sent = bytearray()
        self._closing = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent += data

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        self._closing = True

    abort = close

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None:
        """All that comes is there already."""

    resume_reading = pause_reading


class _Workers:
    """Stand in for the processes that answer questions and validate: the first do so here, the second write files."""

    ready, size, busy, counts = True, 1, 0, Counter[str]()

    def __init__(self, project: Path) -> None:
        from kgtools.core.project import Project
        from kgtools.graph.projects import load_project
        from kgtools.graph.store import EmbeddedStore

        self._graph = load_project(Project(project))
        self._nothing = EmbeddedStore()

    async def run(self, job: Any) -> Any:
        """Do a job; queries are put to an empty store, which ends them soon."""
        from kgtools.serve import submissions
        from kgtools.serve.answering import SparqlJob

        if isinstance(job, submissions.ValidationJob):
            submissions._written(job.folder, job.uploads)
            return submissions.ValidationReply("conforms", 0, dict.fromkeys(job.formats, b"x"))
        return job.run(self._nothing if isinstance(job, SparqlJob) else self._graph)


def _explorer(folder: Path) -> Path:
    """A folder that looks like an explorer."""
    from kgtools.publish.site.build import MARKER

    for name in (MARKER, *_PAGES):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text('<div id="result"></div>', encoding="utf-8")
    return folder


def _application(project: Path, folder: Path) -> Application:
    from kgtools.serve.app import Application
    from kgtools.serve.building import BuildJob
    from kgtools.serve.generation import Generation
    from kgtools.serve.settings import Limits, Settings
    from kgtools.serve.site import SiteFiles

    site = _explorer(folder / "site")
    settings = Settings(site=str(site), limits=Limits(requests_per_minute=0))
    application = Application(project, settings)
    built = BuildJob(project, folder, settings).run(None)
    workers = cast("Any", _Workers(project))
    application.serving.current = Generation(folder, built, SiteFiles(site), workers, workers)
    return application


def _one_connection(project: Path, folder: Path) -> Callable[[bytes], None]:
    """What atheris calls with the bytes that come in on a connection."""
    from uvicorn.server import ServerState

    from kgtools.serve.run import configuration

    log = _Log()
    logging.getLogger().addHandler(log)
    config = configuration(_application(project, folder))
    config.load()
    loop = asyncio.new_event_loop()

    async def exchanged(data: bytes) -> bytes:
        state, transport = ServerState(), _Transport()
        protocol = cast("Any", config.http_protocol_class)(config, state, {}, loop)
        protocol.connection_made(transport)
        if data:  # asyncio tells of an end otherwise
            protocol.data_received(data)
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=_PATIENCE)
        protocol.connection_lost(None)
        if state.tasks:
            _, late = await asyncio.wait(state.tasks, timeout=_GIVEN_UP)
            assert not late, "the request is still being answered"
        return bytes(transport.sent)

    def test(data: bytes) -> None:
        log.errors.clear()
        sent = loop.run_until_complete(exchanged(data))
        if log.errors or _FAULTS.search(sent):
            raise AssertionError(f"{log.errors}: {sent[:500]!r}")

    return test


def run() -> None:
    """Read the command line, and fuzz."""
    project, folder, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["kgtools.serve", "kgtools.answers.questions", "h11", "python_multipart"]):
        test = _one_connection(Path(project), Path(folder))
        test(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")  # imports what is imported late
    atheris.Setup([sys.argv[0], *options], test)
    atheris.Fuzz()


if __name__ == "__main__":
    run()
