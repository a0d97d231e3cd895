"""Replacing a whole folder at once: the new one is written beside it and changes places with it.

On Linux the two change places in one step (renameat2(2), RENAME_EXCHANGE). Elsewhere the old folder is first put aside
under a hidden name; a command that was killed just then has it put back by the next one.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kgtools.graph.disk.durable import flush_folder, flush_tree, make_folder, real_path
from kgtools.graph.disk.locks import LOCK, FileLock

_TEMPORARY: Final = ".kgtools-tmp"
_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2
_UNABLE: Final = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EXDEV})


class StagedFolder:
    """A folder that is written beside another, to take its place.

    Attributes:
        target: the folder whose place it will take, which need not exist.
        work: where to write.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.work = target.parent / f".{target.name}.{os.urandom(6).hex()}{_TEMPORARY}"
        self.work.mkdir()

    def install(self, *, at_once: bool = True) -> None:
        """Put what was written in the target's place.

        Args:
            at_once: in one step where the system can; else, and where it can't, in two.

        Raises:
            OSError: it can't be put there; the target is as it was.
        """
        flush_tree(self.work)
        if not self.target.exists():
            self.work.rename(self.target)
        elif not (at_once and _exchanged(self.work, self.target)):
            aside = _aside(self.target)
            self.target.rename(aside)
            self.work.rename(self.target)
            flush_folder(self.target.parent)
            shutil.rmtree(aside)
        flush_folder(self.target.parent)


@contextmanager
def staged_folder(target: Path) -> Iterator[StagedFolder]:
    """A folder to write into, which ``install`` puts in the place of another; without that it is thrown away.

    Args:
        target: the folder to replace; no other command may replace it meanwhile.

    Raises:
        InUseError: another command is replacing it.
        OSError: the folder that it lies in can't be written to.
    """
    target = real_path(target)
    make_folder(target.parent)
    lock = FileLock(_lock_of(target), target, make=True)
    try:
        _tidy(target)
        staged = StagedFolder(target)
        try:
            yield staged
        except OSError as error:
            raise _of_target(error, staged) from error
        finally:
            shutil.rmtree(staged.work, ignore_errors=True)
    finally:
        lock.release()


def _of_target(error: OSError, staged: StagedFolder) -> OSError:
    """An error of a file under the working folder, as one of the folder that the user named."""
    named = str(error.filename or staged.work)
    return OSError(error.errno, error.strerror, str(staged.target)) if named.startswith(str(staged.work)) else error


def recover_folder(target: Path) -> None:
    """Put back a folder that a command had put aside when it was killed.

    Raises:
        InUseError: a command is replacing the folder just now, and takes long.
        OSError: the folder that it lies in can't be written to.
    """
    target = real_path(target)
    if target.exists() or not _aside(target).exists():
        return
    lock = FileLock(_lock_of(target), target, make=True)
    try:
        _tidy(target)
    finally:
        lock.release()


def _tidy(target: Path) -> None:
    """Undo, or throw away, what commands left that were killed; only for who holds the lock."""
    aside = _aside(target)
    if aside.exists() and not target.exists():
        aside.rename(target)
    start = f".{target.name}."
    for path in target.parent.iterdir():
        if path == aside or (path.name.startswith(start) and path.name.endswith(_TEMPORARY) and path.is_dir()):
            shutil.rmtree(path)
        elif path.name.startswith(f".{start}") and f"{_TEMPORARY}." in path.name:  # the lock of such a folder
            path.unlink(missing_ok=True)


def _lock_of(target: Path) -> Path:
    return target.parent / f".{target.name}{LOCK}"


def _aside(target: Path) -> Path:
    return target.parent / f".{target.name}.kgtools-old"


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; false where the system can't."""
    if sys.platform != "linux":
        return False
    try:
        import ctypes  # late, since it takes as long to import as the store

        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:  # a C library before glibc 2.28
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNABLE:
        return False
    raise OSError(number, os.strerror(number), str(other))
