"""What the shapes say of records: classes, fields, and the faults that a field can have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from kgtools.core.namespaces import KINDS, SPF
from kgtools.graph.store import Term


class ValueKind(Enum):
    """What a field holds."""

    TEXT = "text"
    STRING = "plain text"
    ADDRESS = "web address"
    INTEGER = "whole number"
    DATE = "date"
    PARTIAL_DATE = "date, month or year"
    REFERENCE = "reference"

    __hash__ = object.__hash__  # each is there once; Enum's own hash is a call of Python for each cell of a workbook


class Fault(Enum):
    """What can be wrong with a field; the value is the last part of a rule's name."""

    MISSING = "missing"
    TOO_MANY = "too-many"
    WRONG_KIND = "wrong-kind"
    NOT_IN_LIST = "not-in-list"
    WRONG_FORM = "wrong-form"
    MALFORMED = "malformed"
    TOO_LONG = "too-long"
    OUT_OF_RANGE = "out-of-range"


@dataclass(frozen=True, slots=True)
class Field:
    """One property of a class of records, as one property shape describes it.

    Attributes:
        name: the local name of the shape, such as ``state-policy.legal-status``.
        path: the property.
        label: what people call it, such as ``legal status``.
        description: what to write, as a sentence.
        order: its place among the fields of a class.
        group: the heading that forms put it under.
        kind: what it holds.
        required: whether a record without a value is refused.
        recommended: whether a record without a value is warned about.
        many: whether there may be several values.
        classes: for references, the classes that the things referred to may be of.
        closed: whether the values are from a closed list.
        allowed: for references to a few fixed things, these things.
        datatypes: the datatypes that a value may have.
        bounds: for whole numbers, the least and the greatest.
        most_words: how long a text may be.
        form: how a value is written, in plain words, where a pattern says it for machines.
        example: a value that passes.
        rationale: why the field is there.
        key: its key in YAML records.
    """

    name: str
    path: str
    label: str
    description: str = ""
    order: int = 99
    group: str = ""
    kind: ValueKind = ValueKind.STRING
    required: bool = False
    recommended: bool = False
    many: bool = True
    classes: tuple[str, ...] = ()
    closed: bool = False
    allowed: tuple[str, ...] = ()
    datatypes: tuple[str, ...] = ()
    bounds: tuple[int, int] | None = None
    most_words: int | None = None
    form: str = ""
    example: Term | None = None
    rationale: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class RecordClass:
    """A class of records.

    Attributes:
        kind: the kind of its individuals, a key of ``kgtools.core.namespaces.KINDS``.
        label: what one record is called.
        definition: what a record is, from the ontology.
        fields: its fields, in order.
    """

    kind: str
    label: str
    definition: str
    fields: tuple[Field, ...]

    @property
    def iri(self) -> str:
        """The class."""
        return SPF + KINDS[self.kind]

    def field_of(self, path: str) -> Field | None:
        """The field of a property, if the class has it."""
        return next((field for field in self.fields if field.path == path), None)


@dataclass(frozen=True, slots=True)
class Schema:
    """Everything that the shapes and the ontology say of records.

    Attributes:
        classes: the classes of records, by kind.
        superclasses: the superclasses of each class, itself included.
        definitions: what each property means, by IRI.
        other_names: what else each property is called, by IRI.
        members: the members of each closed list, by class, sorted.
    """

    classes: Mapping[str, RecordClass]
    superclasses: Mapping[str, frozenset[str]]
    definitions: Mapping[str, str]
    other_names: Mapping[str, tuple[str, ...]]
    members: Mapping[str, tuple[str, ...]]


def code_of(path: str) -> str:
    """A property's name for programs, such as ``year_adopted``."""
    local = re.split(r"[#/]", path)[-1]
    named = {"prefLabel": "name", "hasSource": "source"}.get(local, local)
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", named).lower()


def class_label(iri: str) -> str:
    """What a class is called, from its name: ``LegalStatus`` is a legal status."""
    local = re.split(r"[#/:]", iri)[-1]
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r" \1", local).lower()


def with_article(noun: str) -> str:
    """A noun with ``a`` or ``an``."""
    return f"{'an' if noun[:1].lower() in 'aeio' else 'a'} {noun}"
