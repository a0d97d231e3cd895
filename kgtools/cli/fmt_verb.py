"""``kgtools fmt``: write Turtle files in the canonical form."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from pathlib import Path

from kgtools.cli.output import note
from kgtools.core.project import Project, is_bundled
from kgtools.graph.disk.locks import in_use
from kgtools.graph.files import Files
from kgtools.graph.projects import find_project, refuse_bundled
from kgtools.graph.reading import UnreadableFileError
from kgtools.graph.turtle import UnwritableGraphError, canonical_turtle
from kgtools.graph.writing import write_files


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="Turtle files (default: all in the project)"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit with status 1 if a file would change")


def run(options: argparse.Namespace) -> int:
    """Format the files, or list those that need it."""
    project = find_project(options.project)
    if not options.check:
        refuse_bundled(*(options.files or [project.root]))
    with nullcontext() if options.check or is_bundled(project.root) else in_use(project.root):
        return _format(project, options)


def _format(project: Project, options: argparse.Namespace) -> int:
    read = Files()
    files = options.files or [*project.ontology, *project.shapes, *project.data]
    changed = {file: text for file in files if (text := _formatted(file, read)) != read.content(file).decode()}
    for file in changed:
        print(file)
    if options.check:
        note(
            f"{len(changed)} of {len(files)} files would change; run 'kgtools fmt' to write them."
            if changed
            else f"All {len(files)} files are in canonical form."
        )
        return 1 if changed else 0
    write_files(changed, within=None if is_bundled(project.root) else project.root)
    note(f"{len(changed)} of {len(files)} files changed.")
    return 0


def _formatted(file: Path, read: Files) -> str:
    if file.suffix != ".ttl":
        raise UnreadableFileError(file, "Only Turtle files (.ttl) are formatted.")
    try:
        return canonical_turtle(read.triples(file))
    except UnwritableGraphError as error:
        raise UnwritableGraphError(f"{file}: {error}") from error
