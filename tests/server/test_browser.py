"""The served explorer in Chromium: handing in data, and that pages work under the server's own headers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import openpyxl
import pytest

from kgtools.cli.main import main
from tests.browsing import RUN_AXE, axe_script, chromium, watched
from tests.conftest import ROOT
from tests.server.conftest import Server
from tests.workbook.mistakes import seed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGES = ("validate.html", "api.html")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from chromium()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    yield from watched(browser.new_context(base_url=server.url, accept_downloads=True), server.url)


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str]]]:
    folder = tmp_path_factory.mktemp("workbook")
    assert main(["--project", str(ROOT), "template", "--state", "UT", "-o", str(folder / "utah.xlsx")]) == 0
    target = folder / "bad.xlsx"
    return target, list(seed(folder / "utah.xlsx", target))


def test_a_bad_workbook_is_handed_in_and_told_cell_by_cell(
    page: Page, mistaken: tuple[Path, list[tuple[str, str]]], tmp_path: Path
) -> None:
    file, expected = mistaken
    page.goto("")
    page.click("nav >> text=Check data")
    page.set_input_files("#files", file)
    page.click("text=Check the files")
    page.locator("#report").wait_for()
    places = set(page.locator("#report .place").all_inner_texts())
    assert {"cell Claims!D3", "cell Policies!N6"} <= places
    assert len([cell for cell, _ in expected if f"cell {cell}" in places]) > 35
    with page.expect_download() as saved:
        page.click("text=Your workbook")
    target = tmp_path / "annotated.xlsx"
    saved.value.save_as(target)
    comments = [cell for row in openpyxl.load_workbook(target)["Policies"] for cell in row if cell.comment]
    assert len(comments) > 10


def test_text_is_pasted_by_keyboard_alone(page: Page) -> None:
    page.goto("validate")
    page.focus("#text")
    page.keyboard.insert_text(
        "@prefix spf: <https://w3id.org/spf-kg/ontology#> .\n<urn:x> a spf:StatePolicy ; spf:nme 1 ."
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#report").wait_for()
    assert "line 2, column" in page.inner_text("#report")
    assert page.locator("#report a[href^='rules.html#']").count() > 3


def test_pages_work_under_the_servers_headers(page: Page) -> None:
    page.goto("query.html?question=conditions")
    page.locator("#state", has_text="rows in").wait_for()
    page.goto("compare.html?states=ID,KY")
    assert page.locator(".compare thead th").count() == 3
    page.goto("index.html")
    page.click("text=Check your file")
    page.locator("h1", has_text="Check your data").wait_for()
    page.goto("api.html")
    page.click("text=api/questions/conditions")
    assert '"Shared statewide vision"' in page.inner_text("body")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, server: Server, scheme: Literal["light", "dark"]
) -> None:
    viewport = {"width": 360, "height": 740}
    context = browser.new_context(base_url=server.url, color_scheme=scheme, bypass_csp=True, viewport=viewport)  # type: ignore[arg-type]
    page = context.new_page()
    found = []
    for path in PAGES:
        page.goto(path)
        if path == "validate.html":
            page.fill("#text", "<urn:x> a <https://w3id.org/spf-kg/ontology#StatePolicy> .\n")
            page.click("text=Check the text")
            page.locator("#report").wait_for()
        assert page.evaluate("() => document.documentElement.scrollWidth") == 360, path
        page.evaluate(axe_script())
        found += [f"{path}: {v['id']} {v['nodes'][0]['html']}" for v in page.evaluate(RUN_AXE, None)["violations"]]
    context.close()
    assert not found
