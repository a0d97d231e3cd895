"""Making a state of the data to serve: a copy of the project's files, the explorer, and what requests are held to."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kgtools.answers.evidence.graph import ThingGraph
from kgtools.answers.questions import Question, allowed_values, read_catalog
from kgtools.core.errors import ServerError
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.projects import find_project, open_store
from kgtools.publish.site.addresses import addresses
from kgtools.publish.site.build import MARKER, build_site
from kgtools.serve.settings import Settings

FOLDERS: Final = ("ontology", "shapes", "data", "queries")
_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """What was made.

    Attributes:
        questions: the canned questions by name.
        allowed: the values that a parameter may have, by parameter type; types with any number of values left out.
        addresses: the page of each IRI of the project, by IRI.
    """

    questions: Mapping[str, Question]
    allowed: Mapping[str, tuple[str, ...]]
    addresses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BuildJob:
    """Build a state of the data into an empty folder, in its own process.

    Attributes:
        source: the project's folder.
        folder: where the copy of the project and the explorer go.
        settings: how the server is run.
    """

    source: Path
    folder: Path
    settings: Settings

    def run(self, _: object) -> BuiltSite:
        """Build it.

        Raises:
            UserError: the data can't be served; the message says why.
        """
        project, files = _copied(self.source, self.folder / "project"), Files()
        if self.settings.site is None:
            build_site(project, self.folder / "site", version=self.settings.version, served=True, files=files)
        store = open_store(self.settings.store, project, files)
        questions = {question.name: question for question in read_catalog(project)}
        types = {parameter.type for question in questions.values() for parameter in question.parameters}
        graph = ThingGraph.of(files.triples(*project.ontology, *project.data))
        return BuiltSite(questions, allowed_values(types, store), dict(addresses(graph)))


def fingerprint(source: Path) -> tuple[tuple[str, int, int], ...]:
    """What distinguishes a changed project from an unchanged one: the name, time and size of each of its files."""
    files = sorted(file for folder in FOLDERS for file in (source / folder).rglob("*") if file.is_file())
    return tuple((str(file), stat.st_mtime_ns, stat.st_size) for file in files for stat in [file.stat()])


def site_folder(settings: Settings, folder: Path) -> Path:
    """The folder of the explorer: the given one, or the one that was built.

    Raises:
        ServerError: the given folder holds no explorer.
    """
    if settings.site is None:
        return folder / "site"
    given = Path(settings.site)
    if not (given / MARKER).is_file():
        raise ServerError(f"{given} holds no explorer; build one with 'kgtools site -o {given}', or leave out --site.")
    return given


def _copied(source: Path, target: Path) -> Project:
    """A copy of a project, taken while nobody was writing."""
    for _ in range(_ATTEMPTS):
        before = fingerprint(source)
        shutil.rmtree(target, ignore_errors=True)
        for folder in FOLDERS:
            shutil.copytree(source / folder, target / folder)
        if fingerprint(source) == before:
            return find_project(target)
    raise ServerError(f"The files in {source} kept changing while they were read; try again.")
