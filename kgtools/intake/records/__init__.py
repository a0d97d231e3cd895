"""Adding records in bulk: YAML in, canonical Turtle out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.intake.records.convert import Conversion, convert_records
from kgtools.intake.records.reader import RecordPlace, RecordProblem, read_records
from kgtools.intake.records.references import dangling_references
from kgtools.intake.records.repository import DataFiles
from kgtools.schema.read import read_schema
from kgtools.validation.cited import cited_twice, policies_of
from kgtools.validation.future import read_after

__all__ = ["ImportResult", "RecordProblem", "plan_import"]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What adding the files would do.

    Attributes:
        records: how many records were read.
        problems: what keeps them from being added; when there is any, ``texts`` is empty.
        texts: the new text of each data file that changes.
        places: where each record and each part of one was read, by its identifier.
        warnings: what should be looked at before it is kept, as sentences.
    """

    records: int
    problems: tuple[RecordProblem, ...]
    texts: dict[Path, str]
    places: dict[str, RecordPlace] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def plan_import(
    project: Project, paths: Iterable[Path], day: dt.date | None = None, files: Files | None = None
) -> ImportResult:
    """Work out the data files that come of adding YAML files of records; nothing is written.

    Adding the same files twice changes nothing the second time. Certainties and determinations are derived again, and
    provisions, sources and organizations that nothing refers to anymore are dropped.

    Args:
        project: the project whose data is added to.
        paths: the YAML files, as docs/reference/bulk-records.md describes them.
        day: the day on which they are added, today if none is given; nobody has read a document after it.
        files: the files as the command reads them, where it reads them for more than this.
    """
    files = files or Files()
    ontology = files.triples(*project.ontology)
    read = [read_records(path, files) for path in paths]
    schema = read_schema((*ontology, *files.triples(*project.shapes)))
    conversion = convert_records((record for records, _ in read for record in records), schema)
    problems = [problem for _, found in read for problem in found] + conversion.problems
    data = DataFiles.read(project, files)
    before, on_file = data.texts(), data.every()
    problems += data.merge(conversion)
    problems += dangling_references(conversion, data, ontology)
    problems += _read_later(conversion, day or dt.datetime.now(dt.UTC).date())
    if problems:
        return ImportResult(len(conversion.places), tuple(problems), {})
    data.derive(project)
    data.prune()
    texts = {file: text for file, text in data.texts().items() if before.get(file) != text or not file.exists()}
    handed = (t for triples in conversion.triples.values() for t in triples)
    twice = cited_twice(policies_of(handed), policies_of(on_file))
    warnings = tuple(f"{conversion.places[c.policy]}: {c.message}" for c in twice)
    return ImportResult(len(conversion.places), (), texts, _places(conversion), warnings)


def _places(conversion: Conversion) -> dict[str, RecordPlace]:
    """Where what is imported was read; a claim, or another part, at a record that it names or that names it."""
    found = {subject.value: place for subject, place in conversion.places.items()}
    for subject, triples in conversion.triples.items():
        for triple in triples:
            if isinstance(triple.object, ox.NamedNode):
                here, there = subject.value, triple.object.value
                if here in found and triple.object in conversion.triples:
                    found.setdefault(there, found[here])
                elif there in found:
                    found.setdefault(here, found[there])
    return found


def _read_later(conversion: Conversion, day: dt.date) -> list[RecordProblem]:
    """The records that say that somebody did something after a day, at the record that mentions them."""
    mentioned: dict[object, RecordPlace] = {}
    for subject, place in conversion.places.items():
        for triple in conversion.triples[subject]:
            mentioned.setdefault(triple.object, place)
    found = []
    for subject, why in read_after(conversion.triples, day):
        where = conversion.places.get(subject) or mentioned.get(subject)
        if where:
            found.append(RecordProblem(where, why))
    return found
