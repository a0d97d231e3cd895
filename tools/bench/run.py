"""Run engines side by side, each in its own process, and write what they took as Markdown and JSON."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyoxigraph as ox

from kgtools.core.project import Project
from tools.bench.deviations import explained
from tools.bench.generate import write

_CONTEXT: Final = ("data/framework/editions.ttl", "data/framework/third-edition.ttl", "data/sources.ttl")
_PACKAGES: Final = ("pyoxigraph", "pyshacl", "rdflib", "pyrudof")
_SHOWN: Final = 3  # differing results that are listed one by one


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one engine took on one size; times in seconds.

    Attributes:
        engine: its name.
        policies: how many policies the data holds.
        load: reading and indexing data and shapes, wall time.
        validate: validating, wall time.
        load_cpu: reading and indexing, CPU time of all threads.
        validate_cpu: validating, CPU time of all threads.
        peak_mb: the largest resident memory of the process.
        results: how many validation results it gave.
        missing: how many results of the first engine it did not give, except through its known faults.
        extra: how many results it gave that the first engine did not.
        explained: how many results it did not give because of a known fault, by what the fault is.
        examples: a few of the results that are missing or extra.
        problem: why there is no measurement; empty where there is one.
    """

    engine: str
    policies: int
    load: float = 0.0
    validate: float = 0.0
    load_cpu: float = 0.0
    validate_cpu: float = 0.0
    peak_mb: float = 0.0
    results: int = 0
    missing: int = 0
    extra: int = 0
    explained: dict[str, int] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    problem: str = ""

    @property
    def wall(self) -> float:
        """Load and validate, wall time."""
        return self.load + self.validate

    @property
    def cpu(self) -> float:
        """Load and validate, CPU time."""
        return self.load_cpu + self.validate_cpu


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A side-by-side run: on what, when, and what it took.

    Attributes:
        seed: the seed of the data.
        machine: processor, cores, load when it began, versions.
        triples: triples of the data by number of policies, context included.
        measurements: one for each engine and size.
    """

    seed: int
    machine: dict[str, str]
    triples: dict[int, int] = field(default_factory=dict)
    measurements: list[Measurement] = field(default_factory=list)


def measure(
    project: Project,
    engines: Sequence[str],
    sizes: Iterable[int],
    *,
    seed: int = 2025,
    timeout: float = 900,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Benchmark:
    """Measure engines on generated data, with the project's rules for submissions.

    The data is one file: what the generator writes, the ontology, the reference data, the framework and the sources.

    Args:
        project: whose shapes, ontology and reference data are used.
        engines: names from ``tools.bench.engines.ENGINES``; the results of the others are held against the first's.
        sizes: numbers of policies.
        seed: equal seeds give equal data.
        timeout: seconds after which an engine is stopped.
        progress: called with what is being run.

    Returns:
        One measurement for each engine and size.
    """
    found = Benchmark(seed, _machine())
    sizes = list(sizes)
    with TemporaryDirectory() as folder:
        for size in sizes:
            data = Path(folder, f"{size}.ttl")
            found.triples[size] = write_data(project, data, size, seed)
            first: Counter[str] | None = None
            for engine in engines:
                progress(f"{engine}, {size:,} policies", len(found.measurements), len(sizes) * len(engines))
                measured, keys = _measure_one(engine, data, project.root / "shapes" / "submission.ttl", timeout)
                if first is None and not measured["problem"]:
                    first = keys
                found.measurements.append(
                    Measurement(engine, size, **measured, **_difference(engine, first, keys, measured))
                )
    return found


def write_data(project: Project, file: Path, size: int, seed: int) -> int:
    """Write the data of one size; returns its number of triples."""
    own = file.with_suffix(".own.ttl")
    write(own, size, seed=seed)
    reference = sorted((project.root / "data" / "reference").glob("*.ttl"))
    files = (own, *project.ontology, *reference, *(project.root / name for name in _CONTEXT))
    count = 0
    with file.open("wb") as target:
        for source in files:
            triples = [ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(path=str(source))]
            ox.serialize(triples, target, format=ox.RdfFormat.TURTLE, prefixes={})
            count += len(triples)
    own.unlink()
    return count


def _measure_one(engine: str, data: Path, shapes: Path, timeout: float) -> tuple[dict[str, Any], Counter[str]]:
    results = data.with_suffix(".results")
    command = [sys.executable, "-m", "tools.bench.engines", engine, str(data), str(shapes), str(results)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return {"problem": f"stopped after {timeout:,.0f} s"}, Counter()
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"ended with status {done.returncode}"]
        return {"problem": last[0][:200]}, Counter()
    keys = Counter(results.read_text(encoding="utf-8").splitlines())
    return {**json.loads(done.stdout.strip().splitlines()[-1]), "problem": ""}, keys


def _difference(
    engine: str, first: Counter[str] | None, keys: Counter[str], measured: dict[str, Any]
) -> dict[str, Any]:
    if first is None or measured["problem"]:
        return {}
    missing, extra = first - keys, keys - first
    known = explained(engine, missing, keys)
    for due in known.values():
        missing -= due
    examples = [f"missing: {key}" for key in sorted(missing)[:_SHOWN]] + [
        f"extra: {key}" for key in sorted(extra)[:_SHOWN]
    ]
    return {
        "missing": missing.total(),
        "extra": extra.total(),
        "explained": {what: due.total() for what, due in known.items()},
        "examples": tuple(examples),
    }


def _machine() -> dict[str, str]:
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "load at the start": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        **{name: _installed(name) for name in _PACKAGES},
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def as_json(benchmark: Benchmark) -> str:
    """A benchmark as JSON."""
    return json.dumps(asdict(benchmark), indent=1, ensure_ascii=False) + "\n"


def as_markdown(benchmark: Benchmark) -> str:
    """A benchmark as a table, with each engine's CPU time as so many times the first engine's."""
    lines = [
        ", ".join(f"{name} {value}" for name, value in benchmark.machine.items()) + f", seed {benchmark.seed}.",
        "",
        "| policies | triples | engine | load s | validate s | CPU s | peak MB | results "
        "| explained | missing | extra | times |",
        "| --: | --: | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    first: dict[int, Measurement] = {}
    for each in benchmark.measurements:
        start = f"| {each.policies:,} | {benchmark.triples[each.policies]:,} | {each.engine} "
        if each.problem:
            lines.append(f"{start}| {each.problem} | | | | | | | | |")
            continue
        base = first.setdefault(each.policies, each)
        lines.append(
            f"{start}| {each.load:.2f} | {each.validate:.2f} | {each.cpu:.2f} | {each.peak_mb:,.0f} "
            f"| {each.results:,} | {sum(each.explained.values()):,} | {each.missing:,} | {each.extra:,} "
            f"| {each.cpu / base.cpu:.1f} |"
        )
    faults = [
        f"- {m.engine}, {m.policies:,} policies, {count:,} results: {m.engine} {what}"
        for m in benchmark.measurements
        for what, count in m.explained.items()
    ]
    differing = [f"- {m.engine}, {m.policies:,} policies, {e}" for m in benchmark.measurements for e in m.examples]
    if faults:
        lines += ["", "Results that another engine lacks because of its own known fault:", "", *faults]
    if differing:
        lines += ["", "Results that differ from the first engine's and that nobody has explained, a few from each:"]
        lines += ["", *differing]
    return "\n".join(lines) + "\n"
