"""What a command may cost that runs a query or a shape of somebody else's: time and memory.

Neither an engine in native code nor a regular expression can be interrupted from Python, so the process is ended. A
thread watches: the engine lets others run while it works. A regular expression of Python does not, but it does let
signals through, so an alarm stands behind the thread where the system has alarms.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

SECONDS: Final = 600
MEGABYTES: Final = 4_000
_PAUSE: Final = 0.1
_STATM: Final = Path("/proc/self/statm")


def add_limit_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--timeout`` and ``--max-memory`` to a verb."""
    parser.add_argument(
        "--timeout", type=natural, default=SECONDS, metavar="S", help=f"stop after S seconds (default: {SECONDS})"
    )
    parser.add_argument(
        "--max-memory",
        type=natural,
        default=MEGABYTES,
        metavar="MB",
        help=f"stop when more memory is needed (default: {MEGABYTES})",
    )


def natural(text: str) -> int:
    """A whole number of 0 or more, as an argument of the command line."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise argparse.ArgumentTypeError(f"'{text[:20]}' is not a whole number of 0 or more.")
    return int(text)


@contextmanager
def limited(what: str, seconds: int, megabytes: int) -> Iterator[None]:
    """End the process with a sentence and exit status 2 when the work takes too long or too much memory.

    Args:
        what: the work, as the beginning of a sentence.
        seconds: how long it may take; at least one.
        megabytes: how large the process may become, where the system reports it.
    """
    seconds = max(1, seconds)
    done = threading.Event()
    threading.Thread(target=_watch, args=(what, seconds, megabytes, done), daemon=True).start()
    try:
        with _alarm(what, seconds):
            yield
    finally:
        done.set()


def _watch(what: str, seconds: int, megabytes: int, done: threading.Event) -> None:
    end = time.monotonic() + seconds
    while not done.wait(_PAUSE):
        if time.monotonic() > end:
            _too_long(what, seconds)
        if _resident() > megabytes:
            _give_up(f"{what} needed more than {megabytes:,} MB of memory", "--max-memory")


@contextmanager
def _alarm(what: str, seconds: int) -> Iterator[None]:
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, lambda *_: _too_long(what, seconds))
    signal.setitimer(signal.ITIMER_REAL, seconds + 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _resident() -> int:
    """The megabytes that the process uses; 0 where the system does not report it."""
    try:
        return int(_STATM.read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_000_000
    except (OSError, ValueError, IndexError, AttributeError):
        return _peak()


def _peak() -> int:
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:
        return 0
    return getrusage(RUSAGE_SELF).ru_maxrss // (1_000_000 if sys.platform == "darwin" else 1_000)


def _too_long(what: str, seconds: int) -> NoReturn:
    _give_up(f"{what} took longer than {seconds:,} s", "--timeout")


def _give_up(what: str, option: str) -> NoReturn:
    os.write(2, f"kgtools: {what} and was stopped; allow more with {option}.\n".encode())
    os._exit(2)
