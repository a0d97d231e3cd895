"""Reading fields from property shapes: one shape for each class and property."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import RDF, RULE, SH, SHAPES, XSD
from kgtools.graph.store import Term
from kgtools.schema.facts import Facts, name_of
from kgtools.schema.model import Fault, Field, ValueKind

_VALUE_KINDS: Final = {
    RDF + "langString": ValueKind.TEXT,
    XSD + "string": ValueKind.STRING,
    XSD + "anyURI": ValueKind.ADDRESS,
    XSD + "integer": ValueKind.INTEGER,
    XSD + "date": ValueKind.DATE,
}
_FAULTS: Final = {
    "MinCount": Fault.MISSING,
    "MaxCount": Fault.TOO_MANY,
    "UniqueLang": Fault.TOO_MANY,
    "Datatype": Fault.WRONG_FORM,
    "In": Fault.NOT_IN_LIST,
    "MinInclusive": Fault.OUT_OF_RANGE,
    "MaxInclusive": Fault.OUT_OF_RANGE,
}
"""The fault that a constraint component finds, where it is the same for all fields."""


def read_fields(facts: Facts) -> dict[Term, Field]:
    """The fields of a shapes graph by property shape; a shape that only recommends a field gives the whole field.

    Args:
        facts: the shapes graph.
    """
    fields: dict[Term, Field] = {
        node: _field(facts, node)
        for node in facts.subjects
        if isinstance(node, ox.NamedNode)
        and node.value.startswith(SHAPES)
        and facts.text(node, f"{SH}path")
        and facts.text(node, f"{SH}name")
    }
    for node in list(facts.subjects):
        meant = facts.one(node, f"{RULE}field")
        if meant is not None and meant in fields:
            fields[node] = fields[meant]
    return fields


def fault_of(field: Field, component: str) -> Fault | None:
    """The fault of a field that a constraint component finds.

    Args:
        field: the field.
        component: the local name of the component without ``ConstraintComponent``, such as ``MinCount``.
    """
    if component == "Pattern":
        return Fault.TOO_LONG if field.most_words else Fault.MALFORMED
    if component == "Class" or (component == "Or" and field.classes):
        return Fault.NOT_IN_LIST if field.closed else Fault.WRONG_KIND
    if component == "Or" and field.datatypes:
        return Fault.WRONG_FORM
    return _FAULTS.get(component)


def components_of(facts: Facts, shape: Term) -> Iterable[str]:
    """The constraint components that a shape uses, without those that only help another."""
    for predicate in facts.about(shape):
        local = predicate.removeprefix(SH)
        if predicate.startswith(SH) and local in _PARAMETERS:
            yield _PARAMETERS[local]


_PARAMETERS: Final[Mapping[str, str]] = {
    "minCount": "MinCount",
    "maxCount": "MaxCount",
    "uniqueLang": "UniqueLang",
    "datatype": "Datatype",
    "class": "Class",
    "in": "In",
    "or": "Or",
    "pattern": "Pattern",
    "minInclusive": "MinInclusive",
    "maxInclusive": "MaxInclusive",
}


def _field(facts: Facts, shape: ox.NamedNode) -> Field:
    options = facts.list_of(facts.one(shape, f"{SH}or"))
    classes = _texts(facts, (shape, *options), f"{SH}class")
    datatypes = _texts(facts, (shape, *options), f"{SH}datatype")
    allowed = tuple(name_of(item) for item in facts.list_of(facts.one(shape, f"{SH}in")))
    least, greatest = facts.number(shape, f"{SH}minInclusive"), facts.number(shape, f"{SH}maxInclusive")
    return Field(
        name=shape.value.removeprefix(SHAPES),
        path=facts.text(shape, f"{SH}path"),
        label=facts.text(shape, f"{SH}name"),
        description=facts.text(shape, f"{SH}description"),
        order=facts.number(shape, f"{SH}order") or 99,
        group=facts.text(shape, f"{SH}group"),
        kind=_kind(classes or allowed, datatypes),
        required=bool(facts.number(shape, f"{SH}minCount")),
        many=facts.number(shape, f"{SH}maxCount") != 1,
        classes=classes,
        closed=facts.text(shape, f"{RULE}closed") == "true",
        allowed=allowed,
        datatypes=datatypes,
        bounds=(least, greatest) if least is not None and greatest is not None else None,
        most_words=facts.number(shape, f"{RULE}mostWords"),
        form=facts.text(shape, f"{RULE}form"),
        example=facts.one(shape, f"{RULE}example"),
        rationale=facts.text(shape, f"{RULE}rationale"),
        key=facts.text(shape, f"{RULE}key"),
    )


def _texts(facts: Facts, nodes: Iterable[Term], predicate: str) -> tuple[str, ...]:
    return tuple(name_of(value) for node in nodes for value in facts.all(node, predicate))


def _kind(references: tuple[str, ...], datatypes: tuple[str, ...]) -> ValueKind:
    if references:
        return ValueKind.REFERENCE
    if len(datatypes) > 1:
        return ValueKind.PARTIAL_DATE
    return _VALUE_KINDS.get(datatypes[0], ValueKind.STRING) if datatypes else ValueKind.STRING
