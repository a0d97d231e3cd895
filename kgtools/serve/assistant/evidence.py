"""The evidence of each row of an answer: its page, its sources, and how sure it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kgtools.answers.citations import Citation, CitationIndex, citations_of
from kgtools.core.namespaces import BASE, ID
from kgtools.graph.store import Solutions, Store

_RECORDS: Final = 3  # of a row that are cited, the most telling first
_SOURCES: Final = 3  # of a row
_TELLING: Final = (
    "claim",
    "determination",
    "state-policy",
    "rating",
    "adaptation",
    "authority",
    "transformative-policy",
    "condition",
)
_NEAREST: Final = ("official", "mirror", "secondary")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one row rests on.

    Attributes:
        page: the address of the record that the row is most about.
        sources: the keys of its sources in the answer's list.
        certainty: how sure the record is; empty where none is given.
        how: whether a source states it, it was inferred, or reconstructed.
    """

    page: str
    sources: tuple[str, ...]
    certainty: str = ""
    how: str = ""

    def as_dict(self) -> dict[str, Any]:
        """It as an answer gives it, without what is empty."""
        told = {"page": self.page, "sources": list(self.sources), "certainty": self.certainty, "how": self.how}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class RowEvidence:
    """What the rows of an answer rest on.

    Attributes:
        rows: the evidence of each row, in order.
        sources: the sources of these rows alone, by key.
    """

    rows: tuple[Evidence, ...]
    sources: Mapping[str, Mapping[str, str]]

    @classmethod
    def of_records(cls, store: Store, records: Sequence[str]) -> RowEvidence:
        """The evidence of records, one row each."""
        return _collected(store, [[record] for record in records], None)


def row_evidence(
    store: Store, index: CitationIndex, page: Solutions, places: Iterable[str], data_set: Mapping[str, str]
) -> RowEvidence:
    """The evidence of the rows of an answer.

    Args:
        store: where it is looked up.
        index: finds the records that a row is about.
        page: the rows.
        places: the postal codes that the question was about.
        data_set: the source of a row that counts records and is about no single one.
    """
    asked = list(places)
    records = [
        sorted(index.records(Solutions(page.variables, (row,)), asked), key=_rank)[:_RECORDS] for row in page.rows
    ]
    return _collected(store, records, data_set)


def _collected(store: Store, records: Sequence[Sequence[str]], data_set: Mapping[str, str] | None) -> RowEvidence:
    cited: dict[str, list[Citation]] = defaultdict(list)
    for citation in citations_of(store, dict.fromkeys(iri for row in records for iri in row)):
        cited[citation.record].append(citation)
    keys: dict[str, str] = {}
    sources: dict[str, Mapping[str, str]] = {}
    rows = []
    for row in records:
        chosen = _chosen([cited[iri] for iri in row])
        for citation in chosen:
            if citation.url not in keys:
                keys[citation.url] = f"s{len(keys) + 1}"
                sources[keys[citation.url]] = _source(citation)
        about = next((c for iri in row for c in cited[iri]), None)
        evidence = Evidence(row[0] if row else BASE, tuple(keys[c.url] for c in chosen))
        if about:
            evidence = replace(evidence, certainty=about.certainty, how=about.epistemic_status)
        if not chosen and data_set:
            sources["data"] = data_set
            evidence = replace(evidence, sources=("data",))
        rows.append(evidence)
    return RowEvidence(tuple(rows), sources)


def _chosen(cited: Sequence[Sequence[Citation]]) -> list[Citation]:
    """The nearest source of each record, then the second nearest of the first one, as many as a row is given."""
    ordered = [sorted(citations, key=_nearness) for citations in cited]
    every = [citations[0] for citations in ordered if citations] + [
        c for citations in ordered[:1] for c in citations[1:]
    ]
    return list({citation.url: citation for citation in every}.values())[:_SOURCES]


def _source(citation: Citation) -> dict[str, str]:
    told = {
        "title": citation.title[:160],
        "url": citation.url,
        "read": citation.accessed,
        "kind": citation.kind,
        "publisher": citation.publisher[:80],
    }
    return {name: value for name, value in told.items() if value}


def _nearness(citation: Citation) -> int:
    first = citation.kind.partition(" ")[0]
    return _NEAREST.index(first) if first in _NEAREST else len(_NEAREST)


def _rank(iri: str) -> int:
    kind = iri.removeprefix(ID).partition("/")[0]
    return _TELLING.index(kind) if kind in _TELLING else len(_TELLING)
