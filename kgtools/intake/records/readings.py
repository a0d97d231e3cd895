"""The keys of what claims rest on and of looks that found nothing: provisions and inquiries."""

from __future__ import annotations

from functools import cache
from typing import Final

from kgtools.intake.records import fields as f
from kgtools.intake.records.fields import Field
from kgtools.intake.records.kinds import RecordKind, concept_slugs

NOT_RECORDED: Final = "not-recorded"
"""How a provision was read that a record doesn't describe: only its source is named."""


@cache
def reading_kinds() -> dict[str, RecordKind]:
    """Provisions, which stand under a claim, and inquiries, which stand in a file of their state."""
    manners, outcomes = concept_slugs("reading-manner"), concept_slugs("inquiry-outcome")
    manner = f.concept("reading-manner", manners)
    return {
        "provisions": RecordKind(
            "provision",
            {
                "locator": Field("locator", f.plain),
                "says": Field("summary", f.text),
                "reading": Field("readingManner", manner, required=True, allowed=manners),
                "read": Field("dateRead", f.date, required=True),
            },
            sourced=False,
        ),
        "inquiries": RecordKind(
            "inquiry",
            {
                "jurisdiction": Field("jurisdiction", f.jurisdiction, required=True),
                "policy": Field("concerns", f.reference("transformative-policy"), required=True),
                "day": Field("dateOfInquiry", f.date, required=True),
                "looked_at": Field("lookedAt", f.plain, required=True, many=True),
                "words": Field("searchWords", f.plain, many=True),
                "outcome": Field("outcome", f.concept("inquiry-outcome", outcomes), required=True, allowed=outcomes),
                "by": Field("lookedBy", f.organization, many=True),
                "note": Field("note", f.text),
            },
            sourced=False,
        ),
    }
