"""For each check, a state of the repository that makes it fail, and what it then says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SPF = "https://w3id.org/spf-kg/ontology#"
UT = "data/states/ut.ttl"
POLICY = "state-policy:ut-pcbl-grants"


@dataclass(frozen=True)
class Case:
    """One repository state.

    Attributes:
        expected: words of the message that the check must give.
        subject: what the finding must be about, where that is not a file.
        append: text to add at the end of a file.
        replace: by file, the text to take out and the text to put in; both must be there.
        write: files to write.
    """

    expected: str
    subject: str = ""
    append: dict[str, str] = field(default_factory=dict)
    replace: dict[str, tuple[str, str]] = field(default_factory=dict)
    write: dict[str, str] = field(default_factory=dict)

    def apply(self, root: Path) -> None:
        for name, text in self.append.items():
            _rewrite(root / name, lambda old, text=text: old + "\n" + text)  # type: ignore[misc]
        for name, (old, new) in self.replace.items():
            assert old in (root / name).read_text(encoding="utf-8"), f"{name} has no {old!r}"
            _rewrite(root / name, lambda text, old=old, new=new: text.replace(old, new, 1))  # type: ignore[misc]
        for name, text in self.write.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).unlink(missing_ok=True)
            (root / name).write_text(text, encoding="utf-8")


def _rewrite(file: Path, change: Callable[[str], str]) -> None:
    text = change(file.read_text(encoding="utf-8"))
    file.unlink()  # the fixture's files are hard links to the repository's own
    file.write_text(text, encoding="utf-8")


def in_ontology(turtle: str) -> dict[str, str]:
    return {"ontology/core.ttl": turtle}


def in_utah(turtle: str) -> dict[str, str]:
    return {UT: turtle}


def term(name: str, **changes: str) -> str:
    """A well-formed class, with some of its properties changed or left out."""
    said = {
        "a": "owl:Class",
        "skos:prefLabel": '"wholly new thing"@en',
        "rdfs:label": '"wholly new thing"@en',
        "skos:definition": '"A kind of record for tests."@en',
        "rdfs:isDefinedBy": "<https://w3id.org/spf-kg/ontology>",
    } | {key.replace("_", ":"): value for key, value in changes.items()}
    return f"spf:{name} " + " ;\n  ".join(f"{key} {value}" for key, value in said.items() if value) + " .\n"


CASES: dict[str, list[Case]] = {
    "syntax": [
        Case("", append=in_utah('state-policy:x spf:citation "R277-705 .')),
        Case("expected", write={"queries/answers/broken.rq": "SELECT ?x WHERE { ?x ?y }"}),
        Case("", write={"data/records.yaml": "a: [1, 2"}),
    ],
    "canonical-form": [
        Case("not in canonical form; run 'kgtools fmt'", append=in_utah("spf:a  spf:b   spf:c .")),
        Case("referred to more than once", append=in_utah("spf:a spf:b _:n . spf:c spf:b _:n .")),
    ],
    "version": [
        Case("The version is 9.9.9 here", replace={"CITATION.cff": ("version: 0.1.0", "version: 9.9.9")}),
        Case("The version is 9.9.9 here", replace={"CHANGELOG.md": ("## 0.1.0", "## 9.9.9")}),
        Case(
            "The version is 9.9.9 here",
            replace={"docs/reference/license-and-citation.md": ("version = {0.1.0}", "version = {9.9.9}")},
        ),
        Case(
            "The version is 9.9.9 here",
            replace={"docs/reference/license-and-citation.md": ("version 0.1.0.", "version 9.9.9.")},
        ),
        Case(
            "it should end with /0.1.0",
            replace={
                "ontology/core.ttl": (
                    "<https://w3id.org/spf-kg/ontology/0.1.0>",
                    "<https://w3id.org/spf-kg/ontology/0.0.9>",
                )
            },
        ),
    ],
    "release-date": [
        Case(
            "The version is of 2099-01-01 here and of 20",
            "CHANGELOG.md",
            replace={"CHANGELOG.md": ("(unreleased)", "(2099-01-01)")},
        ),
        Case(
            "is of 2098-01-01, after the release of 20",
            SPF.removesuffix("#"),
            replace={"CHANGELOG.md": ("(unreleased)", "(2099-01-01)")},
            append=in_ontology(
                '<https://w3id.org/spf-kg/ontology> dcterms:modified "2098-01-01T00:00:00Z"^^xsd:dateTime .'
            ),
        ),
        Case(
            "The year is 1999 here",
            replace={"docs/reference/license-and-citation.md": ("year    = {2026}", "year    = {1999}")},
        ),
    ],
    "stale-page": [
        Case("stale; run 'make docs'", append={"docs/images/coverage.svg": "<!-- edited by hand -->"}),
    ],
    "broken-link": [
        Case("The link to no-such-page.md leads nowhere", append={"README.md": "See [this](no-such-page.md#part)."}),
    ],
    "circular-definition": [
        Case(
            'The definition of spf:NewThing uses its own name, "wholly new thing"',
            SPF + "NewThing",
            append=in_ontology(term("NewThing", skos_definition='"A wholly new thing of policy."@en')),
        )
    ],
    "concept-outside-scheme": [
        Case("topic:x is a concept but is in no declared concept scheme", append=in_utah("topic:x a skos:Concept ."))
    ],
    "dates-out-of-order": [
        Case(f"{POLICY} ended before it was adopted", append=in_utah(f"{POLICY} spf:yearEnded 1901 .")),
        Case(f"{POLICY} was adopted before it was proposed", append=in_utah(f"{POLICY} spf:yearProposed 2099 .")),
        Case(
            "was reviewed before one of its sources was last read",
            append=in_utah(f'{POLICY} spf:dateReviewed "1999-01-01"^^xsd:date .'),
        ),
    ],
    "deprecated-in-use": [
        Case(
            f"{POLICY} uses spf:oldCitation, which is deprecated",
            append=in_utah(f'spf:oldCitation owl:deprecated true . {POLICY} spf:oldCitation "x" .'),
        )
    ],
    "deprecated-without-successor": [
        Case("spf:Topic is deprecated but names neither", append=in_ontology("spf:Topic owl:deprecated true ."))
    ],
    "determination-missing": [
        Case(
            "jurisdiction:ut has 0 determinations for transformative-policy:local-assessment-flexibility; "
            "there must be exactly one",
            "https://w3id.org/spf-kg/id/jurisdiction/ut",
            replace={UT: ("  spf:concerns transformative-policy:local-assessment-flexibility ;\n", "")},
        ),
        Case(
            "jurisdiction:ut has 2 determinations for transformative-policy:local-assessment-flexibility",
            append=in_utah(
                "determination:x a spf:Determination ; spf:jurisdiction jurisdiction:ut ; "
                "spf:concerns transformative-policy:local-assessment-flexibility ."
            ),
        ),
    ],
    "determination-without-basis": [
        Case("determination:x has no value", append=in_utah("determination:x a spf:Determination .")),
        Case(
            "determination:x gives an answer that rests on claims but names none",
            append=in_utah(
                "determination:x a spf:Determination ; "
                "spf:determinationValue <https://w3id.org/spf-kg/id/determination-value/in-full> ."
            ),
        ),
        Case(
            "determination:x gives the result of an inquiry but names none",
            append=in_utah(
                "determination:x a spf:Determination ; "
                "spf:determinationValue <https://w3id.org/spf-kg/id/determination-value/confirmed-absent> ."
            ),
        ),
        Case(
            "determination:x says not reviewed but names a claim or an inquiry",
            append=in_utah(
                "determination:x a spf:Determination ; spf:evidence claim:y ; "
                "spf:determinationValue <https://w3id.org/spf-kg/id/determination-value/not-reviewed> ."
            ),
        ),
    ],
    "duplicate-label": [
        Case(
            'spf:NewThing has the label "Topic", and so does spf:Topic',
            append=in_ontology(term("NewThing", skos_prefLabel='"Topic"@en', rdfs_label='"Topic"@en')),
        )
    ],
    "duplicate-policy": [
        Case(
            "state-policy:ut-pcbl-grants and state-policy:x seem to be the same policy",
            append=in_utah(
                "state-policy:x a spf:StatePolicy ; spf:jurisdiction jurisdiction:ut ; "
                'skos:prefLabel "PERSONALIZED, competency-based learning grants"@en .'
            ),
        )
    ],
    "duplicate-source": [
        Case(
            "source:x and source:y are both the document at example.gov/rule",
            append=in_utah(
                'source:x a spf:Source ; spf:url "https://www.example.gov/rule/"^^xsd:anyURI . '
                'source:y a spf:Source ; spf:url "http://example.gov/rule"^^xsd:anyURI .'
            ),
        )
    ],
    "duplicate-text": [
        Case(
            'claim:x and claim:y have the same text: "Said twice.',
            append=in_utah(
                'claim:x a spf:AlignmentClaim ; spf:rationale "Said twice."@en . '
                'claim:y a spf:AlignmentClaim ; spf:rationale "Said twice."@en .'
            ),
        )
    ],
    "imports": [
        Case(
            "<https://w3id.org/spf-kg/ontology> imports <http://www.w3.org/ns/prov-o#>",
            append=in_ontology("<https://w3id.org/spf-kg/ontology> owl:imports <http://www.w3.org/ns/prov-o#> ."),
        )
    ],
    "incomplete-condition": [
        Case(
            "condition:x has no end state",
            append=in_utah(
                "<https://w3id.org/spf-kg/id/condition/x> a spf:Condition ; "
                "spf:inEdition <https://w3id.org/spf-kg/id/edition/third-edition> ."
            ),
        )
    ],
    "incomplete-header": [
        Case(
            "The ontology <https://w3id.org/spf-kg/ontology> has no dcterms:license",
            "https://w3id.org/spf-kg/ontology",
            replace={"ontology/core.ttl": ("  dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;\n", "")},
        )
    ],
    "incomplete-rule": [
        Case(
            "shapes:claim.odd has no severity",
            append={"shapes/framework.ttl": 'shapes:claim.odd rule:rationale "Why not."@en .'},
        ),
        Case(
            "shapes:claim.odd has no description",
            append={"shapes/framework.ttl": 'shapes:claim.odd sh:path spf:extent ; sh:name "odd"@en .'},
        ),
        Case(
            "shapes:claim.odd has no message",
            append={
                "shapes/framework.ttl": 'shapes:claim.odd rule:severity sh:Warning ; rule:rationale "Why."@en ; '
                'rule:fix "So."@en .'
            },
        ),
    ],
    "missing-definition": [
        Case("spf:NewThing has no definition", append=in_ontology(term("NewThing", skos_definition=""))),
        Case("spf:Topic has several definitions", append=in_ontology('spf:Topic skos:definition "Another."@en .')),
    ],
    "missing-label": [
        Case("spf:NewThing has no skos:prefLabel", append=in_ontology(term("NewThing", skos_prefLabel=""))),
        Case("two labels that differ", append=in_ontology(term("NewThing", rdfs_label='"something else"@en'))),
    ],
    "old-iri": [
        Case(
            f"{POLICY} uses <http://w3id.org/spf-kg/id/topic/assessment>",
            append=in_utah(f"{POLICY} spf:topic <http://w3id.org/spf-kg/id/topic/assessment> ."),
        ),
        Case(
            "which has an old or wrong form",
            append=in_ontology("spf:Topic skos:closeMatch <http://schema.org/Thing> ."),
        ),
        Case(
            "uses <https://w3id.org/spf-kg/topic/x>",
            append=in_utah(f"{POLICY} spf:topic <https://w3id.org/spf-kg/topic/x> ."),
        ),
    ],
    "orphan": [
        Case("Nothing refers to source:left-over", append=in_utah("source:left-over a spf:Source .")),
    ],
    "policy-without-criterion": [
        Case(
            "transformative-policy:x has 0 criteria",
            append=in_utah("transformative-policy:x a spf:TransformativePolicy ."),
        )
    ],
    "statement-without-evidence": [
        Case("claim:x has no provision with a source", append=in_utah("claim:x a spf:AlignmentClaim .")),
        Case(
            "claim:x has no access date on each source",
            append=in_utah(
                "claim:x a spf:AlignmentClaim ; spf:restsOn provision:z . provision:z spf:hasSource source:y ."
            ),
        ),
    ],
    "undeclared-term": [
        Case(
            "state-policy:x uses spf:StatePolcy, which the ontology does not declare",
            append=in_utah("state-policy:x a spf:StatePolcy ."),
        ),
        Case("state-policy:x uses spf:citaton", append=in_utah('state-policy:x spf:citaton "R277" .')),
    ],
    "undefined-by": [
        Case("spf:NewThing has no rdfs:isDefinedBy", append=in_ontology(term("NewThing", rdfs_isDefinedBy="")))
    ],
    "undescribed-individual": [
        Case(
            f"{POLICY} points to jurisdiction:utah, which no file describes",
            append=in_utah(f"{POLICY} spf:jurisdiction jurisdiction:utah ."),
        )
    ],
    "unmarked-reconstruction": [
        Case(
            "is neither stated with a source nor marked as reconstructed",
            replace={
                "data/framework/third-edition.ttl": ("epistemic-status:reconstructed", "epistemic-status:inferred")
            },
        )
    ],
    "wrong-file": [
        Case(
            "state-policy:x is about jurisdiction:nv but is in data/states/ut.ttl",
            append=in_utah("state-policy:x spf:jurisdiction jurisdiction:nv ."),
        )
    ],
    "outside-term": [
        Case(
            "http://www.w3.org/2004/02/skos/core#prefLable is not a term of its vocabulary",
            append=in_utah(f'{POLICY} skos:prefLable "x"@en .'),
        ),
        Case(
            "http://data.europa.eu/eli/ontology#LegalRecontributor is not a term",
            append=in_ontology(
                "spf:StatePolicy skos:closeMatch <http://data.europa.eu/eli/ontology#LegalRecontributor> ."
            ),
        ),
    ],
    "malformed-address": [
        Case("doesn't begin with https://", append=in_utah('source:x spf:url "www.example.gov/rule"^^xsd:anyURI .')),
        Case("names no public host", append=in_utah('source:x spf:url "https://localhost/rule"^^xsd:anyURI .')),
        Case("a user name", append=in_utah('source:x spf:url "https://me:pw@example.gov/"^^xsd:anyURI .')),
        Case("no address can contain", append=in_utah('source:x spf:url "https://example.gov/a b"^^xsd:anyURI .')),
        Case("can't be parsed", append=in_utah('source:x spf:url "https://[1.2/"^^xsd:anyURI .')),
    ],
    "mirror-beside-official": [
        Case(
            "state-policy:x cites source:copy, a copy, beside the official text",
            append={
                "data/sources.ttl": "<https://w3id.org/spf-kg/id/state-policy/x> a spf:StatePolicy ; "
                "spf:hasSource source:official, source:copy . "
                'source:official spf:sourceKind source-kind:official ; skos:prefLabel "Rule R277-705-3"@en . '
                'source:copy spf:sourceKind source-kind:mirror ; skos:prefLabel "Utah Admin. Code R277-705-3"@en .'
            },
        )
    ],
    "long-summary": [
        Case(
            "The summary of state-policy:x has 46 words; at most 45 are allowed",
            append=in_utah(f'state-policy:x a spf:StatePolicy ; spf:summary "{" ".join(["word"] * 46)}"@en .'),
        )
    ],
    "underived-determination": [
        Case(
            "says in-part on 1 claims; the rule gives in-full on 1 claims.",
            replace={UT: ("determination-value:in-full", "determination-value:in-part")},
        ),
        Case(
            "determination:x says not-reviewed on 0 claims; the rule gives nothing on 0 claims.",
            append=in_utah(
                "determination:x a spf:Determination ; "
                "spf:determinationValue <https://w3id.org/spf-kg/id/determination-value/not-reviewed> ."
            ),
        ),
    ],
    "underived-certainty": [
        Case(
            "says certainty:high; the rule gives certainty:",
            replace={
                UT: (
                    "  spf:certainty certainty:medium ;\n  spf:dateReviewed",
                    "  spf:certainty certainty:high ;\n  spf:dateReviewed",
                )
            },
        )
    ],
    "owl-profile": [
        Case(
            "spf:topic is declared as owl:DatatypeProperty and owl:ObjectProperty",
            append=in_ontology("spf:topic a owl:DatatypeProperty ."),
        ),
        Case("owl:Thing belongs to the reserved vocabulary", append=in_ontology("owl:Thing a owl:Class .")),
        Case("uses spf:nowhere, which is not declared as a property", append=in_utah(f'{POLICY} spf:nowhere "x" .')),
        Case("uses spf:Nowhere as a class", append=in_utah("state-policy:x a spf:Nowhere .")),
        Case("gives the object property spf:topic a literal", append=in_utah(f'{POLICY} spf:topic "x" .')),
        Case(
            "gives the data property spf:citation an IRI", append=in_utah(f"{POLICY} spf:citation topic:assessment .")
        ),
        Case("has a literal of xsd:duration", append=in_utah(f'{POLICY} spf:citation "P1Y"^^xsd:duration .')),
        Case(
            "is a data property and owl:TransitiveProperty",
            append=in_ontology("spf:citation a owl:TransitiveProperty ."),
        ),
        Case("but not simple", append=in_ontology("spf:supersededBy a owl:TransitiveProperty .")),
        Case(
            "spf:Topic has a restriction with 0 properties and 1 fillers",
            append=in_ontology("spf:Topic rdfs:subClassOf [ a owl:Restriction ; owl:someValuesFrom spf:Topic ] ."),
        ),
        Case(
            "has the range xsd:date, which is not a datatype of OWL 2",
            append=in_ontology("spf:dateEnded rdfs:range xsd:date ."),
        ),
        Case("is declared as owl:Class and rdfs:Datatype", append=in_ontology("spf:Topic a rdfs:Datatype .")),
    ],
    "broken-rule": [
        Case(
            "The state policy has no ",
            "https://w3id.org/spf-kg/id/state-policy/x",
            append=in_utah("state-policy:x a spf:StatePolicy ."),
        ),
    ],
    "unmet-recommendation": [
        Case(
            "has no year adopted or proposed and no doubt",
            append=in_utah("state-policy:x a spf:StatePolicy ; spf:legalStatus legal-status:in-force ."),
        )
    ],
    "engines-differ": [
        Case(
            "refused the shapes",
            append={
                "shapes/framework.ttl": "shapes:Odd a sh:NodeShape ; sh:targetClass spf:State ; "
                'sh:property [ sh:path spf:uspsCode ; sh:pattern "^\\\\p{Lu}+$" ] .'
            },
        )
    ],
    "contradiction": [
        Case(
            "HermiT finds that the ontology and the data are inconsistent",
            append=in_utah(f"{POLICY} a spf:Source ."),
        ),
        Case(
            "HermiT finds that spf:Impossible can have no instance",
            SPF + "Impossible",
            append=in_ontology("spf:Impossible a owl:Class ; rdfs:subClassOf spf:Condition, spf:Source ."),
        ),
    ],
    "failing-question": [
        Case(
            "describes name_of_edition",
            replace={
                "queries/answers/editions.rq": (
                    "#+ columns:\n",
                    "#+ columns:\n#+   - {name: name_of_edition, description: x}\n",
                )
            },
        ),
        Case("The question can't be asked", write={"queries/answers/bare.rq": "SELECT ?x { ?x ?y ?z }"}),
        Case(
            "a graph in derive/ has none",
            write={
                "queries/derive/bare.rq": (
                    "#+ summary: s\n#+ description: d\n#+ tags: [engineer]\n#+ columns:\n"
                    "#+   - {name: s, description: d}\n#+ example: e\nCONSTRUCT WHERE { ?s ?p ?o }"
                )
            },
        ),
        Case(
            "The example finds nothing: kgtools query skos-mappings",
            replace={"queries/derive/skos-mappings.rq": ("spf:mappingObject ?object", "spf:position ?object")},
        ),
        Case(
            "The example finds nothing: kgtools query search -p text=zzzz",
            replace={
                "queries/answers/search.rq": (
                    "#+ example: kgtools query search -p text=",
                    "#+ example: kgtools query search -p text=zzzz",
                )
            },
        ),
    ],
    "unasked-term": [
        Case(
            "spf:NewThing is used by no canned question and no check",
            SPF + "NewThing",
            append=in_ontology(term("NewThing")),
        ),
    ],
    "source-not-read-again": [
        Case(
            "of UT was last read more than a year ago; the oldest is source:old, on 1999-01-01",
            "https://w3id.org/spf-kg/id/jurisdiction/ut",
            append=in_utah(
                'source:old a spf:Source ; spf:dateAccessed "1999-01-01"^^xsd:date . '
                f"{POLICY} spf:hasSource source:old ."
            ),
        ),
        Case(
            "1 source was last read more than a year ago; the oldest is source:old, on 1999",
            "https://w3id.org/spf-kg/id/source/old",
            append=in_utah('source:old a spf:Source ; spf:dateAccessed "1999"^^xsd:gYear .'),
        ),
    ],
    "record-due": [
        Case(
            "of UT was last reviewed more than a year ago; the oldest is state-policy:old, on 1999-01-01",
            "https://w3id.org/spf-kg/id/jurisdiction/ut",
            append=in_utah(
                "state-policy:old a spf:StatePolicy ; spf:jurisdiction jurisdiction:ut ; "
                'spf:dateReviewed "1999-01-01"^^xsd:date .'
            ),
        ),
        Case(
            "the oldest is inquiry:old, on 1999-01-01",
            append=in_utah(
                "<https://w3id.org/spf-kg/id/inquiry/old> a spf:Inquiry ; spf:jurisdiction jurisdiction:ut ; "
                'spf:dateOfInquiry "1999-01-01"^^xsd:date .'
            ),
        ),
    ],
    "still-proposed": [
        Case(
            "state-policy:old was proposed in 1999, and its session has ended.",
            append=in_utah(
                "state-policy:old a spf:StatePolicy ; spf:legalStatus legal-status:proposed ; spf:yearProposed 1999 ; "
                "spf:instrument instrument:bill ."
            ),
        ),
        Case(
            "state-policy:old was proposed in 1999 and is recorded as proposed to this day.",
            append=in_utah(
                "state-policy:old a spf:StatePolicy ; spf:legalStatus legal-status:proposed ; spf:yearProposed 1999 ."
            ),
        ),
    ],
    "unused-exception": [
        Case("The exception of orphan for https://example.org/gone excuses nothing; remove it"),
    ],
}
