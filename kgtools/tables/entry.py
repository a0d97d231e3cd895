"""Reading the sheet of new policies: each row becomes a policy with its claims, provisions and sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from kgtools.core.minting import pair_slug, slug_of, source_slug
from kgtools.core.namespaces import ID, SKOS, SPF, XSD, identifier
from kgtools.core.suggest import nearest_of_all
from kgtools.tables.cells import CellProblem, CellRef, CellValue
from kgtools.tables.clerk import Clerk, Guess, host_of
from kgtools.tables.drafts import Draft
from kgtools.tables.entry_columns import ENTRY, KEYS, NONE, EntryTable, column_of, sheet_of
from kgtools.tables.law import read_citation
from kgtools.tables.layout import Layout
from kgtools.tables.names import Names, fold, tidy
from kgtools.tables.plain import status_of, year_of
from kgtools.tables.schema import Column, TableSchema
from kgtools.tables.spoiled import doubts
from kgtools.tables.values import UnreadableValueError, Value, order_doubt, parse

_MOST_ALIKE: Final = 3
_MOST_LETTERS: Final = 200  # of a cell that is compared with every name
_NAME: Final = ox.NamedNode(SKOS + "prefLabel")
_YES: Final = {"yes", "y", "ok", "okay", "x", "true", "1", "checked", "confirmed", "done", "\u2713", "\u2714"}
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"';]+|www\.[^\s<>\"';]+", re.IGNORECASE)
_PLACED: Final = {
    "state-policy": {
        "name": "prefLabel",
        "says": "summary",
        "link": "hasSource",
        "citation": "citation",
        "year": "yearAdopted",
        "status": "legalStatus",
        "instrument": "instrument",
        "topic": "topic",
        "effective": "dateEffective",
        "ended": "yearEnded",
        "later": "supersededBy",
        "doubt": "doubt",
    },
    "claim": {"serves": "alignsWith", "extent": "extent", "why": "rationale", "link": "restsOn"},
    "provision": {"link": "hasSource", "section": "locator", "read": "readingManner", "day": "dateRead"},
    "source": {"link": "url", "publisher": "publishedBy", "document": "prefLabel", "day": "dateAccessed"},
    "organization": {"publisher": "prefLabel"},
}
"""For each kind of record that a row makes, the property that stands in each column."""
_ENDED: Final = {"repealed", "expired", "superseded"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What the sheet Submission says of all rows: the jurisdiction, and the day."""

    state: str
    day: str

    @property
    def code(self) -> str:
        """The jurisdiction's code, as identifiers have it."""
        return self.state.rpartition("/")[2]


@dataclass
class EntryReader:
    """Reads the rows of one sheet.

    Attributes:
        table: the sheet.
        schema: the sheets that there can be.
        names: what things are called; what the rows describe is learned here.
        clerk: who knows the records.
        setting: what holds for all rows.
        problems: where to say what is wrong.
        made: the cell of each record that was made.
        follow: the cells whose values would follow from another cell, which is asked for.
    """

    table: EntryTable
    schema: TableSchema
    names: Names
    clerk: Clerk
    setting: Setting | None
    problems: list[CellProblem]
    made: dict[str, CellRef] = field(default_factory=dict)
    follow: set[CellRef] = field(default_factory=set)

    @cached_property
    def layout(self) -> Layout:
        """The sheet with the column of each property, for remarks on cells."""
        columns = {n: self.column(key) for key, n in self.table.places.items() if KEYS[key].kind}
        sheet = sheet_of("state-policy", self.schema)
        return Layout(self.table.grid, sheet, self.table.heading_row, columns, self.table.places.get("name"))

    def column(self, key: str) -> Column:
        """What a column holds."""
        if key not in self._columns:
            self._columns[key] = column_of(key, self.schema)
        return self._columns[key]

    @cached_property
    def _columns(self) -> dict[str, Column]:
        return {}

    def drafts(self) -> list[Draft]:
        """The records of all rows."""
        rows = self.layout.data_rows()
        if rows and self.setting is None:
            self._problem(
                self.table.grid.place(rows[0], min(self.table.places.values())),
                "row.question",
                f"The rows of the sheet {ENTRY} can't be read before the sheet Submission says for which jurisdiction "
                "and when.",
                "Fill in “Jurisdiction” and “Submission date” on the sheet Submission.",
            )
            return []
        return [draft for row in rows for draft in _Row(self, row).drafts()]

    def publisher_of(self, host: str) -> str:
        """The publisher that some row gives for documents of a host."""
        return self._given.get(host, "")

    @cached_property
    def _given(self) -> dict[str, str]:
        found: dict[str, str] = {}
        link, publisher = self.table.places.get("link"), self.table.places.get("publisher")
        for row in self.layout.data_rows():
            cells = self.table.grid.rows[row]
            if link in cells and publisher in cells:
                for url in _ADDRESS.findall(str(cells[link])):
                    found.setdefault(host_of(url), tidy(str(cells[publisher])))
        return found

    def placed(self, kind: str, year: str = "yearAdopted") -> Layout:
        """Where the properties of a kind of record stand."""
        key = (kind, year)
        if key not in self._placed:
            sheet, columns = sheet_of(kind, self.schema), {}
            for name, local in _PLACED[kind].items():
                path = (SKOS if local == "prefLabel" else SPF) + (year if local == "yearAdopted" else local)
                column = next((c for c in sheet.columns if c.path.value == path), None)
                if column and name in self.table.places:
                    columns[self.table.places[name]] = column
            own = {"source": "link", "provision": "link", "organization": "publisher", "claim": "serves"}.get(
                kind, "name"
            )
            identifier = self.table.places.get(own, self.table.places.get("name"))
            self._placed[key] = Layout(self.table.grid, sheet, self.table.heading_row, columns, identifier)
        return self._placed[key]

    @cached_property
    def _placed(self) -> dict[tuple[str, str], Layout]:
        return {}

    def _problem(self, place: CellRef, rule: str, message: str, fix: str, *, warning: bool = False) -> None:
        self.problems.append(CellProblem(place, rule, message, fix, warning))


class _Row:
    """One row on its way to records."""

    def __init__(self, reader: EntryReader, row: int) -> None:
        self._reader = reader
        self._row = row
        self._names = reader.names
        self._clerk = reader.clerk
        self._asked: set[str] = set()
        self._derived: list[str] = []
        self._changed: list[str] = []
        self._policy: ox.NamedNode | None = None
        self._read: dict[str, list[Value]] = {}
        assert reader.setting
        self._setting = reader.setting

    # Cells

    def _raw(self, key: str) -> CellValue | None:
        at = self._reader.table.places.get(key)
        return None if at is None else self._reader.table.grid.rows[self._row].get(at)

    def _text(self, key: str) -> str:
        value = self._raw(key)
        return "" if value is None else tidy(str(value))

    def place(self, key: str) -> CellRef:
        """The cell of a column; that of the name where the sheet has no such column."""
        places = self._reader.table.places
        return self._reader.table.grid.place(self._row, places.get(key, places.get("name", min(places.values()))))

    def _where(self, key: str) -> str:
        return f"“{KEYS[key].heading}”" + (f" ({self.place(key)})" if key in self._reader.table.places else "")

    def _ask(self, key: str, message: str, fix: str, rule: str = "row.question") -> None:
        """Say once what has to be filled in or corrected in a cell."""
        if key not in self._asked:
            self._asked.add(key)
            self._say(key, rule, message, fix)

    def _say(self, key: str, rule: str, message: str, fix: str, *, warning: bool = False) -> None:
        self._reader.problems.append(CellProblem(self.place(key), rule, message, fix, warning, self._policy))

    def _values(self, key: str) -> list[Value]:
        """The values of a cell; what can't be read is said once, and gives none."""
        if key not in self._read:
            self._read[key] = self._parsed(key)
        return self._read[key]

    def _parsed(self, key: str) -> list[Value]:
        value = self._raw(key)
        if value is None or not tidy(str(value)):
            return []
        column = self._reader.column(key)
        try:
            values = parse(value, column, self._names, lambda: self._setting.state)
        except UnreadableValueError as error:
            rule = error.rule or column.rule(error.component) or column.rule("Or") or "cell.unreadable"
            self._ask(key, error.message, error.fix, rule)
            return []
        for remark in (*doubts(value, column), *order_doubt(value, column)):
            self._say(key, remark.rule, remark.message, remark.fix, warning=True)
        return values

    # Records

    def drafts(self) -> list[Draft]:
        """The records that the row stands for."""
        name = self._values("name")
        if not name or not _has_letters(name[0].value):
            self._ask("name", "The row has no name.", f"Fill in {self._where('name')}. {KEYS['name'].help}")
            self._confirm()
            return []
        slug = f"{self._setting.code}-{slug_of(name[0].value, limit=50)}"
        policy = self._policy = ox.NamedNode(identifier("state-policy", slug))
        if not self._is_new(policy, name[0].value):
            return []
        self._confirm()
        serves = self._serves()
        status = self._status()
        sources, more = self._sources()
        facts = self._policy_facts(name, status, serves or [], sources)
        year = "yearProposed" if status in {"proposed", "not-adopted"} else "yearAdopted"
        drafts = [self._draft("state-policy", policy, facts, year), *more]
        if serves and sources:
            drafts += self._claims(policy, serves, sources)
        self._tell()
        return drafts

    def _confirm(self) -> None:
        guesses = self._text("guesses")
        if guesses and fold(self._text("checked")) not in _YES:
            key = "checked" if "checked" in self._reader.table.places else "guesses"
            shown = guesses if len(guesses) <= 400 else f"{guesses[:399]}…"
            self._ask(
                key,
                f"Nobody has confirmed what was guessed in this row. {shown}",
                f"Correct the yellow cells that are wrong, and write yes in {self._where(key)}.",
                "row.guess.unconfirmed",
            )

    def _is_new(self, policy: ox.NamedNode, name: str) -> bool:
        earlier = self._reader.made.get(policy.value)
        if earlier:
            message = f"The policy “{name[:80]}” is entered twice; first at {earlier}."
            self._ask("name", message, "Delete one of the two rows, or give it another name.")
            return False
        self._reader.made[policy.value] = self.place("name")
        known = self._clerk.record(policy.value) or self._clerk.named(self._setting.state, name)
        if known and not self._is_same(known.facts):
            message = f"A policy named “{known.label}” is on record already, and this row would replace it."
            fix = (
                "To correct it, use its row on the sheet Policies and delete this one. If it is another policy, give "
                "it another name."
            )
            self._ask("name", message, fix, "row.on-record")
            return False
        return True

    def _is_same(self, facts: Mapping[str, list[str]]) -> bool:
        """Whether a record says what this row says, as it does when the same workbook comes again."""
        said = " ".join(str(self._raw("says") or "").split())
        return said in facts.get("summary", ()) and self._text("citation") in {
            "",
            *map(tidy, facts.get("citation", ())),
        }

    def _policy_facts(
        self, name: list[Value], status: str, serves: list[str], sources: list[ox.NamedNode]
    ) -> dict[ox.NamedNode, list[Value]]:
        if not self._values("says"):
            self._ask(
                "says",
                "The row does not say what the policy does.",
                f"Fill in {self._where('says')}. {KEYS['says'].help}",
            )
        facts: dict[str, list[Value]] = {
            "prefLabel": name,
            "summary": self._values("says"),
            "citation": self._values("citation"),
            "dateEffective": self._values("effective"),
            "yearEnded": self._values("ended"),
            "supersededBy": self._values("later"),
            "doubt": self._values("doubt"),
            "jurisdiction": [ox.NamedNode(self._setting.state)],
            "legalStatus": _node("legal-status", status),
            "instrument": self._instrument(name[0].value, status),
            "topic": self._topics(serves),
            "hasSource": list(sources),
            "epistemicStatus": _node("epistemic-status", "stated"),
            "certainty": _node("certainty", self._certainty(sources)),
            "dateReviewed": [_day(self._setting.day)],
            "yearProposed" if status in {"proposed", "not-adopted"} else "yearAdopted": self._year(),
        }
        if status in _ENDED and not facts["yearEnded"]:
            self._ask(
                "ended",
                f"The policy is {status}, and the row does not say since when.",
                f"Fill in {self._where('ended')}.",
            )
        return {ox.NamedNode((SKOS if p == "prefLabel" else SPF) + p): v for p, v in facts.items() if v}

    def _status(self) -> str:
        text = self._text("status")
        if not text:
            self._ask(
                "status",
                "The row does not say whether the policy is in force.",
                _choose("status", self._where("status")),
            )
            return ""
        try:
            found = self._names.resolve(text, [SPF + "LegalStatus"])
        except ValueError:
            found = None
        if found and found.startswith(f"{ID}legal-status/"):
            if fold(text) != fold(self._names.label(found)):
                self._changed.append(f"status “{self._names.label(found)}”, from '{text[:40]}'")
            return found.rpartition("/")[2]
        said = status_of(text)
        if said is None:
            self._ask("status", f"'{text[:60]}' is no status that is known.", _choose("status", self._where("status")))
            return ""
        self._changed.append(f"status “{self._names.label(ID + 'legal-status/' + said.value)}”, from '{text[:40]}'")
        return said.value

    def _year(self) -> list[Value]:
        value = self._raw("year")
        if value is None or not tidy(str(value)):
            return []
        said = year_of(value)
        if said and (said.is_sure or _about_one_year(str(value))):
            if isinstance(value, str) and tidy(value) != said.value:
                self._changed.append(f"year {said.value}, from '{tidy(value)[:40]}'")
            return [ox.Literal(int(said.value))]
        return self._values("year")

    def _instrument(self, name: str, status: str) -> list[Value]:
        values = self._values("instrument")
        if values or "instrument" in self._asked:
            return values
        citation = self._text("citation")
        guess = self._clerk.kind(citation, self._text("link"), name, status)
        if guess and (guess.is_sure or read_citation(citation).kind in {"statute", "regulation"}):
            self._derived.append(
                f"kind “{self._names.label(ID + 'instrument/' + guess.value)}”, because {guess.because}"
            )
            return _node("instrument", guess.value)
        fix = _choose("instrument", self._where("instrument"))
        if guess:
            fix = f"If it is “{self._names.label(ID + 'instrument/' + guess.value)}”, write that. {fix}"
        self._ask(
            "instrument",
            "Neither the row nor its citation says what kind of policy it is.",
            fix + self._listed("PolicyInstrument"),
        )
        return []

    def _listed(self, class_name: str) -> str:
        labels = [self._names.label(iri) for iri in self._names.members([SPF + class_name])]
        return f" The choices: {', '.join(labels)}."

    def _topics(self, serves: list[str]) -> list[Value]:
        values = self._values("topic")
        if values or "topic" in self._asked:
            return values
        guess = self._clerk.topics(serves)
        if guess is None:
            fix = f"Fill in {self._where('topic')}.{self._listed('Topic')}"
            if "serves" in self._asked:
                self._reader.follow.add(self.place("topic"))
            else:
                self._ask("topic", "The row has no topic, and no recommendation that it would follow from.", fix)
            return []
        self._derived.append(f"topic “{guess.value}”, because {guess.because}")
        found = (self._names.resolve(part, [SPF + "Topic"]) for part in guess.value.split("; "))
        return [ox.NamedNode(iri) for iri in found if iri]

    # Recommendations

    def _serves(self) -> list[str] | None:
        """The recommendations that the row names; nothing where that is not clear."""
        text = str(self._raw("serves") or "").strip()
        if fold(text) in {NONE, "no", "n/a", "-"}:
            return []
        found: list[str] = []
        for part in self._parts(text):
            iri = self._clerk.recommendation(part)
            if not iri:
                self._unknown(part)
                return None
            if fold(self._names.label(iri)) != fold(part):
                self._derived.append(f"recommendation “{self._names.label(iri)}”, from '{tidy(part)[:40]}'")
            found.append(iri)
        if not found:
            near = self._near(f"{self._text('name')} {self._text('says')}")
            fix = f"Fill in {self._where('serves')}: a name or number of the sheet Recommendations, or {NONE}.{near}"
            self._ask("serves", "The row does not say which recommendation the policy serves.", fix)
            return None
        return list(dict.fromkeys(found))

    def _parts(self, text: str) -> list[str]:
        """The recommendations of a cell; a name may hold a comma."""
        parts = [p for p in re.split(r"[;\n|]", text) if tidy(p)]
        return [q for p in parts for q in ([p] if self._clerk.recommendation(p) else _numbers(p) or [p])]

    def _unknown(self, part: str) -> None:
        fix = f"Correct {self._where('serves')}: write a name or number of the sheet Recommendations, or {NONE}."
        self._ask("serves", f"'{tidy(part)[:80]}' is no recommendation that is known.", fix + self._nearest(part))

    def _nearest(self, text: str) -> str:
        """The recommendations that a text may mean; where it is about none, those whose names are most like it."""
        names = {self._names.label(iri): number for number, iri in self._clerk.recommendations}
        alike = [f"“{name}” ({names[name]})" for name in nearest_of_all(text[:_MOST_LETTERS], names, _MOST_ALIKE)]
        return self._near(text) or f" The nearest are {', '.join(alike)}."

    def _near(self, text: str) -> str:
        numbers = {iri: number for number, iri in self._clerk.recommendations}
        near = [f"“{self._names.label(iri)}” ({numbers[iri]})" for iri, _ in self._clerk.near(text)]
        return f" It may be {' or '.join(near)}." if near else ""

    def _claims(self, policy: ox.NamedNode, serves: list[str], sources: list[ox.NamedNode]) -> list[Draft]:
        provisions = [self._provision(policy, source, alone=len(sources) == 1) for source in sources]
        extent = self._values("extent")
        why = self._values("why")
        if "says" in self._asked and not why:
            self._reader.follow.add(self.place("why"))
        if not extent:
            self._derived.append("how far “partial”, because “How far” is empty")
        elif extent[0].value.endswith("/full") and not (why and self._text("section")):
            key = "section" if why else "why"
            message = "A row that says full must say why, and in which section it stands."
            self._ask(
                key,
                message,
                f"Fill in {self._where('why')} and {self._where('section')}, or write partial in "
                f"{self._where('extent')}.",
            )
        slug = policy.value.rpartition("/")[2]
        drafts = [*provisions]
        for recommendation in serves:
            subject = ox.NamedNode(identifier("claim", pair_slug(slug, recommendation.rpartition("/")[2])))
            facts: dict[str, list[Value]] = {
                "alignsStatePolicy": [policy],
                "alignsWith": [ox.NamedNode(recommendation)],
                "extent": extent or _node("extent", "partial"),
                "rationale": why or self._values("says"),
                "restsOn": [p.subject for p in provisions if p.subject],
                "epistemicStatus": _node("epistemic-status", "stated"),
                "dateReviewed": [_day(self._setting.day)],
            }
            drafts.append(self._draft("claim", subject, {ox.NamedNode(SPF + p): v for p, v in facts.items() if v}))
        return drafts

    def _provision(self, policy: ox.NamedNode, source: ox.NamedNode, *, alone: bool) -> Draft:
        section = self._values("section") or (self._values("citation") if alone else [])
        slug = pair_slug(policy.value.rpartition("/")[2], source.value.rpartition("/")[2])
        typed = self._text("section")
        name = f"{slug}-{slug_of(typed, limit=40)}" if typed and _has_letters(typed) else slug
        facts: dict[str, list[Value]] = {
            "hasSource": [source],
            "locator": section[:1],
            "readingManner": self._values("read") or _node("reading-manner", "not-recorded"),
            "dateRead": self._day_read(),
        }
        if self._text("read") and "says" not in self._asked:
            facts["summary"] = self._values("says")
        paths = {ox.NamedNode(SPF + p): v for p, v in facts.items() if v}
        return self._draft("provision", ox.NamedNode(identifier("provision", name)), paths)

    def _day_read(self) -> list[Value]:
        return self._values("day") or ([] if "day" in self._asked else [_day(self._setting.day)])

    # Documents

    def _sources(self) -> tuple[list[ox.NamedNode], list[Draft]]:
        """The documents that the row links to, and the records of those that are new."""
        text = str(self._raw("link") or "")
        addresses = [_whole(url) for url in _ADDRESS.findall(text)]
        if not tidy(text):
            self._ask("link", "The row has no link.", f"Fill in {self._where('link')}. {KEYS['link'].help}")
            return [], []
        if not addresses:
            known = self._known_source(text)
            if known:
                return [known], []
            message = f"'{tidy(text)[:80]}' is no web address."
            self._ask("link", message, f"Write in {self._where('link')} an address that begins with https://.")
            return [], []
        found, drafts = [], []
        for url in dict.fromkeys(addresses):
            known = self._known_source(url)
            source = known or ox.NamedNode(identifier("source", source_slug(url)))
            found.append(source)
            if known is None and source.value not in self._reader.made:
                self._reader.made[source.value] = self.place("link")
                drafts += self._document(source, url, several=len(set(addresses)) > 1)
        return found, drafts

    def _known_source(self, text: str) -> ox.NamedNode | None:
        try:
            iri = self._names.resolve(text, [SPF + "Source"])
        except ValueError:
            return None
        return ox.NamedNode(iri) if iri and self._names.is_of(iri, [SPF + "Source"]) else None

    def _document(self, source: ox.NamedNode, url: str, *, several: bool) -> list[Draft]:
        publishers, drafts = self._publisher(url)
        kind = self._clerk.source_kind(url)
        title = self._text("document") or self._text("citation") or self._text("name")
        if several:
            title = f"{title[:150]} ({host_of(url)})"
        facts: dict[str, list[Value]] = {
            "prefLabel": [ox.Literal(title, language="en")],
            "url": [ox.Literal(url, datatype=ox.NamedNode(XSD + "anyURI"))],
            "publishedBy": publishers,
            "sourceKind": _node("source-kind", kind.value),
            "dateAccessed": self._day_read(),
        }
        self._derived.append(f"document “{kind.value}”, because {kind.because}")
        paths = {ox.NamedNode((SKOS if p == "prefLabel" else SPF) + p): v for p, v in facts.items() if v}
        return [*drafts, self._draft("source", source, paths)]

    def _publisher(self, url: str) -> tuple[list[Value], list[Draft]]:
        text = self._text("publisher") or self._reader.publisher_of(host_of(url))
        if not text:
            guess: Guess | None = self._clerk.publisher(url)
            if guess is None:
                message = f"Who published what is at {host_of(url)} is not on record."
                self._ask("publisher", message, f"Fill in {self._where('publisher')}; once for each site is enough.")
                return [], []
            self._derived.append(f"publisher “{guess.value}”, because {guess.because}")
            text = guess.value
        try:
            iri = self._names.resolve(text, [SPF + "Organization"])
        except ValueError:
            iri = None
        if iri and self._names.is_of(iri, [SPF + "Organization"]):
            return [ox.NamedNode(iri)], []
        meant = self._names.suggest(text, [SPF + "Organization"], self._setting.state)
        if meant and _letters(meant) != _letters(text) and _alike(meant, text):
            message = f"'{text[:80]}' is no publisher on record, and much like “{meant}”."
            fix = f"Write “{meant}” in {self._where('publisher')} if that is meant, or a name that is less like it."
            self._ask("publisher", message, fix)
            return [], []
        subject = ox.NamedNode(identifier("organization", slug_of(text)))
        if subject.value in self._reader.made:
            return [subject], []
        self._reader.made[subject.value] = self.place("publisher")
        self._derived.append(f"a new organization “{text[:80]}”")
        return [subject], [self._draft("organization", subject, {_NAME: [ox.Literal(text, language="en")]})]

    def _certainty(self, sources: list[ox.NamedNode]) -> str:
        """Official documents are trusted more, and most where the text itself was read at a section."""
        urls = _ADDRESS.findall(self._text("link"))
        official = bool(sources) and any(self._clerk.source_kind(url).value == "official" for url in urls)
        if not official:
            return "low"
        read = self._values("read")
        return "high" if read and read[0].value.endswith("/text") and self._text("section") else "medium"

    # Saying

    def _tell(self) -> None:
        told = [*self._changed, *([] if self._text("guesses") else self._derived)]
        if told:
            message = f"Worked out for this row: {'; '.join(dict.fromkeys(told))}."
            fix = "If something is wrong, fill in its cell."
            self._say("name", "row.derived", message, fix, warning=True)

    def _draft(
        self, kind: str, subject: ox.NamedNode, facts: dict[ox.NamedNode, list[Value]], year: str = "yearAdopted"
    ) -> Draft:
        draft = Draft(self._reader.placed(kind, year), self._row, subject, facts)
        names = [
            ox.Triple(subject, path, v) for path, values in facts.items() for v in values if path.value in _LEARNED
        ]
        self._names.classify(subject.value, draft.layout.sheet.class_iri)
        self._names.learn(names)
        return draft


_LEARNED: Final = {SKOS + "prefLabel", SPF + "url", SPF + "jurisdiction"}


def _about_one_year(text: str) -> bool:
    """Whether a cell names one year, though not for sure: around 2016."""
    return len(set(re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", text))) == 1 and not re.search(
        r"[0-9][-/]", text
    )


def _node(kind: str, slug: str) -> list[Value]:
    return [ox.NamedNode(f"{ID}{kind}/{slug}")] if slug else []


def _day(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + "date"))


def _choose(key: str, where: str) -> str:
    return f"Choose {where} from its list: {KEYS[key].help}"


def _whole(url: str) -> str:
    clean = url.rstrip(".,;)")
    return clean if clean.lower().startswith("http") else f"https://{clean}"


def _has_letters(text: str) -> bool:
    return bool(re.search(r"[A-Za-z0-9]", text))


def _numbers(text: str) -> list[str]:
    """Several numbers of recommendations in one text, such as 3a, 3b and 5c; none where it is anything else."""
    parts = [p for p in re.split(r"[\s,&]+|\band\b", text) if p]
    return parts if len(parts) > 1 and all(re.fullmatch(r"[0-9][.-]?[a-z]", p, re.IGNORECASE) for p in parts) else []


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.casefold())


def _alike(one: str, other: str) -> bool:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio() >= 0.88
