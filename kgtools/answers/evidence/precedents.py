"""Whom a jurisdiction can look to: its neighbors, and who carried out a policy first, nearest, and most alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from kgtools.answers.evidence.graph import Thing
from kgtools.answers.evidence.standing import Evidence, year_of

_BORDERS: Final = {
    "AK": "WA", "AL": "FL GA MS TN", "AR": "LA MO MS OK TN TX", "AZ": "CA CO NM NV UT", "CA": "AZ HI NV OR",
    "CO": "AZ KS NE NM OK UT WY", "CT": "MA NY RI", "DC": "MD VA", "DE": "MD NJ PA", "FL": "AL GA",
    "GA": "AL FL NC SC TN", "HI": "CA", "IA": "IL MN MO NE SD WI", "ID": "MT NV OR UT WA WY", "IL": "IA IN KY MO WI",
    "IN": "IL KY MI OH", "KS": "CO MO NE OK", "KY": "IL IN MO OH TN VA WV", "LA": "AR MS TX", "MA": "CT NH NY RI VT",
    "MD": "DC DE PA VA WV", "ME": "NH", "MI": "IN OH WI", "MN": "IA ND SD WI", "MO": "AR IA IL KS KY NE OK TN",
    "MS": "AL AR LA TN", "MT": "ID ND SD WY", "NC": "GA SC TN VA", "ND": "MN MT SD", "NE": "CO IA KS MO SD WY",
    "NH": "MA ME VT", "NJ": "DE NY PA", "NM": "AZ CO OK TX UT", "NV": "AZ CA ID OR UT", "NY": "CT MA NJ PA VT",
    "OH": "IN KY MI PA WV", "OK": "AR CO KS MO NM TX", "OR": "CA ID NV WA", "PA": "DE MD NJ NY OH WV", "RI": "CT MA",
    "SC": "GA NC", "SD": "IA MN MT ND NE WY", "TN": "AL AR GA KY MO MS NC VA", "TX": "AR LA NM OK",
    "UT": "AZ CO ID NM NV WY", "VA": "DC KY MD NC TN WV", "VT": "MA NH NY", "WA": "AK ID OR", "WI": "IA IL MI MN",
    "WV": "KY MD OH PA VA", "WY": "CO ID MT NE SD UT",
}  # fmt: skip
"""The neighbors of each state by land (a shared corner counts); Alaska's and Hawaii's are the nearest across water."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """A policy of another jurisdiction that carries out a recommended policy in full.

    Attributes:
        claim: the claim that says so.
        policy: the state policy.
        place: the jurisdiction that has it.
        why: for what it is named: ``first``, ``nearest``, ``most alike``, or several of them.
    """

    claim: Thing
    policy: Thing
    place: Thing
    why: tuple[str, ...]


def neighbors(evidence: Evidence, place: Thing) -> list[Thing]:
    """The jurisdictions next to one, by name; none for a territory."""
    codes = set(_BORDERS.get(place.text("uspsCode"), "").split())
    return [other for other in evidence.jurisdictions if other.text("uspsCode") in codes]


@cache
def borders_between(code: str) -> Mapping[str, int]:
    """How many borders must be crossed from one jurisdiction to each other one, by postal code."""
    reached = {code: 0}
    edge = [code]
    while edge:
        edge = sorted({other for each in edge for other in _BORDERS.get(each, "").split()} - reached.keys())
        reached |= dict.fromkeys(edge, max(reached.values()) + 1)
    return reached


def precedents(evidence: Evidence, place: Thing, recommendation: Thing, alike: Sequence[str] = ()) -> list[Precedent]:
    """Who carries out a recommended policy in full: the first, the nearest, and the most alike; each named once.

    Args:
        evidence: the answers.
        place: the jurisdiction that looks for an example; it isn't one for itself.
        recommendation: the transformative policy.
        alike: the postal codes of other jurisdictions, the most alike first.
    """
    found = [(other, claim) for other, claim in evidence.carried_out(recommendation) if other != place]
    far = borders_between(place.text("uspsCode"))
    ranks = {code: rank for rank, code in enumerate(alike)}
    orders: tuple[tuple[str, Mapping[str, int]], ...] = (
        ("first", {other.text("uspsCode"): year for other, claim in found if (year := year_of(claim))}),
        ("nearest", far),
        ("most alike", ranks),
    )
    chosen: dict[Thing, tuple[Thing, list[str]]] = {}
    for why, order in orders:
        ranked = [
            (order[code], other.label, other, claim)
            for other, claim in found
            if (code := other.text("uspsCode")) in order
        ]
        if ranked:
            _, _, other, claim = min(ranked, key=lambda one: one[:2])
            chosen.setdefault(other, (claim, []))[1].append(why)
    return [
        Precedent(claim, policy, other, tuple(why))
        for other, (claim, why) in chosen.items()
        for policy in claim.many("alignsStatePolicy")
    ]
