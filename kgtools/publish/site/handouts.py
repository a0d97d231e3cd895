"""What a state's page hands out: its answers as CSV and workbook, and the memo as Word documents."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kgtools.answers.evidence.graph import Thing
from kgtools.answers.evidence.standing import Cell, reach, sources_of
from kgtools.answers.output.workbook import table_workbook
from kgtools.graph.store import Solutions
from kgtools.publish.memo import as_word, briefing

if TYPE_CHECKING:
    from kgtools.publish.site.pages import Site

COLUMNS: Final = (
    "condition", "recommended_policy", "answer", "state_policy", "citation", "status", "year", "extent", "certainty",
    "locator", "says", "how_read", "date_read", "source", "url", "identifier",
)  # fmt: skip


def answer_rows(cells: Sequence[Cell]) -> Iterator[tuple[str, ...]]:
    """The answers for a jurisdiction with what they rest on: one row for each passage, claim, look or bare answer."""
    for cell in cells:
        for standing in cell.standings:
            head = (cell.condition.label, standing.recommendation.label, standing.words)
            for claim in standing.claims:
                for row in _passages(claim):
                    yield (*head, *row)
            for look in standing.inquiries:
                where = "; ".join(look.texts("lookedAt"))
                what = look.one("outcome")
                said = f"Looked at {where}. {what.label.capitalize() if what else ''}"
                yield (*head, *[""] * 7, said, "", look.text("dateOfInquiry"), "", "", look.iri)
            if not standing.claims and not standing.inquiries:
                yield (*head, *[""] * 12, standing.recommendation.iri)


def _passages(claim: Thing) -> Iterator[tuple[str, ...]]:
    policy = claim.one("alignsStatePolicy")
    if policy is None:
        return
    status = policy.one("legalStatus")
    head = (
        policy.label,
        policy.text("citation"),
        status.label if status else "",
        policy.text("yearAdopted"),
        reach(claim),
        claim.slug_of("certainty"),
    )
    for passage in claim.many("restsOn") or [claim]:
        manner = passage.one("readingManner")
        source = next(iter(sources_of(passage)), None)
        yield (
            *head,
            passage.text("locator"),
            passage.summary,
            manner.label if manner else "",
            passage.text("dateRead"),
            source.label if source else "",
            source.text("url") if source else "",
            claim.iri,
        )


def answer_workbook(cells: Sequence[Cell]) -> bytes:
    """The answers for a jurisdiction as a workbook with one sheet."""
    rows = [tuple(ox.Literal(value) if value else None for value in row) for row in answer_rows(cells)]
    return table_workbook(Solutions(COLUMNS, tuple(rows)))


def memos(site: Site, place: Thing) -> dict[str, bytes]:
    """The memo on a jurisdiction as Word documents, by their paths in the site: one page, and the long form.

    Args:
        site: the site.
        place: the jurisdiction.
    """
    today = dt.date.fromisoformat(site.as_of) if re.fullmatch(r"\d{4}-\d\d-\d\d", site.as_of) else dt.date(2000, 1, 1)
    code = place.text("uspsCode")
    return {
        f"states/{place.slug}{ending}.docx": as_word(
            briefing(
                site.evidence,
                place,
                alike=[other for other, _ in site.alike.get(code, ())],
                differences=[difference for difference in site.differences if difference.usps == code],
                long=long,
                version=site.version,
                today=today,
            ),
            today,
        )
        for ending, long in (("", False), ("-long", True))
    }
