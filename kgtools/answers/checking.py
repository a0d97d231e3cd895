"""Checking a statement about a state against the graph: borne out, contradicted, not on record, or not reviewed.

The graph never says more than it holds: a look that found nothing bears no *no* out, and a cell that nobody looked at
neither supports nor contradicts anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import SKOS, SPF
from kgtools.graph.store import Store, Term

BORNE_OUT: Final = "borne out"
CONTRADICTED: Final = "contradicted"
NOT_ON_RECORD: Final = "not on record"
NOT_REVIEWED: Final = "not reviewed"
_WORST_FIRST: Final = (CONTRADICTED, NOT_REVIEWED, NOT_ON_RECORD, BORNE_OUT)

_EXTENTS: Final = ("full", "partial", "enabling")
_DONE: Final = frozenset({"in-full", "in-part", "made-possible"})
_NEITHER: Final = frozenset({"looked-for-not-found", "status-unknown", "not-applicable"})
_BEARS_OUT: Final = {
    "does it in full": frozenset({"in-full"}),
    "does it in part": frozenset({"in-part"}),
    "makes it possible": frozenset({"made-possible"}),
    "does it at least in part": frozenset({"in-full", "in-part"}),
    "does it in some way": _DONE,
    "does not do it": frozenset({"confirmed-absent", "ended-or-never-adopted"}),
    "ended it or never adopted it": frozenset({"ended-or-never-adopted"}),
}
SAYINGS: Final = tuple(_BEARS_OUT)
"""What a statement may say of a jurisdiction and a recommended policy."""

STATUSES: Final = ("in force", "proposed", "expired", "repealed", "superseded", "not adopted")
"""The legal statuses that a statement may give a law."""

_FACTS: Final = (
    f"PREFIX spf: <{SPF}> PREFIX skos: <{SKOS}> "
    + """SELECT ?value ?label ?determination ?policy ?name ?citation ?year ?status ?extent ?claim ?where ?day WHERE {
  ?determination spf:jurisdiction %s ; spf:concerns %s ; spf:determinationValue ?value .
  ?value skos:prefLabel ?label .
  OPTIONAL {
    ?determination spf:evidence ?claim . ?claim spf:alignsStatePolicy ?policy ; spf:extent/skos:prefLabel ?extent .
    ?policy skos:prefLabel ?name ; spf:legalStatus/skos:prefLabel ?status .
    OPTIONAL { ?policy spf:citation ?citation } OPTIONAL { ?policy spf:yearAdopted ?year }
  }
  OPTIONAL { ?determination spf:inquiry ?look . ?look spf:dateOfInquiry ?day ; spf:lookedAt ?where }
} ORDER BY ?claim ?day ?where"""
)
_POLICIES: Final = (
    f"PREFIX spf: <{SPF}> PREFIX skos: <{SKOS}> "
    + """SELECT ?policy ?usps ?name ?citation ?year ?status ?locator WHERE {
  ?policy a spf:StatePolicy ; spf:jurisdiction/spf:uspsCode ?usps ; skos:prefLabel ?name ;
    spf:legalStatus/skos:prefLabel ?status .
  OPTIONAL { ?policy spf:citation ?citation } OPTIONAL { ?policy spf:yearAdopted ?year }
  OPTIONAL { ?claim spf:alignsStatePolicy ?policy ; spf:restsOn/spf:locator ?locator }
} ORDER BY ?policy ?locator"""
)
_BILL: Final = re.compile(r"\b([ahs])\.?\s?(b|f|r|p|jr|cr)\.?\s*(?:no\.?\s*)?(\d+)\b")
_YEAR: Final = re.compile(r"(?:18|19|20)\d\d\Z")
_SMALL: Final = 3  # characters of a number that names a law on its own are more
_NUMBERED: Final = re.compile(r"[0-9a-z]*\d[0-9a-z]*(?:[.:-][0-9a-z]+)*")


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A state policy that bears on a statement.

    Attributes:
        iri: its identifier.
        claim: the identifier of the claim that ties it to the recommended policy; empty where there is none.
        usps: the postal code of its jurisdiction.
        name: what it is called.
        citation: its legal citation; empty where it isn't known.
        year: the year of its adoption; empty where it isn't known.
        status: its legal status.
        extent: how far it carries out the recommended policy; empty where there is no claim.
    """

    iri: str
    claim: str
    usps: str
    name: str
    citation: str
    year: str
    status: str
    extent: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the graph says of a statement.

    Attributes:
        verdict: borne out, contradicted, not on record, or not reviewed.
        reasons: one sentence for each part of the statement.
        record: the identifier of what the verdict rests on; empty where nothing does.
        policies: the state policies that it rests on.
    """

    verdict: str
    reasons: tuple[str, ...]
    record: str
    policies: tuple[OnRecord, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    verdict: str
    reason: str


def check_standing(
    store: Store, jurisdiction: ox.NamedNode, usps: str, recommendation: ox.NamedNode, *,
    says: str, year: str = "", citation: str = "",
) -> Verdict:  # fmt: skip
    """Check what is said of a jurisdiction and a recommended policy.

    Args:
        store: the graph.
        jurisdiction: the jurisdiction.
        usps: its postal code.
        recommendation: the transformative policy.
        says: one of ``SAYINGS``.
        year: the year in which it is said to have been adopted; empty where nothing is said of it.
        citation: the legal citation that is said to do it; empty where none is given.
    """
    rows = [tuple(map(_text, row)) for row in store.select(_FACTS % (jurisdiction, recommendation)).rows]
    if not rows:
        return Verdict(NOT_REVIEWED, ("Nobody has looked for this here.",), "", ())
    value, answer, determination = rows[0][0].rpartition("/")[2], rows[0][1], rows[0][2]
    found = dict.fromkeys(
        OnRecord(row[3], row[9], usps, row[4], row[5], row[6], row[7], row[8]) for row in rows if row[3]
    )
    policies = tuple(sorted(found, key=_strongest_first))
    looks = sorted({(row[11], row[10]) for row in rows if row[11]})
    parts = [_standing(value, answer, says, looks)]
    if value != "not-reviewed" and year:
        parts.append(_adopted(policies, year))
    if value != "not-reviewed" and citation:
        parts.append(_cited(policies, citation))
    worst = min((part.verdict for part in parts), key=_WORST_FIRST.index)
    return Verdict(worst, tuple(part.reason for part in parts), determination, policies)


def _strongest_first(policy: OnRecord) -> tuple[bool, int, str]:
    extent = _EXTENTS.index(policy.extent) if policy.extent in _EXTENTS else len(_EXTENTS)
    return policy.status != "in force", extent, policy.claim


def _standing(value: str, answer: str, says: str, looks: Sequence[tuple[str, str]]) -> _Part:
    where = f" ({looks[-1][0]}, in {', '.join(w for d, w in looks if d == looks[-1][0])})" if looks else ""
    if value == "not-reviewed":
        return _Part(NOT_REVIEWED, "Nobody has looked for this here, which says nothing either way.")
    if value in _BEARS_OUT[says]:
        return _Part(BORNE_OUT, f"On record: {answer}.")
    if value == "looked-for-not-found":
        return _Part(NOT_ON_RECORD, f"Somebody looked and found nothing{where}; that is not a no.")
    if value == "status-unknown":
        return _Part(NOT_ON_RECORD, "A policy bears on it, but whether it is in force is not known.")
    if value in _NEITHER:
        return _Part(NOT_ON_RECORD, f"On record: {answer}.")
    return _Part(CONTRADICTED, f"On record: {answer}; the statement says that the state {says}.")


def _adopted(policies: Iterable[OnRecord], year: str) -> _Part:
    years = {policy.year for policy in policies}
    if year in years:
        return _Part(BORNE_OUT, f"A policy adopted in {year} is on record for it.")
    known = sorted(years - {""})
    if not known or "" in years:
        also = f"; on record are {', '.join(known)}" if known else ""
        return _Part(NOT_ON_RECORD, f"The year is not on record for every policy that bears on it{also}.")
    return _Part(CONTRADICTED, f"The policies on record for it were adopted in {', '.join(known)}.")


def _cited(policies: Iterable[OnRecord], citation: str) -> _Part:
    if any(_matches(citation, (policy.citation, policy.name)) for policy in policies):
        return _Part(BORNE_OUT, f"The citation {citation[:100]} is on record for it.")
    known = sorted({policy.citation for policy in policies} - {""})
    also = f"; on record are {'; '.join(known)[:300]}" if known else ""
    return _Part(NOT_ON_RECORD, f"The citation {citation[:100]} is not on record for it{also}.")


def check_citation(
    store: Store, usps: str, citation: str, *, year: str = "", status: str = "", reviewed: bool = True
) -> Verdict:
    """Check that a law is on record for a jurisdiction, and what is said of it.

    Args:
        store: the graph.
        usps: the postal code of the jurisdiction.
        citation: the legal citation or the number of a bill.
        year: the year in which it is said to have been adopted; empty where nothing is said of it.
        status: the legal status that it is said to have; empty where nothing is said of it.
        reviewed: whether anybody has looked at anything in the jurisdiction.
    """
    found: dict[str, tuple[OnRecord, list[str]]] = {}
    for row in store.select(_POLICIES).rows:
        iri, code, name, cited, adopted, standing, locator = map(_text, row)
        found.setdefault(iri, (OnRecord(iri, "", code, name, cited, adopted, standing), []))[1].append(locator)
    matching = [p for p, locators in found.values() if _matches(citation, (p.citation, p.name, *locators))]
    here = [policy for policy in matching if policy.usps == usps]
    if not here:
        others = sorted({policy.usps for policy in matching})
        elsewhere = f" The same numbers are on record for {', '.join(others)}." if others else ""
        if not reviewed:
            return Verdict(NOT_REVIEWED, (f"Nobody has looked at the policies of {usps} yet.{elsewhere}",), "", ())
        told = f"{citation[:100]} is not on record for {usps}; that does not mean that there is no such law.{elsewhere}"
        return Verdict(NOT_ON_RECORD, (told,), "", ())
    session = "" if year or not _BILL.search(citation.casefold()) else " The number alone does not tell the session."
    names = "; ".join(p.name for p in here)[:300]
    parts = [_Part(BORNE_OUT, f"{citation[:100]} is on record for {usps}: {names}.{session}")]
    if year:
        parts.append(_adopted(here, year))
    if status:
        parts.append(_of_status(here, status))
    worst = min((part.verdict for part in parts), key=_WORST_FIRST.index)
    return Verdict(worst, tuple(part.reason for part in parts), here[0].iri, tuple(here))


def _of_status(policies: Sequence[OnRecord], status: str) -> _Part:
    statuses = {policy.status for policy in policies}
    if statuses == {status}:
        return _Part(BORNE_OUT, f"Its status on record is: {status}.")
    if "unknown" in statuses or status in statuses:
        return _Part(NOT_ON_RECORD, f"Its status is not settled on record: {', '.join(sorted(statuses))}.")
    return _Part(CONTRADICTED, f"Its status on record is: {', '.join(sorted(statuses))}.")


def _matches(citation: str, held: Iterable[str]) -> bool:
    """Whether one of the texts holds the law that a citation names.

    Every number must be there. A year names no law; and small numbers, such as those of a title and a chapter, name
    one only together with the words of the citation.
    """
    wanted = _numbers(citation)
    naming = [number for number in wanted if not _YEAR.match(number)]
    if not naming:
        return False
    words = set() if any(len(number) > _SMALL for number in naming) else _words(citation)
    return any(all(_held(number, _numbers(text)) for number in wanted) and words <= _words(text) for text in set(held))


def _held(number: str, have: Iterable[str]) -> bool:
    return any(other == number or re.match(re.escape(number) + r"[.:-]", other) for other in have)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{2,}", text.casefold().replace(".", "")))


def _numbers(text: str) -> list[str]:
    folded = _BILL.sub(lambda bill: f" {bill[1]}{bill[2]}{bill[3]} ", text.casefold())
    return _NUMBERED.findall(folded)


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""
