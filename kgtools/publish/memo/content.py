"""What a memo on one jurisdiction says, from the records: its standing, its policies, its gaps, and the sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from kgtools.answers.evidence.graph import Thing
from kgtools.answers.evidence.standing import LEVELS, Cell, Evidence, NextStep, Standing, reach, sources_of, tally
from kgtools.core.words import day, phrase, plural, web
from kgtools.publish.memo.document import (
    Block,
    CitationMark,
    Endnote,
    Heading,
    Items,
    Line,
    Memo,
    MemoTable,
    Paragraph,
    TextRun,
    text,
)

_RECONSTRUCTED: Final = (
    "The names of the eight conditions are a reconstruction; the framework's own names were not found in public "
    "material. "
)
_CAUTION: Final = (
    "What is not on record may still exist: “not reviewed” and “looked for, not found” never mean no. Check a source "
    "before relying on it. This is an independent project, not affiliated with KnowledgeWorks."
)


@dataclass(slots=True)
class _Notes:
    """Numbers sources in the order in which they are first cited."""

    numbers: dict[Thing, int] = field(default_factory=dict)

    def cite(self, thing: Thing, *, most: int | None = None) -> Line:
        """A citation of a thing's sources, the official ones first; nothing where it has none.

        Args:
            thing: what rests on the sources.
            most: how many to cite, where the reader needs no more.
        """
        nearness = ("official", "secondary", "mirror")
        sources = sorted(sources_of(thing), key=lambda s: nearness.index(s.slug_of("sourceKind") or "mirror"))
        numbers = {self.numbers.setdefault(source, len(self.numbers) + 1) for source in sources[:most]}
        return (CitationMark(tuple(sorted(numbers))),) if numbers else ()

    def endnotes(self) -> tuple[Endnote, ...]:
        """The sources, by number."""
        return tuple(Endnote(n, _source(source), web(source.text("url"))) for source, n in self.numbers.items())


def briefing(
    evidence: Evidence,
    place: Thing,
    *,
    conditions: Sequence[Thing] = (),
    steps: int = 8,
    version: str,
    today: dt.date,
) -> Memo:
    """A memo on one jurisdiction.

    Args:
        evidence: the answers of a graph that holds at least what ``queries/construct/briefing.rq`` gives.
        place: the jurisdiction.
        conditions: the conditions to speak of; all, if none are given.
        steps: how many next steps to list, at most.
        version: of the data.
        today: the date of the memo.
    """
    notes = _Notes()
    cells = [cell for cell in evidence.row(place) if not conditions or cell.condition in conditions]
    policies = _policies(place, cells, only_aligned=bool(conditions))
    following = [s for s in evidence.next_steps(place) if _condition_of(s) in {c.condition for c in cells}]
    blocks = (
        *_in_brief(place, cells, policies, following),
        *_standing(cells),
        *_policy_sections(policies, notes),
        *_next_steps(place, cells, following[:steps], len(following), notes),
        *_own_way(place, notes),
        *_ratings(place, notes),
        *_reading(),
    )
    return Memo(
        title=f"Personalized, competency-based learning: state policy in {place.label}",
        facts=_facts(place, cells, bool(conditions), version, today),
        caution=(_RECONSTRUCTED if evidence.reconstructed else "") + _CAUTION,
        blocks=tuple(blocks),
        endnotes=notes.endnotes(),
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
    return (
        ("Jurisdiction", f"{place.label} ({place.text('uspsCode')})"),
        ("Conditions", scope),
        ("Date", day(today.isoformat())),
        ("Records last reviewed", day(reviewed[-1]) if reviewed else "not reviewed"),
        ("Prepared from", f"spf-kg, version {version}, https://w3id.org/spf-kg/"),
    )


def _in_brief(
    place: Thing, cells: Sequence[Cell], policies: Sequence[Thing], following: Sequence[NextStep]
) -> Iterator[Block]:
    yield Heading("In brief")
    if not policies:
        looked_at = sum(cell.looked_at for cell in cells)
        looks = f"{plural(looked_at, 'recommended policy', 'recommended policies')} looked for, none found so far."
        nobody = f"Not reviewed: nobody has looked for policies of {place.label} yet."
        yield Paragraph(text(f"{looks if looked_at else nobody} That does not mean that it has none."))
        return
    in_force = sum(policy.slug_of("legalStatus") == "in-force" for policy in policies)
    standings = [standing for cell in cells for standing in cell.standings]
    counts = tally(standing.level for standing in standings)
    said = ", ".join(f"{counts[level]} {words}" for level, words in LEVELS.items() if level in counts)
    lines = [
        text(f"{plural(len(policies), 'policy', 'policies')} on record, {in_force} of them in force."),
        text(f"Of {len(standings)} recommended policies: {said}."),
    ]
    furthest = max(cells, key=lambda cell: cell.in_full / max(len(cell.standings), 1))
    if furthest.in_full:
        lines.append(text(f"Furthest along: {furthest.condition.label} ({_share(furthest)} in full)."))
    if following and following[0].states:
        lines.append(text(f"Most often adopted elsewhere and not in full here: {_step_name(following[0])}."))
    yield Items(tuple(lines))


def _share(cell: Cell) -> str:
    return f"{cell.in_full} of {len(cell.standings)}"


def _step_name(step: NextStep) -> str:
    return f"{step.standing.recommendation.label} (in full in {step.share})"


def _standing(cells: Sequence[Cell]) -> Iterator[Block]:
    yield Heading("Standing by condition")
    rows = [
        (
            text(f"{cell.condition.number('position')}. {cell.condition.label}"),
            text(_share(cell)),
            text("; ".join(_by_level(cell.standings))),
        )
        for cell in cells
    ]
    yield MemoTable(("Condition", "In full", "Recommended policies by answer"), tuple(rows), (30, 10, 60))


def _by_level(standings: Iterable[Standing]) -> Iterator[str]:
    """The recommended policies of a condition, grouped by the answer for each."""
    grouped: dict[str, list[str]] = {}
    for standing in standings:
        grouped.setdefault(standing.level, []).append(standing.recommendation.label)
    for level, words in LEVELS.items():
        if level in grouped:
            yield f"{words}: {', '.join(grouped[level])}"


def _policy_sections(policies: Sequence[Thing], notes: _Notes) -> Iterator[Block]:
    if not policies:
        return
    yield Heading("What the state has done")
    for policy in policies:
        yield Heading(policy.label, 3)
        yield Paragraph(text(_legal_basis(policy)))
        yield Paragraph((TextRun(policy.summary), *notes.cite(policy)))
        claims = [_claim(claim, notes) for claim in policy.referring("alignsStatePolicy")]
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


def _claim(claim: Thing, notes: _Notes) -> Line:
    """What a policy does for a recommended policy, how far, how certain that is, and why."""
    recommendation = claim.one("alignsWith")
    name = recommendation.label if recommendation else claim.slug
    words = f" ({reach(claim)}; certainty {claim.slug_of('certainty')}): {phrase(claim.text('rationale'))}"
    policy = claim.one("alignsStatePolicy")
    own = policy is None or sources_of(claim) != sources_of(policy)
    return (TextRun(name, strong=True), TextRun(words), *(notes.cite(claim) if own else ()))


def _next_steps(
    place: Thing, cells: Sequence[Cell], steps: Sequence[NextStep], of: int, notes: _Notes
) -> Iterator[Block]:
    if not steps:
        return
    yield Heading("What could come next, and who has done it")
    if all(cell.value == "not-reviewed" for cell in cells):
        yield Paragraph(text("Nobody has reviewed this jurisdiction, so no next step can be named."))
        return
    yield Paragraph(
        text(
            f"Recommended policies that, as far as the records show, {place.label} does not carry out in full. Those "
            f"that most other jurisdictions carry out come first ({len(steps)} of {of} shown). Many have not been "
            "looked for; a gap in the records is not proof of a gap in the law."
        )
    )
    for step in steps:
        yield from _step(step, notes)


def _step(step: NextStep, notes: _Notes) -> Iterator[Block]:
    recommendation = step.standing.recommendation
    yield Heading(recommendation.label, 3)
    authorities = " or ".join(authority.label for authority in recommendation.many("requiresAuthority"))
    scope = "The state itself puts this out of scope. " if step.out_of_scope else ""
    yield Paragraph(
        text(
            f"{scope}{phrase(recommendation.summary)} Needs: {authorities}. Here: {_here(step.standing)}. "
            f"In full in {step.share}."
        )
    )
    lines = [(TextRun(phrase(a.summary)), *notes.cite(a)) for a in step.adaptations]
    lines += [_precedent(claim, notes) for claim in step.precedents]
    if lines:
        yield Items(tuple(lines))


def _here(standing: Standing) -> str:
    """The answer here, with the day and the places of the latest look where that is what it rests on."""
    words = LEVELS[standing.level]
    if standing.claims or not standing.inquiries:
        return words
    look = standing.inquiries[0]
    return f"{words} ({day(look.text('dateOfInquiry'))}, in {', '.join(look.texts('lookedAt'))})"


def _precedent(claim: Thing, notes: _Notes) -> Line:
    policy = claim.one("alignsStatePolicy")
    if policy is None:
        return text(claim.slug)
    jurisdiction = policy.one("jurisdiction")
    details = ", ".join(part for part in (policy.text("citation"), policy.text("yearAdopted")) if part)
    return (
        TextRun(f"{jurisdiction.label if jurisdiction else ''}: ", strong=True),
        TextRun(policy.label + (f" ({details})" if details else "")),
        *notes.cite(policy, most=1),
    )


def _own_way(place: Thing, notes: _Notes) -> Iterator[Block]:
    found = [thing for thing in place.referring("jurisdiction") if thing.kind == "adaptation"]
    if not found:
        return
    yield Heading("The state's own way")
    yield Items(tuple((TextRun(phrase(a.summary)), *notes.cite(a)) for a in found))


def _ratings(place: Thing, notes: _Notes) -> Iterator[Block]:
    found = [thing for thing in place.referring("jurisdiction") if thing.kind == "rating"]
    if not found:
        return
    yield Heading("What other publishers say")
    yield Paragraph(text("Their judgments, kept beside our answers and never merged with them."))
    yield Items(tuple(_rating(rating, notes) for rating in found))


def _rating(rating: Thing, notes: _Notes) -> Line:
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


def _source(source: Thing) -> str:
    published = day(source.text("datePublished")) if source.text("datePublished") else ""
    kind = {"mirror": "unofficial copy", "secondary": "secondary source"}.get(source.slug_of("sourceKind"), "official")
    read = f"read {day(source.text('dateAccessed'))}" if source.text("dateAccessed") else ""
    publishers = ", ".join(publisher.label for publisher in source.many("publishedBy"))
    return (
        ". ".join(part for part in (source.label, publishers, "; ".join(filter(None, (published, kind, read)))) if part)
        + "."
    )
