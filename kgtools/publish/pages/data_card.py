"""The data card: what the data is, in numbers that are counted."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.answers.statistics import count
from kgtools.core.namespaces import PREFIXES
from kgtools.graph.store import Store, Term
from kgtools.publish.release.description import About

_PROLOGUE: Final = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("spf", "skos"))
_CARD: Final = Path(__file__).with_name("data_card.txt")


def data_card(store: Store, about: About) -> str:
    """The card, as Markdown.

    Args:
        store: the ontology and the data.
        about: the version, and its day.
    """
    counts = count(store).as_dict()
    return _CARD.read_text(encoding="utf-8").format(
        **counts,
        version=about.version,
        released=about.released,
        certainty=_shares(store, "?x a spf:AlignmentClaim ; spf:certainty ?value"),
        readings=_shares(store, "?x a spf:Provision ; spf:readingManner ?value"),
        full_at_text=_at_text(store, "?x a spf:AlignmentClaim ; spf:extent/skos:notation 'full'"),
        all_at_text=_at_text(store, "?x a spf:AlignmentClaim"),
        answers=_shares(store, "?x a spf:Determination ; spf:determinationValue ?value"),
        kinds=_shares(store, "?x a spf:Source ; spf:sourceKind ?value"),
        status=_shares(store, "?x a spf:StatePolicy ; spf:legalStatus ?value"),
        dated=_number(store, "?x a spf:StatePolicy ; spf:yearAdopted ?year"),
        absent=_absences(_number(store, '?x spf:determinationValue/skos:notation "confirmed-absent"')),
    )


def _at_text(store: Store, claims: str) -> str:
    """How many of some claims rest on a text that was read at its place, on an official site or in a copy."""
    read = f"{claims} ; spf:restsOn ?part . ?part spf:readingManner/skos:notation 'text' ; spf:hasSource ?source . "
    read += "?source spf:sourceKind ?kind"
    official = _number(store, f"{read} . ?kind skos:notation 'official'")
    either = _number(store, f"{read} . ?kind skos:notation ?near FILTER(?near IN ('official', 'mirror'))")
    number = _number(store, claims)
    return (
        f"{either:,} of {number:,} ({100 * either / number:.0f} percent), {official:,} of these on an official site "
        f"({100 * official / number:.0f} percent)"
    )


def _absences(number: int) -> str:
    if not number:
        return "No determination in this version says that a policy is absent."
    return f"{number} determinations say that a policy is absent, each with a source that says so."


def _shares(store: Store, pattern: str) -> str:
    query = f"SELECT ?label (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} . ?value skos:prefLabel ?label }} GROUP BY ?label"
    rows = store.select(_PROLOGUE + query).rows
    shares = [
        (int(n.value), label.value) for label, n in rows if isinstance(n, ox.Literal) and isinstance(label, ox.Literal)
    ]
    return ", ".join(f"{label}: {number:,}" for number, label in sorted(shares, reverse=True)) + "."


def _number(store: Store, pattern: str) -> int:
    ((found,),) = store.select(f"{_PROLOGUE} SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }}").rows
    return int(_text(found))


def _text(term: Term | None) -> str:
    assert isinstance(term, ox.Literal)
    return term.value
