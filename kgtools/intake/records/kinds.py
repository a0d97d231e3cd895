"""The kinds of records that YAML files hold, and the keys of each, made from the schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kgtools.core.namespaces import KINDS, SPF
from kgtools.intake.records import fields as f
from kgtools.intake.records.fields import Converter, Key
from kgtools.schema.model import Field, RecordClass, Schema, ValueKind, code_of

GROUPS: Final[Mapping[str, str]] = {
    "frameworks": "framework",
    "editions": "edition",
    "conditions": "condition",
    "end_states": "end-state",
    "transformative_policies": "transformative-policy",
    "implementation_actions": "implementation-action",
    "criteria": "criterion",
    "examples": "state-example",
    "policies": "state-policy",
    "claims": "claim",
    "inquiries": "inquiry",
    "adaptations": "adaptation",
    "authorities": "authority",
    "people": "person",
    "resources": "resource",
    "mappings": "mapping",
    "rating_schemes": "rating-scheme",
    "rating_items": "rating-item",
    "ratings": "rating",
}
"""The kind of record that each top-level key of a file lists."""

NESTED: Final[Mapping[str, str]] = {"sources": "source", "provisions": "provision"}
"""The kinds of record that stand within another."""

_KINDS_OF: Final = {SPF + name: kind for kind, name in KINDS.items()}
_BY_STRUCTURE: Final = {SPF + name for name in ("hasSource", "restsOn", "inSubmission")}
_TITLE: Final = {("source", "name"): "title"}
"""A document has a title where other things have a name."""


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record.

    Attributes:
        kind: the kind of its individuals, a key of ``kgtools.core.namespaces.KINDS``.
        definition: what a record is.
        keys: its keys.
        sourced: whether a record must name a source.
    """

    kind: str
    definition: str
    keys: Mapping[str, Key]
    sourced: bool = True

    @property
    def class_name(self) -> str:
        """The local name of the class."""
        return KINDS[self.kind]


def record_kinds(schema: Schema) -> dict[str, RecordKind]:
    """The kinds of record by the key that lists them, those within others last.

    Args:
        schema: the project's schema.
    """
    return {group: _kind(schema, schema.classes[kind]) for group, kind in (*GROUPS.items(), *NESTED.items())}


def _kind(schema: Schema, record_class: RecordClass) -> RecordKind:
    keys = {
        _TITLE.get((record_class.kind, key), key): _key(schema, field)
        for field in record_class.fields
        if field.path not in _BY_STRUCTURE
        for key in (field.key or code_of(field.path),)
    }
    source = record_class.field_of(f"{SPF}hasSource")
    sourced = source is not None and source.required and record_class.kind != "provision"
    return RecordKind(record_class.kind, record_class.definition, keys, sourced)


def _key(schema: Schema, field: Field) -> Key:
    listed = field.closed and not field.allowed
    members = [iri for cls in field.classes for iri in schema.members.get(cls, ())] if listed else []
    allowed = tuple(iri.rsplit("/", 1)[1] for iri in members)
    convert = f.concept(members[0].split("/")[-2], allowed) if members else _converter(field)
    return Key(field.path, convert, field.required, field.many, allowed, schema.definitions.get(field.path, ""))


_CONVERTERS: Final[Mapping[ValueKind, Converter]] = {
    ValueKind.TEXT: f.text,
    ValueKind.STRING: f.plain,
    ValueKind.ADDRESS: f.url,
    ValueKind.INTEGER: f.integer,
    ValueKind.DATE: f.date,
    ValueKind.PARTIAL_DATE: f.partial_date,
}


def _converter(field: Field) -> Converter:
    if field.kind is not ValueKind.REFERENCE:
        return _CONVERTERS[field.kind]
    if field.allowed:
        return f.mapping_relation
    kinds = [_KINDS_OF[cls] for cls in field.classes if cls in _KINDS_OF]
    if len(field.classes) > 1:
        return f.typed_reference(tuple(kinds))
    by_name: Mapping[str, Converter] = {
        f"{SPF}Jurisdiction": f.jurisdiction,
        f"{SPF}Organization": f.organization,
        f"{SPF}Agent": f.organization,
    }
    return by_name.get(field.classes[0]) or f.reference(kinds[0])
