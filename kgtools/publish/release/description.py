"""What a release says of itself: DCAT 3 and VoID in Turtle, and schema.org's Dataset in JSON-LD, all counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from kgtools.core.namespaces import BASE, DCAT, DCTERMS, FOAF, ID, RDF, RDFS, SPF, VOID, XSD
from kgtools.graph.turtle import canonical_turtle

LICENSE_URL: Final = "https://creativecommons.org/licenses/by/4.0/"
"""The license of everything in a release but the code."""

_SPDX: Final = "http://spdx.org/rdf/terms#"
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
MEDIA_TYPES: Final = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
    ".sqlite": "application/vnd.sqlite3",
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".html": "text/html",
    ".json": "application/json",
}
"""The media types of a release's files, by ending."""


@dataclass(frozen=True, slots=True)
class About:
    """What a release is, where the graph doesn't say.

    Attributes:
        version: its version.
        released: the day, as ``YYYY-MM-DD``.
        title: its title.
        abstract: what it holds, in a few sentences.
        keywords: what it is about.
        creator: who made it.
    """

    version: str
    released: str
    title: str
    abstract: str
    keywords: tuple[str, ...]
    creator: str

    @property
    def address(self) -> str:
        """Where the files of this release are published."""
        return f"{BASE}release/{self.version}/"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file of the release: its path, size in bytes, and SHA-256."""

    path: str
    size: int
    sha256: str


def write_dcat(about: About, files: Sequence[FileFacts], triples: Sequence[ox.Triple]) -> str:
    """Describe the dataset and its distributions in DCAT 3, as Turtle."""
    dataset = BASE + "dataset"
    release = f"{dataset}/{about.version}"
    statements = [
        *_described(dataset, about, triples),
        (dataset, RDF + "type", DCAT + "Dataset"),
        (dataset, DCAT + "hasCurrentVersion", release),
        (dataset, DCAT + "hasVersion", release),
        *_described(release, about, triples),
        (release, RDF + "type", DCAT + "Dataset"),
        (release, DCAT + "isVersionOf", dataset),
        (release, DCAT + "version", ox.Literal(about.version)),
        (release, DCTERMS + "issued", _date(about.released)),
    ]
    for facts in files:
        statements += _distribution(release, about, facts)
    return canonical_turtle(_triples(statements))


def _described(subject: str, about: About, triples: Sequence[ox.Triple]) -> Iterator[tuple[str, str, object]]:
    yield from (
        (subject, DCTERMS + "title", ox.Literal(about.title, language="en")),
        (subject, DCTERMS + "description", ox.Literal(about.abstract, language="en")),
        (subject, DCTERMS + "creator", BASE + "maintainers"),
        (subject, DCTERMS + "publisher", BASE + "maintainers"),
        (subject, DCTERMS + "license", LICENSE_URL),
        (subject, DCTERMS + "language", "http://id.loc.gov/vocabulary/iso639-1/en"),
        (subject, DCTERMS + "modified", _date(about.released)),
        (BASE + "maintainers", RDF + "type", FOAF + "Agent"),
        (BASE + "maintainers", FOAF + "name", ox.Literal(about.creator)),
    )
    yield from ((subject, DCAT + "keyword", ox.Literal(word, language="en")) for word in about.keywords)
    yield from ((subject, DCTERMS + "spatial", place) for place in _of_class(triples, SPF + "Jurisdiction"))
    yield from ((subject, DCAT + "theme", topic) for topic in _of_class(triples, SPF + "Topic"))


def _distribution(release: str, about: About, facts: FileFacts) -> Iterator[tuple[str, str, object]]:
    address = about.address + facts.path
    checksum = f"{address}#sha256"
    yield from (
        (release, DCAT + "distribution", address),
        (address, RDF + "type", DCAT + "Distribution"),
        (address, DCTERMS + "title", ox.Literal(facts.path)),
        (address, DCAT + "downloadURL", address),
        (address, DCAT + "byteSize", ox.Literal(str(facts.size), datatype=ox.NamedNode(XSD + "nonNegativeInteger"))),
        (address, DCTERMS + "license", LICENSE_URL),
        (address, _SPDX + "checksum", checksum),
        (checksum, RDF + "type", _SPDX + "Checksum"),
        (checksum, _SPDX + "algorithm", _SPDX + "checksumAlgorithm_sha256"),
        (checksum, _SPDX + "checksumValue", ox.Literal(facts.sha256, datatype=ox.NamedNode(XSD + "hexBinary"))),
    )
    media = MEDIA_TYPES.get("." + facts.path.rsplit(".", 1)[-1])
    if media:
        yield (address, DCAT + "mediaType", _MEDIA + media)


def write_void(about: About, triples: Sequence[ox.Triple], graphs: Mapping[str, int]) -> str:
    """Describe the graph in VoID, as Turtle: counts, vocabularies, partitions by class and property, a subset per file.

    Args:
        about: what the release is.
        triples: ontology, shapes and data.
        graphs: how many triples each named graph holds.
    """
    dataset = BASE + "dataset"
    subjects, objects = (
        {t.subject for t in triples},
        {t.object for t in triples if not isinstance(t.object, ox.Literal)},
    )
    properties = Counter(t.predicate.value for t in triples)
    classes = Counter(_iri(t.object) for t in triples if t.predicate.value == RDF + "type")
    example = min((_iri(s) for s in subjects if _iri(s).startswith(ID + "state-policy/")), default=dataset)
    statements: list[tuple[str, str, object]] = [
        (dataset, RDF + "type", VOID + "Dataset"),
        (dataset, DCTERMS + "title", ox.Literal(about.title, language="en")),
        (dataset, VOID + "triples", _integer(len(triples))),
        (dataset, VOID + "distinctSubjects", _integer(len(subjects))),
        (dataset, VOID + "distinctObjects", _integer(len(objects))),
        (dataset, VOID + "entities", _integer(sum(_iri(s).startswith(ID) for s in subjects))),
        (dataset, VOID + "classes", _integer(len(classes))),
        (dataset, VOID + "properties", _integer(len(properties))),
        (dataset, VOID + "uriSpace", ox.Literal(BASE)),
        (dataset, VOID + "exampleResource", example),
        (dataset, VOID + "dataDump", about.address + "spf-kg.nt"),
    ]
    statements += ((dataset, VOID + "vocabulary", space) for space in sorted({_space(p) for p in properties}))
    statements += _partitions(dataset, "class", "class", "entities", classes)
    statements += _partitions(dataset, "property", "property", "triples", properties)
    for graph, size in sorted(graphs.items()):
        statements += [
            (dataset, VOID + "subset", graph),
            (graph, RDF + "type", VOID + "Dataset"),
            (graph, VOID + "triples", _integer(size)),
        ]
    return canonical_turtle(_triples(statements))


def _partitions(
    dataset: str, kind: str, key: str, measure: str, counts: Mapping[str, int]
) -> Iterator[tuple[str, str, object]]:
    for iri, number in sorted(counts.items()):
        if iri:
            node = f"{dataset}/{kind}/{iri.rstrip('/#').rsplit('/', 1)[-1].replace('#', '-')}"
            yield (dataset, f"{VOID}{kind}Partition", node)
            yield (node, VOID + key, iri)
            yield (node, VOID + measure, _integer(number))


def write_schema_org(about: About, files: Sequence[FileFacts]) -> str:
    """Describe the dataset with schema.org's Dataset, for search engines, as JSON-LD."""
    document: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": BASE + "dataset",
        "name": about.title,
        "description": about.abstract,
        "version": about.version,
        "datePublished": about.released,
        "license": LICENSE_URL,
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "spatialCoverage": {"@type": "Place", "name": "United States"},
        "creator": {"@type": "Organization", "name": about.creator},
        "keywords": list(about.keywords),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": facts.path,
                "contentUrl": about.address + facts.path,
                "encodingFormat": MEDIA_TYPES.get("." + facts.path.rsplit(".", 1)[-1], "application/octet-stream"),
                "contentSize": f"{facts.size} B",
                "sha256": facts.sha256,
            }
            for facts in files
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _of_class(triples: Iterable[ox.Triple], iri: str) -> list[str]:
    kind = ox.NamedNode(iri)
    members = {_iri(t.subject) for t in triples if t.predicate.value == RDF + "type" and t.object == kind}
    subclasses = [t.subject for t in triples if t.predicate.value == RDFS + "subClassOf" and t.object == kind]
    for lower in subclasses:
        members |= set(_of_class(triples, _iri(lower)))
    return sorted(members)


def _triples(statements: Iterable[tuple[str, str, object]]) -> Iterator[ox.Triple]:
    for subject, predicate, target in statements:
        term = target if isinstance(target, ox.Literal) else ox.NamedNode(str(target))
        yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), term)


def _integer(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer"))


def _date(day: str) -> ox.Literal:
    return ox.Literal(day, datatype=ox.NamedNode(XSD + "date"))


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _space(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
