"""What a state's page hands out: tables, a Word document, pictures of maps, and the feed of changes."""

from __future__ import annotations

import csv
import math
import re
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import openpyxl
import pytest
from docx.document import Document as WordDocument

from kgtools.answers.evidence.graph import ThingGraph
from kgtools.answers.evidence.standing import LEVELS, Evidence
from kgtools.cli.main import main
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.publish.site.feeds import feeds
from kgtools.publish.site.maps import SHADES, all_maps
from kgtools.publish.site.releases import ReleaseChanges
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


def test_the_word_memo_is_the_one_that_the_command_writes(
    built: Built, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, length in (("oh", "short"), ("oh-long", "long")):
        target = tmp_path / f"{name}.docx"
        assert main(["--project", str(project.root), "memo", "OH", "--length", length, "-o", str(target)]) == 0
        ours = [paragraph.text for paragraph in docx.Document(str(built.folder / f"states/{name}.docx")).paragraphs]
        theirs = [paragraph.text for paragraph in docx.Document(str(target)).paragraphs]
        assert len(ours) == len(theirs) > 20  # of five states; the whole graph has more precedents
        assert [words for words in ours if words not in theirs] == ours[1:2], "only the date and the version may differ"
    capsys.readouterr()


def test_the_state_page_offers_the_one_page_memo_first_and_the_long_form_beside_it(built: Built) -> None:
    page = built.text("states/oh.html")
    actions = page.partition('<p class="actions">')[2].partition("</p>")[0]
    assert re.findall(r'href="[^"]*?(oh[^"/]*\.docx)" download>([^<]*)', actions) == [
        ("oh.docx", "Memo, one page (Word)"),
        ("oh-long.docx", "Memo, long form (Word)"),
    ]


_PAGE_POINTS = 792 - 38 - 40  # letter paper less its margins
_LINE_POINTS = 612 - 2 * 56.5
_EM = 0.425  # the mean width of a letter of Calibri; LibreOffice fits these texts into 0.41


def _height(word: WordDocument) -> float:
    """About how high the text of a document is, in points: a little more than what LibreOffice makes of it."""
    normal = word.styles.element.xpath("w:docDefaults//w:sz/@w:val")
    total = 0.0
    for paragraph in word.paragraphs:
        style: Any = paragraph.style
        size = style.font.size.pt if style.font.size else int(normal[0]) / 2
        form = style.paragraph_format
        indent = 14 if style.name in ("List Bullet", "Source") else 0
        lines = math.ceil(max(len(paragraph.text), 1) * size * _EM / (_LINE_POINTS - indent))
        around = sum(space.pt for space in (form.space_before, form.space_after) if space is not None)
        total += lines * size * 1.22 + around + (2.5 if style.name == "Normal" else 0)
    return total


def test_the_short_memo_of_every_jurisdiction_fits_one_page(built: Built) -> None:
    heights = {
        file.stem: _height(docx.Document(str(file)))
        for file in (built.folder / "states").glob("*.docx")
        if not file.stem.endswith("-long")
    }
    assert len(heights) == 56
    assert max(heights.values()) <= _PAGE_POINTS, sorted(heights.items(), key=lambda item: -item[1])[:5]
    assert _height(docx.Document(str(built.folder / "states/oh-long.docx"))) > 4 * _PAGE_POINTS


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
    release = ReleaseChanges("2", "2026-01-02", {"Idaho": ["A \x01 <bell>.", *(f"Change {n}." for n in range(249))]})
    graph = ThingGraph.of(Files().triples(*project.ontology, *project.data))

    class _Site:
        base_url, as_of, version = "", "2026-01-02", "2"

    idaho = next(place for place in graph.all("Jurisdiction") if place.slug == "id")
    ((title, day, content),) = _entries(feeds(_Site(), [idaho], [release])["states/id.atom"])  # type: ignore[arg-type]
    assert (title, day) == ("Idaho, version 2: 250 changes", "2026-01-02T00:00:00Z")
    assert content.count("<li>") == 201
    assert content.startswith("<ul><li>A [U+0001] &lt;bell&gt;.</li>")
    assert "50 more." in content
