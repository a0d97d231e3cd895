"""The project's whole graph, or a part of it, in a store."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kgtools.project import Project
from kgtools.rdf.reading import check_file, read_triples
from kgtools.store import EmbeddedStore, RemoteStore, Store


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
