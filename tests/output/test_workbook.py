"""Answers as a workbook: a real one, with a table that filters, and nothing in it that can run."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest

from kgtools.answers.output.workbook import table_workbook
from kgtools.cli.main import main
from kgtools.graph.store import Solutions
from tests.conftest import ROOT

_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")


def ask(*arguments: str) -> int:
    return main(["--project", str(ROOT), "query", "coverage", *arguments])


def test_a_question_is_answered_with_a_real_workbook(tmp_path: Path) -> None:
    file = tmp_path / "coverage.xlsx"
    assert ask("-o", str(file)) == 0
    assert ask("-o", str(tmp_path / "coverage.csv")) == 0
    sheet = openpyxl.load_workbook(file)["Answer"]
    lines = (tmp_path / "coverage.csv").read_text().splitlines()
    assert [cell.value for cell in sheet[1]] == lines[0].split(",")
    assert sheet.max_row == len(lines)
    assert sheet.freeze_panes == "A2"
    assert sheet.tables["Answer"].ref == sheet.dimensions
    assert sheet["A1"].font.bold
    assert all(sheet.column_dimensions[letter].width >= 9 for letter in "ABC")
    again = tmp_path / "again.xlsx"
    assert ask("-o", str(again)) == 0
    assert again.read_bytes() == file.read_bytes()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", '=HYPERLINK("http://x.example")'])
def test_no_text_can_run_as_a_formula(text: str) -> None:
    data = table_workbook(Solutions(("x", "n"), ((ox.Literal(text), ox.Literal("7", datatype=_INTEGER)),)))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert b'quotePrefix="1"' in parts.read("xl/styles.xml")
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Answer"]
    assert sheet["A2"].value == text
    assert sheet["A2"].data_type == "s"
    assert sheet["B2"].value == 7


def test_an_answer_without_rows_is_a_workbook_too() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(table_workbook(Solutions(("x",), ()))))["Answer"]
    assert [cell.value for cell in sheet[1]] == ["x"]


@pytest.mark.parametrize(
    ("name", "more", "word"),
    [
        ("answer.foo", (), "Use one of .csv, .json, .jsonld, .md, .nt, .tsv, .ttl, .txt, .xlsx"),
        ("answer.xls", (), "Use one of .csv, .json, .jsonld, .md, .nt, .tsv, .ttl, .txt, .xlsx"),
        ("answer.xlsx", ("--format", "csv"), "does not have the ending of a workbook; use .csv"),
    ],
)
def test_an_ending_that_would_lie_is_refused(
    name: str, more: tuple[str, ...], word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask("-o", str(tmp_path / name), *more) == 2
    assert word in capsys.readouterr().err
    assert not (tmp_path / name).exists()


def test_sparql_answers_go_to_a_workbook_and_graphs_do_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.xlsx"
    assert main(["--project", str(ROOT), "sparql", "SELECT ?c { ?c a spf:Condition } LIMIT 3", "-o", str(file)]) == 0
    assert openpyxl.load_workbook(file)["Answer"].max_row == 4
    graph = "CONSTRUCT { ?c a spf:Condition } WHERE { ?c a spf:Condition }"
    assert main(["--project", str(ROOT), "sparql", graph, "-o", str(tmp_path / "b.xlsx")]) == 2
    assert "can't be written as xlsx" in capsys.readouterr().err
