"""The project found and made whole, and its graph, or a part of it, in a store."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from kgtools.core.project import Project, project_folder
from kgtools.graph.disk.journal import recover
from kgtools.graph.reading import check_file, read_triples
from kgtools.graph.store import EmbeddedStore, RemoteStore, Store


def find_project(start: Path | None = None) -> Project:
    """Find the project, and finish or undo a change to it that was broken off.

    Args:
        start: a folder that the user named; nothing for the project around the current folder, or the installed one.

    Raises:
        ProjectError: the folder that the user named doesn't hold a project, or none is to be found.
        UnfinishedError: a command was killed while it changed the project, and the change can't be finished here.
        InUseError: a command is changing the project just now, and takes long.
    """
    folder = project_folder(start)
    recover(folder)
    return Project(folder.resolve())


def ontology_file(name: str) -> Path:
    """The path of one of the ontology's files: ``core``, ``schemes`` or ``alignments``."""
    return find_project().root / "ontology" / f"{name}.ttl"


@cache
def triples_of(file: Path) -> tuple[ox.Triple, ...]:
    """The triples of one of the project's own Turtle files, as written."""
    return tuple(ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(path=str(file)))


def load_project(project: Project, *, files: Iterable[Path] | None = None) -> EmbeddedStore:
    """Load ontology and data of a project into memory, one named graph a file.

    Args:
        project: the project.
        files: the files to load instead of the ontology and all data.

    Raises:
        UnreadableFileError: a file isn't RDF.
    """
    store = EmbeddedStore()
    for file in files if files is not None else (*project.ontology, *project.data):
        try:
            check_file(file)
            store.load_file(file, project.graph_of(file))
        except (SyntaxError, OSError, ValueError):
            store.load(read_triples(file), project.graph_of(file))  # tells what is wrong, and where
    return store


def open_store(location: str | None, project: Project) -> Store:
    """The store that the user named, or the project's own graph in memory.

    Args:
        location: the address of a SPARQL endpoint, the folder of an embedded store, or nothing.
        project: the project, for when there is no location.

    Raises:
        StoreError: the folder can't be opened.
    """
    return load_project(project) if location is None else named_store(location)


def named_store(location: str) -> Store:
    """The store at an address or in a folder.

    Args:
        location: the address of a SPARQL endpoint, or the folder of an embedded store.

    Raises:
        StoreError: the folder can't be opened.
    """
    if location.startswith(("http://", "https://")):
        return RemoteStore(location)
    return EmbeddedStore(Path(location), read_only=True)
