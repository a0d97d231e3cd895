"""Realistic policy submissions of any size, the same for the same seed, with a share of realistic mistakes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from kgtools.bench.vocabulary import ID, INSTRUMENTS, PREFIXES, SPF, STATES, STATUSES, TOPICS

_SOURCES_PER_POLICY = 5  # policies that share a source


def policies(count: int, *, seed: int = 2025, error_share: float = 0.02) -> Iterator[str]:
    """Write policies, their sources and their jurisdictions as Turtle.

    Args:
        count: the number of policies; each takes about 12 triples.
        seed: equal seeds give equal text.
        error_share: the share of policies that have one mistake.

    Returns:
        Pieces of a Turtle document.
    """
    chance = random.Random(seed)  # noqa: S311 - made-up data, not secrets
    yield PREFIXES
    yield f"spf:StateStatute <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{SPF}StatePolicy> .\n"
    for state in STATES:
        yield f'<{ID}jurisdiction/{state}> a spf:Jurisdiction ; skos:prefLabel "{state}" .\n'
    for number in range(count):
        if number % _SOURCES_PER_POLICY == 0:
            yield _source(number // _SOURCES_PER_POLICY, chance, error_share)
        yield _policy(number, chance, error_share)


def write(path: Path, count: int, *, seed: int = 2025, error_share: float = 0.02) -> None:
    """Write a Turtle file; see ``policies``."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(policies(count, seed=seed, error_share=error_share))


def _source(number: int, chance: random.Random, error_share: float) -> str:
    url = f"https://leg.example.gov/bills/{number}"
    if chance.random() < error_share:
        url = f"leg.example.gov/bills/{number}"
    day = f"2025-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return (
        f'<{ID}source/{number}> a spf:Source ; dcterms:title "Bill {number}" ; spf:url "{url}" ; '
        f'spf:accessDate "{day}"^^xsd:date .\n'
    )


def _policy(number: int, chance: random.Random, error_share: float) -> str:
    year = chance.randint(1990, 2025)
    fields = {
        "a": "spf:StateStatute" if chance.random() < 0.1 else "spf:StatePolicy",
        "skos:prefLabel": f'"Policy {number} on {chance.choice(TOPICS)}"',
        "spf:jurisdiction": f"<{ID}jurisdiction/{chance.choice(STATES)}>",
        "spf:instrument": f"spf:{chance.choice(INSTRUMENTS)}",
        "spf:citation": f'"Stat. § {number % 900}-{chance.randint(1, 99)}"',
        "spf:legalStatus": f'"{chance.choice(STATUSES)}"',
        "spf:year": str(year),
        "spf:enacted": f'"{year}-{chance.randint(1, 6):02}-{chance.randint(1, 28):02}"^^xsd:date',
        "spf:effective": f'"{year}-{chance.randint(7, 12):02}-{chance.randint(1, 28):02}"^^xsd:date',
        "spf:topic": f"<{ID}topic/{chance.choice(TOPICS)}>",
        "spf:source": f"<{ID}source/{number // _SOURCES_PER_POLICY}>",
    }
    if chance.random() < error_share:
        chance.choice(_MISTAKES)(fields)
    body = " ; ".join(f"{name} {value}" for name, value in fields.items() if value)
    return f"<{ID}policy/{number}> {body} .\n"


def _mistake(name: str, value: str) -> Callable[[dict[str, str]], None]:
    def spoil(fields: dict[str, str]) -> None:
        fields[name] = value

    return spoil


_MISTAKES = (
    _mistake("skos:prefLabel", ""),
    _mistake("skos:prefLabel", f'"{"long " * 30}"'),
    _mistake("spf:jurisdiction", f"<{ID}jurisdiction/XX>"),
    _mistake("spf:instrument", "spf:Rumour"),
    _mistake("spf:citation", '"§"'),
    _mistake("spf:legalStatus", '"Enacted"'),
    _mistake("spf:year", '"2020"'),
    _mistake("spf:year", "1890"),
    _mistake("spf:enacted", '"2020-02-30"^^xsd:date'),
    _mistake("spf:effective", '"1901-01-01"^^xsd:date'),
    _mistake("spf:topic", '"funding"'),
    _mistake("spf:source", ""),
)
