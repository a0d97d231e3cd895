"""Running many commands quickly, each in a process of its own, under limits, and watched.

A server process imports what the verbs need, and forks for each command. So a crash of native code, a hang or a memory
bomb ends the fork alone, and a case costs a fork instead of a start of Python.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
_NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request")
_SPACE = 6_000_000_000  # bytes of addresses, so that a bomb ends before the machine does


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended.

    Attributes:
        status: the exit status; negative for the signal that ended it, -9 also when it took too long.
        out: what it printed.
        err: what it printed on standard error.
        seconds: processor seconds.
        megabytes: of memory at its largest.
        touched: addresses and files that it reached for and must not.
    """

    status: int
    out: str
    err: str
    seconds: float
    megabytes: int
    touched: list[str]

    @property
    def told(self) -> str:
        """All that it printed."""
        return self.out + self.err

    def faults(self, *, seconds: float, megabytes: int) -> list[str]:
        """What must never be, whatever the input: a crash, a fault of ours, a traceback, network, too much."""
        found = []
        if self.status not in {0, 1, 2}:
            found.append(f"status {self.status}: {self.told[-300:]}")
        if "Traceback (most recent call last)" in self.told:
            found.append("a traceback")
        if self.status == 2 and not self.told.strip():
            found.append("no message")
        if self.touched:
            found.append(f"reached for {self.touched}")
        if self.seconds > seconds:
            found.append(f"{self.seconds:.1f} s")
        if self.megabytes > megabytes:
            found.append(f"{self.megabytes} MB")
        return found


class Isolated:
    """The server process, as a context manager."""

    def __enter__(self) -> Isolated:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.isolated"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._server.communicate()

    def run(
        self, *arguments: str | Path, seconds: int = 30, forbidden: Sequence[str] = (), cwd: Path | None = None
    ) -> Outcome:
        """Run ``kgtools`` with the arguments.

        Args:
            arguments: the command line.
            seconds: after so many, it is ended.
            forbidden: paths that it must not open.
            cwd: the folder that it runs in.
        """
        order = {
            "arguments": [os.fsdecode(os.fspath(argument)) for argument in arguments],
            "seconds": seconds,
            "forbidden": list(forbidden),
            "cwd": str(cwd or ROOT),
        }
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        print(json.dumps(order), file=self._server.stdin, flush=True)
        return Outcome(**json.loads(self._server.stdout.readline()))


def _serve() -> None:
    for module in ("validate", "convert", "diff", "load", "accept", "fmt", "import", "sparql", "query", "explain"):
        __import__(f"kgtools.cli.{module}_verb")

    for line in sys.stdin:
        print(json.dumps(asdict(_forked(json.loads(line)))), flush=True)


def _forked(order: dict[str, Any]) -> Outcome:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as notes:
        child = os.fork()
        if not child:
            _child(order, out, err, notes)
        status, usage = _awaited(child, time.monotonic() + order["seconds"] * 8)
        texts = []
        for stream in (out, err, notes):
            stream.seek(0)
            texts.append(stream.read(2_000_000).decode("utf-8", "replace"))
    touched = [line for line in texts[2].splitlines() if not line.isdecimal()]
    peak = max((int(line) for line in texts[2].splitlines() if line.isdecimal()), default=usage.ru_maxrss // 1024)
    return Outcome(status, texts[0], texts[1], usage.ru_utime + usage.ru_stime, peak, touched[:5])


def _awaited(child: int, deadline: float) -> tuple[int, resource.struct_rusage]:
    pause = 0.001
    while True:
        done, status, usage = os.wait4(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status), usage
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)


def _child(order: dict[str, Any], out: IO[bytes], err: IO[bytes], notes: IO[bytes]) -> None:
    """Run the command under limits, and never return."""
    status = 3
    try:
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (out.fileno(), 1), (err.fileno(), 2)):
            os.dup2(source, target)
        seconds = order["seconds"]
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
        resource.setrlimit(resource.RLIMIT_AS, (_SPACE, _SPACE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.chdir(order["cwd"])
        _watch(notes, order["forbidden"])
        from kgtools.cli.main import main

        try:
            status = main(order["arguments"])
        except SystemExit as stop:  # argparse
            status = int(stop.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
        state = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        peak = next(line.split()[1] for line in state if line.startswith("VmHWM"))
        os.write(notes.fileno(), f"{int(peak) // 1024}\n".encode())
    except BaseException:  # noqa: BLE001 - told to the parent as what a user would see
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
        status = 3
    os._exit(status)


def _watch(notes: IO[bytes], forbidden: Sequence[str]) -> None:
    """Note every attempt to use the network, and to open what must not be opened."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        opened = event == "open" and any(isinstance(a, str) and a in forbidden for a in arguments[:1])
        if event in _NETWORK or opened:
            os.write(notes.fileno(), f"{event} {arguments[-1 if event in _NETWORK else 0]!r}\n"[:300].encode())
            if event in _NETWORK:
                raise OSError("the network was used")

    sys.addaudithook(hook)


if __name__ == "__main__":
    _serve()
