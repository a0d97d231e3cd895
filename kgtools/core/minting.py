"""The one place where slugs are minted: from stable facts, never at random."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import urlsplit

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_SLUG = re.compile(r"[a-z0-9]+(?:--?[a-z0-9]+)*\Z")
_HOST_PREFIX = re.compile(r"\Awww\d?\.")


def is_slug(text: str) -> bool:
    """Whether the text is lower-case ASCII letters and digits in groups joined by one or two hyphens."""
    return bool(_SLUG.match(text))


def slug_of(text: str, *, limit: int = 60) -> str:
    """A slug made from a name: accents dropped, everything but letters and digits turned into hyphens.

    Args:
        text: a name with at least one letter or digit.
        limit: the most characters to keep; the cut falls between words.

    Raises:
        ValueError: the name has no letter or digit.
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    slug = _NOT_SLUG.sub("-", ascii_text.lower()).strip("-")
    if not slug:
        raise ValueError(f"No slug can be made from '{text}': it has no letters or digits.")
    if len(slug) <= limit:
        return slug
    return slug[: limit + 1].rsplit("-", 1)[0] if "-" in slug[: limit + 1] else slug[:limit]


def source_slug(url: str) -> str:
    """The slug of a source: its host and the first ten hexadecimal digits of the SHA-256 of its address."""
    host = _HOST_PREFIX.sub("", (urlsplit(url).hostname or "unknown").lower())
    return f"{slug_of(host, limit=40)}-{hashlib.sha256(url.encode()).hexdigest()[:10]}"


def pair_slug(first: str, second: str) -> str:
    """The slug of a link between two things, such as a claim: both slugs, joined by two hyphens."""
    return f"{first}--{second}"
