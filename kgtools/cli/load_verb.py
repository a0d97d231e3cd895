"""``kgtools load``: put ontology and data, or a user's files, into a store."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox

from kgtools.answers.deriving import derive_into, remove_elsewhere, standing_twice
from kgtools.answers.determine import DETERMINATIONS, is_determination, rule_text
from kgtools.answers.output import FORMATS, render
from kgtools.cli.dropped import note_dropped
from kgtools.cli.output import add_output_arguments, chosen_format, emit, note
from kgtools.cli.progress import ProgressLine
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.loading import Loaded, load_portions, open_target, portions
from kgtools.graph.projects import find_project
from kgtools.graph.reading import read_triples
from kgtools.graph.store import Solutions
from kgtools.graph.store.http import credentials_from_environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: the project's ontology and data")
    parser.add_argument(
        "--store",
        required=True,
        metavar="URL|DIR",
        help="a SPARQL endpoint, or a folder; a server's user and password are read from the environment variables "
        "KGTOOLS_STORE_USER and KGTOOLS_STORE_PASSWORD",
    )
    parser.add_argument("--replace", action="store_true", help="overwrite graphs that are already there")
    parser.add_argument("--graph", metavar="IRI", help="put everything into this graph (default: one graph per file)")
    parser.add_argument(
        "--graph-store", metavar="URL", help="the address of the server's Graph Store Protocol, if not the usual one"
    )
    parser.add_argument("--shapes", action="store_true", help="also load the project's shapes")
    parser.add_argument("--no-validate", action="store_true", help="load without first checking against the shapes")
    add_output_arguments(parser, FORMATS, "table")


def run(options: argparse.Namespace) -> int:
    """Validate, load and say what became of each graph; nothing is loaded when the data doesn't validate."""
    project = find_project(options.project)
    own = (*project.ontology, *project.data, *(project.shapes if options.shapes else ()))
    parts = portions(project, options.files or own, options.graph)
    files = Files()
    refused = 0 if options.no_validate else _refused(options, project, files)
    if refused:
        return refused
    read = read_triples if options.no_validate else files.triples  # what was validated is what is loaded
    rule = rule_text(project, DETERMINATIONS)
    progress = ProgressLine()
    try:
        with open_target(options.store, credentials_from_environment(), options.graph_store) as target:
            kept = _without_determinations(read) if rule else read
            done = remove_elsewhere(target) if rule else []
            done += load_portions(target, parts, replace=options.replace, progress=progress, read=kept)
            done += derive_into(target, rule) if rule else []
            doubled = standing_twice(target)
    finally:
        progress.done()
    for sentence in doubled:
        note(f"kgtools: {sentence}")
    note_dropped(options.files, files)
    emit(options, render(_told(done), chosen_format(options)))
    return 0


def _without_determinations(read: Callable[[Path], Iterable[ox.Triple]]) -> Callable[[Path], Iterable[ox.Triple]]:
    """Files without the determinations that were derived from them alone: they are derived of all that is loaded."""
    return lambda file: (triple for triple in read(file) if not is_determination(triple))


def _refused(options: argparse.Namespace, project: Project, files: Files) -> int:
    """The exit status of validation, with a word on what follows where it is not 0."""
    from kgtools.validation import Request, validate_files

    report = validate_files(Request(files=tuple(options.files)), project, files=files)
    status = report.exit_status("violation")
    if status == 0:
        return 0
    named = " ".join(["kgtools validate", *map(str, options.files)])
    why = "does not validate" if status == 1 else "can't be read"
    note(
        f"kgtools: Nothing was loaded, because the data {why}. '{named}' shows what is wrong; "
        "--no-validate loads it anyway."
    )
    return status


def _told(done: list[Loaded]) -> Solutions:
    rows = tuple((ox.Literal(one.graph), ox.Literal(one.triples), ox.Literal(one.outcome)) for one in done)
    return Solutions(("graph", "triples", "outcome"), rows)
