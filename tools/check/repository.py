"""The repository that is checked, read once for all checks."""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kgtools.core.namespaces import PREFIXES
from kgtools.core.project import Project
from kgtools.graph.reading import UnreadableFileError, read_triples
from kgtools.graph.store import EmbeddedStore

if TYPE_CHECKING:
    from kgtools.validation.findings import Report

_SUBJECT: Final = re.compile(r"^(<[^>\s]+>|[A-Za-z][\w-]*:[\w.-]+)\s", re.MULTILINE)


class Repository:
    """A project's folder, with what is in it read when it is first asked for.

    Files that can't be read are left out of the triples; the check on syntax reports them.

    Args:
        project: the project.
        today: the day from which ages are counted; the current one where none is given.
    """

    def __init__(self, project: Project, today: dt.date | None = None) -> None:
        self.project = project
        self.today = today or dt.date.today()

    @property
    def turtle_files(self) -> tuple[Path, ...]:
        """The Turtle files of ontology, shapes and data."""
        return (*self.project.ontology, *self.project.shapes, *self.project.data)

    @cached_property
    def triples_by_file(self) -> dict[Path, tuple[ox.Triple, ...]]:
        """The triples of each readable Turtle file, with literals as written."""
        return {file: found for file in self.turtle_files if not isinstance(found := self._read(file), Exception)}

    @cached_property
    def unreadable(self) -> tuple[UnreadableFileError, ...]:
        """What kept Turtle files from being read."""
        return tuple(found for file in self.turtle_files if isinstance(found := self._read(file), Exception))

    @cached_property
    def ontology(self) -> tuple[ox.Triple, ...]:
        """The triples of the ontology."""
        return self._of(self.project.ontology)

    @cached_property
    def shapes(self) -> tuple[ox.Triple, ...]:
        """The triples of the shapes."""
        return self._of(self.project.shapes)

    @cached_property
    def data(self) -> tuple[ox.Triple, ...]:
        """The triples of the data."""
        return self._of(self.project.data)

    @cached_property
    def store(self) -> EmbeddedStore:
        """Ontology, shapes and data in memory, one named graph per file."""
        store = EmbeddedStore()
        for file, triples in self.triples_by_file.items():
            store.load(triples, self.project.graph_of(file))
        return store

    @cached_property
    def validation(self) -> Report:
        """What the shapes find in the whole graph, as ``kgtools validate`` reports it."""
        from kgtools.validation.run import Request, validate_files

        return validate_files(Request(), self.project)

    def relative(self, file: Path) -> str:
        """The path of a file from the project's folder, with slashes."""
        return file.relative_to(self.project.root).as_posix()

    def place_of(self, iri: str) -> tuple[str, int]:
        """The file and line where a subject's description begins; an empty file where it is not known."""
        return self._places.get(iri, ("", 0))

    @cached_property
    def _places(self) -> dict[str, tuple[str, int]]:
        places: dict[str, tuple[str, int]] = {}
        for file in self.triples_by_file:
            text = file.read_text(encoding="utf-8")
            line, seen = 1, 0
            for match in _SUBJECT.finditer(text):
                line += text.count("\n", seen, match.start())
                seen = match.start()
                places.setdefault(_expanded(match[1]), (self.relative(file), line))
        return places

    @cached_property
    def _results(self) -> dict[Path, tuple[ox.Triple, ...] | UnreadableFileError]:
        return {}

    def _read(self, file: Path) -> tuple[ox.Triple, ...] | UnreadableFileError:
        if file not in self._results:
            try:
                self._results[file] = tuple(read_triples(file))
            except UnreadableFileError as error:
                self._results[file] = error
        return self._results[file]

    def _of(self, files: tuple[Path, ...]) -> tuple[ox.Triple, ...]:
        return tuple(triple for file in files for triple in self.triples_by_file.get(file, ()))


def _expanded(written: str) -> str:
    if written.startswith("<"):
        return written[1:-1]
    prefix, _, local = written.partition(":")
    return PREFIXES.get(prefix, f"{prefix}:") + local
