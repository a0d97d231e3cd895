"""The graph as it would have stood at the end of an earlier year, by the years that the records give.

What is shown is when policies held (valid time), as this version of the data knows it; what was on record at the time
is in the releases. Policies whose year isn't known are left out, since nothing says that they held. Determinations are
derived again by the same rule from what is left. Where nothing is left, the answer is *not recorded for that year*: it
says nothing of whether anybody has looked since, and never means no. Looks are left out: each is about its own day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kgtools.answers.determine import derive_determinations
from kgtools.core.namespaces import RDF, RDFS, SKOS, SPF, identifier
from kgtools.core.project import Project

_TYPE: Final = RDF + "type"
_STATUS: Final = SPF + "legalStatus"
_NEVER_HELD: Final = {"proposed", "not-adopted"}
_ENDED: Final = {"expired", "repealed", "superseded"}
_OF_TODAY: Final = ("Determination", "Inquiry")
_NOT_REVIEWED: Final = ox.NamedNode(identifier("determination-value", "not-reviewed"))
_NOT_RECORDED: Final = "not recorded for that year"
_LABELS: Final = {SKOS + "prefLabel", RDFS + "label"}
_DATED: Final = (SPF + "StateAdaptation", SPF + "ExternalRating")


@dataclass(frozen=True, slots=True)
class Past:
    """The graph of a year.

    Attributes:
        triples: the triples.
        undated: how many policies were left out because their year isn't known.
        later: how many were left out because they came later.
    """

    triples: tuple[ox.Triple, ...]
    undated: int
    later: int


def as_of(triples: Iterable[ox.Triple], year: int, project: Project) -> Past:
    """The graph as it stood at the end of a year.

    Args:
        triples: ontology and data.
        year: the year.
        project: the project whose rule derives the determinations.
    """
    every = tuple(triples)
    about: dict[ox.NamedNode, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for t in every:
        if isinstance(t.subject, ox.NamedNode):
            about[t.subject][t.predicate.value].append(str(getattr(t.object, "value", "")))
    statuses = {s: _status(facts, year) for s, facts in about.items() if SPF + "StatePolicy" in facts[_TYPE]}
    undated = {s for s, status in statuses.items() if status == "undated"}
    gone = {s for s, status in statuses.items() if status in {"undated", "later"}}
    later = len(gone) - len(undated)
    gone |= {s for s, facts in about.items() if _is_claim_on(facts, gone) or _is_later(facts, year)}
    gone |= {s for s, facts in about.items() if any(SPF + kind in facts[_TYPE] for kind in _OF_TODAY)}
    left = [t for t in every if t.subject not in gone and t.object not in gone]
    now = [_with_status(t, statuses) for t in left]
    derived = derive_determinations(now, project)
    now = [_renamed(t) for t in now]
    return Past((*now, *(t for found in derived.values() for t in found)), len(undated), later)


def _status(facts: Mapping[str, list[str]], year: int) -> str:
    """The slug of the status that a policy had, or ``undated`` or ``later``."""
    today = facts[_STATUS][0].rsplit("/", 1)[-1] if facts[_STATUS] else "unknown"
    proposed, adopted = _year(facts, "yearProposed"), _year(facts, "yearAdopted", "dateEffective")
    ended = _year(facts, "yearEnded", "dateEnded")
    if adopted is None or today in _NEVER_HELD:
        known = proposed if today in _NEVER_HELD else None
        return "undated" if known is None else today if known <= year else "later"
    if adopted > year:
        return "proposed" if proposed is not None and proposed <= year else "later"
    if ended is not None:
        return today if ended <= year else "in-force"
    return "unknown" if today in _ENDED else today


def _year(facts: Mapping[str, list[str]], *names: str) -> int | None:
    years = [text[:4] for name in names for text in facts[SPF + name]]
    return next((int(text) for text in years if text.isdecimal()), None)


def _is_claim_on(facts: Mapping[str, list[str]], gone: set[ox.NamedNode]) -> bool:
    return any(ox.NamedNode(policy) in gone for policy in facts[SPF + "alignsStatePolicy"])


def _is_later(facts: Mapping[str, list[str]], year: int) -> bool:
    found = _year(facts, "asOf")
    return found is not None and found > year and any(kind in facts[_TYPE] for kind in _DATED)


def _with_status(triple: ox.Triple, statuses: Mapping[ox.NamedNode, str]) -> ox.Triple:
    subject = triple.subject
    if triple.predicate.value != _STATUS or not isinstance(subject, ox.NamedNode) or subject not in statuses:
        return triple
    status = statuses[subject]
    return ox.Triple(subject, triple.predicate, ox.NamedNode(identifier("legal-status", status)))


def _renamed(triple: ox.Triple) -> ox.Triple:
    """The triple; the label of the answer that nothing supports says what that means of a year in the past."""
    if triple.subject != _NOT_REVIEWED or triple.predicate.value not in _LABELS:
        return triple
    return ox.Triple(triple.subject, triple.predicate, ox.Literal(_NOT_RECORDED, language="en"))
