"""What of a shapes graph is not read is refused by its name, or said, with its place; nothing passes in silence."""

# ruff: noqa: E501 - Turtle
from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.cli.main import main
from kgtools.core.errors import ShapesError
from kgtools.core.project import Project
from kgtools.graph.projects import find_project
from kgtools.graph.reading import read_triples
from kgtools.graph.store import EmbeddedStore
from kgtools.shacl import compile_shapes, parse_shapes, remarks_on, validate, validate_triples
from kgtools.validation import Request, validate_files
from tests.shacl.comparing import brief, turtle

_PREFIXES = """@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
_EX = "<http://example.org/"
_S = "ex:S a sh:NodeShape ; sh:targetClass ex:C ;"
_SELECT = 'sh:select "SELECT $this { $this a <http://example.org/C> }"'

REFUSED = {
    f'{_S} sh:sparql [ sh:select "SELECT $this FROM <urn:g> WHERE {{ $this a <urn:C> }}" ] .': "its query names a graph with FROM",
    f'{_S} sh:sparql [ sh:select "SELECT $this FROM NAMED <urn:g> {{ $this a <urn:C> }}" ] .': "its query names a graph with FROM",
    f"{_S} sh:node ex:None .": f"it uses the shape {_EX}None>, which is not described anywhere. Add the file that describes",
    f"{_S} sh:not ex:None .": f"it uses the shape {_EX}None>, which is not described anywhere",
    f"{_S} sh:and ( ex:None ) .": f"it uses the shape {_EX}None>, which is not described anywhere",
    f"{_S} sh:or ( ex:None ) .": f"it uses the shape {_EX}None>, which is not described anywhere",
    f"{_S} sh:xone ( ex:None ) .": f"it uses the shape {_EX}None>, which is not described anywhere",
    f"{_S} sh:property [ sh:path ex:p ; sh:qualifiedValueShape ex:None ; sh:qualifiedMinCount 1 ] .": "not described anywhere",
    f"{_S} sh:node ex:Thing . ex:Thing a owl:Class .": f"it uses the shape {_EX}Thing>, which is not described anywhere",
    f"{_S} sh:node ex:AdressShape . ex:AddressShape a sh:NodeShape .": f"did you mean {_EX}AddressShape>?",
    f"{_S} sh:property ex:None .": f"it uses the shape {_EX}None>, which is not described anywhere",
    f"{_S} sh:node () .": "not described anywhere",
    f"{_S} sh:nodeKind sh:IRI . ex:g sh:entailment <http://www.w3.org/ns/entailment/RDFS> .": (
        "sh:entailment <http://www.w3.org/ns/entailment/RDFS> is not supported here"
    ),
    f"{_S} <https://www.w3.org/ns/shacl#closed> true .": "SHACL's namespace is <http://www.w3.org/ns/shacl#>",
    f"{_S} <http://www.w3.org/ns/shac1#closed> true .": "SHACL's namespace is <http://www.w3.org/ns/shacl#>",
    f"{_S} <http://www.w3.org/ns/shacl/closed> true .": "SHACL's namespace is <http://www.w3.org/ns/shacl#>",
    f"{_S} <http://www.w3.org/ns/shaclclosed> true .": "SHACL's namespace is <http://www.w3.org/ns/shacl#>",
    f"{_S} sh:severity <https://www.w3.org/ns/shacl#Info> .": "SHACL's namespace is <http://www.w3.org/ns/shacl#>",
    "ex:S a <https://www.w3.org/ns/shacl#NodeShape> .": "SHACL's namespace is <http://www.w3.org/ns/shacl#>",
    f"{_S} sh:severity sh:Warn .": "sh:Warn is not a SHACL term. Did you mean sh:Warning?",
    f"{_S} sh:nodeType sh:IRI .": "sh:nodeType is not a SHACL term. Did you mean sh:node?",
    f"{_S} sh:closed sh:ByTypes .": "sh:ByTypes is SHACL 1.2, not supported here",
    f'{_S} sh:closed "yes" .': "sh:closed must be true or false",
    f"{_S} sh:deactivated [ ] .": "sh:deactivated must be true or false",
    f"{_S} sh:class ( ex:A ex:B ) .": "sh:class has a list, which is SHACL 1.2",
    "ex:S sh:targetNode [ ex:nodes ex:a ] ; sh:nodeKind sh:IRI .": "a node expression is SHACL 1.2",
    "ex:K a sh:ConstraintComponent .": "needs a sh:parameter",
    f'{_S} sh:sparql [ sh:select "SELECT $this {{ $this ?p ?v FILTER(<http://example.org/f>(?v)) }}" ] .': (
        "The custom function <http://example.org/f> is not supported"
    ),
    f"{_S} sh:sparql [ sh:select \"SELECT $this {{ $this ?p ?v FILTER(REGEX(?v, '\\\\\\\\bx')) }}\" ] .": (
        r'REGEX with the pattern "\\bx": XPath has no \b (a word boundary)'
    ),
    f'{_S} sh:pattern "a++" .': 'sh:pattern "a++" is not a regular expression of SPARQL: XPath lets no + follow',
    f'{_S} sh:pattern "a" ; sh:flags "g" .': "the flag 'g' is not one of s, m, i, x and q",
    f'{_S} sh:pattern "\\\\w{{1,900}}" .': "is too large to run; repeat less in it",
}


@pytest.mark.parametrize(("text", "told"), REFUSED.items())
def test_what_can_not_be_carried_out_is_refused_by_its_name(text: str, told: str) -> None:
    with pytest.raises(ShapesError) as caught:
        parse_shapes(turtle("@prefix owl: <http://www.w3.org/2002/07/owl#> ." + text))
    assert told in caught.value.reason


TOLD = {
    f"{_S} sh:property [ sh:path <https://www.w3.org/2000/01/rdf-schema#label> ; sh:maxCount 0 ] .": "sh:path names "
    "<https://www.w3.org/2000/01/rdf-schema#label>: perhaps you mean the namespace <http://www.w3.org/2000/01/rdf-schema#>",
    f"{_S} sh:property [ sh:path ex:p ; sh:datatype <https://www.w3.org/2001/XMLSchema#date> ] .": "sh:datatype names",
    "ex:S a sh:NodeShape ; sh:targetClass <http://www.w3.org/2002/07/owl/Class> ; sh:nodeKind sh:IRI .": "sh:targetClass "
    "names <http://www.w3.org/2002/07/owl/Class>: perhaps you mean the namespace <http://www.w3.org/2002/07/owl#>",
    f"{_S} sh:rule [ a <http://www.w3.org/ns/shacl#TripleRule> ; sh:subject sh:this ] .": "sh:rule was not used",
    f"{_S} sh:property [ sh:path ex:p ; sh:values [ sh:path ex:q ] ] .": "sh:values was not used",
    f"{_S} sh:nodeKind sh:IRI . ex:g owl:imports ex:more .": f"owl:imports {_EX}more> was not read",
    f"{_S} sh:nodeKind sh:IRI . ex:g sh:conformanceDisallows sh:Info .": "sh:conformanceDisallows was not used",
    f"{_S} sh:nodeKind sh:IRI . ex:f a sh:SPARQLFunction ; sh:returnType xsd:boolean .": "sh:SPARQLFunction was not used",
    f"{_S} sh:nodeKind sh:IRI . ex:T a sh:NodeShape ; sh:nodeKind sh:IRI .": "It has no target, and no other shape",
    f"{_S} sh:sparql [ {_SELECT} ; sh:severity sh:Info ] .": "sh:severity has no effect here: this is a value of sh:sparql",
    f"{_S} sh:prefixes ex:o ; sh:nodeKind sh:IRI .": "sh:prefixes has no effect here: this is a node shape",
    f"{_S} {_SELECT} ; sh:nodeKind sh:IRI .": "sh:select has no effect here: this is a node shape",
    f"{_S} sh:severity sh:Info ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .": "property shapes do not inherit it",
    f'{_S} sh:message "No." ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .': "property shapes do not inherit it",
    f"{_S} sh:or ( [ sh:nodeKind sh:IRI ; sh:severity sh:Info ] ) .": "the shape that refers to this one gives the result",
    f'{_S} sh:flags "i" ; sh:nodeKind sh:IRI .': "sh:flags has no effect without sh:pattern beside it",
    f"{_S} sh:ignoredProperties ( ex:p ) ; sh:nodeKind sh:IRI .": "sh:ignoredProperties has no effect without sh:closed true",
    f"{_S} sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ ] ] .": "sh:qualifiedValueShape has no effect without",
    f'{_S} sh:closed "1"^^xsd:boolean ; sh:nodeKind sh:IRI .': "has no effect, because SHACL needs exactly the literal true",
    f'{_S} sh:languageIn ( "en" "" ) .': 'sh:languageIn has "", which is not a language',
    f"{_S} ex:one 1 . ex:K a sh:ConstraintComponent ; sh:parameter [ sh:path ex:one ] .": f"{_EX}one> was not checked",
    f"{_S} ex:one 1 . ex:K a sh:ConstraintComponent ; sh:parameter [ sh:path ex:one ] , [ sh:path ex:two ] .": (
        f"{_EX}one> has no effect: the constraint component {_EX}K> also needs {_EX}two>."
    ),
    f"{_S} <http://datashapes.org/dash#singleLine> true .": "dash:singleLine was not used: it is a term of DASH",
    f"{_S} <http://datashapes.org/dash#singleLin> true .": "it is not a term of DASH. Did you mean dash:singleLine?",
    f"{_S} <https://www.w3.org/2000/01/rdf-schema#label> 'S' .": "perhaps you mean the namespace <http://www.w3.org/2000",
    f"{_S} sh:nodeKind sh:IRI {{| sh:severity sh:Info |}} .": "is about a statement here, which is SHACL 1.2",
    f"{_S} sh:nodeKind sh:IRI . ex:o sh:targetClas ex:C .": "sh:targetClas was not used: it is not a term of SHACL. Did you mean",
    f'{_S} sh:sparql [ sh:select "SELECT $this {{ $this ?p ?v FILTER(REGEX(?v, STR(?p))) }}" ] .': (
        "The pattern of REGEX in its query is computed as the query runs"
    ),
    f"{_S} sh:sparql [ {_SELECT} ; sh:prefixes ex:o ] .": f"sh:prefixes {_EX}o> declares no prefix",
}


@pytest.mark.parametrize(("text", "told"), TOLD.items())
def test_what_has_no_effect_is_said_once(text: str, told: str) -> None:
    shapes = parse_shapes(turtle("@prefix owl: <http://www.w3.org/2002/07/owl#> ." + text))
    assert [told in remark.message for remark in remarks_on(shapes)] == [True]


SILENT = [
    f"{_S} sh:node [ ] .",
    f"{_S} sh:node ex:T . ex:T a sh:NodeShape .",
    f"{_S} sh:node ex:T . ex:T ex:one 1 . ex:K a sh:ConstraintComponent ; sh:parameter [ sh:path ex:one ; sh:datatype "
    'xsd:integer ] ; sh:validator [ sh:ask "ASK { FILTER($one = 1) }" ] .',
    f"{_S} sh:nodeKind sh:IRI . ex:T a sh:NodeShape ; sh:deactivated true ; sh:nodeKind sh:IRI .",
    f"{_S} sh:nodeKind sh:IRI . ex:g owl:imports ex:more . ex:more a owl:Ontology .",
    f"{_S} sh:nodeKind sh:IRI . ex:g owl:imports <http://www.w3.org/ns/shacl> .",
    f"{_S} sh:nodeKind sh:IRI ; sh:severity ex:Grave ; sh:message 'No.'@en .",
    f"{_S} sh:or ( [ sh:nodeKind sh:IRI ; sh:message 'No.' ] ) .",
    f"{_S} sh:property [ sh:path [ sh:inversePath ex:p ] ; sh:minCount 1 ; sh:group ex:G ] . ex:G a sh:PropertyGroup .",
]


@pytest.mark.parametrize("text", SILENT)
def test_nothing_is_said_of_what_is_carried_out(text: str) -> None:
    assert remarks_on(parse_shapes(turtle("@prefix owl: <http://www.w3.org/2002/07/owl#> ." + text))) == ()


def test_the_projects_own_shapes_have_effect() -> None:
    """But for rules on cells and on terms, which other code decides, and which say so by having no target."""
    project: Project = find_project()
    shapes = parse_shapes(triple for file in project.shapes for triple in read_triples(file))
    told = {remark.name.rpartition("#")[2][:3] for remark in remarks_on(shapes) if "no target" in remark.message}
    assert [remark for remark in remarks_on(shapes) if "no target" not in remark.message] == []
    assert told <= {"CEL", "VOC", "SUB"}


@pytest.mark.parametrize("count", [-1, 0])
def test_a_count_below_nought_is_legal(count: int) -> None:
    data = turtle("ex:a a ex:C ; ex:p 1 . ex:b a ex:C .")
    store = EmbeddedStore()
    store.load(data)
    for name, found in (("minCount", []), ("maxCount", ["ex:a", "ex:b"] if count < 0 else ["ex:a"])):
        shapes = turtle(f"ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:{name} {count} ] .")
        outside = validate_triples(shapes, data)
        inside = validate(compile_shapes(parse_shapes(shapes)), store, in_store=True)
        nested = validate_triples(
            turtle(f"ex:S sh:targetClass ex:C ; sh:node [ sh:path ex:p ; sh:{name} {count} ] ."), data
        )
        assert [each[0] for each in brief(outside)] == [each[0] for each in brief(inside)] == found
        assert [each[0] for each in brief(nested)] == found


def test_a_text_without_a_language_never_has_one_of_a_list() -> None:
    data = turtle("ex:a a ex:C ; ex:q 'plain' , 5 , 'x'@en .")
    shapes = turtle("ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:q ; sh:languageIn ( '' 'en' ) ] .")
    store = EmbeddedStore()
    store.load(data)
    expected = {'"plain"', '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'}
    for report in (
        validate_triples(shapes, data),
        validate(compile_shapes(parse_shapes(shapes)), store, in_store=True),
    ):
        assert {str(result.value) for result in report.results} == expected


@pytest.mark.parametrize("in_store", [False, True])
@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ('sh:pattern "^[a-z-[aeiou]]+$"', ["abc", "a_b", "a&b"]),
        ('sh:pattern "[a&&b]" ; sh:flags "s"', ["bcd".replace("b", "x")]),
        (r'sh:pattern "^\\w+$"', ["a_b", "a&b"]),
        ('sh:pattern "A.B" ; sh:flags "iq"', ["abc", "a_b", "a&b", "xcd"]),
    ],
)
def test_patterns_are_xpaths_in_memory_and_in_a_store(constraint: str, wrong: list[str], *, in_store: bool) -> None:
    data = turtle("ex:x a ex:C ; ex:p 'abc' , 'a_b' , 'a&b' , 'xcd' .")
    shapes = turtle(f"ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; {constraint} ] .")
    store = EmbeddedStore()
    store.load(data)
    report = validate(compile_shapes(parse_shapes(shapes)), store, in_store=in_store)
    assert sorted(r.value.value for r in report.results if isinstance(r.value, ox.Literal)) == sorted(wrong)


@pytest.mark.parametrize("in_store", [False, True])
def test_queries_have_xpaths_patterns_and_replacements(*, in_store: bool) -> None:
    data = turtle("ex:x a ex:C ; ex:p 'bcd' , 'abc' , 'ab' .")
    select = (
        "SELECT $this ?value { $this <http://example.org/p> ?value FILTER(REGEX(?value, '^[a-z-[aeiou]]+$') || "
        "REPLACE(?value, '(a)b', '$1c') = 'ac') }"
    )
    shapes = turtle(f'ex:S sh:targetClass ex:C ; sh:sparql [ sh:select "{select}" ] .')
    store = EmbeddedStore()
    store.load(data)
    report = validate(compile_shapes(parse_shapes(shapes)), store, in_store=in_store)
    assert sorted(str(result.value) for result in report.results) == ['"ab"', '"bcd"']


def _files(folder: Path, shapes: str, data: str = "ex:a a ex:C .") -> list[str]:
    for name, text in (("shapes.ttl", shapes), ("data.ttl", data)):
        (folder / name).write_text(_PREFIXES + text, encoding="utf-8")
    return [str(folder / "data.ttl"), "--shapes", str(folder / "shapes.ttl")]


def test_a_shape_without_a_name_is_called_by_its_place_its_path_and_its_owner(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """ex:S sh:targetClass ex:C ;
  sh:property [ sh:path ex:p ; sh:maxCount 2 ] , [ sh:path ex:q ] ;
  sh:or ( [ sh:class ex:C ]
          [ sh:property [ sh:path ex:r ; sh:minCount "1" ] ] ) .
"""
    assert main(["validate", *_files(tmp_path, text)]) == 2
    place = f"{tmp_path / 'shapes.ttl'}:8:25"
    assert capsys.readouterr().err == (
        f"kgtools: Shape without a name at {place} (on <http://example.org/r>, in sh:or of <http://example.org/S>): "
        'sh:minCount must be a whole number (xsd:integer), not "1".\n'
    )


def test_a_named_shape_has_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", *_files(tmp_path, "ex:T a sh:NodeShape .\nex:S sh:node ex:None .")]) == 2
    assert f"{tmp_path / 'shapes.ttl'}:6:1: Shape <http://example.org/S>: it uses" in capsys.readouterr().err


def test_a_result_calls_a_shape_without_a_name_by_its_place(tmp_path: Path) -> None:
    files = _files(tmp_path, "ex:S sh:targetClass ex:C ;\n  sh:node [ sh:class ex:D ] .")
    report = validate_files(Request(files=(Path(files[0]),), shapes=(Path(files[2]),)), None)
    (finding,) = report.findings
    assert finding.message == (
        f"Value must conform to the shape without a name at {files[2]}:6:11 (in sh:node of <http://example.org/S>)."
    )


def test_shapes_in_json_ld_are_placed_by_their_owner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = _files(tmp_path, "")
    shapes = tmp_path / "shapes.jsonld"
    sh = "http://www.w3.org/ns/shacl#"
    shapes.write_text(
        json.dumps({"@id": "urn:S", f"{sh}property": {f"{sh}path": {"@id": "urn:p"}, f"{sh}minCount": "1"}}),
        encoding="utf-8",
    )
    assert main(["validate", files[0], "--shapes", str(shapes)]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"kgtools: Shape without a name at {shapes}:1:1 (on <urn:p>, in sh:property of <urn:S>)")


_RULE = "ex:S sh:targetClass ex:C ;\n  sh:rule [ a sh:TripleRule ] ; sh:nodeKind sh:IRI ."


def test_what_was_not_used_is_a_warning_in_every_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = _files(tmp_path, _RULE)
    place, said = f"{files[2]}:6:3", "Shape <http://example.org/S>: sh:rule was not used"
    assert main(["validate", *files]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert f"Warning: {place}: {said}" in text
    assert "No findings in what was checked." in text
    assert main(["validate", *files, "--format", "json"]) == 0
    (caution,) = json.loads(capsys.readouterr().out)["cautions"]
    assert caution["message"].startswith(said)
    assert caution["location"] == {"file": files[2], "line": 6, "column": 3}
    assert main(["validate", *files, "--format", "sarif"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["runs"][0]["invocations"][0]["toolConfigurationNotifications"]
    assert told["message"]["text"].startswith(said)
    assert told["locations"][0]["physicalLocation"]["region"] == {"startLine": 6, "startColumn": 3}
    assert main(["validate", *files, "--format", "ttl"]) == 0
    printed = capsys.readouterr()
    assert f"Warning: {place}: {said}" in printed.err
    assert "sh:conforms true" in printed.out


@pytest.mark.parametrize("format_", ["ttl", "json", "sarif", "csv", "junit"])
def test_what_can_not_be_read_is_said_on_standard_error(
    format_: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = _files(tmp_path, "ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI .")
    missing = str(tmp_path / "none.ttl")
    assert main(["validate", files[0], missing, *files[1:], "--format", format_]) == 2
    assert capsys.readouterr().err == f"kgtools: {missing}: There is no such file.\n"


def test_without_focus_nodes_the_graph_conforms_and_the_command_says_that_nothing_was_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """SHACL section 3.6: there is no result."""
    files = _files(tmp_path, "ex:S sh:targetClass ex:Other ; sh:nodeKind sh:IRI .")
    assert main(["validate", *files, "--format", "ttl"]) == 1
    printed = capsys.readouterr()
    assert "sh:conforms true" in printed.out
    assert printed.err == "kgtools: Nothing was checked: no rule found a record to check. This is not a pass.\n"


def test_a_store_in_which_nothing_was_checked_is_not_a_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = _files(tmp_path, "ex:S sh:targetClass ex:Other ; sh:nodeKind sh:IRI .")
    with EmbeddedStore(tmp_path / "store") as store:
        store.load(turtle("ex:a a ex:C ."))
        store.flush()
    assert main(["validate", "--store", str(tmp_path / "store"), *files[1:]]) == 1
    assert "Nothing was checked: no rule found a record to check. This is not a pass." in capsys.readouterr().out


def test_nodes_without_an_identifier_count_as_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = _files(tmp_path, "ex:S sh:targetClass ex:C ; sh:nodeKind sh:BlankNode .", "[] a ex:C . [] a ex:C .")
    assert main(["validate", *files]) == 0
    assert " ".join(capsys.readouterr().out.split()) == (
        "No findings. 2 nodes were checked, but no record with an identifier is in the data; 1 of 1 shape found records "
        "to check."
    )


@pytest.mark.parametrize("ending", ["ttl", "nt", "nq", "trig"])
def test_an_empty_file_is_an_empty_graph(ending: str, tmp_path: Path) -> None:
    files = _files(tmp_path, "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .")
    empty = tmp_path / f"empty.{ending}"
    empty.write_bytes(b"")
    report = validate_files(Request(files=(empty,), shapes=(Path(files[2]),)), None)
    assert (report.verdict, len(report.findings), report.problems) == ("findings", 1, ())
    assert report.notes == (f"{empty} is empty: it holds no statements.",)


@pytest.mark.parametrize("ending", ["jsonld", "rdf"])
def test_an_empty_file_in_json_or_xml_can_not_be_read(ending: str, tmp_path: Path) -> None:
    files = _files(tmp_path, "ex:S sh:targetNode ex:a .")
    empty = tmp_path / f"empty.{ending}"
    empty.write_bytes(b"")
    report = validate_files(Request(files=(empty,), shapes=(Path(files[2]),)), None)
    assert [problem.message for problem in report.problems] == ["The file is empty."]


def test_an_import_that_is_given_too_is_not_told_of(tmp_path: Path) -> None:
    files = _files(tmp_path, "<> owl:imports <more.ttl> . ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI .")
    more = tmp_path / "more.ttl"
    more.write_text(_PREFIXES + "ex:T sh:targetClass ex:C ; sh:nodeKind sh:IRI .", encoding="utf-8")
    alone = Request(files=(Path(files[0]),), shapes=(Path(files[2]),))
    both = Request(files=(Path(files[0]),), shapes=(Path(files[2]), more))
    assert [c.message.partition(" was ")[0] for c in validate_files(alone, None).cautions] == [
        f"The node <{Path(files[2]).as_uri()}>: owl:imports <{more.as_uri()}>"
    ]
    assert validate_files(both, None).cautions == ()


def test_a_store_is_checked_with_the_same_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = _files(tmp_path, _RULE)
    with EmbeddedStore(tmp_path / "store") as store:
        store.load(turtle("ex:a a ex:C ."))
        store.flush()
    assert main(["validate", "--store", str(tmp_path / "store"), *files[1:], "--format", "json"]) == 0
    assert [c["location"]["line"] for c in json.loads(capsys.readouterr().out)["cautions"]] == [6]
