"""The W3C test suite, read with pyoxigraph: what each test expects, and what a report says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kgtools.graph.store.interface import Term
from kgtools.shacl.paths import path_to_sparql
from kgtools.shacl.report import ValidationReport
from kgtools.shacl.shapes_index import ShapesIndex
from kgtools.shacl.vocab import RDF_TYPE, sh

_SUITE = Path("shared", "w3c-shacl", "tests")
# Beside the repository, or beside the folder that holds several checkouts of it.
ROOT = next(
    (p / _SUITE for p in Path(__file__).parents[3:5] if (p / _SUITE).is_dir()), Path(__file__).parents[3] / _SUITE
)
_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_SHT = "http://www.w3.org/ns/shacl-test#"


@dataclass(frozen=True)
class W3cTest:
    """One ``sht:Validate`` entry; ``expected`` is None where a failure is expected."""

    name: str
    data: Path
    shapes: Path
    expected: Counter[tuple[str, ...]] | None


def read(path: Path) -> list[ox.Triple]:
    """The triples of a Turtle file, with the file's own IRI as base."""
    return [
        ox.Triple(q.subject, q.predicate, q.object)
        for q in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=path.resolve().as_uri())
    ]


def tests() -> Iterator[W3cTest]:
    """Every test below the suite's folder."""
    for path in sorted(ROOT.rglob("*.ttl")):
        index = ShapesIndex(read(path))
        for node, described in index.by_subject.items():
            if ox.NamedNode(_SHT + "Validate") in described.get(RDF_TYPE, ()):
                yield _test(index, path, node)


def _test(index: ShapesIndex, path: Path, node: Term) -> W3cTest:
    action = index.values(node, ox.NamedNode(_MF + "action"))[0]
    result = index.values(node, ox.NamedNode(_MF + "result"))[0]
    data, shapes = (
        Path(str(index.values(action, ox.NamedNode(_SHT + name))[0]).strip("<>").removeprefix("file://"))
        for name in ("dataGraph", "shapesGraph")
    )
    expected = None if result == ox.NamedNode(_SHT + "Failure") else _expected(index, result)
    return W3cTest(str(path.relative_to(ROOT)), data, shapes, expected)


def _expected(index: ShapesIndex, report: Term) -> Counter[tuple[str, ...]]:
    keys: Counter[tuple[str, ...]] = Counter()
    for result in index.values(report, sh("result")):
        path = index.values(result, sh("resultPath"))
        keys[
            _text(index, result, "focusNode"),
            path_to_sparql(index.path(result, path[0])) if path else "-",
            _text(index, result, "value"),
            _text(index, result, "sourceConstraintComponent"),
            _text(index, result, "resultSeverity"),
        ] += 1
    return keys


def _text(index: ShapesIndex, node: Term, name: str) -> str:
    values = index.values(node, sh(name))
    return _plain(values[0]) if values else "-"


def _plain(term: Term | None) -> str:
    return "-" if term is None else "_" if isinstance(term, ox.BlankNode) else str(term)


def keys(report: ValidationReport) -> Counter[tuple[str, ...]]:
    """What the suite compares of each result; blank nodes compare as one."""
    return Counter(
        (
            _plain(r.focus_node),
            path_to_sparql(r.path) if r.path else "-",
            _plain(r.value),
            str(r.component),
            str(r.severity),
        )
        for r in report.results
    )
