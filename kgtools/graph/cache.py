"""The project's graph as an index on disk, so that a cold question need not read every file as RDF again.

The index lies in the user's cache folder under the hash of everything that it was made from: the bytes of each file,
its name, and the version of the engine. Files that differ in one byte have another hash, so an index can't be out of
date; it can only be missing. It holds the union of the files' graphs, which is what questions read.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
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
_KEPT: Final = 3  # the newest indexes; others are removed when one is made


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
        _tidy(index.parent)
    shutil.rmtree(making, ignore_errors=True)


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


def _tidy(folder: Path) -> None:
    """Remove old indexes, and nothing else that the user may keep in the folder that was named."""
    ours = (each for each in folder.iterdir() if _NAME.fullmatch(each.name) and each.is_dir() and not each.is_symlink())
    indexes = sorted(ours, key=lambda each: -each.stat().st_mtime)
    for old in indexes[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
