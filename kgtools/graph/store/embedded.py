"""The embedded store: pyoxigraph in memory, or in a folder."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self

import pyoxigraph as ox

from kgtools.graph.disk.locks import FileLock, InUseError
from kgtools.graph.regex import RegexError
from kgtools.graph.store.folder import in_use_by_rocksdb, lock_to_read, lock_to_write
from kgtools.graph.store.interface import Answer, Dataset, QuerySyntaxError, Solutions, StoreError, TermTriple
from kgtools.graph.store.query_limits import check_query
from kgtools.graph.store.query_regex import embedded_query
from kgtools.graph.store.query_syntax import syntax_message
from kgtools.graph.store.query_text import names_graphs
from kgtools.graph.store.written import WrittenForms

_WRITTEN_FORMS = "kgtools-written-forms.nq"


class EmbeddedStore:
    """A pyoxigraph store behind the ``Store`` interface.

    Args:
        folder: where the store lives; without one it is kept in memory.
        read_only: open an existing folder only to read, as others may at the same time.

    Raises:
        StoreError: the folder can't be opened as a store.
        InUseError: another process writes to it, or reads what this one would write to.
    """

    def __init__(self, folder: Path | None = None, *, read_only: bool = False) -> None:
        self._folder = folder
        self._lock = _locked(folder, read_only=read_only)
        self.inner = _open(folder, read_only=read_only)
        if folder and self._lock is None:
            self._lock = _locked(folder, read_only=read_only)  # a store that has just been made
        self._written = WrittenForms(folder / _WRITTEN_FORMS if folder else None)

    def close(self) -> None:
        """Let others write to the folder; the store can't be used any more."""
        del self.inner
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """The folder, or ``memory``."""
        return str(self._folder) if self._folder else "memory"

    def select(self, query: str) -> Solutions:
        """Answer a SELECT query over the union of all graphs; see ``Store.select``."""
        found = self._run(query)
        if not isinstance(found, ox.QuerySolutions):
            del found  # a traceback would keep it, and only this thread may drop it
            raise QuerySyntaxError("A SELECT query was expected here; this one is of another kind.")
        variables = tuple(variable.value for variable in found.variables)
        return Solutions(variables, tuple(tuple(row) for row in found))

    def ask(self, query: str) -> bool:
        """Answer an ASK query over the union of all graphs; see ``Store.ask``."""
        found = self._run(query)
        if not isinstance(found, ox.QueryBoolean):
            del found  # a traceback would keep it, and only this thread may drop it
            raise QuerySyntaxError("An ASK query was expected here; this one is of another kind.")
        return bool(found)

    def construct(self, query: str) -> Iterable[TermTriple]:
        """Answer a CONSTRUCT or DESCRIBE query over the union of all graphs; see ``Store.construct``."""
        found = self._run(query)
        if not isinstance(found, ox.QueryTriples):
            del found  # a traceback would keep it, and only this thread may drop it
            raise QuerySyntaxError("A CONSTRUCT or DESCRIBE query was expected here; this one is of another kind.")
        return list(found)

    def answer(self, query: str, dataset: Dataset | None = None) -> Answer:
        """Answer a query of any form; see ``Store.answer``."""
        return self._run(query, dataset, union=dataset is None and not names_graphs(query))

    def update(self, update: str) -> None:
        """Run an update; see ``Store.update``."""
        try:
            self.inner.update(embedded_query(update))
        except RegexError as error:
            raise QuerySyntaxError(f"This update failed: {error}.") from error
        except SyntaxError as error:
            fault = syntax_message(update, _report(ox.Store().update, update, error))
            raise QuerySyntaxError(f"This is not a valid SPARQL update: {fault}") from error
        except (OSError, RuntimeError) as error:
            raise StoreError(f"The store {self.name} refused the update: {error}") from error

    def load(self, triples: Iterable[TermTriple], graph: str | None = None) -> int:
        """Add triples in bulk; see ``Store.load``."""
        target = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        quads = [ox.Quad(t.subject, t.predicate, t.object, target) for t in triples]
        self.load_quads(quads)
        return len(quads)

    def load_quads(self, quads: Sequence[ox.Quad]) -> None:
        """Add quads in bulk; in a folder once for many graphs is ten times as fast as once for each.

        Raises:
            OSError: the disk is full.
            StoreError: the folder can't be written to.
        """
        try:
            self._written.remember(quads, self.inner)
            self.inner.bulk_extend(quads)
        except (OSError, RuntimeError) as error:
            raise _full_disk(error, self.name) or StoreError(
                f"The store {self.name} can't be written to: {error}."
            ) from error

    def drop(self, graph: str) -> None:
        """Remove a named graph with all its triples.

        Raises:
            OSError: the disk is full.
            StoreError: the folder can't be written to.
        """
        name = ox.NamedNode(graph)
        try:
            self._written.forget(name)
            self.inner.remove_graph(name)
        except (OSError, RuntimeError) as error:
            raise _full_disk(error, self.name) or StoreError(
                f"The store {self.name} can't be written to: {error}."
            ) from error

    def flush(self) -> None:
        """Wait until all is on the disk.

        Raises:
            OSError: the disk is full.
            StoreError: the folder can't be written to.
        """
        try:
            self.inner.flush()
        except (OSError, RuntimeError) as error:
            raise _full_disk(error, self.name) or StoreError(
                f"The store {self.name} can't be written to: {error}."
            ) from error

    def written_quads(self) -> Iterator[ox.Quad]:
        """All quads with their literals as they were written, where they came in through ``load``."""
        return self._written.of(self.inner)

    def load_turtle(self, data: bytes, base: str, graph: str) -> None:
        """Add Turtle to a named graph, twice as fast as triple by triple.

        Args:
            data: the text.
            base: the address that relative ones are resolved against.
            graph: the IRI of the named graph.

        Raises:
            SyntaxError: it is not Turtle.
        """
        self.inner.load(data, format=ox.RdfFormat.TURTLE, base_iri=base, to_graph=ox.NamedNode(graph))

    def graphs(self) -> tuple[str, ...]:
        """The IRIs of the named graphs, sorted; see ``Store.graphs``."""
        return tuple(sorted(g.value for g in self.inner.named_graphs() if isinstance(g, ox.NamedNode)))

    def __len__(self) -> int:
        return len(self.inner)

    def _run(
        self, query: str, dataset: Dataset | None = None, *, union: bool = True
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        check_query(query)
        try:
            text = embedded_query(query)
            if dataset is None:
                return self.inner.query(text, use_default_graph_as_union=union)
            return self.inner.query(
                text, default_graph=[*_nodes(dataset.default)], named_graphs=[*_nodes(dataset.named)]
            )
        except RegexError as error:
            raise QuerySyntaxError(f"This query failed: {error}.") from error
        except SyntaxError as error:
            fault = syntax_message(query, _report(ox.Store().query, query, error))
            raise QuerySyntaxError(f"This is not a valid SPARQL query: {fault}") from error
        except (OSError, RuntimeError) as error:
            raise StoreError(f"The store {self.name} could not answer: {error}") from error


def _report(run: Callable[[str], object], text: str, error: SyntaxError) -> str:
    """What the engine says of a text as it was written, with the places there, before regular expressions change."""
    try:
        run(text)
    except SyntaxError as own:
        return own.msg
    return error.msg


def _nodes(graphs: Iterable[str]) -> list[ox.NamedNode]:
    try:
        return [ox.NamedNode(graph) for graph in graphs]
    except ValueError as error:
        raise QuerySyntaxError(f"The name of a graph is not an absolute IRI: {error}") from error


def _locked(folder: Path | None, *, read_only: bool) -> FileLock | None:
    if folder is None:
        return None
    return lock_to_read(folder) if read_only else lock_to_write(folder)


def _open(folder: Path | None, *, read_only: bool) -> ox.Store:
    if folder is None:
        return ox.Store()
    try:
        return ox.Store.read_only(str(folder)) if read_only else ox.Store(str(folder))
    except (OSError, ValueError) as error:
        if "lock" in str(error).lower() and (user := in_use_by_rocksdb(folder)):
            raise InUseError(folder, user) from error
        raise _full_disk(error, str(folder)) or StoreError(
            f"The folder {folder} can't be opened as a store: {error}. "
            "Check that it holds a store made by kgtools or Oxigraph, and that no other program has it open."
        ) from error


def _full_disk(error: Exception, name: str) -> OSError | None:
    """The error of a full disk, which RocksDB reports only in words."""
    if "No space left on device" in str(error):
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name)
    return None
