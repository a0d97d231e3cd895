"""Turning records into triples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pyoxigraph as ox

from kgtools.core.minting import is_slug, pair_slug, slug_of, source_slug
from kgtools.core.namespaces import OWL, RDF, SKOS, SPF, identifier
from kgtools.core.suggest import nearest
from kgtools.intake.records import fields as f
from kgtools.intake.records.fields import Field, FieldError
from kgtools.intake.records.kinds import ConceptLists, RecordKind, provenance_fields, record_kinds
from kgtools.intake.records.reader import Place, Problem, RawRecord

_TYPE: Final = ox.NamedNode(RDF + "type")
_HAS_SOURCE: Final = ox.NamedNode(SPF + "hasSource")
_LABEL: Final = ox.NamedNode(SKOS + "prefLabel")
_STRUCTURAL: Final = {"id", "sources", "claims", "__line__"}


@dataclass
class Conversion:
    """What came of converting records.

    Attributes:
        triples: the triples by subject.
        nested_sources: subjects that are sources or organizations described in passing: they don't replace a
            description that is there already.
        problems: what was wrong; with any of them nothing may be written.
        places: the place of each subject that was a record of its own.
    """

    triples: dict[ox.NamedNode, set[ox.Triple]] = field(default_factory=dict)
    nested_sources: set[ox.NamedNode] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    places: dict[ox.NamedNode, Place] = field(default_factory=dict)

    def add(self, subject: ox.NamedNode, triples: Iterable[ox.Triple]) -> None:
        """Add triples that describe a subject."""
        self.triples.setdefault(subject, set()).update(triples)


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys that records may have.

    Attributes:
        kinds: the kinds of records by group, each with its own keys.
        provenance: the keys that every record takes.
        source: the keys that a source takes.
    """

    kinds: Mapping[str, RecordKind]
    provenance: Mapping[str, Field]
    source: Mapping[str, Field]


def convert_records(records: Iterable[RawRecord], lists: ConceptLists) -> Conversion:
    """Convert records to triples; problems are collected, so that one bad record doesn't hide the next.

    Args:
        records: the records.
        lists: the closed lists that values are from.
    """
    result = Conversion()
    keys = _Keys(record_kinds(lists), provenance_fields(lists), source_fields(lists))
    for record in records:
        kind = keys.kinds.get(record.group)
        if kind is None:
            guess = nearest(record.group, keys.kinds)
            hint = f" Did you mean '{guess}'?" if guess else ""
            result.problems.append(Problem(record.place, f"'{record.group}' is not a group of records.{hint}"))
            continue
        _convert(record, kind, keys, result)
    return result


def _convert(record: RawRecord, kind: RecordKind, keys: _Keys, result: Conversion) -> ox.NamedNode | None:
    slug = _slug(record, kind, result)
    if slug is None:
        return None
    subject = ox.NamedNode(identifier(kind.kind, slug))
    if subject in result.places:
        first = result.places[subject]
        result.problems.append(Problem(record.place, f"The identifier '{slug}' is given twice; first at {first}."))
        return None
    result.places[subject] = record.place
    known = {**kind.fields, **keys.provenance}
    result.add(subject, _typed(subject, kind))
    result.add(subject, _property_triples(subject, record, known, result))
    sources = _sources(record, kind, keys, result)
    result.add(subject, (ox.Triple(subject, _HAS_SOURCE, source) for source in sources))
    _publishers(record, result)
    _claims(record, slug, keys, result)
    return subject


def _typed(subject: ox.NamedNode, kind: RecordKind) -> Iterator[ox.Triple]:
    yield ox.Triple(subject, _TYPE, ox.NamedNode(OWL + "NamedIndividual"))
    yield ox.Triple(subject, _TYPE, ox.NamedNode(SPF + kind.class_name))


_DERIVED_SLUGS: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "claims": lambda v: pair_slug(v["state_policy"], v["policy"]),
    "determinations": lambda v: f"{v['jurisdiction'].lower()}-{v['condition']}",
    "adaptations": lambda v: f"{v['jurisdiction'].lower()}-{v['about'].partition('/')[2]}-{v['kind']}",
    "mappings": lambda v: pair_slug(v["subject"].partition("/")[2], v["object"].partition("/")[2]),
}


def _slug(record: RawRecord, kind: RecordKind, result: Conversion) -> str | None:
    derive = _DERIVED_SLUGS.get(record.group)
    try:
        slug = derive(record.values) if derive and "id" not in record.values else record.values["id"]
    except (KeyError, AttributeError, TypeError):
        result.problems.append(Problem(record.place, f"The record has no 'id'; give it one, such as '{kind.kind}-1'."))
        return None
    if not isinstance(slug, str) or not is_slug(slug):
        message = f"The identifier '{f.shown(slug)}' must be lower-case letters and digits joined by hyphens."
        result.problems.append(Problem(record.place, message))
        return None
    return slug


def _property_triples(
    subject: ox.NamedNode, record: RawRecord, known: Mapping[str, Field], result: Conversion
) -> Iterator[ox.Triple]:
    for key, spec in known.items():
        value = record.values.get(key)
        if value is None or value == []:
            if spec.required:
                result.problems.append(Problem(record.place, f"'{key}' is missing."))
            continue
        for term in _terms(key, value, spec, record.place, result):
            yield ox.Triple(subject, spec.predicate, term)
    for key in record.values.keys() - known.keys() - _STRUCTURAL:
        guess = nearest(key, known)
        hint = f" Did you mean '{guess}'?" if guess else f" The keys are {', '.join(sorted(known))}."
        result.problems.append(Problem(record.place, f"'{f.shown(key)}' is not a key of '{record.group}'.{hint}"))


def _terms(
    key: str, value: object, spec: Field, place: Place, result: Conversion
) -> Iterator[ox.NamedNode | ox.Literal]:
    values = value if isinstance(value, list) else [value]
    if len(values) > 1 and not spec.many:
        result.problems.append(Problem(place, f"'{key}' takes one value, and {len(values)} are given."))
        return
    for one in values:
        try:
            yield spec.convert(one)
        except FieldError as error:
            result.problems.append(Problem(place, f"'{key}' {error}."))


def _listed(record: RawRecord, key: str, result: Conversion) -> list[Any]:
    value = record.values.get(key) or []
    if isinstance(value, list):
        return value
    result.problems.append(Problem(record.place, f"'{key}' must be a list, and '{f.shown(value)}' is not one."))
    return []


def _sources(record: RawRecord, kind: RecordKind, keys: _Keys, result: Conversion) -> list[ox.NamedNode]:
    listed = _listed(record, "sources", result)
    if not listed and kind.sourced:
        result.problems.append(Problem(record.place, "'sources' is missing: every record names at least one source."))
    found = []
    for number, source in enumerate(listed, start=1):
        place = Place(record.place.file, record.place.line, f"{record.place.record}, source {number}")
        if not isinstance(source, dict) or not isinstance(source.get("url"), str):
            result.problems.append(Problem(place, "must be a mapping with at least 'url', 'title' and 'accessed'."))
            continue
        found.append(_source(source, place, keys, result))
    return found


def source_fields(lists: ConceptLists) -> dict[str, Field]:
    """The keys that a source takes."""
    kinds = lists.get("source-kind", ())
    return {
        "url": Field("url", f.url, required=True),
        "title": Field(SKOS + "prefLabel", f.text, required=True),
        "publisher": Field("publishedBy", f.organization, required=True, many=True),
        "kind": Field("sourceKind", f.concept("source-kind", kinds), required=True, allowed=kinds),
        "accessed": Field("dateAccessed", f.date, required=True),
        "published": Field("datePublished", f.partial_date),
        "archived": Field("archivedUrl", f.url),
    }


def _source(values: Mapping[str, Any], place: Place, keys: _Keys, result: Conversion) -> ox.NamedNode:
    subject = ox.NamedNode(identifier("source", source_slug(values["url"].strip())))
    record = RawRecord("sources", values, place)
    if subject in result.triples:
        return subject
    result.nested_sources.add(subject)
    result.add(subject, (ox.Triple(subject, _TYPE, ox.NamedNode(t)) for t in (OWL + "NamedIndividual", SPF + "Source")))
    result.add(subject, _property_triples(subject, record, keys.source, result))
    _publishers(record, result)
    return subject


def _publishers(record: RawRecord, result: Conversion) -> None:
    """Describe the organizations that a record names, which are known by their names alone."""
    for key in ("publisher", "publishers", "affiliation"):
        names = record.values.get(key) or []
        for name in names if isinstance(names, list) else [names]:
            if isinstance(name, str) and any(c.isalnum() for c in name):
                _organization(" ".join(name.split()), result)


def _organization(name: str, result: Conversion) -> None:
    subject = ox.NamedNode(identifier("organization", slug_of(name)))
    if subject in result.triples:
        return
    result.nested_sources.add(subject)
    types = (ox.Triple(subject, _TYPE, ox.NamedNode(t)) for t in (OWL + "NamedIndividual", SPF + "Organization"))
    result.add(subject, [*types, ox.Triple(subject, _LABEL, ox.Literal(name, language="en"))])


def _claims(record: RawRecord, policy: str, keys: _Keys, result: Conversion) -> None:
    """Convert the claims that are nested in a state policy; they rest on its sources unless they name their own."""
    for claim in _listed(record, "claims", result):
        if not isinstance(claim, dict):
            result.problems.append(Problem(record.place, "each of 'claims' must be a mapping of keys to values."))
            continue
        values = {"sources": record.values.get("sources"), "reviewed": record.values.get("reviewed"), **claim}
        place = Place(record.place.file, claim.get("__line__", record.place.line), f"{record.place.record}, claim")
        _convert(RawRecord("claims", {"state_policy": policy, **values}, place), keys.kinds["claims"], keys, result)
