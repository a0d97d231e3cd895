"""What a clerk who knows the records would fill in: kind from a citation, publisher from an address, and so on.

Everything here is learned from what is on record. Where the records leave it open, the answer is a guess and says so.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

import pyoxigraph as ox

from kgtools.core.namespaces import ID, RDF, SKOS, SPF
from kgtools.tables.law import Citation, read_citation
from kgtools.tables.names import Names, fold

Record = Mapping[str, list[str]]
"""The values of a record by the last part of their property."""

_TYPE: Final = RDF + "type"
_LABEL: Final = SKOS + "prefLabel"
_WORD: Final = re.compile(r"[a-z]{3,}")
_DULL_WORDS: Final = (
    "the and for that with from into this which such each any may must shall are its their they them who not but than "
    "state states board education school schools district districts student students department public act law code "
    "section chapter rule rules program programs policy policies provides require requires required allow allows "
    "establish establishes under other have has been can will all one more also use used let lets"
)
_DULL: Final = frozenset(_DULL_WORDS.split())
_WWW: Final = re.compile(r"\Awww[0-9]?\.")
_AGENCY: Final = re.compile(
    r"(?:Department|Agency) of (?:Education|Public Instruction|Elementary)|Department of Public Instruction|"
    r"Education Agency|State Board of Education|Office of Public Instruction"
)
_PUBLIC: Final = re.compile(r"(?:\.gov|\.us|\.mil|legislature\.[a-z.]+)\Z")
_COPY_HOSTS: Final = (
    "law.justia.com justia.com casetext.com law.cornell.edu lawserver.com codes.findlaw.com legiscan.com "
    "regulations.justia.com public.law trackbill.com billtrack50.com fastdemocracy.com openstates.org"
)
_COPIES: Final = frozenset(_COPY_HOSTS.split())
_NEAR: Final = 0.12
_CLEAR: Final = 1.15
_GOOD: Final = 0.2
_LEAST_SHARED: Final = 2
_MOST_NEAR: Final = 3
_OFTEN: Final = 0.8


@dataclass(frozen=True, slots=True)
class Guess:
    """A value that was worked out.

    Attributes:
        value: the value, as a cell shows it.
        because: what it was worked out from, as part of a sentence.
        is_sure: whether nobody needs to confirm it.
    """

    value: str
    because: str
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A policy that is on record.

    Attributes:
        iri: the policy.
        label: its name.
        citation: its citation.
        facts: what else is on record of it.
    """

    iri: str
    label: str
    citation: str
    facts: Record = field(default_factory=dict)


class Clerk:
    """Somebody who knows what is on record.

    Args:
        records: gives the statements about each individual, when they are first needed.
        names: what things are called.
    """

    def __init__(self, records: Callable[[], Mapping[ox.NamedNode, list[ox.Triple]]], names: Names) -> None:
        self._records = records
        self.names = names

    # What is on record

    @cached_property
    def _facts(self) -> dict[str, dict[str, list[str]]]:
        """The values of each policy, claim and source."""
        kinds = ("state-policy/", "claim/", "source/")
        found: dict[str, dict[str, list[str]]] = {}
        for subject, triples in self._records().items():
            if subject.value.removeprefix(ID).startswith(kinds):
                facts: dict[str, list[str]] = defaultdict(list)
                for t in triples:
                    if isinstance(t.object, ox.NamedNode | ox.Literal):
                        facts[t.predicate.value.replace("#", "/").rpartition("/")[2]].append(t.object.value)
                found[subject.value] = facts
        return found

    def _of_kind(self, kind: str) -> Iterable[tuple[str, dict[str, list[str]]]]:
        begin = f"{ID}{kind}/"
        return ((iri, facts) for iri, facts in self._facts.items() if iri.startswith(begin))

    @cached_property
    def _cited(self) -> dict[str, list[tuple[Citation, OnRecord]]]:
        """The policies of each jurisdiction with what they cite."""
        found: dict[str, list[tuple[Citation, OnRecord]]] = defaultdict(list)
        for iri, facts in self._of_kind("state-policy"):
            text = "; ".join(facts.get("citation", ()))
            record = OnRecord(iri, self.names.label(iri), text, facts)
            for state in facts.get("jurisdiction", ()):
                found[state].append((read_citation(text), record))
        return found

    def on_record(self, state: str, citation: str, year: int = 0) -> list[tuple[OnRecord, bool]]:
        """The policies of a jurisdiction that cite what a citation names, each with whether that is certain.

        Args:
            state: the jurisdiction.
            citation: the citation.
            year: the year of a bill or act whose citation names none.
        """
        read = read_citation(citation)
        dated = [replace(r, year=r.year or (0 if r.family in {"law", "rule"} else year)) for r in read.references]
        found = []
        for cited, record in self._cited.get(state, ()):
            pairs = [(mine, theirs) for mine in dated for theirs in cited.references]
            if any(mine.same(theirs) for mine, theirs in pairs):
                found.append((record, all(any(m.same(t) for t in cited.references) for m in dated)))
            elif any(mine.may_be(theirs) for mine, theirs in pairs):
                found.append((record, False))
        return found

    def record(self, policy: str) -> OnRecord | None:
        """A policy that is on record."""
        facts = self._facts.get(policy)
        return (
            None
            if facts is None
            else OnRecord(policy, self.names.label(policy), "; ".join(facts.get("citation", ())), facts)
        )

    def named(self, state: str, name: str) -> OnRecord | None:
        """The policy of a jurisdiction that has a name."""
        return next((r for _, r in self._cited.get(state, ()) if fold(r.label) == fold(name)), None)

    def linked(self, state: str, url: str) -> list[OnRecord]:
        """The policies of a jurisdiction that cite the document at an address."""
        sources = {iri for iri, facts in self._of_kind("source") if _bare(url) in map(_bare, facts.get("url", ()))}
        return [r for _, r in self._cited.get(state, ()) if sources & set(r.facts.get("hasSource", ()))]

    # Documents

    @cached_property
    def _hosts(self) -> dict[str, tuple[Counter[str], Counter[str]]]:
        """Who published the documents of each host, and of which kind they are."""
        found: dict[str, tuple[Counter[str], Counter[str]]] = defaultdict(lambda: (Counter(), Counter()))
        for _, facts in self._of_kind("source"):
            host = host_of(next(iter(facts.get("url", ())), ""))
            found[host][0].update(facts.get("publishedBy", ()))
            found[host][1].update(facts.get("sourceKind", ()))
        return found

    def publisher(self, url: str) -> Guess | None:
        """Who published the document at an address: whoever published the others of its host."""
        known = self._hosts.get(host_of(url))
        if not known or not known[0]:
            return None
        (best, count), total = known[0].most_common(1)[0], known[0].total()
        why = f"it published {count} of the {total} documents on record at {host_of(url)}"
        return Guess(self.names.label(best), why, count >= 2 and count / total >= _OFTEN)

    def source_kind(self, url: str) -> Guess:
        """Whether a document is official, a copy of an official one, or secondary."""
        host = host_of(url)
        known = self._hosts.get(host)
        if known and known[1]:
            (best, count), total = known[1].most_common(1)[0], known[1].total()
            if count / total >= _OFTEN:
                return Guess(best.rpartition("/")[2], f"so are others on record at {host}", is_sure=True)
        if host in _COPIES:
            return Guess("mirror", f"{host} copies official texts", is_sure=True)
        if _PUBLIC.search(host):
            return Guess("official", f"{host} is an address of a public body", is_sure=True)
        return Guess("secondary", f"{host} is no address of a public body")

    @cached_property
    def _organizations(self) -> dict[str, str]:
        """The organizations by name."""
        return {fold(self.names.label(iri)): iri for iri in self.names.members([SPF + "Organization"])}

    def _agency(self, state: str) -> str:
        """What the education agency of a jurisdiction calls itself; empty where that is not on record."""
        about = self._records().get(ox.NamedNode(f"{ID}authority/{state.rpartition('/')[2]}-state-agency"), ())
        names = (t.object for t in about if t.predicate.value == SPF + "localName")
        return next((name.value for name in names if isinstance(name, ox.Literal)), "")

    def submitter(self, state: str) -> str:
        """The education agency of a jurisdiction, which most likely submits; empty where that is open."""
        name = self.names.label(state)
        agency = self._agency(state)
        for called in filter(None, (agency, f"{name} {agency}" if agency else "")):
            known = self._organizations.get(fold(called))
            if known:
                return known
        found = [
            iri
            for iri in self.names.members([SPF + "Organization"])
            if _AGENCY.search(self.names.label(iri)) and self.names.label(iri).startswith(name)
        ]
        used = Counter(p for _, facts in self._of_kind("source") for p in facts.get("publishedBy", ()) if p in found)
        ranked = used.most_common(2)
        if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
            return ""
        return ranked[0][0]

    # What a policy is

    def kind(self, citation: str, url: str, words: str, status: str = "") -> Guess | None:
        """The legal or administrative form of a policy."""
        read = read_citation(citation)
        by_words = _kind_by_words(words)
        if read.kind == "bill":
            enacted = status in {"in-force", "expired", "repealed", "superseded"}
            known = status in {"proposed", "not-adopted"} or enacted
            return Guess("enacted-bill" if enacted else "bill", f"of the citation '{citation[:60]}'", is_sure=known)
        if read.kind:
            sure = read.is_sure and read.kind != "enacted-bill" and by_words in {"", read.kind}
            return Guess(read.kind, f"of the citation '{citation[:60]}'", is_sure=sure)
        by_address = _kind_by_address(url)
        if by_address and by_words in {"", by_address}:
            return Guess(by_address, f"of the address {url[:80]}")
        return Guess(by_words, "of its name") if by_words else None

    def topics(self, recommendations: Iterable[str]) -> Guess | None:
        """The topics of a policy: those of most policies on record that serve the same recommendations."""
        found = [self._topics[r] for r in recommendations if r in self._topics]
        if not found:
            return None
        values = dict.fromkeys(self.names.label(t) for t in found)
        return Guess("; ".join(values), "most policies on record that serve the recommendation have it")

    @cached_property
    def _topics(self) -> dict[str, str]:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for _, facts in self._of_kind("claim"):
            for policy in facts.get("alignsStatePolicy", ()):
                for recommendation in facts.get("alignsWith", ()):
                    counts[recommendation].update(self._facts.get(policy, {}).get("topic", ()))
        return {r: max(c, key=lambda t: (c[t], t)) for r, c in counts.items() if c}

    # Recommendations

    @cached_property
    def recommendations(self) -> list[tuple[str, str]]:
        """The number and the address of each recommendation: its condition's place, and a letter in order of name."""
        found: dict[int, list[str]] = defaultdict(list)
        for iri in self.names.current([SPF + "TransformativePolicy"]):
            condition = self.value_of(iri, SPF + "recommendedUnder")
            found[int(self.value_of(condition, SPF + "position") or 99)].append(iri)
        return [
            (f"{place}{chr(97 + number)}", iri)
            for place, iris in sorted(found.items())
            for number, iri in enumerate(sorted(iris, key=lambda i: self.names.label(i).casefold()))
        ]

    def value_of(self, iri: str, path: str) -> str:
        """The first value of a property of a record; empty where there is none."""
        triples = self._records().get(ox.NamedNode(iri), ()) if iri else ()
        return next(
            (t.object.value for t in triples if t.predicate.value == path and not isinstance(t.object, ox.Triple)), ""
        )

    def recommendation(self, text: str) -> str:
        """The recommendation that a text names: by its name, its number, or words that only its name has."""
        wanted = fold(text)
        number = re.sub(r"[^0-9a-z]", "", wanted)
        for own, iri in self.recommendations:
            if wanted in {fold(self.names.label(iri)), fold(iri.rpartition("/")[2])} or number == own:
                return iri
        words = _words(text)
        holding = [iri for _, iri in self.recommendations if words and words <= _words(self.names.label(iri))]
        return holding[0] if len(holding) == 1 else ""

    def near(self, text: str) -> list[tuple[str, float]]:
        """The recommendations that a text is about, by the words of policies that serve them; the best first."""
        mine = self._weighted(Counter(_stems(text)))
        scored = ((iri, _product(mine, theirs)) for iri, theirs in self._profiles.items())
        found = sorted(((i, s) for i, s in scored if s >= _NEAR), key=lambda pair: (-pair[1], pair[0]))
        return found[:_MOST_NEAR]

    def serves(self, text: str) -> Guess | None:
        """The recommendation that a text is clearly about; nothing where several are about as near.

        Tried on the policies of five states without their own records, four of five such guesses were right.
        """
        found = self.near(text)
        if not found or found[0][1] < _GOOD or (len(found) > 1 and found[0][1] < _CLEAR * found[1][1]):
            return None
        if len(_words(text) & self._texts[found[0][0]].keys()) < _LEAST_SHARED:
            return None
        return Guess(self.names.label(found[0][0]), "the words are those of policies on record that serve it")

    @cached_property
    def _rarity(self) -> dict[str, float]:
        seen: Counter[str] = Counter()
        for words in self._texts.values():
            seen.update(words.keys())
        return {word: math.log(1 + len(self._texts) / count) for word, count in seen.items()}

    @cached_property
    def _texts(self) -> dict[str, Counter[str]]:
        """The words of each recommendation: its own, and those of the policies that serve it."""
        found: dict[str, Counter[str]] = {}
        for _, iri in self.recommendations:
            own = f"{self.names.label(iri)} " * 6 + self.value_of(iri, SPF + "summary") * 3
            found[iri] = Counter(_stems(own))
        for _, facts in self._of_kind("claim"):
            for iri in facts.get("alignsWith", ()):
                if iri in found:
                    policies = [self._facts.get(p, {}) for p in facts.get("alignsStatePolicy", ())]
                    said = [*facts.get("rationale", ()), *(n for p in policies for n in p.get("prefLabel", ()))]
                    found[iri].update(set(_stems(" ".join(said))))
        return found

    @cached_property
    def _profiles(self) -> dict[str, dict[str, float]]:
        return {iri: self._weighted(words) for iri, words in self._texts.items()}

    def _weighted(self, words: Counter[str]) -> dict[str, float]:
        weights = {w: (1 + math.log(n)) * self._rarity[w] for w, n in words.items() if w in self._rarity}
        length = math.sqrt(sum(v * v for v in weights.values())) or 1.0
        return {w: v / length for w, v in weights.items()}


def alike(name: str, other: str) -> bool:
    """Whether two names of policies have a word in common; a name that is not known may be any."""
    mine, theirs = _words(name), _words(other)
    return not mine or not theirs or bool(mine & theirs)


def host_of(url: str) -> str:
    """The host of an address, without www."""
    try:
        return _WWW.sub("", (urlsplit(url).hostname or "").lower().rstrip("."))
    except ValueError:
        return ""


def _bare(url: str) -> str:
    """An address without what does not change where it leads."""
    return re.sub(r"\Ahttps?://(?:www[0-9]?\.)?", "", url.strip()).rstrip("/").casefold()


def _words(text: str) -> set[str]:
    return set(_stems(text))


def _stems(text: str) -> list[str]:
    return [_stem(w) for w in _WORD.findall(text.casefold()) if w not in _DULL]


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _product(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(v * other[w] for w, v in one.items() if w in other)


_BY_WORDS: Final = (
    (re.compile(r"\bexecutive order\b", re.I), "executive-order"),
    (
        re.compile(r"\bwaiver (?:request|approved|application)|ess?ea? (?:section|waiver)|federal waiver", re.I),
        "federal-waiver",
    ),
    (re.compile(r"\b(?:task force|commission|council|committee|working group)\b", re.I), "task-force"),
    (re.compile(r"\bresolution\b", re.I), "resolution"),
    (re.compile(r"\b(?:grants?|funds?|funding|appropriation|scholarships?)\b", re.I), "funding-program"),
    (re.compile(r"\b(?:guidance|guidelines?|handbook|manual|toolkit|memo(?:randum)?|faq)\b", re.I), "agency-guidance"),
    (re.compile(r"\bboard policy\b|\bpolicy manual\b", re.I), "board-policy"),
    (re.compile(r"\b(?:pilot|initiative|network|program)\b", re.I), "agency-program"),
)
_BY_ADDRESS: Final = (
    (
        re.compile(
            r"/(?:[a-z]+-)?administrative-code/|/admin-?(?:istrative)?-?(?:code|rules)|//(?:admin)?rules?\.|/oar/|/wac/",
            re.I,
        ),
        "regulation",
    ),
    (
        re.compile(r"/(?:revised-code|statutes?|ohio-revised-code|code-of-[a-z]+|rcw)/|statutes?\.|/vacode/", re.I),
        "statute",
    ),
    (re.compile(r"/bills?/|/bill-?(?:status|text|info|search)|billid=|billnumber=", re.I), "bill"),
)


def _kind_by_words(words: str) -> str:
    return next((kind for pattern, kind in _BY_WORDS if pattern.search(words)), "")


def _kind_by_address(url: str) -> str:
    return next((kind for pattern, kind in _BY_ADDRESS if pattern.search(url)), "")
