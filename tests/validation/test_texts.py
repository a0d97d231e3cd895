"""What a wrong encoding or a wrong clock made of RDF is said with its place, as in tables."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.validation import Finding, Report, Request, validate_files

_NAME = "https://w3id.org/spf-kg/id/organization/ut-odd"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_SPF = "https://w3id.org/spf-kg/ontology#"
_DAY = dt.date(2026, 11, 30)
_TURTLE = f"""@prefix skos: <{_SKOS}> .
@prefix spf: <{_SPF}> .

<{_NAME}> a spf:Organization ;
  skos:prefLabel "%s"@en .
"""
_JSON = f"""{{"@id": "{_NAME}", "@type": "{_SPF}Organization",
 "{_SKOS}prefLabel":
   {{"@value": "%s", "@language": "en"}}}}
"""
_XML = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="{_SKOS}" xmlns:spf="{_SPF}">
 <spf:Organization rdf:about="{_NAME}">
  <skos:prefLabel xml:lang="en">%s</skos:prefLabel>
 </spf:Organization>
</rdf:RDF>
"""


def _checked(small_project: Project, file: Path, text: str, day: dt.date = _DAY) -> Report:
    file.write_text(text, encoding="utf-8")
    return validate_files(Request(files=(file,)), small_project, today=day)


def _texts(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.rule.identifier.startswith("record.text")]


@pytest.mark.parametrize(
    ("name", "frame", "text", "place"),
    [
        ("a.ttl", _TURTLE, "Caf\u00c3\u00a9", (5, 18)),
        ("a.ttl", _TURTLE, "Caf\\u00c3\\u00a9", (5, 18)),
        ("a.trig", _TURTLE, "Caf\u00c3\u00a9", (5, 18)),
        ("a.jsonld", _JSON, "Caf\u00c3\u00a9", (3, 4)),
        ("a.jsonld", _JSON, "Caf\\u00c3\\u00a9", (3, 4)),
        ("a.rdf", _XML, "Caf\u00c3\u00a9", (3, 3)),
        ("a.rdf", _XML, "Caf&#xC3;&#xA9;", (3, 3)),
    ],
)
def test_letters_of_another_encoding_are_said_where_they_stand(
    small_project: Project, tmp_path: Path, name: str, frame: str, text: str, place: tuple[int, int]
) -> None:
    (found,) = _texts(_checked(small_project, tmp_path / name, frame % text))
    assert found.rule.identifier == "record.text.miscoded"
    assert found.rule.severity == "warning"
    assert found.message == "'Caf\u00c3\u00a9' looks like 'Caf\u00e9', saved in one encoding and opened in another."
    assert found.fix == "Write 'Caf\u00e9', and save the file as UTF-8."
    assert found.location.place is not None
    assert (found.location.place.line, found.location.place.column) == place


@pytest.mark.parametrize(("name", "frame"), [("a.ttl", _TURTLE), ("a.jsonld", _JSON), ("a.rdf", _XML)])
def test_lost_letters_are_a_violation(small_project: Project, tmp_path: Path, name: str, frame: str) -> None:
    (found,) = _texts(_checked(small_project, tmp_path / name, frame % "Ca\ufffdon City"))
    assert (found.rule.identifier, found.rule.severity) == ("record.text.characters-lost", "violation")
    assert "Characters of 'Ca\ufffdon City' were lost" in found.message


@pytest.mark.parametrize(
    "text", ["Ca\u00f1on City", "\u201cmastery\u201d \u2014 \u00a7\u00a0120B", "S\u00e3o Jo\u00e3o", "\u65e5\u672c"]
)
def test_letters_of_other_languages_are_fine(small_project: Project, tmp_path: Path, text: str) -> None:
    assert _texts(_checked(small_project, tmp_path / "a.ttl", _TURTLE % text)) == []


_SOURCE = f"""@prefix spf: <{_SPF}> .
<https://w3id.org/spf-kg/id/source/ut-x> a spf:Source ;
  spf:dateAccessed "%s"^^<http://www.w3.org/2001/XMLSchema#date> .
"""


def test_a_day_after_today_is_a_note_and_no_finding(small_project: Project, tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    later = _checked(small_project, file, _SOURCE % "2026-12-01")
    today = _checked(small_project, file, _SOURCE % "2026-12-01", dt.date(2026, 12, 1))
    assert later.notes == (
        f"{file}:3:20: The access date 2026-12-01 is after today, 2026-11-30. 'kgtools accept' and 'kgtools import' "
        "refuse it until then.",
    )
    assert today.notes == ()
    assert [(f.rule.identifier, f.message) for f in later.findings] == [
        (f.rule.identifier, f.message) for f in today.findings
    ]
    assert later.exit_status("info") == today.exit_status("info")


def test_a_word_in_place_of_a_day_is_no_day_after_today(small_project: Project, tmp_path: Path) -> None:
    assert _checked(small_project, tmp_path / "a.ttl", _SOURCE % "yesterday").notes == ()
    text = (_SOURCE % "yesterday") + (_SOURCE % "2027-01-01").replace("ut-x", "ut-y")
    (note,) = _checked(small_project, tmp_path / "a.ttl", text).notes
    assert "The access date 2027-01-01 is after today" in note


def test_many_days_after_today_are_counted(small_project: Project, tmp_path: Path) -> None:
    text = "".join((_SOURCE % "2027-01-01").replace("ut-x", f"ut-x{n}") for n in range(8))
    notes = _checked(small_project, tmp_path / "a.ttl", text).notes
    assert len(notes) == 6
    assert notes[5] == "3 more days are after today."


@pytest.mark.parametrize("format_", ["ttl", "csv", "sarif", "junit"])
def test_notes_are_said_beside_a_report_that_has_none(
    format_: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shapes, empty = tmp_path / "s.ttl", tmp_path / "empty.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> sh:targetNode <urn:a> ; sh:nodeKind sh:IRI .",
        encoding="utf-8",
    )
    empty.write_bytes(b"")
    assert main(["validate", str(empty), "--shapes", str(shapes), "--format", format_]) == 0
    assert f"Note: {empty} is empty: it holds no statements." in capsys.readouterr().err


def test_a_report_that_has_its_notes_says_them_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    test_shapes = tmp_path / "s.ttl"
    test_shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> sh:targetNode <urn:a> ; sh:nodeKind sh:IRI .",
        encoding="utf-8",
    )
    empty = tmp_path / "empty.ttl"
    empty.write_bytes(b"")
    assert main(["validate", str(empty), "--shapes", str(test_shapes), "--format", "json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["notes"] == [f"{empty} is empty: it holds no statements."]
    assert printed.err == ""
