"""The record kinds that can be added in bulk: the keys that each takes, and the property behind each key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from kgtools.core.namespaces import ID, KINDS, SKOS
from kgtools.intake.records import fields as f
from kgtools.intake.records.fields import Field

ConceptLists: TypeAlias = Mapping[str, tuple[str, ...]]
"""The slugs of each closed list by the kind of its concepts."""


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record.

    Attributes:
        kind: the kind of its individuals, a key of ``kgtools.core.namespaces.KINDS``.
        fields: its own keys; those of ``PROVENANCE`` come on top.
        sourced: whether a record must name a source.
    """

    kind: str
    fields: dict[str, Field]
    sourced: bool = True

    @property
    def class_name(self) -> str:
        """The local name of the class."""
        return KINDS[self.kind]


def concept_lists(ontology: Iterable[ox.Triple]) -> ConceptLists:
    """The slugs of each closed list, as a project's ontology gives them, sorted."""
    found: dict[str, set[str]] = defaultdict(set)
    for triple in ontology:
        if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(ID):
            kind, _, slug = triple.subject.value.removeprefix(ID).partition("/")
            found[kind].add(slug)
    return {kind: tuple(sorted(slugs)) for kind, slugs in found.items()}


def _one_of(lists: ConceptLists, property_name: str, kind: str, *, required: bool = False, many: bool = False) -> Field:
    slugs = lists.get(kind, ())
    return Field(property_name, f.concept(kind, slugs), required=required, many=many, allowed=slugs)


def _refers(property_name: str, kind: str, *, required: bool = False, many: bool = False) -> Field:
    return Field(property_name, f.reference(kind), required=required, many=many)


_NAME = Field(SKOS + "prefLabel", f.text, required=True)
_JURISDICTION = Field("jurisdiction", f.jurisdiction, required=True)
_PUBLISHER = Field("publishedBy", f.organization, many=True)


def provenance_fields(lists: ConceptLists) -> dict[str, Field]:
    """The keys that every record of a statement takes."""
    return {
        "epistemic": _one_of(lists, "epistemicStatus", "epistemic-status", required=True),
        "certainty": _one_of(lists, "certainty", "certainty", required=True),
        "doubt": Field("doubt", f.text),
        "reviewed": Field("dateReviewed", f.date),
        "summary": Field("summary", f.text),
    }


def record_kinds(lists: ConceptLists) -> dict[str, RecordKind]:
    """The record kinds by the top-level key of the YAML file that lists them."""
    return {**_framework_kinds(lists), **_state_kinds(lists), **_other_kinds(lists)}


def _framework_kinds(lists: ConceptLists) -> dict[str, RecordKind]:
    condition = _refers("recommendedUnder", "condition", required=True)
    return {
        "frameworks": RecordKind("framework", {"name": _NAME}),
        "editions": RecordKind(
            "edition",
            {
                "name": _NAME,
                "edition_of": _refers("editionOf", "framework", required=True),
                "number": Field("editionNumber", f.integer, required=True),
                "published": Field("datePublished", f.partial_date, required=True),
                "authors": _refers("author", "person", many=True),
                "publisher": _PUBLISHER,
                "replaces": _refers("replacesEdition", "edition"),
                "advice": Field("adaptationAdvice", f.text),
                "related_resources": _refers("relatedResource", "resource", many=True),
            },
        ),
        "conditions": RecordKind(
            "condition",
            {
                "name": _NAME,
                "alt_names": Field(SKOS + "altLabel", f.text, many=True),
                "edition": _refers("inEdition", "edition", required=True),
                "position": Field("position", f.integer),
            },
        ),
        "end_states": RecordKind(
            "end-state", {"name": _NAME, "condition": _refers("endStateOf", "condition", required=True)}
        ),
        "transformative_policies": RecordKind(
            "transformative-policy",
            {
                "name": _NAME,
                "condition": condition,
                "requires_authority": _one_of(lists, "requiresAuthority", "actor-kind", required=True, many=True),
            },
        ),
        "implementation_actions": RecordKind(
            "implementation-action",
            {
                "name": _NAME,
                "condition": condition,
                "taken_by": _one_of(lists, "takenBy", "actor-kind", required=True, many=True),
                "carries_out": _refers("carriesOut", "transformative-policy", many=True),
            },
        ),
        "criteria": RecordKind(
            "criterion",
            {
                "policy": _refers("criterionOf", "transformative-policy", required=True),
                "counts_when": Field("countsWhen", f.text, required=True),
                "instruments": _one_of(lists, "satisfiedByInstrument", "instrument", required=True, many=True),
                "evidence_needed": Field("evidenceNeeded", f.text, required=True),
                "positive_examples": Field("positiveExample", f.text, required=True, many=True),
                "negative_examples": Field("negativeExample", f.text, required=True, many=True),
            },
            sourced=False,
        ),
        "examples": RecordKind(
            "state-example",
            {
                "name": _NAME,
                "jurisdiction": _JURISDICTION,
                "illustrates": _refers("illustrates", "condition", required=True, many=True),
                "draws_on": _refers("drawsOn", "state-policy", many=True),
                "lesson": Field("lesson", f.text, required=True),
            },
        ),
    }


def _state_kinds(lists: ConceptLists) -> dict[str, RecordKind]:
    return {
        "policies": RecordKind(
            "state-policy",
            {
                "name": _NAME,
                "jurisdiction": _JURISDICTION,
                "instrument": _one_of(lists, "instrument", "instrument", required=True),
                "citation": Field("citation", f.plain),
                "year": Field("yearAdopted", f.integer),
                "proposed_year": Field("yearProposed", f.integer),
                "effective": Field("dateEffective", f.date),
                "ended": Field("dateEnded", f.date),
                "ended_year": Field("yearEnded", f.integer),
                "status": _one_of(lists, "legalStatus", "legal-status", required=True),
                "superseded_by": _refers("supersededBy", "state-policy", many=True),
                "topics": _one_of(lists, "topic", "topic", required=True, many=True),
            },
        ),
        "claims": RecordKind(
            "claim",
            {
                "state_policy": _refers("alignsStatePolicy", "state-policy", required=True),
                "policy": _refers("alignsWith", "transformative-policy", required=True),
                "extent": _one_of(lists, "extent", "extent", required=True),
                "rationale": Field("rationale", f.text, required=True),
            },
        ),
        "determinations": RecordKind(
            "determination",
            {
                "jurisdiction": _JURISDICTION,
                "condition": _refers("concerns", "condition", required=True),
                "value": _one_of(lists, "determinationValue", "determination-value", required=True),
                "basis": Field("basis", f.text, required=True),
                "evidence": _refers("evidence", "claim", many=True),
            },
            sourced=False,
        ),
        "adaptations": RecordKind(
            "adaptation",
            {
                "jurisdiction": _JURISDICTION,
                "about": Field("concerns", f.framework_element, required=True),
                "kind": _one_of(lists, "adaptationKind", "adaptation-kind", required=True),
                "local_name": Field("localName", f.plain),
                "statement": Field("summary", f.text, required=True),
                "reason": Field("reason", f.text),
                "year": Field("asOf", f.partial_date),
            },
        ),
    }


def _other_kinds(lists: ConceptLists) -> dict[str, RecordKind]:
    items = _refers("creditedItem", "rating-item", many=True)
    return {
        "people": RecordKind(
            "person",
            {
                "name": _NAME,
                "job_title": Field("jobTitle", f.plain),
                "affiliation": Field("affiliation", f.organization, many=True),
            },
        ),
        "resources": RecordKind(
            "resource",
            {
                "name": _NAME,
                "publisher": _PUBLISHER,
                "publishers": _PUBLISHER,
                "authors": _refers("author", "person", many=True),
                "published": Field("datePublished", f.partial_date),
                "type": _one_of(lists, "resourceType", "resource-type", required=True),
                "supports": _refers("supports", "condition", many=True),
                "lesson": Field("lesson", f.text),
                "url": Field("url", f.url),
            },
        ),
        "mappings": RecordKind(
            "mapping",
            {
                "subject": Field("mappingSubject", f.typed_reference, required=True),
                "relation": Field("mappingRelation", f.mapping_relation, required=True),
                "object": Field("mappingObject", f.typed_reference, required=True),
                "rationale": Field("rationale", f.text, required=True),
            },
        ),
        "rating_schemes": RecordKind(
            "rating-scheme",
            {
                "name": _NAME,
                "publisher": _PUBLISHER,
                "publishers": _PUBLISHER,
                "published": Field("datePublished", f.partial_date),
                "scale": Field("scale", f.plain, required=True),
                "method": Field("method", f.text),
            },
        ),
        "rating_items": RecordKind(
            "rating-item",
            {
                "name": _NAME,
                "scheme": _refers("ratingScheme", "rating-scheme", required=True),
                "position": Field("position", f.integer),
            },
        ),
        "ratings": RecordKind(
            "rating",
            {
                "jurisdiction": _JURISDICTION,
                "scheme": _refers("ratingScheme", "rating-scheme", required=True),
                "item": _refers("ratedItem", "rating-item"),
                "value": Field("ratingValue", f.plain),
                "credited": items,
                "next_step": _refers("nextStepItem", "rating-item", many=True),
                "as_of": Field("asOf", f.partial_date, required=True),
            },
        ),
    }
