"""Reading a version of the graph: a file, a folder, a store, an endpoint, or a git revision."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.core.errors import DifferenceError
from kgtools.core.project import Project
from kgtools.graph.reading import FORMATS, read_triples
from kgtools.graph.store import EmbeddedStore, RemoteStore

_PARTS: Final = ("ontology", "shapes", "data")
_EVERYTHING: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_GIT_SECONDS: Final = 60


def read_side(name: str, project: Project) -> frozenset[ox.Triple]:
    """Read one version.

    Args:
        name: an RDF file; a folder of RDF files, of which a project's are those of ontology, shapes and data; the
            folder of an embedded store; the address of a SPARQL endpoint; or a git revision of the project.
        project: the project, whose git history revisions are looked up in.

    Raises:
        DifferenceError: nothing has that name, or a folder holds no RDF.
        UnreadableFileError: a file isn't RDF.
        StoreError: a store can't be read.
    """
    path = Path(name)
    if name.startswith(("http://", "https://")):
        return frozenset(RemoteStore(name).construct(_EVERYTHING))
    if path.is_dir():
        return _of_folder(path)
    if path.exists():
        return frozenset(read_triples(path))
    return _of_revision(name, project.root)


def _of_folder(folder: Path) -> frozenset[ox.Triple]:
    if (folder / "CURRENT").is_file():
        return frozenset(EmbeddedStore(folder, read_only=True).construct(_EVERYTHING))
    own = Project(folder)
    if (folder / "ontology").is_dir():  # what makes up its graph: neither history nor other notes
        files = [*own.ontology, *own.shapes, *own.data]
    else:
        files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in FORMATS)
    if not files:
        raise DifferenceError(f"{folder} holds no RDF file and no store.")
    return frozenset(read_triples(*files))


def _of_revision(revision: str, root: Path) -> frozenset[ox.Triple]:
    commit = _git(root, revision, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    top = Path(_git(root, revision, "rev-parse", "--show-toplevel").decode().strip())
    inside = root.relative_to(top).as_posix() if root.is_relative_to(top) else "."
    tree = f"{commit.decode().strip()}:{'' if inside == '.' else inside}"
    present = _git(top, revision, "ls-tree", "--name-only", tree).decode().split()
    parts = [part for part in _PARTS if part in present]
    if not parts:
        raise DifferenceError(f"The revision {revision} has no {', '.join(_PARTS)}.")
    archive = _git(top, revision, "archive", "--format=tar", tree, *parts)
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fileobj=BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
        return _of_folder(Path(folder))


def _git(root: Path, revision: str, *arguments: str) -> bytes:
    try:
        command = ["git", "-C", str(root), *arguments]  # a revision follows --end-of-options
        done = subprocess.run(command, capture_output=True, check=False, timeout=_GIT_SECONDS)  # noqa: S603
    except FileNotFoundError as error:
        raise DifferenceError(f"There is no file, folder or store '{revision}', and git isn't installed.") from error
    except subprocess.TimeoutExpired as error:
        raise DifferenceError(f"git did not answer about '{revision}' within {_GIT_SECONDS} s; try again.") from error
    if done.returncode:
        raise DifferenceError(
            f"There is no file, folder, store or git revision '{revision[:100]}' here. Name a path, the address of an "
            "endpoint, or a revision such as HEAD~1 or v0.1.0."
        )
    return done.stdout
