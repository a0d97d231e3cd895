"""Putting graphs into a store: each whole or not at all, so that a run that was stopped can be repeated."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, TypeAlias
from urllib.parse import SplitResult, quote, urlsplit

import pyoxigraph as ox

from kgtools.core.namespaces import GRAPH
from kgtools.core.project import Project
from kgtools.graph.reading import apart, read_triples
from kgtools.graph.store import EmbeddedStore, RemoteStore, Solutions, Store, StoreError, TermTriple
from kgtools.graph.store.folder import changed_copy, install_copy
from kgtools.graph.store.http import Credentials, GraphServer

Progress: TypeAlias = "Callable[[str, int, int], None]"

_GRAPH_STORES: Final = {
    "/sparql": ("/sparql-graph-crud-auth", "graph-uri"),  # Virtuoso
    "/query": ("/store", "graph"),  # Oxigraph
}
_AT_ONCE: Final = 5000  # triples that one update takes
_IN_BULK: Final = 500_000  # triples that wait to be added to an embedded store at once
_UPDATES: Final = {"/query": "/update"}
_UPDATES_WITH_PASSWORD: Final = {"/sparql": "/sparql-auth"}  # Virtuoso


@dataclass(frozen=True, slots=True)
class Portion:
    """Files that go into one named graph."""

    graph: str
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one graph.

    Attributes:
        graph: its IRI.
        triples: how many triples the files hold.
        outcome: ``loaded``, ``replaced``, ``added to``, ``already there``, ``derived`` or ``determinations removed``.
    """

    graph: str
    triples: int
    outcome: str


class Target(Protocol):
    """Where graphs are put."""

    def holds(self, graph: str) -> int:
        """How many triples the graph holds."""
        ...

    def put(self, graph: str, triples: frozenset[ox.Triple]) -> None:
        """Make the graph hold these triples and no others, at once."""
        ...

    def add(self, graph: str, triples: frozenset[ox.Triple]) -> None:
        """Add these triples to the graph."""
        ...

    def construct(self, query: str) -> Iterable[TermTriple]:
        """The triples that a CONSTRUCT query makes of what is there now."""
        ...

    def select(self, query: str) -> Solutions:
        """The answer to a SELECT query over what is there now."""
        ...

    def update(self, update: str) -> None:
        """Run a SPARQL update."""
        ...


class FolderTarget:
    """An embedded store that is written to in a copy, so that others see all of a load or none of it.

    Attributes:
        changed: whether anything was put or added.
    """

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self._waiting: list[ox.Quad] = []
        self._waiting_for: set[str] = set()
        self.changed = False

    def holds(self, graph: str) -> int:
        """How many triples the graph holds."""
        if graph in self._waiting_for:
            self.flush()
        return count(self._store, graph)

    def put(self, graph: str, triples: frozenset[ox.Triple]) -> None:
        """Make the graph hold these triples and no others."""
        self.changed = True
        if self.holds(graph):
            self._store.drop(graph)
        self.add(graph, triples)

    def add(self, graph: str, triples: frozenset[ox.Triple]) -> None:
        """Add these triples to the graph, with others later on: it costs as much as for many."""
        self.changed = True
        name = ox.NamedNode(graph)
        self._waiting += [ox.Quad(t.subject, t.predicate, t.object, name) for t in triples]
        self._waiting_for.add(graph)
        if len(self._waiting) > _IN_BULK:
            self.flush()

    def construct(self, query: str) -> Iterable[TermTriple]:
        """The triples that a CONSTRUCT query makes of what is there now."""
        self.flush()
        return self._store.construct(query)

    def select(self, query: str) -> Solutions:
        """The answer to a SELECT query over what is there now."""
        self.flush()
        return self._store.select(query)

    def update(self, update: str) -> None:
        """Run a SPARQL update."""
        self.flush()
        self.changed = True
        self._store.update(update)

    def flush(self) -> None:
        """Add what waits."""
        self._store.load_quads(self._waiting)
        self._waiting, self._waiting_for = [], set()


class StagedTarget:
    """A store that is written to with SPARQL Update: triples wait in a graph of their own, and are moved at once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def holds(self, graph: str) -> int:
        """How many triples the graph holds."""
        return count(self._store, graph)

    def put(self, graph: str, triples: frozenset[ox.Triple]) -> None:
        """Make the graph hold these triples and no others; MOVE (SPARQL 1.1 Update, 3.2.4) is one request."""
        if len(triples) <= _AT_ONCE:
            name, body = ox.NamedNode(graph), _turtle(triples).decode()
            self._store.update(f"DROP SILENT GRAPH {name} ; INSERT DATA {{ GRAPH {name} {{ {body} }} }}")
            return
        staging = ox.NamedNode(f"{graph}?loading")
        self._store.update(f"DROP SILENT GRAPH {staging}")
        self._store.load(triples, staging.value)
        self._store.update(f"MOVE {staging} TO {ox.NamedNode(graph)}")

    def add(self, graph: str, triples: frozenset[ox.Triple]) -> None:
        """Add these triples to the graph; ADD (SPARQL 1.1 Update, 3.2.5) is one request."""
        if not triples:  # a graph of nothing does not come to be, and ADD fails without it
            return
        staging = ox.NamedNode(f"{graph}?loading")
        self._store.update(f"DROP SILENT GRAPH {staging}")
        self._store.load(triples, staging.value)
        self._store.update(f"ADD {staging} TO {ox.NamedNode(graph)} ; DROP GRAPH {staging}")

    def construct(self, query: str) -> Iterable[TermTriple]:
        """The triples that a CONSTRUCT query makes of what is there now."""
        return self._store.construct(query)

    def select(self, query: str) -> Solutions:
        """The answer to a SELECT query over what is there now."""
        return self._store.select(query)

    def update(self, update: str) -> None:
        """Run a SPARQL update."""
        self._store.update(update)


class ServerTarget:
    """A server that takes graphs through the Graph Store Protocol: one request a graph.

    Args:
        store: its endpoint.
        server: its graph store.
        update_url: where it takes updates with the same password as graphs, if the endpoint doesn't.
    """

    def __init__(self, store: RemoteStore, server: GraphServer, update_url: str | None = None) -> None:
        self._store = store
        self._server = server
        self._update_url = update_url

    def holds(self, graph: str) -> int:
        """How many triples the graph holds."""
        return count(self._store, graph)

    def put(self, graph: str, triples: frozenset[ox.Triple]) -> None:
        """Make the graph hold these triples and no others."""
        self._server.put(graph, _turtle(triples))
        self._store.look_again()

    def add(self, graph: str, triples: frozenset[ox.Triple]) -> None:
        """Add these triples to the graph."""
        self._server.post(graph, _turtle(triples))
        self._store.look_again()

    def construct(self, query: str) -> Iterable[TermTriple]:
        """The triples that a CONSTRUCT query makes of what is there now."""
        return self._store.construct(query)

    def select(self, query: str) -> Solutions:
        """The answer to a SELECT query over what is there now."""
        return self._store.select(query)

    def update(self, update: str) -> None:
        """Run a SPARQL update."""
        if self._update_url:
            self._server.update(self._update_url, update)
            self._store.look_again()
        else:
            self._store.update(update)


def _turtle(triples: Iterable[ox.Triple]) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


@contextmanager
def open_target(location: str, credentials: Credentials | None, graph_store: str | None = None) -> Iterator[Target]:
    """The place that the user named; what is put into a folder is there when the context ends without an error.

    Args:
        location: the address of a SPARQL endpoint, or the folder of an embedded store, made where there is none.
        credentials: for a server that asks for them.
        graph_store: the address of the server's graph store, where the location doesn't give it.

    Raises:
        StoreError: the folder can't be opened, or the server can't be reached.
        InUseError: another process writes to the folder, or reads it for long.
        OSError: the folder can't be written.
    """
    if location.startswith(("http://", "https://")):
        yield _on_server(location, credentials, graph_store)
        return
    with changed_copy(Path(location)) as staged:
        with EmbeddedStore(staged.work) as store:
            target = FolderTarget(store)
            yield target
            target.flush()
            store.flush()
        if target.changed:
            install_copy(staged)


def update_address(location: str) -> str | None:
    """Where a server takes updates, if that is known to be elsewhere than where it answers queries."""
    return _with_path(location, _UPDATES)


def _on_server(location: str, credentials: Credentials | None, graph_store: str | None) -> Target:
    store = RemoteStore(location, update_address(location))
    known = next((pair for end, pair in _GRAPH_STORES.items() if _split(location).path.endswith(end)), None)
    if graph_store:
        return ServerTarget(store, GraphServer(graph_store, known[1] if known else "graph", credentials))
    if known:
        address = _with_path(location, {end: pair[0] for end, pair in _GRAPH_STORES.items()})
        server = GraphServer(str(address), known[1], credentials)
        if server.answers(f"{GRAPH}none"):
            return ServerTarget(store, server, _with_path(location, _UPDATES_WITH_PASSWORD))
    return StagedTarget(store)


def _split(location: str) -> SplitResult:
    try:
        return urlsplit(location)
    except ValueError as error:
        raise StoreError(f"'{location[:80]}' is not an address: {error}.") from error


def _with_path(location: str, endings: dict[str, str]) -> str | None:
    parts = _split(location)
    for ending, other in endings.items():
        if parts.path.endswith(ending):
            return parts._replace(path=parts.path.removesuffix(ending) + other, query="").geturl()
    return None


def portions(project: Project, files: Iterable[Path], graph: str | None) -> tuple[Portion, ...]:
    """Which files go into which graph: one a file, as in the project, or all into one.

    Args:
        project: the project, whose own files have graphs of their own.
        files: the files.
        graph: the one graph for all of them.

    Raises:
        StoreError: two files would go into the same graph, or the graph isn't an IRI.
    """
    files = tuple(files)
    if graph is not None:
        return (Portion(_checked(graph), files),)
    by_graph: dict[str, Path] = {}
    for file in files:
        name = _graph_of(project, file)
        if name in by_graph:
            raise StoreError(f"{by_graph[name]} and {file} would go into the same graph; name one with --graph.")
        by_graph[name] = file
    return tuple(Portion(name, (file,)) for name, file in by_graph.items())


def _graph_of(project: Project, file: Path) -> str:
    if file.resolve().is_relative_to(project.root):
        return project.graph_of(file.resolve())
    return f"{GRAPH}files/{quote(file.stem, safe='')}"


def _checked(graph: str) -> str:
    try:
        ox.parse(f"<{graph}> <{graph}> <{graph}> .".encode(), format=ox.RdfFormat.N_TRIPLES).__next__()
    except (SyntaxError, StopIteration) as error:
        raise StoreError(f"'{graph[:80]}' is not an IRI; write one such as {GRAPH}mine.") from error
    return graph


def load_portions(
    target: Target,
    parts: tuple[Portion, ...],
    *,
    replace: bool,
    progress: Progress,
    read: Callable[[Path], Iterable[ox.Triple]] = read_triples,
) -> list[Loaded]:
    """Put graphs into a store, one after the other; a graph that is complete is not sent again.

    Args:
        target: where to.
        parts: which files into which graph.
        replace: overwrite a graph that is already there.
        progress: called with what is being done, and how far it is.
        read: gives the triples of a file; by default each file is read when its turn comes, and then let go.

    Raises:
        StoreError: the store can't be reached or refuses.
        UnreadableFileError: a file is not RDF.
    """
    done = []
    for number, part in enumerate(parts):
        progress("Loading", number, len(parts))
        triples = frozenset(t for file in part.files for t in apart(read(file), _tag(part.graph, file)))
        try:
            done.append(_load(target, part, triples, replace=replace))
        except StoreError as error:
            raise StoreError(
                f"{part.graph} was not loaded, graph {number + 1} of {len(parts)}; those before it are complete. "
                f"{error}"
            ) from error
    progress("Loading", len(parts), len(parts))
    return done


def _tag(graph: str, file: Path) -> str:
    """What the labels of a file's blank nodes begin with in a store; the same each time that it is loaded there."""
    named = f"{graph} {file.resolve()}".encode()
    return f"f{hashlib.sha256(named).hexdigest()[:16]}x"


def _load(target: Target, part: Portion, triples: frozenset[ox.Triple], *, replace: bool) -> Loaded:
    if replace:
        target.put(part.graph, triples)
        return Loaded(part.graph, len(triples), "replaced")
    there = target.holds(part.graph)
    if there == len(triples):
        return Loaded(part.graph, len(triples), "already there")
    if there == 0:
        target.put(part.graph, triples)
        return Loaded(part.graph, len(triples), "loaded")
    if any(isinstance(term, ox.BlankNode) for triple in triples for term in (triple.subject, triple.object)):
        raise StoreError(
            f"The graph {part.graph} holds {there} triples already, and {part.files[0]} has blank nodes, which would "
            "be there twice. Use --replace to overwrite the graph."
        )
    target.add(part.graph, triples)
    return Loaded(part.graph, len(triples), "added to")


def count(store: Store, graph: str) -> int:
    """How many triples a named graph holds."""
    answer = store.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {ox.NamedNode(graph)} {{ ?s ?p ?o }} }}")
    value = answer.rows[0][0] if answer.rows else None
    return int(value.value) if isinstance(value, ox.Literal) else 0
