"""What a memo on one jurisdiction says, from the records: its standing, its policies, its gaps, and the sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from kgtools.answers.evidence.differences import Difference
from kgtools.answers.evidence.graph import Thing
from kgtools.answers.evidence.precedents import Precedent, precedents
from kgtools.answers.evidence.standing import (
    LEVELS,
    SELF_REPORTED,
    Cell,
    Evidence,
    NextStep,
    Standing,
    reach,
    sources_of,
    tally,
)
from kgtools.core.words import day, either, phrase
from kgtools.publish.memo.document import Block, Heading, Items, Line, Memo, MemoTable, Paragraph, TextRun, text
from kgtools.publish.memo.first_page import called, first_page, here, precedent, share
from kgtools.publish.memo.notes import Notes

_ShownStep: TypeAlias = tuple[NextStep, list[Precedent], str]
"""A next step, who has done it, and how many have."""
_RECONSTRUCTED: Final = (
    "The names of the eight conditions are a reconstruction; the framework's own names were not found in public "
    "material. "
)
_FRAMEWORK: Final = "what KnowledgeWorks' State Policy Framework for Personalized Learning recommends"
_CAUTION: Final = (
    "What is not on record may still exist: “not reviewed” and “looked for, not found” never mean no. “In full” means "
    "that a policy in force meets our published criterion, statewide. Check a source before relying on it. "
    "This is an independent project, not affiliated with KnowledgeWorks."
)


def briefing(
    evidence: Evidence,
    place: Thing,
    *,
    conditions: Sequence[Thing] = (),
    steps: int = 8,
    alike: Sequence[str] = (),
    differences: Sequence[Difference] = (),
    long: bool = True,
    version: str,
    today: dt.date,
) -> Memo:
    """A memo on one jurisdiction: a first page, and after it the long form.

    Args:
        evidence: the answers of a graph that holds at least what ``queries/derive/briefing.rq`` gives.
        place: the jurisdiction.
        conditions: the conditions to speak of; all, if none are given.
        steps: how many next steps to list in the long form, at most.
        alike: the postal codes of the jurisdictions that are most alike, the most alike first.
        differences: where another publisher says the opposite of our answer.
        long: whether the long form follows the first page.
        version: of the data.
        today: the date of the memo.
    """
    notes = Notes()
    cells = [cell for cell in evidence.row(place) if not conditions or cell.condition in conditions]
    following = [s for s in evidence.next_steps(place) if _condition_of(s) in {c.condition for c in cells}]
    spoken_of = {standing.recommendation.label for cell in cells for standing in cell.standings}
    opposed = [difference for difference in differences if difference.recommendation in spoken_of]
    blocks: list[Block] = list(
        first_page(evidence, place, cells, following, alike=alike, differences=opposed, notes=notes)
    )
    if long:
        policies = _policies(place, cells, only_aligned=bool(conditions))
        shown = [
            (step, precedents(evidence, place, step.standing.recommendation, alike), share(evidence, place, step))
            for step in following[:steps]
        ]
        blocks += [
            *_standing(place, cells, policies),
            *_policy_sections(policies, opposed, notes),
            *_next_steps(place, cells, shown, len(following), notes),
            *_own_way(place, notes),
            *_ratings(place, opposed, notes),
            *_reading(),
        ]
    grouped, endnotes = notes.grouped(blocks)
    return Memo(
        title=f"Personalized, competency-based learning: state policy in {called(place)}",
        facts=_facts(place, cells, bool(conditions), version, today),
        caution=(_RECONSTRUCTED if evidence.reconstructed else "") + _CAUTION,
        blocks=grouped,
        endnotes=endnotes,
        short=not long,
    )


def _condition_of(step: NextStep) -> Thing | None:
    return step.standing.recommendation.one("recommendedUnder")


def _policies(place: Thing, cells: Iterable[Cell], *, only_aligned: bool) -> list[Thing]:
    """The jurisdiction's policies, by name; those that bear on the conditions, where some were chosen."""
    found = [thing for thing in place.referring("jurisdiction") if thing.kind == "state-policy"]
    if not only_aligned:
        return found
    bearing = {c.one("alignsStatePolicy") for cell in cells for s in cell.standings for c in s.claims}
    return [policy for policy in found if policy in bearing]


def _facts(
    place: Thing, cells: Sequence[Cell], chosen: bool, version: str, today: dt.date
) -> tuple[tuple[str, str], ...]:
    reviewed = sorted(
        thing.text("dateReviewed") for thing in place.referring("jurisdiction") if thing.text("dateReviewed")
    )
    scope = "; ".join(cell.condition.label for cell in cells) if chosen else "all conditions"
    last = f"reviewed up to {day(reviewed[-1])}" if reviewed else "never reviewed"
    return (
        ("About", f"{place.label} ({place.text('uspsCode')}), {scope}"),
        ("Measured against", _FRAMEWORK),
        ("Date", f"{day(today.isoformat())}; records {last}"),
        ("From", f"spf-kg {version}, https://w3id.org/spf-kg/"),
    )


def _share(cell: Cell) -> str:
    return f"{cell.in_full} of {len(cell.standings)}"


def _standing(place: Thing, cells: Sequence[Cell], policies: Sequence[Thing]) -> Iterator[Block]:
    yield Heading("Standing by condition", new_page=True)
    standings = [standing for cell in cells for standing in cell.standings]
    counts = tally(standing.level for standing in standings)
    said = ", ".join(f"{counts[level]} {words}" for level, words in LEVELS.items() if level in counts)
    yield Paragraph(text(f"{_on_record(place, policies)} Of {len(standings)} recommended policies: {said}."))
    rows = [
        (
            text(f"{cell.condition.number('position')}. {cell.condition.label}"),
            text(_share(cell)),
            text("; ".join(_by_level(cell.standings))),
        )
        for cell in cells
    ]
    yield MemoTable(("Condition", "In full", "Recommended policies by answer"), tuple(rows), (30, 10, 60))


def _on_record(place: Thing, policies: Sequence[Thing]) -> str:
    """How many policies are on record, and how many of them are in force."""
    in_force = sum(policy.slug_of("legalStatus") == "in-force" for policy in policies)
    if not policies:
        return f"No policy of {called(place)} is on record; that does not mean that it has none."
    if len(policies) == 1:
        return f"1 policy is on record{', and it is in force' if in_force else ', and it is not known to be in force'}."
    if in_force == len(policies):
        return f"{len(policies)} policies are on record, all in force."
    return f"{len(policies)} policies are on record, {in_force or 'none'} of them in force."


def _by_level(standings: Iterable[Standing]) -> Iterator[str]:
    """The recommended policies of a condition, grouped by the answer for each."""
    grouped: dict[str, list[str]] = {}
    for standing in standings:
        own = f" ({SELF_REPORTED})" if standing.self_reported else ""
        grouped.setdefault(standing.level, []).append(standing.recommendation.label + own)
    for level, words in LEVELS.items():
        if level in grouped:
            yield f"{words}: {', '.join(grouped[level])}"


def _policy_sections(policies: Sequence[Thing], differences: Sequence[Difference], notes: Notes) -> Iterator[Block]:
    if not policies:
        return
    yield Heading("What the state has done")
    for policy in policies:
        yield Heading(policy.label, 3)
        yield Paragraph(text(_legal_basis(policy)))
        yield Paragraph((TextRun(policy.summary), *notes.cite(policy)))
        claims = [_claim(claim, differences, notes) for claim in policy.referring("alignsStatePolicy")]
        if claims:
            yield Items(tuple(claims))
        if policy.text("doubt"):
            yield Paragraph((TextRun("Not settled: ", strong=True), TextRun(phrase(policy.text("doubt")))))


def _legal_basis(policy: Thing) -> str:
    instrument, status = policy.one("instrument"), policy.one("legalStatus")
    parts = [
        policy.text("citation"),
        instrument.label if instrument else "",
        policy.text("yearAdopted"),
        ("status unknown" if status.slug == "unknown" else status.label) if status else "",
    ]
    return " · ".join(part for part in parts if part)


def _claim(claim: Thing, differences: Sequence[Difference], notes: Notes) -> Line:
    """What a policy does for a recommended policy, how far, how certain that is, why, and who sees it differently."""
    recommendation = claim.one("alignsWith")
    name = recommendation.label if recommendation else claim.slug
    words = f" ({reach(claim)}; certainty {claim.slug_of('certainty')}): {phrase(claim.text('rationale'))}"
    policy = claim.one("alignsStatePolicy")
    own = policy is None or sources_of(claim) != sources_of(policy)
    others = [difference for difference in differences if difference.recommendation == name]
    flags = [part for one in others for part in (TextRun(" Others differ: ", strong=True), TextRun(one.words))]
    return (TextRun(name, strong=True), TextRun(words), *(notes.cite(claim) if own else ()), *flags)


def _next_steps(
    place: Thing, cells: Sequence[Cell], steps: Sequence[_ShownStep], of: int, notes: Notes
) -> Iterator[Block]:
    if not steps:
        return
    yield Heading("What could come next, and who has done it")
    if not any(cell.looked_at for cell in cells):
        yield Paragraph(text("Nobody has reviewed this jurisdiction, so no next step can be named."))
        return
    yield Paragraph(
        text(
            f"Recommended policies that, as far as the records show, {called(place)} does not carry out in full. Those "
            f"that most other jurisdictions carry out come first ({len(steps)} of {of} shown), and those whose status "
            "here is unknown after them, because we may simply not know; each with who did it "
            "first among those whose year is on record, who is nearest, and who is most alike on record. A gap in the "
            "records is not proof of a gap in the law."
        )
    )
    for step, found, done in steps:
        yield from _step(step, found, done, notes)


def _step(step: NextStep, found: Sequence[Precedent], done: str, notes: Notes) -> Iterator[Block]:
    recommendation = step.standing.recommendation
    yield Heading(recommendation.label, 3)
    scope = "The state itself puts this out of scope. " if step.out_of_scope else ""
    yield Paragraph(
        text(
            f"{scope}{phrase(recommendation.summary)} Who could act: {either(step.bodies)}. "
            f"Here: {here(step.standing)}. {done}"
        )
    )
    lines = [(TextRun(phrase(a.summary)), *notes.cite(a)) for a in step.adaptations]
    lines += [precedent(one, notes) for one in found]
    if lines:
        yield Items(tuple(lines))


def _own_way(place: Thing, notes: Notes) -> Iterator[Block]:
    found = [thing for thing in place.referring("jurisdiction") if thing.kind == "adaptation"]
    if not found:
        return
    yield Heading("The state's own way")
    yield Items(tuple((TextRun(phrase(a.summary)), *notes.cite(a)) for a in found))


def _ratings(place: Thing, differences: Sequence[Difference], notes: Notes) -> Iterator[Block]:
    found = [thing for thing in place.referring("jurisdiction") if thing.kind == "rating"]
    if not found:
        return
    yield Heading("What other publishers say")
    yield Paragraph(text("Their judgments, kept beside our answers and never merged with them."))
    yield Items(tuple(_rating(rating, notes) for rating in found))
    if differences:
        yield Paragraph(text("Where they say the opposite of our answer, which is a place to look, not an error:"))
        yield Items(tuple(text(one.words) for one in differences))


def _rating(rating: Thing, notes: Notes) -> Line:
    scheme = rating.one("ratingScheme")
    name = f"{scheme.label if scheme else 'A rating'}, {day(rating.text('asOf'))}: "
    value = f"“{rating.text('ratingValue')}”. " if rating.text("ratingValue") else ""
    return (TextRun(name, strong=True), TextRun(value + phrase(rating.summary)), *notes.cite(rating))


def _reading() -> Iterator[Block]:
    yield Heading("How to read this")
    yield Items(
        (
            text("In full: a policy in force does what the criterion asks, statewide, and a source states it."),
            text(
                "In part: part of it, for some, case by case or as a pilot. Made possible: it clears the way, no more."
            ),
            text("Status unknown: a policy bears on it, but whether it is in force is not known."),
            text("Looked for, not found: somebody looked on a day in named places. Not reviewed: nobody has looked."),
            text(
                "Certainty says how the sources of a claim were read: high means the official text, where it says so."
            ),
        )
    )
