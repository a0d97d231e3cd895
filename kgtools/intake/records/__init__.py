"""Adding records in bulk: YAML in, canonical Turtle out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.intake.records.convert import convert_records
from kgtools.intake.records.reader import RecordProblem, read_records
from kgtools.intake.records.references import dangling_references
from kgtools.intake.records.repository import DataFiles
from kgtools.schema.read import read_schema

__all__ = ["ImportResult", "RecordProblem", "plan_import"]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What adding the files would do.

    Attributes:
        records: how many records were read.
        problems: what keeps them from being added; when there is any, ``texts`` is empty.
        texts: the new text of each data file that changes.
    """

    records: int
    problems: tuple[RecordProblem, ...]
    texts: dict[Path, str]


def plan_import(project: Project, paths: Iterable[Path]) -> ImportResult:
    """Work out the data files that come of adding YAML files of records; nothing is written.

    Adding the same files twice changes nothing the second time. Certainties and determinations are derived again, and
    provisions, sources and organizations that nothing refers to anymore are dropped.

    Args:
        project: the project whose data is added to.
        paths: the YAML files, as docs/reference/bulk-records.md describes them.
    """
    files = Files()
    ontology = files.triples(*project.ontology)
    read = [read_records(path, files) for path in paths]
    schema = read_schema((*ontology, *files.triples(*project.shapes)))
    conversion = convert_records((record for records, _ in read for record in records), schema)
    problems = [problem for _, found in read for problem in found] + conversion.problems
    data = DataFiles.read(project, files)
    before = data.texts()
    problems += data.merge(conversion)
    problems += dangling_references(conversion, data, ontology)
    if problems:
        return ImportResult(len(conversion.places), tuple(problems), {})
    data.derive(project)
    data.prune()
    texts = {file: text for file, text in data.texts().items() if before.get(file) != text or not file.exists()}
    return ImportResult(len(conversion.places), (), texts)
