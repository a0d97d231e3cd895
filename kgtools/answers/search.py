"""Finding records by words, the most relevant first: in any order, bills however written, small slips forgiven."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import ID, SKOS, SPF
from kgtools.core.suggest import edits
from kgtools.graph.store import Store, Term

_BILL: Final = re.compile(r"\b([ahs])\.?\s?(b|f|r|p|jr|cr|jm)\.?\s*(?:no\.?\s*)?(\d{1,5})\b")
_WORD: Final = re.compile(r"[^\W_]+(?:[.-][^\W_]+)*")
_PART: Final = re.compile(r"[^\W_]+")
_COMMON: Final = frozenset(
    _WORD.findall(
        "a an and any are as at be by can do does did for from has have how in into is it its of on or that the their "
        "this to under what when where which who with state states policy policies law laws"
    )
)
_KINDS: Final = {
    "jurisdiction": 2.5,
    "condition": 2.0,
    "transformative-policy": 2.0,
    "state-policy": 1.4,
    "claim": 0.9,
    "adaptation": 0.9,
    "action": 0.8,
    "state-example": 0.8,
    "resource": 0.8,
    "rating": 0.6,
    "rating-item": 0.5,
    "inquiry": 0.5,
}
"""The kinds of records that are found, and how much each is worth to one who asks."""
_HERE: Final = 3.0  # what a record is worth more for being about the jurisdiction that is named
_NAME, _CITATION, _TEXT = 3.0, 3.0, 1.0
_SHORT_SLIP, _LONG_SLIP = 4, 8  # letters of a word from which one letter, or two, may be wrong
_RECORDS: Final = f"""PREFIX spf: <{SPF}> PREFIX skos: <{SKOS}>
SELECT ?record ?label ?text ?citation ?usps ?about WHERE {{
  {{ ?record skos:prefLabel ?label }} UNION {{ ?record a spf:AlignmentClaim }} UNION {{ ?record a spf:Inquiry }}
  FILTER(STRSTARTS(STR(?record), "{ID}"))
  OPTIONAL {{ ?record spf:summary ?said }} OPTIONAL {{ ?record spf:rationale ?why }}
  OPTIONAL {{ ?record spf:citation ?citation }}
  OPTIONAL {{ ?record spf:jurisdiction/spf:uspsCode ?of }}
  OPTIONAL {{ ?record spf:alignsStatePolicy ?did . ?did skos:prefLabel ?about ; spf:jurisdiction/spf:uspsCode ?did_in }}
  OPTIONAL {{ ?record spf:concerns/skos:prefLabel ?concerned }}
  OPTIONAL {{ ?record spf:uspsCode ?own }}
  BIND(COALESCE(?said, ?why, ?concerned, "") AS ?text)
  BIND(COALESCE(?of, ?did_in, ?own, "") AS ?usps)
}} ORDER BY ?record"""


@dataclass(frozen=True, slots=True)
class Found:
    """A record that was found.

    Attributes:
        iri: its identifier.
        kind: the path segment of its identifier, such as ``state-policy``.
        usps: the postal code of the jurisdiction that it is about; empty where it is about none.
        label: its name.
        text: what it says.
        citation: the legal citation, where it has one.
        score: how relevant it is; only comparable within one answer.
    """

    iri: str
    kind: str
    usps: str
    label: str
    text: str
    citation: str
    score: float


class RecordSearch:
    """An index of the words of all records.

    Args:
        store: the graph; it is read once.
    """

    def __init__(self, store: Store) -> None:
        self._records: dict[str, Found] = {}
        self._weights: dict[str, dict[str, float]] = defaultdict(dict)
        self._places: dict[str, str] = {}
        for record, *cells in store.select(_RECORDS).rows:
            label, text, citation, usps, about = map(_value, cells)
            kind = _value(record).removeprefix(ID).partition("/")[0]
            if kind in _KINDS:
                self._add(Found(_value(record), kind, usps, label or about, text, citation, 0.0))

    def _add(self, record: Found) -> None:
        if record.iri in self._records:
            return
        self._records[record.iri] = record
        if record.kind == "jurisdiction":
            self._places[record.label.casefold()] = record.usps
        slug = record.iri.rpartition("/")[2].replace("-", " ")
        for weight, text in (
            (_NAME, record.label),
            (_NAME, slug),
            (_CITATION, record.citation),
            (_TEXT, record.text),
        ):
            for word in words(text):
                held = self._weights[word]
                held[record.iri] = max(held.get(record.iri, 0.0), weight)

    @property
    def size(self) -> int:
        """How many records are in it."""
        return len(self._records)

    def find(self, written: str, *, kind: str = "", usps: str = "") -> list[Found]:
        """The records that hold the words, the most relevant first; a record need not hold all of them.

        Args:
            written: the words; a postal code in capitals or the name of a jurisdiction counts for its records.
            kind: only records of this kind.
            usps: only records about this jurisdiction.
        """
        here, rest = self._named(written.replace("\u2019", "'"))
        every = list(dict.fromkeys(words(rest, in_parts=False)))
        wanted = [word for word in every if word not in _COMMON] or every
        scores: dict[str, float] = defaultdict(float)
        held: dict[str, int] = defaultdict(int)
        for word in wanted:
            for iri, score in self._of(word).items():
                scores[iri] += score
                held[iri] += 1
        if not wanted:
            scores.update({r.iri: 1.0 for r in self._records.values() if r.usps in here})
            held.update(dict.fromkeys(scores, 1))
        ranked = [
            self._scored(self._records[iri], score * (held[iri] / max(len(wanted), 1)) ** 2, here)
            for iri, score in scores.items()
        ]
        kept = [r for r in ranked if kind in {"", r.kind} and usps in {"", r.usps}]
        return sorted(kept, key=lambda record: (-record.score, record.iri))

    def _named(self, written: str) -> tuple[set[str], str]:
        """The postal codes that are named, and the text without them."""
        codes = set(self._places.values())
        found = {word for word in _PART.findall(written) if word in codes}
        rest = " ".join(word for word in written.split() if word.strip(".,;:()'s") not in found)
        for name in sorted(self._places, key=len, reverse=True):
            if re.search(rf"\b{re.escape(name)}\b", rest, re.IGNORECASE):
                found.add(self._places[name])
                rest = re.sub(rf"\b{re.escape(name)}('s)?\b", " ", rest, flags=re.IGNORECASE)
        return found, rest

    def _of(self, word: str) -> dict[str, float]:
        """What each record is worth for a word, or for those that it may be a slip of."""
        near = [word] if word in self._weights else list(self._near(word))
        found: dict[str, float] = {}
        for each in near:
            holders = self._weights[each]
            rarity = math.log(1 + len(self._records) / len(holders)) * (1.0 if each == word else 0.6)
            for iri, weight in holders.items():
                found[iri] = max(found.get(iri, 0.0), rarity * weight)
        return found

    def _near(self, word: str) -> Iterator[str]:
        if any(letter.isdigit() for letter in word) or len(word) < _SHORT_SLIP:
            return
        limit = 2 if len(word) >= _LONG_SLIP else 1
        for known in self._weights:
            if known.startswith(word) or (known[0] == word[0] and edits(word, known, limit) <= limit):
                yield known

    @staticmethod
    def _scored(record: Found, score: float, here: set[str]) -> Found:
        place = _HERE if record.usps in here else 1.0
        whole = score * _KINDS[record.kind] * place
        return Found(record.iri, record.kind, record.usps, record.label, record.text, record.citation, whole)


def words(text: str, *, in_parts: bool = True) -> Iterator[str]:
    """The words of a text as they are looked up: folded, bills as one word.

    Args:
        text: the text.
        in_parts: whether the number of a section is also given in parts, as it is where records are indexed; one who
            asks for 3313.603 does not ask for 603.
    """
    folded = _BILL.sub(lambda bill: f" {bill[1]}{bill[2]}{bill[3]} ", text.casefold().replace("§", " "))
    for word in _WORD.findall(folded):
        yield _stem(word)
        if not word.isalnum() and (in_parts or not any(letter.isdigit() for letter in word)):
            yield from map(_stem, _PART.findall(word))


def _stem(word: str) -> str:
    """A word without the endings of the plural, so that one form finds the other."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def without_repeats(found: Iterable[Found]) -> Iterator[Found]:
    """The records, claims only where their state policy isn't among the records before them."""
    policies: set[str] = set()
    for record in found:
        slug = record.iri.rpartition("/")[2]
        if record.kind == "state-policy":
            policies.add(slug)
        if record.kind != "claim" or slug.partition("--")[0] not in policies:
            yield record


def _value(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""
