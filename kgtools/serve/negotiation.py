"""Content negotiation (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Range:
    """A media range of an ``Accept`` header with its weight; the more parts it names, the more specific it is."""

    kind: str
    subtype: str
    weight: float

    def fits(self, media_type: str) -> bool:
        kind, _, subtype = media_type.partition("/")
        return self.kind in ("*", kind) and self.subtype in ("*", subtype)

    @property
    def specificity(self) -> int:
        return (self.kind != "*") + (self.subtype != "*")


def chosen(accept: str, offers: Sequence[str]) -> str | None:
    """The media type that a client likes best.

    Args:
        accept: the ``Accept`` header; empty where the client takes anything.
        offers: the media types on offer, without parameters, the server's favorite first.

    Returns:
        One of the offers, or None where the client takes none of them.
    """
    ranges = list(_ranges(accept))
    if not ranges:
        return offers[0] if not accept.strip() else None
    weights = [_weight(ranges, offer) for offer in offers]
    best = max(weights)
    return offers[weights.index(best)] if best > 0 else None


def _weight(ranges: Sequence[_Range], media_type: str) -> float:
    fitting = [range_ for range_ in ranges if range_.fits(media_type)]
    return max(fitting, key=lambda range_: range_.specificity).weight if fitting else 0.0


def _ranges(accept: str) -> Iterator[_Range]:
    for part in accept.lower().split(","):
        media_type, *parameters = (piece.strip() for piece in part.split(";"))
        kind, slash, subtype = media_type.partition("/")
        if slash and kind and subtype:
            yield _Range(kind, subtype, _quality(parameters))


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
