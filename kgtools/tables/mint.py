"""Identifiers for rows that give none: made from stable facts, as the importer makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pyoxigraph as ox

from kgtools.core.minting import pair_slug, slug_of, source_slug
from kgtools.core.namespaces import ID, SKOS, SPF, identifier
from kgtools.tables.values import Value

Facts = Mapping[ox.NamedNode, list[Value]]
"""The values of one row by property."""

_NAME: Final = SKOS + "prefLabel"


def _one(facts: Facts, path: str) -> str:
    values = facts.get(ox.NamedNode(path))
    if not values:
        raise KeyError(path)
    return values[0].value


def _slug(facts: Facts, name: str) -> str:
    return _one(facts, SPF + name).removeprefix(ID).partition("/")[2]


def _state_and_name(facts: Facts) -> str:
    return f"{_slug(facts, 'jurisdiction')}-{slug_of(_one(facts, _NAME), limit=50)}"


def _from_name(facts: Facts) -> str:
    return slug_of(_one(facts, _NAME))


_MAKERS: Final[dict[str, Callable[[Facts], str]]] = {
    "submission": lambda f: f"{_slug(f, 'jurisdiction')}-{_one(f, SPF + 'dateSubmitted')}",
    "state-policy": _state_and_name,
    "state-example": _state_and_name,
    "claim": lambda f: pair_slug(_slug(f, "alignsStatePolicy"), _slug(f, "alignsWith")),
    "provision": lambda f: f"{_slug(f, 'hasSource')}-{slug_of(_one(f, SPF + 'locator'), limit=40)}",
    "inquiry": lambda f: f"{_slug(f, 'jurisdiction')}-{_slug(f, 'concerns')}-{_one(f, SPF + 'dateOfInquiry')}",
    "adaptation": lambda f: f"{_slug(f, 'jurisdiction')}-{_slug(f, 'concerns')}-{_slug(f, 'adaptationKind')}",
    "authority": lambda f: f"{_slug(f, 'jurisdiction')}-{_slug(f, 'authorityKind')}",
    "source": lambda f: source_slug(_one(f, SPF + "url")),
}

NEEDED: Final = {
    "submission": "jurisdiction and submission date",
    "state-policy": "jurisdiction and name",
    "state-example": "jurisdiction and name",
    "claim": "state policy and transformative policy",
    "provision": "source and locator",
    "inquiry": "jurisdiction, transformative policy and day of the look",
    "adaptation": "jurisdiction, subject and kind",
    "authority": "jurisdiction and authority kind",
    "source": "URL",
}
"""What a row must hold for its identifier to be made; for every other kind of record, its name."""


def minted(kind: str, facts: Facts, state: str = "") -> ox.NamedNode | None:
    """The identifier of a row that gives none, or nothing where the facts that it is made from are missing.

    Args:
        kind: the kind of record.
        facts: the values of the row.
        state: the jurisdiction that the rows are about; the identifiers of provisions begin with its code.
    """
    try:
        slug = _MAKERS.get(kind, _from_name)(facts)
        begin = f"{state.rpartition('/')[2]}-" if kind == "provision" and state else ""
        return ox.NamedNode(identifier(kind, begin + slug))
    except (KeyError, ValueError):
        return None
