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
    try:
        path.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise
    return Path(os.path.realpath(path))


def write_through(file: Path, data: bytes, named: Path) -> None:
    """Write a file, and wait until it is on the disk.

    Args:
        file: the file, which nobody but us writes to.
        data: what it shall hold.
        named: what errors call it.

    Raises:
        OSError: it can't be written.
    """
    try:
        with file.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(named)) from error


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
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder, and those that it lies in, where they are missing; their names are on the disk then.

    Raises:
        NotADirectoryError: a file is where the folder, or one that it lies in, must be.
        OSError: it can't be made.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder)) from error
    for path in missing:
        flush_folder(path.parent)
