"""What is wrong in a workbook is told in the words of its sheets: headings, cells and labels, and no Turtle."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from kgtools.core.namespaces import KINDS
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.reading import read_triples
from kgtools.shacl import MemoryGraph
from kgtools.tables.context import Context
from kgtools.tables.schema import SUBMISSION_KINDS
from kgtools.validation import Catalog, Report, Request, validate_files
from kgtools.validation.names import Labels
from kgtools.validation.readers import SheetReader
from kgtools.validation.render import Style
from kgtools.validation.render.junit import write_junit
from kgtools.validation.render.sarif import write_sarif
from kgtools.validation.render.structured import write_json
from kgtools.validation.sheets import TableDocument, read_table
from tests.workbook.mistakes import columns, seed

TURTLE = re.compile(
    r"\b(?:spf|skos|rdfs|xsd|sh|owl):\w|\^\^|language tag|statement|@en|\b[a-z-]+:[a-z0-9]+-|identifier of an? "
)


@pytest.fixture(scope="module")
def document(context: Context, utah_bytes: bytes, tmp_path_factory: pytest.TempPathFactory) -> TableDocument:
    file = tmp_path_factory.mktemp("words") / "ut.xlsx"
    file.write_bytes(utah_bytes)
    found, problems = read_table(file, context, Files(), "f0x", lambda *_: None)
    assert found is not None
    assert problems == ()
    return found


def test_no_rule_on_records_of_a_submission_speaks_turtle(
    project: Project, context: Context, document: TableDocument
) -> None:
    graph = MemoryGraph([*context.triples, *document.triples], [])
    catalog = Catalog(t for file in project.shapes for t in read_triples(file))
    drafts = {draft.layout.sheet.kind: draft for draft in document.places.records.values()}
    told = []
    for kind in set(SUBMISSION_KINDS) & set(drafts):
        reader = SheetReader(document, drafts[kind], context.known, Labels(graph))
        for rule in catalog.rules:
            if f"spf:{KINDS[kind]}" in rule.target.split(", "):
                sentences = (rule.message_for(kind, reader), rule.fix_for(reader), reader.example(rule))
                told.append((rule.identifier, *sentences))
    assert {"state-policy.legal-status.missing", "claim.duplicate"} <= {line[0] for line in told}
    assert [line for line in told if any(map(TURTLE.search, line[1:]))] == []
    assert [line for line in told if not line[2]] == []
    assert {rule for rule, _, _, example in told if not example} <= {"claim.not-of-the-submitter"}  # of another sheet


def put(file: Path, sheet: str, heading: str, row: int, value: str | int | None) -> str:
    book = openpyxl.load_workbook(file)
    cell = f"{columns(book[sheet])[heading]}{row}"
    book[sheet][cell] = value
    book.save(file)
    return f"{sheet}!{cell}"


def at(report: Report, cell: str) -> str:
    """What is said of a cell: message, hint and fix."""
    found = [f for f in report.findings if f.location.place and f.location.place.short == cell]
    return " ".join(f"{f.message} {f.hint} {f.fix}" for f in found)


def test_fixes_name_column_cell_and_the_labels_to_choose(project: Project, utah: Path) -> None:
    status = put(utah, "Policies", "Legal status", 2, None)
    name = put(utah, "Policies", "Name", 3, None)
    source = put(utah, "Policies", "Source", 4, "https://brand.new.example/act")
    publisher = put(utah, "Sources", "Publisher", 3, "A brand new bureau")
    year = put(utah, "Policies", "Year adopted", 5, 2052)
    report = validate_files(Request(files=(utah,)), project)
    assert f"Fill in “Legal status” ({status}) from its list: “expired”, “in force”" in at(report, status)
    assert f"Fill in “Name” ({name}). A short plain name." in at(report, name)
    assert "first add a row to the sheet Sources: Name, URL, Publisher" in at(report, source)
    assert "first add a row to the sheet Organizations: Name" in at(report, publisher)
    assert f"Correct “Year adopted” ({year})." in at(report, year)
    assert not any(TURTLE.search(f"{f.message} {f.hint} {f.fix} {f.example}") for f in report.findings)


_IDENTIFIERS = {
    "$schema", "informationUri", "helpUri", "link", "id", "rule", "ruleId", "shape", "target", "path", "constraint",
    "iri", "term", "fullyQualifiedName", "uri", "file",
}  # fmt: skip
"""The fields of reports for machines that hold identifiers, and no sentence."""


def sentences(value: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Each text in JSON with the names of the fields that lead to it, but for those that hold identifiers."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _IDENTIFIERS:
                yield from sentences(inner, f"{where}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from sentences(inner, where)
    elif isinstance(value, str):
        yield where, value


def test_reports_for_machines_speak_of_sheets_too(project: Project, utah: Path, tmp_path: Path) -> None:
    """Text, pages and workbooks are not the only ones that a steward reads: CI shows the sentences of these reports."""
    file = tmp_path / "seeded.xlsx"
    assert len(list(seed(utah, file))) >= 40
    report = validate_files(Request(files=(file,)), project)
    style = Style()
    told = [*sentences(json.loads(write_json(report, style))), *sentences(json.loads(write_sarif(report, style)))]
    for case in ElementTree.fromstring(write_junit(report, style)).iter():
        told += [
            (f"{case.tag}.{name}", text) for name, text in case.attrib.items() if name not in ("name", "classname")
        ]
        told.append((case.tag, case.text or ""))
    for name in (
        case.get("name", "").partition(" ")[2]
        for case in ElementTree.fromstring(write_junit(report, style)).iter("testcase")
    ):
        told.append(("testcase.name", name))
    places = {where for where, _ in told}
    assert {".findings.sentence", ".rules.cell.formula.fix", ".runs.results.message.text", "failure"} <= places
    assert any("Fill in “Extent” (Claims!D3)" in text for where, text in told if where == "failure")
    assert [(where, text) for where, text in told if TURTLE.search(text.replace(str(tmp_path), ""))] == []
    named = {f.record.label for f in report.findings}
    assert "ut-alternative-credit-rule--competency-based-graduation" in named
