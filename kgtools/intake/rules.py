"""The rules that an import would break, found before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.intake.records import ImportResult, RecordProblem
from kgtools.intake.records.reader import RecordPlace
from kgtools.validation import Report, Request, validate_files


@dataclass(frozen=True, slots=True)
class Checked:
    """What validation finds in the files that an import changes, as they would be.

    Attributes:
        broken: violations by what is imported, at the record of the YAML file; they keep all of it out.
        others: how many other findings the files have, which were there before or only advise.
    """

    broken: tuple[RecordProblem, ...]
    others: int


def check_import(project: Project, result: ImportResult, files: Files) -> Checked:
    """Validate the data files that an import changes, as they would be; nothing is written.

    Args:
        project: the project whose data is added to.
        result: what the import would do.
        files: the files as the import read them; they are then as it would leave them.
    """
    if not result.texts:
        return Checked((), 0)
    for file, text in result.texts.items():
        files.put(file, text.encode())
    report = validate_files(Request(files=tuple(sorted(result.texts))), project, files=files)
    return _sorted_out(report, result.places)


def _sorted_out(report: Report, places: Mapping[str, RecordPlace]) -> Checked:
    broken = tuple(
        RecordProblem(places[finding.record.iri], f"{finding.sentence} {finding.fix}".rstrip())
        for finding in report.findings
        if finding.rule.severity == "violation" and finding.record.iri in places
    )
    return Checked(broken, len(report.findings) - len(broken))
