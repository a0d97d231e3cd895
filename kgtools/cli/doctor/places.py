"""The project's folder, the embedded store, and the stores that the user names."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kgtools.cli.doctor.model import Diagnosis, Need, State, works
from kgtools.cli.doctor.packages import PIP_INSTALL
from kgtools.core.errors import UserError

_TIMEOUT: Final = 15  # seconds that a server has for a question that every server answers at once


def examine_project(start: Path | None) -> Iterator[Diagnosis]:
    """Whether the project is found, and whether it can be written.

    Args:
        start: the folder that the user named.
    """
    from kgtools.graph.projects import find_project

    subject = "Project"
    try:
        project = find_project(start)
    except UserError as error:
        remedy = "Go to a clone of the project, or name one with --project DIR before the verb."
        yield Diagnosis(subject, Need.REQUIRED, State.BROKEN, str(error), remedy, counts=True)
        return
    files = len(project.ontology) + len(project.data) + len(project.shapes)
    yield works(subject, Need.REQUIRED, f"{project.root}, {files} files of Turtle")
    yield _examine_writing(project.root / "data")


def _examine_writing(folder: Path) -> Diagnosis:
    subject = "Writing to the project"
    try:
        with tempfile.TemporaryFile(dir=folder):
            return works(subject, Need.SOME, f"{folder} can be written")
    except OSError as error:
        found = f"{folder} can't be written ({error.strerror}), needed for kgtools accept, import and fmt"
        remedy = "Work in your own clone, or give yourself permission to write to the folder."
        return Diagnosis(subject, Need.SOME, State.MISSING, found, remedy)


def examine_embedded_store() -> Diagnosis:
    """Whether a store on disk keeps a triple: one is made where temporary files go, closed and opened again."""
    subject = "Embedded store"
    try:
        with tempfile.TemporaryDirectory() as folder:
            kept = _kept(Path(folder, "store"))
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is reported
        remedy = "Free space in the folder for temporary files, or name another in the environment variable TMPDIR."
        found = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        return Diagnosis(subject, Need.REQUIRED, State.BROKEN, found, remedy, counts=True)
    if not kept:
        found, remedy = (
            "it loses what is written to it",
            f"Run: {PIP_INSTALL} --force-reinstall pyoxigraph",
        )
        return Diagnosis(subject, Need.REQUIRED, State.BROKEN, found, remedy, counts=True)
    return works(subject, Need.REQUIRED, f"written and read back in {tempfile.gettempdir()}")


def _kept(folder: Path) -> bool:
    import pyoxigraph as ox

    from kgtools.core.namespaces import RDF, SPF
    from kgtools.graph.store import EmbeddedStore

    term = ox.NamedNode(SPF + "Any")
    with EmbeddedStore(folder) as store:
        store.load([ox.Triple(term, ox.NamedNode(RDF + "type"), term)])
    with EmbeddedStore(folder, read_only=True) as store:
        return store.ask(f"ASK {{ {term} a {term} }}")


def examine_store(location: str) -> Iterator[Diagnosis]:
    """Whether a store answers SPARQL, and whether it takes updates; nothing in it is changed.

    Args:
        location: the address of a SPARQL endpoint, or the folder of an embedded store.
    """
    from kgtools.core.namespaces import SPF
    from kgtools.graph.projects import named_store
    from kgtools.graph.store import RemoteStore

    try:
        store = RemoteStore(location, timeout=_TIMEOUT) if _is_address(location) else named_store(location)
        graphs = len(store.graphs())
        holds = store.select(f"SELECT ?condition {{ ?condition a <{SPF}Condition> }} LIMIT 1").rows
    except UserError as error:
        yield Diagnosis(location, Need.STORE, State.BROKEN, str(error), counts=True)  # the error says how to fix it
        return
    content = "the framework is in it" if holds else "the framework is not in it yet"
    yield works(location, Need.STORE, f"answers SPARQL; {graphs} named graphs, {content}")
    yield _examine_update(location)


def _is_address(location: str) -> bool:
    return location.startswith(("http://", "https://"))


def _examine_update(location: str) -> Diagnosis:
    """Whether a store can be written to; nothing is changed."""
    subject = "  updates"
    try:
        way = _update_way(location)
    except (UserError, PermissionError) as error:
        remedy = "To load into it, start the server with writing enabled, and give a user with permission to write."
        return Diagnosis(subject, Need.STORE, State.MISSING, f"refused: {error}", remedy)
    return works(subject, Need.STORE, f"taken{way}")


def _update_way(location: str) -> str:
    """By what the store takes updates, where that is not SPARQL: what changes nothing is asked for.

    Raises:
        UserError: it refuses, or can't be reached.
        PermissionError: its folder is not to be written to.
    """
    from kgtools.core.namespaces import GRAPH
    from kgtools.graph.loading import ServerTarget, open_target, update_address
    from kgtools.graph.store import RemoteStore
    from kgtools.graph.store.http import credentials_from_environment

    if not _is_address(location):
        if not os.access(location, os.W_OK):
            raise PermissionError(f"you do not have permission to write to {location}")
        return ""
    nowhere = f"<{GRAPH}doctor>"
    try:
        store = RemoteStore(location, update_address(location), timeout=_TIMEOUT)
        store.update(f"DELETE DATA {{ GRAPH {nowhere} {{ {nowhere} {nowhere} {nowhere} }} }}")
    except UserError:
        with open_target(location, credentials_from_environment()) as target:
            if not isinstance(target, ServerTarget):
                raise
            target.add(nowhere.strip("<>"), frozenset())
        return ", only by the Graph Store Protocol"
    return ""
