"""How long a change of one record takes to be checked again, in a graph of any size."""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

import pyoxigraph as ox

from kgtools.core.namespaces import RDF
from kgtools.core.project import Project
from kgtools.graph.store import Term
from kgtools.shacl import IncrementalValidator, MemoryGraph, compile_shapes, parse_shapes
from kgtools.shacl.graph import cells, without_cyclic_collection
from tools.bench.generate import mistakes
from tools.bench.run import write_data
from tools.bench.vocabulary import ID, PREFIXES

EDITS: Final = 200

_POLICY: Final = f"{ID}state-policy/"
_TYPE: Final = ox.NamedNode(f"{RDF}type")
Edit: TypeAlias = tuple[list[ox.Triple], list[ox.Triple]]


@dataclass(frozen=True, slots=True)
class EditTimes:
    """What changes of one record took, CPU time in seconds.

    Attributes:
        policies: how many policies the graph holds.
        triples: how many triples it holds, context included.
        edits: how many changes were made; every second one takes back the one before.
        first: reading, indexing and the first full validation.
        median: the median change.
        slowest: the slowest change.
        changed: how many changes altered the report.
    """

    policies: int
    triples: int
    edits: int
    first: float
    median: float
    slowest: float
    changed: int


def time_edits(
    project: Project,
    policies: int,
    *,
    edits: int = EDITS,
    seed: int = 2025,
    clock: Callable[[], float] = time.process_time,
) -> EditTimes:
    """Make realistic changes of single policies, good and bad, and check again after each.

    Args:
        project: whose shapes, ontology and reference data are used.
        policies: how many policies the graph holds.
        edits: how many changes are made.
        seed: equal seeds give equal data and equal changes.
        clock: what tells the time in seconds.
    """
    with TemporaryDirectory() as folder, without_cyclic_collection():
        file = Path(folder, "data.ttl")
        triples = write_data(project, file, policies, seed)
        start = clock()
        shapes = parse_shapes(quad.triple for quad in ox.parse(path=str(project.root / "shapes" / "submission.ttl")))
        graph = MemoryGraph(ox.parse(path=str(file)))
        validator = IncrementalValidator(compile_shapes(shapes), graph)
        validator.validate()
        first = clock() - start
        seconds: list[float] = []
        changed = 0
        for added, removed in _edits(graph, edits, random.Random(seed)):  # noqa: S311 - made-up data, not secrets
            start = clock()
            change = validator.apply(added, removed)
            seconds.append(clock() - start)
            changed += bool(change.appeared or change.resolved)
    return EditTimes(policies, triples, len(seconds), first, statistics.median(seconds), max(seconds), changed)


def _edits(graph: MemoryGraph, count: int, chance: random.Random) -> Iterator[Edit]:
    """Changes of one property of one policy each, one after the other, each followed by its undoing."""
    nodes = [node for node in graph.column(_TYPE) if isinstance(node, ox.NamedNode) and node.value.startswith(_POLICY)]
    choices = mistakes("state-policy")
    for _ in range(count // 2):
        node = chance.choice(nodes)
        added, removed = _replaced(graph, node, chance.choice(choices))
        yield added, removed
        yield removed, added


def _replaced(graph: MemoryGraph, node: ox.NamedNode, change: tuple[str, str]) -> Edit:
    name, value = change
    text = f"{PREFIXES}{node} {name} {value or '0'} ."
    stated = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    predicate = stated[0].predicate
    removed = _statements(node, predicate, list(cells(graph.column(predicate).get(node))))
    return (stated if value else []), removed


def _statements(node: ox.NamedNode, predicate: ox.NamedNode, values: Sequence[Term]) -> list[ox.Triple]:
    return [ox.Triple(node, predicate, value) for value in values]


def as_json(times: Sequence[EditTimes]) -> str:
    """What changes took, as JSON."""
    return json.dumps([asdict(each) for each in times], indent=1) + "\n"


def as_markdown(times: Sequence[EditTimes]) -> str:
    """What changes took, as a table; times in milliseconds of CPU."""
    lines = [
        "| policies | triples | load and full run, s | edits | that alter the report | median ms | slowest ms |",
        "| --: | --: | --: | --: | --: | --: | --: |",
    ]
    lines += [
        f"| {each.policies:,} | {each.triples:,} | {each.first:.2f} | {each.edits:,} | {each.changed:,} "
        f"| {each.median * 1000:.1f} | {each.slowest * 1000:.1f} |"
        for each in times
    ]
    return "\n".join(lines) + "\n"
