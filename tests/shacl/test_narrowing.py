"""What is read off a SPARQL constraint changes how it is run, never what it finds."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgtools.graph.store import EmbeddedStore, Term
from kgtools.shacl import MemoryGraph, compile_shapes, parse_shapes, validate
from kgtools.shacl.execute import validate_graph
from kgtools.shacl.narrowing import (
    Condition,
    Differs,
    Has,
    HasOther,
    IsNoValue,
    Lacks,
    Matches,
    Shares,
    conditions,
    narrowed,
    signature,
)
from kgtools.shacl.paths import Predicate, Sequence
from kgtools.shacl.sparql_analysis import footprint
from kgtools.shacl.sparql_text import ParsedQuery
from tests.shacl.comparing import few_for_many, results, shapes_of
from tests.shacl.strategies import data_graphs, ex

_VARIABLES = ("?x", "?y", "?value")
_PATHS = ("ex:p", "ex:q", "ex:r", "a", "^ex:p", "ex:p/ex:q", "ex:p|ex:r", "ex:q*", "(ex:p/^ex:r)?")
# A store writes some literals in another way, and then has no other form: these it keeps as they are.
_LITERALS = [
    ox.Literal("x"),
    ox.Literal("X"),
    ox.Literal("x7"),
    ox.Literal("y", language="en"),
    ox.Literal("7", datatype=ex("T")),
]


@st.composite
def _patterns(draw: st.DrawFn) -> str:
    subject = draw(st.sampled_from(("$this", "$this", "$this", *_VARIABLES, "ex:a")))
    value = draw(st.sampled_from((*_VARIABLES, "ex:b", "ex:C", '"x"', "$this")))
    return f"{subject} {draw(st.sampled_from(_PATHS))} {value} ."


@st.composite
def _filters(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(_VARIABLES))
    other = draw(st.sampled_from((*_VARIABLES, "$this")))
    return draw(
        st.sampled_from(
            [
                f"FILTER({name} != {other})",
                f"FILTER({name} = ex:b)",
                f"FILTER({name} != ex:b)",
                f"FILTER({name} IN (ex:a, ex:C))",
                f'FILTER(REGEX(STR({name}), "[0-9]"))',
                f'FILTER(!REGEX(STR({name}), "^x"))',
                f"FILTER(isLiteral({name}))",
            ]
        )
    )


@st.composite
def _groups(draw: st.DrawFn, depth: int = 2) -> str:
    parts = [draw(_patterns()) for _ in range(draw(st.integers(1, 3)))]
    parts += [draw(_filters()) for _ in range(draw(st.integers(0, 1)))]
    for _ in range(draw(st.integers(0, 2)) if depth else 0):
        inner = draw(_groups(depth - 1))
        form = draw(
            st.sampled_from(("FILTER NOT EXISTS {0}", "FILTER EXISTS {0}", "OPTIONAL {0}", "{0}", "{0} UNION {1}"))
        )
        parts.append(form.format(inner, draw(_groups(depth - 1)) if "{1}" in form else ""))
    return "{ " + " ".join(draw(st.permutations(parts))) + " }"


@st.composite
def _cases(draw: st.DrawFn) -> tuple[str, list[ox.Triple]]:
    """A query and data."""
    return f"SELECT $this ?value WHERE {draw(_groups())}", data_graphs(draw, _LITERALS)


def _assert_same_as_in_a_store(case: tuple[str, list[ox.Triple]]) -> None:
    query, data = case
    parsed = parse_shapes(shapes_of(query))
    plan = compile_shapes(parsed)
    store = EmbeddedStore()
    store.load(data)
    wanted = results(validate(plan, store, in_store=True))
    for many in (0, 1000):
        with few_for_many(many):
            assert results(validate_graph(parsed, MemoryGraph(data))) == wanted


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(_cases())
def test_random_queries_find_what_they_find_in_a_store(
    case: tuple[str, list[ox.Triple]],
) -> None:
    _assert_same_as_in_a_store(case)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(_cases())
def test_ten_thousand_random_queries(case: tuple[str, list[ox.Triple]]) -> None:
    _assert_same_as_in_a_store(case)


def _read(where: str) -> tuple[Condition, ...]:
    return conditions(ParsedQuery(f"PREFIX ex: <http://example.org/>\nSELECT $this ?value WHERE {{ {where} }}"))


_TWICE = (
    "$this ex:p ?x . ?value ex:p ?x FILTER(?value != $this)",
    "$this ex:p ?x ; ex:q ?y . ?value a ex:C ; ex:p ?x ; ex:q ?y FILTER($this != ?value)",
    "$this ex:p ?x . ?value a ex:C ; ex:q ex:b ; ex:p ?x FILTER(?value != $this)",
    "$this ex:p ?x, ?y . ?value ex:p ?x, ?y FILTER(?value != $this)",
    "$this ex:p ?x ; ex:q ?x . ?value ex:p ?x ; ex:q ?x FILTER(?value != $this) OPTIONAL { ?value ex:r ?z }",
    "{ $this ex:p ?x ; ex:q ?y } { ?value ex:p ?x ; ex:q ?z } "
    "FILTER(?value != $this && LCASE(STR(?y)) = LCASE(STR(?z)))",
    "$this ex:q ?y . ?value ex:q ?z FILTER(LCASE(STR(?y)) = LCASE(STR(?z)) && (?value != $this))",
    "$this ex:q ?y . ?value ex:q ?z FILTER(LCASE(STR(?y)) = LCASE(STR(?z)) && ?value != $this) "
    "FILTER NOT EXISTS { ?value ex:r $this }",
    "$this ex:p ?x . ?value ex:p ?x FILTER(?value != $this) FILTER EXISTS { ?third ex:p ?any }",
)


@st.composite
def _twice(draw: st.DrawFn) -> tuple[str, list[ox.Triple]]:
    return f"SELECT $this ?value WHERE {{ {draw(st.sampled_from(_TWICE))} }}", data_graphs(draw, _LITERALS)


@given(_twice())
@settings(max_examples=100, deadline=None)
def test_nodes_with_what_another_has_are_found_as_in_a_store(case: tuple[str, list[ox.Triple]]) -> None:
    _assert_same_as_in_a_store(case)


def test_only_nodes_with_what_another_has_are_asked_about() -> None:
    a, b, c = ex("a"), ex("b"), ex("c")
    p, q = ex("p"), ex("q")
    facts = [(a, p, c), (a, q, a), (b, p, c), (b, q, a), (c, p, c), (c, q, b)]
    graph = MemoryGraph(ox.Triple(*fact) for fact in facts)
    assert list(narrowed((Shares((p, q)),), [a, b, c], graph)) == [a, b]
    assert list(narrowed((Shares((p,)),), [a, b, c], graph)) == [a, b, c]
    assert list(narrowed((Shares((p,), (), ((q, b),)),), [a, b, c], graph)) == [a, b]  # c is the only one that has b
    assert list(narrowed((Shares((p,), (), ((q, a),)),), [a, b, c], graph)) == [a, b, c]
    assert list(narrowed((Shares((p,), (), ((q, c),)),), [a, b, c], graph)) == []
    seven = [
        ox.Literal(text, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")) for text in ("7", "07")
    ]
    same_number = MemoryGraph([ox.Triple(a, p, seven[0]), ox.Triple(b, p, seven[1])])
    assert list(narrowed((Shares((p,)),), [a, b], same_number)) == [a, b]  # a store takes the two for one number
    many = MemoryGraph(ox.Triple(node, p, ex(f"v{node.value[-1]}{n}")) for node in (a, b) for n in range(20))
    assert list(narrowed((Shares((p,)),), [a, b], many)) == [a, b]


def test_only_nodes_that_are_no_value_or_have_another_one_are_asked_about() -> None:
    a, b, p = ex("a"), ex("b"), ex("p")
    graph = MemoryGraph([ox.Triple(a, p, b), ox.Triple(b, p, a), ox.Triple(b, p, ox.Literal("b"))])
    assert list(narrowed((IsNoValue(p),), [a, b, ex("c")], graph)) == [ex("c")]
    assert list(narrowed((HasOther(Predicate(p), a),), [a, b, ex("c")], graph)) == [a, b]
    assert list(narrowed((HasOther(Predicate(p), b),), [a, b, ex("c")], graph)) == [b]


def test_texts_are_compared_without_capital_letters_as_far_as_every_program_agrees() -> None:
    nodes, p, q = [ex(name) for name in "abcd"], ex("p"), ex("q")

    def alike(*texts: str, places_too: bool = False) -> list[Term]:
        facts = [ox.Triple(node, p, ox.Literal(text)) for node, text in zip(nodes, texts, strict=True)]
        places = [ox.Triple(node, q, ex("x" if node == nodes[0] else "y")) for node in nodes]
        return list(narrowed((Shares((q,) if places_too else (), (p,)),), nodes, MemoryGraph([*facts, *places])))

    assert alike("One", "oNE", "two", "three") == nodes[:2]
    assert alike("One", "one", "TWO", "two", places_too=True) == nodes[2:]
    assert alike("\u00c9", "\u00d6", "two", "three") == nodes[:2]  # left for the store to decide
    assert alike("\u212a", "k", "two", "three") == nodes  # the Kelvin sign is a small k to a store
    assert alike("1", "2", "3", "3") == nodes[2:]


def test_a_store_for_nodes_with_something_in_common_holds_no_others() -> None:
    p = ex("p")
    assert _read("$this ex:p ?x . ?value ex:p ?x FILTER(?value != $this)")[1:] == (Shares((p,), is_all=True),)
    other = "$this ex:p ?x . ?value ex:p ?x FILTER(?value != $this) FILTER EXISTS { ?third ex:p ?any }"
    assert _read(other)[1:] == (Shares((p,), is_all=False),)
    graph = MemoryGraph(ox.Triple(ex(name), p, ex(of)) for name, of in ("ax", "bx", "cy"))
    limited = graph.limited((p,), [ex("a"), ex("b")])
    assert dict(limited.column(p)) == {ex("a"): ex("x"), ex("b"): ex("x")}
    assert len(graph.column(p)) == 3


def test_conditions_are_read_off_a_query() -> None:
    p, q, r = ex("p"), ex("q"), ex("r")
    assert _read("$this ex:p ?value ; a ex:C .") == (
        Has((p,)),
        Has((ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),), frozenset({ex("C")})),
    )
    assert _read("$this ex:p ?value FILTER(?value IN (ex:a, ex:b))") == (Has((p,), frozenset({ex("a"), ex("b")})),)
    assert _read("$this ex:p|ex:q ex:a") == (Has((p, q)),)
    assert _read("$this ex:p ?value FILTER NOT EXISTS { $this ex:q|ex:r ?any }") == (Has((p,)), Lacks((q, r)))
    assert _read("$this ex:p ?value . $this ex:q/ex:r ?mine FILTER(?value != ?mine)") == (
        Has((p,)),
        Differs(Predicate(p), Sequence((Predicate(q), Predicate(r)))),
    )
    assert _read("$this ex:p ?x ; ex:q ?y . ?value ex:p ?x ; ex:q ?z FILTER(?value != $this)")[2:] == (
        Shares((p,), is_all=True),
    )
    own_kind = _read("$this ex:p ?x . ?value ex:p ?x ; ex:q ex:b FILTER(?value != $this)")
    assert own_kind[1:] == (Shares((p,), (), ((q, ex("b")),), is_all=True),)
    assert _read("$this ex:p/ex:q ?value FILTER(?value != ex:b)") == (
        HasOther(Sequence((Predicate(p), Predicate(q))), ex("b")),
    )
    assert _read("$this ex:p ?value FILTER NOT EXISTS { ?any ex:q $this }") == (Has((p,)), IsNoValue(q))
    folded = "FILTER(LCASE(STR(?y)) = LCASE(STR(?z)) && ?value != $this)"
    assert _read(f"$this ex:p ?x ; ex:q ?y . ?value ex:p ?x ; ex:q ?z {folded}")[2:] == (
        Shares((p,), (q,), is_all=True),
    )
    either = "FILTER(LCASE(STR(?y)) = LCASE(STR(?z)) || ?value != $this)"
    assert _read(f"$this ex:p ?x ; ex:q ?y . ?value ex:p ?x ; ex:q ?z {either}") == (Has((p,)), Has((q,)))
    found = _read('$this ex:p ?value FILTER(!REGEX(STR(?value), "[0-9]"))')
    assert isinstance(found[1], Matches)
    assert (found[1].path, found[1].pattern.pattern, found[1].is_found) == (Predicate(p), "[0-9]", False)


@pytest.mark.parametrize(
    "where",
    [
        "?value ex:p $this",
        "OPTIONAL { $this ex:p ?value }",
        "{ $this ex:p ?value } UNION { $this ex:q ?value }",
        "BIND(1 AS ?any) FILTER NOT EXISTS { $this ex:q ?any }",
        "FILTER NOT EXISTS { $this ex:q ?x . ?x ex:r ?y }",
        "FILTER EXISTS { ?any ex:q $this }",
        "BIND(1 AS ?any) FILTER NOT EXISTS { ?any ex:q $this }",
        "?value ex:p $this FILTER(?value != ex:b)",
    ],
)
def test_nothing_is_concluded_where_nothing_follows(where: str) -> None:
    assert _read(where) == ()


def test_nodes_with_the_same_values_are_told_apart_only_by_queries_that_name_them() -> None:
    def of(where: str) -> tuple[ox.NamedNode, ...]:
        parsed = ParsedQuery(f"PREFIX ex: <http://example.org/>\nSELECT $this ?value WHERE {{ {where} }}")
        return signature(parsed, footprint(parsed, None))

    assert of("$this ex:p ?value ; ex:q ?y . ?y ex:r ?z FILTER(?value < ?y)") == (ex("p"), ex("q"))
    assert of("$this ex:p ?value FILTER(?value != $this)") == ()
    assert of("$this ex:p ?value . ?value ex:q $this") == ()
    assert of("$this ex:p ?value FILTER NOT EXISTS { ?value ex:q $this }") == ()
