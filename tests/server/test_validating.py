"""Handing in data: findings at their cells, the report as files, the annotated workbook, and nothing that harms."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from kgtools.cli.main import main
from kgtools.serve.openapi import REPORT_TYPES
from tests.conftest import ROOT
from tests.server.conftest import Server
from tests.workbook.mistakes import seed

XLSX = REPORT_TYPES["xlsx"]
GOOD = (ROOT / "data" / "states" / "ut.ttl").read_text(encoding="utf-8")
BAD = GOOD.replace("spf:extent extent:full", "spf:extent extent:ful", 1)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("workbook") / "utah.xlsx"
    assert main(["--project", str(ROOT), "template", "--state", "UT", "-o", str(file)]) == 0
    return file


@pytest.fixture(scope="module")
def mistaken(workbook: Path) -> tuple[bytes, list[tuple[str, str]]]:
    target = workbook.with_name("bad.xlsx")
    expected = list(seed(workbook, target))
    return target.read_bytes(), expected


def upload(client: httpx.Client, *files: tuple[str, bytes], address: str = "validate") -> httpx.Response:
    return client.post(address, files=[("files", file) for file in files])


def test_a_bad_workbook_is_told_cell_by_cell_and_comes_back_annotated(
    client: httpx.Client, mistaken: tuple[bytes, list[tuple[str, str]]]
) -> None:
    content, expected = mistaken
    page = upload(client, ("utah.xlsx", content))
    assert page.status_code == 200
    told = {cell for cell, _ in expected if re.search(rf"(cell|utah.xlsx:) {cell}<", page.text)}
    assert len(expected) > 35
    assert {cell for cell, _ in expected} - told == set()
    names = re.findall(r'href="(validate/reports/[^"]+)"', page.text)
    assert [name.rpartition("/")[2] for name in names] == [
        "annotated.xlsx",
        "report.html",
        "report.json",
        "report.sarif",
    ]
    files = {name.rpartition("/")[2]: client.get(name).raise_for_status() for name in names}
    book = openpyxl.load_workbook(io.BytesIO(files["annotated.xlsx"].content))
    sheet, _, cell = expected[0][0].partition("!")
    comment = book[sheet][cell].comment
    assert comment is not None
    assert expected[0][1] in comment.text
    assert files["report.json"].json()["verdict"] == "findings"
    assert files["report.sarif"].json()["version"] == "2.1.0"
    assert files["report.html"].headers["content-disposition"] == 'attachment; filename="report.html"'
    assert all(file.headers["cache-control"] == "no-store" for file in files.values())


def test_a_program_gets_the_annotated_workbook(client: httpx.Client, mistaken: tuple[bytes, list[Any]]) -> None:
    headers = {"Content-Type": XLSX}
    back = client.post("api/validate", params={"format": "xlsx"}, content=mistaken[0], headers=headers)
    assert (back.status_code, back.headers["content-type"]) == (200, XLSX)
    assert "xl/comments" in "".join(zipfile.ZipFile(io.BytesIO(back.content)).namelist())


@pytest.mark.parametrize("format_", ["sarif", "html"])
def test_a_program_gets_the_report_that_it_asks_for(client: httpx.Client, format_: str) -> None:
    headers = {"Content-Type": "text/turtle"}
    report = client.post("api/validate", params={"format": format_}, content=BAD, headers=headers)
    assert report.status_code == 200
    assert report.headers["content-type"].partition(";")[0] == REPORT_TYPES[format_]
    assert "extent:ful" in report.text


def test_the_report_is_negotiated(client: httpx.Client) -> None:
    headers = {"Content-Type": "text/turtle", "Accept": "text/plain"}
    told = client.post("api/validate", content=BAD, headers=headers, params={"name": "../../etc/utah.ttl"}).text
    assert "VIOLATION" in told
    assert "utah.ttl:" in told
    assert "etc" not in told
    assert client.post("api/validate", content=BAD, headers={**headers, "Accept": "image/png"}).status_code == 406
    good = client.post("api/validate", content=GOOD, headers={"Content-Type": "text/turtle"})
    assert good.json()["verdict"] == "conforms"


@pytest.mark.parametrize(
    ("files", "told", "format_"),
    [
        (
            [("a.ttl", b"@prefix spf: <https://w3id.org/spf-kg/ontology#> . <x> a spf:StatePolicy .")],
            "file:///x",
            "json",
        ),
        ([("a.csv", b"a,b"), ("b.csv", b"a,b")], "a.csv", "html"),
    ],
    ids=["relative address", "tables"],
)
def test_no_address_tells_where_the_server_keeps_things(
    server: Server, client: httpx.Client, files: list[tuple[str, bytes]], told: str, format_: str
) -> None:
    report = upload(client, *files, address=f"api/validate?format={format_}")
    assert report.status_code == 200
    assert told in report.text
    assert str(server.temporary) not in report.text


def test_a_name_of_many_wide_letters_is_cut(client: httpx.Client) -> None:
    report = upload(client, ("\U00020000" * 90 + ".ttl", b"<a:a> <a:b> 1 ."), address="api/validate")
    assert report.status_code == 200
    assert "\U00020000.ttl" in report.text


def test_text_is_pasted(client: httpx.Client) -> None:
    page = client.post("validate", files={"text": (None, BAD), "format": (None, "ttl")})
    assert page.status_code == 200
    assert "extent:ful" in page.text
    assert re.search(r"line \d+, column \d+", page.text)
    assert "annotated.xlsx" not in page.text


@pytest.mark.parametrize("address", ["validate", "api/validate"])
def test_keys_of_json_ld_that_were_dropped_are_told(client: httpx.Client, address: str) -> None:
    text = b'{"@context": {"spf": "https://w3id.org/spf-kg/ontology#"},\n"@id": "urn:x", "sumary": "Plots"}'
    told = upload(client, ("typo.jsonld", text), address=address).text
    assert "record.key.not-mapped" in told
    assert "does not map the key &#39;sumary&#39;" in told or "does not map the key 'sumary' to a property" in told
    place = "line 2, column 17" if address == "validate" else '"line":2,"column":17'
    assert place in (told if address == "validate" else re.sub(r"\s", "", told))


def test_csv_files_are_checked_together(client: httpx.Client, tmp_path: Path) -> None:
    folder = tmp_path / "ut"
    assert main(["--project", str(ROOT), "template", "--state", "UT", "-o", str(folder)]) == 0
    files = {file.name: file.read_bytes() for file in folder.glob("*.csv")}
    files["policies.csv"] = files["policies.csv"].replace(b",regulation,", b",regulatoin,", 1)
    report = client.post("api/validate", files=[("files", file) for file in files.items()]).raise_for_status().json()
    assert report["verdict"] == "findings"
    assert "regulatoin" in json.dumps(report["findings"])
    assert len(report["findings"]) < 10


@pytest.mark.parametrize(
    ("files", "status", "told"),
    [
        ([("notes.docx", b"x")], 415, "is not a kind of file that is checked here"),
        ([("noending", b"x")], 415, "is not a kind of file"),
        ([("a.ttl", b"x" * 3_000_000)], 413, "too large"),
        ([("a.ttl", b""), ("A.TTL", b"")], 422, "same name"),
        ([(f"{n}.csv", b"") for n in range(60)], 422, "at most 40"),
        ([], 400, "Nothing was submitted"),
    ],
    ids=["kind", "no ending", "size", "names", "number", "nothing"],
)
def test_what_is_refused(client: httpx.Client, files: list[tuple[str, bytes]], status: int, told: str) -> None:
    for address in ("validate", "api/validate"):
        sent = upload(client, *files, address=address) if files else client.post(address, files={"x": (None, "y")})
        assert (sent.status_code, told in sent.text) == (status, True), sent.text


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=x", "image/png", ""])
def test_a_malformed_body_is_the_clients_fault(client: httpx.Client, content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    sent = client.post("api/validate", content=b"--y\r\nnothing", headers=headers)
    assert sent.status_code in (400, 415)
    assert sent.headers["content-type"] == "application/problem+json"


def test_what_is_handed_in_is_shown_and_never_run(client: httpx.Client) -> None:
    script = "<script>alert(1)</script>"
    hostile = GOOD.replace('skos:prefLabel "', f'skos:prefLabel "{script}<!-- downloads -->').replace(
        "legal-status:in-force", "legal-status:in-forced"
    )
    page = client.post("validate", files={"files": (f"{script}\u202e.ttl", hostile.encode())})
    assert page.status_code == 200
    assert "&lt;script&gt;alert(1)" in page.text
    assert script not in page.text
    assert "\u202e" not in page.text
    assert "script-src 'self';" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.xlsx", "zeros"),
        ("deep.jsonld", "[" * 100_000),
        ("remote.jsonld", '{"@context": "http://127.0.0.1:9/context", "@id": "x"}'),
        ("entity.rdf", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
    ],
)
def test_a_hostile_file_is_reported_on(server: Server, client: httpx.Client, name: str, content: str) -> None:
    body = _zeros() if content == "zeros" else content.encode()
    page = upload(client, (name, body))
    assert page.status_code in (200, 503)
    assert "root:" not in page.text
    assert "Traceback" not in page.text
    assert 'class="report good"' not in page.text
    assert not list(server.temporary.glob("*/submission-*"))


def _zeros() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 300_000_000)
    return buffer.getvalue()


def test_a_report_is_found_by_nobody_who_guesses(client: httpx.Client) -> None:
    assert client.get("validate/reports/aaaaaaaaaaaaaaaaaaaaaaaa/report.json").status_code == 404
    page = client.post("validate", files={"text": (None, BAD), "format": (None, "ttl")})
    address = re.findall(r'href="(validate/reports/[^"]+/report.json)"', page.text)[0]
    assert client.get(address).status_code == 200
    assert client.get(address.replace("report.json", "../../../etc/passwd")).status_code == 404
    assert len(address.split("/")[2]) >= 32


LIST = (ROOT / "tests" / "workbook" / "lists" / "ohio.csv").read_bytes()


def test_a_list_becomes_a_workbook_on_the_page(client: httpx.Client) -> None:
    page = client.post("validate-list", data={"state": "OH"}, files={"list": ("ohio.csv", LIST)})
    assert page.status_code == 200
    assert "4 new policies, 2 on record already" in page.text
    assert "ORC §3313.617 is on record as “Graduation plan for each student”" in page.text
    [name] = re.findall(r'href="(validate/reports/[^"]+)"', page.text)
    back = client.get(name).raise_for_status()
    assert back.headers["content-type"] == XLSX
    sheet = openpyxl.load_workbook(io.BytesIO(back.content))["New policies"]
    assert [sheet.cell(row, 1).value for row in (2, 3)] == [
        "Science of learning and credit plans",
        "Educational programs and credit by mastery",
    ]


def test_a_pasted_list_is_taken_and_escaped(client: httpx.Client) -> None:
    text = "R.C. 3313.9999 - <script>alert(1)</script> for all\nhttps://codes.ohio.gov/x"
    page = client.post("validate-list", data={"state": "Ohio", "text": text})
    assert page.status_code == 200
    assert "1 new policy" in page.text
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    ("data", "files", "status", "said"),
    [
        ({"state": ""}, {"list": ("l.csv", LIST)}, 422, "Say whose list it is"),
        ({"state": "Atlantis"}, {"list": ("l.csv", LIST)}, 422, "not a state"),
        ({"state": "OH"}, {"list": ("l.exe", LIST)}, 415, "not a kind of file"),
        ({"state": "OH", "text": " "}, {}, 400, "No list was submitted"),
        ({"state": "OH", "text": "Dear all,\n\nnothing here."}, {}, 422, "No line of the list names a policy"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(
    client: httpx.Client, data: dict[str, str], files: dict[str, tuple[str, bytes]], status: int, said: str
) -> None:
    page = client.post("validate-list", data=data, files=files or None)
    assert page.status_code == status
    assert said in page.text


def test_a_program_gets_the_workbook_of_a_list(client: httpx.Client) -> None:
    headers = {"Content-Type": "text/csv"}
    back = client.post("api/template", params={"state": "OH"}, content=LIST, headers=headers)
    assert (back.status_code, back.headers["content-type"]) == (200, XLSX)
    assert "New policies" in openpyxl.load_workbook(io.BytesIO(back.content)).sheetnames
    assert client.post("api/template", content=LIST, headers={"Content-Type": "image/png"}).status_code == 415
    long = LIST + b"".join(b"R.C. 9999.%d,Rule %d,,2020,%s\n" % (n, n, b"x" * 1000) for n in range(1000))
    assert client.post("api/template", params={"state": "OH"}, content=long, headers=headers).status_code == 200
    assert client.post("api/template", content=LIST, headers=headers).status_code == 422
