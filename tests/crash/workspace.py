"""A folder to kill commands in: a small project, a submission, records to import, and what a user would find there."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import ID, SPF
from kgtools.core.project import Project
from kgtools.graph.disk.journal import recover
from kgtools.graph.files import Files
from kgtools.graph.store import EmbeddedStore
from kgtools.graph.turtle import canonical_turtle
from kgtools.tables.context import Context
from kgtools.tables.template import template_triples
from tests.bulk.test_import import GOOD
from tests.conftest import ROOT
from tools.bench.generate import write

DAY: Final = dt.date(2026, 11, 28)
_STATES: Final = ("ut", "wy")
_LEFT_OUT: Final = ("ratings.ttl", "resources.ttl")
_MOMENT: Final = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+\d:Z]*")  # when something was accepted
_VOLATILE: Final = frozenset({".xlsx", ".docx"})  # an archive holds when it was made: its parts are compared instead


def make_workspace(folder: Path) -> None:
    """Write a small project and what is handed in to it.

    Args:
        folder: the folder, which must not exist; gets ``project/``, ``wy.ttl``, ``records.yaml``, ``data.ttl`` and
            ``more.ttl``.
    """
    _small_project(folder / "project")
    project = Project(folder / "project")
    context = Context.of(project, Files())
    triples = template_triples(context, context.jurisdiction("WY"), DAY, "0.1.0", filled=True)
    (folder / "wy.ttl").write_text(canonical_turtle(_handed_in(triples)), encoding="utf-8")
    (folder / "records.yaml").write_text(GOOD, encoding="utf-8")
    write(folder / "data.ttl", 150, seed=1)
    write(folder / "more.ttl", 300, seed=2)


def _small_project(root: Path) -> None:
    for name in ("ontology", "shapes", "queries"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("CITATION.cff", "LICENSE", "LICENSE-DATA", "sbom.cdx.json"):
        shutil.copyfile(ROOT / name, root / name)
    for file in sorted((ROOT / "data").rglob("*.ttl")):
        part = file.relative_to(ROOT)
        if file.name in _LEFT_OUT or (file.parent.name == "states" and file.stem not in _STATES):
            continue
        (root / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, root / part)
    _without_unused_sources(root / "data")


def _without_unused_sources(data: Path) -> None:
    file = data / "sources.ttl"
    used = {q.object for f in data.rglob("*.ttl") if f != file for q in ox.parse(path=str(f))}
    kept = [q.triple for q in ox.parse(path=str(file)) if q.subject in used]
    file.write_text(canonical_turtle(kept), encoding="utf-8")


def _handed_in(triples: set[ox.Triple]) -> set[ox.Triple]:
    """Wyoming's records with one name changed, and who hands them in."""
    [submission] = {t.subject for t in triples if t.object == ox.NamedNode(SPF + "Submission")}
    label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    name = min((t for t in triples if t.predicate == label and "/state-policy/" in str(t.subject)), key=str)
    changed = (triples - {name}) | {ox.Triple(name.subject, label, ox.Literal("Another name", language="en"))}
    submitter = ox.NamedNode(ID + "organization/utah-state-board-of-education")
    return changed | {ox.Triple(submission, ox.NamedNode(SPF + "submittedBy"), submitter)}


def files_of(folder: Path) -> dict[str, str]:
    """What a user finds in a folder: each file that is not hidden, by its path, with a digest of what it says."""
    return {
        str(file.relative_to(folder)): _digest(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    }


def litter_of(folder: Path) -> list[str]:
    """The hidden files and folders, which none of the commands should leave behind."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob(".*"))


def _digest(file: Path) -> str:
    content = file.read_bytes()
    if file.suffix in _VOLATILE:
        import zipfile

        with zipfile.ZipFile(file) as archive:
            assert archive.testzip() is None
            content = b"".join(archive.read(name) for name in sorted(archive.namelist()))
    return hashlib.sha256(_MOMENT.sub(b"", content)).hexdigest()


def quads_of(store: Path) -> dict[str, str]:
    """What a store holds: a digest of each graph, read as ``kgtools query --store`` reads it."""
    if not store.exists():
        return {}
    quads: dict[str, list[str]] = {}
    for quad in EmbeddedStore(store, read_only=True).written_quads():
        quads.setdefault(str(quad.graph_name), []).append(_without_blank(str(quad.triple)))
    return {graph: hashlib.sha256("".join(sorted(told)).encode()).hexdigest() for graph, told in quads.items()}


def _without_blank(text: str) -> str:
    return re.sub(r"_:\w+", "_:b", text)


@dataclass(frozen=True)
class Verb:
    """A command that writes, and where to look for what it wrote.

    Attributes:
        name: what the table calls it.
        arguments: the command line in a workspace.
        state: what a user finds afterwards.
        before: commands that make the old state.
    """

    name: str
    arguments: tuple[str, ...]
    state: Callable[[Path], Mapping[str, str]]
    before: tuple[tuple[str, ...], ...] = ()


def _out(folder: Path) -> dict[str, str]:
    for written in (folder / "out").glob("*/"):
        recover(written)  # as reading a folder of tables does
    return files_of(folder / "out") if (folder / "out").is_dir() else {}


def _project(folder: Path) -> dict[str, str]:
    return files_of(folder / "project")


def _store(folder: Path) -> dict[str, str]:
    return quads_of(folder / "store")


def _old(path: str, text: str = "old") -> tuple[str, ...]:
    return ("write", path, text)


_LOAD: Final = ("load", "--no-validate", "--store", "store")
_OF_PROJECT: Final = ("--project", "project")

VERBS: Final = (
    Verb("import", (*_OF_PROJECT, "import", "records.yaml"), _project),
    Verb("accept", (*_OF_PROJECT, "accept", "wy.ttl"), _project),
    Verb("load", (*_OF_PROJECT, *_LOAD), _store),
    Verb("load into a store", (*_LOAD, "more.ttl"), _store, ((*_LOAD, "data.ttl"),)),
    Verb(
        "load --replace",
        (*_OF_PROJECT, *_LOAD, "--replace"),
        _store,
        ((*_OF_PROJECT, *_LOAD), _old("project/data/states/ut.ttl", ""), _old("project/data/sources.ttl", "")),
    ),
    Verb("fmt", (*_OF_PROJECT, "fmt"), _project, (("loosen", "project/data"),)),
    Verb(
        "convert to a file",
        (*_OF_PROJECT, "convert", "wy.ttl", "-o", "out/wy.xlsx"),
        _out,
        ((*_OF_PROJECT, "template", "-o", "out/wy.xlsx"),),
    ),
    Verb(
        "convert to a folder",
        (*_OF_PROJECT, "convert", "wy.ttl", "-o", "out/wy"),
        _out,
        ((*_OF_PROJECT, "template", "--state", "UT", "-o", "out/wy"),),
    ),
    Verb(
        "export",
        (*_OF_PROJECT, "export", "-o", "out/tables"),
        _out,
        ((*_OF_PROJECT, "export", "-o", "out/tables"), _old("project/data/states/ut.ttl", "")),
    ),
    Verb(
        "memo",
        (*_OF_PROJECT, "memo", "WY", "-o", "out/wy.md"),
        _out,
        ((*_OF_PROJECT, "memo", "UT", "-o", "out/wy.md"),),
    ),
    Verb("query -o", (*_OF_PROJECT, "query", "coverage", "-o", "out/a.csv"), _out, (_old("out/a.csv"),)),
    Verb(
        "build",
        (*_OF_PROJECT, "build", "-o", "out/dist"),
        _out,
        ((*_OF_PROJECT, "build", "-o", "out/dist"), _old("project/data/states/ut.ttl", "")),
    ),
    Verb(
        "site",
        (*_OF_PROJECT, "site", "-o", "out/site"),
        _out,
        ((*_OF_PROJECT, "site", "-o", "out/site"), _old("project/data/states/ut.ttl", "")),
    ),
)
"""The commands that write, those first whose work is dearest."""
