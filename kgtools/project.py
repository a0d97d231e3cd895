"""Where the ontology, the shapes, the data and the queries are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from kgtools.disk.journal import recover
from kgtools.errors import UserError
from kgtools.namespaces import BASE

_PACKAGE = Path(__file__).resolve().parent
_FOLDERS = ("ontology", "shapes", "data", "queries")


class ProjectError(UserError):
    """The project's files can't be found or read; the message is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder that holds ``ontology/``, ``shapes/``, ``data/`` and ``queries/``.

    Attributes:
        root: the folder.
    """

    root: Path

    @property
    def ontology(self) -> tuple[Path, ...]:
        """The Turtle files of the ontology, sorted."""
        return self._turtle("ontology")

    @property
    def shapes(self) -> tuple[Path, ...]:
        """The Turtle files of the shapes, sorted."""
        return self._turtle("shapes")

    @property
    def data(self) -> tuple[Path, ...]:
        """The Turtle files of the data, sorted."""
        return self._turtle("data")

    @property
    def questions(self) -> tuple[Path, ...]:
        """The canned questions that give a table, sorted."""
        return tuple(sorted((self.root / "queries" / "answers").glob("*.rq")))

    @property
    def graph_questions(self) -> tuple[Path, ...]:
        """The canned questions that give a graph, sorted."""
        return tuple(sorted((self.root / "queries" / "construct").glob("*.rq")))

    def graph_of(self, file: Path) -> str:
        """The IRI of the named graph that a file of the project is loaded into, such as ``…/graph/data/states/ut``."""
        return f"{BASE}graph/{file.relative_to(self.root).with_suffix('').as_posix()}"

    def _turtle(self, folder: str) -> tuple[Path, ...]:
        return tuple(sorted((self.root / folder).rglob("*.ttl")))


def find_project(start: Path | None = None) -> Project:
    """Find the project: the given folder, else the one around the current folder, else the one installed with kgtools.

    Args:
        start: a folder that the user named.

    Raises:
        ProjectError: the folder that the user named doesn't hold a project, or none is to be found.
        UnfinishedError: a command was killed while it changed the project, and the change can't be finished here.
        InUseError: a command is changing the project just now, and takes long.
    """
    if start is not None:
        if not _is_project(start):
            missing = ", ".join(f"{name}/" for name in _FOLDERS if not (start / name).is_dir())
            raise ProjectError(f"{start} isn't a folder of this project: it has no {missing}.")
        return _whole(start)
    here = Path.cwd()
    for folder in (*[here, *here.parents], _PACKAGE / "bundle", _PACKAGE.parent):
        if _is_project(folder):
            return _whole(folder)
    raise ProjectError(
        "No ontology, shapes, data and queries were found here or with the installed kgtools; reinstall it."
    )


def _whole(folder: Path) -> Project:
    """The project in a folder, when a change to it that was broken off is finished or undone."""
    recover(folder)
    return Project(folder.resolve())


def _is_project(folder: Path) -> bool:
    return (folder / "ontology" / "core.ttl").is_file() and all((folder / name).is_dir() for name in _FOLDERS)


def ontology_file(name: str) -> Path:
    """The path of one of the ontology's files: ``core``, ``schemes`` or ``alignments``."""
    return find_project().root / "ontology" / f"{name}.ttl"


@cache
def triples_of(file: Path) -> tuple[ox.Triple, ...]:
    """The triples of one of the project's own Turtle files, as written."""
    return tuple(ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(path=str(file)))
