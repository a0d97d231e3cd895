"""The parts of a release: triples with canonical blank nodes, in one order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kgtools.core.namespaces import OWL, RDF, SPF
from kgtools.core.project import Project
from kgtools.graph.files import Files

_TYPE = ox.NamedNode(RDF + "type")
_HEADER = ox.NamedNode(OWL + "Ontology")
_CORE = ox.NamedNode(SPF.removesuffix("#"))


@dataclass(frozen=True, slots=True)
class Parts:
    """The triples of a release, sorted, each once, with literals as written.

    Attributes:
        ontology: classes, properties, concept schemes and alignments, as one ontology with one header.
        shapes: the SHACL shapes.
        data: framework, state records, sources, ratings.
        quads: all of it, in one named graph per file, with the header of each.
        modules: the files of the ontology by name, such as ``core``, with the header of each.
    """

    ontology: tuple[ox.Triple, ...]
    shapes: tuple[ox.Triple, ...]
    data: tuple[ox.Triple, ...]
    quads: tuple[ox.Quad, ...]
    modules: Mapping[str, tuple[ox.Triple, ...]]

    @property
    def everything(self) -> tuple[ox.Triple, ...]:
        """Ontology, shapes and data as one graph, with the header of the core ontology alone."""
        return _under_one_header((*self.ontology, *self.shapes, *self.data))


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

    return Parts(
        ontology=_under_one_header(of(project.ontology)),
        shapes=of(project.shapes),
        data=of(project.data),
        quads=quads,
        modules={file.stem: of([file]) for file in project.ontology},
    )


def _under_one_header(triples: Iterable[ox.Triple]) -> tuple[ox.Triple, ...]:
    """The triples without the headers of all ontologies but the core, sorted.

    A document is one ontology. With several headers, owlready2 and the OWL API take any of them for its name and for
    the base of its terms, and then find no class.
    """
    merged = _sorted(triples)
    headers = {t.subject for t in merged if t.predicate == _TYPE and t.object == _HEADER} - {_CORE}
    return tuple(t for t in merged if t.subject not in headers)


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
