"""Where the ontology, the shapes, the data and the queries are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kgtools.core.errors import UserError
from kgtools.core.namespaces import BASE

_PACKAGE = Path(__file__).resolve().parents[1]
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
        return tuple(sorted((self.root / "queries" / "derive").glob("*.rq")))

    def graph_of(self, file: Path) -> str:
        """The IRI of the named graph that a file of the project is loaded into, such as ``…/graph/data/states/ut``."""
        return f"{BASE}graph/{file.relative_to(self.root).with_suffix('').as_posix()}"

    def _turtle(self, folder: str) -> tuple[Path, ...]:
        return tuple(sorted((self.root / folder).rglob("*.ttl")))


def project_folder(start: Path | None = None) -> Path:
    """The folder of the project: the given one, else the one around the current folder, else the installed copy.

    Args:
        start: a folder that the user named.

    Raises:
        ProjectError: the folder that the user named doesn't hold a project, or none is found.
    """
    if start is not None:
        if not _is_project(start):
            missing = ", ".join(f"{name}/" for name in _FOLDERS if not (start / name).is_dir())
            raise ProjectError(f"{start} isn't a folder of this project: it has no {missing}.")
        return start
    here = Path.cwd()
    for folder in (*[here, *here.parents], bundled_folder(), _PACKAGE.parent):
        if _is_project(folder):
            return folder
    raise ProjectError(
        "No ontology, shapes, data and queries were found here or with the installed kgtools; reinstall it."
    )


def bundled_folder() -> Path:
    """Where the copy of the project is that a wheel installs with the package; a clone has none."""
    return _PACKAGE / "bundle"


def is_bundled(place: Path) -> bool:
    """Whether a folder or a file is in the copy of the project that is installed with the package."""
    return place.resolve().is_relative_to(bundled_folder().resolve())


def _is_project(folder: Path) -> bool:
    return (folder / "ontology" / "core.ttl").is_file() and all((folder / name).is_dir() for name in _FOLDERS)
