"""Realistic policy submissions of any size, the same for the same seed, with a share of realistic mistakes.

They use the project's own vocabulary, and are meant to be read together with its ontology and reference data.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from tools.bench.vocabulary import ASKED, EXTENTS, INSTRUMENTS, PREFIXES, PUBLISHER, STATES, STATUSES, TOPICS

Fields: TypeAlias = dict[str, str]

_SOURCES: Final = "sources"
_POLICIES_PER_SOURCE: Final = 5
_POLICIES_PER_CLAIM: Final = 5
_WORDS: Final = (
    "Lets districts award credit for demonstrated mastery in place of hours spent in class, and asks each to publish "
    "how it judges mastery."
)


def policies(count: int, *, seed: int = 2025, error_share: float = 0.02) -> Iterator[str]:
    """Write one submission a state, with its policies, their sources and claims on them, as Turtle.

    Args:
        count: the number of policies; each takes about 21 triples with its share of other records.
        seed: equal seeds give equal text.
        error_share: the share of records that have one mistake.

    Returns:
        Pieces of a Turtle document.
    """
    yield PREFIXES
    for _, text in _pieces(count, seed, error_share):
        yield text


def write(path: Path, count: int, *, seed: int = 2025, error_share: float = 0.02) -> None:
    """Write a Turtle file; see ``policies``."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(policies(count, seed=seed, error_share=error_share))


def write_folder(folder: Path, count: int, *, seed: int = 2025, error_share: float = 0.02) -> tuple[Path, ...]:
    """Write the same records as a file a state, such as ``ut.ttl``, and ``sources.ttl``; see ``policies``.

    Args:
        folder: where the files go; it is made where it is missing, and files of these names are replaced.
        count: the number of policies.
        seed: equal seeds give equal files.
        error_share: the share of records that have one mistake.

    Returns:
        The files, sorted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as open_files:
        parts = {
            part: open_files.enter_context((folder / f"{part}.ttl").open("w", encoding="utf-8"))
            for part in (*STATES, _SOURCES)
        }
        for file in parts.values():
            file.write(PREFIXES)
        for part, text in _pieces(count, seed, error_share):
            parts[part].write(text)
    return tuple(sorted(folder / f"{part}.ttl" for part in parts))


def _pieces(count: int, seed: int, error_share: float) -> Iterator[tuple[str, str]]:
    """The records in order, each with its state, or ``sources`` for a source."""
    chance = random.Random(seed)  # noqa: S311 - made-up data, not secrets
    for state in STATES:
        yield state, _written(f"submission:{state}-bench", _submission(state))
    for number in range(count):
        if number % _POLICIES_PER_SOURCE == 0:
            source = _source(number, chance)
            yield _SOURCES, _record(f"source:bench-{number // _POLICIES_PER_SOURCE}", source, chance, error_share)
        state = chance.choice(STATES)
        policy = _policy(number, state, chance)
        yield state, _record(f"state-policy:{state}-bench-{number}", policy, chance, error_share)
        if number % _POLICIES_PER_CLAIM == 0:
            yield state, _written(f"provision:{state}-bench-{number}", _provision(number, chance))
            claim = _claim(number, state, chance)
            yield state, _record(f"claim:{state}-bench-{number}", claim, chance, error_share)


def _record(name: str, fields: Fields, chance: random.Random, error_share: float) -> str:
    if chance.random() < error_share:
        chance.choice(_MISTAKES[name.partition(":")[0]])(fields)
    return _written(name, fields)


def _written(name: str, fields: Fields) -> str:
    body = " ;\n  ".join(f"{predicate} {value}" for predicate, value in fields.items() if value)
    return f"{name} {body} .\n"


def _submission(state: str) -> Fields:
    return {
        "a": "spf:Submission",
        "skos:prefLabel": f'"Submission of {state.upper()}"@en',
        "spf:jurisdiction": f"jurisdiction:{state}",
        "spf:submittedBy": f"organization:{PUBLISHER}",
        "spf:dateSubmitted": '"2026-11-20"^^xsd:date',
        "spf:shapesVersion": '"0.1.0"',
        "spf:summary": '"What the state reports for the year."@en',
    }


def _source(number: int, chance: random.Random) -> Fields:
    return {
        "a": "owl:NamedIndividual, spf:Source",
        "skos:prefLabel": f'"Bill {number}, {chance.choice(TOPICS)}"@en',
        "spf:url": _address(number),
        "spf:publishedBy": f"organization:{PUBLISHER}",
        "spf:sourceKind": "source-kind:official",
        "spf:dateAccessed": _day(2026, chance, 1, 11),
    }


def _address(number: int) -> str:
    return f'"https://leg.example.gov/bills/{number}"^^xsd:anyURI'


def _policy(number: int, state: str, chance: random.Random) -> Fields:
    year, topic = chance.randint(1990, 2025), chance.choice(TOPICS)
    return {
        "a": "owl:NamedIndividual, spf:StatePolicy",
        "skos:prefLabel": f'"Policy {number} on {topic.replace("-", " ")}"@en',
        "spf:jurisdiction": f"jurisdiction:{state}",
        "spf:inSubmission": f"submission:{state}-bench",
        "spf:instrument": f"instrument:{chance.choice(INSTRUMENTS)}",
        "spf:citation": f'"Stat. § {number % 900}-{chance.randint(1, 99)}"',
        "spf:legalStatus": f"legal-status:{chance.choice(STATUSES)}",
        "spf:yearAdopted": str(year),
        "spf:dateEffective": _day(year, chance, 7, 12),
        "spf:topic": f"topic:{topic}",
        "spf:summary": f'"Policy {number}: {_WORDS}"@en',
        "spf:hasSource": f"source:bench-{number // _POLICIES_PER_SOURCE}",
        "spf:epistemicStatus": "epistemic-status:stated",
        "spf:certainty": f"certainty:{chance.choice(('high', 'medium', 'low'))}",
        "spf:dateReviewed": '"2026-11-23"^^xsd:date',
    }


def _provision(number: int, chance: random.Random) -> Fields:
    return {
        "a": "owl:NamedIndividual, spf:Provision",
        "spf:hasSource": f"source:bench-{number // _POLICIES_PER_SOURCE}",
        "spf:locator": f'"§ {number % 900}-{chance.randint(1, 99)}"',
        "spf:readingManner": "reading-manner:opening",
        "spf:dateRead": _day(2026, chance, 1, 11),
    }


def _claim(number: int, state: str, chance: random.Random) -> Fields:
    return {
        "a": "owl:NamedIndividual, spf:AlignmentClaim",
        "spf:alignsStatePolicy": f"state-policy:{state}-bench-{number}",
        "spf:alignsWith": f"transformative-policy:{chance.choice(ASKED)}",
        "spf:inSubmission": f"submission:{state}-bench",
        "spf:extent": f"extent:{chance.choice(EXTENTS)}",
        "spf:rationale": '"The text asks for what the framework recommends."@en',
        "spf:restsOn": f"provision:{state}-bench-{number}",
        "spf:epistemicStatus": "epistemic-status:inferred",
        "spf:certainty": "certainty:medium",
        "spf:dateReviewed": '"2026-11-23"^^xsd:date',
    }


def _day(year: int, chance: random.Random, first: int, last: int) -> str:
    return f'"{year}-{chance.randint(first, last):02}-{chance.randint(1, 28):02}"^^xsd:date'


@dataclass(frozen=True, slots=True)
class _Mistake:
    """A mistake that puts something else in the place of a property's value, or leaves it out."""

    name: str
    value: str

    def __call__(self, fields: Fields) -> None:
        fields[self.name] = self.value


def mistakes(kind: str) -> list[tuple[str, str]]:
    """The mistakes that replace a value, as property and new value in Turtle; empty where the value is left out.

    Args:
        kind: ``state-policy``, ``source`` or ``claim``.
    """
    return [(each.name, each.value) for each in _MISTAKES[kind] if isinstance(each, _Mistake)]


def _address_without_scheme(fields: Fields) -> None:
    fields["spf:url"] = fields["spf:url"].replace("https://", "")


def _same_address(fields: Fields) -> None:
    """Describe the source before (or after, for the first) once more: duplicates come in pairs, not all in one heap."""
    number = int(fields["spf:url"].partition("bills/")[2].partition('"')[0])
    other = number - _POLICIES_PER_SOURCE if number else _POLICIES_PER_SOURCE
    fields["spf:url"] = _address(other)


_MISTAKES: Final[dict[str, tuple[Callable[[Fields], None], ...]]] = {
    "state-policy": (
        _Mistake("skos:prefLabel", ""),
        _Mistake("skos:prefLabel", '"A name without a language"'),
        _Mistake("spf:jurisdiction", "jurisdiction:xx"),
        _Mistake("spf:jurisdiction", "jurisdiction:pr"),
        _Mistake("spf:instrument", "instrument:rumour"),
        _Mistake("spf:citation", ""),
        _Mistake("spf:citation", '"the statute book"'),
        _Mistake("spf:legalStatus", '"in force"'),
        _Mistake("spf:legalStatus", "legal-status:repealed"),
        _Mistake("spf:yearAdopted", '"2020"'),
        _Mistake("spf:yearAdopted", "1690"),
        _Mistake("spf:yearAdopted", "2019, 2020"),
        _Mistake("spf:dateEffective", '"2020-02-30"^^xsd:date'),
        _Mistake("spf:dateEffective", '"1901-01-01"^^xsd:date'),
        _Mistake("spf:dateEnded", '"1902-06-30"^^xsd:date'),
        _Mistake("spf:topic", '"funding"'),
        _Mistake("spf:summary", f'"{"long " * 60}"@en'),
        _Mistake("spf:hasSource", ""),
        _Mistake("spf:dateReviewed", ""),
    ),
    "source": (
        _address_without_scheme,
        _same_address,
        _Mistake("spf:publishedBy", ""),
        _Mistake("spf:dateAccessed", '"yesterday"'),
    ),
    "claim": (
        _Mistake("spf:alignsWith", "transformative-policy:none-such"),
        _Mistake("spf:extent", '"full"'),
        _Mistake("spf:rationale", ""),
    ),
}
