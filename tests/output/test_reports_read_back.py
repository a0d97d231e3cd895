"""Reports and memos are read back by readers of another make, whatever the data holds."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
from hypothesis import given, settings
from hypothesis import strategies as st

from kgtools.publish.memo import Memo, as_word
from kgtools.publish.memo.document import Items, MemoTable, Paragraph, text
from kgtools.schema.rules import Rule
from kgtools.validation import Report
from kgtools.validation.findings import Coverage, FileSummary, Finding, Location, Record
from kgtools.validation.problems import Problem
from kgtools.validation.render import render
from kgtools.validation.spots import Place

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FILE = "data.ttl"
_texts = st.text(
    st.one_of(
        st.sampled_from("ab {}[]()*_`~^#%=+-@|:;,.!?/\\<>&\"'“”\t\r\n\x00\x01\x07\x0b\x0c\x1b\x1f\x7f\x85\xa0\u00ad"),
        st.sampled_from("\u200b\u200e\u202e\u2028\u2029\u2066\ufeff\ufffd\ufffe\uffff\U0001f600\U000e0041\U0010ffff"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=12,
)
_RULE = Rule("a.rule", "violation", name="a rule", message="It is wrong.", fix="Write it again.", example="x")


def _report(said: str, *, problem: bool) -> Report:
    place = Location(_FILE, Place(3, 5))
    record = Record(f"https://w3id.org/spf-kg/id/organization/a{len(said)}", said, said, place)
    finding = Finding(
        _RULE, record, said, "https://w3id.org/spf-kg/ontology#summary", said, said, said, said, place, None, said, said
    )
    problems = (Problem(Path(_FILE), Place(1, 1), f"It is {said}", said, said),) if problem else ()
    summary = FileSummary(Path(_FILE), 1, 1)
    return Report((finding,), problems, (summary,), 0, Coverage(1, 1, 1, 1, 1, 1), notes=(said,))


@given(said=_texts)
def test_a_report_in_json_is_read_back(said: str) -> None:
    read = json.loads(str(render(_report(said, problem=True), "json")))
    (finding,) = read["findings"]
    assert (finding["message"], finding["hint"], finding["fix"]) == (said, said, said)
    assert finding["value"] == ({"text": said, "term": said} if said else None)
    assert finding["record"]["label"] == said
    assert read["problems"][0]["message"] == f"It is {said}"
    assert read["notes"] == [said]


@given(said=_texts)
def test_a_report_in_sarif_is_read_back(said: str) -> None:
    report = _report(said, problem=True)
    run: dict[str, Any] = json.loads(str(render(report, "sarif")))["runs"][0]
    broken, wrong = run["results"]
    assert broken["message"]["text"] == f"It is {said}" + (f" {said}" if said else "")
    assert wrong["message"]["text"] == report.findings[0].sentence + (f" Fix: {said}" if said else "")
    assert wrong["locations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 5}
    assert wrong["locations"][0]["logicalLocations"][0]["name"] == said


def _in_xml(said: str) -> str:
    """What can be in an XML document of a text: the other characters are shown as lost."""
    return _NOT_XML.sub("\ufffd", said)


@given(said=_texts)
def test_a_report_for_junit_is_read_back(said: str) -> None:
    report = _report(said, problem=True)
    root = ElementTree.fromstring(str(render(report, "junit")).encode())
    failure, error = root.find(".//failure"), root.find(".//error")
    assert failure is not None
    assert error is not None
    assert failure.get("message") == _in_xml(report.findings[0].sentence)
    assert failure.text == _in_xml(f"{_FILE}:3:5\n{report.findings[0].sentence}\nFix: {said}")
    assert error.get("message") == _in_xml(f"It is {said}")
    assert [case.get("name") for case in root.iter("testcase")] == [
        "can be read",
        f"a.rule {_in_xml(said)}",
        "something was checked",
    ]


@given(said=_texts)
def test_a_report_as_csv_is_read_back(said: str) -> None:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    head, row = csv.reader(io.StringIO(str(render(_report(said, problem=False), "csv")), newline=""))
    assert len(head) == len(row)
    assert [cell for cell in row if cell.removeprefix("'") == said or cell == said]


def test_a_junit_report_of_a_store_in_which_nothing_was_checked_fails() -> None:
    report = Report((), (), (), 0, Coverage(1, 0, 1, 0, 0, 0))
    root = ElementTree.fromstring(str(render(report, "junit")))
    assert (root.get("tests"), root.get("failures")) == ("1", "1")
    (case,) = root.iter("testcase")
    assert case.find("failure") is not None


def test_the_totals_of_a_junit_report_are_those_of_its_suites() -> None:
    files = tuple(FileSummary(Path(name), 1, 0) for name in ("a.ttl", "b.ttl"))
    root = ElementTree.fromstring(str(render(Report((), (), files, 0, Coverage(1, 0, 1, 1, 0, 0)), "junit")))
    for count in ("tests", "failures", "errors"):
        assert int(root.get(count, "")) == sum(int(suite.get(count, "")) for suite in root)


def _in_word(said: str) -> str:
    """As python-docx reads a text: tabs, and line breaks of all kinds as one."""
    return _in_xml(said).replace("\r\n", "\n").replace("\r", "\n")


@settings(max_examples=40)
@given(said=_texts.map(lambda said: f"a{said}z"))
def test_a_memo_in_word_is_read_back(said: str) -> None:
    blocks = (
        Paragraph(text(said)),
        Items((text(said, strong=True),)),
        MemoTable(("Head", said), ((text(said), text("x")),), (5000, 4980)),
    )
    memo = Memo(said, ((said, said),), said, blocks, ())
    read = docx.Document(io.BytesIO(as_word(memo, dt.date(2026, 11, 30))))
    paragraphs = [paragraph.text for paragraph in read.paragraphs]
    assert paragraphs[0] == _in_word(said)
    assert paragraphs.count(_in_word(said)) >= 4
    assert [cell.text for row in read.tables[0].rows for cell in row.cells] == [
        "Head",
        _in_word(said),
        _in_word(said),
        "x",
    ]
    assert read.core_properties.title == _in_word(said)
