"""Finding the places of node objects in JSON-LD, and how deep a JSON text is nested.

Understood are inline contexts: prefixes, terms, ``@vocab``, ``@base`` and aliases of keywords (JSON-LD 1.1 section
9.15). A node whose identifier comes about in another way simply has no place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from kgtools.core.namespaces import RDF
from kgtools.validation.iri import resolve
from kgtools.validation.spots import Spots

_TOKEN: Final = re.compile(r'[\s,:]*+(?:("(?:[^"\\]|\\.)*+")|([\[{])|([\]}])|([^\s,:\[\]{}"]+))', re.DOTALL)


_NO_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')  # what holds one of these is dropped as well


@dataclass(slots=True)
class JsonEntry:
    """A value with the offset where it begins."""

    offset: int
    value: Value


@dataclass(slots=True)
class Members:
    """A JSON object: keys with their offsets, and values."""

    items: list[tuple[str, int, JsonEntry]] = field(default_factory=list)

    def get(self, key: str) -> JsonEntry | None:
        """The value of a key."""
        return next((entry for name, _, entry in self.items if name == key), None)


Value: TypeAlias = "Members | list[JsonEntry] | str | None"


def scan_jsonld(text: str, base: str, wanted: Collection[str] | None = None) -> Spots:
    """Find where node objects, their properties and values are written.

    Args:
        text: a well-formed JSON-LD document, that ``kgtools.graph.guarding.refusal`` lets pass.
        base: the document's IRI.
        wanted: the subjects to note; all, when None.
    """
    walker = _Walker(Spots(wanted))
    walker.walk(_parsed(text), _Context(base))
    return walker.spots


def unmapped_keys(text: str, base: str) -> list[tuple[str, int]]:
    """The keys that the context does not map to a property, with their offsets: a JSON-LD processor drops them."""
    walker = _Walker(Spots(()))
    walker.walk(_parsed(text), _Context(base))
    return walker.unmapped


def _parsed(text: str) -> JsonEntry:
    """Read JSON with offsets. Plain values other than strings are kept as they are written."""
    root: list[JsonEntry] = []
    stack: list[Members | list[JsonEntry]] = [root]
    key: list[tuple[str, int] | None] = [None]
    for found in _TOKEN.finditer(text):
        if found[3]:
            stack.pop()
            key.pop()
            continue
        top = stack[-1]
        offset = found.start(found.lastindex or 0)
        value: Value = json.loads(found[1], strict=False) if found[1] else found[4]
        if found[2]:
            value = Members() if found[2] == "{" else []
        if isinstance(top, Members) and key[-1] is None:
            key[-1] = (str(value), offset)
            continue
        entry = JsonEntry(offset, value)
        _put(top, key, entry)
        if isinstance(value, Members | list):
            stack.append(value)
            key.append(None)
    return root[0]


def _put(top: Members | list[JsonEntry], key: list[tuple[str, int] | None], entry: JsonEntry) -> None:
    if isinstance(top, list):
        top.append(entry)
        return
    name = key[-1]
    assert name is not None
    top.items.append((*name, entry))
    key[-1] = None


@dataclass(frozen=True, slots=True)
class _Context:
    """The active context, as far as it decides IRIs."""

    base: str
    vocab: str = ""
    terms: Mapping[str, str] = field(default_factory=dict)

    def with_local(self, local: JsonEntry) -> _Context:
        if isinstance(local.value, list):
            context = self
            for one in local.value:
                context = context.with_local(one)
            return context
        if not isinstance(local.value, Members):
            return replace(self, vocab="", terms={}) if local.value == "null" else self
        context = self._with_keywords(local.value)
        terms = dict(context.terms)
        for name, _, entry in local.value.items:
            target = entry.value.get("@id") if isinstance(entry.value, Members) else entry
            if not name.startswith("@") and target is not None and isinstance(target.value, str):
                terms[name] = target.value
        return replace(context, terms=terms)

    def _with_keywords(self, local: Members) -> _Context:
        context = self
        base, vocab = local.get("@base"), local.get("@vocab")
        if base is not None and isinstance(base.value, str):
            context = replace(context, base=resolve(context.base, base.value) if base.value != "null" else "")
        if vocab is not None and isinstance(vocab.value, str):
            context = replace(context, vocab=context.expand(vocab.value))
        return context

    def keyword(self, name: str) -> str:
        """The keyword that a key stands for, or the key itself."""
        target = self.terms.get(name, name)
        return target if target.startswith("@") else name

    def expand(self, name: str, depth: int = 0) -> str:
        """A key, or a value of ``@type``, as an IRI."""
        if name in self.terms and depth < 10:
            return self.expand(self.terms[name], depth + 1) if self.terms[name] != name else self.vocab + name
        return self._compact(name) or (name if ":" in name else self.vocab + name)

    def node(self, name: str) -> str:
        """A value of ``@id`` as an IRI."""
        return name if name.startswith("_:") else self._compact(name) or resolve(self.base, name)

    def _compact(self, name: str) -> str | None:
        prefix, colon, rest = name.partition(":")
        if colon and not rest.startswith("//") and prefix in self.terms:
            return self.expand(prefix, 1) + rest
        return None


@dataclass(slots=True)
class _Walker:
    spots: Spots
    unmapped: list[tuple[str, int]] = field(default_factory=list)

    def walk(self, entry: JsonEntry, context: _Context) -> None:
        """Note each node object in a value."""
        if isinstance(entry.value, list):
            for one in entry.value:
                self.walk(one, context)
        elif isinstance(entry.value, Members):
            self._node(entry, entry.value, context)

    def _node(self, entry: JsonEntry, members: Members, context: _Context) -> None:
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

    def _identifier(self, members: Members, context: _Context) -> str | None:
        for name, _, value in members.items:
            if context.keyword(name) == "@id" and isinstance(value.value, str):
                return context.node(value.value)
        return None

    def _property(self, subject: str | None, prop: tuple[str, int], entry: JsonEntry, context: _Context) -> None:
        for one in entry.value if isinstance(entry.value, list) else [entry]:
            if subject is not None:
                self.spots.note_value(subject, prop, (self._value(prop[0], one, context), one.offset))
            self.walk(one, context)

    def _value(self, prop: str, entry: JsonEntry, context: _Context) -> str | None:
        if isinstance(entry.value, Members):
            for name, _, value in entry.value.items:
                if context.keyword(name) in {"@id", "@value"} and isinstance(value.value, str):
                    return context.node(value.value) if context.keyword(name) == "@id" else value.value
            return None
        if isinstance(entry.value, str):
            return context.expand(entry.value) if prop == f"{RDF}type" else entry.value
        return None
