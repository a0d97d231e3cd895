"""The files beside the pages: data for the scripts, downloads, and metadata for search engines."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import pyoxigraph as ox

from kgtools.answers.evidence.graph import Thing
from kgtools.answers.evidence.standing import LEVELS, SELF_REPORTED, Standing, sources_of
from kgtools.answers.questions import Question
from kgtools.core.namespaces import BASE, KINDS, PREFIXES
from kgtools.publish.release.description import LICENSE_URL, MEDIA_TYPES
from kgtools.publish.release.parts import canonical_triples
from kgtools.publish.site.addresses import address_of, addresses
from kgtools.publish.site.feeds import feeds
from kgtools.publish.site.handouts import COLUMNS, answer_rows, answer_workbook, memos
from kgtools.publish.site.pages import Page, Site

_SEARCHED: Final[dict[str, str]] = {
    "Condition": "condition",
    "TransformativePolicy": "transformative policy",
    "ImplementationAction": "action",
    "StateExample": "example",
    "StatePolicy": "state policy",
    "StateAdaptation": "adaptation",
    "Jurisdiction": "jurisdiction",
    "Topic": "topic",
    "Resource": "resource",
    "Source": "source",
    "RatingScheme": "rating scheme",
    "RatingItem": "rating item",
    "Criterion": "criterion",
}


def script_data(site: Site) -> dict[str, bytes]:
    """The data that scripts load: as scripts, since a page opened from a file may not fetch."""
    return {
        "data/search.js": _script("spfSearch", list(_search_documents(site))),
        "data/compare.js": _script("spfCompare", _comparison(site)),
        "data/questions.js": _script("spfQuestions", _asked(site)),
        "data/addresses.js": _script("spfAddresses", dict(addresses(site.graph))),
    }


def _script(name: str, value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"globalThis.{name}={text};\n".encode()


def _search_documents(site: Site) -> Iterator[dict[str, str]]:
    for class_name, kind in _SEARCHED.items():
        for thing in site.graph.all(class_name):
            place = thing if thing.kind == "jurisdiction" else thing.one("jurisdiction")
            found = {
                "id": address_of(thing),
                "kind": kind,
                "label": thing.text("localName") or thing.label if thing.kind != "criterion" else _criterion(thing),
                "place": place.label if place else "",
                "code": place.text("uspsCode") if place else "",
                "text": " ".join(_searched_texts(thing)),
                "more": " ".join(_behind(thing)),
            }
            yield {name: text for name, text in found.items() if text or name in ("place", "text")}


def _behind(policy: Thing) -> Iterator[str]:
    """What stands behind a state policy: why it counts, and what was read, each text once."""
    claims = policy.referring("alignsStatePolicy") if policy.kind == "state-policy" else []
    parts = [part for claim in claims for part in (claim, *claim.many("restsOn"))]
    texts = (text for part in parts for name in ("rationale", "locator", "summary") for text in part.texts(name))
    yield from dict.fromkeys((*texts, *policy.texts("doubt")))


def _criterion(thing: Thing) -> str:
    about = thing.one("criterionOf")
    return f"Criterion: {about.label}" if about else thing.slug


def _searched_texts(thing: Thing) -> Iterator[str]:
    names = ("summary", "skos:definition", "citation", "skos:altLabel", "lesson", "countsWhen", "uspsCode", "reason")
    for name in names:
        yield from thing.texts(name)
    yield from (topic.label for topic in thing.many("topic"))
    yield from (publisher.label for publisher in thing.many("publishedBy"))


def _comparison(site: Site) -> dict[str, Any]:
    """The conditions with their transformative policies, and for each jurisdiction what is on record."""
    evidence = site.evidence
    return {
        "conditions": [
            {
                "label": c.label,
                "page": address_of(c),
                "slug": c.slug,
                "policies": [_named(r) for r in evidence.recommendations(c)],
            }
            for c in evidence.conditions
        ],
        "levels": {level: words.capitalize() for level, words in LEVELS.items()},
        "states": {
            place.text("uspsCode"): {
                **_named(place),
                "cells": [
                    {
                        "value": cell.value,
                        "words": cell.words,
                        "standings": [_compared(standing) for standing in cell.standings],
                    }
                    for cell in evidence.row(place)
                ],
            }
            for place in (*evidence.jurisdictions, *evidence.territories)
        },
    }


def _compared(standing: Standing) -> list[Any]:
    """An answer as the script of the comparison reads it: its value, the policies, and a 1 if it is self-reported."""
    return [standing.level, [_named(p) for p in _policies(standing.claims)], *[1] * standing.self_reported]


def _policies(claims: Iterable[Thing]) -> list[Thing]:
    return [policy for claim in claims for policy in claim.many("alignsStatePolicy")]


def _named(thing: Thing) -> dict[str, str]:
    return {"label": thing.label, "page": address_of(thing)}


def _asked(site: Site) -> dict[str, Any]:
    """The canned questions, and for each kind of individual that they can be asked about, which there are."""
    types = {parameter.type for question in site.questions for parameter in question.parameters}
    return {
        "questions": [_question(question) for question in site.questions],
        "prefixes": dict(PREFIXES),
        "choices": {name: _choices(site, _KIND_OF_TYPE.get(name, name)) for name in sorted(types)},
    }


_KIND_OF_TYPE: Final = {"authority": "actor-kind"}


def _choices(site: Site, kind: str) -> list[tuple[str, str]]:
    """The individuals of a kind by IRI and label; none for a kind that isn't one, such as a year."""
    if kind not in KINDS:
        return []
    found = site.evidence.conditions if kind == "condition" else site.graph.all(KINDS[kind])
    return [(thing.iri, thing.label) for thing in found]


def _question(question: Question) -> dict[str, Any]:
    return {
        "name": question.name,
        "description": question.description,
        "parameters": [
            {"name": p.name, "type": p.type, "description": p.description, "unless": p.default or "all"}
            for p in question.parameters
        ],
        "columns": {column.name: column.description for column in question.columns},
        "query": question.query,
    }


def handouts(site: Site) -> dict[str, bytes]:
    """What the page of each jurisdiction hands out: tables, the memo as Word documents, and the feed of changes.

    Args:
        site: the site.
    """
    evidence = site.evidence
    places = (*evidence.jurisdictions, *evidence.territories)
    found = feeds(site, places, site.history)
    for place in places:
        cells = evidence.row(place)
        found[f"states/{place.slug}.csv"] = _csv(COLUMNS, answer_rows(cells))
        found[f"states/{place.slug}.xlsx"] = answer_workbook(cells)
        found |= memos(site, place)
    return found


def downloads(site: Site, ontology: Sequence[ox.Triple], data: Sequence[ox.Triple]) -> dict[str, bytes]:
    """The files to download: the project's own, the whole graph, tables, and where each IRI is shown.

    Args:
        site: the site.
        ontology: the triples of the ontology.
        data: the triples of the data.
    """
    whole = "".join(f"{triple} .\n" for triple in canonical_triples((*ontology, *data))).encode()
    return {
        **site.files,
        "downloads/spf-kg.nt": whole,
        "downloads/spf-kg.nt.gz": gzip.compress(whole, 9, mtime=0),
        "downloads/state-policies.csv": _csv(_POLICY_COLUMNS, _policy_rows(site)),
        "downloads/claims.csv": _csv(_CLAIM_COLUMNS, _claim_rows(site)),
        "downloads/determinations.csv": _csv(_ANSWER_COLUMNS, _answer_rows(site)),
        "downloads/addresses.csv": _csv(("iri", "page"), sorted({*addresses(site.graph), *addresses(site.shapes)})),
    }


_POLICY_COLUMNS: Final = (
    "iri", "usps", "jurisdiction", "label", "citation", "instrument", "legal_status", "year_adopted",
    "epistemic_status", "certainty", "date_reviewed", "summary", "doubt", "sources",
)  # fmt: skip
_CLAIM_COLUMNS: Final = (
    "iri", "usps", "state_policy", "transformative_policy", "condition", "extent", "epistemic_status", "certainty",
    "rationale", "sources",
)  # fmt: skip
_ANSWER_COLUMNS: Final = (
    "usps", "jurisdiction", "condition", "transformative_policy", "answer", "claims", "inquiries", "policy",
    "epistemic_status",
)  # fmt: skip


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode()


def _policy_rows(site: Site) -> Iterator[Sequence[object]]:
    for policy in site.policies:
        place = policy.one("jurisdiction")
        yield (
            policy.iri,
            place.text("uspsCode") if place else "",
            place.label if place else "",
            policy.label,
            policy.text("citation"),
            policy.slug_of("instrument"),
            policy.slug_of("legalStatus"),
            policy.text("yearAdopted"),
            policy.slug_of("epistemicStatus"),
            policy.slug_of("certainty"),
            policy.text("dateReviewed"),
            policy.summary,
            policy.text("doubt"),
            _source_urls(policy),
        )


def _claim_rows(site: Site) -> Iterator[Sequence[object]]:
    for claim in site.graph.all("AlignmentClaim"):
        policy, recommendation = claim.one("alignsStatePolicy"), claim.one("alignsWith")
        place = policy.one("jurisdiction") if policy else None
        yield (
            claim.iri,
            place.text("uspsCode") if place else "",
            policy.iri if policy else "",
            recommendation.iri if recommendation else "",
            recommendation.slug_of("recommendedUnder") if recommendation else "",
            claim.slug_of("extent"),
            claim.slug_of("epistemicStatus"),
            claim.slug_of("certainty"),
            claim.text("rationale"),
            _source_urls(claim),
        )


def _answer_rows(site: Site) -> Iterator[Sequence[object]]:
    evidence = site.evidence
    for place in (*evidence.jurisdictions, *evidence.territories):
        for cell in evidence.row(place):
            for found in cell.standings:
                yield (
                    place.text("uspsCode"),
                    place.label,
                    cell.condition.label,
                    found.recommendation.label,
                    found.level,
                    " ".join(claim.slug for claim in found.claims),
                    " ".join(look.slug for look in found.inquiries),
                    found.recommendation.slug,
                    SELF_REPORTED if found.self_reported else "",
                )


def _source_urls(thing: Thing) -> str:
    return " ".join(source.text("url") for source in sources_of(thing))


def dataset_metadata(site: Site) -> dict[str, Any]:
    """The data set as schema.org describes one, for search engines."""
    base = site.base_url
    files = ("spf-kg.nt", "state-policies.csv", "claims.csv", "determinations.csv")
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": "Knowledge graph of US state policy for personalized learning",
        "description": (
            f"{site.statistics.state_policies} state policies of {site.statistics.jurisdictions_with_policies} US "
            "jurisdictions with legal citation, status and sources, set against the eight conditions of a state "
            "policy framework for personalized, competency-based learning. "
            + ("The names of the conditions are a reconstruction. " if site.evidence.reconstructed else "")
            + "An independent project, not affiliated with KnowledgeWorks."
        ),
        "identifier": BASE,
        "version": site.version,
        "dateModified": site.as_of,
        "license": LICENSE_URL,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "The spf-kg maintainers"},
        "spatialCoverage": "United States",
        "keywords": ["education policy", "personalized learning", "competency-based education", "RDF", "SHACL"],
        **({"url": base} if base else {}),
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": MEDIA_TYPES[name[name.rindex(".") :]],
                "contentUrl": f"{base}downloads/{name}",
            }
            for name in files
        ],
    }


def sitemap(site: Site, pages: Iterable[Page]) -> bytes:
    """The site map of a site whose address is known."""
    from xml.sax.saxutils import escape

    rows = "".join(f"<url><loc>{escape(site.base_url + page.path)}</loc></url>\n" for page in pages)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{rows}</urlset>\n"
    ).encode()
