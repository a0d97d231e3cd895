"""An embedded store on a disk: who may read it and who may write, and changing it all at once.

Readers share a lock on the store's file ``IDENTITY``, which RocksDB writes once and never changes. A change is made in
a copy beside the store, while readers go on; then the copy takes the store's place, for which it waits until those who
read just now have ended. The copy is cheap: RocksDB never changes a table file (``.sst``), so it is linked.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from kgtools.graph.disk.durable import real_path
from kgtools.graph.disk.folders import StagedFolder, recover_folder, staged_folder
from kgtools.graph.disk.locks import FileLock, holders, locked_elsewhere
from kgtools.graph.store.interface import StoreError

_IDENTITY: Final = "IDENTITY"
_CURRENT: Final = "CURRENT"
_LOCK: Final = "LOCK"


def is_store(folder: Path) -> bool:
    """Whether a folder holds a store."""
    return (folder / _CURRENT).is_file()


def lock_to_read(folder: Path) -> FileLock | None:
    """Keep a store from being changed while it is read; the lock is held until it is released or forgotten.

    Args:
        folder: the store's folder.

    Returns:
        The lock, or nothing where the store has no file to lock.

    Raises:
        StoreError: there is no store.
        InUseError: somebody writes to it, and takes long.
    """
    recover_folder(folder)
    _require_store(folder)
    with suppress(FileNotFoundError):  # nobody waits to write
        FileLock(_turn(folder), folder, shared=True).release()
    return _locked(folder, shared=True)


def lock_to_write(folder: Path) -> FileLock | None:
    """Keep everybody else from a store, which is written to in its place; returns and raises as ``lock_to_read``."""
    return _exclusive(folder) if (folder / _IDENTITY).exists() else None


@contextmanager
def changed_copy(folder: Path) -> Iterator[StagedFolder]:
    """A copy of a store to write to; ``install_copy`` puts it in the store's place.

    Args:
        folder: the store's folder, which need not exist.

    Raises:
        StoreError: the folder holds something else than a store.
        InUseError: somebody else writes to the store.
        OSError: the folder that it lies in can't be written to.
    """
    with staged_folder(folder) as staged:
        target = staged.target
        if not is_store(target):
            _require_free(target)
            yield staged
            return
        lock = locked_elsewhere(target / _LOCK)
        try:
            _copy(target, staged.work)
            yield staged
        finally:
            if lock is not None:
                os.close(lock)


def install_copy(staged: StagedFolder) -> None:
    """Put a changed copy in the place of its store, when those who read it have ended.

    Raises:
        InUseError: somebody reads the store, and takes long.
        OSError: it can't be put there; the store is as it was.
    """
    readers = _exclusive(staged.target) if is_store(staged.target) else None
    try:
        staged.install()
    finally:
        if readers is not None:
            readers.release()


def in_use_by_rocksdb(folder: Path) -> str | None:
    """Who has a store open to write to it in its place, as far as is known."""
    try:
        with (folder / _LOCK).open("rb") as lock:
            who = holders(lock.fileno())
    except OSError:
        return None
    return who


def _exclusive(folder: Path) -> FileLock | None:
    """A lock that nobody else shares; who wants to read from now on waits."""
    turn = None
    with suppress(PermissionError):  # then it takes luck among many readers
        turn = FileLock(_turn(folder), folder, make=True)
    try:
        return _locked(folder, shared=False)
    finally:
        if turn is not None:
            turn.release()


def _turn(folder: Path) -> Path:
    real = real_path(folder)
    return real.parent / f".{real.name}.kgtools-turn"


def _locked(folder: Path, *, shared: bool) -> FileLock | None:
    try:
        return FileLock(folder / _IDENTITY, folder, shared=shared)
    except FileNotFoundError:
        return None


def _copy(folder: Path, work: Path) -> None:
    reading = _locked(folder, shared=True)  # not while it is written to in its place
    try:
        for entry in sorted(folder.iterdir()):
            if entry.name == _LOCK or entry.name.startswith("LOG"):  # the log of what RocksDB did
                continue
            if entry.is_dir():
                shutil.copytree(entry, work / entry.name, symlinks=True)
            elif entry.suffix != ".sst" or not _linked(entry, work / entry.name):
                shutil.copyfile(entry, work / entry.name)
    finally:
        if reading is not None:
            reading.release()


def _linked(file: Path, new: Path) -> bool:
    try:
        new.hardlink_to(file)
    except OSError:  # a file system without links
        return False
    return True


def _require_store(folder: Path) -> None:
    if not folder.exists():
        raise StoreError(f"There is no store at {folder}; 'kgtools load --store {folder}' makes one.")
    if not folder.is_dir():
        raise StoreError(f"{folder} is a file, but a store is a folder; name the folder.")
    if os.access(folder, os.R_OK | os.X_OK) and not is_store(folder):
        raise StoreError(f"The folder {folder} holds no store; 'kgtools load --store {folder}' makes one.")


def _require_free(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder} is a file; name a folder for the store.")
    if folder.is_dir() and any(folder.iterdir()):
        raise StoreError(f"The folder {folder} holds something that is not a store; name an empty or new folder.")
