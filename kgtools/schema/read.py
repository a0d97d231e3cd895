"""The schema of the records: the project's shapes and ontology, read into classes and fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import KINDS, RDF, RDFS, SH, SKOS, SPF
from kgtools.graph.store import Term
from kgtools.schema.facts import Facts, name_of
from kgtools.schema.model import Field, RecordClass, Schema
from kgtools.schema.shapes import read_fields

_WARNING: Final = f"{SH}Warning"


def read_schema(triples: Iterable[ox.Triple]) -> Schema:
    """Read the schema.

    Args:
        triples: the ontology and the shapes.

    Returns:
        A class for each node shape that targets one of the project's classes and has property shapes, with its fields.
    """
    facts = Facts(triples)
    fields = read_fields(facts)
    kinds = {SPF + name: kind for kind, name in KINDS.items()}
    classes = {}
    for shape in facts.subjects:
        kind = kinds.get(facts.text(shape, f"{SH}targetClass"))
        if kind and facts.all(shape, f"{SH}property"):
            classes[kind] = _record_class(facts, shape, kind, fields)
    closed = {cls for field in fields.values() if field.closed for cls in field.classes}
    return Schema(
        classes={kind: classes[kind] for kind in KINDS if kind in classes},
        superclasses=_superclasses(facts),
        definitions=_texts(facts, f"{SKOS}definition"),
        other_names=_other_names(facts),
        members=_members(facts, closed),
    )


def _record_class(facts: Facts, shape: Term, kind: str, fields: dict[Term, Field]) -> RecordClass:
    node = ox.NamedNode(SPF + KINDS[kind])
    own: dict[str, Field] = {}
    for member in sorted(facts.all(shape, f"{SH}property"), key=name_of):
        field = fields.get(member)
        if field is None:
            continue
        only_recommends = field.name != name_of(member).rpartition("#")[2]
        recommended = only_recommends and facts.text(member, f"{SH}severity") == _WARNING
        known = own.get(field.name, field)
        own[field.name] = replace(known, recommended=known.recommended or recommended)
    ordered = tuple(sorted(own.values(), key=lambda field: (field.order, field.name)))
    label = facts.text(node, f"{SKOS}prefLabel") or facts.text(shape, f"{SH}name")
    return RecordClass(kind, label, facts.text(node, f"{SKOS}definition"), ordered)


def _superclasses(facts: Facts) -> dict[str, frozenset[str]]:
    direct: dict[str, set[str]] = {
        name_of(s): {o.value for o in objects if isinstance(o, ox.NamedNode)}
        for s in facts.subjects
        if (objects := facts.all(s, f"{RDFS}subClassOf"))
    }
    found: dict[str, frozenset[str]] = {}
    for cls in {*direct, *(o for objects in direct.values() for o in objects)}:
        reached, frontier = {cls}, [cls]
        while frontier:
            new = direct.get(frontier.pop(), set()) - reached
            reached |= new
            frontier += new
        found[cls] = frozenset(reached)
    return found


def _texts(facts: Facts, predicate: str) -> dict[str, str]:
    return {name_of(s): text for s in facts.subjects if (text := facts.text(s, predicate))}


def _other_names(facts: Facts) -> dict[str, tuple[str, ...]]:
    return {
        name_of(s): names
        for s in facts.subjects
        if (names := tuple(name_of(v) for p in ("prefLabel", "altLabel") for v in facts.all(s, SKOS + p)))
    }


def _members(facts: Facts, closed: set[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for subject in facts.subjects:
        for cls in facts.all(subject, f"{RDF}type"):
            if name_of(cls) in closed:
                found[name_of(cls)].append(name_of(subject))
    return {cls: tuple(sorted(members)) for cls, members in found.items()}
