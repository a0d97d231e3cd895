"""The explorer of a few states, and in `make soak` of the whole graph, and a web host on the loopback interface."""

from __future__ import annotations

import fcntl
import functools
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore
from kgtools.publish.site.build import build_site
from tests.conftest import FEW_OR_WHOLE, ROOT
from tests.few_states import few_states

REVIEWED: Final = ("id", "nh", "oh", "ut", "wy")
"""The states whose records the small explorer shows."""


@dataclass(frozen=True)
class Built:
    """The built explorer, with the number of its pages."""

    folder: Path
    pages: int

    def text(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def html_paths(self) -> list[str]:
        return sorted(file.relative_to(self.folder).as_posix() for file in self.folder.rglob("*.html"))


@pytest.fixture(scope="session", params=FEW_OR_WHOLE)
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The records of a few states, and of all others that nobody has looked at them; or the whole project."""
    if request.param == "whole":
        return Project(ROOT)
    return few_states(ROOT, tmp_path_factory.mktemp("nation") / "project", REVIEWED)


@pytest.fixture(scope="session")
def whole(project: Project) -> bool:
    """Whether it is the explorer of the whole graph."""
    return project.root == ROOT


@pytest.fixture(scope="session")
def built(project: Project, whole: bool, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Built:
    """The explorer, built by the first worker that needs it."""
    shared = shared_folder(tmp_path_factory, worker_id)
    return built_once(shared / ("explorer" if whole else "explorer-of-few"), project, base_url="https://example.org")


def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A temporary folder that all workers of a test run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


def built_once(folder: Path, project: Project, *, base_url: str = "", served: bool = False) -> Built:
    """Build an explorer, unless another worker has done so."""
    told = folder.with_suffix(".json")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            report = build_site(project, folder, version="0.0.0", base_url=base_url, served=served)
            told.write_text(json.dumps(report.pages))
    return Built(folder, json.loads(told.read_text()))


@pytest.fixture(scope="session")
def store(project: Project) -> EmbeddedStore:
    """The committed graph in memory."""
    return load_project(project)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Host(http.server.ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A browser that went away is no fault, and what is said of it would stand among the words of another test."""


@pytest.fixture(scope="session")
def served(built: Built) -> Iterator[str]:
    """The address of the explorer on a plain web host."""
    server = _Host(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(built.folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()
