"""Run one engine on one data set in this process and print what it took, as JSON.

Started by ``run.py`` in a process of its own: ``python -m kgtools.bench.engines ENGINE DATA SHAPES``.
"""

from __future__ import annotations

import hashlib
import json
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

Outcome = tuple[float, float, list[str]]


def run_fast(data: Path, shapes: Path) -> Outcome:
    """This project's engine: parse, index, validate."""
    import pyoxigraph as ox

    from kgtools.shacl import MemoryGraph, parse_shapes, validate_graph

    start = time.perf_counter()
    parsed = parse_shapes(quad.triple for quad in ox.parse(path=str(shapes), format=ox.RdfFormat.TURTLE))
    graph = MemoryGraph(ox.parse(path=str(data), format=ox.RdfFormat.TURTLE))
    loaded = time.perf_counter()
    report = validate_graph(parsed, graph)
    done = time.perf_counter()
    keys = [_key(str(r.focus_node), str(r.value), r.component.value) for r in report.results]
    return loaded - start, done - loaded, keys


def run_pyshacl(data: Path, shapes: Path) -> Outcome:
    """PySHACL on rdflib."""
    import rdflib
    from pyshacl import validate

    start = time.perf_counter()
    data_graph, shapes_graph = rdflib.Graph().parse(data), rdflib.Graph().parse(shapes)
    loaded = time.perf_counter()
    report = validate(data_graph, shacl_graph=shapes_graph, inference="none")[1]
    done = time.perf_counter()
    assert isinstance(report, rdflib.Graph)
    return loaded - start, done - loaded, _rdflib_keys(report)


def _rdflib_keys(report: object) -> list[str]:
    import rdflib

    assert isinstance(report, rdflib.Graph)
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")

    def text(node: rdflib.term.Node | None) -> str:
        return "None" if node is None else node.n3()

    return [
        _key(
            text(report.value(r, sh.focusNode)),
            text(report.value(r, sh.value)),
            str(report.value(r, sh.sourceConstraintComponent)),
        )
        for r in report.objects(None, sh.result)
    ]


def run_rudof(data: Path, shapes: Path) -> Outcome:
    """Rudof, through its Python bindings."""
    import pyrudof

    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    start = time.perf_counter()
    rudof.read_data(data)
    rudof.read_shacl(shapes)
    loaded = time.perf_counter()
    report = rudof.validate_shacl()
    done = time.perf_counter()
    keys = [_key(_term(v.focus_node), _term(v.value), str(v.constraint_component)) for v in report.violations]
    return loaded - start, done - loaded, keys


def _term(text: object) -> str:
    """A term as the other engines write it; rudof's bindings give IRIs without their brackets."""
    written = str(text).replace("^^xsd:", "^^http://www.w3.org/2001/XMLSchema#")
    written = re.sub(r"\^\^(http://.*)$", r"^^<\1>", written)
    return f"<{written}>" if written.startswith(("http://", "https://")) else written


def _key(focus: str, value: str, component: str) -> str:
    return " ".join((focus, value, component.rpartition("#")[2])).replace(
        "^^<http://www.w3.org/2001/XMLSchema#string>", ""
    )


ENGINES: dict[str, Callable[[Path, Path], Outcome]] = {
    "fast": run_fast,
    "pyshacl": run_pyshacl,
    "rudof": run_rudof,
}


def digest(keys: Iterable[str]) -> str:
    """A short name for a multiset of results."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()[:16]


def main(arguments: list[str]) -> None:
    """Run and print."""
    engine, data, shapes = arguments
    load, validate, keys = ENGINES[engine](Path(data), Path(shapes))
    cpu = time.process_time()  # of the whole process, start included: steadier than wall time on a busy machine
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    outcome = {"load": load, "validate": validate, "cpu": cpu, "peak_mb": peak, "results": len(keys)}
    print(json.dumps({**outcome, "digest": digest(keys)}))


if __name__ == "__main__":
    main(sys.argv[1:])
