"""Writing files so that a reader never finds half of one."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from kgtools.graph.disk.durable import flush_folder, make_folder, real_path, write_through
from kgtools.graph.disk.journal import write_together
from kgtools.graph.disk.locks import FileLock, InUseError

_ENDING: Final = ".kgtools-tmp"


def write_files(contents: Mapping[Path, str], *, within: Path | None = None) -> None:
    """Write several text files as UTF-8, all of them or none; see ``write_binary_files``."""
    write_binary_files({target: text.encode() for target, text in contents.items()}, within=within)


def write_binary_files(contents: Mapping[Path, bytes], *, within: Path | None = None) -> None:
    """Write several files, all of them or none, also when the process is killed half-way.

    A single file is written beside its target, flushed, and renamed. Several go through a journal. What a symbolic
    link points to is written, and the link stays. A device or a pipe is written to as it is.

    Args:
        contents: the content of each file.
        within: the folder that they belong to, whose readers call ``recover``; by default the one they share.

    Raises:
        InUseError: another command writes several files there.
        OSError: a file can't be written; none of the targets has changed.
    """
    special = {target for target in contents if _is_special(target)}
    for target in special:
        target.write_bytes(contents[target])
    targets = {real_path(target): data for target, data in contents.items() if target not in special}
    if len(targets) == 1:
        [(target, data)] = targets.items()
        _write_one(target, data)
    elif targets:
        write_together(targets, within or Path(os.path.commonpath([target.parent for target in targets])))


def _is_special(target: Path) -> bool:
    """Whether a path is a device, a pipe or a socket, which can't be replaced.

    Raises:
        IsADirectoryError: it is a folder.
    """
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    return not stat.S_ISREG(mode)


def _write_one(target: Path, data: bytes) -> None:
    make_folder(target.parent)
    _sweep(target.parent)
    temporary = target.parent / f".{os.urandom(6).hex()}{_ENDING}"
    lock = FileLock(temporary, target, make=True)  # shows others that somebody is at work on it
    try:
        write_through(temporary, data, target)
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target)
        flush_folder(target.parent)
    finally:
        lock.release()


def _sweep(folder: Path) -> None:
    """Remove what commands left that were killed: their locks on it are gone."""
    for name in os.listdir(folder):  # noqa: PTH208 - many times as fast as Path objects in a large folder
        if name.startswith(".") and name.endswith(_ENDING):
            with suppress(OSError, InUseError):
                _remove_left(folder / name, folder)


def _remove_left(file: Path, folder: Path) -> None:
    if not stat.S_ISREG(file.lstat().st_mode):
        return
    lock = FileLock(file, folder, patience=0)
    try:
        file.unlink()
    finally:
        lock.release()
