"""Saying that a file or a folder is in use, so that two commands never write to it at once.

Locks are those of ``flock``: the system lets go of them when their process ends, however it ends, so that none is ever
stale. Where there is no ``flock`` (Windows) nothing is locked. docs/explanation/architecture.md says why no library
does this.
"""

from __future__ import annotations

import errno
import os
import shlex
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from kgtools.core.errors import UserError

if os.name == "posix":
    import fcntl

PATIENCE = 5.0
"""Seconds that a command waits for another one to end, unless its caller says otherwise."""
PROC = Path("/proc")
"""Where Linux lists processes and their locks."""
LOCK: Final = ".kgtools-lock"
_PAUSE: Final = 0.02
_SHOWN: Final = 100  # characters of a command line
_held: set[tuple[str, int]] = set()


class InUseError(UserError):
    """Another process uses what was asked for; the message names it."""

    def __init__(self, thing: Path, holders: str) -> None:
        super().__init__(
            f"{thing} is in use by {holders}. Wait until that ends, then run this again; nothing was changed."
        )


class FileLock:
    """A lock on a file.

    Args:
        file: the file.
        thing: what messages say is in use.
        shared: many may hold it shared, or one not.
        make: make the file where it is missing, and remove it in the end.
        patience: how many seconds to wait for others; ``PATIENCE`` by default.

    Raises:
        InUseError: others still held it after that time.
        OSError: the file can't be opened.
    """

    def __init__(
        self, file: Path, thing: Path, *, shared: bool = False, make: bool = False, patience: float | None = None
    ) -> None:
        self._file, self._made = file, make
        self._descriptor: int | None = _acquired(file, thing, shared=shared, make=make, patience=patience)
        if make:
            with suppress(OSError):  # a full disk; it only helps messages
                os.ftruncate(self._descriptor, 0)
                os.write(self._descriptor, f"process {os.getpid()} ({_command(sys.argv)})".encode())

    def release(self) -> None:
        """Let go of it; a second time does nothing."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        if self._made:
            with suppress(OSError):
                self._file.unlink()  # a process that waits for it sees that it is gone, and makes it again
        os.close(descriptor)

    def __del__(self) -> None:
        if getattr(self, "_descriptor", None) is not None:
            self.release()


@contextmanager
def in_use(folder: Path, *, patience: float | None = None) -> Iterator[None]:
    """Keep other commands from writing into a folder while this one reads it and writes into it.

    May be used again inside itself.

    Args:
        folder: the folder; gets a hidden file for the time.
        patience: how many seconds to wait for others; ``PATIENCE`` by default.

    Raises:
        InUseError: another command still used it after that time.
        OSError: the folder can't be written to.
    """
    key = (os.path.realpath(folder), threading.get_ident())
    if key in _held:
        yield
        return
    lock = FileLock(folder / LOCK, folder, make=True, patience=patience)
    _held.add(key)
    try:
        yield
    finally:
        _held.discard(key)
        lock.release()


def locked_elsewhere(file: Path) -> int | None:
    """Lock a file as RocksDB does, in the manner of ``fcntl``, which is apart from that of ``flock``.

    Args:
        file: the file.

    Returns:
        A descriptor to close when the lock is no longer needed, or nothing where files can't be locked.

    Raises:
        InUseError: another process has locked it.
    """
    if os.name != "posix":
        return None
    descriptor = os.open(file, os.O_RDWR)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        who = holders(descriptor)
        os.close(descriptor)
        raise InUseError(file.parent, who) from error
    return descriptor


def _acquired(file: Path, thing: Path, *, shared: bool, make: bool, patience: float | None) -> int:
    end = time.monotonic() + (PATIENCE if patience is None else patience)
    flags = (os.O_RDONLY if shared else os.O_RDWR) | (os.O_CREAT if make else 0)
    while True:
        descriptor = _opened(file, thing, flags)
        if _lock(descriptor, shared=shared):
            if _is(file, descriptor):
                return descriptor
            os.close(descriptor)  # it was removed, or another took its place, while we waited
            continue
        who = holders(descriptor) if time.monotonic() >= end else ""
        os.close(descriptor)
        if who:
            raise InUseError(thing, who)
        time.sleep(_PAUSE)


def _opened(file: Path, thing: Path, flags: int) -> int:
    try:
        return os.open(file, flags, 0o666)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(thing)) from error


def _lock(descriptor: int, *, shared: bool) -> bool:
    if os.name != "posix":
        return True
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise
    return True


def _is(file: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(file.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def holders(descriptor: int) -> str:
    """Who holds a lock on an open file, as far as the system reports: ``process 12 (kgtools load …)``."""
    found = [f"process {pid}{_called(pid)}" for pid in _holding(os.fstat(descriptor))]
    if found:
        return " and ".join(found[:3]) + (f" and {len(found) - 3} more" if found[3:] else "")
    written = os.read(descriptor, 200).decode(errors="replace")
    return written if written.startswith("process ") and written.isprintable() else "another process"


def _holding(status: os.stat_result) -> list[int]:
    """The processes that ``locks`` of ``PROC`` (proc(5)) names for a file."""
    name = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    try:
        lines = (PROC / "locks").read_text(encoding="ascii").splitlines()
    except OSError:
        return []
    held = (line.split() for line in lines if "->" not in line)  # an arrow: waits for it
    return sorted({int(words[4]) for words in held if words[5] == name and int(words[4]) > 0})


def _called(pid: int) -> str:
    try:
        parts = (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return ""
    return f" ({_command(parts)})"


def _command(parts: Sequence[str]) -> str:
    """A command line as the user wrote it, without the interpreter before it."""
    own = next((number for number, part in enumerate(parts) if _is_kgtools(part)), None)
    words = parts if own is None else ["kgtools", *parts[own + 1 :]]
    text = "".join(character if character.isprintable() else "?" for character in shlex.join(words))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _is_kgtools(part: str) -> bool:
    path = Path(part)
    return path.name == "kgtools" or (path.name == "__main__.py" and path.parent.name == "kgtools")
