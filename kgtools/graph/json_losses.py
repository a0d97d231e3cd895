"""Names in JSON-LD that make a processor leave out what is said with them, without a word.

A node or a value whose identifier is no IRI, a type that is none, and a text whose language is no language tag come to
nothing when JSON-LD becomes RDF (JSON-LD 1.1 API, sections 7.1 and 8.2.2). All are refused with the place. A document
with a context inside the definition of a term is not judged, since what such a context changes is not followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import pyoxigraph as ox

from kgtools.graph.guarding import Refusal
from kgtools.graph.json_context import Context, JsonEntry, Members, parsed_json

_BASE: Final = "file:///document"  # whether a relative IRI is one does not depend on what it is relative to
_KINDS_OF_NAMES: Final = frozenset({"@id", "@vocab"})
_NO_DATATYPE: Final = frozenset({"@id", "@vocab", "@json", "@none", ""})


class _Lost(NamedTuple):
    """A name at an offset, and what it is."""

    what: str
    name: str
    offset: int


def lost_name(data: bytes) -> Refusal | None:
    """The first name of a document that makes a processor of JSON-LD leave something out.

    Args:
        data: a well-formed document, which ``kgtools.graph.guarding.refusal`` lets pass.
    """
    text = data.decode("utf-8", "replace")
    lost = min(_Search(text).lost(parsed_json(text), Context(_BASE)), key=lambda one: one.offset, default=None)
    if lost is None:
        return None
    if lost.what == "language":
        message = f"'{lost.name[:80]}' is not a language tag, so that JSON-LD would leave out the texts in it."
        advice = 'Write a tag such as "en" or "es-MX" (BCP 47).'
    else:
        message = (
            f"The {lost.what} '{lost.name[:80]}' is not a valid IRI, so that JSON-LD would leave out what it says."
        )
        advice = "Correct it. An IRI has no spaces, quotation marks or braces; its prefix must stand in the context."
    line = text.count("\n", 0, lost.offset) + 1
    column = lost.offset - text.rfind("\n", 0, lost.offset)
    return Refusal(message, advice, line, column, len(lost.name) + 2)


class _Search:
    """Goes through a document.

    Args:
        text: the document.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def lost(self, entry: JsonEntry, context: Context, kind: str = "") -> Iterator[_Lost]:
        """The names in a value that are lost.

        Args:
            entry: the value.
            context: the context that it stands in.
            kind: the type that the context gives to it, as it is written.
        """
        if isinstance(entry.value, list):
            for one in entry.value:
                yield from self.lost(one, context, kind)
        elif isinstance(entry.value, Members):
            yield from self._of_object(entry.value, context, kind)
        elif kind in _KINDS_OF_NAMES:
            yield from self._unless_iri("value", entry, context, is_type=kind == "@vocab")

    def _of_object(self, members: Members, context: Context, kind: str) -> Iterator[_Lost]:
        local = members.get("@context")
        if local is not None:
            if _is_scoped(local):
                return
            context = context.with_local(local)
            yield from self._of_context(local, context)
        for name, _, entry in members.items:
            keyword = context.keyword(name)
            if keyword == "@id":
                yield from self._unless_iri("identifier", entry, context, is_type=False)
            elif keyword == "@type":
                yield from self._of_types(entry, context)
            elif keyword == "@language":
                yield from self._unless_language(entry)
            elif keyword in {"@list", "@set"}:
                yield from self.lost(entry, context, kind)
            elif keyword in {"@graph", "@included", "@nest", "@reverse"}:
                yield from self.lost(entry, context)
            elif not keyword.startswith("@"):
                yield from self._of_key(name, entry, context)

    def _of_key(self, name: str, entry: JsonEntry, context: Context) -> Iterator[_Lost]:
        kind = context.kinds.get(name, "")
        if kind == "@json":
            return
        if kind == "@language" and isinstance(entry.value, Members):
            for language, offset, _ in entry.value.items:
                if context.keyword(language) != "@none" and not _is_language(language):
                    yield _Lost("language", language, offset)
            return
        yield from self.lost(entry, context, kind)

    def _of_context(self, local: JsonEntry, context: Context) -> Iterator[_Lost]:
        """The datatypes and languages that a context gives to texts."""
        if isinstance(local.value, list):
            for one in local.value:
                yield from self._of_context(one, context)
        elif isinstance(local.value, Members):
            for name, _, entry in local.value.items:
                if name == "@language":
                    yield from self._unless_language(entry)
                elif isinstance(entry.value, Members) and not name.startswith("@"):
                    yield from self._of_definition(entry.value, context)

    def _of_definition(self, definition: Members, context: Context) -> Iterator[_Lost]:
        type_, language = definition.get("@type"), definition.get("@language")
        if type_ is not None and type_.value not in _NO_DATATYPE:
            yield from self._unless_iri("type", type_, context, is_type=True)
        if language is not None:
            yield from self._unless_language(language)

    def _of_types(self, entry: JsonEntry, context: Context) -> Iterator[_Lost]:
        for one in entry.value if isinstance(entry.value, list) else [entry]:
            yield from self._unless_iri("type", one, context, is_type=True)

    def _unless_iri(self, what: str, entry: JsonEntry, context: Context, *, is_type: bool) -> Iterator[_Lost]:
        written = self._string(entry)
        if written is None or written.startswith(("@", "_:")) or (is_type and context.keyword(written) != written):
            return
        name = context.expand(written) if is_type else written
        if not _is_iri(context.node(name)):
            yield _Lost(what, written, entry.offset)

    def _unless_language(self, entry: JsonEntry) -> Iterator[_Lost]:
        written = self._string(entry)
        if written is not None and not _is_language(written):
            yield _Lost("language", written, entry.offset)

    def _string(self, entry: JsonEntry) -> str | None:
        """What a value says when it is a string; a number, true or null is written without quotation marks."""
        return entry.value if isinstance(entry.value, str) and self._text[entry.offset] == '"' else None


def _is_scoped(local: JsonEntry) -> bool:
    """Whether the definition of a term has a context of its own."""
    several = local.value if isinstance(local.value, list) else [local]
    return any(
        isinstance(entry.value, Members) and entry.value.get("@context") is not None
        for one in several
        if isinstance(one.value, Members)
        for _, _, entry in one.value.items
    )


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def _is_language(text: str) -> bool:
    try:
        ox.Literal("", language=text)
    except ValueError:
        return False
    return True
