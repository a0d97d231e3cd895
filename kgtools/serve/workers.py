"""Worker processes that can be ended: a thread that runs a query can't be.

Each worker does one job at a time. One that exceeds its time is killed, one that exceeds its memory dies; either is
replaced, and the others go on. A job is any picklable object with a ``run`` method.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, Protocol, TypeVar, cast

from kgtools.core.errors import RefusedError, UserError
from kgtools.serve.settings import MEGABYTE

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

Context = TypeVar("Context")
Context_contra = TypeVar("Context_contra", contravariant=True)
Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)

_START_SECONDS: Final = 120
_GRACE_SECONDS: Final = 5
_LONGEST_WAIT: Final = 30.0  # between attempts to start a worker
_IGNORED: Final = ("SIGINT", "SIGHUP")
_SPAWN: Final = multiprocessing.get_context("spawn")


class Job(Protocol[Context_contra, Result_co]):
    """A piece of work for a worker process."""

    def run(self, context: Context_contra, /) -> Result_co:
        """Do it, in the worker."""
        ...


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What the workers of a pool may spend.

    Attributes:
        workers: how many there are.
        seconds: how long a job may take.
        megabytes: how much address space a worker may take.
        queue_seconds: how long a job waits for a free worker.
        sealed: whether a worker may open no file and no connection once it is ready.
        once: whether a worker does one job only, so that nothing of one client's is left for the next.
        what: what a job is called in messages.
    """

    workers: int
    seconds: float
    megabytes: int
    queue_seconds: float
    sealed: bool = False
    once: bool = False
    what: str = "query"


class WorkerFaultError(Exception):
    """A job failed by our own fault; the message is the worker's traceback."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    connection: Connection

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


Outcome = Literal["done", "overtime", "died", "turned_away"]


@dataclass(slots=True)
class WorkerPool(Generic[Context]):
    """A few worker processes.

    Args:
        prepare: makes, in the worker, what its jobs need; picklable.
        settings: what they may spend.

    Attributes:
        counts: how many jobs were done, stopped at their time, died of their memory, or found no free worker in time.
    """

    prepare: Callable[[], Context]
    settings: WorkerSettings
    counts: Counter[Outcome] = field(default_factory=Counter)
    _idle: asyncio.Queue[_Worker] = field(default_factory=asyncio.Queue)
    _all: list[_Worker] = field(default_factory=list)
    _replacing: set[asyncio.Task[None]] = field(default_factory=set)
    _closed: bool = False

    async def start(self) -> None:
        """Start the workers and wait until each is ready.

        Raises:
            UserError: what they need can't be prepared; the message is that of the failure in the worker.
            WorkerFaultError: a worker failed to start by our own fault.
        """
        await asyncio.gather(*(self._add() for _ in range(self.settings.workers)))

    async def run(self, job: Job[Context, Result]) -> Result:
        """Have a worker do a job.

        Raises:
            RefusedError: no worker came free in time, or the job exceeded its limits, or refused by itself.
            UserError: the job failed because of something that the user can fix.
            WorkerFaultError: the job failed by our own fault.
        """
        outcome: _Outcome = _Unbegun()
        while isinstance(outcome, _Unbegun):
            outcome = await self._tried(await self._free_worker(), job)
        return cast("Result", self._result(outcome))

    @property
    def ready(self) -> bool:
        """Whether a worker is there, idle or busy."""
        return bool(self._all) and not self._closed

    @property
    def size(self) -> int:
        """How many workers there are."""
        return len(self._all)

    @property
    def busy(self) -> int:
        """How many workers are doing a job."""
        return len(self._all) - self._idle.qsize()

    def close(self) -> None:
        """End the workers."""
        self._closed = True
        for task in self._replacing:
            task.cancel()
        for worker in self._all:
            worker.end()
        self._all.clear()

    async def _tried(self, worker: _Worker, job: object) -> _Outcome:
        try:
            outcome = await asyncio.to_thread(self._exchange, worker, job)
        except BaseException:
            self._replace(worker)  # cancelled, for one: what it would still say belongs to nobody
            raise
        if isinstance(outcome, _Ended | _Unbegun) or self.settings.once:
            self._replace(worker)
        else:
            self._idle.put_nowait(worker)
        return outcome

    async def _free_worker(self) -> _Worker:
        try:
            return await asyncio.wait_for(self._idle.get(), self.settings.queue_seconds)
        except TimeoutError:
            self.counts["turned_away"] += 1
            raise RefusedError(
                503, "The server is busy with other requests. Try again in a few seconds.", retry_after=5
            ) from None

    def _exchange(self, worker: _Worker, job: object) -> _Outcome:
        """Send a job and wait for what comes of it, in a thread; whatever goes wrong with the worker ends it."""
        try:
            worker.connection.send(job)
        except OSError:
            return _Unbegun()
        try:
            if not worker.connection.poll(self.settings.seconds):
                worker.process.kill()
                return _Ended(overtime=True)
            outcome: _Outcome = worker.connection.recv()
        except (EOFError, OSError):
            return _Ended(overtime=False)
        return outcome

    def _result(self, outcome: _Outcome) -> Any:
        if isinstance(outcome, _Done):
            self.counts["done"] += 1
            return outcome.result
        if isinstance(outcome, _Ended):
            raise self._limit(outcome)
        if isinstance(outcome, _UserFailure):
            raise outcome.error
        assert isinstance(outcome, _Fault)
        raise WorkerFaultError(outcome.told)

    def _limit(self, ended: _Ended) -> RefusedError:
        what, settings = self.settings.what, self.settings
        if ended.overtime:
            self.counts["overtime"] += 1
            return RefusedError(
                503, f"The {what} ran for {settings.seconds:g} seconds and was stopped. Ask for less at once."
            )
        self.counts["died"] += 1
        return RefusedError(
            503,
            f"The {what} was stopped: it needs more than its limit of {settings.megabytes} MB of memory, or is "
            "nested too deeply. Ask for less at once.",
        )

    def _replace(self, worker: _Worker) -> None:
        if worker in self._all:
            self._all.remove(worker)
        task = asyncio.get_running_loop().create_task(self._renew(worker))
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)

    async def _renew(self, worker: _Worker) -> None:
        await asyncio.to_thread(worker.end)
        wait = 0.0
        while not self._closed:
            await asyncio.sleep(wait)
            with contextlib.suppress(UserError, WorkerFaultError, OSError):
                await self._add()
                return
            wait = min(_LONGEST_WAIT, 2 * wait + 1)

    async def _add(self) -> None:
        worker = await asyncio.to_thread(self._started)
        if self._closed:
            worker.end()
            return
        self._all.append(worker)
        self._idle.put_nowait(worker)

    def _started(self) -> _Worker:
        here, there = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_work, args=(there, self.prepare, self.settings), daemon=True)
        process.start()
        there.close()
        worker = _Worker(process, here)
        outcome: _Outcome = _Ended(overtime=True)
        try:
            if here.poll(_START_SECONDS):
                outcome = here.recv()
        except (EOFError, OSError):
            outcome = _Ended(overtime=False)
        if isinstance(outcome, _Done):
            return worker
        worker.end()
        if isinstance(outcome, _UserFailure):
            raise outcome.error
        raise WorkerFaultError(outcome.told if isinstance(outcome, _Fault) else "A worker process didn't start.")


@dataclass(frozen=True, slots=True)
class _Done:
    result: Any


@dataclass(frozen=True, slots=True)
class _UserFailure:
    error: UserError


@dataclass(frozen=True, slots=True)
class _Fault:
    told: str


@dataclass(frozen=True, slots=True)
class _Ended:
    overtime: bool


@dataclass(frozen=True, slots=True)
class _Unbegun:
    """The worker had died while it was idle; another can do the job."""


_Outcome = _Done | _UserFailure | _Fault | _Ended | _Unbegun


def _work(connection: Connection, prepare: Callable[[], Any], settings: WorkerSettings) -> None:
    """The life of a worker process: get ready, then do jobs until the other end is closed."""
    for name in _IGNORED:  # the terminal sends them to every process; the server decides when workers end
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    ready = _outcome(prepare)
    if not isinstance(ready, _Done):
        connection.send(ready)
        return
    _limit_process(settings)
    connection.send(_Done(None))
    with contextlib.suppress(EOFError, OSError):
        while True:
            job = connection.recv()
            _watch(settings.seconds + _GRACE_SECONDS)
            outcome = _outcome(partial(job.run, ready.result))
            _watch(0)
            connection.send(outcome)


def _outcome(work: Callable[[], Any]) -> _Outcome:
    try:
        return _Done(work())
    except UserError as error:
        return _UserFailure(error)
    except MemoryError:
        return _Ended(overtime=False)
    except Exception:  # noqa: BLE001 - reported to the server, which logs it
        return _Fault(traceback.format_exc())


def _watch(seconds: float) -> None:
    """Have the kernel end this process then, should the server be gone."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_process(settings: WorkerSettings) -> None:
    """Bound the memory, forbid new files and connections, and keep an abort's last words out of the logs."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    sys.stderr.flush()
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 2)
    os.close(silent)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere address space isn't bounded this way
        resource.setrlimit(resource.RLIMIT_AS, (settings.megabytes * MEGABYTE,) * 2)
    if settings.sealed:
        lowest_free = os.open(os.devnull, os.O_RDONLY)
        os.close(lowest_free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, lowest_free))
