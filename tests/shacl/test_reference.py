"""Random shapes on random data, against pySHACL; and every difference that is pySHACL's, by name.

Each difference below is kept out of the random cases (see ``strategies.py``) and shown here in a minimal case, with
the section of the SHACL specification that decides it. When pySHACL changes, the test of the difference fails.
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings

from kgtools.shacl import ShapesError, validate_triples
from kgtools.shacl.vocab import XSD
from tests.shacl.comparing import brief, results, turtle
from tests.shacl.strategies import cases
from tools.bench.engines import ENGINES

_PREFIXES = {"ex": "http://example.org/", "sh": "http://www.w3.org/ns/shacl#", "xsd": XSD}
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def _quiet() -> None:
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    logging.getLogger("pyshacl").setLevel(logging.CRITICAL)


def assert_agree(shapes: list[ox.Triple], data: list[ox.Triple]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = validate_triples(shapes, data, engine="pyshacl")
    ours = validate_triples(shapes, data)
    assert results(ours) == results(theirs)
    assert ours.conforms == theirs.conforms


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(cases(less_than=False))
def test_same_results_as_pyshacl(case: tuple[list[ox.Triple], list[ox.Triple]]) -> None:
    assert_agree(*case)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases(less_than=False))
def test_same_results_as_pyshacl_at_length(case: tuple[list[ox.Triple], list[ox.Triple]]) -> None:
    assert_agree(*case)


def _both(shapes: str, data: str) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    shape_triples, data_triples = turtle(shapes), turtle(data)
    ours = validate_triples(shape_triples, data_triples)
    return brief(ours), brief(validate_triples(shape_triples, data_triples, engine="pyshacl"))


def test_pyshacl_gives_up_where_less_than_meets_a_blank_node() -> None:
    """Section 4.5.3: a pair that can't be compared is a violation, not a failure."""
    shapes = turtle("ex:S a sh:PropertyShape ; sh:path ex:p ; sh:targetNode ex:a ; sh:lessThan ex:q .")
    data = turtle("ex:a ex:p 1 ; ex:q _:b .")
    assert [each[2] for each in brief(validate_triples(shapes, data))] == ["LessThan"]
    with pytest.raises(ShapesError, match="compare a BlankNode"):
        validate_triples(shapes, data, engine="pyshacl")


def test_pyshacl_orders_iris() -> None:
    """Section 4.5.3: SPARQL's < is not defined on IRIs, so that the pair can't be compared: a violation."""
    ours, theirs = _both(
        "ex:S a sh:PropertyShape ; sh:path ex:p ; sh:targetNode ex:a ; sh:lessThan ex:q .",
        "ex:a ex:p ex:b ; ex:q ex:c .",
    )
    assert ours == [("ex:a", "ex:b", "LessThan")]
    assert theirs == []


def test_pyshacl_compares_numbers_with_texts_in_queries() -> None:
    """SPARQL 1.1 section 17.3: < is not defined on a number and a text, so that the filter drops the solution."""
    ours, theirs = _both(
        "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:sparql [ sh:message 'Less.' ; "
        "sh:select 'SELECT $this ?value WHERE { $this <http://example.org/p> ?value ; "
        "<http://example.org/q> ?other . FILTER(?value < ?other) }' ] .",
        'ex:a ex:p 2021 ; ex:q "2020" .',
    )
    assert ours == []
    assert [each[2] for each in theirs] == ["SPARQL"]


def test_pyshacl_compares_booleans_with_numbers() -> None:
    """Section 4.3.1: what SPARQL's operators can't compare is a violation (SPARQL 1.1 section 17.3)."""
    ours, theirs = _both("ex:S sh:targetNode true ; sh:maxInclusive 1 .", "ex:a ex:p 1 .")
    assert [each[2] for each in ours] == ["MaxInclusive"]
    assert theirs == []


def test_pyshacl_compares_numbers_with_dates() -> None:
    """Section 4.3.1, as above."""
    ours, theirs = _both('ex:S sh:targetNode 1.50 ; sh:minInclusive "2021-06-30"^^xsd:date .', "ex:a ex:p 1 .")
    assert [each[2] for each in ours] == ["MinInclusive"]
    assert theirs == []


def test_pyshacl_orders_texts_with_a_language() -> None:
    """Section 4.3.1: SPARQL's < is not defined on texts with a language."""
    ours, theirs = _both('ex:S sh:targetNode "z"@fr ; sh:minInclusive "x" .', "ex:a ex:p 1 .")
    assert [each[2] for each in ours] == ["MinInclusive"]
    assert theirs == []


def test_pyshacl_orders_dates_with_times() -> None:
    """Section 4.3.1, as above."""
    ours, theirs = _both(
        'ex:S sh:targetNode "2021-06-30"^^xsd:date ; sh:maxInclusive "2020-01-31T00:00:00Z"^^xsd:dateTime .',
        "ex:a ex:p 1 .",
    )
    assert [each[2] for each in ours] == ["MaxInclusive"]
    assert theirs == []


def test_pyshacl_lets_blank_nodes_have_a_length_of_nought() -> None:
    """Section 4.4.1: a blank node is a violation of every sh:minLength."""
    ours, theirs = _both("ex:S sh:targetObjectsOf ex:p ; sh:minLength 0 .", "ex:a ex:p _:b .")
    assert [each[2] for each in ours] == ["MinLength"]
    assert theirs == []


def test_pyshacl_takes_an_iri_as_less_than_or_equal_to_itself() -> None:
    """Section 4.5.4: SPARQL's <= is not defined on IRIs, so that the pair can't be compared: a violation."""
    ours, theirs = _both(
        "ex:S a sh:PropertyShape ; sh:path ex:p ; sh:targetNode ex:a ; sh:lessThanOrEquals ex:q .",
        "ex:a ex:p ex:b ; ex:q ex:b .",
    )
    assert ours == [("ex:a", "ex:b", "LessThanOrEquals")]
    assert theirs == []


def test_pyshacl_walks_an_inverted_sequence_the_wrong_way() -> None:
    """Section 2.3.1.3, SPARQL 1.1 section 18.4: ^(q/r) leads from c by ^r and then by ^q."""
    ours, theirs = _both(
        "ex:S a sh:PropertyShape ; sh:path [ sh:inversePath ( ex:q ex:r ) ] ; sh:targetNode ex:c ; sh:minCount 1 .",
        "ex:a ex:q ex:b . ex:b ex:r ex:c .",
    )
    assert ours == []
    assert [each[2] for each in theirs] == ["MinCount"]


def test_pyshacl_gives_one_result_for_solutions_that_return_the_same() -> None:
    """Section 5.3.1: one result for each solution; a SELECT without DISTINCT keeps equal ones apart."""
    ours, theirs = _both(
        "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:sparql [ sh:message 'Any.' ; "
        "sh:select 'SELECT $this ?value WHERE { $this <http://example.org/p> ?value ; "
        "<http://example.org/q> ?other . }' ] .",
        "ex:a ex:p 1 ; ex:q 2 , 3 .",
    )
    assert [each[2] for each in ours] == ["SPARQL", "SPARQL"]
    assert [each[2] for each in theirs] == ["SPARQL"]


def test_rudof_takes_any_date_as_well_formed(tmp_path: Path) -> None:
    """Section 4.1.2: an ill-formed literal is a violation of sh:datatype (XML Schema 1.1 part 2, section 3.3.9)."""
    pytest.importorskip("pyrudof")
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _PREFIXES.items())
    shapes.write_text(
        f"{prefixes} ex:S a sh:PropertyShape ; sh:path ex:p ; sh:targetNode ex:a ; sh:datatype xsd:date ."
    )
    data.write_text(f'{prefixes} ex:a ex:p "2020-02-30"^^xsd:date , "yesterday"^^xsd:date .')
    ours, theirs = (ENGINES[engine](data, shapes)[1] for engine in ("fast", "rudof"))
    assert sorted(key.split("^^")[0].split("\t")[2] for key in ours) == ['"2020-02-30"', '"yesterday"']
    assert theirs == []
