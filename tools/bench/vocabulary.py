"""What the generator draws from: the individuals of the ontology and of the reference data, by their slugs."""

from __future__ import annotations

from typing import Final

ID: Final = "https://w3id.org/spf-kg/id/"
_KINDS: Final = (
    "certainty",
    "claim",
    "epistemic-status",
    "extent",
    "instrument",
    "jurisdiction",
    "legal-status",
    "organization",
    "provision",
    "reading-manner",
    "source",
    "source-kind",
    "state-policy",
    "submission",
    "topic",
    "transformative-policy",
)
PREFIXES: Final = (
    "@prefix spf: <https://w3id.org/spf-kg/ontology#> .\n"
    "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
) + "".join(f"@prefix {kind}: <{ID}{kind}/> .\n" for kind in _KINDS)

STATES: Final = (
    "ak",
    "al",
    "ar",
    "az",
    "ca",
    "co",
    "ct",
    "dc",
    "de",
    "fl",
    "ga",
    "hi",
    "ia",
    "id",
    "il",
    "in",
    "ks",
    "ky",
    "la",
    "ma",
    "md",
    "me",
    "mi",
    "mn",
    "mo",
    "ms",
    "mt",
    "nc",
    "nd",
    "ne",
    "nh",
    "nj",
    "nm",
    "nv",
    "ny",
    "oh",
    "ok",
    "or",
    "pa",
    "ri",
    "sc",
    "sd",
    "tn",
    "tx",
    "ut",
    "va",
    "vt",
    "wa",
    "wi",
    "wv",
    "wy",
)
# As often as the curated data has them, roughly.
INSTRUMENTS: Final = ("statute",) * 9 + ("regulation",) * 4 + ("board-policy", "agency-program", "agency-guidance")
STATUSES: Final = ("in-force",) * 8 + ("unknown", "proposed")
TOPICS: Final = (
    "accountability-redesign",
    "career-technical-pathways",
    "competency-based-graduation",
    "credit-flexibility",
    "educator-development",
    "flexible-funding",
    "innovation-waiver",
    "innovative-assessment",
    "instructional-time",
    "learner-records",
    "portrait-of-a-graduate",
    "work-based-learning",
)
ASKED: Final = (
    "adopt-portrait-of-a-graduate",
    "broaden-accountability-measures",
    "competency-based-preparation",
    "credit-by-demonstrated-mastery",
    "flexible-licensure",
    "fund-beyond-seat-time",
    "open-career-pathways",
    "performance-assessment-for-graduation",
    "recognize-competency-records",
    "set-assessment-vision",
)
EXTENTS: Final = ("full", "partial", "enabling")
PUBLISHER: Final = "accountability-and-implementation-board-of-maryland"
