"""An in-memory graph by property, made for reading whole columns of (focus node, value) pairs.

It keeps literals as they were written, which a pyoxigraph store does not.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from typing import Protocol, TypeAlias

import pyoxigraph as ox

from kgtools.graph.store.interface import Term
from kgtools.shacl.paths import (
    Alternative,
    Inverse,
    OneOrMore,
    Path,
    Predicate,
    Sequence,
    ZeroOrMore,
    ZeroOrOne,
    inverse_of,
)
from kgtools.shacl.vocab import RDF_TYPE, RDFS_SUBCLASS_OF

# One value stands for itself; several are the keys of a dict, which keeps their order and drops repetitions.
Cell: TypeAlias = "Term | dict[Term, None]"
Column: TypeAlias = dict[Term, Cell]
_SKIPPED = 4  # entries of a column that are passed over in search of the next node


class Pairs(Mapping[Term, Collection[Term]]):
    """The values that a path leads to from each of many nodes, side by side.

    A dict would have to hash every node, which for many nodes is most of the work. Here it is done when one node is
    asked for.

    Args:
        nodes: the nodes, each once.
        ends: the values of each, in the order of the nodes.
    """

    def __init__(self, nodes: Collection[Term], ends: list[Collection[Term]]) -> None:
        self.nodes = nodes
        self.ends = ends
        self._index: dict[Term, Collection[Term]] | None = None

    @classmethod
    def staying(cls, nodes: Collection[Term]) -> Pairs:
        """The path that leads nowhere: each node is its own value."""
        return cls(nodes, [(node,) for node in nodes])

    def __getitem__(self, node: Term) -> Collection[Term]:
        if self._index is None:
            self._index = dict(zip(self.nodes, self.ends, strict=True))
        return self._index[node]

    def __iter__(self) -> Iterator[Term]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def items(self) -> Iterable[tuple[Term, Collection[Term]]]:  # type: ignore[override]
        """The nodes, each with its values."""
        return zip(self.nodes, self.ends, strict=True)

    def values(self) -> list[Collection[Term]]:  # type: ignore[override]
        """The values of each node, in the order of the nodes."""
        return self.ends


class Statement(Protocol):
    """A triple, or a quad read as one."""

    @property
    def subject(self) -> ox.NamedNode | ox.BlankNode | ox.Triple: ...  # noqa: D102
    @property
    def predicate(self) -> ox.NamedNode: ...  # noqa: D102
    @property
    def object(self) -> Term: ...  # noqa: D102


@contextmanager
def without_cyclic_collection() -> Iterator[None]:
    """Switch off cyclic garbage collection, which would scan millions of terms that hold no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


_NO_ENTRY: tuple[None, None] = (None, None)


def cells(cell: Cell | None) -> Collection[Term]:
    """The values in a cell."""
    if cell is None:
        return ()
    return cell if type(cell) is dict else (cell,)  # type: ignore[return-value]


def _put(column: Column, key: Term, value: Term) -> None:
    """Add to a cell what may be there already."""
    cell = column.get(key)
    if type(cell) is dict:
        cell[value] = None
    elif cell is None:
        column[key] = value
    elif cell != value:
        column[key] = {cell: None, value: None}  # type: ignore[dict-item]


def _without(column: Column, hidden: Collection[Term]) -> Column:
    """A column without some subjects."""
    if column.keys().isdisjoint(hidden):
        return column
    return {subject: cell for subject, cell in column.items() if subject not in hidden}


def _united(column: Column, other: Column) -> Column:
    """The entries of two columns, in this order."""
    united = {**column, **other}
    for subject in column.keys() & other.keys():
        united[subject] = column[subject]
        for value in cells(other[subject]):
            _put(united, subject, value)
    return united


def _read(column: Column, nodes: Collection[Term]) -> Pairs:
    """The cells of many nodes.

    Nodes and column are mostly in the same order, that of the data, so that the two are walked side by side, and a
    node is looked up, which means hashing it, only where they part. ``cells`` is written out, since this is where the
    time goes.
    """
    if not column:
        return Pairs(nodes, [()] * len(nodes))
    entries = iter(column.items())
    key: Term | None
    cell: Cell | None
    key, cell = next(entries)
    ends: list[Collection[Term]] = []
    append, get = ends.append, column.get
    for node in nodes:
        skipped = 0
        while key is not node and skipped < _SKIPPED:
            key, cell = next(entries, _NO_ENTRY)
            skipped += 1
        found = cell if key is node else get(node)
        append(() if found is None else found if type(found) is dict else (found,))  # type: ignore[arg-type]
    return Pairs(nodes, ends)


class MemoryGraph:
    """A graph to validate.

    Args:
        triples: the data graph.
        context: triples that are looked up but never reported on, such as the ontology and reference data: a node
            is a focus node only if the data graph says something about it, or nobody does.
    """

    def __init__(self, triples: Iterable[Statement] = (), context: Iterable[Statement] = ()) -> None:
        self.columns: dict[ox.NamedNode, Column] = {}
        self._backwards: dict[ox.NamedNode, Column] = {}
        self._terms: dict[Term, Term] = {}
        self._context_only: frozenset[int] | None = None  # the identities of what only context describes
        self._own: frozenset[Term] | None = None  # the subjects of the data graph, where there is context too
        self._add(triples)
        self._described: frozenset[Term] = frozenset()
        context = list(context)
        if context:
            own = self.subjects()
            self._add(context)
            self._own, self._described = own, self.subjects()

    @classmethod
    def of(cls, columns: dict[ox.NamedNode, Column], terms: Iterable[Term]) -> MemoryGraph:
        """The graph of columns that were another's.

        Args:
            columns: the columns.
            terms: their subjects and values, each once, and as the same object everywhere.
        """
        graph = cls()
        graph.columns = columns
        graph._terms = {term: term for term in terms}
        return graph

    @classmethod
    def over(cls, triples: Iterable[Statement], context: MemoryGraph, hidden: Collection[Term]) -> MemoryGraph:
        """A graph to validate whose context was read before; it shares columns with it, and neither may change.

        Args:
            triples: the data graph.
            context: the context.
            hidden: the subjects about which the context's statements do not count.
        """
        graph = cls()
        graph._terms = context._terms
        graph._add(triples)
        own = graph.subjects()
        left = {predicate: _without(column, hidden) for predicate, column in context.columns.items()}
        graph._join(left)
        if any(left.values()):
            graph._own, graph._described = own, graph.subjects()
        return graph

    @classmethod
    def joined(cls, triples: Iterable[Statement], others: MemoryGraph) -> MemoryGraph:
        """The graph of some statements, and after them of others that were read before; it takes their columns over."""
        graph = cls()
        graph._terms = others._terms
        graph._add(triples)
        graph._join(others.columns)
        return graph

    def _join(self, columns: Mapping[ox.NamedNode, Column]) -> None:
        for predicate, column in columns.items():
            if column:
                mine = self.columns.get(predicate)
                self.columns[predicate] = column if mine is None else _united(mine, column)

    def add(self, triples: Iterable[Statement]) -> Counter[Term]:
        """Add statements before anything is asked.

        Args:
            triples: the statements.

        Returns:
            How many there are about each subject, repeated ones included.
        """
        runs: list[tuple[Term, int]] = []
        ends = [self._add(triples, runs)]
        counted: Counter[Term] = Counter()
        for subject, first in reversed(runs):
            counted[subject] += ends.pop() - first
            ends.append(first)
        return counted

    def drop(self, subjects: Set[Term]) -> None:
        """Take out the statements about some subjects before anything is asked."""
        for column in self.columns.values():
            for subject in column.keys() & subjects:
                del column[subject]

    def _add(self, triples: Iterable[Statement], runs: list[tuple[Term, int]] | None = None) -> int:
        """Add statements, and note at which of them the subject is another; triples of a subject come together."""
        intern, columns = self._terms.setdefault, self.columns
        last: Term | None = None
        number = -1
        with without_cyclic_collection():
            for number, triple in enumerate(triples):
                subject, predicate, value = triple.subject, triple.predicate, triple.object
                if subject != last:
                    last = intern(subject, subject)
                    if runs is not None:
                        runs.append((last, number))
                value = intern(value, value)
                column = columns.get(predicate)
                if column is None:
                    column = columns[predicate] = {}
                if column.setdefault(last, value) is not value:
                    _put(column, last, value)
        return number + 1

    def limited(self, predicates: Collection[ox.NamedNode], nodes: Collection[Term]) -> MemoryGraph:
        """The same graph with only some nodes' values of some properties; the rest is shared, not copied."""
        found = MemoryGraph()
        found.columns, found._terms, found._own, found._described = (
            {**self.columns}, self._terms, self._own, self._described,
        )  # fmt: skip
        for predicate in predicates:
            column = self.column(predicate)
            found.columns[predicate] = {node: cell for node in nodes if (cell := column.get(node)) is not None}
        return found

    def interned(self, term: Term) -> Term:
        """The one object that stands for a term in this graph; equal terms of the graph are the same object."""
        return self._terms.setdefault(term, term)

    def triples(self, predicates: Collection[ox.NamedNode] | None = None) -> Iterator[tuple[Term, ox.NamedNode, Term]]:
        """The triples as they were written, of all properties or of some."""
        for predicate in self.columns if predicates is None else predicates:
            for subject, cell in self.columns.get(predicate, {}).items():
                for value in cells(cell):
                    yield subject, predicate, value

    def about(self, subject: Term) -> Iterator[tuple[ox.NamedNode, Term]]:
        """What is said of a subject: properties and values."""
        for predicate, column in self.columns.items():
            for value in cells(column.get(subject)):
                yield predicate, value

    def reported(self, nodes: Iterable[Term]) -> dict[Term, None]:
        """Those of some nodes that can be focus nodes, each once.

        Args:
            nodes: terms as the graph has them, so that the identity of each is enough, and is fast to hash.
        """
        distinct = dict.fromkeys(nodes)
        if self._own is None:
            return distinct
        if self._context_only is None:
            self._context_only = frozenset(map(id, self._described - self._own))
        only = self._context_only
        return {node: None for node in distinct if id(node) not in only}

    def is_reported(self, node: Term) -> bool:
        """Whether a node can be a focus node, or is only context."""
        return self._own is None or node in self._own or node not in self._described

    def subjects(self) -> frozenset[Term]:
        """What the graph, context included, says something about."""
        return frozenset().union(*self.columns.values())

    @property
    def own(self) -> frozenset[Term]:
        """What the data graph says something about."""
        return self.subjects() if self._own is None else self._own

    def terms(self) -> Collection[Term]:
        """The subjects and values of the graph, context included, each once."""
        return self._terms

    def is_own(self, node: Term) -> bool:
        """Whether the data graph says something about a node, and not only the context."""
        return self._own is None or node in self._own

    def column(self, predicate: ox.NamedNode) -> Column:
        """Subjects and values of a property."""
        return self.columns.get(predicate, {})

    def backwards(self, predicate: ox.NamedNode) -> Column:
        """Values and subjects of a property; built when first asked for."""
        found = self._backwards.get(predicate)
        if found is None:
            found = self._backwards[predicate] = {}
            with without_cyclic_collection():
                for subject, cell in self.column(predicate).items():
                    if type(cell) is dict:
                        for value in cell:
                            _put(found, value, subject)
                    elif found.setdefault(cell, subject) is not subject:  # type: ignore[arg-type]
                        _put(found, cell, subject)  # type: ignore[arg-type]
        return found

    def pairs(self, path: Path, nodes: Collection[Term]) -> Pairs:
        """The value nodes of a path for each node (SHACL section 2.3.1), each value once.

        Args:
            path: the property path.
            nodes: where to start.

        Returns:
            For each of the nodes its values, empty ones included.
        """
        match path:
            case Predicate(iri):
                return _read(self.column(iri), nodes)
            case Inverse(Predicate(iri)):
                return _read(self.backwards(iri), nodes)
            case Inverse(inner):
                return self.pairs(inverse_of(inner), nodes)
            case Alternative(branches):
                return _merged([self.pairs(branch, nodes) for branch in branches], nodes)
            case Sequence(steps):
                return self._walk(steps, nodes)
            case ZeroOrOne(inner):
                return _merged([Pairs.staying(nodes), self.pairs(inner, nodes)], nodes)
            case ZeroOrMore(inner):
                return Pairs(nodes, [self._reach(inner, (node,)) for node in nodes])
            case OneOrMore(inner):
                first = self.pairs(inner, nodes)
                return Pairs(nodes, [self._reach(inner, each) for each in first.values()])

    def values(self, path: Path, node: Term) -> Collection[Term]:
        """The value nodes of a path for one node."""
        return self.pairs(path, (node,)).ends[0]

    def _walk(self, steps: tuple[Path, ...], nodes: Collection[Term]) -> Pairs:
        current: Pairs = self.pairs(steps[0], nodes)
        for step in steps[1:]:
            middle = {value for values in current.values() for value in values}
            onward = self.pairs(step, middle)
            ends: list[Collection[Term]] = [
                dict.fromkeys(end for value in values for end in onward[value]) for values in current.values()
            ]
            current = Pairs(nodes, ends)
        return current

    def _reach(self, path: Path, start: Collection[Term]) -> dict[Term, None]:
        """Everything that repeated steps of a path lead to, the start included."""
        found: dict[Term, None] = dict.fromkeys(start)
        fresh: Collection[Term] = tuple(found)
        while fresh:
            onward = self.pairs(path, fresh)
            fresh = dict.fromkeys(end for values in onward.values() for end in values if end not in found)
            found.update(fresh)
        return found

    def subclasses(self, cls: Term) -> Collection[Term]:
        """A class and all that are below it."""
        return self.values(ZeroOrMore(Inverse(Predicate(RDFS_SUBCLASS_OF))), cls)

    def instances(self, cls: Term) -> dict[Term, None]:
        """The SHACL instances of a class (section 1.1): by type, or by the type's superclasses."""
        by_type = self.backwards(RDF_TYPE)
        return dict.fromkeys(node for each in self.subclasses(cls) for node in cells(by_type.get(each)))


def _merged(parts: list[Pairs], nodes: Collection[Term]) -> Pairs:
    return Pairs(
        nodes,
        [
            dict.fromkeys(value for values in each for value in values)
            for each in zip(*(part.ends for part in parts), strict=True)
        ],
    )
