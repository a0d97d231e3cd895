"""What a state's page hands out: tables, a Word document, pictures of maps, and the feed of changes."""

from __future__ import annotations

import csv
import re
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import docx
import openpyxl
import pytest

from kgtools.answers.evidence.graph import ThingGraph
from kgtools.answers.evidence.standing import LEVELS, Evidence
from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.publish.site.feeds import ReleaseChanges, feeds
from kgtools.publish.site.maps import SHADES, all_maps
from tests.few_states import few_states
from tests.site.conftest import Built

_ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_table_and_the_workbook_say_the_same_with_every_passage(built: Built) -> None:
    rows = list(csv.reader(built.text("states/oh.csv").splitlines()))
    sheet = openpyxl.load_workbook(built.folder / "states/oh.xlsx").active
    assert sheet is not None
    cells = [[str(value or "") for value in row] for row in sheet.iter_rows(values_only=True)]
    assert len(cells) == len(rows) > 41
    assert cells[0] == rows[0]
    assert [row[:4] for row in cells] == [row[:4] for row in rows]
    asked = {(row[0], row[1]): row[2] for row in rows[1:]}
    assert len(asked) == 41
    answers = csv.DictReader(built.text("downloads/determinations.csv").splitlines())
    assert asked == {
        (row["condition"], row["transformative_policy"]): LEVELS[row["answer"]]
        for row in answers
        if row["usps"] == "OH"
    }
    assert all(row[14].startswith("http") for row in rows[1:] if row[9])


def test_the_word_document_is_the_first_screen(built: Built) -> None:
    with zipfile.ZipFile(built.folder / "states/oh.docx") as archive:
        assert archive.testzip() is None
    said = [paragraph.text for paragraph in docx.Document(str(built.folder / "states/oh.docx")).paragraphs]
    page = built.text("states/oh.html")
    standing = re.search(r'<p class="lead standing">(.*?)</p>', page)
    assert standing
    assert standing[1] in said
    steps = re.findall(r"<h3><a href=[^>]*>([^<]*)", page.partition('id="steps">')[2].partition("</ol>")[0])
    assert len(steps) == 3
    assert set(steps) <= set(said)
    assert any(line.startswith("Neighbors: Indiana ") for line in said)


def test_the_picture_of_a_map_stands_alone(built: Built, project: Project) -> None:
    evidence = Evidence(ThingGraph.of(Files().triples(*project.ontology, *project.data)))
    maps = list(all_maps(evidence))
    assert len(maps) == 8 + 41
    assert {"images/timeline.svg", *(f"images/{found.slug}.svg" for found in maps)} == {
        path.relative_to(built.folder).as_posix() for path in (built.folder / "images").iterdir()
    }
    for found in maps:
        text = built.text(f"images/{found.slug}.svg")
        root = ElementTree.fromstring(text)
        assert len(root.findall(".//{http://www.w3.org/2000/svg}g/{http://www.w3.org/2000/svg}title")) == 51
        assert "http" not in re.sub(r"https://w3id\.org/spf-kg/|http://www\.w3\.org/2000/svg", "", text)
        told = sum(int(n) for n in re.findall(r": (\d+)</text>", text))
        assert told == 51, found.slug
    chart = ElementTree.fromstring(built.text("images/timeline.svg"))
    bars = chart.findall(".//{http://www.w3.org/2000/svg}g/{http://www.w3.org/2000/svg}rect")
    assert len(bars) == built.text("timeline.html").count('class="bar"')
    assert set(SHADES) >= {tile.shade[2:] for found in maps[:1] for tile in found.tiles}


def _entries(content: bytes | str) -> list[tuple[str, str, str]]:
    feed = ElementTree.fromstring(content)
    parts = ("title", "updated", "content")
    return [
        tuple(entry.findtext(_ATOM + part) or "" for part in parts)  # type: ignore[misc]
        for entry in feed.findall(_ATOM + "entry")
    ]


def test_a_feed_begins_with_what_is_on_record(built: Built) -> None:
    ((title, day, content),) = _entries(built.text("states/oh.atom"))
    assert title == "Ohio, version 0.0.0: 1 change"
    assert re.fullmatch(r"2026-\d\d-\d\dT00:00:00Z", day)
    assert re.search(r"First on record: \d+ policies; \d+ of 41 recommended policies looked at", content)
    assert len(_entries(built.text("changes.atom"))) == 56
    assert 'type="application/atom+xml"' in built.text("states/oh.html")


def test_a_feed_tells_what_each_release_says_that_the_last_did_not(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, old = few_states(project.root, tmp_path / "project", ("id",)).root, tmp_path / "old"
    shutil.copytree(root, old)
    state = (root / "data/states/id.ttl").read_text(encoding="utf-8")
    file = old / "data/states/id.ttl"
    changed, times = re.subn(r'(?<=skos:prefLabel )"Mastery-based education and[^"]*"', '"An older <name>"', state)
    assert times == 1
    file.write_text(changed, encoding="utf-8")
    command = ["--project", str(root), "site", "-o", str(tmp_path / "site"), "--release", str(old)]
    assert main(command) == 0
    capsys.readouterr()
    ((title, _, content),) = _entries((tmp_path / "site/states/id.atom").read_bytes())
    assert title.startswith("Idaho, version ")
    assert "An older &lt;name&gt;" in content
    assert _entries((tmp_path / "site/states/oh.atom").read_bytes()) == []


def test_a_long_list_of_changes_is_cut_and_says_so(project: Project) -> None:
    release = ReleaseChanges("2", "2026-01-02", {"Idaho": [f"Change {n}." for n in range(250)]})
    graph = ThingGraph.of(Files().triples(*project.ontology, *project.data))

    class _Site:
        base_url, as_of, version = "", "2026-01-02", "2"

    idaho = next(place for place in graph.all("Jurisdiction") if place.slug == "id")
    ((title, day, content),) = _entries(feeds(_Site(), [idaho], [release])["states/id.atom"])  # type: ignore[arg-type]
    assert (title, day) == ("Idaho, version 2: 250 changes", "2026-01-02T00:00:00Z")
    assert content.count("<li>") == 201
    assert "50 more." in content
