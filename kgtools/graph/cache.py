"""What is kept in the user's cache folder, so that a cold command need not read every file as RDF again.

A question reads an index: the project's graph as a store, the union of its files' graphs. Other commands keep files
there. All of it lies under the hash of everything that it was made from: the bytes of each file, its name, and the
version of the engine. Files that differ in one byte have another hash, so nothing that is kept can be out of date; it
can only be missing. What is damaged counts as missing.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.core.project import Project
from kgtools.graph.disk.locks import InUseError
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore, StoreError

VARIABLE: Final = "KGTOOLS_CACHE"
_OFF: Final = "off"
_FORM: Final = 1  # raised when an index is made in another way
_NAME: Final = re.compile(r"[0-9a-f]{32}")
_FILE: Final = re.compile(r"[0-9a-f]{32}\.[a-z]+")
_KEPT: Final = 3  # the newest indexes, and the newest files of a kind; others are removed when one is made
_DIGEST: Final = 32  # bytes, before what a file holds


def cached_project(project: Project) -> EmbeddedStore:
    """The ontology and data of a project: from the index where there is one, and from the files where there is none.

    Args:
        project: the project.

    Raises:
        UnreadableFileError: a file isn't RDF.
    """
    index = _index(project)
    if index is not None and index.is_dir():
        try:
            return EmbeddedStore(index, read_only=True)
        except (StoreError, InUseError, OSError, RuntimeError):
            pass  # an index is never needed; the files are
    return load_project(project)


def remember(project: Project, store: EmbeddedStore) -> None:
    """Make the index of a project that was loaded into memory; without effect where the cache folder can't be written.

    Args:
        project: the project.
        store: what ``cached_project`` gave.
    """
    index = _index(project) if store.name == "memory" else None
    if index is None or index.exists():
        return
    making = index.with_name(f"{index.name}.{os.getpid()}")
    with suppress(OSError, StoreError, InUseError, RuntimeError):
        making.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with EmbeddedStore(making) as made:
            made.load({quad.triple for quad in store.inner})
            made.flush()
        making.rename(index)
        _tidy(index.parent, _is_index)
    shutil.rmtree(making, ignore_errors=True)


def keeps_files() -> bool:
    """Whether there is a folder to keep files in; it may turn out that it can't be written."""
    return _folder() is not None


def kept_file(name: str) -> bytes | None:
    """What a file holds that was kept; None where there is none, or it was damaged.

    Args:
        name: its name: 32 hexadecimal digits of a hash, a dot, and what it is.
    """
    folder = _folder()
    if folder is None:
        return None
    try:
        data = (folder / name).read_bytes()
    except OSError:
        return None
    if hashlib.sha256(memoryview(data)[_DIGEST:]).digest() == data[:_DIGEST]:
        return data[_DIGEST:]
    say_passed_over(f"{folder / name} is damaged")
    return None


def keep_file(name: str, data: bytes) -> None:
    """Keep a file, for ``kept_file`` to read; without effect where the cache folder can't be written.

    Args:
        name: as for ``kept_file``.
        data: what it holds.
    """
    folder = _folder()
    if folder is None:
        return
    making = folder / f".{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(hashlib.sha256(data).digest() + data)
        making.replace(folder / name)
        kind = Path(name).suffix
        _tidy(folder, lambda each: each.suffix == kind and bool(_FILE.fullmatch(each.name)) and each.is_file())
    except OSError as error:
        say_passed_over(f"{folder} can't be written: {error}")
        with suppress(OSError):
            making.unlink(missing_ok=True)


def say_passed_over(reason: str) -> None:
    """Say to whoever looks for faults that the cache is of no use here; nobody else needs to know."""
    import logging

    logging.getLogger(__name__).debug("%s, so that the files are read instead.", reason)


def _index(project: Project) -> Path | None:
    folder = _folder()
    return None if folder is None else folder / _hash(project)


def _folder() -> Path | None:
    named = os.environ.get(VARIABLE, "")
    if named == _OFF:
        return None
    home = os.environ.get("XDG_CACHE_HOME", "")
    with suppress(RuntimeError):  # a user without a home folder
        return Path(named) if named else (Path(home) if home else Path.home() / ".cache") / "kgtools"
    return None


def _hash(project: Project) -> str:
    found = hashlib.sha256(f"{_FORM} {ox.__version__}".encode())
    for file in (*project.ontology, *project.data):
        content = file.read_bytes()
        found.update(f"\n{project.graph_of(file)} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()[:32]


def _tidy(folder: Path, is_meant: Callable[[Path], bool]) -> None:
    """Remove what is old, and nothing else that the user may keep in the folder that was named."""
    ours = (each for each in folder.iterdir() if not each.is_symlink() and is_meant(each))
    for old in sorted(ours, key=lambda each: -each.stat().st_mtime)[_KEPT:]:
        if old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.unlink(missing_ok=True)


def _is_index(path: Path) -> bool:
    return bool(_NAME.fullmatch(path.name)) and path.is_dir()
