"""``kgtools tour``: load the graph, check it, and answer a few headline questions."""

from __future__ import annotations

import argparse
import sys
import time

from kgtools.cli.info_verb import text as counts_text
from kgtools.graph import load_project
from kgtools.output import render
from kgtools.project import Project, find_project
from kgtools.questions import bind, find_question
from kgtools.statistics import count
from kgtools.store import EmbeddedStore

_NEXT = """Where to go next
  kgtools query                               list the questions
  kgtools query gaps -p state=KY              ask one, about another state
  kgtools query evidence -p claim=…           follow a claim back to its sources
  kgtools validate my-state.ttl               check your own data
  kgtools sparql 'SELECT * {{ ?s ?p ?o }} LIMIT 3'
  docs/explanation/method.md                  how the evidence is made

The names of the eight conditions are a reconstruction; "not reviewed" never means no.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("--state", default="UT", metavar="CODE", help="the state whose gaps are shown (default: UT)")


def run(options: argparse.Namespace) -> int:
    """Show the tour; exit 1 when the graph breaks a mandatory rule."""
    project = find_project(options.project)
    started = time.perf_counter()
    store = load_project(project)
    _heading("What is in the graph", f"loaded in {time.perf_counter() - started:.1f} s")
    print(counts_text(count(store)))
    status = _check(project)
    _ask(project, store, "coverage-by-condition", {}, "How far the eight conditions are covered, in states")
    _ask(project, store, "gaps", {"state": options.state}, f"What no policy in force does yet: {options.state}")
    _ask(project, store, "next-steps", {"state": options.state}, f"What it could do next, and who did: {options.state}")
    print(_NEXT)
    return status


def _check(project: Project) -> int:
    from kgtools.validation import validate_project

    started = time.perf_counter()
    report = validate_project(project)
    _heading("Is it valid?", f"checked in {time.perf_counter() - started:.1f} s")
    print(report.verdict + "\n")
    return 0 if report.conforms else 1


def _ask(project: Project, store: EmbeddedStore, name: str, given: dict[str, str], heading: str) -> None:
    question = find_question(project, name)
    _heading(heading, f"kgtools query {' '.join([name, *(f'-p {key}={value}' for key, value in given.items())])}")
    print(render(store.select(bind(question.query, question.parameters, given, store)), "table"))


def _heading(title: str, aside: str) -> None:
    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
    print(f"{bold}{title}{plain}  ({aside})")
