"""Checks that SHACL makes, with two engines."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import pyoxigraph as ox

from kgtools.core.namespaces import RDF, SH, shortened
from tools.check.model import Found, declare
from tools.check.repository import Repository

if TYPE_CHECKING:
    from kgtools.shacl import MemoryGraph, ValidationReport
    from kgtools.shacl.reference import Reference

_GROUP: Final = "SHACL"
_SAMPLE: Final = 4
_SPARQL: Final = SH + "sparql"
_TARGET: Final = SH + "target"
_NODE_TARGET: Final = ox.NamedNode(SH + "targetNode")
_Key: TypeAlias = tuple[str, str, str, str]


@declare(
    title="A record breaks a rule of the shapes",
    problem="The shapes say what each record must have. This one lacks it, or has it in the wrong form.",
    solution="Do what the message says; kgtools explain RULE says more.",
    example="state-policy:x a spf:StatePolicy .   # no jurisdiction, no source, …",
    group=_GROUP,
)
def broken_rule(repository: Repository) -> Iterator[Found]:
    """Ontology and data conform to the shapes."""
    yield from _findings(repository, ("violation",))


@declare(
    title="A record does not follow a recommendation of the shapes",
    problem="A rule of severity warning or info is broken: the record is usable but could be better.",
    solution="Do what the message says, or say in the record's doubt why it can't be done.",
    example="state-policy:x without spf:yearAdopted and without spf:doubt",
    group=_GROUP,
)
def unmet_recommendation(repository: Repository) -> Iterator[Found]:
    """Ontology and data follow the recommendations of the shapes."""
    yield from _findings(repository, ("warning", "info"))


@declare(
    title="Two SHACL engines disagree",
    problem="The fast engine of kgtools and pySHACL, the reference, give different results for the same shapes and "
    "data, or one of them refuses the shapes. Every Core constraint is compared on every record. Constraints in "
    f"SPARQL, for which pySHACL needs minutes, are compared on {_SAMPLE} records of each class that a shape targets, "
    "picked by the hash of their IRIs.",
    solution="Find out from the SHACL specification which engine is right. Rewrite the shape so that both agree, and"
    " report the fault.",
    example='sh:pattern "\\\\p{Lu}.*"   # not a regular expression in Python',
    group=_GROUP,
)
def engines_differ(repository: Repository) -> Iterator[Found]:
    """PySHACL finds what the fast engine finds."""
    from kgtools.shacl import MemoryGraph
    from kgtools.shacl.reference import Reference

    data = [*repository.ontology, *repository.data]
    graph, reference = MemoryGraph(data), Reference(data)
    for shapes in (_core(repository.shapes), _sampled(repository.shapes, data)):
        yield from _compare(shapes, graph, reference)


def _findings(repository: Repository, severities: Sequence[str]) -> Iterator[Found]:
    for finding in repository.validation.findings:
        if finding.rule.severity in severities:
            place = finding.location
            file = repository.relative(repository.project.root / place.file) if place.file else ""
            line = place.place.line if place.place else 0
            yield Found(f"{finding.rule.identifier}: {finding.sentence}", finding.record.iri, file, line)


def _core(shapes: Sequence[ox.Triple]) -> list[ox.Triple]:
    return [triple for triple in shapes if triple.predicate.value != _SPARQL]


def _sampled(shapes: Sequence[ox.Triple], data: Sequence[ox.Triple]) -> list[ox.Triple]:
    """The shapes with constraints in SPARQL, aimed at a few nodes each in place of a class; others look at nothing."""
    instances: dict[object, list[ox.NamedNode]] = defaultdict(list)
    for triple in data:
        if triple.predicate.value == RDF + "type" and isinstance(triple.subject, ox.NamedNode):
            instances[triple.object].append(triple.subject)
    with_sparql = {triple.subject for triple in shapes if triple.predicate.value == _SPARQL}
    kept = []
    for triple in shapes:
        if not triple.predicate.value.startswith(_TARGET):
            kept.append(triple)
        elif triple.subject in with_sparql:
            nodes = sorted(instances[triple.object], key=lambda n: hashlib.sha256(n.value.encode()).digest())
            kept += (ox.Triple(triple.subject, _NODE_TARGET, node) for node in nodes[:_SAMPLE])
    return kept


def _compare(shapes: Sequence[ox.Triple], graph: MemoryGraph, reference: Reference) -> Iterator[Found]:
    from kgtools.shacl import ShapesError, parse_shapes, validate_graph

    engines: dict[str, Callable[[], ValidationReport]] = {
        "fast": lambda: validate_graph(parse_shapes(shapes), graph),
        "pyshacl": lambda: reference.validate(shapes),
    }
    keys = []
    for engine, validate in engines.items():
        try:
            keys.append(_keys(validate()))
        except ShapesError as error:
            yield Found(f"The engine {engine} refused the shapes: {error}", "shapes", "shapes")
            return
    yield from _only(keys[0] - keys[1], "the fast engine only")
    yield from _only(keys[1] - keys[0], "pySHACL only")


def _keys(report: ValidationReport) -> Counter[_Key]:
    return Counter((str(r.focus_node), str(r.source_shape), r.component.value, str(r.value)) for r in report.results)


def _only(keys: Mapping[_Key, int], finder: str) -> Iterator[Found]:
    for node, shape, component, value in keys:
        about = "" if value == "None" else f" about {value[:120]}"
        rule, what = shortened(shape.strip("<>")), shortened(component)
        iri = node.strip("<>")
        yield Found(f"Found by {finder}: {rule} ({what}) on {shortened(iri)}{about}.", iri)


CHECKS: Final = (broken_rule, unmet_recommendation, engines_differ)
