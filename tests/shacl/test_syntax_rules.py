"""The syntax rules of SHACL 1.0 (appendix A): what breaks one is refused, or said, and never passed over."""

# ruff: noqa: E501 - Turtle
from __future__ import annotations

import pytest

from kgtools.shacl import ShapesError, parse_shapes, remarks_on
from kgtools.shacl.vocab import RDF
from kgtools.validation.metashacl import faults
from tests.shacl.comparing import turtle

_S = "ex:S a sh:NodeShape ; sh:targetClass ex:C ;"
_P = "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ;"
_ON = "ex:S sh:targetClass ex:C ; sh:minCount 1 ;"
_QUERY = 'sh:select "SELECT $this { $this a <urn:C> }"'
_ASK = "sh:ask 'ASK { $this ?p $value }'"
_USED = f"{_S} ex:one 1 . ex:K a sh:ConstraintComponent ;"
_ONE = "sh:parameter [ sh:path ex:one ]"

# What breaks a rule, by the rule's name, with what is said of it.
REFUSED = {
    "entailment-nodeKind": (f"{_S} sh:nodeKind sh:IRI . ex:g sh:entailment 'x' .", "sh:entailment"),
    "targetNode-nodeKind": ("ex:S sh:targetNode [] ; sh:nodeKind sh:IRI .", "sh:targetNode must be an IRI or a literal"),
    "targetClass-nodeKind": ("ex:S sh:targetClass [] ; sh:nodeKind sh:IRI .", "sh:targetClass must be an IRI"),
    "targetClass-nodeKind, literal": ("ex:S sh:targetClass 5 ; sh:nodeKind sh:IRI .", "sh:targetClass must be an IRI"),
    "targetSubjectsOf-nodeKind": ("ex:S sh:targetSubjectsOf [] ; sh:class ex:D .", "sh:targetSubjectsOf must be an IRI"),
    "targetObjectsOf-nodeKind": ("ex:S sh:targetObjectsOf 'p' ; sh:class ex:D .", "sh:targetObjectsOf must be an IRI"),
    "implicit-targetClass-nodeKind": ("[] a sh:NodeShape, rdfs:Class ; sh:nodeKind sh:IRI .", "a class needs a name"),
    "severity-maxCount": (f"{_S} sh:class ex:D ; sh:severity sh:Info, sh:Warning .", "2 values of sh:severity"),
    "severity-nodeKind": (f"{_S} sh:class ex:D ; sh:severity [] .", "sh:severity must be an IRI"),
    "message-datatype": (f"{_S} sh:class ex:D ; sh:message 5 .", "sh:message must be a text (xsd:string or rdf:langString), not"),
    "message-datatype, IRI": (f"{_S} sh:class ex:D ; sh:message ex:m .", "sh:message must be a text"),
    "message-datatype, HTML": (f"{_S} sh:class ex:D ; sh:message 'x'^^<{RDF}HTML> .", "sh:message must be a text"),
    "message-datatype, in sh:sparql": (f"{_S} sh:sparql [ {_QUERY} ; sh:message 5 ] .", "sh:message must be a text"),
    "message-datatype, in a validator": (f"{_USED} {_ONE} ; sh:validator [ {_ASK} ; sh:message 5 ] .", "sh:message must be a text"),
    "message-datatype, in a component": (f"{_USED} {_ONE} ; sh:message ex:m ; sh:validator [ {_ASK} ] .", "sh:message must be a text"),
    "deactivated-maxCount": (f"{_S} sh:class ex:D ; sh:deactivated true, false .", "2 values of sh:deactivated"),
    "deactivated-datatype": (f"{_S} sh:class ex:D ; sh:deactivated 'true' .", "sh:deactivated must be true or false"),
    "NodeShape-path-maxCount": (f"{_S} sh:path ex:p .", "must not have sh:path"),
    "PropertyShape-path-minCount": ("ex:S a sh:PropertyShape ; sh:class ex:D .", "needs one sh:path"),
    "path-maxCount": (f"{_P} sh:path ex:q ; sh:class ex:D .", "2 values of sh:path"),
    "path-node": (f"{_ON} sh:path 'p' .", "sh:path must be an IRI or one of SHACL's path forms"),
    "path-metarule": (f"{_ON} sh:path [ sh:inversePath ex:p ; sh:zeroOrMorePath ex:q ] .", "2 values of sh:inversePath and sh:zeroOrMorePath"),
    "path-inverse": (f"{_ON} sh:path [ sh:inversePath ex:p , ex:q ] .", "2 values of sh:inversePath; keep one"),
    "path-alternative": (f"{_ON} sh:path [ sh:alternativePath (ex:p ex:q) , (ex:r ex:s) ] .", "2 values of sh:alternativePath"),
    "path-alternative, one member": (f"{_ON} sh:path [ sh:alternativePath (ex:p) ] .", "needs at least two members"),
    "path-sequence": (f"{_ON} sh:path (ex:p) .", "needs at least two members"),
    "path-predicate": (f"{_ON} sh:path () .", "is not one of SHACL's path forms"),
    "path-non-recursive": (f"{_ON} sh:path _:p . _:p sh:inversePath _:p .", "refers to itself"),
    "class-nodeKind": (f"{_S} sh:class [] .", "sh:class must be an IRI"),
    "class-nodeKind, literal": (f"{_S} sh:class 5 .", "sh:class must be an IRI"),
    "datatype-nodeKind": (f"{_P} sh:datatype [] .", "sh:datatype must be an IRI"),
    "datatype-maxCount": (f"{_P} sh:datatype xsd:string, xsd:date .", "2 values of sh:datatype"),
    "nodeKind-in": (f"{_P} sh:nodeKind ex:IRI .", "sh:nodeKind must be one of"),
    "nodeKind-maxCount": (f"{_P} sh:nodeKind sh:IRI , sh:Literal .", "2 values of sh:nodeKind"),
    **{
        f"{name}-{rule}": (f"{_P} sh:{name} {value} .", told.format(name))
        for name in ("minCount", "maxCount", "minLength", "maxLength")
        for rule, value, told in (
            ("maxCount", "1, 2", "2 values of sh:{}"),
            ("datatype", "'1'", "sh:{} must be a whole number"),
            ("datatype, xsd:int", "'1'^^xsd:int", "sh:{} must be a whole number"),
        )
    },
    **{
        f"{name}-{rule}": (f"{_P} sh:{name} {value} .", told.format(name))
        for name in ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive")
        for rule, value, told in (("maxCount", "1, 2", "2 values of sh:{}"), ("nodeKind", "ex:p", "sh:{} must be a literal"))
    },
    **{
        f"{name}-scope": (f"{_S} sh:{name} {value} .", f"sh:{name} belongs in a property shape")
        for name, value in (("minCount", "1"), ("maxCount", "1"), ("uniqueLang", "true"), ("lessThan", "ex:p"), ("lessThanOrEquals", "ex:p"))
    },
    "pattern-datatype": (f"{_P} sh:pattern 'a'@en .", "sh:pattern must be a plain string"),
    "pattern-regex": (f"{_P} sh:pattern '(' .", "is not a regular expression"),
    "flags-datatype": (f"{_P} sh:pattern 'a' ; sh:flags 1 .", "sh:flags must be a plain string"),
    "flags-maxCount": (f"{_P} sh:pattern 'a' ; sh:flags 'i', 's' .", "2 values of sh:flags"),
    "languageIn-maxCount": (f"{_P} sh:languageIn ('a'), ('b') .", "2 values of sh:languageIn"),
    "languageIn-node": (f"{_P} sh:languageIn 'a' .", "the value of sh:languageIn must be a list"),
    "languageIn-members-datatype": (f"{_P} sh:languageIn ('en'@en) .", "sh:languageIn must be a plain string"),
    "uniqueLang-datatype": (f"{_P} sh:uniqueLang 1 .", "sh:uniqueLang must be true or false"),
    "uniqueLang-maxCount": (f"{_P} sh:uniqueLang true, false .", "2 values of sh:uniqueLang"),
    "equals-nodeKind": (f"{_P} sh:equals [] .", "sh:equals must be an IRI"),
    "disjoint-nodeKind": (f"{_P} sh:disjoint 'x' .", "sh:disjoint must be an IRI"),
    "lessThan-nodeKind": (f"{_P} sh:lessThan [] .", "sh:lessThan must be an IRI"),
    "lessThanOrEquals-nodeKind": (f"{_P} sh:lessThanOrEquals 5 .", "sh:lessThanOrEquals must be an IRI"),
    "not-node": (f"{_S} sh:not 5 .", "not the literal"),
    "and-node": (f"{_S} sh:and ex:T . ex:T a sh:NodeShape .", "the value of sh:and must be a list"),
    "and-members-node": (f"{_S} sh:and (5) .", "a literal is used where a shape is expected"),
    "or-node": (f"{_S} sh:or [ a sh:NodeShape ] .", "the value of sh:or must be a list"),
    "xone-node": (f"{_S} sh:xone 5 .", "the value of sh:xone must be a list"),
    "node-node, literal": (f"{_S} sh:node 5 .", "sh:node must be an IRI or a blank node"),
    "property-node": (f"{_S} sh:property [ sh:minLength 1 ] .", "has no sh:path; give it one"),
    "qualifiedValueShape-node": (f"{_P} sh:qualifiedValueShape 5 ; sh:qualifiedMinCount 1 .", "sh:qualifiedValueShape must be an IRI or a blank node"),
    "qualifiedValueShape-scope": (f"{_S} sh:qualifiedValueShape [] ; sh:qualifiedMinCount 1 .", "sh:qualifiedValueShape belongs in a property shape"),
    "qualifiedMinCount-datatype": (f"{_P} sh:qualifiedValueShape [] ; sh:qualifiedMinCount '1' .", "sh:qualifiedMinCount must be a whole number"),
    "qualifiedMaxCount-datatype": (f"{_P} sh:qualifiedValueShape [] ; sh:qualifiedMaxCount 1.0 .", "sh:qualifiedMaxCount must be a whole number"),
    "qualifiedMinCount, multiple-parameters": (f"{_P} sh:qualifiedValueShape [] ; sh:qualifiedMinCount 1, 2 .", "2 values of sh:qualifiedMinCount"),
    "qualifiedValueShapesDisjoint-datatype": (f"{_P} sh:qualifiedValueShapesDisjoint 'true' .", "must be true or false"),
    "closed-datatype": (f"{_S} sh:closed 1 .", "sh:closed must be true or false"),
    "closed, multiple-parameters": (f"{_S} sh:closed true, false .", "2 values of sh:closed"),
    "ignoredProperties-node": (f"{_S} sh:closed true ; sh:ignoredProperties ex:p .", "the value of sh:ignoredProperties must be a list"),
    "ignoredProperties-members-nodeKind": (f"{_S} sh:closed true ; sh:ignoredProperties ('p') .", "sh:ignoredProperties must be an IRI"),
    "in-maxCount": (f"{_S} sh:in (1), (2) .", "2 values of sh:in"),
    "in-node": (f"{_S} sh:in 1 .", "the value of sh:in must be a list"),
    "SHACL-list": (f"{_S} sh:in _:l . _:l <{RDF}first> 1, 2 ; <{RDF}rest> () .", "has 2 rdf:first and 1 rdf:rest"),
    "sparql-nodeKind": (f"{_S} sh:sparql 'x' .", "needs a sh:select query"),
    "select-count": (f"{_S} sh:sparql [ {_QUERY} , 'SELECT $this {{}}' ] .", "2 values of sh:select"),
    "select-datatype": (f"{_S} sh:sparql [ sh:select 'SELECT $this {{ $this ?p ?o }}'@en ] .", "sh:select must be a plain string"),
    "select-this": (f"{_S} sh:sparql [ sh:select 'SELECT ?x {{ ?x ?p ?o }}' ] .", "does not return $this"),
    "declare-nodeKind": (f"{_S} sh:sparql [ {_QUERY} ; sh:prefixes ex:o ] . ex:o sh:declare 'x' .", "needs one sh:prefix"),
    "prefix-count": (f"{_S} sh:sparql [ {_QUERY} ; sh:prefixes ex:o ] . ex:o sh:declare [ sh:prefix 'a','b' ] .", "2 values of sh:prefix"),
    "prefix-datatype": (f"{_S} sh:sparql [ {_QUERY} ; sh:prefixes ex:o ] . ex:o sh:declare [ sh:prefix 'a'@en ] .", "needs one sh:prefix"),
    "namespace-datatype": (f"{_S} sh:sparql [ {_QUERY} ; sh:prefixes ex:o ] . ex:o sh:declare [ sh:prefix 'a'; sh:namespace <urn:x> ] .", "needs one sh:namespace"),
    "prefix-unique": (
        f"{_S} sh:sparql [ {_QUERY} ; sh:prefixes ex:o ] . ex:o sh:declare [ sh:prefix 'a'; sh:namespace 'http://x/'^^xsd:anyURI ] , [ sh:prefix 'a'; sh:namespace 'http://y/'^^xsd:anyURI ] .",
        "is declared twice",
    ),
    "ConstraintComponent-nodeKind": (f"[] a sh:ConstraintComponent ; {_ONE} .", "sh:ConstraintComponent must be an IRI"),
    "parameter-path": (f"{_USED} sh:parameter [ sh:path 'one' ] .", "needs one sh:path that is an IRI"),
    "parameter-name": (f"{_USED} sh:parameter [ sh:path ex:this ] .", "can't be used as a variable"),
    "parameter-name, twice": (f"{_USED} {_ONE} , [ sh:path <urn:x:one> ] .", "2 of its parameters end in 'one'"),
    "parameter-count": ("ex:K a sh:ConstraintComponent .", "needs a sh:parameter"),
    "optional-datatype": (f"{_USED} sh:parameter [ sh:path ex:one ; sh:optional 5 ] .", "sh:optional must be true or false"),
    "optional, all": (f"{_USED} sh:parameter [ sh:path ex:one ; sh:optional true ] .", "a parameter that is not sh:optional"),
    "labelTemplate-datatype": (f"{_USED} {_ONE} ; sh:labelTemplate 5 .", "sh:labelTemplate must be a text"),
    "multiple-parameters": (
        f"{_S} ex:one 1, 2 ; ex:two 1 . ex:K a sh:ConstraintComponent ; {_ONE} , [ sh:path ex:two ] ; sh:validator [ {_ASK} ] .",
        "must have one value",
    ),
    "ask-count": (f"{_USED} {_ONE} ; sh:validator [ {_ASK} , 'ASK {{ }}' ] .", "2 values of sh:ask"),
    "ask-datatype": (f"{_USED} {_ONE} ; sh:validator [ {_ASK}@en ] .", "sh:ask must be a plain string"),
    "validator-query": (f"{_USED} {_ONE} ; sh:validator [ ] .", "needs either sh:select or sh:ask"),
}  # fmt: skip
# SHACL's own shapes find these, which the command runs on shapes that are given to it.
MALFORMED = {
    "deactivated-datatype, 1": (f"{_S} sh:class ex:D ; sh:deactivated '1'^^xsd:boolean .", "sh:deactivated: Value must be one of"),
    "path-inverse, more said of it": (f"{_ON} sh:path [ sh:inversePath ex:p ; rdfs:comment 'x' ] .", "check its sh:path"),
    "node-node": (f"{_S} sh:node [ sh:path ex:p ; sh:minCount 1 ] .", "has a sh:path; use sh:property"),
    "pattern, multiple-parameters": (f"{_P} sh:pattern 'a', 'b' .", "sh:pattern: At most 1 value(s)"),
    "qualifiedValueShape, multiple-parameters": (f"{_P} sh:qualifiedValueShape [sh:class ex:D], [sh:class ex:E] ; sh:qualifiedMinCount 1 .", "sh:qualifiedValueShape: At most 1"),
    "shapesGraph-nodeKind": (f"{_S} sh:class ex:D . ex:g sh:shapesGraph 'x' .", "must be of node kind sh:IRI"),
}  # fmt: skip
# These run, as what is meant is clear, with a remark.
SAID = {
    "prefixes-nodeKind": (f"{_S} sh:sparql [ {_QUERY} ; sh:prefixes 'x' ] .", 'sh:prefixes "x" declares no prefix'),
    "namespace-datatype, xsd:string": (f"{_S} sh:sparql [ {_QUERY} ; sh:prefixes ex:o ] . ex:o sh:declare [ sh:prefix 'a'; sh:namespace 'http://x/' ] .", "was read as if it were an xsd:anyURI"),
    "path-node, of an IRI": (f"{_ON} sh:path ex:pp . ex:pp sh:inversePath ex:p .", "sh:inversePath has no effect here"),
    "validator-class": (f"{_USED} {_ONE} ; sh:validator [ {_QUERY} ] .", "sh:validator has a query of sh:select, which was run"),
    "nodeValidator-class": (f"{_USED} {_ONE} ; sh:nodeValidator [ {_ASK} ] .", "sh:nodeValidator has a query of sh:ask, which was run"),
    "validator, two": (f"{_USED} {_ONE} ; sh:validator [ {_ASK} ] , [ sh:ask 'ASK {{ $value ?p $this }}' ] .", "sh:validator has 2 values, of which only one was used"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "told"), REFUSED.values(), ids=REFUSED)
def test_what_breaks_a_rule_is_refused(text: str, told: str) -> None:
    with pytest.raises(ShapesError) as caught:
        parse_shapes(turtle(text))
    assert told in caught.value.reason


@pytest.mark.parametrize(("text", "told"), MALFORMED.values(), ids=MALFORMED)
def test_what_breaks_a_rule_is_malformed(text: str, told: str) -> None:
    assert [told in fault for _, fault in faults(turtle(text))] == [True]


@pytest.mark.parametrize(("text", "told"), SAID.values(), ids=SAID)
def test_what_breaks_a_rule_and_is_run_is_said(text: str, told: str) -> None:
    assert [told in remark.message for remark in remarks_on(parse_shapes(turtle(text)))] == [True]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{_P} sh:datatype xsd:strng .", "sh:datatype names xsd:strng, which is not a datatype of XML Schema. Did you mean xsd:string?"),
        (f"{_P} sh:datatype xsd:minLength .", "sh:datatype names xsd:minLength, which is not a datatype of XML Schema."),
        (f"{_P} sh:datatype <{RDF}langstring> .", "sh:datatype names rdf:langstring, which is not a datatype of RDF. Did you mean rdf:langString?"),
        (f"{_S} sh:property [ sh:path rdfs:lable ; sh:maxCount 1 ] .", "sh:path names rdfs:lable, which is not a term of RDF Schema. Did you mean rdfs:label?"),
        ("ex:S sh:targetClass rdfs:class ; sh:nodeKind sh:IRI .", "sh:targetClass names rdfs:class, which is not a term of RDF Schema. Did you mean rdfs:Class?"),
        (f"{_P} sh:hasValue '1'^^xsd:integr .", 'The literal "1"^^<http://www.w3.org/2001/XMLSchema#integr> has xsd:integr, which is not a datatype of XML Schema. Did you mean xsd:integer?'),
    ],
)  # fmt: skip
def test_a_name_that_its_closed_namespace_does_not_have_is_said_with_the_nearest(text: str, told: str) -> None:
    (remark,) = remarks_on(parse_shapes(turtle(text)))
    assert remark.message.startswith(told)


@pytest.mark.parametrize("name", ["string", "dateTimeStamp", "unsignedByte", "anyURI"])
def test_nothing_is_said_of_datatypes_that_there_are(name: str) -> None:
    assert remarks_on(parse_shapes(turtle(f"{_P} sh:datatype xsd:{name} ; sh:in ( 'a'@en 1 1.0 1e0 true ) ."))) == ()


def test_a_member_of_a_container_is_a_term_of_rdf() -> None:
    assert remarks_on(parse_shapes(turtle(f"{_S} sh:property [ sh:path <{RDF}_12> ; sh:maxCount 1 ] ."))) == ()
