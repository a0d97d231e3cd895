"""Days on which nobody can have read or looked at anything yet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeGuard

import pyoxigraph as ox

from kgtools.core.namespaces import SPF
from kgtools.graph.store import Term
from kgtools.shacl.graph import MemoryGraph, cells
from kgtools.validation.documents import Document

_DAYS: Final = {
    SPF + "dateAccessed": "access date",
    SPF + "dateRead": "day read",
    SPF + "dateReviewed": "review date",
    SPF + "dateOfInquiry": "day of the look",
    SPF + "dateSubmitted": "submission date",
}
"""The days on which somebody did something."""
_DAY: Final = re.compile(r"(?<![0-9])[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}")


def read_after(records: Mapping[ox.NamedNode, Iterable[ox.Triple]], day: dt.date) -> Iterator[tuple[ox.NamedNode, str]]:
    """The records that say that somebody did something after a day, each with a sentence on it.

    Args:
        records: the statements about each record.
        day: the day, mostly today.
    """
    for subject, facts in records.items():
        for triple in sorted(facts, key=str):
            if told := _after(triple, day):
                yield subject, f"{told}; write the day on which it was done."


def days_after(document: Document, day: dt.date) -> Iterator[tuple[ox.Triple, str]]:
    """The statements of a file that somebody did something after a day, each with a sentence on it.

    Args:
        document: the file, of which most hold no such day at all.
        day: the day, mostly today.
    """
    if document.is_table or any(found > day.isoformat() for found in _DAY.findall(document.text)):
        found = ((triple, told) for triple in document.triples if (told := _after(triple, day)))
        yield from sorted(found, key=lambda each: str(each[0])) if document.is_table else found


def may_be_after(graph: MemoryGraph, day: dt.date) -> bool:
    """Whether a graph holds such a day after a day at all, which most do not.

    Args:
        graph: the files with their context.
        day: the day, mostly today.
    """
    return any(
        _is_after(value, day)
        for name in _DAYS
        for cell in graph.column(ox.NamedNode(name)).values()
        for value in cells(cell)
    )


def _after(triple: ox.Triple, day: dt.date) -> str:
    """What to say of a statement that somebody did something after a day, without a full stop; empty for others.

    Args:
        triple: the statement.
        day: the day, mostly today.
    """
    noun = _DAYS.get(triple.predicate.value)
    if not noun or not _is_after(triple.object, day):
        return ""
    return f"The {noun} {triple.object.value} is after today, {day.isoformat()}"


def _is_after(value: Term, day: dt.date) -> TypeGuard[ox.Literal]:
    """Whether a value is a day after another; words such as "yesterday" are no day at all."""
    return isinstance(value, ox.Literal) and value.value[:10] > day.isoformat() and value.value[:1].isdecimal()
