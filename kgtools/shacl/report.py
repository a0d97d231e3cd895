"""The validation report that all engines share (SHACL section 3.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kgtools.graph.store.interface import Term
from kgtools.shacl.paths import Path, path_to_rdf, path_to_sparql
from kgtools.shacl.vocab import FALSE, RDF_TYPE, TRUE, sh


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One violation, warning or hint (section 3.6.2).

    Attributes:
        focus_node: the node that was checked, in its written form.
        path: the property path, for results of property shapes.
        value: the value at fault, in its written form.
        component: the constraint component, such as ``sh:MinCountConstraintComponent``.
        severity: ``sh:Violation``, ``sh:Warning``, ``sh:Info`` or an IRI of the shapes' own.
        source_shape: the shape that the value does not conform to.
        source_constraint: the ``sh:sparql`` value, for SPARQL-based constraints.
        messages: what to show people; the shape's own where it has any.
        details: what failed inside, for constraints that refer to other shapes, when details were asked for.
    """

    focus_node: Term
    path: Path | None
    value: Term | None
    component: ox.NamedNode
    severity: ox.NamedNode
    source_shape: Term
    source_constraint: Term | None
    messages: tuple[ox.Literal, ...]
    details: tuple[ValidationResult, ...] = ()


@dataclass(frozen=True, slots=True)
class ShapeCoverage:
    """How many focus nodes a shape's targets selected: zero often means a typing error in a target."""

    shape: Term
    focus_nodes: int


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """The outcome of a validation (section 3.6.1).

    Attributes:
        conforms: whether there is no result at all, of whatever severity.
        results: sorted, so that equal data gives an equal report.
        coverage: one entry a shape that has targets, sorted by shape.
        focus_nodes: every node that some target selected; a record that is not here was checked by no shape.
    """

    conforms: bool
    results: tuple[ValidationResult, ...]
    coverage: tuple[ShapeCoverage, ...]
    focus_nodes: frozenset[Term]


def result_key(result: ValidationResult) -> tuple[str, ...]:
    """What results are sorted by."""
    return (
        str(result.focus_node),
        path_to_sparql(result.path) if result.path else "",
        result.component.value,
        str(result.value),
        str(result.source_shape),
        result.severity.value,
        str(result.source_constraint),
        " ".join(str(message) for message in result.messages),
    )


def build_report(
    results: Iterable[ValidationResult], coverage: Iterable[ShapeCoverage], focus_nodes: frozenset[Term]
) -> ValidationReport:
    """Sort and count what an engine found."""
    ordered = tuple(sorted(results, key=result_key))
    by_shape = tuple(sorted(coverage, key=lambda entry: str(entry.shape)))
    return ValidationReport(not ordered, ordered, by_shape, focus_nodes)


def report_triples(report: ValidationReport) -> list[ox.Triple]:
    """Write a report in the standard RDF form (section 3.6).

    Args:
        report: any engine's report.

    Returns:
        The triples of one ``sh:ValidationReport``; paths and details are written out as blank nodes.
    """
    node = ox.BlankNode()
    conforms = TRUE if report.conforms else FALSE
    triples = [ox.Triple(node, RDF_TYPE, sh("ValidationReport")), ox.Triple(node, sh("conforms"), conforms)]
    for result in report.results:
        entry, described = _result_triples(result)
        triples.append(ox.Triple(node, sh("result"), entry))
        triples += described
    return triples


def _result_triples(result: ValidationResult) -> tuple[ox.BlankNode, list[ox.Triple]]:
    node = ox.BlankNode()
    triples = [
        ox.Triple(node, RDF_TYPE, sh("ValidationResult")),
        ox.Triple(node, sh("focusNode"), result.focus_node),
        ox.Triple(node, sh("resultSeverity"), result.severity),
        ox.Triple(node, sh("sourceConstraintComponent"), result.component),
        ox.Triple(node, sh("sourceShape"), result.source_shape),
    ]
    if result.path is not None:
        path, described = path_to_rdf(result.path)
        triples += [ox.Triple(node, sh("resultPath"), path), *described]
    if result.value is not None:
        triples.append(ox.Triple(node, sh("value"), result.value))
    if result.source_constraint is not None:
        triples.append(ox.Triple(node, sh("sourceConstraint"), result.source_constraint))
    triples += [ox.Triple(node, sh("resultMessage"), message) for message in result.messages]
    for detail in result.details:
        inner, described = _result_triples(detail)
        triples += [ox.Triple(node, sh("detail"), inner), *described]
    return node, triples
