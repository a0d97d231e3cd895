"""Run engines side by side, each in a process of its own, and write what they took as Markdown and JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kgtools.bench.generate import write
from kgtools.bench.vocabulary import SHAPES


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one engine took on one size; times in seconds, ``problem`` when it did not finish."""

    engine: str
    policies: int
    load: float = 0.0
    validate: float = 0.0
    cpu: float = 0.0
    peak_mb: float = 0.0
    results: int = 0
    digest: str = ""
    problem: str = ""

    @property
    def total(self) -> float:
        """Load and validate."""
        return self.load + self.validate


def measure(
    engines: Iterable[str], sizes: Iterable[int], *, seed: int = 2025, timeout: float = 900
) -> list[Measurement]:
    """Measure engines on generated data.

    Args:
        engines: names from ``kgtools.bench.engines.ENGINES``.
        sizes: numbers of policies.
        seed: equal seeds give equal data.
        timeout: seconds after which an engine is stopped.

    Returns:
        One measurement for each engine and size.
    """
    engines = list(engines)
    found: list[Measurement] = []
    with TemporaryDirectory() as folder:
        shapes = Path(folder, "shapes.ttl")
        shapes.write_text(SHAPES, encoding="utf-8")
        for size in sizes:
            data = Path(folder, f"{size}.ttl")
            write(data, size, seed=seed)
            found += [_measure_one(engine, size, data, shapes, timeout) for engine in engines]
    return found


def _measure_one(engine: str, size: int, data: Path, shapes: Path, timeout: float) -> Measurement:
    command = [sys.executable, "-m", "kgtools.bench.engines", engine, str(data), str(shapes)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return Measurement(engine, size, problem=f"stopped after {timeout:.0f} s")
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
        return Measurement(engine, size, problem=last[0][:200])
    return Measurement(engine, size, **json.loads(done.stdout.strip().splitlines()[-1]))


def as_json(measurements: Iterable[Measurement]) -> str:
    """The measurements as JSON."""
    return json.dumps([asdict(measurement) for measurement in measurements], indent=1)


def as_markdown(measurements: Iterable[Measurement]) -> str:
    """The measurements as a table, with each engine's total as a multiple of the first engine's."""
    lines = [
        "| policies | engine | load s | validate s | CPU s | peak MB | results | same results | times the first |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    first: dict[int, Measurement] = {}
    for each in measurements:
        base = first.setdefault(each.policies, each)
        if each.problem:
            lines.append(f"| {each.policies} | {each.engine} | {each.problem} | | | | | | |")
            continue
        same = "yes" if each.digest == base.digest else "no"
        ratio = f"{each.total / base.total:.1f}" if base.total else ""
        lines.append(
            f"| {each.policies} | {each.engine} | {each.load:.2f} | {each.validate:.2f} | {each.cpu:.2f} "
            f"| {each.peak_mb:.0f} | {each.results} | {same} | {ratio} |"
        )
    return "\n".join(lines) + "\n"
