"""The parts of a release: triples with canonical blank nodes, in one order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kgtools.core.project import Project
from kgtools.graph.files import Files


@dataclass(frozen=True, slots=True)
class Parts:
    """The triples of a release, sorted, each once, with literals as written.

    Attributes:
        ontology: classes, properties, concept schemes and alignments.
        shapes: the SHACL shapes.
        data: framework, state records, sources, ratings.
        quads: all of it, in one named graph per file.
    """

    ontology: tuple[ox.Triple, ...]
    shapes: tuple[ox.Triple, ...]
    data: tuple[ox.Triple, ...]
    quads: tuple[ox.Quad, ...]

    @property
    def everything(self) -> tuple[ox.Triple, ...]:
        """Ontology, shapes and data as one graph."""
        return _sorted((*self.ontology, *self.shapes, *self.data))


def read_parts(project: Project, files: Files) -> Parts:
    """Read a project.

    Blank nodes are named by the RDF Dataset Canonicalization algorithm (RDFC-1.0), so that equal graphs give equal
    files.

    Args:
        project: the project.
        files: the files as the command reads them.

    Raises:
        UnreadableFileError: a file isn't RDF.
    """
    dataset = ox.Dataset(
        ox.Quad(t.subject, t.predicate, t.object, graph)
        for file in (*project.ontology, *project.shapes, *project.data)
        for graph in (ox.NamedNode(project.graph_of(file)),)
        for t in files.triples(file)
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    quads = tuple(sorted(dataset, key=str))

    def of(part: Iterable[Path]) -> tuple[ox.Triple, ...]:
        graphs = {ox.NamedNode(project.graph_of(file)) for file in part}
        return _sorted(q.triple for q in quads if q.graph_name in graphs)

    return Parts(of(project.ontology), of(project.shapes), of(project.data), quads)


def canonical_triples(triples: Iterable[ox.Triple]) -> tuple[ox.Triple, ...]:
    """The triples of a graph, sorted, each once, blank nodes named by RDFC-1.0.

    The name of a blank node depends only on the triples that have one, so the others, nearly all, are left as they are.
    """
    named: list[ox.Triple] = []
    others: list[ox.Triple] = []
    for t in triples:
        blank = isinstance(t.subject, ox.BlankNode) or not isinstance(t.object, ox.NamedNode | ox.Literal)
        (others if blank else named).append(t)
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in others)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return _sorted((*named, *(quad.triple for quad in dataset)))


def _sorted(triples: Iterable[ox.Triple]) -> tuple[ox.Triple, ...]:
    return tuple(sorted(set(triples), key=str))
