"""Bringing what was written onto the disk, so that it outlasts a loss of power."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path


def real_path(path: Path) -> Path:
    """A path with its symbolic links followed, so that what a link points to is written and the link stays.

    Raises:
        OSError: the links lead in a circle.
    """
    found = Path(os.path.realpath(path))
    if found.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return found


def write_through(file: Path, data: bytes) -> None:
    """Write a new file, and wait until it is on the disk.

    Raises:
        OSError: it is there already, or can't be written; what was written of it is removed.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        file.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(file)) from error


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if os.name != "posix":
        return  # a folder can't be opened elsewhere
    with suppress(PermissionError):  # one may write into a folder that one may not list
        _flush(folder)


def flush_tree(folder: Path) -> None:
    """Wait until all files under a folder are on the disk, and their names."""
    for root, _, names in os.walk(folder):
        for name in names:
            _flush(Path(root, name))
        flush_folder(Path(root))


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder, and those that it lies in, where they are missing; their names are on the disk then."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        flush_folder(path.parent)
