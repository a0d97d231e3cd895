"""A query asked for all focus nodes at once finds what it finds with each node written in the place of ``$this``.

SHACL defines pre-binding as that replacement (appendix A). The queries are built of the forms that tell the two apart:
groups, OPTIONAL and EXISTS within one another, where what is bound outside is not seen inside.
"""

# ruff: noqa: E501 - queries
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgtools.graph.store import EmbeddedStore
from kgtools.shacl import MemoryGraph, ValidationReport, compile_shapes, parse_shapes, validate
from kgtools.shacl.execute import validate_graph
from tests.shacl.comparing import few_for_many, shapes_of, turtle

_DATA = turtle(
    "ex:a a ex:C ; ex:p ex:b , ex:c ; ex:q ex:a . ex:b a ex:C ; ex:q ex:a ; ex:r ex:c . ex:c a ex:C , ex:D ; ex:p ex:c . "
    "ex:d a ex:C ; ex:q ex:d . ex:x ex:r ex:b , ex:d ; ex:p ex:a ."
)
_NUMBERS = turtle(
    "ex:a ex:p 1 ; ex:q 07 . ex:b ex:p 01 ; ex:r 7 . ex:c ex:q 001 . ex:d ex:r 1 ; ex:q ex:x . ex:x ex:r 007 ; ex:q 2 ."
)
_VARIABLE = re.compile(r"\?\w+")
_TERMS = ("$this", "$this", "?value", "?value", "?x", "?y")
_PROPERTIES = ("ex:p", "ex:q", "ex:r", "a", "^ex:p", "ex:p|ex:q", "ex:p/^ex:r", "(ex:q/^ex:p)?", "(ex:r|^ex:q)+")


@st.composite
def _patterns(draw: st.DrawFn) -> str:
    subject, value = draw(st.sampled_from(_TERMS)), draw(st.sampled_from((*_TERMS, "ex:b", "ex:C")))
    return f"{subject} {draw(st.sampled_from(_PROPERTIES))} {value} ."


def _with_own_variables(inner: str, outer: str) -> str:
    shared = set(_VARIABLE.findall(outer))
    return _VARIABLE.sub(lambda name: name[0] if name[0] in shared else f"{name[0]}Inside", inner)


@st.composite
def _groups(draw: st.DrawFn, depth: int, is_outermost: bool = True) -> str:
    """A group; within others, EXISTS names no variable from outside of its group: Oxigraph takes these for bound."""
    parts = [draw(_patterns()) for _ in range(draw(st.integers(0 if depth else 1, 2)))]
    if draw(st.integers(0, 3)) == 0:
        parts.append(f"FILTER({draw(st.sampled_from(_TERMS))} != {draw(st.sampled_from(_TERMS))})")
    for _ in range(draw(st.integers(0, 2)) if depth else 0):
        form = draw(
            st.sampled_from(("OPTIONAL {0}", "FILTER NOT EXISTS {0}", "FILTER EXISTS {0}", "{0}", "{0} UNION {1}"))
        )
        inner = [draw(_groups(depth - 1, is_outermost=False)) for _ in range(1 + ("{1}" in form))]
        if "EXISTS" in form and not is_outermost:
            inner = [_with_own_variables(each, " ".join(parts)) for each in inner]
        parts.append(form.format(*inner))
    return "{ " + " ".join(draw(st.permutations(parts))) + " }"


_QUERIES = st.builds("SELECT $this ?value WHERE {}".format, _groups(3))


def _replaced(query: str, data: list[ox.Triple], nodes: Iterable[ox.NamedNode]) -> Counter[tuple[str, str]]:
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in data)
    found: Counter[tuple[str, str]] = Counter()
    for node in nodes:
        text = query.replace("SELECT $this", "SELECT").replace("$this", str(node))
        solutions = store.query(f"PREFIX ex: <http://example.org/> {text}")
        assert isinstance(solutions, ox.QuerySolutions)
        found.update((str(node), str(solution["value"] or node)) for solution in solutions)
    return found


def _told(report: ValidationReport) -> Counter[tuple[str, str]]:
    return Counter((str(result.focus_node), str(result.value)) for result in report.results)


def _each_way(query: str, data: list[ox.Triple]) -> Iterator[ValidationReport]:
    """The reports of the ways in which a query can be asked for many nodes."""
    parsed = parse_shapes(shapes_of(query))
    yield validate_graph(parsed, MemoryGraph(data))
    with few_for_many(0):
        yield validate_graph(parsed, MemoryGraph(data))
    store = EmbeddedStore()
    store.load(data)
    yield validate(compile_shapes(parsed), store, in_store=True)


def _assert_bound_alike(query: str) -> None:
    for report in _each_way(query, _DATA):
        assert _told(report) == _replaced(query, _DATA, _named(report))


def _named(report: ValidationReport) -> list[ox.NamedNode]:
    return [node for node in report.focus_nodes if isinstance(node, ox.NamedNode)]


def _numbers_as_one(found: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """What was found, each number in one form: a store doesn't tell 1 from 01."""
    return {(node, re.sub(r'^"0*(\d)', r'"\1', value)) for node, value in found}


def _assert_numbers_alike(query: str) -> None:
    data = [*_DATA, *_NUMBERS]
    for report in _each_way(query, data):
        assert _numbers_as_one(_told(report)) == _numbers_as_one(_replaced(query, data, _named(report)))


@pytest.mark.parametrize(
    "where",
    [
        "{ OPTIONAL { $this ex:p ?x } } $this a ?x .",
        "OPTIONAL { $this ex:p ?x } $this a ?x .",
        "$this a ex:C . { ?value ex:r ?z FILTER NOT EXISTS { ?value ex:r $this } }",
        "$this a ex:C . OPTIONAL { ?z ex:q ?value FILTER NOT EXISTS { ?value ex:r $this } }",
        "$this a ex:C . { { ?z ex:q ?value FILTER EXISTS { ?value ex:r $this } } UNION { OPTIONAL { $this ex:p ?value } } }",
        "$this a ex:C . OPTIONAL { ?value ex:q ?y . { OPTIONAL { $this ex:p ?y } } }",
        "$this a ex:C . FILTER EXISTS { OPTIONAL { $this ex:p ?x } $this a ?x }",
        "FILTER NOT EXISTS { $this ex:p $this }",
    ],
)
def test_what_is_bound_outside_is_seen_inside(where: str) -> None:
    _assert_bound_alike(f"SELECT $this ?value WHERE {{ {where} }}")


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(_QUERIES)
def test_random_queries(query: str) -> None:
    _assert_bound_alike(query)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(_QUERIES)
def test_ten_thousand_random_queries(query: str) -> None:
    _assert_bound_alike(query)


def test_oxigraph_sees_in_exists_what_is_bound_outside_of_its_group() -> None:
    """Which the results above leave out: by SPARQL 1.1, section 18.6, ``?value`` is free there, so nothing is found."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in turtle("ex:a ex:p ex:b , ex:c . ex:b ex:p ex:c . ex:c ex:p ex:a ."))
    text = "?t ex:p ?value . { ?x ex:p ?t FILTER NOT EXISTS { ?value ex:p ?t } }"
    found = store.query(f"PREFIX ex: <http://example.org/> SELECT * {{ {text} }}")
    assert isinstance(found, ox.QuerySolutions)
    assert list(found), "it is fixed: take the names for inner variables out of _groups, and the line out of the docs"


@pytest.mark.parametrize("path", ["ex:p/^ex:r", "(ex:p/^ex:r)+", "(ex:p|^ex:r)+"])
def test_a_path_leads_through_a_number_that_is_written_in_two_ways(path: str) -> None:
    data = turtle("ex:a ex:p 1 . ex:z ex:r 01 ; ex:q ex:found . ex:y ex:r 2 ; ex:q ex:other .")
    for report in _each_way(f"SELECT $this ?value WHERE {{ $this {path} ?x . ?x ex:q ?value }}", data):
        assert _told(report) == Counter({("<http://example.org/a>", "<http://example.org/found>"): 1})


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(_QUERIES)
def test_numbers_in_several_written_forms(query: str) -> None:
    _assert_numbers_alike(query)


def test_oxigraph_loses_solutions_of_an_optional_that_shares_a_variable_with_one_before_it() -> None:
    """A fault of Oxigraph 0.5 that the random queries found; the answer is that of the last two ways of writing it.

    ``?x`` is bound in one OPTIONAL and named in a nested one of another: by SPARQL 1.1, section 18.6, the inner one does
    not see it. When this fails, Oxigraph is right, and its line in docs/reference/shacl-engine.md can go.
    """
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in [*_DATA, *_NUMBERS])
    row, column = ox.NamedNode("urn:row"), ox.NamedNode("urn:column")
    store.add(ox.Quad(row, column, ox.NamedNode("http://example.org/a"), ox.NamedNode("urn:rows")))
    given_by_a_graph = "GRAPH <urn:rows> { ?row <urn:column> ?this }"

    def values(bound: str, last: str) -> set[str]:
        inner = f"{bound} OPTIONAL {{ ?this ex:p ?value }} OPTIONAL {{ ?x ex:p ?this }}"
        found = store.query(
            f"PREFIX ex: <http://example.org/> SELECT ?value WHERE {{ {bound} OPTIONAL {{ ?x ex:q ?this }} "
            f"OPTIONAL {{ {bound} ?this ex:q ?value . OPTIONAL {{ {inner} }} {last} }} }}"
        )
        assert isinstance(found, ox.QuerySolutions)
        return {str(solution["value"]) for solution in found}

    right = {"<http://example.org/a>", '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'}
    again = "?this ex:q ?value ."  # adds nothing
    assert values(given_by_a_graph, again) == {"None"}
    assert values(given_by_a_graph, "") == right
    assert values("VALUES ?this { ex:a }", again) == right


def test_what_an_optional_within_one_does_not_see() -> None:
    """``?x`` is bound outside of its group, so the comparison is an error and finds nothing."""
    inner = "OPTIONAL { FILTER($this != ?x) OPTIONAL { $this ex:p ?value . } }"
    _assert_numbers_alike(
        f"SELECT $this ?value WHERE {{ $this ex:q $this . OPTIONAL {{ {{}} {inner} }} $this ex:p ?x . }}"
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT $this (COUNT(?value) AS ?n) WHERE { $this ex:p ?value OPTIONAL { OPTIONAL { } } } GROUP BY $this", 3),
        (
            "SELECT $this ?value WHERE { { SELECT $this ?value WHERE { $this ex:p ?value OPTIONAL { OPTIONAL { } } } } }",
            4,
        ),
        (
            "SELECT DISTINCT $this WHERE { $this ex:p ?y OPTIONAL { OPTIONAL { } } FILTER(BOUND($this)) } ORDER BY $this",
            3,
        ),
    ],
)
def test_each_place_of_a_variable_in_a_query_that_is_asked_node_by_node(query: str, found: int) -> None:
    assert sum(_told(validate_graph(parse_shapes(shapes_of(query)), MemoryGraph(_DATA))).values()) == found


def test_a_blank_focus_node_is_asked_about_like_any() -> None:
    data = turtle("_:a a ex:C ; ex:p ex:b , ex:c . ex:d a ex:C ; ex:p ex:e .")
    query = "SELECT $this ?value WHERE { $this ex:p ?value OPTIONAL { $this ex:q ?y OPTIONAL { ?y ex:r ?z } } }"
    report = validate_graph(parse_shapes(shapes_of(query)), MemoryGraph(data))
    assert sorted(type(result.focus_node).__name__ for result in report.results) == [
        "BlankNode",
        "BlankNode",
        "NamedNode",
    ]


@pytest.mark.parametrize(
    "form", ["SELECT $this ?value WHERE {{ {0} }}", "SELECT $this ?value WHERE {{ {0} }} LIMIT 100"]
)
def test_an_optional_within_one_loses_no_solution(form: str) -> None:
    """Such queries are asked node by node, which keeps clear of that fault."""
    inner = "OPTIONAL { $this ex:p ?value . } OPTIONAL { ?x ex:p $this . }"
    outer = "OPTIONAL { OPTIONAL { } OPTIONAL { OPTIONAL { $this ex:p $this . } OPTIONAL { ?x ex:q $this . } } }"
    again = f"OPTIONAL {{ $this ex:q ?value . OPTIONAL {{ {inner} }} $this ex:q ?value . }}"
    data = [*_DATA, *_NUMBERS]
    report = validate_graph(parse_shapes(shapes_of(form.format(f"{outer} {again}"))), MemoryGraph(data))
    assert ("<http://example.org/a>", '"07"^^<http://www.w3.org/2001/XMLSchema#integer>') in _told(report)
    assert _numbers_as_one(_told(report)) == _numbers_as_one(
        _replaced(form.format(f"{outer} {again}"), data, _named(report))
    )


def test_an_ask_with_an_optional_within_one() -> None:
    query = "ASK {{ $this ex:q ?y . OPTIONAL {{ ?y ex:q $value . OPTIONAL {{ ?x ex:r $value }} }} FILTER({0}) }}"
    data = turtle("ex:a a ex:C ; ex:q ex:b , ex:c ; ex:s 7 . ex:b ex:q 7 . ex:z ex:r 7 .")
    for condition, is_found in (("BOUND(?x)", False), ("$value = 8", True)):
        shapes = (
            "ex:Component a sh:ConstraintComponent ; sh:parameter [ sh:path ex:asks ] ; "
            f'sh:propertyValidator [ a sh:SPARQLAskValidator ; sh:prefixes ex:names ; sh:ask "{query.format(condition)}" ] . '
            'ex:names sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] . '
            "ex:Shape a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:s ; ex:asks true ] ."
        )
        assert bool(validate_graph(parse_shapes(turtle(shapes)), MemoryGraph(data)).results) is is_found


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(_QUERIES)
def test_ten_thousand_with_numbers(query: str) -> None:
    _assert_numbers_alike(query)
