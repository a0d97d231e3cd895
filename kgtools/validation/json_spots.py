"""Finding the places of node objects in JSON-LD.

Inline contexts are understood. A node whose identifier comes about in another way simply has no place.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from kgtools.core.namespaces import RDF
from kgtools.graph.json_context import Context, JsonEntry, Members, parsed_json
from kgtools.validation.spots import Spots

_NO_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')  # what holds one of these is dropped as well


def scan_jsonld(text: str, base: str, wanted: Collection[str] | None = None) -> Spots:
    """Find where node objects, their properties and values are written.

    Args:
        text: a well-formed JSON-LD document, that ``kgtools.graph.guarding.refusal`` lets pass.
        base: the document's IRI.
        wanted: the subjects to note; all, when None.
    """
    walker = _Walker(Spots(wanted))
    walker.walk(parsed_json(text), Context(base))
    return walker.spots


def unmapped_keys(text: str, base: str) -> list[tuple[str, int]]:
    """The keys that the context does not map to a property, with their offsets: a JSON-LD processor drops them."""
    walker = _Walker(Spots(()))
    walker.walk(parsed_json(text), Context(base))
    return walker.unmapped


@dataclass(slots=True)
class _Walker:
    spots: Spots
    unmapped: list[tuple[str, int]] = field(default_factory=list)

    def walk(self, entry: JsonEntry, context: Context) -> None:
        """Note each node object in a value."""
        if isinstance(entry.value, list):
            for one in entry.value:
                self.walk(one, context)
        elif isinstance(entry.value, Members):
            self._node(entry, entry.value, context)

    def _node(self, entry: JsonEntry, members: Members, context: Context) -> None:
        local = members.get("@context")
        if local is not None:
            context = context.with_local(local)
        identifier = self._identifier(members, context)
        says_something = any(context.keyword(name) not in {"@id", "@context"} for name, _, _ in members.items)
        if identifier is not None and says_something:
            self.spots.note_subject(identifier, entry.offset)
        for name, offset, value in members.items:
            keyword = context.keyword(name)
            if keyword == "@reverse" and isinstance(value.value, Members):
                for _, _, inner in value.value.items:
                    self.walk(inner, context)
            elif keyword in {"@graph", "@included", "@list", "@set"}:
                self.walk(value, context)
            elif keyword == "@type" or not keyword.startswith("@"):
                prop = f"{RDF}type" if keyword == "@type" else context.expand(name)
                if ":" not in prop or _NO_IRI.search(prop):
                    self.unmapped.append((name, offset))
                self._property(identifier, (prop, offset), value, context)

    def _identifier(self, members: Members, context: Context) -> str | None:
        for name, _, value in members.items:
            if context.keyword(name) == "@id" and isinstance(value.value, str):
                return context.node(value.value)
        return None

    def _property(self, subject: str | None, prop: tuple[str, int], entry: JsonEntry, context: Context) -> None:
        for one in entry.value if isinstance(entry.value, list) else [entry]:
            if subject is not None:
                self.spots.note_value(subject, prop, (self._value(prop[0], one, context), one.offset))
            self.walk(one, context)

    def _value(self, prop: str, entry: JsonEntry, context: Context) -> str | None:
        if isinstance(entry.value, Members):
            for name, _, value in entry.value.items:
                if context.keyword(name) in {"@id", "@value"} and isinstance(value.value, str):
                    return context.node(value.value) if context.keyword(name) == "@id" else value.value
            return None
        if isinstance(entry.value, str):
            return context.expand(entry.value) if prop == f"{RDF}type" else entry.value
        return None
