"""Which of a jurisdiction's own bodies could adopt a recommended policy."""

from __future__ import annotations

from typing import Final

from kgtools.answers.evidence.graph import Thing

_POWERLESS: Final = {"none", "advisory"}


def authorities_of(place: Thing) -> tuple[Thing, ...]:
    """What is on record of the bodies with power over public schooling in a jurisdiction, by kind of authority."""
    found = [thing for thing in place.referring("jurisdiction") if thing.kind == "authority"]
    return tuple(sorted(found, key=lambda thing: thing.slug_of("authorityKind")))


def could_act(place: Thing, recommendation: Thing) -> tuple[str, ...]:
    """The bodies of a jurisdiction that could adopt a recommended policy, by their own names.

    A kind of authority without a record is named by its kind. A body that only advises, or that the jurisdiction does
    not have, is left out; where that leaves none, the legislature is named, which can act by statute. A board whose
    power is limited comes last.

    Args:
        place: the jurisdiction.
        recommendation: the transformative policy.
    """
    held = {thing.slug_of("authorityKind"): thing for thing in authorities_of(place)}
    kinds = recommendation.many("requiresAuthority")
    able = [kind for kind in kinds if kind.slug not in held or _has_power(held[kind.slug])]
    able.sort(key=lambda kind: kind.slug in held and _is_bounded(held[kind.slug]))
    return tuple(_named(held.get(kind.slug), kind) for kind in able) or _by_statute(held.get("legislature"))


def _has_power(authority: Thing) -> bool:
    return authority.slug_of("powerExtent") not in _POWERLESS


def _named(authority: Thing | None, kind: Thing) -> str:
    if authority is None:
        return kind.label
    limits = " (on matters that its law names)" if _is_bounded(authority) else ""
    return f"{authority.text('localName')}{limits}"


def _is_bounded(authority: Thing) -> bool:
    return authority.slug_of("powerExtent") == "limited" and authority.slug_of("authorityKind") == "state-board"


def _by_statute(legislature: Thing | None) -> tuple[str, ...]:
    return ((legislature.text("localName") if legislature else "state legislature") + ", by statute",)
