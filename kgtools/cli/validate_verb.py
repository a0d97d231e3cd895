"""``kgtools validate``: check data against the shapes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kgtools.cli.dropped import note_dropped
from kgtools.cli.limits import add_limit_arguments, limited, natural
from kgtools.cli.output import add_output_arguments, chosen_format, emit, note
from kgtools.cli.progress import ProgressLine
from kgtools.core.errors import UserError
from kgtools.graph.files import Files
from kgtools.graph.projects import find_project, named_store
from kgtools.graph.writing import write_binary_files
from kgtools.shacl.graph import without_cyclic_collection
from kgtools.validation import ENGINES, FAIL_LEVELS, Report, Request, validate_files
from kgtools.validation.documents import MAX_MEGABYTES
from kgtools.validation.render import ENDINGS, FORMATS, Style, render
from kgtools.validation.render.words import verdict_line

_TEXT_LIMIT = 50
_WITH_CAUTIONS = frozenset({"text", "json", "sarif"})
"""The formats that have the warnings about shapes."""
_WITH_NOTES = frozenset({"text", "json", "html", "md", "xlsx"})
"""The formats that have the notes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="workbooks, CSV files or folders of them, or RDF files to report on (default: the project's whole graph)",
    )
    parser.add_argument(
        "--shapes", action="extend", nargs="+", default=[], type=Path, metavar="FILE",
        help="use only these shapes, and nothing from the project; without files, check the project's whole graph",
    )  # fmt: skip
    parser.add_argument(
        "--context", action="extend", nargs="+", default=[], type=Path, metavar="FILE",
        help="use these files to look up references, but don't report on them",
    )  # fmt: skip
    parser.add_argument(
        "--store", metavar="URL|DIR",
        help="check the contents of this SPARQL endpoint or embedded store in place, instead of files",
    )  # fmt: skip
    parser.add_argument(
        "--keep", action="store_true",
        help="check a submission as if the state's records that it leaves out stayed, as accept --keep does",
    )  # fmt: skip
    parser.add_argument("--engine", choices=ENGINES, default="fast", help="the validation engine (default: fast)")
    parser.add_argument(
        "--fail-on",
        choices=FAIL_LEVELS,
        default="violation",
        help="exit with status 1 at this severity or above (default: violation)",
    )
    parser.add_argument(
        "--limit",
        type=natural,
        metavar="N",
        help=f"show at most N findings, 0 for all (default: {_TEXT_LIMIT} in text)",
    )
    parser.add_argument(
        "--max-size",
        type=natural,
        default=MAX_MEGABYTES,
        metavar="MB",
        help=f"refuse larger files (default: {MAX_MEGABYTES})",
    )
    add_limit_arguments(parser)
    parser.add_argument(
        "--annotate",
        type=Path,
        metavar="OUT.xlsx",
        help="also write a copy of the workbook with wrong cells colored and commented, and a sheet of findings",
    )
    add_output_arguments(parser, FORMATS, "text")


def run(options: argparse.Namespace) -> int:
    """Validate and write the report; exit 0 fine, 1 findings, 2 when something can't be read."""
    refusal = _store_refused(options) or _annotation_refused(options)
    if refusal:
        note(f"kgtools: {refusal}")
        return 2
    with without_cyclic_collection():  # it would scan millions of terms that hold no cycles, also while they are told
        return _checked(options)


def _checked(options: argparse.Namespace) -> int:
    progress, files = ProgressLine(), Files()
    try:
        with limited("Validation", options.timeout, options.max_memory):
            report = _report(options, progress, files)
            written = _rendered(options, report)  # of many findings, most work is done only now
        _note_dropped_keys(options, files)
        if options.annotate and report.files:
            progress(f"Writing {options.annotate.name}", 0, 1)
            _annotate(options, report, files)
    finally:
        progress.done()
    _write(options, report, written)
    return report.exit_status(options.fail_on)


def _report(options: argparse.Namespace, progress: ProgressLine, files: Files) -> Report:
    checks_project = not options.files and not options.store
    project = find_project(options.project) if checks_project or not options.shapes else None
    if not options.store:
        return validate_files(_request(options), project, progress, files)
    from kgtools.validation.stored import validate_store

    progress("Checking", 0, 1)
    return validate_store(named_store(options.store, max(1, options.timeout)), tuple(options.shapes), project)


def _note_dropped_keys(options: argparse.Namespace, files: Files) -> None:
    """Name the keys that JSON-LD drops where no finding does: in shapes and context, and in data for other shapes."""
    with suppress(UserError):  # what can't be read is a problem of the report
        note_dropped((*options.shapes, *options.context, *(options.files if options.shapes else ())), files)


def _annotate(options: argparse.Namespace, report: Report, files: Files) -> None:
    from kgtools.tables.annotate import annotated
    from kgtools.validation.sheets import cell_notes

    write_binary_files({options.annotate: annotated(options.files[0], files, cell_notes(report))})


def _store_refused(options: argparse.Namespace) -> str:
    """Why ``--store`` can't be done as asked; empty when it can, or isn't asked for."""
    if not options.store:
        return ""
    if options.files or options.context or options.annotate:
        return "--store checks what the store holds; leave out the files, --context and --annotate."
    if options.engine != "fast":
        return f"--engine {options.engine} needs the data in files; leave it out with --store."
    if "://" not in options.store and not Path(options.store).is_dir():
        return f"There is no folder {options.store}; name a store's folder, or an address that begins with http://."
    return ""


def _annotation_refused(options: argparse.Namespace) -> str:
    """Why ``--annotate`` can't be done as asked; empty when it can, or isn't asked for."""
    if not options.annotate:
        return ""
    if len(options.files) != 1 or options.files[0].suffix.lower() != ".xlsx":
        return "--annotate takes one workbook (.xlsx); name it before --annotate."
    if options.annotate.suffix.lower() != ".xlsx":
        return f"--annotate writes a workbook, so {options.annotate.name} must end in .xlsx."
    if options.annotate.resolve() == options.files[0].resolve():
        return "--annotate writes a copy; give it a different name from the workbook."
    return ""


def _request(options: argparse.Namespace) -> Request:
    return Request(
        files=tuple(options.files),
        shapes=tuple(options.shapes),
        context=tuple(options.context),
        engine=options.engine,
        max_megabytes=options.max_size,
        keep=options.keep,
        alone=True,
    )


def _rendered(options: argparse.Namespace, report: Report) -> str | bytes:
    """The report as it is written."""
    format_ = chosen_format(options, ENDINGS)
    import shutil

    limit = (
        options.limit if options.limit is not None else _TEXT_LIMIT if format_ == "text" and not options.output else 0
    )
    style = Style(
        limit=limit or None,
        color=not options.output and sys.stdout.isatty() and "NO_COLOR" not in os.environ,
        width=min(shutil.get_terminal_size((100, 24)).columns, 110) if not options.output else 100,
        fail_on=options.fail_on,
    )
    return render(report, format_, style)


def _write(options: argparse.Namespace, report: Report, written: str | bytes) -> None:
    format_ = chosen_format(options, ENDINGS)
    emit(options, written)
    if options.output or format_ != "text":
        for line in _said_beside(report, format_):
            note(f"kgtools: {line}")


def _said_beside(report: Report, format_: str) -> Iterator[str]:
    """What nobody who only looks at the terminal may miss, while the report is for a program or in a file."""
    for problem in report.problems:
        yield f"{problem.where}: {' '.join(filter(None, (problem.message, problem.cause)))}"
    if report.nothing_checked and not report.problems:
        yield verdict_line(report)
    if format_ not in _WITH_CAUTIONS:
        yield from (f"Warning: {caution.sentence}" for caution in report.cautions)
    if format_ not in _WITH_NOTES:
        yield from (f"Note: {told}" for told in report.notes)
