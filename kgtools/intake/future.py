"""Days on which nobody can have read or looked at anything yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import SPF

_DAYS: Final = {
    SPF + "dateAccessed": "access date",
    SPF + "dateRead": "day read",
    SPF + "dateReviewed": "review date",
    SPF + "dateOfInquiry": "day of the look",
    SPF + "dateSubmitted": "submission date",
}
"""The days on which somebody did something."""


def read_after(records: Mapping[ox.NamedNode, Iterable[ox.Triple]], day: dt.date) -> Iterator[tuple[ox.NamedNode, str]]:
    """The records that say that somebody did something after a day, each with a sentence on it.

    Args:
        records: the statements about each record.
        day: the day, mostly today.
    """
    for subject, facts in records.items():
        for triple in sorted(facts, key=str):
            noun = _DAYS.get(triple.predicate.value)
            if noun and isinstance(triple.object, ox.Literal) and triple.object.value[:10] > day.isoformat():
                written = f"The {noun} {triple.object.value} is after today, {day.isoformat()};"
                yield subject, f"{written} write the day on which it was done."
