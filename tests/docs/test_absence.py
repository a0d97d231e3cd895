"""No text may say or imply that a policy is absent, unless somebody looked or a source says so; and the method page
gives the answers and the certainties that the rules give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.answers.evidence.standing import LEVELS
from kgtools.core.namespaces import ID, SKOS
from kgtools.graph.reading import read_triples
from tests.conftest import ROOT

SPOKEN = [
    *(ROOT / "queries").rglob("*.rq"),
    *(ROOT / "kgtools").rglob("*.py"),
    *(ROOT / "kgtools").rglob("*.html"),
    *(ROOT / "kgtools" / "publish").rglob("*.txt"),
    *(f for f in (ROOT / "kgtools" / "publish" / "site" / "assets").glob("*.js")),
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "ontology").glob("*.ttl"),
    ROOT / "README.md",
]
_SILENCE_AS_NEWS = re.compile(
    r"\b(nothing|none|no (policy|claim|record)s?)( is| are)? on record\b|could[- ]not[- ]determine"
    r"|\b(looked|tried|searched) in vain\b",
    re.IGNORECASE,
)
_ABSENCE = re.compile(
    r"\b(states?|jurisdictions?|territor(y|ies)|Utah)\b[^.;|]*\b(has|have|had) (none\b|no (such )?polic)"
    r"|\bno such polic|\bthere (is|are) no (state |such )?polic",
    re.IGNORECASE,
)
_GUARDED = re.compile(r"\b(not|never|neither|n't)\b[^.]*\bmean|\bsource\b|\bsomebody looked\b|\bmay\b", re.IGNORECASE)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, put together again where quotes, comment signs and tags break them."""
    whole = re.sub(r'"\s*\n\s*f?"|<[^>\n]+>|^#\+|^\s*(#|\*|//)', " ", text, flags=re.MULTILINE)
    yield from re.split(r"(?<=[.?!;:|])\s", re.sub(r"\s+", " ", whole))


def told(text: str) -> list[str]:
    """The sentences that take silence for news, or speak of absence and don't say what it rests on or doesn't mean."""
    every = [*sentences(text), ""]
    return [
        one
        for one, following in pairwise(every)
        if _SILENCE_AS_NEWS.search(one) or (_ABSENCE.search(one) and not _GUARDED.search(f"{one} {following}"))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<p>Nothing on record bears on this policy.</p>",
        "Utah has no such policy.",
        '"In this jurisdiction "\n    "there is no policy."',
        "#+   The states that have no such policy\n#+   come last.",
        "#+ Only these could not determine it",
    ],
)
def test_a_text_that_implies_absence_is_found(text: str) -> None:
    assert told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Nobody has looked for its policies. That does not mean that it has none.",
        "A source says that the state has no such policy.",
        "Where somebody looked, the state has no policy that was found.",
    ],
)
def test_a_text_that_says_what_it_rests_on_is_let_pass(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize("file", SPOKEN, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_no_text_implies_absence_without_a_look_or_a_source(file: Path) -> None:
    assert told(file.read_text(encoding="utf-8")) == []


def _rows(heading: str) -> list[str]:
    page = (ROOT / "docs" / "explanation" / "method.md").read_text(encoding="utf-8")
    part = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in part.splitlines() if line.startswith("|")]
    return [row for row in rows if row not in {"answer", "certainty", "---"}]


def _labels(kind: str) -> list[str]:
    return [
        t.object.value
        for t in read_triples(ROOT / "ontology" / "schemes.ttl")
        if isinstance(t.subject, ox.NamedNode)
        and t.subject.value.startswith(f"{ID}{kind}/")
        and t.predicate.value == SKOS + "prefLabel"
        and isinstance(t.object, ox.Literal)
    ]


def test_the_method_page_gives_the_answers_of_the_rule_in_order() -> None:
    assert _rows("How a determination is derived") == list(LEVELS.values())
    assert sorted(LEVELS.values()) == sorted(_labels("determination-value"))
    rule = (ROOT / "queries" / "derive" / "determinations.rq").read_text(encoding="utf-8")
    given = re.findall(r"\bdetermination-value:([a-z-]+)", rule.partition("IF(?best")[2].partition("AS ?value")[0])
    assert given == list(LEVELS)


def test_the_method_page_gives_the_certainties_of_the_rule_in_order() -> None:
    assert _rows("How certainty is derived") == ["high", "medium", "low"]
    assert sorted(_rows("How certainty is derived")) == sorted(_labels("certainty"))
    rule = (ROOT / "queries" / "derive" / "certainties.rq").read_text(encoding="utf-8")
    assert re.findall(r"\bcertainty:([a-z]+)", rule) == ["high", "medium", "low"]
