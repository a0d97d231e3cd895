"""The record kinds that can be added in bulk: the keys that each takes, and the property behind each key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import KINDS, SKOS
from kgtools.graph.projects import ontology_file
from kgtools.intake.records import fields as f
from kgtools.intake.records.fields import Field

CLOSED_LISTS: Final = (
    "instrument",
    "legal-status",
    "actor-kind",
    "topic",
    "determination-value",
    "epistemic-status",
    "certainty",
    "extent",
    "adaptation-kind",
    "source-kind",
    "resource-type",
)


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


@cache
def concept_slugs(kind: str) -> tuple[str, ...]:
    """The slugs of a closed list, as ``ontology/schemes.ttl`` gives them, sorted."""
    space = f"/id/{kind}/"
    named = {
        q.subject.value for q in ox.parse(path=str(ontology_file("schemes"))) if isinstance(q.subject, ox.NamedNode)
    }
    return tuple(sorted(iri.rsplit("/", 1)[1] for iri in named if space in iri))


def _one_of(property_name: str, kind: str, *, required: bool = False, many: bool = False) -> Field:
    slugs = concept_slugs(kind)
    return Field(property_name, f.concept(kind, slugs), required=required, many=many, allowed=slugs)


def _refers(property_name: str, kind: str, *, required: bool = False, many: bool = False) -> Field:
    return Field(property_name, f.reference(kind), required=required, many=many)


_NAME = Field(SKOS + "prefLabel", f.text, required=True)
_JURISDICTION = Field("jurisdiction", f.jurisdiction, required=True)
_PUBLISHER = Field("publishedBy", f.organization, many=True)


@cache
def provenance_fields() -> dict[str, Field]:
    """The keys that every record of a statement takes."""
    return {
        "epistemic": _one_of("epistemicStatus", "epistemic-status", required=True),
        "certainty": _one_of("certainty", "certainty", required=True),
        "doubt": Field("doubt", f.text),
        "reviewed": Field("dateReviewed", f.date),
        "summary": Field("summary", f.text),
    }


@cache
def record_kinds() -> dict[str, RecordKind]:
    """The record kinds by the top-level key of the YAML file that lists them."""
    return {**_framework_kinds(), **_state_kinds(), **_other_kinds()}


def _framework_kinds() -> dict[str, RecordKind]:
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
                "requires_authority": _one_of("requiresAuthority", "actor-kind", required=True, many=True),
            },
        ),
        "implementation_actions": RecordKind(
            "implementation-action",
            {
                "name": _NAME,
                "condition": condition,
                "taken_by": _one_of("takenBy", "actor-kind", required=True, many=True),
                "carries_out": _refers("carriesOut", "transformative-policy", many=True),
            },
        ),
        "criteria": RecordKind(
            "criterion",
            {
                "policy": _refers("criterionOf", "transformative-policy", required=True),
                "counts_when": Field("countsWhen", f.text, required=True),
                "instruments": _one_of("satisfiedByInstrument", "instrument", required=True, many=True),
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


def _state_kinds() -> dict[str, RecordKind]:
    return {
        "policies": RecordKind(
            "state-policy",
            {
                "name": _NAME,
                "jurisdiction": _JURISDICTION,
                "instrument": _one_of("instrument", "instrument", required=True),
                "citation": Field("citation", f.plain),
                "year": Field("yearAdopted", f.integer),
                "proposed_year": Field("yearProposed", f.integer),
                "effective": Field("dateEffective", f.date),
                "ended": Field("dateEnded", f.date),
                "ended_year": Field("yearEnded", f.integer),
                "status": _one_of("legalStatus", "legal-status", required=True),
                "superseded_by": _refers("supersededBy", "state-policy", many=True),
                "topics": _one_of("topic", "topic", required=True, many=True),
            },
        ),
        "claims": RecordKind(
            "claim",
            {
                "state_policy": _refers("alignsStatePolicy", "state-policy", required=True),
                "policy": _refers("alignsWith", "transformative-policy", required=True),
                "extent": _one_of("extent", "extent", required=True),
                "rationale": Field("rationale", f.text, required=True),
            },
        ),
        "determinations": RecordKind(
            "determination",
            {
                "jurisdiction": _JURISDICTION,
                "condition": _refers("concerns", "condition", required=True),
                "value": _one_of("determinationValue", "determination-value", required=True),
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
                "kind": _one_of("adaptationKind", "adaptation-kind", required=True),
                "local_name": Field("localName", f.plain),
                "statement": Field("summary", f.text, required=True),
                "reason": Field("reason", f.text),
                "year": Field("asOf", f.partial_date),
            },
        ),
    }


def _other_kinds() -> dict[str, RecordKind]:
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
                "type": _one_of("resourceType", "resource-type", required=True),
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
