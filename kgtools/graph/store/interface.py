"""The interface that everything above a store is written against.

Terms are pyoxigraph's: they are cheap to import, immutable, hashable and print as N-Triples.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import pyoxigraph as ox

from kgtools.core.errors import UserError

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
TermTriple: TypeAlias = ox.Triple


Answer: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | list[TermTriple]
"""What comes of a query: solutions, yes or no, or triples."""


class StoreError(UserError):
    """A store could not be reached, or refused what was asked; the message is a sentence for the user."""


class QuerySyntaxError(StoreError):
    """The query or update is not valid SPARQL."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a query reads (SPARQL 1.1 Protocol, section 2.1.4).

    Attributes:
        default: the graphs that make up the default graph.
        named: the graphs that ``GRAPH`` reaches.
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Solutions:
    """The answer to a SELECT query.

    Attributes:
        variables: the projected variables without their question mark, in projection order.
        rows: one tuple a solution, as long as ``variables``; ``None`` stands for an unbound variable.
    """

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


class Store(Protocol):
    """A set of RDF graphs that answers SPARQL 1.1.

    The default graph of a query is the union of all graphs, so that a query reads the same whether the data was
    loaded into one graph or into one graph per file.
    """

    @property
    def name(self) -> str:
        """What messages call this store: a folder, an address, or ``memory``."""
        ...

    def select(self, query: str) -> Solutions:
        """Answer a SELECT query.

        Raises:
            QuerySyntaxError: the text is not a valid SELECT query.
            StoreError: the store can't be reached or refuses.
        """
        ...

    def ask(self, query: str) -> bool:
        """Answer an ASK query; raises as ``select`` does."""
        ...

    def construct(self, query: str) -> Iterable[TermTriple]:
        """Answer a CONSTRUCT or DESCRIBE query; raises as ``select`` does."""
        ...

    def answer(self, query: str, dataset: Dataset | None = None) -> Answer:
        """Answer a query of any form.

        Args:
            query: the query.
            dataset: the graphs that it reads; those that its own FROM clauses name, or the union of all graphs, where
                none is given.

        Raises:
            QuerySyntaxError: the text is not a valid query.
            StoreError: the store can't be reached or refuses.
        """
        ...

    def update(self, update: str) -> None:
        """Run a SPARQL 1.1 Update request; raises as ``select`` does."""
        ...

    def load(self, triples: Iterable[TermTriple], graph: str | None = None) -> int:
        """Add triples to a named graph, or to the default graph.

        Args:
            triples: what to add.
            graph: the IRI of the named graph.

        Returns:
            The number of triples handed over, duplicates included.
        """
        ...

    def graphs(self) -> tuple[str, ...]:
        """The IRIs of the named graphs that hold a triple, sorted."""
        ...
