"""Turning records into triples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import pyoxigraph as ox

from kgtools.core.minting import is_slug, pair_slug, slug_of, source_slug
from kgtools.core.namespaces import OWL, RDF, SKOS, SPF, identifier
from kgtools.core.suggest import nearest
from kgtools.intake.records import fields as f
from kgtools.intake.records.fields import FieldError, Key
from kgtools.intake.records.kinds import GROUPS, RecordKind, record_kinds
from kgtools.intake.records.reader import RawRecord, RecordPlace, RecordProblem
from kgtools.schema.model import Schema

_TYPE: Final = ox.NamedNode(RDF + "type")
_HAS_SOURCE: Final = ox.NamedNode(SPF + "hasSource")
_LABEL: Final = ox.NamedNode(SKOS + "prefLabel")
_RESTS_ON: Final = ox.NamedNode(SPF + "restsOn")
NOT_RECORDED: Final = "not-recorded"
"""How a provision was read that a record doesn't describe: only its source is named."""
_STRUCTURAL: Final = {"id", "sources", "source", "claims", "provisions", "__line__"}

Kinds: TypeAlias = Mapping[str, RecordKind]


@dataclass
class Conversion:
    """What came of converting records.

    Attributes:
        triples: the triples by subject.
        nested_sources: subjects that are sources or organizations described in passing: they don't replace a
            description that is there already.
        problems: what was wrong; with any of them nothing may be written.
        places: the place of each subject that was its own record.
    """

    triples: dict[ox.NamedNode, set[ox.Triple]] = field(default_factory=dict)
    nested_sources: set[ox.NamedNode] = field(default_factory=set)
    problems: list[RecordProblem] = field(default_factory=list)
    places: dict[ox.NamedNode, RecordPlace] = field(default_factory=dict)

    def add(self, subject: ox.NamedNode, triples: Iterable[ox.Triple]) -> None:
        """Add triples that describe a subject."""
        self.triples.setdefault(subject, set()).update(triples)


def convert_records(records: Iterable[RawRecord], schema: Schema) -> Conversion:
    """Convert records to triples; problems are collected, so that one bad record doesn't hide the next.

    Args:
        records: the records.
        schema: the project's schema.
    """
    result = Conversion()
    kinds = record_kinds(schema)
    for record in records:
        kind = kinds[record.group] if record.group in GROUPS else None
        if kind is None:
            guess = nearest(record.group, GROUPS)
            hint = f" Did you mean '{guess}'?" if guess else ""
            result.problems.append(RecordProblem(record.place, f"'{record.group}' is not a group of records.{hint}"))
            continue
        _convert(record, kind, kinds, result)
    return result


def _convert(record: RawRecord, kind: RecordKind, kinds: Kinds, result: Conversion) -> ox.NamedNode | None:
    slug = _slug(record, kind, result)
    if slug is None:
        return None
    subject = ox.NamedNode(identifier(kind.kind, slug))
    if subject in result.places:
        first = result.places[subject]
        result.problems.append(
            RecordProblem(record.place, f"The identifier '{slug}' is given twice; first at {first}.")
        )
        return None
    result.places[subject] = record.place
    result.add(subject, _typed(subject, kind))
    result.add(subject, _property_triples(subject, record, kind.keys, result))
    sources = _sources(record, kind, kinds, result)
    if record.group == "claims":
        result.add(subject, (ox.Triple(subject, _RESTS_ON, found) for found in _provisions(record, kinds, result)))
    else:
        result.add(subject, (ox.Triple(subject, _HAS_SOURCE, source) for source in sources))
    _publishers(record, result)
    _claims(record, slug, kinds, result)
    return subject


def _typed(subject: ox.NamedNode, kind: RecordKind) -> Iterator[ox.Triple]:
    yield ox.Triple(subject, _TYPE, ox.NamedNode(OWL + "NamedIndividual"))
    yield ox.Triple(subject, _TYPE, ox.NamedNode(SPF + kind.class_name))


DERIVED_SLUGS: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "claims": lambda v: pair_slug(v["state_policy"], v["policy"]),
    "inquiries": lambda v: f"{v['jurisdiction'].lower()}-{v['policy']}-{v['day']}",
    "adaptations": lambda v: f"{v['jurisdiction'].lower()}-{v['about'].partition('/')[2]}-{v['kind']}",
    "authorities": lambda v: f"{v['jurisdiction'].lower()}-{v['kind']}",
    "mappings": lambda v: pair_slug(v["subject"].partition("/")[2], v["object"].partition("/")[2]),
}
"""How the identifier of a record is made from its keys, by group, where none is given."""


def _slug(record: RawRecord, kind: RecordKind, result: Conversion) -> str | None:
    derive = DERIVED_SLUGS.get(record.group)
    try:
        slug = derive(record.values) if derive and "id" not in record.values else record.values["id"]
    except (KeyError, AttributeError, TypeError):
        result.problems.append(
            RecordProblem(record.place, f"The record has no 'id'; give it one, such as '{kind.kind}-1'.")
        )
        return None
    if not isinstance(slug, str) or not is_slug(slug):
        message = f"The identifier '{f.shown(slug)}' must be lower-case letters and digits joined by hyphens."
        result.problems.append(RecordProblem(record.place, message))
        return None
    return slug


def _property_triples(
    subject: ox.NamedNode, record: RawRecord, known: Mapping[str, Key], result: Conversion
) -> Iterator[ox.Triple]:
    for key, spec in known.items():
        value = record.values.get(key)
        if value is None or value == []:
            if spec.required:
                result.problems.append(RecordProblem(record.place, f"'{key}' is missing."))
            continue
        for term in _terms(key, value, spec, record.place, result):
            yield ox.Triple(subject, spec.predicate, term)
    for key in record.values.keys() - known.keys() - _STRUCTURAL:
        guess = nearest(key, known)
        hint = f" Did you mean '{guess}'?" if guess else f" The keys are {', '.join(sorted(known))}."
        result.problems.append(RecordProblem(record.place, f"'{f.shown(key)}' is not a key of '{record.group}'.{hint}"))


def _terms(
    key: str, value: object, spec: Key, place: RecordPlace, result: Conversion
) -> Iterator[ox.NamedNode | ox.Literal]:
    values = value if isinstance(value, list) else [value]
    if len(values) > 1 and not spec.many:
        result.problems.append(RecordProblem(place, f"'{key}' takes one value, but {len(values)} are given."))
        return
    for one in values:
        try:
            yield spec.convert(one)
        except FieldError as error:
            result.problems.append(RecordProblem(place, f"'{key}' {error}."))


def _listed(record: RawRecord, key: str, result: Conversion) -> list[Any]:
    value = record.values.get(key) or []
    if isinstance(value, list):
        return value
    result.problems.append(RecordProblem(record.place, f"'{key}' must be a list, but '{f.shown(value)}' is not one."))
    return []


def _sources(record: RawRecord, kind: RecordKind, kinds: Kinds, result: Conversion) -> list[ox.NamedNode]:
    listed = _listed(record, "sources", result)
    if not listed and kind.sourced:
        result.problems.append(
            RecordProblem(record.place, "'sources' is missing: every record must name at least one source.")
        )
    found = []
    for number, source in enumerate(listed, start=1):
        place = RecordPlace(record.place.file, record.place.line, f"{record.place.record}, source {number}")
        if not isinstance(source, dict) or not isinstance(source.get("url"), str):
            result.problems.append(
                RecordProblem(place, "must be a mapping with at least 'url', 'title' and 'accessed'.")
            )
            continue
        found.append(_source(source, place, kinds, result))
    return found


def _source(values: Mapping[str, Any], place: RecordPlace, kinds: Kinds, result: Conversion) -> ox.NamedNode:
    subject = ox.NamedNode(identifier("source", source_slug(values["url"].strip())))
    record = RawRecord("sources", values, place)
    if subject in result.triples:
        return subject
    result.nested_sources.add(subject)
    result.add(subject, (ox.Triple(subject, _TYPE, ox.NamedNode(t)) for t in (OWL + "NamedIndividual", SPF + "Source")))
    result.add(subject, _property_triples(subject, record, kinds["sources"].keys, result))
    _publishers(record, result)
    return subject


def _provisions(claim: RawRecord, kinds: Kinds, result: Conversion) -> list[ox.NamedNode]:
    """What a claim rests on; where it names no provisions, each of its sources is one that nobody described."""
    listed = _listed(claim, "provisions", result)
    if not listed:
        sources = [s for s in claim.values.get("sources") or [] if isinstance(s, dict)]
        listed = [{"source": s, "reading": NOT_RECORDED, "read": s.get("accessed")} for s in sources]
    found = []
    for number, values in enumerate(listed, start=1):
        place = RecordPlace(claim.place.file, claim.place.line, f"{claim.place.record}, provision {number}")
        if not isinstance(values, dict):
            result.problems.append(
                RecordProblem(place, "must be a mapping with at least 'source', 'reading' and 'read'.")
            )
            continue
        subject = _provision(claim.values.get("state_policy"), RawRecord("provisions", values, place), kinds, result)
        found += [subject] if subject else []
    return found


def _provision(policy: object, record: RawRecord, kinds: Kinds, result: Conversion) -> ox.NamedNode | None:
    source = _source_of(record, kinds, result)
    if source is None or not isinstance(policy, str):
        return None
    locator = record.values.get("locator")
    place = f"-{slug_of(locator, limit=40)}" if isinstance(locator, str) and any(map(str.isalnum, locator)) else ""
    slug = pair_slug(policy, source.value.rsplit("/", 1)[1]) + place
    if not is_slug(slug):
        return None  # the policy's own identifier is reported
    kind = kinds["provisions"]
    subject = ox.NamedNode(identifier(kind.kind, slug))
    if subject not in result.triples:
        result.add(subject, _typed(subject, kind))
        result.add(subject, _property_triples(subject, record, kind.keys, result))
        result.add(subject, [ox.Triple(subject, _HAS_SOURCE, source)])
    return subject


def _source_of(record: RawRecord, kinds: Kinds, result: Conversion) -> ox.NamedNode | None:
    """The source of a provision: described in place, or named by the address of a source that is described."""
    given = record.values.get("source")
    if isinstance(given, dict) and isinstance(given.get("url"), str):
        return _source(given, record.place, kinds, result)
    if isinstance(given, str) and given.startswith(("http://", "https://")):
        return ox.NamedNode(identifier("source", source_slug(given.strip())))
    message = "'source' must be the address of a source of the policy, or a mapping as under 'sources'."
    result.problems.append(RecordProblem(record.place, message))
    return None


def _publishers(record: RawRecord, result: Conversion) -> None:
    """Describe the organizations that a record names, which are known only by name."""
    for key in ("publisher", "publishers", "affiliation", "by"):
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


def _claims(record: RawRecord, policy: str, kinds: Kinds, result: Conversion) -> None:
    """Convert the claims that are nested in a state policy; they rest on its sources unless they name provisions."""
    for claim in _listed(record, "claims", result):
        if not isinstance(claim, dict):
            result.problems.append(RecordProblem(record.place, "each of 'claims' must be a mapping of keys to values."))
            continue
        values = {"sources": record.values.get("sources"), "reviewed": record.values.get("reviewed"), **claim}
        place = RecordPlace(
            record.place.file, claim.get("__line__", record.place.line), f"{record.place.record}, claim"
        )
        _convert(RawRecord("claims", {"state_policy": policy, **values}, place), kinds["claims"], kinds, result)
