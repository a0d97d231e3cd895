"""Checks of truth that time alone brings: what was read long ago, what is due, what must have been decided by now.

They are found by state, with a count, because a year after a round of review nearly every record would be a line.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from kgtools.core.namespaces import ID, PREFIXES, shortened
from tools.check.model import Found, declare
from tools.check.repository import Repository

_GROUP: Final = "Age"
_YEAR: Final = dt.timedelta(days=365)
_PROLOGUE: Final = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("spf", "legal-status"))
_SOURCES: Final = """SELECT DISTINCT ?source ?day ?code {
  ?source a spf:Source ; spf:dateAccessed ?day .
  OPTIONAL { ?record spf:hasSource ?source ; spf:jurisdiction/spf:uspsCode ?code }
}"""
_RECORDS: Final = """SELECT DISTINCT ?record ?day ?code {
  { ?record a spf:StatePolicy ; spf:dateReviewed ?day } UNION { ?record a spf:Inquiry ; spf:dateOfInquiry ?day }
  ?record spf:jurisdiction/spf:uspsCode ?code
}"""
_PROPOSED: Final = """SELECT DISTINCT ?policy ?year ?instrument {
  ?policy a spf:StatePolicy ; spf:legalStatus legal-status:proposed ; spf:yearProposed ?year .
  OPTIONAL { ?policy spf:instrument ?instrument }
}"""


@declare(
    title="Sources were last read more than a year ago",
    problem="Laws are amended and pages vanish. What a source said more than a year ago may not be what it says now.",
    solution="Read the sources again in the yearly round of review (docs/how-to/review-every-year.md), and record the "
    "day.",
    example='source:x spf:dateAccessed "2024-05-01"^^xsd:date',
    group=_GROUP,
)
def source_not_read_again(repository: Repository) -> Iterator[Found]:
    """Each source was read within a year."""
    days = _days(repository, _SOURCES)
    for state, old in _older_than_a_year(days, repository.today).items():
        yield _found(repository, state, old, days, "source", "last read")


@declare(
    title="Records are due for review",
    problem="A state policy was last compared with its sources, or somebody last looked and found nothing, more than a "
    "year ago. Legislatures meet every year, so the answer may have changed.",
    solution="Review the records of the state: kgtools query due-for-review lists them, oldest first.",
    example='state-policy:x spf:dateReviewed "2024-05-01"^^xsd:date',
    group=_GROUP,
)
def record_due(repository: Repository) -> Iterator[Found]:
    """Each state policy and each look is at most a year old."""
    days = _days(repository, _RECORDS)
    for state, old in _older_than_a_year(days, repository.today).items():
        yield _found(repository, state, old, days, "record", "last reviewed")


@declare(
    title="Something is still recorded as proposed after its year",
    problem="A bill lives for one session of a legislature, or for two where bills carry over, and a draft rule or a "
    "request is decided at some time. This one was proposed in an earlier year, so it has passed, failed or been "
    "carried over, and the record does not say which.",
    solution="Look up what became of it, and set its legal status and year.",
    example="state-policy:x spf:legalStatus legal-status:proposed ; spf:yearProposed 2019 .",
    group=_GROUP,
)
def still_proposed(repository: Repository) -> Iterator[Found]:
    """Nothing of an earlier year is recorded as proposed."""
    for row in repository.store.select(_PROLOGUE + _PROPOSED).rows:
        policy, year, instrument = (str(getattr(term, "value", "")) for term in row)
        if int(year) < repository.today.year:
            since = f"{shortened(policy)} was proposed in {year}"
            if instrument != f"{ID}instrument/bill":
                yield Found(f"{since} and is recorded as proposed to this day.", policy)
            elif int(year) < repository.today.year - 1:
                yield Found(f"{since}, and its session has ended.", policy)
            else:
                yield Found(f"{since}, and its session has ended, unless bills carry over there.", policy)


def _days(repository: Repository, query: str) -> dict[tuple[str, str], str]:
    """The latest day of each thing, by postal code (empty for what belongs to no state) and IRI."""
    found: dict[tuple[str, str], str] = {}
    for row in repository.store.select(_PROLOGUE + query).rows:
        thing, day, code = (str(getattr(term, "value", "")) for term in row)
        found[code, thing] = max(day, found.get((code, thing), ""))
    return found


def _older_than_a_year(days: dict[tuple[str, str], str], today: dt.date) -> dict[str, list[str]]:
    """The things of each state whose day is more than a year past; a year or a month counts from its end."""
    earliest = (today - _YEAR).isoformat()
    found: dict[str, list[str]] = defaultdict(list)
    for (state, thing), day in sorted(days.items()):
        if day < earliest[: len(day)]:
            found[state].append(thing)
    return found


def _found(
    repository: Repository,
    state: str,
    old: Iterable[str],
    days: dict[tuple[str, str], str],
    noun: str,
    happened: str,
) -> Found:
    things = sorted(old, key=lambda thing: (days[state, thing], thing))
    first = things[0]
    file, line = repository.place_of(first)
    place = f" of {state}" if state else ""
    number = f"1 {noun}{place} was" if len(things) == 1 else f"{len(things):,} {noun}s{place} were"
    message = f"{number} {happened} more than a year ago; the oldest is {shortened(first)}, on {days[state, first]}."
    return Found(message, f"{ID}jurisdiction/{state.lower()}" if state else first, file, line)


CHECKS: Final = (source_not_read_again, record_due, still_proposed)
