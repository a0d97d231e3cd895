"""The first page of a memo: where the state stands, three findings, three next steps, and what nobody looked at."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from kgtools.answers.evidence.differences import Difference
from kgtools.answers.evidence.graph import Thing
from kgtools.answers.evidence.precedents import Precedent, neighbors, precedents
from kgtools.answers.evidence.standing import LEVELS, Cell, Evidence, NextStep, Standing, tally, year_of
from kgtools.core.words import day, either, plural
from kgtools.publish.memo.document import Block, Heading, Items, Line, Paragraph, TextRun, text
from kgtools.publish.memo.notes import Notes

STEPS: Final = 3
_FINDINGS: Final = 3
_NAMED: Final = 3  # policies that a finding names; the long form names them all
_WHY: Final = {"first": "first", "nearest": "nearest", "most alike": "most alike on record"}


def first_page(
    evidence: Evidence,
    place: Thing,
    cells: Sequence[Cell],
    following: Sequence[NextStep],
    *,
    alike: Sequence[str],
    differences: Sequence[Difference],
    notes: Notes,
) -> Iterator[Block]:
    """The first page.

    Args:
        evidence: the answers.
        place: the jurisdiction.
        cells: its answers under the conditions that the memo is about.
        following: its next steps, those that most others have taken first.
        alike: the postal codes of other jurisdictions, the most alike first.
        differences: where another publisher says the opposite of our answer.
        notes: where the sources are numbered.
    """
    standings = [standing for cell in cells for standing in cell.standings]
    counts = tally(standing.level for standing in standings)
    yield Heading(f"Where {called(place)} stands")
    if not counts.keys() - {"not-reviewed"}:
        yield Paragraph(
            text(
                f"Not reviewed: nobody has looked for policies of {called(place)} yet. That does not mean that it has "
                "none. No next step can be named."
            )
        )
        return
    yield Paragraph(text(" ".join(_standing(evidence, place, cells, counts))))
    found = list(_findings(cells, standings, differences))[:_FINDINGS]
    if found:
        yield Heading("Findings")
        yield Items(tuple(found))
    steps = [step for step in following if not step.out_of_scope and step.states][:STEPS]
    if steps:
        yield Heading("Next steps to weigh, and whom to ask")
        for step in steps:
            yield from _step(
                evidence, place, step, precedents(evidence, place, step.standing.recommendation, alike), notes
            )
    yield Heading("What is not known")
    yield Items(tuple(_not_known(standings)))


def _standing(evidence: Evidence, place: Thing, cells: Sequence[Cell], counts: Mapping[str, int]) -> Iterator[str]:
    of, full = sum(counts.values()), counts.get("in-full", 0)
    also = [f"{counts[level]} {words}" for level, words in (("in-part", "in part"),) if counts.get(level)]
    said = " and ".join([f"{full or 'none'} of {of} recommended policies in full", *also])
    yield f"On record, {called(place)} carries out {said}."
    looked = of - counts.get("not-reviewed", 0)
    yield f"{looked} of the {of} have been looked for here." if looked < of else f"All {of} have been looked for here."
    conditions = [cell.condition for cell in cells]
    totals = [sum(evidence.cell(other, c).in_full for c in conditions) for other in evidence.jurisdictions]
    middle = statistics.median_low(totals)
    yield f"The median state carries out {middle or 'none'} in full, the highest {max(totals)}."
    beside = [(sum(evidence.cell(other, c).in_full for c in conditions), other) for other in neighbors(evidence, place)]
    if beside:
        ranked = sorted(beside, key=lambda pair: (-pair[0], pair[1].label))
        yield f"Its neighbors: {', '.join(f'{called(other)} {number}' for number, other in ranked)}."


def _findings(
    cells: Sequence[Cell], standings: Sequence[Standing], differences: Sequence[Difference]
) -> Iterator[Line]:
    """Candidates in the order in which a committee needs them: what is strong, what is weak, what is disputed."""
    share = {cell.condition: cell.in_full / max(len(cell.standings), 1) for cell in cells}
    seen = [cell for cell in cells if 2 * cell.looked_at > len(cell.standings)]
    if seen:
        furthest = max(seen, key=lambda cell: share[cell.condition])
        least = min(seen, key=lambda cell: share[cell.condition])
        if furthest.in_full:
            yield _finding("Furthest along", f"{furthest.condition.label}: {_counts(furthest)}.")
        if share[least.condition] < share[furthest.condition]:
            yield _finding("Least done", f"{least.condition.label}: {_counts(least)}.")
    if differences:
        yield disputed(differences)
    for level, head, told in (
        ("ended-or-never-adopted", "Ended, or never adopted", ""),
        ("status-unknown", "Status unknown", " A policy bears on each, but it is not known whether it is in force."),
    ):
        names = [standing.recommendation.label for standing in standings if standing.level == level]
        if names:
            yield _finding(head, f"{_named(names)}.{told}")


def _counts(cell: Cell) -> str:
    """The counts of a cell as a reader says them: ``7 of 8 in full, 1 made possible``."""
    counts = tally(standing.level for standing in cell.standings)
    rest = [f"{counts[level]} {words}" for level, words in LEVELS.items() if level in counts and level != "in-full"]
    own = [f"{cell.self_reported} of these self-reported"] if cell.self_reported else []
    return ", ".join([f"{cell.in_full or 'none'} of {len(cell.standings)} in full", *rest, *own])


def disputed(differences: Sequence[Difference]) -> Line:
    """Where others say the opposite, in a sentence; it says nothing on who is right."""
    first = differences[0]
    more = len(differences) - 1
    rest = f" So do ratings of {plural(more, 'other policy', 'other policies')} (see the long form)." if more else ""
    return _finding("Others see it differently", f"{first.words} Read both before you quote either.{rest}")


def _finding(head: str, said: str) -> Line:
    return (TextRun(f"{head}: ", strong=True), TextRun(said))


def _named(names: Sequence[str], most: int = _NAMED) -> str:
    left = len(names) - most
    if left < 2:  # naming the last one is as short as counting it
        return "; ".join(names)
    return f"{'; '.join(names[:most])}; and {left} more"


def _step(
    evidence: Evidence, place: Thing, step: NextStep, found: Sequence[Precedent], notes: Notes
) -> Iterator[Block]:
    recommendation = step.standing.recommendation
    yield Heading(recommendation.label, 3)
    yield Paragraph(
        text(
            f"Who could act: {either(step.bodies)}. Here: {here(step.standing, most=0)}. {share(evidence, place, step)}"
        )
    )
    if found:
        yield Items(tuple(precedent(one, notes) for one in found))


def share(evidence: Evidence, place: Thing, step: NextStep) -> str:
    """In how many other jurisdictions it is done in full, and for how many of them no year is on record."""
    claims = [claim for other, claim in evidence.carried_out(step.standing.recommendation) if other != place]
    undated = sum(not year_of(claim) for claim in claims)
    caution = f"; no year is on record for {undated} of them" if undated else ""
    return f"In full in {step.share}{caution}."


def called(place: Thing) -> str:
    """The name of a jurisdiction as it stands in a sentence."""
    return f"the {place.label}" if "FederalDistrict" in place.types else place.label


def here(standing: Standing, *, most: int = 100) -> str:
    """The answer here, with the day and the places of the latest look where that is what it rests on.

    Args:
        standing: the answer.
        most: how many places to name.
    """
    words = standing.words
    if standing.claims or not standing.inquiries:
        return words
    look = standing.inquiries[0]
    places = look.texts("lookedAt")
    left = len(places) - most
    rest = plural(left, "other place" if most else "place") if left > 0 else ""
    where = " and ".join(filter(None, (", ".join(places[:most]), rest)))
    return f"{words} ({day(look.text('dateOfInquiry'))}, in {where})"


def precedent(one: Precedent, notes: Notes) -> Line:
    """Another jurisdiction's policy, with what it is named for and one source."""
    citation, year = one.policy.text("citation"), one.policy.text("yearAdopted") or "no year"
    cited = f", {citation}" if citation else ""
    when = "" if year in citation else f" ({year})"
    why = ", ".join(_WHY[each] for each in one.why)
    return (
        TextRun(f"{one.place.label}", strong=True),
        TextRun(f" ({why}): {one.policy.label}{cited}{when}"),
        *notes.cite(one.policy, most=1),
    )


def _not_known(standings: Sequence[Standing]) -> Iterator[Line]:
    unseen = [standing.recommendation.label for standing in standings if standing.level == "not-reviewed"]
    looked = [standing.recommendation.label for standing in standings if standing.level == "looked-for-not-found"]
    if unseen:
        yield _finding("Nobody has looked", f"{_named(unseen)}. That is no answer, and never means no.")
    if looked:
        yield _finding("Looked for, not found", f"{_named(looked)}. A look can miss what is there.")
    own = sum(standing.self_reported for standing in standings)
    if own:
        yield _finding("Self-reported", f"{own} of these answers rest only on what the state says about itself.")
    claims = {claim for standing in standings for claim in standing.claims}
    if claims:
        yield _finding("How sure", f"This rests on {plural(len(claims), 'claim')}. Certainty: {_certainties(claims)}.")


def _certainties(claims: Iterable[Thing]) -> str:
    counts = tally(claim.slug_of("certainty") for claim in claims)
    said = {"high": "high (the official text was read)", "medium": "medium", "low": "low"}
    return ", ".join(f"{words} for {counts[grade]}" for grade, words in said.items() if grade in counts)
