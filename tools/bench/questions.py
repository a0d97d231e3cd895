"""How long the canned questions take: the median of several runs of each example, embedded."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from kgtools.answers.questions import bind, read_catalog, read_graph_catalog
from kgtools.answers.questions.page import example_parameters
from kgtools.core.project import Project
from kgtools.graph.store import Store

RUNS: Final = 9


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one question took.

    Attributes:
        question: its name.
        rows: how many rows, or triples, the example's answer has.
        milliseconds: the median of the runs.
    """

    question: str
    rows: int
    milliseconds: float


def time_questions(
    project: Project, store: Store, *, runs: int = RUNS, clock: Callable[[], float] = time.perf_counter
) -> tuple[Timing, ...]:
    """Ask each question its example several times.

    Args:
        project: where the questions are.
        store: what answers.
        runs: how often each is asked.
        clock: what gives the time in seconds; ``time.process_time`` leaves out what other programs take.
    """
    timings = []
    for question in (*read_catalog(project), *read_graph_catalog(project)):
        query = bind(question.query, question.parameters, example_parameters(question), store)
        seconds, rows = [], 0
        for _ in range(runs):
            start = clock()
            rows = len(list(store.construct(query)) if question.gives_graph else store.select(query).rows)
            seconds.append(clock() - start)
        timings.append(Timing(question.name, rows, statistics.median(seconds) * 1000))
    return tuple(timings)


def as_markdown(timings: Sequence[Timing]) -> str:
    """The timings as a table, the slowest first, with the median of all."""
    ordered = sorted(timings, key=lambda timing: -timing.milliseconds)
    lines = [f"| {t.question} | {t.rows:,} | {t.milliseconds:.1f} |" for t in ordered]
    middle = statistics.median(t.milliseconds for t in timings)
    head = ["| question | rows or triples | median ms |", "| --- | --: | --: |"]
    return "\n".join([*head, *lines, "", f"Median of the {len(timings)} questions: {middle:.1f} ms."]) + "\n"


def as_json(timings: Sequence[Timing]) -> str:
    """The timings as a JSON list."""
    return json.dumps([asdict(timing) for timing in timings], indent=1) + "\n"
