"""``kgtools tour``: load the graph, check it, and answer a few headline questions."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass

from kgtools.answers.output import readable, terminal_width
from kgtools.answers.questions import bind, find_question
from kgtools.answers.statistics import count
from kgtools.cli.info_verb import text as counts_text
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.projects import find_project, load_project
from kgtools.graph.store import EmbeddedStore, Solutions

_NEXT = """Where to go next
  kgtools query                               list the questions
  kgtools query gaps -p state=KY              ask one, about another state
  kgtools query evidence -p claim=…           follow a claim back to its sources
  kgtools validate my-state.ttl               check your own data
  kgtools sparql 'SELECT * { ?s ?p ?o } LIMIT 3'
  docs/explanation/method.md                  how the evidence is made

The names of the eight conditions are a reconstruction; "not reviewed" never means no.
"""


@dataclass(frozen=True, slots=True)
class _Excerpt:
    """The part of an answer that the tour shows."""

    question: str
    columns: tuple[str, ...]
    rows: int

    def of(self, whole: Solutions) -> Solutions:
        places = [whole.variables.index(column) for column in self.columns]
        rows = tuple(tuple(row[place] for place in places) for row in whole.rows[: self.rows])
        return Solutions(self.columns, rows)


_COVERAGE = _Excerpt(
    "coverage-by-condition", ("condition", "cells", "looked_at", "in_full", "in_part", "not_reviewed"), 8
)
_GAPS = _Excerpt("gaps", ("condition", "transformative_policy", "answer"), 8)
_NEXT_STEPS = _Excerpt("next-steps", ("jurisdictions", "transformative_policy", "first", "year", "precedent"), 6)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("--state", default="UT", metavar="CODE", help="the state whose gaps are shown (default: UT)")


def run(options: argparse.Namespace) -> int:
    """Show the tour; exit 1 when the graph breaks a mandatory rule."""
    project = find_project(options.project)
    started = time.perf_counter()
    files = Files()
    store = load_project(project, files)
    _heading("What is in the graph", f"loaded in {time.perf_counter() - started:.1f} s")
    print(counts_text(count(store)))
    status = _check(project, files)
    state = {"state": options.state}
    _ask(project, store, _COVERAGE, {}, "How many states cover each of the eight conditions")
    _ask(project, store, _GAPS, state, f"Recommended policies not yet carried out in full: {options.state}")
    _ask(project, store, _NEXT_STEPS, state, f"Next steps, and who took them first: {options.state}")
    print(_NEXT)
    return status


def _check(project: Project, files: Files) -> int:
    from kgtools.validation import Request, validate_files
    from kgtools.validation.render.words import coverage_line, verdict_line

    started = time.perf_counter()
    report = validate_files(Request(), project, files=files)
    _heading("Is it valid?", f"checked in {time.perf_counter() - started:.1f} s; 'kgtools validate' shows the findings")
    print(f"{verdict_line(report)}\n{coverage_line(report)}\n")
    return report.exit_status()


def _ask(project: Project, store: EmbeddedStore, excerpt: _Excerpt, given: dict[str, str], heading: str) -> None:
    question = find_question(project, excerpt.question)
    parameters = "".join(f" -p {key}={value}" for key, value in given.items())
    _heading(heading, f"kgtools query {question.name}{parameters}")
    whole = store.select(bind(question.query, question.parameters, given, store))
    print(readable(excerpt.of(whole), terminal_width(), closing=False).text, end="")
    left_out = len(whole.rows) - excerpt.rows
    print(f"… and {left_out} more\n" if left_out > 0 else "")


def _heading(title: str, aside: str) -> None:
    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
    print(f"{bold}{title}{plain}  ({aside})")
