"""The explorer of the committed graph, built once, and a web host on the loopback interface to serve it."""

from __future__ import annotations

import functools
import http.server
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kgtools.project import Project
from kgtools.site.build import SiteReport, build_site


@dataclass(frozen=True)
class Built:
    """The built explorer, with how long that took."""

    folder: Path
    report: SiteReport
    seconds: float

    def text(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def html_paths(self) -> list[str]:
        return sorted(file.relative_to(self.folder).as_posix() for file in self.folder.rglob("*.html"))


@pytest.fixture(scope="session")
def built(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("explorer") / "site"
    before = time.perf_counter()
    report = build_site(project, folder, version="0.0.0", base_url="https://example.org/explorer")
    return Built(folder, report, time.perf_counter() - before)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def served(built: Built) -> Iterator[str]:
    """The address of the explorer on a plain web host."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(built.folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()
