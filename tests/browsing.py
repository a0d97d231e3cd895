"""Chromium for tests: pages on which any error or request to another host is a failure, and axe."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM: Final = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
RUN_AXE: Final = """(rules) => axe.run(document, {
  resultTypes: ["violations"], preload: false, ...(rules ? { runOnly: { type: "rule", values: rules } } : {}) })"""
_LONG: Final = 60_000


def chromium() -> Iterator[Browser]:
    """Chromium; skips where it isn't installed."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")
    if not CHROMIUM.is_file():
        pytest.skip(f"there is no Chromium at {CHROMIUM}; set CHROMIUM to where it is")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


def watched(context: BrowserContext, served: str) -> Iterator[Page]:
    """A page on which any console error, failed script or request to another host fails the test.

    Args:
        context: the browser's context, closed at the end.
        served: what the addresses of the site begin with.
    """
    context.set_default_timeout(_LONG)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith((served, "blob:", "data:")) else wrong.append(r.url))
    yield page
    context.close()
    assert not wrong


def axe_script() -> str:
    """The text of axe, to be run in a page."""
    return gzip.decompress((Path(__file__).parent / "site/vendor/axe.min.js.gz").read_bytes()).decode()
