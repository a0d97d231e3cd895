"""Resolving IRI references as RFC 3986 section 5.2 says, for schemes of every kind."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_PARTS = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?\Z", re.DOTALL)


class _Parts(NamedTuple):
    scheme: str | None
    authority: str | None
    path: str
    query: str | None
    fragment: str | None


@lru_cache(maxsize=1 << 12)  # one subject has many statements, and each names it again
def resolve(base: str, reference: str) -> str:
    """Make an IRI reference absolute (RFC 3986 section 5.2.2).

    Args:
        base: an absolute IRI, or nothing, and then the reference is returned as it is.
        reference: what was written between the angle brackets.
    """
    given = _split(reference)
    if given.scheme is not None or not base:
        return reference if given.scheme is None else _join(given._replace(path=_without_dots(given.path)))
    ground = _split(base)
    if given.authority is not None:
        return _join(given._replace(scheme=ground.scheme, path=_without_dots(given.path)))
    if not given.path:
        query = ground.query if given.query is None else given.query
        return _join(ground._replace(query=query, fragment=given.fragment))
    path = given.path if given.path.startswith("/") else _merged(ground, given.path)
    return _join(_Parts(ground.scheme, ground.authority, _without_dots(path), given.query, given.fragment))


def _split(text: str) -> _Parts:
    found = _PARTS.match(text)
    assert found is not None
    return _Parts(found[1], found[2], found[3], found[4], found[5])


def _join(parts: _Parts) -> str:
    scheme = f"{parts.scheme}:" if parts.scheme is not None else ""
    authority = f"//{parts.authority}" if parts.authority is not None else ""
    query = f"?{parts.query}" if parts.query is not None else ""
    fragment = f"#{parts.fragment}" if parts.fragment is not None else ""
    return f"{scheme}{authority}{parts.path}{query}{fragment}"


def _merged(base: _Parts, path: str) -> str:
    if base.authority is not None and not base.path:
        return f"/{path}"
    return base.path.rpartition("/")[0] + f"/{path}" if "/" in base.path else path


def _without_dots(path: str) -> str:
    """Section 5.2.4; paths without dot segments, nearly all of them, are returned untouched."""
    if "/." not in path and not path.startswith("."):
        return path
    rooted = path.startswith("/")
    kept: list[str] = []
    segments = path.split("/")[1:] if rooted else path.split("/")
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return ("/" if rooted else "") + "/".join(kept)
