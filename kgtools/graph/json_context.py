"""JSON with the places of its values, and the part of a JSON-LD context that decides IRIs.

Understood are inline contexts: prefixes, terms, ``@vocab``, ``@base``, aliases of keywords and the types of terms
(JSON-LD 1.1 section 9.15).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from kgtools.graph.iri import resolve

_TOKEN: Final = re.compile(r'[\s,:]*+(?:("(?:[^"\\]|\\.)*+")|([\[{])|([\]}])|([^\s,:\[\]{}"]+))', re.DOTALL)


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


def parsed_json(text: str) -> JsonEntry:
    """Read JSON with offsets. Plain values other than strings are kept as they are written.

    Args:
        text: well-formed JSON, which ``kgtools.graph.guarding.refusal`` lets pass.
    """
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
class Context:
    """The active context, as far as it decides IRIs.

    Attributes:
        base: what relative IRIs begin at.
        vocab: what keys and types without a definition begin with.
        terms: what each term stands for, as it is written.
        kinds: the ``@type`` of each term's values, as it is written; ``@language`` where they are a language map.
    """

    base: str
    vocab: str = ""
    terms: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)

    def with_local(self, local: JsonEntry) -> Context:
        """This context with what an object, or a list of them, adds to it."""
        if isinstance(local.value, list):
            context = self
            for one in local.value:
                context = context.with_local(one)
            return context
        if not isinstance(local.value, Members):
            return replace(self, vocab="", terms={}, kinds={}) if local.value == "null" else self
        context = self._with_keywords(local.value)
        terms, kinds = dict(context.terms), dict(context.kinds)
        for name, _, entry in local.value.items:
            kinds[name] = _kind(entry)
            target = entry.value.get("@id") if isinstance(entry.value, Members) else entry
            if not name.startswith("@") and target is not None and isinstance(target.value, str):
                terms[name] = target.value
        return replace(context, terms=terms, kinds=kinds)

    def _with_keywords(self, local: Members) -> Context:
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


def _kind(definition: JsonEntry) -> str:
    """The type that a term's definition gives to its values, if it gives one."""
    if not isinstance(definition.value, Members):
        return ""
    container, type_ = definition.value.get("@container"), definition.value.get("@type")
    if container is not None:
        several = container.value if isinstance(container.value, list) else [container]
        if any(one.value == "@language" for one in several):
            return "@language"
    return type_.value if type_ is not None and isinstance(type_.value, str) else ""
