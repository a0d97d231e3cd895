"""What a state's page hands out: its answers as CSV and workbook, and its first screen as a Word document."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kgtools.answers.evidence.graph import Thing
from kgtools.answers.evidence.standing import LEVELS, Cell, reach, sources_of
from kgtools.answers.output.workbook import table_workbook
from kgtools.core.words import day, either, web
from kgtools.graph.store import Solutions
from kgtools.publish.memo import Memo, as_word
from kgtools.publish.memo.document import (
    Block,
    CitationMark,
    Endnote,
    Heading,
    Items,
    Line,
    Paragraph,
    TextRun,
    text,
)  # fmt: skip
from kgtools.publish.site.states import Brief, Peer, Step

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
            head = (cell.condition.label, standing.recommendation.label, LEVELS[standing.level])
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


def brief_as_word(site: Site, place: Thing, brief: Brief) -> bytes:
    """The first screen of a state's page as a Word document.

    Args:
        site: the site.
        place: the jurisdiction.
        brief: its first screen.
    """
    today = dt.date.fromisoformat(site.as_of) if re.fullmatch(r"\d{4}-\d\d-\d\d", site.as_of) else dt.date(2000, 1, 1)
    notes: dict[Thing, int] = {}
    names = "The names of the conditions are a reconstruction. " if site.evidence.reconstructed else ""
    memo = Memo(
        title=f"{place.label}: state policy for personalized learning",
        facts=(("Reviewed up to", day(site.as_of)), ("From", f"spf-kg, version {site.version}, {place.iri}")),
        caution=f"{names}“Not reviewed” and “looked for, not found” never mean no. Not affiliated with KnowledgeWorks.",
        blocks=tuple(_blocks(site, place, brief, notes)),
        endnotes=tuple(Endnote(n, f"{s.label}. {_publishers(s)}", web(s.text("url"))) for s, n in notes.items()),
    )
    return as_word(memo, today)


def _publishers(source: Thing) -> str:
    return f"{', '.join(p.label for p in source.many('publishedBy')) or 'No publisher recorded'}."


def _blocks(site: Site, place: Thing, brief: Brief, notes: dict[Thing, int]) -> Iterator[Block]:
    yield Heading("Standing")
    yield Paragraph(text(" ".join(brief.sentences)))
    cells = site.evidence.row(place)
    yield Items(tuple((TextRun(f"{cell.condition.label}: ", strong=True), TextRun(cell.words)) for cell in cells))
    if brief.steps:
        yield Heading("What could come next")
        for step in brief.steps:
            yield from _step(step, notes)
    if brief.neighbors or brief.alike:
        yield Heading("Peers: policies carried out in full")
        yield Items(tuple(_peers(brief)))
    yield Heading("How good the evidence is")
    yield Items(tuple(text(said) for said in brief.evidence))


def _step(step: Step, notes: dict[Thing, int]) -> Iterator[Block]:
    yield Heading(step.recommendation.label, 3)
    who = either([authority.label for authority in step.recommendation.many("requiresAuthority")])
    yield Paragraph(
        text(f"Here: {LEVELS[step.step.standing.level]}. In full in {step.step.share}. Who could act: {who}.")
    )
    lines: list[Line] = []
    for found in step.precedents:
        details = ", ".join(filter(None, (found.policy.text("citation"), found.policy.text("yearAdopted"))))
        source = next(iter(sorted(sources_of(found.policy), key=lambda s: s.slug_of("sourceKind") != "official")), None)
        mark = (CitationMark((notes.setdefault(source, len(notes) + 1),)),) if source else ()
        said = f" {found.place.label}, {found.policy.label}" + (f" ({details})" if details else "")
        lines.append((TextRun(f"{', '.join(found.why).capitalize()}:", strong=True), TextRun(said), *mark))
    if lines:
        yield Items(tuple(lines))


def _peers(brief: Brief) -> Iterator[Line]:
    def said(peer: Peer) -> str:
        return f"{peer.place.label} {peer.in_full}" + (f" ({peer.percent}% alike)" if peer.percent is not None else "")

    for name, found in (("Neighbors", brief.neighbors), ("Most alike on record", brief.alike)):
        if found:
            yield (TextRun(f"{name}: ", strong=True), TextRun(", ".join(map(said, found)) + "."))
