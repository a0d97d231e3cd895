"""Building a release: every file in memory or in a folder beside the target, and the target only when all are there."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from kgtools.answers.questions import read_catalog
from kgtools.core.errors import BuildError
from kgtools.core.namespaces import PREFIXES
from kgtools.core.project import Project
from kgtools.graph.disk.folders import staged_folder
from kgtools.graph.files import Files
from kgtools.graph.serializing import serialized
from kgtools.graph.turtle import canonical_turtle
from kgtools.publish.release.closure import inferred_triples
from kgtools.publish.release.description import About, FileFacts, write_dcat, write_schema_org, write_void
from kgtools.publish.release.jsonld import Context, make_context, write_context, write_jsonld
from kgtools.publish.release.parts import Parts, read_parts
from kgtools.publish.release.reference import write_reference
from kgtools.publish.release.relational import write_sqlite

CHECKSUMS: Final = "SHA256SUMS"
"""The file that lists the others; a folder that has it is taken for an earlier build."""

_COPIED: Final = ("CITATION.cff", "LICENSE", "LICENSE-DATA", "sbom.cdx.json")
_TOLD: Final = "dcat.ttl", "dataset.jsonld"


@dataclass(frozen=True, slots=True)
class Built:
    """What was built.

    Attributes:
        folder: where it is.
        files: the files, sorted, with size and SHA-256.
        triples: how many triples the whole graph has.
        inferred: how many more follow.
    """

    folder: Path
    files: tuple[FileFacts, ...]
    triples: int
    inferred: int


def build(project: Project, target: Path, *, progress: Callable[[str], None] = lambda _: None) -> Built:
    """Build a release.

    The same project gives the same bytes, whenever and wherever it is built.

    Args:
        project: the project, or the copy of it that is installed with kgtools.
        target: the folder to write; an earlier build in it is replaced.
        progress: called with what is being written.

    Returns:
        What was built.

    Raises:
        BuildError: the folder holds something else than an earlier build, or the project lacks CITATION.cff.
        QuestionError: a canned question is not as it should be.
        UnreadableFileError: a file of the project isn't RDF.
        UnwritableGraphError: a blank node of the project can't be written as Turtle.
        InUseError: another command builds into the folder.
        OSError: the folder can't be written.
    """
    _require_free(target)
    about = read_about(project)
    with staged_folder(target) as staged:
        progress("reading")
        files = Files()
        parts = read_parts(project, files)
        inferred = inferred_triples((*parts.ontology, *parts.data))
        _write_all(project, files, parts, inferred, staged.work, about=about, progress=progress)
        written = _describe(parts, staged.work, about)
        staged.install()
    return Built(target, written, len(parts.everything), len(inferred))


def _write_all(
    project: Project,
    files: Files,
    parts: Parts,
    inferred: Sequence[ox.Triple],
    work: Path,
    *,
    about: About,
    progress: Callable[[str], None],
) -> None:
    everything = parts.everything
    context = make_context((*parts.ontology, *parts.data))
    graphs = {"ontology": parts.ontology, "shapes": parts.shapes, "data": parts.data, "spf-kg": everything}
    for name, triples in graphs.items():
        progress(name)
        for ending, content in _formats(triples, context):
            _write(work / f"{name}{ending}", content)
    for name, triples in parts.modules.items():
        for ending, content in _formats(triples, context):
            _write(work / "ontology" / f"{name}{ending}", content)
    _write(work / "spf-kg.nq", _serialized(parts.quads, ox.RdfFormat.N_QUADS))
    _write(work / "spf-kg.trig", _serialized(parts.quads, ox.RdfFormat.TRIG))
    progress("inferred")
    _write(work / "inferred.nt", _serialized(inferred, ox.RdfFormat.N_TRIPLES))
    _write(work / "context.jsonld", write_context(context).encode())
    progress("spf-kg.sqlite")
    write_sqlite((*parts.ontology, *parts.data), work / "spf-kg.sqlite")
    progress("tables")
    for file, content in _tables(project, files, work / "tables", about).items():
        _write(file, content)
    reference = write_reference(parts.ontology, parts.shapes, read_catalog(project), about.version)
    _write(work / "ontology.html", reference.encode())
    sizes = Counter(str(quad.graph_name.value) for quad in parts.quads if isinstance(quad.graph_name, ox.NamedNode))
    _write(work / "void.ttl", write_void(about, everything, sizes).encode())
    for name in _COPIED:
        shutil.copyfile(project.root / name, work / name)


def _tables(project: Project, files: Files, folder: Path, about: About) -> dict[Path, bytes]:
    from kgtools.tables.context import Context as TableContext
    from kgtools.tables.export import export_files

    return export_files(TableContext.of(project, files), folder, dt.date.fromisoformat(about.released), about.version)


def _formats(triples: Sequence[ox.Triple], context: Context) -> Iterator[tuple[str, bytes]]:
    yield ".ttl", canonical_turtle(triples).encode()
    yield ".nt", _serialized(triples, ox.RdfFormat.N_TRIPLES)
    yield ".rdf", _serialized(triples, ox.RdfFormat.RDF_XML)
    yield ".jsonld", write_jsonld(triples, context).encode()


def _serialized(statements: Sequence[ox.Triple] | Sequence[ox.Quad], format_: ox.RdfFormat) -> bytes:
    has_prefixes = format_ in (ox.RdfFormat.RDF_XML, ox.RdfFormat.TRIG)
    return serialized(statements, format_, PREFIXES if has_prefixes else None)


def _describe(parts: Parts, work: Path, about: About) -> tuple[FileFacts, ...]:
    """Write what is counted from the files themselves: the descriptions, then the checksums of all."""
    files = _facts(work)
    _write(work / _TOLD[0], write_dcat(about, files, (*parts.ontology, *parts.data)).encode())
    _write(work / _TOLD[1], write_schema_org(about, files).encode())
    every = _facts(work)
    _write(work / CHECKSUMS, "".join(f"{facts.sha256}  {facts.path}\n" for facts in every).encode())
    return every


def _facts(folder: Path) -> tuple[FileFacts, ...]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return tuple(
        FileFacts(
            file.relative_to(folder).as_posix(), file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest()
        )
        for file in files
    )


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _require_free(target: Path) -> None:
    if target.is_file():
        raise BuildError(f"{target} is a file; name a folder to build into.")
    if target.is_dir() and any(target.iterdir()) and not (target / CHECKSUMS).is_file():
        raise BuildError(f"{target} holds something that is not an earlier build; name an empty or new folder.")


def read_about(project: Project) -> About:
    """What CITATION.cff says of the project.

    Raises:
        BuildError: CITATION.cff is missing or lacks something.
    """
    import yaml

    file = project.root / "CITATION.cff"
    try:
        citation: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        return About(
            version=str(citation["version"]),
            released=str(citation["date-released"]),
            title=citation["title"],
            abstract=" ".join(citation["abstract"].split()),
            keywords=tuple(citation["keywords"]),
            creator=citation["authors"][0]["name"],
        )
    except FileNotFoundError as error:
        raise BuildError(f"{file} is missing; a release can't be built without it.") from error
    except (KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise BuildError(f"{file} lacks {error}, or its form is wrong.") from error
