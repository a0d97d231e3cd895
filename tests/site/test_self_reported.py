"""What a state says of itself stays marked on pages, maps and tables until somebody else has read the source."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import docx
import pytest

from kgtools.core.project import Project
from kgtools.publish.site.build import build_site
from tests.browsing import chromium, watched
from tests.site.conftest import Built

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_ASKED = "adopt-portrait-of-a-graduate"
_NAME = "Adopt a portrait of a graduate"


@pytest.fixture(scope="module")
def told(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """An explorer of Idaho's records in which one answer rests on what Idaho says of itself."""
    root = tmp_path_factory.mktemp("told") / "project"
    for folder in ("ontology", "shapes", "queries/derive", "data/framework", "data/reference"):
        shutil.copytree(project.root / folder, root / folder)
    (root / "data/states").mkdir()
    shutil.copy(project.root / "data/sources.ttl", root / "data/sources.ttl")
    text = (project.root / "data/states/id.ttl").read_text(encoding="utf-8")
    changed, times = re.subn(
        rf"(determination:id-{_ASKED} a (?:[^\n]+\n)+?  spf:determinationValue determination-value:in-part ;\n"
        r"  spf:epistemicStatus epistemic-status:)inferred",
        r"\1self-reported",
        text,
    )
    assert times == 1
    (root / "data/states/id.ttl").write_text(changed, encoding="utf-8")
    explorer = root.parent / "explorer"
    return Built(explorer, build_site(Project(root), explorer, version="0.0.0").pages)


def test_the_page_of_the_state_marks_the_answer_and_nothing_else(told: Built) -> None:
    page = told.text("states/id.html")
    marked = re.findall(r'self-reported</span> <a href="[^"]*">([^<]*)', page.partition('id="all-steps"')[0])
    assert marked == [_NAME]
    overview = page.partition('<ul class="overview">')[2].partition("</ul>")[0]
    assert overview.count("</span>*") == 1
    assert "* self-reported: the state itself says so" in page
    assert "1 answer rests only on what the state says about itself." in page


def test_maps_tables_and_files_mark_it(told: Built) -> None:
    policy = told.text(f"recommendations/{_ASKED}.html")
    assert "Idaho: in part (self-reported)" in policy
    assert ">in part*</text>" in policy
    assert "* self-reported" in policy
    assert "1 jurisdiction, 1 self-reported" in policy
    picture = told.text(f"images/{_ASKED}.svg")
    assert ">in part*</text>" in picture
    assert "* self-reported: the state itself says so, and nobody else has read the source yet (1 here)." in picture
    condition = told.text("conditions/shared-vision.html")
    assert re.search(r'data-code="ID"[^\n]*\*</text>', condition)
    rows = list(csv.DictReader(told.text("downloads/determinations.csv").splitlines()))
    assert [(row["usps"], row["policy"]) for row in rows if row["epistemic_status"]] == [("ID", _ASKED)]
    answers = {row["answer"] for row in csv.DictReader(told.text("states/id.csv").splitlines()) if _NAME in str(row)}
    assert answers == {"in part (self-reported)"}
    memo = [paragraph.text for paragraph in docx.Document(str(told.folder / "states/id.docx")).paragraphs]
    assert "Self-reported: 1 of these answers rest only on what the state says about itself." in memo


def test_what_others_have_read_has_no_mark(told: Built, built: Built) -> None:
    assert "self-reported" not in told.text("conditions/balanced-assessment.html")
    for path in ("states/id.html", "index.html", f"recommendations/{_ASKED}.html", f"images/{_ASKED}.svg"):
        page = built.text(path).replace('<p class="small" id="map-star" hidden>', "").replace("* self-reported", "", 1)
        assert ("self-reported" in page) is False, path
        assert "*</text>" not in page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from chromium()


def test_the_map_of_the_front_page_and_the_comparison_mark_it(told: Built, browser: Browser) -> None:
    address = told.folder.as_uri() + "/"
    for page in watched(browser.new_context(), address):
        page.goto(f"{address}index.html?map={_ASKED}")
        idaho = page.locator(".tile[data-code=ID]")
        assert idaho.locator(".fraction").text_content() == "in part*"
        assert idaho.locator("title").text_content() == "Idaho: In part (self-reported)"
        assert page.locator("#map-star").is_visible()
        page.goto(f"{address}index.html?map=balanced-assessment")
        assert not page.locator("#map-star").is_visible()
        page.goto(f"{address}compare.html?states=ID,OH")
        rows = page.locator("#comparison tr", has_text="self-reported")
        assert [row.split("\n")[0].strip() for row in rows.all_inner_texts()][-1].startswith(_NAME)
        assert page.locator("#comparison .tag").count() == 1
