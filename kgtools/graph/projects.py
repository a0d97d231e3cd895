"""The project found and made whole, and its graph, or a part of it, in a store."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Final

from kgtools.core.project import Project, ProjectError, bundled_folder, is_bundled, project_folder
from kgtools.graph.disk.journal import recover
from kgtools.graph.files import Files
from kgtools.graph.guarding import refusal
from kgtools.graph.reading import format_of, read_content, refused_file, unreadable, without_mark
from kgtools.graph.store import EmbeddedStore, RemoteStore, Store

_COPIED: Final = "spf-kg"


def find_project(start: Path | None = None) -> Project:
    """Find the project, and finish or undo a change to it that was broken off.

    Args:
        start: a folder that the user named; nothing for the project around the current folder, or the installed one.

    Raises:
        ProjectError: the folder that the user named doesn't hold a project, or none is found.
        UnfinishedError: a command was killed while it changed the project, and the change can't be finished here.
        InUseError: a command is changing the project just now, and takes long.
    """
    folder = project_folder(start)
    recover(folder)
    return Project(folder.resolve())


def find_writable_project(start: Path | None = None) -> Project:
    """Find the project as ``find_project`` does, for a command that writes to its data.

    Raises:
        ProjectError: it is the copy that is installed with kgtools, or as for ``find_project``.
    """
    refuse_bundled(project_folder(start))
    return find_project(start)


def refuse_bundled(*places: Path) -> None:
    """Refuse to write to the project that is installed with kgtools: the next installation replaces it.

    Args:
        places: the folder of a project, or files.

    Raises:
        ProjectError: one of them is in the installed copy.
    """
    for place in filter(is_bundled, places):
        raise ProjectError(
            f"Nothing was written: it would have gone to {place.resolve()}, which belongs to the installed kgtools and "
            "is replaced with it. Write to a project of your own: clone the repository, or copy the installed one with "
            f"`{_copying()}`. Then run this again in that folder, or with --project {_COPIED}."
        )


def _copying() -> str:
    folder = bundled_folder().resolve()
    if os.name == "nt":
        return f'xcopy /E /I "{folder}" {_COPIED}'
    return f"cp -R {shlex.quote(str(folder))} {_COPIED}"


def load_project(project: Project, files: Files | None = None) -> EmbeddedStore:
    """Load ontology and data of a project into memory, one named graph per file.

    Args:
        project: the project.
        files: the files as the command reads them, where it needs their triples too; without, loading is twice as fast.

    Raises:
        UnreadableFileError: a file isn't RDF.
    """
    store = EmbeddedStore()
    for file in (*project.ontology, *project.data):
        if files is None:
            _load(store, file, project.graph_of(file))
        else:
            store.load(files.triples(file), project.graph_of(file))
    return store


def _load(store: EmbeddedStore, file: Path, graph: str) -> None:
    try:
        data = without_mark(read_content(file))
        if refused := refusal(data, format_of(file)):
            raise refused_file(file, refused)
        store.load_turtle(data, file.resolve().as_uri(), graph)
    except (SyntaxError, MemoryError, OSError, ValueError) as error:
        raise unreadable(file, error) from error


def open_store(location: str | None, project: Project, files: Files | None = None) -> Store:
    """The store that the user named, or the project's own graph in memory.

    Args:
        location: the address of a SPARQL endpoint, the folder of an embedded store, or nothing.
        project: the project, for when there is no location.
        files: as for ``load_project``.

    Raises:
        StoreError: the folder can't be opened.
    """
    return load_project(project, files) if location is None else named_store(location)


def named_store(location: str, seconds: int = 60) -> Store:
    """The store at an address or in a folder.

    Args:
        location: the address of a SPARQL endpoint, or the folder of an embedded store.
        seconds: how long to wait for each answer of an endpoint.

    Raises:
        StoreError: the folder can't be opened.
    """
    if location.startswith(("http://", "https://")):
        return RemoteStore(location, timeout=seconds)
    return EmbeddedStore(Path(location), read_only=True)
