"""Validation of what a client submits, in its own process, which does nothing else and then ends."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kgtools.core.errors import RefusedError, UserError
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.serve.openapi import REPORT_TYPES, UPLOAD_TYPES
from kgtools.validation import Report, Request, validate_files
from kgtools.validation.render import render

ENDINGS: Final = frozenset({*UPLOAD_TYPES.values(), "json", "xml", "owl", "xlsm"})
LIST_ENDINGS: Final = frozenset({"xlsx", "csv", "tsv", "txt", "md"})
"""The endings of lists of laws."""
_UNSAFE: Final = re.compile(r"[^\w.() -]+")
_LONGEST_NAME: Final = 80  # bytes
MANY_FILES: Final = 40
"""How many files are checked together."""
_ANY_SIZE: Final = 100_000  # megabytes: the server has bounded what comes in


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was handed in.

    Attributes:
        name: what it is called, made safe: no folder, no strange character.
        content: its bytes.
    """

    name: str
    content: bytes

    @classmethod
    def of(cls, name: str, content: bytes, ending: str = "", endings: frozenset[str] = ENDINGS) -> Upload:
        """A file with the last part of a client's name for it, and with an ending that says what it is.

        Args:
            name: the name that the client gave, which may be anything.
            content: its bytes.
            ending: the ending that it must have; empty where that of its name holds.
            endings: the endings that are taken.

        Raises:
            RefusedError: nothing says what kind of file it is.
        """
        safe = _UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
        last = safe.encode()[-_LONGEST_NAME:].decode(errors="ignore")
        stem, dot, own = last.rpartition(".")
        if ending and own.lower() != ending:
            stem, own = last if not dot else stem, ending
        if own.lower() not in endings:
            raise RefusedError(
                415,
                f"'{last or 'The file'}' is not a kind of file that is checked here. Use {', '.join(sorted(endings))}.",
            )
        return cls(f"{stem or 'submission'}.{own}", content)


@dataclass(frozen=True, slots=True)
class ValidationJob:
    """Files to validate, and the formats in which the report is wanted.

    Attributes:
        folder: an empty folder to work in, which the server removes afterwards, also when this process is ended.
        uploads: the files.
        formats: formats of the report, of ``REPORT_TYPES``; ``page`` for the part of a page that shows it.
    """

    folder: Path
    uploads: tuple[Upload, ...]
    formats: tuple[str, ...]

    def run(self, project: Project) -> ValidationReply:
        """Validate.

        Raises:
            RefusedError: a format is wanted that these files don't have.
            UserError: they can't be validated; the message says why.
        """
        os.chdir(self.folder)  # so that the report shows names, not where the server keeps things
        paths, files = _written(Path.cwd(), self.uploads), Files(root=Path.cwd())
        report = validate_files(Request(files=paths, max_megabytes=_ANY_SIZE), project, files=files)
        parts = {format_: _rendered(report, format_, paths[0], files) for format_ in self._possible()}
        return ValidationReply(report.verdict, len(report.findings), parts)

    def _possible(self) -> tuple[str, ...]:
        """The wanted formats; the annotated workbook is left out where there is none to annotate."""
        is_workbook = len(self.uploads) == 1 and self.uploads[0].name.lower().endswith(".xlsx")
        return tuple(format_ for format_ in self.formats if format_ != "xlsx" or is_workbook)


@dataclass(frozen=True, slots=True)
class ValidationReply:
    """What came of a validation.

    Attributes:
        verdict: ``unreadable``, ``nothing-checked``, ``findings`` or ``conforms``.
        findings: how many findings there are.
        parts: the report by format.
    """

    verdict: str
    findings: int
    parts: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class ListJob:
    """A list of laws that is to become a workbook.

    Attributes:
        folder: an empty folder to work in, which the server removes afterwards.
        upload: the list.
        state: the jurisdiction that it is about, by code or name.
        day: the day on which the workbook is made.
    """

    folder: Path
    upload: Upload
    state: str
    day: dt.date

    def run(self, project: Project) -> ListReply:
        """Make the workbook.

        Raises:
            UserError: it can't be made; the message says why.
        """
        from kgtools.core.version import version
        from kgtools.tables.context import Context
        from kgtools.tables.lists import read_list
        from kgtools.tables.template import workbook_of_list

        os.chdir(self.folder)
        (file,), files = _written(Path.cwd(), (self.upload,)), Files(root=Path.cwd())
        context = Context.of(project, files)
        state = context.jurisdiction(self.state)
        made = workbook_of_list(read_list(Path(file.name), files), context, state, self.day, version())
        lines = tuple((o.line, o.shown, o.became) for o in made.plan.outcomes)
        return ListReply(made.content, made.plan.summary, lines, made.plan.remarks)


@dataclass(frozen=True, slots=True)
class ListReply:
    """What came of a list.

    Attributes:
        workbook: the workbook.
        summary: what became of the list, in a line.
        lines: each line of the list by number, with its text and what became of it.
        remarks: what else should be known of how the list was read.
    """

    workbook: bytes
    summary: str
    lines: tuple[tuple[int, str, str], ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValidationPreparation:
    """How a process for one validation gets ready: the slow imports come before the client does."""

    root: Path

    def __call__(self) -> Project:
        """Import what validating needs."""
        import kgtools.serve.report_page
        import kgtools.tables.template
        import kgtools.validation.render.html
        import kgtools.validation.render.sarif
        import kgtools.validation.sheets  # noqa: F401

        return Project(self.root)


def _written(folder: Path, uploads: Sequence[Upload]) -> tuple[Path, ...]:
    """Write the files; several CSV files are the sheets of one submission, and go into a folder of their own."""
    names = [upload.name.lower() for upload in uploads]
    if len(set(names)) < len(names):
        raise RefusedError(422, "Two of the files have the same name; give each a different one.")
    if len(uploads) > MANY_FILES:
        raise RefusedError(422, f"You sent {len(uploads)} files; at most {MANY_FILES} are checked together.")
    tables = [upload for upload in uploads if upload.name.lower().endswith(".csv")]
    target = folder / "submission" if len(tables) > 1 else folder
    target.mkdir(exist_ok=True)
    for upload in uploads:
        _place(upload, folder, target).write_bytes(upload.content)
    files = dict.fromkeys(
        target if len(tables) > 1 and upload in tables else folder / upload.name for upload in uploads
    )
    return tuple(files)


def _place(upload: Upload, folder: Path, tables: Path) -> Path:
    return (tables if upload.name.lower().endswith(".csv") else folder) / upload.name


def _rendered(report: Report, format_: str, path: Path, files: Files) -> bytes:
    if format_ == "page":
        from kgtools.serve.report_page import report_part

        return report_part(report).encode()
    if format_ == "xlsx":
        return _annotated(report, path, files)
    written = render(report, format_)
    return written if isinstance(written, bytes) else written.encode()


def _annotated(report: Report, path: Path, files: Files) -> bytes:
    from kgtools.tables.annotate import annotated
    from kgtools.validation.sheets import cell_notes

    with contextlib.suppress(UserError):  # a workbook that can't be annotated still has its report
        return annotated(path, files, cell_notes(report)) if report.files else b""
    return b""


def media_type_of(format_: str) -> str:
    """The media type of a format of the report, with its character set where it is text."""
    return REPORT_TYPES[format_] + ("; charset=utf-8" if REPORT_TYPES[format_].startswith("text/") else "")
