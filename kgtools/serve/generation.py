"""The data as it is being served, and its replacement by newer data without a failed request.

A generation is a copy of the files, the explorer made from them, and the workers that answer. A reload makes a new one
beside the one in use and then puts it in its place. A request keeps the one that it began with until it is answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from starlette.requests import HTTPConnection

from kgtools.core.project import Project
from kgtools.graph.store import Store
from kgtools.serve.answering import Preparation
from kgtools.serve.building import BuildJob, BuiltSite, site_folder
from kgtools.serve.settings import Settings
from kgtools.serve.site import SiteFiles
from kgtools.serve.submissions import ValidationPreparation
from kgtools.serve.workers import WorkerPool, WorkerSettings

_BUILD_SECONDS: Final = 600
_BUILD_MEGABYTES: Final = 8192


@dataclass(slots=True)
class Generation:
    """One state of the data.

    Attributes:
        folder: the temporary folder that holds its files.
        built: what was worked out from it: the questions, the allowed values.
        site: the explorer.
        queries: the workers that answer queries.
        validations: the workers that validate what is handed in, each once.
    """

    folder: Path
    built: BuiltSite
    site: SiteFiles
    queries: WorkerPool[Store]
    validations: WorkerPool[Project]
    _users: int = 0
    _unused: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def pools(self) -> dict[str, WorkerPool[Any]]:
        """The worker processes by what they do."""
        return {"queries": self.queries, "validations": self.validations}

    @property
    def project_folder(self) -> Path:
        """The copy of the project that it was made from."""
        return self.folder / "project"

    @contextlib.contextmanager
    def used(self) -> Iterator[None]:
        """Keep it while a request is being answered from it."""
        self._users += 1
        self._unused.clear()
        try:
            yield
        finally:
            self._users -= 1
            if not self._users:
                self._unused.set()

    async def retire(self) -> None:
        """Wait until the last request is answered, then end its workers and remove its files."""
        if self._users:
            await self._unused.wait()
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """End its workers and remove its files, whether it is in use or not."""
        for pool in self.pools.values():
            pool.close()
        shutil.rmtree(self.folder, ignore_errors=True)


async def new_generation(source: Path, settings: Settings) -> Generation:
    """Make a state of the data from the project's files as they are now.

    Raises:
        UserError: the data can't be served; the message says why.
    """
    folder = Path(tempfile.mkdtemp(prefix="kgtools-serve-"))
    try:
        if settings.site is not None:
            site_folder(settings, folder)  # before any slow work that would be wasted
        built = await _build(BuildJob(source, folder, settings))
        queries = WorkerPool(Preparation(folder / "project", settings.store), _query_workers(settings))
        validations = WorkerPool(ValidationPreparation(folder / "project"), _validation_workers(settings))
        generation = Generation(folder, built, SiteFiles(site_folder(settings, folder)), queries, validations)
        try:
            await asyncio.gather(*(pool.start() for pool in generation.pools.values()))
        except BaseException:
            generation.close()
            raise
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return generation


def generation_of(request: HTTPConnection) -> Generation:
    """The state of the data that a request is answered from."""
    found: Generation = request.scope["generation"]
    return found


async def _build(job: BuildJob) -> BuiltSite:
    spending = WorkerSettings(1, _BUILD_SECONDS, _BUILD_MEGABYTES, _BUILD_SECONDS, what="build")
    builder: WorkerPool[None] = WorkerPool(_nothing, spending)
    try:
        await builder.start()
        return await builder.run(job)
    finally:
        builder.close()


def _nothing() -> None:
    """A builder needs nothing beforehand."""


def _query_workers(settings: Settings) -> WorkerSettings:
    limits = settings.limits
    return WorkerSettings(
        workers=limits.workers,
        seconds=limits.query_seconds,
        megabytes=limits.query_megabytes,
        queue_seconds=limits.queue_seconds,
        sealed=settings.store is None,
    )


def _validation_workers(settings: Settings) -> WorkerSettings:
    limits = settings.limits
    return WorkerSettings(
        workers=limits.validations,
        seconds=limits.validation_seconds,
        megabytes=limits.validation_megabytes,
        queue_seconds=limits.validation_seconds,
        once=True,
        what="validation",
    )


class Serving:
    """The generation in use, and how it is replaced.

    Args:
        source: the project's folder.
        settings: how the server is run.
    """

    def __init__(self, source: Path, settings: Settings) -> None:
        self.source = source
        self.settings = settings
        self.current: Generation | None = None
        self.number = 0
        self._turn = asyncio.Lock()
        self._retiring: set[asyncio.Task[None]] = set()

    async def renew(self) -> None:
        """Make a generation from the files as they are now and put it in place of the one in use.

        Raises:
            UserError: the data can't be served; the generation in use stays.
        """
        async with self._turn:
            new = await new_generation(self.source, self.settings)
            old, self.current = self.current, new
            self.number += 1
        if old is not None:
            task = asyncio.get_running_loop().create_task(old.retire())
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)

    async def close(self) -> None:
        """End everything."""
        for task in self._retiring:
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        if self.current is not None:
            current, self.current = self.current, None
            await asyncio.to_thread(current.close)
