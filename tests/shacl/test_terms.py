"""Every term of SHACL and DASH: the parser does with it what the table says."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.graph.projects import find_project
from kgtools.shacl import ShapesError, parse_shapes, remarks_on
from kgtools.shacl.terms import CORE, DASH, TERMS, Fate, Kind, TermEntry, TermPlace, entry_of
from kgtools.shacl.vocab import SHACL, sh
from tests.shacl.comparing import turtle
from tools.shacl_terms import with_terms

_PREFIX = f"@prefix dash: <{DASH}> .\n"
# A value that each property may have; the others have an IRI that is described.
_VALUES = {
    **dict.fromkeys(("minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount"), "1"),
    **dict.fromkeys(("minExclusive", "minInclusive", "maxExclusive", "maxInclusive"), "1"),
    **dict.fromkeys(("deactivated", "closed", "uniqueLang", "qualifiedValueShapesDisjoint", "optional"), "true"),
    **dict.fromkeys(("and", "or", "xone"), "( ex:Other )"),
    **dict.fromkeys(("alternativePath",), "( ex:p ex:q )"),
    **dict.fromkeys(("message", "pattern", "prefix"), '"a"'),
    **dict.fromkeys(("ignoredProperties",), "( ex:p )"),
    "namespace": '"http://example.org/"^^xsd:anyURI',
    "flags": '"i"',
    "languageIn": '( "en" )',
    "in": "( 1 )",
    "nodeKind": "sh:IRI",
    "severity": "sh:Warning",
    "select": '"SELECT $this WHERE { $this ?p ?o }"',
    "ask": '"ASK { $this ?p $value }"',
    "sparql": '[ sh:select "SELECT $this WHERE { $this ?p ?o }" ]',
    "property": "[ sh:path ex:q ; sh:minCount 1 ]",
    "parameter": "[ sh:path ex:one ]",
    "path": "ex:p",
    "declare": '[ sh:prefix "a" ; sh:namespace "http://example.org/"^^xsd:anyURI ]',
    "prefixes": "ex:prefixes",
    "validator": '[ sh:ask "ASK { $this ?p $value }" ]',
    "nodeValidator": '[ sh:select "SELECT $this WHERE { $this ?p ?o }" ]',
    "propertyValidator": '[ sh:select "SELECT $this WHERE { $this ?p ?o }" ]',
}
# Terms that do something beside another only.
_BESIDE = {
    "flags": 'sh:pattern "a" ;',
    "ignoredProperties": "sh:closed true ;",
    "qualifiedValueShape": "sh:qualifiedMinCount 1 ;",
    "qualifiedMinCount": "sh:qualifiedValueShape ex:Other ;",
    "qualifiedMaxCount": "sh:qualifiedValueShape ex:Other ;",
    "qualifiedValueShapesDisjoint": "sh:qualifiedValueShape ex:Other ; sh:qualifiedMinCount 1 ;",
    **dict.fromkeys(("severity", "message"), "sh:nodeKind sh:IRI ;"),
}
_REST = """
ex:Other a sh:NodeShape . ex:prefixes sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
"""
_PLACES = {
    TermPlace.NODE_SHAPE: "ex:S a sh:NodeShape ; sh:targetClass ex:C ; {beside} {said} .",
    TermPlace.PROPERTY_SHAPE: "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ; {beside} {said} .",
    TermPlace.CONSTRAINT: (
        'ex:S sh:targetClass ex:C ; sh:sparql [ sh:select "SELECT $this {{ $this ?p ?o }}" ; {said} ] .'
    ),
    TermPlace.VALIDATOR: (
        "ex:S sh:targetClass ex:C ; ex:one 1 . ex:K a sh:ConstraintComponent ; sh:parameter [ sh:path ex:one ] ; "
        "sh:nodeValidator [ {query} {said} ] ."
    ),
    TermPlace.COMPONENT: (
        "ex:S sh:targetClass ex:C ; ex:one 1 . ex:K a sh:ConstraintComponent ; sh:parameter [ sh:path ex:one ] ; "
        'sh:validator [ sh:ask "ASK {{ $this ?p $value }}" ] ; {said} .'
    ),
    TermPlace.PARAMETER: (
        "ex:S sh:targetClass ex:C ; ex:one 1 . ex:K a sh:ConstraintComponent ; "
        "sh:parameter [ sh:path ex:one ] , [ {said} ; sh:path ex:two ; sh:optional true ] ; "
        'sh:validator [ sh:ask "ASK {{ $this ?p $value }}" ] .'
    ),
    TermPlace.PATH: "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path [ {said} ] ; sh:minCount 1 .",
    TermPlace.DECLARATION: (
        'ex:o sh:declare [ {said} ; sh:prefix "a" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .'
    ),
    TermPlace.RESULT: "ex:r a sh:ValidationResult ; {said} .",
    TermPlace.ANYWHERE: "ex:o {said} .",
}


def _local(entry: TermEntry) -> str:
    return entry.name.partition(":")[2]


def _said(entry: TermEntry) -> str:
    return f"{entry.name} {_VALUES.get(_local(entry), 'ex:Other')}"


def _shapes(entry: TermEntry, place: TermPlace) -> list[ox.Triple]:
    name = _local(entry)
    said = "sh:path ex:p" if place is TermPlace.PROPERTY_SHAPE and name == "path" else _said(entry)
    said = "sh:optional true" if place is TermPlace.PARAMETER and name == "path" else said
    said = 'rdfs:label "a"' if place is TermPlace.COMPONENT and name == "validator" else said
    query = "" if name in {"select", "ask"} else 'sh:select "SELECT $this { $this ?p ?o }" ;'
    said = 'sh:select "SELECT $this { $this ?p ?o }"' if name == "select" else said
    text = _PLACES[place].format(said=said, beside=_BESIDE.get(name, ""), query=query)
    return turtle(_PREFIX + text + _REST)


def _told(triples: list[ox.Triple], name: str) -> list[str]:
    return [r.message for r in remarks_on(parse_shapes(triples)) if name in r.message.partition(" ")[0].split()]


def _of(fate: Fate, *kinds: Kind) -> list[TermEntry]:
    return [entry for entry in TERMS.values() if entry.fate is fate and entry.kind in kinds]


def _name(entry: TermEntry) -> str:
    return entry.name


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        (entry, place)
        for entry in _of(Fate.READ, Kind.PROPERTY)
        for place in sorted(entry.places, key=lambda p: p.value)
    ],
    ids=lambda value: value.name,
)
def test_a_term_that_is_implemented_is_read_where_it_belongs(entry: TermEntry, place: TermPlace) -> None:
    assert _told(_shapes(entry, place), entry.name) == []


# Terms that make no shape of what they are said of, so that they may stand where they have no effect.
_NOT_TELLING = {
    "path",
    "severity",
    "message",
    "deactivated",
    "flags",
    "ignoredProperties",
    "qualifiedValueShapesDisjoint",
}
_SHAPES = {TermPlace.NODE_SHAPE, TermPlace.PROPERTY_SHAPE}
_NO_SHAPE = "ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI . ex:o {said} ."


def _is_telling(entry: TermEntry) -> bool:
    return bool(entry.places & _SHAPES) and _local(entry) not in _NOT_TELLING


@pytest.mark.parametrize(
    "entry",
    [e for e in _of(Fate.READ, Kind.PROPERTY) if not _is_telling(e) and TermPlace.ANYWHERE not in e.places],
    ids=_name,
)
def test_a_term_that_is_implemented_is_told_of_where_it_has_no_effect(entry: TermEntry) -> None:
    triples = turtle(_PREFIX + _NO_SHAPE.format(said=_said(entry)) + _REST)
    (told,) = _told(triples, entry.name)
    assert told.startswith(
        f"{entry.name} has no effect here: this is nothing that a shape refers to, and the term belongs"
    )


@pytest.mark.parametrize(
    "entry",
    [
        e
        for e in _of(Fate.READ, Kind.PROPERTY)
        if _is_telling(e) and TermPlace.NODE_SHAPE in e.places and "target" not in e.name
    ],
    ids=_name,
)
def test_a_term_that_makes_a_shape_is_told_of_where_nothing_uses_the_shape(entry: TermEntry) -> None:
    triples = turtle(_PREFIX + _NO_SHAPE.format(said=_said(entry)) + _REST)
    found = [r for r in remarks_on(parse_shapes(triples)) if r.name == "Shape <http://example.org/o>"]
    assert [r.message.partition(",")[0] for r in found] == ["It has no target"]


@pytest.mark.parametrize(
    "entry",
    [
        e
        for e in _of(Fate.READ, Kind.PROPERTY)
        if e.places == {TermPlace.PROPERTY_SHAPE} and _is_telling(e) and "qualifiedM" not in e.name
    ],
    ids=_name,
)
def test_a_term_of_property_shapes_is_refused_on_a_node_shape(entry: TermEntry) -> None:
    with pytest.raises(ShapesError, match=f"{entry.name} belongs in a property shape"):
        parse_shapes(turtle(f"ex:S a sh:NodeShape ; {_said(entry)} . {_REST}"))


@pytest.mark.parametrize(
    "entry", [e for e in _of(Fate.READ, Kind.PROPERTY) if e.places in ({TermPlace.PATH}, {TermPlace.RESULT})], ids=_name
)
def test_a_term_of_paths_is_refused_on_a_shape(entry: TermEntry) -> None:
    with pytest.raises(ShapesError, match=f"{entry.name} is not a SHACL term for shapes"):
        parse_shapes(turtle(f"ex:S a sh:NodeShape ; {_said(entry)} . {_REST}"))


@pytest.mark.parametrize("entry", _of(Fate.REFUSED, *Kind), ids=_name)
def test_a_term_that_is_refused_is_refused_by_its_name_with_its_standard(entry: TermEntry) -> None:
    said = {
        Kind.PROPERTY: f"{entry.name} ex:Other",
        Kind.CLASS: f"a {entry.name}",
        Kind.VALUE: f"sh:nodeKind {entry.name}",
    }
    with pytest.raises(ShapesError) as caught:
        parse_shapes(turtle(f"{_PREFIX} ex:S sh:targetClass ex:C ; {said[entry.kind]} . {_REST}"))
    assert entry.name in caught.value.reason
    assert "not supported here" in caught.value.reason
    assert entry.standard == CORE or entry.standard in caught.value.reason
    assert entry.advice
    assert caught.value.reason.endswith(entry.advice)


@pytest.mark.parametrize("entry", _of(Fate.UNUSED, Kind.PROPERTY, Kind.CLASS), ids=_name)
def test_a_term_that_is_not_used_is_told_of_once(entry: TermEntry) -> None:
    said = f"{entry.name} [ sh:minCount 1 ]" if entry.kind is Kind.PROPERTY else f"a {entry.name}"
    triples = turtle(f"{_PREFIX} ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI . ex:node {said} . {_REST}")
    found = [r for r in remarks_on(parse_shapes(triples)) if r.message.startswith(f"{entry.name} was not used")]
    assert [r.name for r in found] == ["The node <http://example.org/node>"]
    assert entry.standard == CORE or entry.standard in found[0].message
    assert found[0].message.endswith(entry.advice)


@pytest.mark.parametrize("entry", [e for e in _of(Fate.SAID, *Kind) if not e.places], ids=_name)
def test_a_description_is_passed_over_anywhere(entry: TermEntry) -> None:
    said = {
        Kind.PROPERTY: f"{entry.name} ex:Other",
        Kind.CLASS: f"a {entry.name}",
        Kind.VALUE: f"sh:group {entry.name}",
    }
    triples = turtle(f"{_PREFIX} ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI ; {said[entry.kind]} . {_REST}")
    told = [r.message for r in remarks_on(parse_shapes(triples)) if "no target" not in r.message]
    assert told == []


@pytest.mark.parametrize("entry", [e for e in _of(Fate.SAID, Kind.PROPERTY) if e.places], ids=_name)
def test_a_term_of_reports_is_passed_over_there_and_refused_on_a_shape(entry: TermEntry) -> None:
    assert _told(_shapes(entry, TermPlace.RESULT), entry.name) == []
    with pytest.raises(ShapesError, match=f"{entry.name} is not a SHACL term for shapes"):
        parse_shapes(turtle(f"ex:S sh:targetClass ex:C ; {entry.name} ex:Other . {_REST}"))


def test_the_vocabularies_hold_no_term_that_is_not_in_the_table() -> None:
    """Those that pySHACL has, which are SHACL 1.0 with the Advanced Features, and DASH."""
    unknown = set()
    for file, namespace in (("shacl.ttl", SHACL), ("dash.ttl", DASH)):
        for quad in ox.parse((files("pyshacl") / "assets" / file).read_bytes(), format=ox.RdfFormat.TURTLE):
            term = quad.subject
            if isinstance(term, ox.NamedNode) and term.value.startswith(namespace) and term.value != namespace:
                unknown |= {term.value} if entry_of(term) is None else set()
    assert unknown - {f"{DASH}isSubClassOf-subclass", f"{DASH}isSubClassOf-superclass"} == _OF_SCRIPTS


def test_the_vocabulary_of_shacl_1_2_holds_no_term_that_is_not_in_the_table() -> None:
    """The list of W3C's terms says which version of the vocabulary it is from."""
    lines = Path(__file__).with_name("w3c_terms.txt").read_text(encoding="utf-8").splitlines()
    names = [name for line in lines if not line.startswith("#") for name in line.split()]
    assert len(names) == len(set(names)) == 294
    assert [name for name in names if entry_of(sh(name)) is None] == []


def test_a_misspelled_term_with_a_hyphen_is_not_taken_for_a_parameter() -> None:
    assert entry_of(sh("min-count")) is None
    assert entry_of(sh("SelectExpression-select")) is TERMS[sh("SelectExpression")]


_OF_SCRIPTS = {f"{DASH}{name}" for name in ("ScriptAPIShape-generateClass", "ScriptAPIShape-generatePrefixClasses")} | {
    f"{DASH}ScriptAPIShape-generatePrefixConstants",
    *(f"{DASH}ConstraintReificationShape-{n}" for n in ("message", "severity")),
}


def test_the_table_has_each_term_once_with_a_place_for_each_property_that_is_read() -> None:
    lines = (files("kgtools.shacl") / "terms.tsv").read_text(encoding="utf-8").splitlines()
    names = [line.split("\t")[0] for line in lines if not line.startswith("#")]
    assert len(names) == len(set(names)) == len(TERMS)
    assert all(entry.places for entry in _of(Fate.READ, Kind.PROPERTY))


@pytest.mark.parametrize("name", ["qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint"])
def test_counts_on_a_node_shape_have_no_effect(name: str) -> None:
    """Which the W3C test core/node/qualified-001 allows."""
    (told,) = _told(
        turtle(f"ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI ; sh:{name} {_VALUES[name]} ."), f"sh:{name}"
    )
    assert told.endswith("this is a node shape, and the term belongs on a property shape.")


def test_the_page_names_every_term_and_is_made_again_from_the_table() -> None:
    page = (find_project().root / "docs" / "reference" / "shacl-engine.md").read_text(encoding="utf-8")
    assert [entry.name for entry in TERMS.values() if f"`{entry.name}`" not in page] == []
    assert with_terms(page.replace("| `sh:sparql` | implemented | shape |", "| `sh:sparql` | refused | |")) == page
