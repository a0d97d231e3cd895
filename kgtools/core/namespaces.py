"""The IRIs of the project and of the vocabularies that it uses; the only place that spells them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

BASE: Final = "https://w3id.org/spf-kg/"
SPF: Final = BASE + "ontology#"
ID: Final = BASE + "id/"
SHAPES: Final = BASE + "shapes#"
RULE: Final = BASE + "rules#"
GRAPH: Final = BASE + "graph/"

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS: Final = "http://purl.org/dc/terms/"
PROV: Final = "http://www.w3.org/ns/prov#"
DCAT: Final = "http://www.w3.org/ns/dcat#"
ORG: Final = "http://www.w3.org/ns/org#"
SCHEMA: Final = "https://schema.org/"
ELI: Final = "http://data.europa.eu/eli/ontology#"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
VANN: Final = "http://purl.org/vocab/vann/"
VOID: Final = "http://rdfs.org/ns/void#"
SH: Final = "http://www.w3.org/ns/shacl#"

KINDS: Final[dict[str, str]] = {
    "framework": "Framework",
    "edition": "FrameworkEdition",
    "condition": "Condition",
    "end-state": "EndState",
    "transformative-policy": "TransformativePolicy",
    "implementation-action": "ImplementationAction",
    "criterion": "Criterion",
    "state-example": "StateExample",
    "resource": "Resource",
    "state-policy": "StatePolicy",
    "claim": "AlignmentClaim",
    "provision": "Provision",
    "inquiry": "Inquiry",
    "determination": "Determination",
    "derivation": "Derivation",
    "adaptation": "StateAdaptation",
    "authority": "StateAuthority",
    "source": "Source",
    "rating-scheme": "RatingScheme",
    "rating-item": "RatingItem",
    "rating": "ExternalRating",
    "mapping": "Mapping",
    "jurisdiction": "Jurisdiction",
    "organization": "Organization",
    "person": "Person",
    "submission": "Submission",
    "instrument": "PolicyInstrument",
    "legal-status": "LegalStatus",
    "actor-kind": "ActorKind",
    "topic": "Topic",
    "determination-value": "DeterminationValue",
    "epistemic-status": "EpistemicStatus",
    "certainty": "Certainty",
    "resource-type": "ResourceType",
    "source-kind": "SourceKind",
    "extent": "AlignmentExtent",
    "adaptation-kind": "AdaptationKind",
    "power-extent": "PowerExtent",
    "reading-manner": "ReadingManner",
    "inquiry-outcome": "InquiryOutcome",
    "scheme": "ConceptScheme",
}
"""The kinds of individual: the path segment of their IRIs, and the class (in ``SPF``) that they are of."""

PREFIXES: Final[dict[str, str]] = {
    "spf": SPF,
    "shapes": SHAPES,
    "rule": RULE,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "prov": PROV,
    "dcat": DCAT,
    "org": ORG,
    "schema": SCHEMA,
    "eli": ELI,
    "foaf": FOAF,
    "vann": VANN,
    "void": VOID,
    "sh": SH,
    **{kind: f"{ID}{kind}/" for kind in KINDS},
}
"""The prefixes of every Turtle file and query of the project."""


def identifier(kind: str, slug: str) -> str:
    """The IRI of an individual.

    Args:
        kind: a key of ``KINDS``, such as ``state-policy``.
        slug: the last part, such as ``ut-pcbl-grants``.

    Raises:
        KeyError: the kind is unknown.
    """
    if kind not in KINDS:
        raise KeyError(f"'{kind}' is not a kind of individual; the kinds are {', '.join(sorted(KINDS))}.")
    return f"{ID}{kind}/{slug}"


@lru_cache(maxsize=1 << 16)
def shortened(iri: str) -> str:
    """The IRI with its prefix where one of the project's prefixes fits, else in angle brackets."""
    for name, space in _LONGEST_FIRST:
        if iri.startswith(space) and len(iri) > len(space):
            return f"{name}:{iri[len(space) :]}"
    return f"<{iri}>"


_LONGEST_FIRST: Final = tuple(sorted(PREFIXES.items(), key=lambda pair: -len(pair[1])))
