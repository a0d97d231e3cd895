"""Records with the documents that prove them, and the citations of an answer.

Anyone who quotes an answer should quote its evidence: which document says so, when it was read, how sure the
statement is, and whether the document states it or it was inferred from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kgtools.core.errors import UserError
from kgtools.core.namespaces import BASE, ID, KINDS, RDF, SKOS, SPF, shortened
from kgtools.core.suggest import nearest
from kgtools.graph.store import Solutions, Store, Term

NOTES: Final = (
    "The names of the eight conditions are this project's reconstruction; the framework's own names were not found in "
    "public material.",
    "'Not reviewed', 'looked for, not found' and 'status unknown' never mean no: only 'confirmed absent' does.",
)
"""What anyone who passes an answer on must say with it."""

_PREFIXES: Final = f"PREFIX spf: <{SPF}> PREFIX skos: <{SKOS}> "
_INDEX: Final = (
    _PREFIXES
    + """SELECT DISTINCT ?record ?label ?usps WHERE {
  { ?record spf:hasSource ?source } UNION { ?record spf:restsOn ?provision } UNION { ?record spf:evidence ?claim }
  UNION { ?record a spf:Source ; spf:url ?address }
  OPTIONAL { ?record spf:jurisdiction/spf:uspsCode ?usps }
  OPTIONAL { ?record skos:prefLabel ?own }
  OPTIONAL { ?record a spf:Determination ; spf:concerns/skos:prefLabel ?about }
  BIND(COALESCE(?address, ?own, ?about) AS ?label)
} ORDER BY ?record"""
)
_SOURCES: Final = (
    _PREFIXES
    + """SELECT DISTINCT ?record ?title ?url ?accessed ?kind ?publisher ?sure ?how WHERE {
  VALUES ?record { %s }
  { ?record spf:hasSource ?source } UNION { ?record a spf:Source BIND(?record AS ?source) }
  UNION { ?record spf:restsOn/spf:hasSource ?source } UNION { ?record spf:evidence/spf:restsOn/spf:hasSource ?source }
  ?source skos:prefLabel ?title ; spf:url ?url .
  OPTIONAL { ?source spf:dateAccessed ?accessed }
  OPTIONAL { ?source spf:sourceKind/skos:prefLabel ?kind }
  OPTIONAL { ?source spf:publishedBy/skos:prefLabel ?publisher }
  OPTIONAL { ?record spf:certainty/skos:prefLabel ?sure }
  OPTIONAL { ?record spf:epistemicStatus/skos:prefLabel ?how }
} ORDER BY ?record ?url"""
)
_STATEMENTS: Final = (
    _PREFIXES
    + """SELECT ?property ?value ?name WHERE {
  VALUES ?record { %s }
  ?record ?predicate ?object .
  OPTIONAL { ?predicate skos:prefLabel ?property }
  OPTIONAL { ?object skos:prefLabel ?name }
  BIND(?object AS ?value)
  FILTER(BOUND(?property))
} ORDER BY ?property ?name ?value"""
)
_REFERRING: Final = (
    _PREFIXES
    + """SELECT DISTINCT ?other WHERE {
  VALUES ?record { %s }
  ?other ?predicate ?record .
  FILTER(STRSTARTS(STR(?other), STR(<"""
    + ID
    + """>)))
} ORDER BY ?other LIMIT 100"""
)


class RecordError(UserError):
    """There is no such record; the message names the nearest."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A document that was read for a record.

    Attributes:
        record: the identifier of the record that it proves.
        title: the document's title.
        url: its address.
        accessed: the day on which it was read, as YYYY-MM-DD; empty where that isn't on record.
        kind: how near it is to the policy: official, mirror, secondary.
        publisher: who published it.
        certainty: how sure the record is.
        epistemic_status: whether the document states it, it was inferred, or reconstructed by this project.
    """

    record: str
    title: str
    url: str
    accessed: str
    kind: str
    publisher: str
    certainty: str
    epistemic_status: str


@dataclass(frozen=True, slots=True)
class CitedRecord:
    """A record of the graph.

    Attributes:
        iri: its identifier.
        label: its name.
        kind: its class.
        statements: what is said of it: values by the name of the property, names instead of identifiers.
        sources: the documents that prove it.
        referring: the identifiers of records that refer to it, at most 100.
    """

    iri: str
    label: str
    kind: str
    statements: Mapping[str, tuple[str, ...]]
    sources: tuple[Citation, ...]
    referring: tuple[str, ...]


def find_record(store: Store, written: str) -> CitedRecord:
    """A record by its identifier, its short form (``state-policy:ut-…``), its path, or its last part alone.

    Args:
        store: where it is looked up.
        written: what the user wrote.

    Raises:
        RecordError: there is none, or several; the message says what is nearest, or which they are.
    """
    iri = _resolved(store, written.strip())
    statements: dict[str, list[str]] = defaultdict(list)
    for name, value, label in store.select(_STATEMENTS % ox.NamedNode(iri)).rows:
        text = _text(label) or (shortened(value.value) if isinstance(value, ox.NamedNode) else _text(value))
        if text not in statements[_text(name)]:
            statements[_text(name)].append(text)
    kind = KINDS[iri.removeprefix(ID).partition("/")[0]]
    labels = store.select(_label_query(iri)).rows
    return CitedRecord(
        iri=iri,
        label=_text(labels[0][0]) if labels else iri.rpartition("/")[2],
        kind=kind,
        statements={name: tuple(values) for name, values in statements.items()},
        sources=citations_of(store, [iri]),
        referring=tuple(_text(row[0]) for row in store.select(_REFERRING % ox.NamedNode(iri)).rows),
    )


def citations_of(store: Store, records: Iterable[str]) -> tuple[Citation, ...]:
    """The documents that prove records, in the order of the records.

    Args:
        store: where they are looked up.
        records: the identifiers of the records; that of a source stands for itself.
    """
    wanted = {iri: place for place, iri in enumerate(records)}
    if not wanted:
        return ()
    rows = store.select(_SOURCES % " ".join(str(ox.NamedNode(iri)) for iri in wanted)).rows
    found = sorted((Citation(*map(_text, row)) for row in rows), key=lambda citation: wanted[citation.record])
    cited = {citation.url for citation in found if not _is_source(citation.record)}
    return tuple(c for c in found if not _is_source(c.record) or c.url not in cited)


class CitationIndex:
    """Finds the records that an answer is about, by the names and identifiers in its cells.

    Args:
        store: the graph; it is read once.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_text: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for record, label, usps in store.select(_INDEX).rows:
            iri = _text(record)
            path = iri.removeprefix(ID)
            for text in {iri, path, path.rpartition("/")[2], _text(label)} - {""}:
                self._by_text[text].append((iri, _text(usps)))

    def records(self, answer: Solutions, jurisdictions: Iterable[str] = ()) -> list[str]:
        """The identifiers of the records that the rows of an answer are about, in the order of the rows.

        Args:
            answer: the answer.
            jurisdictions: the postal codes that the question was about, where it was about some.
        """
        asked = {code.strip().upper() for code in jurisdictions if code.strip()}
        found: dict[str, None] = {}
        for row in answer.rows:
            cells = dict(zip(answer.variables, map(_text, row), strict=True))
            places = {cells["usps"]} if cells.get("usps") else asked
            for text in cells.values():
                for iri, usps in self._by_text.get(text, ()):
                    if _fits(iri, usps, places):
                        found.setdefault(iri)
        return list(found)

    def citations(self, answer: Solutions, jurisdictions: Iterable[str] = ()) -> tuple[Citation, ...]:
        """The documents that prove what an answer says; none for an answer of counts alone."""
        return citations_of(self._store, self.records(answer, jurisdictions))


def _fits(iri: str, usps: str, places: set[str]) -> bool:
    """Whether a name means a record; a determination bears its policy's, so that its place must be given, too."""
    if iri.startswith(f"{ID}determination/"):
        return usps in places
    return not usps or not places or usps in places


def _is_source(iri: str) -> bool:
    return iri.startswith(f"{ID}source/")


def _label_query(iri: str) -> str:
    return f"{_PREFIXES} SELECT ?label WHERE {{ {ox.NamedNode(iri)} skos:prefLabel ?label }} LIMIT 1"


def _resolved(store: Store, written: str) -> str:
    kind, separator, slug = written.removeprefix(ID).replace(":", "/", 1).partition("/")
    if not separator:
        kind, slug = "", kind
    known = _records_of(store, kind) if kind in KINDS or not kind else []
    matching = [iri for iri in known if iri.rpartition("/")[2] == slug]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise RecordError(
            f"'{_shown(written)}' matches several records: {', '.join(i.removeprefix(ID) for i in matching)}."
        )
    guess = nearest(slug, [iri.rpartition("/")[2] for iri in known])
    near = next((iri.removeprefix(ID) for iri in known if guess and iri.endswith(f"/{guess}")), "")
    hint = f" Did you mean '{near}'?" if near else ""
    kinds = "" if kind in KINDS or not kind else f" The kinds are {', '.join(sorted(KINDS))}."
    raise RecordError(
        f"There is no record '{_shown(written)}'.{hint}{kinds} Write its identifier, or its kind and last part, "
        "such as state-policy/ut-pcbl-grants."
    )


def _records_of(store: Store, kind: str) -> list[str]:
    space = f"{ID}{kind}/" if kind else ID
    query = f'SELECT DISTINCT ?r WHERE {{ ?r <{RDF}type> ?c FILTER(STRSTARTS(STR(?r), "{space}")) }} ORDER BY ?r'
    return [_text(row[0]) for row in store.select(query).rows]


def _shown(written: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in written.removeprefix(BASE))[:80]


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else ""
