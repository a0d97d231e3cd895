"""A large upload: answered within the server's own limits, and what would be refused is said before it is sent."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from kgtools.serve.settings import MEGABYTE, Limits
from tests.browsing import chromium, watched
from tests.server.conftest import Server, running
from tests.site.conftest import Built
from tools.bench.generate import policies

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LARGE = 30_000_000


def test_the_defaults_take_an_upload_of_32_megabytes() -> None:
    assert Limits().upload_megabytes == 32


def test_the_page_says_what_the_server_will_refuse(server: Server) -> None:
    for address in ("validate", "validate.html"):
        page = httpx.get(f"{server.url}{address}").text
        assert "At most 2 MB and 40 files at once." in page, address
    assert f'data-bytes="{2 * MEGABYTE}"' in page
    assert "more than 60 seconds or 2048 MB of memory is stopped and says so" in page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from chromium()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    yield from watched(browser.new_context(base_url=server.url), server.url)


def test_what_would_be_refused_is_not_sent(page: Page, tmp_path: Path) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    large, strange = tmp_path / "large.ttl", tmp_path / "notes.docx"
    large.write_bytes(b"# \n" * MEGABYTE)
    strange.write_bytes(b"x")
    page.goto("validate.html")
    for files, told in (
        ([large], "This file is 3.0 MB; at most 2.0 MB are accepted."),
        ([strange], "“notes.docx” is not a kind of file that is checked here."),
    ):
        page.set_input_files("#files", files)
        assert told in page.locator(".handin-said.wrong").inner_text()
        page.click("text=Check the files")
    assert sent == []
    page.set_input_files("#files", [])
    assert page.locator(".handin-said.wrong").count() == 0


def test_an_upload_shows_how_far_it_is_and_the_answer_takes_its_place(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "made.ttl"
    file.write_text("".join(policies(200)), encoding="utf-8")
    page.goto("validate.html")
    page.evaluate(
        """() => { globalThis.told = []; new MutationObserver(() => globalThis.told.push(
        [...document.querySelectorAll(".handin-said")].map((said) => said.textContent).join("")))
        .observe(document.querySelector("main"), { subtree: true, childList: true, characterData: true }); }"""
    )
    page.set_input_files("#files", file)
    page.click("text=Check the files")
    page.locator("#result #report").wait_for()
    told = page.evaluate("() => globalThis.told")
    assert any(words.startswith("Sending") for words in told)
    assert any(words.startswith("Checking for 0 s; it may take up to 60 s.") for words in told)
    assert page.locator("progress:visible").count() == 0
    assert page.url.endswith("/validate.html")


def test_a_broken_connection_is_told(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "made.ttl"
    file.write_text("".join(policies(5)), encoding="utf-8")
    page.goto("validate.html")
    page.evaluate("() => { XMLHttpRequest.prototype.send = function () { this.dispatchEvent(new Event('error')); }; }")
    page.set_input_files("#files", file)
    page.click("text=Check the files")
    assert "The connection broke" in page.locator(".handin-said.wrong").inner_text()
    assert page.locator("button", has_text="Check the files").is_enabled()


@pytest.mark.soak
@pytest.mark.parametrize("error_share", [0.02, 0.5])
def test_thirty_megabytes_of_turtle_are_answered_within_the_limits(
    tmp_path: Path, served_site: Built, error_share: float
) -> None:
    """The real server with its default limits: its processor time, and the peak memory of its largest process."""
    limits = Limits()
    content = "".join(policies(30_700, error_share=error_share)).encode()
    assert 0.98 * LARGE < len(content) < limits.upload_megabytes * MEGABYTE
    defaults = (f"--max-upload={limits.upload_megabytes}", f"--validation-timeout={limits.validation_seconds:g}")
    with running(tmp_path, *defaults, f"--site={served_site.folder}") as server:
        before = _processor_seconds(server.process.pid)
        answer = httpx.post(f"{server.url}validate", files={"files": ("big.ttl", content)}, timeout=600)
        time.sleep(3)  # the process that checked is waited for once another takes its place
        seconds = _processor_seconds(server.process.pid) - before
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{len(content):,} bytes, {error_share:.0%} wrong: status {answer.status_code}, {seconds:.1f} s, {peak} MB")
    assert answer.status_code == 200
    assert 'id="report"' in answer.text
    assert 1 < seconds < limits.validation_seconds
    assert peak < limits.validation_megabytes


def _processor_seconds(process: int) -> float:
    """What a process and those that it has waited for have used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
