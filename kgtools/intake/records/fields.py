"""How one value of a YAML record becomes RDF terms."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

import pyoxigraph as ox

from kgtools.core.minting import is_slug, slug_of
from kgtools.core.namespaces import ID, KINDS, SKOS, XSD, identifier

_PARTIAL = (
    (re.compile(r"\d{4}-\d{2}-\d{2}\Z"), "date"),
    (re.compile(r"\d{4}-\d{2}\Z"), "gYearMonth"),
    (re.compile(r"\d{4}\Z"), "gYear"),
)
MAX_SHOWN = 80
MAX_LISTED = 16
_MATCHES = ("exact", "close", "broad", "narrow", "related")

Converter: TypeAlias = Callable[[object], ox.NamedNode | ox.Literal]


class FieldError(Exception):
    """A value can't be read; the message says what was expected, and how to write it."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record.

    Attributes:
        path: the property behind it.
        convert: makes a term of one value, or raises ``FieldError``.
        required: whether a record without the key is refused.
        many: whether the value may be a list.
        allowed: the slugs of the closed list that the value is from, if it is from one.
        meaning: what the property means.
    """

    path: str
    convert: Converter
    required: bool = False
    many: bool = False
    allowed: tuple[str, ...] = ()
    meaning: str = ""

    @property
    def form(self) -> str:
        """What a value looks like, in a few words: the first line of the converter's description."""
        described = (self.convert.__doc__ or "").strip().splitlines()[0].rstrip(".")
        return described.partition(";")[0]

    @property
    def predicate(self) -> ox.NamedNode:
        """The property's IRI."""
        return ox.NamedNode(self.path)


def text(value: object) -> ox.Literal:
    """Text in English; runs of white space are folded to one space."""
    folded = " ".join(_string(value).split())
    if not folded:
        raise FieldError("is empty; write the text, or leave the key out")
    return ox.Literal(folded, language="en")


def plain(value: object) -> ox.Literal:
    """A string without a language, such as a citation or a code."""
    return ox.Literal(text(value).value)


def integer(value: object) -> ox.Literal:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldError(f"must be a whole number, but '{shown(value)}' is not one")
    return ox.Literal(value)


def date(value: object) -> ox.Literal:
    """A day, written YYYY-MM-DD."""
    found = partial_date(value)
    if found.datatype.value != XSD + "date":
        raise FieldError(f"must be a day written YYYY-MM-DD, but '{shown(value)}' is not one")
    return found


def partial_date(value: object) -> ox.Literal:
    """A day, a month (YYYY-MM) or a year (YYYY)."""
    written = value.isoformat() if isinstance(value, dt.date) else shown(value)
    for pattern, datatype in _PARTIAL:
        if pattern.match(written):
            _check_calendar(written)
            return ox.Literal(written, datatype=ox.NamedNode(XSD + datatype))
    raise FieldError(f"must be a date written YYYY-MM-DD, YYYY-MM or YYYY, but '{shown(written)}' is not one")


def _check_calendar(written: str) -> None:
    try:
        dt.date.fromisoformat(f"{written}-01-01"[:10])
    except ValueError as error:
        raise FieldError(f"'{shown(written)}' is not a date in the calendar: {error}") from error


def url(value: object) -> ox.Literal:
    """A web address."""
    written = _string(value).strip()
    if not re.match(r"https?://[^\s<>\"{}|\\^`]+\Z", written):
        raise FieldError(
            f"must be a web address that begins with http:// or https://, but '{shown(written)}' is not one"
        )
    return ox.Literal(written, datatype=ox.NamedNode(XSD + "anyURI"))


def reference(kind: str) -> Converter:
    """A reference to an individual of one kind, by its slug."""

    def convert(value: object) -> ox.NamedNode:
        written = _string(value).strip()
        if not is_slug(written):
            raise FieldError(
                f"must be the identifier of a {kind}, in lower case with hyphens; '{shown(written)}' is not one"
            )
        return ox.NamedNode(identifier(kind, written))

    convert.__doc__ = f"The identifier of a {kind.replace('-', ' ')}."
    return convert


def concept(kind: str, allowed: tuple[str, ...]) -> Converter:
    """A value from a closed list.

    Args:
        kind: the kind of the concepts.
        allowed: their slugs.
    """

    def convert(value: object) -> ox.NamedNode:
        if value not in allowed:
            raise FieldError(f"must be one of {_some_of(allowed, value)}; '{shown(value)}' is not one of them")
        return ox.NamedNode(identifier(kind, str(value)))

    return convert


def _some_of(allowed: tuple[str, ...], value: object) -> str:
    """A short list whole; of a long one the values nearest to what was written, and where all of them stand."""
    if len(allowed) <= MAX_LISTED:
        return ", ".join(allowed)
    near = get_close_matches(str(value), allowed, 6, 0.4) or list(allowed[:6])
    return f"{len(allowed)} values, such as {', '.join(near)} (docs/reference/bulk-records.md lists all)"


def jurisdiction(value: object) -> ox.NamedNode:
    """A jurisdiction, by its USPS code."""
    written = _string(value)
    if not re.match(r"[A-Z]{2}\Z", written):
        raise FieldError(f"must be a USPS code of two capital letters such as UT, but '{shown(written)}' is not one")
    return ox.NamedNode(identifier("jurisdiction", written.lower()))


def organization(value: object) -> ox.NamedNode:
    """An organization, by its name."""
    return ox.NamedNode(identifier("organization", slug_of(_string(value))))


def typed_reference(kinds: tuple[str, ...]) -> Converter:
    """A reference to an individual of one of some kinds, written ``kind/slug``.

    Args:
        kinds: the kinds, keys of ``kgtools.core.namespaces.KINDS``.
    """
    listed = " or a ".join(f"{kind}/…" for kind in kinds)

    def convert(value: object) -> ox.NamedNode:
        kind, _, slug = _string(value).partition("/")
        if kind not in KINDS or not is_slug(slug):
            example = "such as condition/shared-vision"
            raise FieldError(f"must be written kind/identifier, {example}; '{shown(value)}' is not")
        if kind not in kinds:
            raise FieldError(f"must be a {listed}; '{shown(value)}' is neither")
        return ox.NamedNode(f"{ID}{kind}/{slug}")

    convert.__doc__ = f"A {listed}, written ``kind/slug``."
    return convert


def mapping_relation(value: object) -> ox.NamedNode:
    """One of the five SKOS mapping properties, by the first part of its name."""
    if value not in _MATCHES:
        raise FieldError(f"must be one of {', '.join(_MATCHES)}; '{shown(value)}' is not one of them")
    return ox.NamedNode(f"{SKOS}{value}Match")


def shown(value: object) -> str:
    """A value as a message may repeat it: short, printable, and never the whole of a nested structure."""
    if isinstance(value, list | dict):
        return f"a {type(value).__name__} of {len(value)}"
    printable = "".join(c if c.isprintable() else " " for c in str(value))
    return printable if len(printable) <= MAX_SHOWN else f"{printable[:MAX_SHOWN]}…"


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise FieldError(f"must be text, but '{shown(value)}' was read as {type(value).__name__}; put it in quotes")
    return value
