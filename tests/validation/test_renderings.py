"""Each rendering of a report is well-formed, complete, escaped, and honors the limit."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pyoxigraph as ox
import pytest
from openpyxl import load_workbook

from kgtools.core.project import Project
from kgtools.validation import Finding, Report, Request, run, validate_files
from kgtools.validation.findings import Noted
from kgtools.validation.render import FORMATS, Style, render
from kgtools.validation.render.tables import COLUMNS
from kgtools.validation.translate import Translator

HERE = Path(__file__).parent
FIXTURES = HERE / "fixtures"
SCHEMA = HERE.parents[1] / "kgtools" / "validation" / "report.schema.json"
SH = "http://www.w3.org/ns/shacl#"
EVIL = "<script>alert(\"x\")</script> =cmd|'/c calc'!A1 [a](javascript:x) | ` \u202e\u0007 ]]> & \x1b[31m"


@pytest.fixture(scope="module")
def report(few: Project, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Findings of every kind: three submissions, a broken file, and a record whose texts are hostile."""
    folder = tmp_path_factory.mktemp("inputs")
    hostile = folder / "hostile.ttl"
    name = str(ox.Literal(EVIL, language="en"))
    hostile.write_text(
        "@prefix spf: <https://w3id.org/spf-kg/ontology#> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        f'<http://x.example/a?b=c&d> a spf:Organization ;\n  skos:prefLabel {name}, "=1+1"@en ;\n'
        f'  spf:jurisdiction "{"-x" * 300}" .\n',
        encoding="utf-8",
    )
    broken = folder / "broken.ttl"
    broken.write_text("@prefix spf: <https://w3id.org/spf-kg/ontology#> .\nspf:a <b>\n", encoding="utf-8")
    files = (broken, hostile, *sorted(FIXTURES.glob("submission-*")))
    return validate_files(Request(files=files), few)


def test_the_report_under_test_has_something_of_everything(report: Report) -> None:
    assert report.problems
    assert all(report.counts[s] for s in ("violation", "warning"))
    assert {f.rule.identifier for f in report.findings} >= {
        "record.name.too-many",
        "organization.jurisdiction.wrong-kind",
        "record.property.undeclared",
        "state-policy.topic.not-in-list",
    }


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_every_format_can_be_written_and_limited(format_: str, report: Report) -> None:
    whole, part = render(report, format_), render(report, format_, Style(limit=1))
    assert len(whole) > len(part) > 0


def test_of_many_findings_only_those_that_are_shown_are_made(
    few: Project, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    original = Translator.of_noted

    def of_noted(translator: Translator, noted: Noted) -> Finding:
        made.append(noted.rule.identifier)
        return original(translator, noted)

    monkeypatch.setattr(run, "_MANY_FINDINGS", 0)
    monkeypatch.setattr(Translator, "of_noted", of_noted)
    files = tuple(Path(problem.file) for problem in report.problems) + tuple(each.file for each in report.files)
    late = validate_files(Request(files=files), few)
    assert str(render(late, "text", Style(limit=3))) == str(render(report, "text", Style(limit=3)))
    assert 0 < len(made) < len(report.findings) / 2
    for format_ in ("json", "sarif"):
        assert render(late, format_) == render(report, format_)
    assert len(made) < len(report.findings)
    assert list(late.findings) == list(report.findings)
    assert late.findings[-2:] == list(report.findings[-2:])
    with pytest.raises(IndexError):
        late.findings[len(report.findings)]


@pytest.mark.parametrize("format_", sorted(set(FORMATS) - {"xlsx"}))
def test_no_rendering_lets_data_steer_a_terminal(format_: str, report: Report) -> None:
    text = str(render(report, format_))
    assert "\x1b" not in text
    assert "\u0007" not in text


def test_the_text_report_states_totals_when_limited(report: Report) -> None:
    text = str(render(report, "text", Style(limit=2)))
    assert f"and {len(report.findings) - 2:,} more findings" in text
    for severity, word in (("violation", "violations"), ("warning", "warning")):
        assert f"{report.counts[severity]} {word}" in text
    assert "\x1b[" in str(render(report, "text", Style(color=True)))


def test_json_follows_its_schema(report: Report) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(str(render(report, "json")))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert len(document["findings"]) == len(report.findings)
    assert document["totals"]["violation"] == report.counts["violation"]
    assert set(document["rules"]) == {f["rule"] for f in document["findings"]}
    limited = json.loads(str(render(report, "json", Style(limit=3))))
    assert limited["totals"] == {**document["totals"], "shown": 3}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({**document, "verdict": "fine"})


def test_sarif_follows_the_published_schema(report: Report) -> None:
    schema = json.loads((FIXTURES / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    document = json.loads(str(render(report, "sarif")))
    jsonschema.Draft4Validator(schema).validate(document)
    run = document["runs"][0]
    assert len(run["results"]) == len(report.findings) + len(report.problems)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1
    assert Counter(r["level"] for r in run["results"])["warning"] == report.counts["warning"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(schema).validate({**document, "version": "2.0.0"})


def test_junit_parses_and_counts(report: Report) -> None:
    root = ElementTree.fromstring(str(render(report, "junit")))
    cases = root.findall("testsuite/testcase")
    assert int(root.attrib["tests"]) == len(cases)
    assert int(root.attrib["failures"]) == len(root.findall("testsuite/testcase/failure")) == report.counts["violation"]
    assert int(root.attrib["errors"]) == len(root.findall("testsuite/testcase/error")) == len(report.problems)
    for suite in root.findall("testsuite"):
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
    lenient = ElementTree.fromstring(str(render(report, "junit", Style(fail_on="never"))))
    assert lenient.findall("testsuite/testcase/failure") == []
    strict = ElementTree.fromstring(str(render(report, "junit", Style(fail_on="info"))))
    assert len(strict.findall("testsuite/testcase/failure")) == len(report.findings)


def test_csv_has_a_row_a_finding_and_no_formula(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(str(render(report, "csv")))))
    assert len(rows) == len(report.findings) + len(report.problems)
    assert tuple(rows[0]) == COLUMNS
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    by_rule = Counter(row["rule"] for row in rows if row["rule"])
    assert by_rule == Counter(f.rule.identifier for f in report.findings)


def test_the_workbook_holds_the_findings_as_text(report: Report) -> None:
    data = render(report, "xlsx")
    assert isinstance(data, bytes)
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Findings", "By rule", "What was checked"]
    sheet = book["Findings"]
    assert sheet.max_row == 1 + len(report.findings) + len(report.problems)
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    lines = [row[COLUMNS.index("line")].value for row in sheet.iter_rows(min_row=2)]
    assert all(isinstance(line, int) for line in lines)


def test_the_turtle_report_is_a_w3c_report(report: Report) -> None:
    quads = list(ox.parse(str(render(report, "ttl")).encode(), format=ox.RdfFormat.TURTLE))
    store = ox.Store()
    store.extend(quads)
    query = (
        f"PREFIX sh: <{SH}> SELECT * {{ ?report a sh:ValidationReport ; sh:conforms ?c ; sh:result ?r . "
        "?r a sh:ValidationResult ; sh:focusNode ?f ; sh:resultSeverity ?s ; sh:sourceConstraintComponent ?k ; "
        "sh:sourceShape ?o }"
    )
    rows: Any = store.query(query)
    found = [(row["c"].value, row["s"].value.removeprefix(SH).lower()) for row in rows]
    assert Counter(found) == Counter(("false", f.rule.severity) for f in report.findings)


class _Tags(HTMLParser):
    """Which elements and attributes a page holds."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.classes: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            if name in {"href", "src"}:
                self.links.append(value or "")
            if name == "class":
                self.classes.update((value or "").split())


def test_html_is_self_contained_and_escaped(report: Report) -> None:
    text = str(render(report, "html"))
    page = _Tags()
    page.feed(text)
    assert page.tags["script"] == 1
    assert page.tags["link"] == page.tags["img"] == page.tags["iframe"] == 0
    assert all(link.startswith("https://w3id.org/spf-kg/docs/") for link in page.links)
    assert page.classes["finding"] == len(report.findings)
    assert "<script>alert" not in text
    assert "default-src 'none'" in text


def test_html_runs_no_script_but_its_own(report: Report) -> None:
    text = str(render(report, "html"))
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in text
    assert not re.search(r"<[^>]+\son\w+=", text)


def test_markdown_escapes_links_and_html(report: Report) -> None:
    text = str(render(report, "md"))
    assert "<script>" not in re.sub(r"`+ ?.*? ?`+", "", text)
    assert "[a](javascript" not in re.sub(r"(`+) ?.*?\1", "", text)
    assert text.count("\n- **") == len(report.findings)


@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
def test_html_opens_in_a_browser_and_its_script_runs(report: Report, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(str(render(report, "html")), encoding="utf-8")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0"]
    command += ["--virtual-time-budget=3000", profile, "--dump-dom", file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert f"{len(report.findings)} of {len(report.findings)} findings" in done.stdout
    page = _Tags()
    page.feed(done.stdout)
    assert page.classes["problem"] == len(report.problems)
    assert not re.search(r'<section class="record[^>]*hidden', done.stdout)
    assert not re.search(r"CONSOLE.*(error|refused|uncaught)", done.stderr, re.IGNORECASE)
