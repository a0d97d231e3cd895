"""The W3C SHACL test suite, in process."""

from __future__ import annotations

import pytest

from kgtools.graph.store import EmbeddedStore
from kgtools.shacl import ShapesError, compile_shapes, parse_shapes, validate, validate_triples
from tests.shacl import w3c

pytestmark = pytest.mark.skipif(not w3c.ROOT.is_dir(), reason=f"the W3C test suite is not at {w3c.ROOT}")
TESTS = list(w3c.tests()) if w3c.ROOT.is_dir() else []

# What a store makes of the data can't be undone by a query on it.
NOT_IN_STORE = {
    "core/node/maxExclusive-001.ttl": "the store writes 4.0 as 4",
    "core/node/minExclusive-001.ttl": "the store writes 4.0 as 4",
    "core/property/datatype-ill-formed.ttl": 'the store writes "300"^^xsd:byte as an xsd:integer',
    "sparql/pre-binding/shapesGraph-001.ttl": "$shapesGraph is not in another store",
}


def test_the_suite_is_whole() -> None:
    assert len(TESTS) == 121


@pytest.mark.parametrize("case", TESTS, ids=lambda case: case.name)
def test_report_is_the_expected_one(case: w3c.W3cTest) -> None:
    shapes, data = w3c.read(case.shapes), w3c.read(case.data)
    if case.expected is None:
        with pytest.raises(ShapesError):
            validate_triples(shapes, data)
    else:
        assert w3c.keys(validate_triples(shapes, data)) == case.expected


@pytest.mark.parametrize(
    "case", [t for t in TESTS if t.expected is not None and t.name not in NOT_IN_STORE], ids=lambda case: case.name
)
def test_compiled_queries_give_the_same_report(case: w3c.W3cTest) -> None:
    store = EmbeddedStore()
    store.load(w3c.read(case.data))
    plan = compile_shapes(parse_shapes(w3c.read(case.shapes)))
    assert w3c.keys(validate(plan, store, in_store=True)) == case.expected
