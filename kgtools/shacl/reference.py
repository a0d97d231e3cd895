"""The reference engine: pySHACL on the same triples, with its report read into the same model."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache, cached_property
from typing import Any

import pyoxigraph as ox

from kgtools.core.errors import RecursiveShapesError, ShapesError
from kgtools.graph.store.interface import Term
from kgtools.shacl.evaluate import Evaluator
from kgtools.shacl.graph import MemoryGraph, Statement
from kgtools.shacl.parse import parse_shapes
from kgtools.shacl.report import ShapeCoverage, ValidationReport, ValidationResult, build_report
from kgtools.shacl.shapes_index import ShapesIndex
from kgtools.shacl.vocab import VIOLATION, sh


def validate_with_pyshacl(
    shapes: Iterable[ox.Triple], data: Iterable[Statement], *, context: Iterable[Statement] = ()
) -> ValidationReport:
    """Validate with pySHACL.

    Args:
        shapes: the shapes graph.
        data: the data graph.
        context: triples that are looked up but never reported on.

    Returns:
        pySHACL's results. Which focus nodes the targets select is worked out by the fast engine, since pySHACL
        does not say.

    Raises:
        ShapesError: pySHACL refused the shapes; the message is its own.
        RecursiveShapesError: a shape refers to itself, which the fast engine refuses to read.
    """
    return Reference(data, context).validate(shapes)


class Reference:
    """pySHACL on one data graph, which is handed to rdflib once, however many shapes graphs it is held against.

    Args:
        data: the data graph.
        context: triples that are looked up but never reported on.
    """

    def __init__(self, data: Iterable[Statement], context: Iterable[Statement] = ()) -> None:
        self._triples = [*data]
        own = len(self._triples)
        self._triples += context
        self._graph = MemoryGraph(self._triples[:own], self._triples[own:])

    @cached_property
    def _rdflib(self) -> Any:
        return _to_rdflib(self._triples)

    def validate(self, shapes: Iterable[ox.Triple]) -> ValidationReport:
        """Validate; see ``validate_with_pyshacl``."""
        shapes = list(shapes)
        # First, since it refuses queries that rdflib would send elsewhere.
        coverage, touched = _coverage(shapes, self._graph)
        results = read_report(_run(_to_rdflib(shapes), self._rdflib))
        return build_report((r for r in results if self._graph.is_reported(r.focus_node)), coverage, touched)


def read_report(report: Any) -> list[ValidationResult]:
    """The results of a report that pySHACL gave as an rdflib graph."""
    index = ShapesIndex(_from_rdflib(report))
    nodes = [node for described in index.by_subject.values() for node in described.get(sh("result"), ())]
    return [_result(index, node) for node in nodes]


def _coverage(shapes: list[ox.Triple], graph: MemoryGraph) -> tuple[list[ShapeCoverage], frozenset[Term]]:
    parsed = parse_shapes(shapes)
    evaluator = Evaluator(parsed, graph)
    selected = {shape.node: evaluator.focus_nodes(shape) for shape in parsed.targeted()}
    coverage = [ShapeCoverage(node, len(nodes)) for node, nodes in selected.items()]
    return coverage, frozenset(node for nodes in selected.values() for node in nodes)


def _run(shapes: Any, data: Any) -> Any:
    import pyshacl
    from rdflib.plugins import sparql

    _look_up_parameters()
    sparql.SPARQL_LOAD_GRAPHS = False  # FROM would fetch what it names
    try:
        _, report, text = pyshacl.validate(data, shacl_graph=shapes, inference="none", allow_warnings=False)
    except RecursiveShapesError:
        raise
    except Exception as error:
        raise ShapesError(f"pySHACL refused the shapes: {error}") from error
    if not hasattr(report, "subject_objects"):
        raise ShapesError(f"pySHACL failed: {text}")
    return report


class _Parameters(list[Any]):
    """The list that pySHACL goes through for each statement of each shape that it visits, with an index."""

    def __init__(self, members: Iterable[Any]) -> None:
        super().__init__(members)
        self._members = frozenset(self)

    def __contains__(self, member: object) -> bool:
        return member in self._members


def _look_up_parameters() -> None:
    """Give pySHACL its own list of parameters with an index: two fifths of its time went into comparing addresses."""
    from pyshacl import constraints, shape

    with suppress(AttributeError):  # another version may keep them elsewhere
        known = _Parameters(constraints.ALL_CONSTRAINT_PARAMETERS)
        shape.CONSTRAINT_PARAMS = (known, constraints.CONSTRAINT_PARAMETERS_MAP)  # type: ignore[attr-defined]


def _result(index: ShapesIndex, node: Term) -> ValidationResult:
    path = index.one(node, sh("resultPath"))
    severity = index.one(node, sh("resultSeverity")) or VIOLATION
    component = index.one(node, sh("sourceConstraintComponent"))
    focus = index.one(node, sh("focusNode"))
    source = index.one(node, sh("sourceShape"))
    assert focus is not None
    assert source is not None
    assert isinstance(component, ox.NamedNode)
    assert isinstance(severity, ox.NamedNode)
    messages = sorted((m for m in index.values(node, sh("resultMessage")) if isinstance(m, ox.Literal)), key=str)
    return ValidationResult(
        focus_node=focus,
        path=None if path is None else index.path(source, path),
        value=index.one(node, sh("value")),
        component=component,
        severity=severity,
        source_shape=source,
        source_constraint=index.one(node, sh("sourceConstraint")),
        messages=tuple(messages),
        details=tuple(_result(index, detail) for detail in index.values(node, sh("detail"))),
    )


def _to_rdflib(triples: Iterable[Statement]) -> Any:
    graph = _graph()
    term = cache(_rdflib_term)  # most terms come again
    for triple in triples:
        graph.store.add((term(triple.subject), term(triple.predicate), term(triple.object)), graph)
    return graph


def _graph() -> Any:
    """An empty graph that prepares each query once; pySHACL asks one query for each of its focus nodes."""
    import rdflib
    from rdflib.plugins.sparql import prepareQuery

    prepared: dict[tuple[str, str], Any] = {}

    class PreparingGraph(rdflib.Graph):
        def query(self, query_object: Any, *given: Any, **options: Any) -> Any:
            names = options.get("initNs") or dict(self.namespaces())
            key = (str(query_object), str(sorted(names.items())))
            if isinstance(query_object, str) and key not in prepared:
                prepared[key] = prepareQuery(query_object, initNs=names, base=options.get("base"))
            return super().query(prepared.get(key, query_object), *given, **options)

    return PreparingGraph()


def _rdflib_term(term: Term) -> Any:
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, ox.Literal), "SHACL 1.0 knows no triple terms"
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    is_plain = term.datatype.value == "http://www.w3.org/2001/XMLSchema#string"
    return rdflib.Literal(term.value, datatype=None if is_plain else term.datatype.value, normalize=False)


def _from_rdflib(graph: Any) -> Iterable[ox.Triple]:
    return [ox.Triple(_own_term(s), _own_term(p), _own_term(o)) for s, p, o in graph]


def _own_term(term: Any) -> Any:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))
