"""What the generator writes and its shapes check, in one place, so that it can follow the ontology."""

# ruff: noqa: E501 - Turtle reads best with one property shape a line
from __future__ import annotations

SPF = "https://w3id.org/spf-kg/ontology#"
ID = "https://w3id.org/spf-kg/id/"
PREFIXES = f"""@prefix spf: <{SPF}> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
"""

STATES = [
    "AL",
    "AK",
    "AZ",
    "AR",
    "CA",
    "CO",
    "CT",
    "DE",
    "FL",
    "GA",
    "HI",
    "ID",
    "IL",
    "IN",
    "IA",
    "KS",
    "KY",
    "LA",
    "ME",
    "MD",
    "MA",
    "MI",
    "MN",
    "MS",
    "MO",
    "MT",
    "NE",
    "NV",
    "NH",
    "NJ",
    "NM",
    "NY",
    "NC",
    "ND",
    "OH",
    "OK",
    "OR",
    "PA",
    "RI",
    "SC",
    "SD",
    "TN",
    "TX",
    "UT",
    "VT",
    "VA",
    "WA",
    "WV",
    "WI",
    "WY",
    "DC",
]
STATUSES = ("enacted", "proposed", "repealed", "pilot")
INSTRUMENTS = ("Statute", "Regulation", "BoardPolicy", "Guidance")
TOPICS = (
    "assessment",
    "credit-flexibility",
    "graduation",
    "seat-time",
    "learner-profile",
    "educator",
    "funding",
    "data",
)

SHAPES = (
    PREFIXES
    + """
<https://w3id.org/spf-kg/shapes> sh:declare [ sh:prefix "spf" ; sh:namespace "https://w3id.org/spf-kg/ontology#"^^xsd:anyURI ] .
spf:StatePolicyShape a sh:NodeShape ; sh:targetClass spf:StatePolicy ; sh:nodeKind sh:IRI ;
  sh:property [ sh:path skos:prefLabel ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ; sh:maxLength 120 ] ;
  sh:property [ sh:path spf:jurisdiction ; sh:minCount 1 ; sh:maxCount 1 ; sh:class spf:Jurisdiction ] ;
  sh:property [ sh:path spf:instrument ; sh:minCount 1 ; sh:in ( spf:Statute spf:Regulation spf:BoardPolicy spf:Guidance ) ] ;
  sh:property [ sh:path spf:citation ; sh:minCount 1 ; sh:datatype xsd:string ; sh:minLength 3 ] ;
  sh:property [ sh:path spf:legalStatus ; sh:minCount 1 ; sh:in ( "enacted" "proposed" "repealed" "pilot" ) ] ;
  sh:property [ sh:path spf:year ; sh:maxCount 1 ; sh:datatype xsd:integer ; sh:minInclusive 1950 ; sh:maxInclusive 2030 ] ;
  sh:property [ sh:path spf:enacted ; sh:datatype xsd:date ] ;
  sh:property [ sh:path spf:effective ; sh:datatype xsd:date ] ;
  sh:property [ sh:path spf:topic ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path spf:source ; sh:minCount 1 ; sh:class spf:Source ] ;
  sh:sparql [ sh:prefixes <https://w3id.org/spf-kg/shapes> ;
    sh:message "Takes effect {?value} before it was enacted."@en ;
    sh:select "SELECT $this ?value WHERE { $this spf:enacted ?enacted ; spf:effective ?value . FILTER(?value < ?enacted) }" ] .
spf:SourceShape a sh:NodeShape ; sh:targetClass spf:Source ;
  sh:property [ sh:path dcterms:title ; sh:minCount 1 ; sh:maxLength 200 ] ;
  sh:property [ sh:path spf:url ; sh:minCount 1 ; sh:maxCount 1 ; sh:pattern "^https?://[^ ]+$" ] ;
  sh:property [ sh:path spf:accessDate ; sh:maxCount 1 ; sh:datatype xsd:date ] .
"""
)
