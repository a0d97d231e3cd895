"""The compiled queries and the columns agree, on random shapes and data that a store keeps as written."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings

from kgtools.graph.store import EmbeddedStore
from kgtools.graph.store.query_text import tokens
from kgtools.graph.store.written import rewritten
from kgtools.shacl import compile_shapes, parse_shapes, validate, validate_triples
from kgtools.shacl.vocab import sh
from tests.shacl.comparing import results, turtle
from tests.shacl.strategies import cases


def _is_kept(triples: list[ox.Triple]) -> bool:
    return not rewritten(triple.object for triple in triples if isinstance(triple.object, ox.Literal))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(cases())
def test_queries_give_what_columns_give(case: tuple[list[ox.Triple], list[ox.Triple]]) -> None:
    shapes = case[0]
    data = [triple for triple in case[1] if _is_kept([triple])]
    store = EmbeddedStore()
    store.load(data)
    # Paths of no length: SPARQL starts them at nodes of the graph only, so that no other node may be named a target.
    here = {term for triple in data for term in (triple.subject, triple.object)}
    named = {triple.object for triple in shapes if triple.predicate == sh("targetNode")}
    if not _is_kept(shapes) or not named <= here:
        return
    report = validate(compile_shapes(parse_shapes(shapes)), store, in_store=True)
    expected = validate_triples(shapes, data)
    assert results(report) == results(expected)


def test_tokens_give_the_query_back() -> None:
    query = (
        "PREFIX ex: <http://a/> # {\nSELECT $this { $this ex:p '''a'{''' ; ex:q 1.5 FILTER(?x<3 && 'b}' != \"c\\\"\") }"
    )
    assert "".join(token.text for token in tokens(query)) == query


def test_set_queries_keep_braces_in_strings_and_comments_apart() -> None:
    shapes = turtle(
        "ex:S sh:targetSubjectsOf ex:p ; sh:sparql [ sh:select "
        "\"SELECT $this ?value WHERE { # }\\n $this <http://example.org/p> ?value . FILTER(STR(?value) != '}') }\" ] ."
    )
    report = validate_triples(shapes, turtle("ex:a ex:p '}' , '{' ."))
    assert [str(result.value) for result in report.results] == ['"{"']
