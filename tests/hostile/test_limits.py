"""Limits that end a process, what a terminal is shown, and what the documentation says of both."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from kgtools.cli import limits
from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.core.visible import visible, visible_lines
from kgtools.graph import guarding, reading, turtle
from kgtools.graph.store import query_limits
from kgtools.intake.records import reader as records
from kgtools.shacl import paths
from kgtools.tables import csv_text, package, xlsx_reader
from kgtools.validation import documents
from tests.conftest import ROOT
from tests.hostile.isolated import Isolated
from tests.measuring import needs_proc

_PAGE = ROOT / "docs/reference/reliability.md"
_ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
_GREEDY = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c"
_STATED = {
    "a file given to `validate`": f"{documents.MAX_MEGABYTES} MB",
    "an RDF file given to any other command": f"{reading.MAX_BYTES // 10**6:,} MB",
    "a workbook": f"{package.MAX_PACKED // 10**6} MB",
    "a workbook, unpacked": f"{package.MAX_UNPACKED // 10**6} MB",
    "parts of a workbook": f"{package.MAX_PARTS:,}",
    "unpacking and parsing a workbook": f"{package.MAX_SECONDS:.0f} s",
    "rows of a sheet or a CSV file": f"{xlsx_reader.MAX_ROWS:,}",
    "a CSV file": f"{csv_text.MAX_BYTES // 10**6} MB",
    "a file of records given to `import`": f"{records.MAX_BYTES // 10**6} MB",
    "nested brackets, lists and quoted triples": f"{guarding.MAX_BRACKETS:,}",
    "nested JSON objects and arrays": f"{guarding.MAX_JSON_DEPTH}",
    "terms of a JSON-LD context defined by one another": f"{guarding.MAX_TERM_CHAIN:,}",
    "nested XML elements": f"{guarding.MAX_ELEMENTS:,}",
    "attributes, and namespaces, of one element": f"{guarding.MAX_ATTRIBUTES:,}",
    "the text of an XML entity": f"{guarding.MAX_ENTITY_LENGTH} characters",
    "nested blank nodes, when Turtle is written": f"{turtle.MAX_DEPTH}",
    "nested shapes, and nested steps of a path": f"{paths.MAX_DEPTH}",
    "a query": f"{query_limits.MAX_CHARACTERS:,} characters",
    "nested groups and brackets of a query": f"{query_limits.MAX_DEPTH}",
    "operators, groups and patterns in one group of a query": f"{query_limits.MAX_PARTS:,}",
    "the time of `sparql` and `validate`": f"{limits.SECONDS} s",
    "the memory of `sparql` and `validate`": f"{limits.MEGABYTES:,} MB",
}


def test_the_documentation_states_each_limit_as_it_is() -> None:
    page = _PAGE.read_text(encoding="utf-8").split("### Limits")[1]
    rows = dict(re.findall(r"^\| (.+?) \| (.+?) \|", page, re.MULTILINE))
    assert {what: rows.get(what) for what in _STATED} == _STATED


@needs_proc
@pytest.mark.parametrize(
    ("query", "options", "says"),
    [
        (_ENDLESS, ("--timeout", "1"), "The query took longer than 1 s and was stopped; allow more with --timeout."),
        (_GREEDY, ("--max-memory", "150"), "The query needed more than 150 MB of memory and was stopped"),
    ],
    ids=["time", "memory"],
)
def test_a_greedy_query_is_ended(
    isolated: Isolated, small: Path, query: str, options: tuple[str, str], says: str
) -> None:
    ended = isolated.run("--project", str(small), "sparql", query, *options)
    assert ended.status == 2
    assert says in ended.err
    assert not ended.faults(seconds=10, megabytes=700)


@needs_proc
@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
def test_a_pattern_that_explodes_is_ended_in_time(isolated: Isolated, tmp_path: Path, engine: str) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <http://x/S> a sh:NodeShape ; sh:targetSubjectsOf <http://x/b> ; "
        'sh:property [ sh:path <http://x/b> ; sh:pattern "^(a+)+$" ] .'
    )
    data.write_text(f'<http://x/a> <http://x/b> "{"a" * 40}!" .')
    seconds = "60" if engine == "fast" else "2"
    command = ("validate", data, "--shapes", shapes, "--engine", engine, "--timeout", seconds)
    ended = isolated.run(*command)
    assert not ended.faults(seconds=10, megabytes=700)
    assert ended.status == (1 if engine == "fast" else 2)
    assert "took longer than 2 s" in ended.err or engine == "fast"


EVIL = "a\u202eb\x1b[31mc\u200bd\x07\te\nf"


def test_what_steers_a_terminal_is_shown_by_its_code_point() -> None:
    assert visible(EVIL) == "a[U+202E]b[U+001B][31mc[U+200B]d[U+0007] e f"
    assert visible_lines(EVIL) == "a[U+202E]b[U+001B][31mc[U+200B]d[U+0007]\te\nf"
    assert visible("plain — Zoë") == "plain — Zoë"


@pytest.mark.parametrize("format_", ["table", "csv", "tsv", "json", "md"])
def test_no_format_steers_a_terminal(
    format_: str, small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["--project", str(small), "sparql", 'SELECT ("a\u202eb\x1b[31mc" AS ?x) {}', "--format", format_]) == 0
    told = capsys.readouterr().out
    assert "[U+202E]b" in told
    assert not set("\u202e\x1b") & set(told)


def test_csv_for_machines_is_left_as_it_is(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """SPARQL 1.1 CSV results are for programs: a changed cell would be a wrong answer."""
    query = 'SELECT ("=1+1" AS ?x) ("@SUM(A1)" AS ?y) {}'
    assert main(["--project", str(small), "sparql", query, "--format", "csv"]) == 0
    assert capsys.readouterr().out == "x,y\r\n=1+1,@SUM(A1)\r\n"


def test_a_folder_of_tables_leads_nowhere_else(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret, folder = tmp_path / "secret", tmp_path / "tables"
    secret.write_text("canary-7f3a,b\n1,2\n")
    folder.mkdir()
    (folder / "policies.csv").write_text("Identifier,Name\n")
    (folder / "csv-metadata.json").write_text('{"tables": [{"url": "../secret"}, {"url": "http://127.0.0.1:9/x"}]}')
    command = ["--project", str(small), "convert", str(folder), "-o", str(tmp_path / "out.ttl")]
    main(command)
    assert "canary-7f3a" not in "".join(capsys.readouterr())
    (folder / "sources.csv").symlink_to(secret)
    assert main(command) == 2
    assert "a link out of the folder" in capsys.readouterr().err


def test_a_compressed_file_is_not_unpacked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import gzip

    for name, says in (("bomb.ttl.gz", "The ending '.gz' is not known"), ("bomb.ttl", "gzip archive")):
        (tmp_path / name).write_bytes(gzip.compress(b"# \n" * 10_000_000))
        assert main(["validate", str(tmp_path / name), "--shapes", str(ROOT / "shapes/tables.ttl")]) == 2
        assert says in capsys.readouterr().out


@pytest.mark.parametrize("name", ["../answers/gaps", "/etc/passwd", "..", "gaps.rq"])
def test_a_name_is_looked_up_and_never_a_path(name: str, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--project", str(project.root), "query", name]) == 2
    assert "There is no question called" in capsys.readouterr().err
    assert main(["--project", str(project.root), "explain", name]) == 2
