"""Validation of what a store holds, in place: a SPARQL endpoint, or the folder of an embedded store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import RDF, RDFS, SKOS
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.reading import read_triples
from kgtools.graph.store import Store, Term
from kgtools.schema.rules import Catalog
from kgtools.shacl import MemoryGraph, ValidationReport, compile_shapes, parse_shapes, validate
from kgtools.validation.documents import read_document
from kgtools.validation.findings import Coverage, Report
from kgtools.validation.locate import Locator
from kgtools.validation.names import Labels
from kgtools.validation.problems import Problem
from kgtools.validation.run import without_consequences
from kgtools.validation.shapes_files import ShapesFiles
from kgtools.validation.translate import Translator

_BATCH: Final = 500  # nodes a query for labels
_NAMING: Final = tuple(ox.NamedNode(iri) for iri in (f"{RDF}type", f"{SKOS}prefLabel", f"{RDFS}label"))
_COUNT_RECORDS: Final = "SELECT (COUNT(DISTINCT ?s) AS ?count) WHERE { ?s ?p ?o FILTER(isIRI(?s)) }"


def validate_store(store: Store, shapes_files: Sequence[Path], project: Project | None) -> Report:
    """Validate what a store holds; of a remote one only what is wrong is fetched, and the names of it.

    Args:
        store: the store.
        shapes_files: the shapes; none for the project's.
        project: the project, whose ontology names properties and classes; None where shapes are given.

    Returns:
        The same report as for files, without places.

    Raises:
        StoreError: the store can't be reached or refuses a query.
        ShapesError: the shapes are malformed, or a constraint can't run on another store.
        UnreadableFileError: a file of the project's shapes can't be read.
    """
    own, problems = _own_shapes(shapes_files)
    shapes = own.triples if shapes_files else list(read_triples(*project.shapes)) if project else []
    parsed = own.parse() if shapes_files else parse_shapes(shapes)
    report = validate(compile_shapes(parsed), store)
    catalog = Catalog(shapes)
    ontology = read_triples(*(project.ontology if project else ()))
    wrong = _said_of(store, (result.focus_node for result in report.results))
    values = _said_of(store, (result.value for result in report.results), _NAMING)
    translator = Translator(catalog, Labels(MemoryGraph([*ontology, *wrong, *values])), _Wrong(wrong))
    noted = [translator.noted(result) for result in report.results]
    findings = translator.findings(noted if shapes_files else without_consequences(noted))
    return Report(
        findings=tuple(sorted(findings, key=lambda f: (f.record.iri, f.rule.identifier, f.value_term))),
        problems=(*problems, *(own.malformed() if shapes_files else ())),
        files=(),
        context_triples=0,
        coverage=_coverage(store, report, catalog),
        notes=(f"{store.name} was checked in place; records that no rule applies to are not listed.",),
        cautions=own.cautions(parsed) if shapes_files else (),
    )


def _own_shapes(files: Sequence[Path]) -> tuple[ShapesFiles, tuple[Problem, ...]]:
    """The shapes that the user gives, and what kept files from being read."""
    read = Files()
    readings = [read_document(file, read, tag=f"s{number}x") for number, file in enumerate(files)]
    documents = [reading.document for reading in readings if reading.document is not None]
    return ShapesFiles(documents), tuple(problem for reading in readings for problem in reading.problems)


class _Wrong(Locator):
    """Knows no places, but by which property a record that broke a rule has a value.

    Args:
        triples: what the store says of these records.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        super().__init__(())
        self._uses: dict[Term, list[tuple[str, Term]]] = {}
        for triple in triples:
            self._uses.setdefault(triple.subject, []).append((triple.predicate.value, triple.object))

    def property_of(self, subject: Term, value: Term) -> str:
        """The property by which a record has a value; empty where there is none, or more than one.

        Args:
            subject: a record.
            value: the value.
        """
        found = {prop for prop, term in self._uses.get(subject, ()) if term == value}
        return found.pop() if len(found) == 1 else ""


def _said_of(store: Store, nodes: Iterable[Term | None], predicates: Sequence[ox.NamedNode] = ()) -> list[ox.Triple]:
    """What a store says of nodes, by some properties or by all."""
    named = sorted({node for node in nodes if isinstance(node, ox.NamedNode)}, key=str)
    chosen = f"VALUES ?p {{ {' '.join(map(str, predicates))} }}" if predicates else ""
    found: list[ox.Triple] = []
    for start in range(0, len(named), _BATCH):
        values = " ".join(map(str, named[start : start + _BATCH]))
        query = f"SELECT DISTINCT ?s ?p ?o WHERE {{ VALUES ?s {{ {values} }} {chosen} ?s ?p ?o }}"
        found += _triples(store.select(query).rows)
    return found


def _triples(rows: Iterable[tuple[Term | None, ...]]) -> Iterator[ox.Triple]:
    for subject, predicate, value in rows:
        if isinstance(subject, ox.NamedNode) and isinstance(predicate, ox.NamedNode) and value is not None:
            yield ox.Triple(subject, predicate, value)


def _coverage(store: Store, report: ValidationReport, catalog: Catalog) -> Coverage:
    rows = store.select(_COUNT_RECORDS).rows
    records = int(rows[0][0].value) if rows and isinstance(rows[0][0], ox.Literal) else 0
    named = sum(isinstance(node, ox.NamedNode) for node in report.focus_nodes)
    return Coverage(
        shapes=len(report.coverage),
        shapes_used=sum(1 for entry in report.coverage if entry.focus_nodes),
        rules=catalog.size,
        records=records,
        records_checked=min(records, named),
        focus_nodes=len(report.focus_nodes),
    )
