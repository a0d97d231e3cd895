"""A memory graph as bytes and back, for whoever wants to read the same graph again without parsing it.

Terms come first, as text: those of one kind together, so that nothing need be said of each. Then come numbers, each
the place of a term: for each property its subjects with their first values, then the subjects that have several.
Nothing in the bytes is run: bytes that are made up give a wrong graph or an error.
"""

from __future__ import annotations

import itertools
import json
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

import pyoxigraph as ox

from kgtools.graph.store.interface import Term
from kgtools.shacl.graph import Column, MemoryGraph, cells, without_cyclic_collection

_BETWEEN: Final = "\0"
"""What stands between two texts."""
_LENGTH: Final = 8  # bytes that say how long the heading is
_NUMBER: Final = "I"
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_Simple: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
_Kind: TypeAlias = tuple[str, str, str]  # what a term is, its language, its datatype


class FrozenGraphError(ValueError):
    """Bytes are not those of a graph."""


def freeze(graph: MemoryGraph, counted: Counter[Term], lists: Sequence[Sequence[Term]]) -> bytes | None:
    """A graph as bytes.

    Args:
        graph: the graph.
        counted: how many statements there were about each subject.
        lists: lists of subjects.

    Returns:
        The bytes; None where the graph has terms that can't be given back as they are.
    """
    by_kind: defaultdict[_Kind, list[_Simple]] = defaultdict(list)
    for term in graph.terms():
        if isinstance(term, ox.Triple) or _BETWEEN in term.value:
            return None
        by_kind[_kind_of(term)].append(term)
    numbers: dict[Term, int] = {
        term: number for number, term in enumerate(t for terms in by_kind.values() for t in terms)
    }
    written = array(_NUMBER)
    columns = [(predicate.value, *_write(column, numbers, written)) for predicate, column in graph.columns.items()]
    written.extend(numbers[subject] for subject in counted)
    written.extend(counted.values())
    for one in lists:
        written.extend(numbers[subject] for subject in one)
    heading = {
        "order": sys.byteorder,
        "size": written.itemsize,
        "kinds": [(*kind, len(terms)) for kind, terms in by_kind.items()],
        "columns": columns,
        "counted": len(counted),
        "lists": list(map(len, lists)),
    }
    texts = _BETWEEN.join(term.value for terms in by_kind.values() for term in terms).encode()
    head = json.dumps({**heading, "texts": len(texts)}).encode()
    data = b"".join((len(head).to_bytes(_LENGTH, "big"), head, texts, written.tobytes()))
    found, *others = thaw(data)
    is_same = found.columns == graph.columns and found.terms() == graph.terms()
    is_same = is_same and others == [counted, list(map(list, lists))]
    return data if is_same else None


def thaw(data: bytes) -> tuple[MemoryGraph, Counter[Term], list[list[Term]]]:
    """The graph that ``freeze`` made bytes of, how many statements there were about each subject, and the lists.

    Raises:
        FrozenGraphError: the bytes are not those of a graph.
    """
    try:
        with without_cyclic_collection():
            return _thaw(data)
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise FrozenGraphError(f"These bytes are not those of a graph: {error}") from error


def _thaw(data: bytes) -> tuple[MemoryGraph, Counter[Term], list[list[Term]]]:
    begin = _LENGTH + int.from_bytes(data[:_LENGTH], "big")
    heading = json.loads(data[_LENGTH:begin])
    end = begin + heading["texts"]
    numbers = array(_NUMBER)
    if (heading["order"], heading["size"]) != (sys.byteorder, numbers.itemsize):
        raise FrozenGraphError("They were written on another kind of machine.")
    numbers.frombytes(memoryview(data)[end:])
    left = _Numbers(numbers)
    terms = list(_terms(heading["kinds"], data[begin:end].decode().split(_BETWEEN)))
    columns = {ox.NamedNode(name): _read(left, terms, *sizes) for name, *sizes in heading["columns"]}
    subjects, times = left.take(heading["counted"]), left.take(heading["counted"])
    counted = Counter(dict(zip(map(terms.__getitem__, subjects), times, strict=True)))
    lists = [list(map(terms.__getitem__, left.take(size))) for size in heading["lists"]]
    return MemoryGraph.of(columns, terms), counted, lists


def _kind_of(term: _Simple) -> _Kind:
    if isinstance(term, ox.Literal):
        return "literal", term.language or "", term.datatype.value
    return "iri" if isinstance(term, ox.NamedNode) else "blank", "", ""


def _terms(kinds: Iterable[tuple[str, str, str, int]], texts: list[str]) -> Iterator[Term]:
    begin = 0
    for kind, language, datatype, count in kinds:
        yield from _of_kind(kind, language, datatype, texts[begin : begin + count])
        begin += count


def _of_kind(kind: str, language: str, datatype: str, texts: list[str]) -> Iterable[Term]:
    if kind == "iri":
        return map(ox.NamedNode, texts)
    if kind == "blank":
        return map(ox.BlankNode, texts)
    if language:
        return (ox.Literal(text, language=language) for text in texts)
    if datatype == _STRING:
        return map(ox.Literal, texts)
    type_ = ox.NamedNode(datatype)
    return (ox.Literal(text, datatype=type_) for text in texts)


def _write(column: Column, numbers: dict[Term, int], written: array[int]) -> tuple[int, int, int]:
    """Write a column, and say how many subjects it has, how many of them have several values, and how many these."""
    several = [(subject, cell) for subject, cell in column.items() if type(cell) is dict]
    more = [value for _, cell in several for value in cell]
    written.extend(map(numbers.__getitem__, column))
    written.extend(numbers[next(iter(cells(cell)))] for cell in column.values())
    written.extend(numbers[subject] for subject, _ in several)
    written.extend(len(cell) for _, cell in several)
    written.extend(map(numbers.__getitem__, more))
    return len(column), len(several), len(more)


def _read(left: _Numbers, terms: list[Term], size: int, several: int, more: int) -> Column:
    term = terms.__getitem__
    subjects, firsts = left.take(size), left.take(size)
    column: Column = dict(zip(map(term, subjects), map(term, firsts), strict=True))
    numbers, counts, values = left.take(several), left.take(several), iter(left.take(more))
    for number, count in zip(numbers, counts, strict=True):
        column[terms[number]] = dict.fromkeys(map(term, itertools.islice(values, count)))
    return column


class _Numbers:
    """Numbers, of which the next ones are taken."""

    def __init__(self, numbers: array[int]) -> None:
        self._numbers = numbers
        self._taken = 0

    def take(self, count: int) -> array[int]:
        """The next numbers.

        Raises:
            FrozenGraphError: there are not so many.
        """
        begin, self._taken = self._taken, self._taken + count
        if not 0 <= count <= len(self._numbers) - begin:
            raise FrozenGraphError("They end too early.")
        return self._numbers[begin : self._taken]
