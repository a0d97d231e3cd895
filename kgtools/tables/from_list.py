"""From a list of laws to rows of the sheet of new policies: filled in, guessed or asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from kgtools.core.namespaces import ID, SPF
from kgtools.core.words import plural
from kgtools.tables.clerk import Clerk, Guess, OnRecord, alike, host_of
from kgtools.tables.entry_columns import KEYS
from kgtools.tables.law import Citation, read_citation
from kgtools.tables.lists import ListRow, PolicyList
from kgtools.tables.names import fold
from kgtools.tables.plain import status_of, year_of
from kgtools.tables.values import read_day

_MOST_WORDS: Final = 45
_LEAST_WORDS: Final = 6
_LONGEST_NAME: Final = 110
_ENDED: Final = {"repealed", "expired", "superseded"}
_KINDS: Final = {
    "law": "statute",
    "laws": "statute",
    "code": "statute",
    "rule": "regulation",
    "rules": "regulation",
    "admin rule": "regulation",
    "administrative rule": "regulation",
    "administrative code": "regulation",
    "reg": "regulation",
    "act": "enacted-bill",
    "session law": "enacted-bill",
    "guidance": "agency-guidance",
    "program": "agency-program",
    "grant": "funding-program",
    "order": "executive-order",
    "waiver": "federal-waiver",
    "legislation": "bill",
}


@dataclass(frozen=True, slots=True)
class EntryCell:
    """A cell of the sheet of new policies.

    Attributes:
        value: what it holds.
        state: ``given`` by the list or beyond doubt, a ``guess``, or ``asked``.
        because: where it comes from, or what is asked.
    """

    value: str = ""
    state: str = "given"
    because: str = ""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A row of the sheet of new policies.

    Attributes:
        line: the line of the list that it comes from.
        cells: its cells by the key of the column.
    """

    line: int
    cells: dict[str, EntryCell]

    def of(self, state: str) -> list[tuple[str, EntryCell]]:
        """The cells of a state, in the order of the columns."""
        return [(key, self.cells[key]) for key in KEYS if key in self.cells and self.cells[key].state == state]

    @property
    def guesses(self) -> str:
        """What was guessed, and why."""
        return "\n".join(f"{KEYS[key].heading}: {cell.because.rstrip('.')}." for key, cell in self.of("guess"))

    @property
    def questions(self) -> str:
        """What is asked."""
        return "\n".join(f"{KEYS[key].heading}: {cell.because}" for key, cell in self.of("asked"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a line of the list.

    Attributes:
        line: the line.
        shown: its text.
        became: what became of it, as a sentence.
        row: the row of the sheet of new policies that it became, counted from 1; 0 for none.
    """

    line: int
    shown: str
    became: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """The sheet of new policies as it is to be written.

    Attributes:
        rows: its rows; none for an empty sheet.
        outcomes: what became of each line of the list; nothing where there was no list.
        columns: what each column of the list was taken for.
        remarks: what else should be known of how the list was read.
        recommendations: the number, name and meaning of each recommendation, with its condition.
        submitter: why the organization that submits was filled in; empty where it was not.
    """

    rows: tuple[EntryRow, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    recommendations: tuple[tuple[str, str, str, str], ...] = ()
    submitter: str = ""

    @property
    def summary(self) -> str:
        """What became of the list, in a line."""
        known = sum(o.became.startswith("On record") for o in self.outcomes)
        other = sum(not o.row and not o.became.startswith("On record") for o in self.outcomes)
        guessed = sum(len(row.of("guess")) for row in self.rows) + bool(self.submitter)
        asked = sum(len(row.of("asked")) for row in self.rows)
        return (
            f"{plural(len(self.rows), 'new policy', 'new policies')}, {known} on record already, "
            f"{plural(other, 'other line')}; {plural(guessed, 'guess', 'guesses')} to confirm, "
            f"{plural(asked, 'question')} to answer"
        )


def plan_entries(found: PolicyList, clerk: Clerk, state: str) -> EntryPlan:
    """Work out the rows of the sheet of new policies from a list.

    Args:
        found: the list.
        clerk: who knows the records.
        state: the jurisdiction that the list is about.
    """
    planner = _Planner(clerk, state)
    outcomes = [planner.take(row) for row in found.rows if row.shown]
    return EntryPlan(tuple(planner.rows), tuple(outcomes), found.columns, found.remarks, recommendations_of(clerk))


def recommendations_of(clerk: Clerk) -> tuple[tuple[str, str, str, str], ...]:
    """The number, name, meaning and condition of each recommendation."""
    return tuple(
        (
            number,
            clerk.names.label(iri),
            clerk.value_of(iri, SPF + "summary"),
            clerk.names.label(clerk.value_of(iri, SPF + "recommendedUnder")),
        )
        for number, iri in clerk.recommendations
    )


@dataclass
class _Planner:
    """The state of one list."""

    clerk: Clerk
    state: str
    rows: list[EntryRow] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)
    names: dict[str, int] = field(default_factory=dict)

    def take(self, row: ListRow) -> Outcome:
        """Say what becomes of a line, and keep the row that it becomes."""
        if not row.is_policy:
            words = {
                "heading": "A row of headings.",
                "group": "The heading of a group.",
                "note": "A remark on the list.",
                "part": f"Read as a part of line {row.part_of}. If it is a law of its own, add it to the sheet "
                "New policies.",
            }
            return Outcome(row.line, row.shown, words.get(row.why, f"Not a policy: {row.why}."))
        other = self._other_state(row.cells.get("state", ""))
        if other:
            return Outcome(row.line, row.shown, f"Left out: it is about {other}.")
        key = fold(row.cells.get("citation", "")) or fold(row.cells.get("title", "") + row.cells.get("link", ""))
        if key in self.seen:
            return Outcome(row.line, row.shown, f"Left out: the same as line {self.seen[key]}.")
        self.seen[key] = row.line
        known, partly = self._on_record(row)
        if known and not partly:
            return Outcome(row.line, row.shown, self._known_words(row, known))
        cells = self._cells(row, known)
        name = cells["name"].value
        if name and fold(name) in self.names:
            earlier = self.names[fold(name)]
            cells["name"] = EntryCell(name, "guess", f"row {earlier} has the same name; make them differ")
        self.names.setdefault(fold(name), len(self.rows) + 2)
        self.rows.append(EntryRow(row.line, cells))
        return Outcome(row.line, row.shown, f"Row {len(self.rows) + 1} of the sheet New policies.", len(self.rows) + 1)

    def _other_state(self, text: str) -> str:
        """The jurisdiction that a cell names, if it is another one than that of the list."""
        try:
            found = self.clerk.names.resolve(text, [SPF + "Jurisdiction"]) if text else None
        except ValueError:
            found = None
        is_other = bool(found) and found != self.state and self.clerk.names.is_of(found or "", [SPF + "Jurisdiction"])
        return self.clerk.names.label(found) if found and is_other else ""

    # What is on record

    def _on_record(self, row: ListRow) -> tuple[list[OnRecord], bool]:
        """The policies on record that a line may be, and whether it may be another one all the same."""
        cited = row.cells.get("citation", "")
        year = next((y for role in ("year", "status") if role in row.raw and (y := year_of(row.raw[role]))), None)
        found = self.clerk.on_record(self.state, cited, int(year.value) if year else 0) if cited else []
        sure = [record for record, certain in found if certain]
        if found and not self.clerk.named(self.state, self._name(row).value):
            likely = [r for r in sure if alike(row.cells.get("title", ""), r.label)]
            return likely or sure or [record for record, _ in found], not likely
        name = self._name(row).value
        named = self.clerk.named(self.state, name) if name else None
        if named:
            return [named], False
        links = row.cells.get("link", "").split()
        linked = [record for url in links for record in self.clerk.linked(self.state, url)]
        return list({r.iri: r for r in linked}.values()) if not cited else [], True

    def _known_words(self, row: ListRow, known: Sequence[OnRecord]) -> str:
        named = " and ".join(f"“{r.label}”" + (f" ({r.citation})" if r.citation else "") for r in known[:3])
        more = f" and {len(known) - 3} more" if len(known) > 3 else ""
        differs = self._differences(row, known[0]) if len(known) == 1 else ""
        what = row.cells.get("citation") or "It"
        begin = f"On record: {what} is on record as {named}{more}."
        return f"{begin}{differs} If it is another policy, add it to the sheet New policies."

    def _differences(self, row: ListRow, record: OnRecord) -> str:
        year = year_of(row.raw.get("year", "")) if row.raw.get("year") else None
        there = [*record.facts.get("yearAdopted", ()), *record.facts.get("yearProposed", ())]
        said = []
        if year and there and year.value not in there:
            said.append(f"the year {year.value}, on record is {there[0]}")
        status = status_of(row.cells.get("status", ""))
        now = next(iter(record.facts.get("legalStatus", ())), "").rpartition("/")[2]
        if status and now and status.value != now:
            said.append(
                f"“{self._label('legal-status', status.value)}”, on record is “{self._label('legal-status', now)}”"
            )
        return f" Your list says {' and '.join(said)}." if said else ""

    def _label(self, kind: str, slug: str) -> str:
        return self.clerk.names.label(f"{ID}{kind}/{slug}")

    # Cells

    def _cells(self, row: ListRow, known: Sequence[OnRecord]) -> dict[str, EntryCell]:
        given = row.cells
        cells: dict[str, EntryCell] = {"name": self._name(row), "says": self._says(row)}
        citation = given.get("citation", "")
        cells["citation"] = EntryCell(citation)
        if "citation" in row.guessed:
            cells["citation"] = EntryCell(citation, "guess", row.guessed["citation"])
        cells["link"] = self._link(given.get("link", ""))
        status = self._status(row)
        cells["status"] = status
        slug = self._slug("LegalStatus", status.value)
        cells["instrument"] = self._kind(row, slug)
        cells["year"] = self._year(row)
        cells["serves"] = self._serves(row)
        cells |= self._when(row, slug)
        publisher = self._publisher(cells["link"].value, given.get("publisher", ""))
        if publisher:
            cells["publisher"] = publisher
        if known:
            named = " and ".join(f"“{r.label}”" for r in known[:3])
            cells["name"] = EntryCell(
                cells["name"].value, "guess", f"{named} is on record and may be the same; if so, delete the row"
            )
        if row.asked:
            cells["name"] = EntryCell("", "asked", row.asked)
        return {key: cell for key, cell in cells.items() if cell.value or cell.state != "given"}

    def _name(self, row: ListRow) -> EntryCell:
        title = re.sub(
            r"\s*\[[^\]]*\]|\s*\((?:repealed|renumbered)[^)]*\)", "", row.cells.get("title", ""), flags=re.I
        ).strip()
        title = re.sub(r"^(?:an act (?:relating to|concerning|to)\s+)", "", title, flags=re.I).strip(" .;:-")
        if not title:
            said = _name_within(row.cells.get("note", ""))
            if said:
                return EntryCell(said, "guess", "taken from what your list says of it")
            return EntryCell("", "asked", "What is the policy called, in a few plain words?")
        if len(title) > _LONGEST_NAME:
            short = title[:_LONGEST_NAME].rsplit(" ", 1)[0].rstrip(" ,;:-")
            return EntryCell(short, "guess", "shortened from the title in your list")
        return EntryCell(title[:1].upper() + title[1:])

    def _says(self, row: ListRow) -> EntryCell:
        note = " ".join(row.cells.get("note", "").split())
        words = note.split()
        if len(words) < _LEAST_WORDS:
            shown = f" Your list says: {note}" if note else ""
            return EntryCell(
                "", "asked", f"What does it do? One sentence of {_LEAST_WORDS} to {_MOST_WORDS} words.{shown}"
            )
        note = note[:1].upper() + note[1:]
        if len(words) <= _MOST_WORDS:
            return EntryCell(
                note, "guess", "taken from your list; check that it says what the policy does, in your own words"
            )
        short = _first_sentences(note)
        if short:
            return EntryCell(
                short, "guess", f"the beginning of what your list says, which has more than {_MOST_WORDS} words"
            )
        return EntryCell(
            "", "asked", f"What does it do? Your list says it in more than {_MOST_WORDS} words: {note[:300]}"
        )

    def _link(self, text: str) -> EntryCell:
        if text:
            return EntryCell(text)
        return EntryCell("", "asked", "Where can the text be read? A web address.")

    def _status(self, row: ListRow) -> EntryCell:
        for role in ("status", "title"):
            said = status_of(row.cells.get(role, "")) if role == "status" or "[" in row.cells.get(role, "") else None
            if said:
                label = self._label("legal-status", said.value)
                if said.is_sure and role == "status":
                    return EntryCell(label)
                return EntryCell(label, "guess", f"your list says '{row.cells[role][:60]}'")
        if row.raw.get("ended"):
            return EntryCell(
                self._label("legal-status", "expired"),
                "guess",
                f"your list says that it ended: {row.cells.get('ended', '')[:30]}",
            )
        kind = read_citation(row.cells.get("citation", "")).kind
        if kind in {"statute", "regulation", "enacted-bill"} and not row.cells.get("status"):
            why = "your list does not say; a law that is cited is usually in force"
            return EntryCell(self._label("legal-status", "in-force"), "guess", why)
        said_there = f" Your list says: {row.cells['status'][:80]}." if row.cells.get("status") else ""
        return EntryCell("", "asked", f"Is it in force?{said_there}")

    def _kind(self, row: ListRow, status: str) -> EntryCell:
        words = " ".join(row.cells.get(role, "") for role in ("title",))
        guess = self.clerk.kind(row.cells.get("citation", ""), row.cells.get("link", ""), words, status)
        told = fold(row.cells.get("kind", ""))
        slug = _KINDS.get(told) or self._slug("PolicyInstrument", told)
        if slug and (guess is None or guess.value == slug or not guess.is_sure):
            exact = fold(self._label("instrument", slug)) == told
            return self._guessed("instrument", Guess(slug, f"your list says '{row.cells['kind'][:40]}'", exact))
        if guess:
            return self._guessed("instrument", guess)
        return EntryCell(
            "", "asked", "What kind of policy is it: statute, regulation, board policy or another of the list?"
        )

    def _slug(self, class_name: str, text: str) -> str:
        try:
            found = self.clerk.names.resolve(text, [SPF + class_name]) if text else None
        except ValueError:
            return ""
        return found.rpartition("/")[2] if found and found.startswith(ID) else ""

    def _guessed(self, kind: str, guess: Guess) -> EntryCell:
        label = self._label(kind, guess.value)
        return EntryCell(label) if guess.is_sure else EntryCell(label, "guess", f"{label}, because {guess.because}")

    def _year(self, row: ListRow) -> EntryCell:
        said = year_of(row.raw["year"]) if "year" in row.raw else None
        if said:
            return EntryCell(
                said.value, "given" if said.is_sure else "guess", f"your list says '{row.cells.get('year', '')[:30]}'"
            )
        for role in ("introduced", "effective", "status"):
            other = year_of(row.raw[role]) if role in row.raw else None
            if other and not (role == "status" and self._has_ended(row)):
                what = {"introduced": "the date of introduction", "effective": "the date on which it took effect"}.get(
                    role, "its status"
                )
                return EntryCell(other.value, "guess", f"that is the year of {what} in your list")
        cited: Citation = read_citation(row.cells.get("citation", ""))
        if cited.year and cited.kind not in {"statute", "regulation"}:
            return EntryCell(
                str(cited.year), "given" if cited.year_is_sure else "guess", "the citation names that year"
            )
        if cited.year:
            return EntryCell(
                str(cited.year), "guess", "the citation names that year, which may be the year of an edition"
            )
        return EntryCell()

    def _has_ended(self, row: ListRow) -> bool:
        said = status_of(row.cells.get("status", ""))
        return bool(said and said.value in _ENDED)

    def _when(self, row: ListRow, status: str) -> dict[str, EntryCell]:
        found: dict[str, EntryCell] = {}
        day = read_day(row.raw["effective"]) if "effective" in row.raw else ""
        if day:
            is_iso = not isinstance(row.raw["effective"], str) or row.cells["effective"].startswith(day[:4])
            state = "given" if is_iso else "guess"
            found["effective"] = EntryCell(day, state, f"your list says '{row.cells['effective'][:30]}'")
        if status in _ENDED:
            told = row.raw.get("ended") or f"{row.cells.get('status', '')} {row.cells.get('title', '')}"
            ended = year_of(told)
            if ended:
                found["ended"] = EntryCell(ended.value, "guess", "your list names that year")
            else:
                found["ended"] = EntryCell("", "asked", "In which year did it end?")
            if status == "superseded":
                found["later"] = EntryCell(
                    "", "asked", "Which policy took its place? If none did, write repealed or expired."
                )
        return found

    def _serves(self, row: ListRow) -> EntryCell:
        for text in (row.cells.get("topic", ""), row.group):
            iri = self.clerk.recommendation(text) if text else ""
            if iri:
                exact = fold(text) == fold(self.clerk.names.label(iri))
                because = f"your list says '{text[:60]}'"
                return EntryCell(self.clerk.names.label(iri), "given" if exact else "guess", because)
        about = " ".join((row.cells.get("title", ""), row.cells.get("note", ""), row.cells.get("topic", ""), row.group))
        guess = self.clerk.serves(about)
        if guess:
            return EntryCell(guess.value, "guess", guess.because)
        numbers = {iri: number for number, iri in self.clerk.recommendations}
        near = [f"{self.clerk.names.label(iri)} ({numbers[iri]})" for iri, _ in self.clerk.near(about)]
        hint = f" Perhaps {' or '.join(near)}." if near else ""
        return EntryCell("", "asked", f"Which recommendation does it serve? Write none if it serves none.{hint}")

    def _publisher(self, link: str, given: str) -> EntryCell | None:
        hosts = {host_of(url) for url in link.split()} - self.hosts - {""}
        if not hosts:
            return None
        self.hosts |= hosts
        if given:
            return EntryCell(given)
        guess = self.clerk.publisher(link.split(maxsplit=1)[0])
        if guess is None:
            return EntryCell("", "asked", f"Who publishes {', '.join(sorted(hosts))}? Once for each site is enough.")
        return None if guess.is_sure else EntryCell(guess.value, "guess", f"because {guess.because}")


def _name_within(note: str) -> str:
    """The name at the beginning of a note: before a colon or dash, or all of it where it is a few words."""
    head = re.split(r":\s|\s[\u2013\u2014-]\s", note, maxsplit=1)[0].strip(" .")
    few = 1 < len(head.split()) <= _LEAST_WORDS
    return head[:1].upper() + head[1:] if few else ""


def _first_sentences(text: str) -> str:
    """As many whole sentences as fit; nothing where the first alone is too long."""
    kept: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if len(" ".join([*kept, sentence]).split()) > _MOST_WORDS:
            break
        kept.append(sentence)
    found = " ".join(kept)
    return found if len(found.split()) >= _LEAST_WORDS else ""
