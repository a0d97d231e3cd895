"""A query asked for all focus nodes at once finds what it finds with each node written in the place of ``$this``.

SHACL defines pre-binding as that replacement (appendix A). The queries are built of the forms that tell the two apart:
groups, OPTIONAL and EXISTS within one another, where what is bound outside is not seen inside.
"""

# ruff: noqa: E501 - queries
from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgtools.shacl import MemoryGraph, ValidationReport, compile_shapes, parse_shapes, validate
from kgtools.shacl.execute import validate_graph
from kgtools.store import EmbeddedStore
from tests.shacl.comparing import few_for_many, shapes_of, turtle

_DATA = turtle(
    "ex:a a ex:C ; ex:p ex:b , ex:c ; ex:q ex:a . ex:b a ex:C ; ex:q ex:a ; ex:r ex:c . ex:c a ex:C , ex:D ; ex:p ex:c . "
    "ex:d a ex:C ; ex:q ex:d . ex:x ex:r ex:b , ex:d ; ex:p ex:a ."
)
_TERMS = ("$this", "$this", "?value", "?value", "?x", "?y")
_PROPERTIES = ("ex:p", "ex:q", "ex:r", "a", "^ex:p", "ex:p|ex:q")


@st.composite
def _patterns(draw: st.DrawFn) -> str:
    subject, value = draw(st.sampled_from(_TERMS)), draw(st.sampled_from((*_TERMS, "ex:b", "ex:C")))
    return f"{subject} {draw(st.sampled_from(_PROPERTIES))} {value} ."


@st.composite
def _groups(draw: st.DrawFn, depth: int) -> str:
    parts = [draw(_patterns()) for _ in range(draw(st.integers(0 if depth else 1, 2)))]
    if draw(st.integers(0, 3)) == 0:
        parts.append(f"FILTER({draw(st.sampled_from(_TERMS))} != {draw(st.sampled_from(_TERMS))})")
    for _ in range(draw(st.integers(0, 2)) if depth else 0):
        form = draw(
            st.sampled_from(("OPTIONAL {0}", "FILTER NOT EXISTS {0}", "FILTER EXISTS {0}", "{0}", "{0} UNION {1}"))
        )
        parts.append(form.format(draw(_groups(depth - 1)), draw(_groups(depth - 1)) if "{1}" in form else ""))
    return "{ " + " ".join(draw(st.permutations(parts))) + " }"


_QUERIES = st.builds("SELECT $this ?value WHERE {}".format, _groups(3))


def _replaced(query: str, nodes: list[ox.NamedNode]) -> Counter[tuple[str, str]]:
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in _DATA)
    found: Counter[tuple[str, str]] = Counter()
    for node in nodes:
        text = query.replace("SELECT $this", "SELECT").replace("$this", str(node))
        solutions = store.query(f"PREFIX ex: <http://example.org/> {text}")
        assert isinstance(solutions, ox.QuerySolutions)
        found.update((str(node), str(solution["value"] or node)) for solution in solutions)
    return found


def _told(report: ValidationReport) -> Counter[tuple[str, str]]:
    return Counter((str(result.focus_node), str(result.value)) for result in report.results)


def _prove(query: str) -> None:
    parsed = parse_shapes(shapes_of(query))
    report = validate_graph(parsed, MemoryGraph(_DATA))
    wanted = _replaced(query, [node for node in report.focus_nodes if isinstance(node, ox.NamedNode)])
    assert _told(report) == wanted
    with few_for_many(0):
        assert _told(validate_graph(parsed, MemoryGraph(_DATA))) == wanted
    store = EmbeddedStore()
    store.load(_DATA)
    assert _told(validate(compile_shapes(parsed), store, in_store=True)) == wanted


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
    ],
)
def test_what_is_bound_outside_is_seen_inside(where: str) -> None:
    _prove(f"SELECT $this ?value WHERE {{ {where} }}")


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(_QUERIES)
def test_random_queries(query: str) -> None:
    _prove(query)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(_QUERIES)
def test_ten_thousand_random_queries(query: str) -> None:
    _prove(query)
