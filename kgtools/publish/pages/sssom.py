"""The crosswalk as an SSSOM table (Simple Standard for Sharing Ontological Mappings, https://w3id.org/sssom/)."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import BASE, ID, PREFIXES, SKOS, shortened
from kgtools.graph.store import Store, Term

_CONFIDENCE: Final = {"high": "0.9", "medium": "0.6", "low": "0.3"}
_COLUMNS: Final = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "confidence",
    "comment",
)
_QUERY: Final = f"""
PREFIX spf: <{PREFIXES["spf"]}> PREFIX skos: <{SKOS}>
SELECT ?subject ?subjectLabel ?relation ?object ?objectLabel ?certainty ?rationale WHERE {{
  ?mapping spf:mappingSubject ?subject ; spf:mappingRelation ?relation ; spf:mappingObject ?object ;
    spf:rationale ?rationale ; spf:certainty ?certainty .
  ?subject skos:prefLabel ?subjectLabel . ?object skos:prefLabel ?objectLabel .
}} ORDER BY ?subject ?object
"""


def sssom_table(store: Store) -> str:
    """The mappings of a store as SSSOM/TSV, with its metadata in comment lines.

    SSSOM wants confidence as a number; high, medium and low certainty are written as 0.9, 0.6 and 0.3.
    """
    rows = store.select(_QUERY).rows
    prefixes = sorted({name for row in rows for name in (_prefix(row[0]), _prefix(row[3]))})
    header = [
        f"#mapping_set_id: {BASE}crosswalk",
        "#mapping_set_description: Mappings between framework editions and other publishers' schemes, by this project",
        "#license: https://creativecommons.org/licenses/by/4.0/",
        "#curie_map:",
        *(f"#  {name}: {ID}{name}/" for name in prefixes),
        f"#  skos: {SKOS}",
        "#  semapv: https://w3id.org/semapv/vocab/",
    ]
    return "\n".join([*header, "\t".join(_COLUMNS), *(_line(row) for row in rows)]) + "\n"


def _prefix(term: Term | None) -> str:
    assert isinstance(term, ox.NamedNode)
    return shortened(term.value).partition(":")[0]


def _line(row: tuple[Term | None, ...]) -> str:
    subject, subject_label, relation, target, target_label, certainty, rationale = (_text(term) for term in row)
    confidence = _CONFIDENCE[certainty.partition(":")[2]]
    justification = "semapv:ManualMappingCuration"
    return "\t".join((subject, subject_label, relation, target, target_label, justification, confidence, rationale))


def _text(term: Term | None) -> str:
    if isinstance(term, ox.NamedNode):
        return shortened(term.value)
    assert isinstance(term, ox.Literal)
    return " ".join(term.value.split())
