"""A server in a process of its own on the loopback interface, as a user starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore
from tests.conftest import ROOT
from tests.few_states import few_states
from tests.site.conftest import Built, built_once, shared_folder

LIMITS = (
    "--query-timeout=2", "--query-memory=512", "--max-result=2", "--workers=2", "--max-upload=2",
    "--validation-timeout=60", "--rate=100000", "--burst=100000",
)  # fmt: skip
CARTESIAN = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    process: subprocess.Popen[str]
    log: Path
    temporary: Path

    def logged(self) -> list[dict[str, Any]]:
        """The lines of its log, each of which must be JSON, but for the two that a person reads at the start."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line not in _SAID]

    def sparql(self, query: str, **headers: str) -> httpx.Response:
        return httpx.post(f"{self.url}sparql", data={"query": query}, headers=headers, timeout=30)

    def count(self) -> int:
        """How many triples it serves."""
        answer = self.sparql("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }").raise_for_status().json()
        return int(answer["results"]["bindings"][0]["n"]["value"])


_SAID = ("Preparing the explorer and the graph", "Serving at the address above; Ctrl+C stops.", "Stopped.")


@contextmanager
def running(folder: Path, *arguments: str, project: Path = ROOT) -> Iterator[Server]:
    """Start a server and stop it again, which must succeed and leave nothing behind."""
    temporary = folder / "temporary"
    temporary.mkdir()
    log = folder / "log"
    command = [sys.executable, "-m", "kgtools", "--project", str(project), "serve", "--port=0", *LIMITS, *arguments]
    with log.open("w") as stderr:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, text=True, env={**os.environ, "TMPDIR": str(temporary)}
        )
        giving_up = threading.Timer(180, process.kill)
        giving_up.start()
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        giving_up.cancel()
        try:
            assert url, log.read_text()
            yield Server(url, process, log, temporary)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                status = process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            finally:
                process.stdout.close()
    assert status == 0
    assert [entry.name for entry in temporary.iterdir()] == []


@pytest.fixture(scope="session")
def project(few: Project) -> Project:
    """A few states are enough to tell how a server answers."""
    return few


@pytest.fixture(scope="session")
def served_site(project: Project, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Built:
    """The explorer as the server shows it."""
    return built_once(shared_folder(tmp_path_factory, worker_id) / "served", project, served=True)


@pytest.fixture(scope="session")
def server(project: Project, tmp_path_factory: pytest.TempPathFactory, served_site: Built) -> Iterator[Server]:
    """A server of the records of a few states with tight limits."""
    with running(tmp_path_factory.mktemp("server"), f"--site={served_site.folder}", project=project.root) as started:
        yield started
    errors = [line for line in started.logged() if line["level"] in ("error", "critical")]
    assert errors == []


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60) as opened:
        yield opened


@pytest.fixture(scope="session")
def store(project: Project) -> EmbeddedStore:
    """The committed graph in memory."""
    return load_project(project)


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    """A project with the records of Utah, which may be changed."""
    return few_states(ROOT, tmp_path / "project", ("ut",), ("gu",)).root


def until(holds: Any, seconds: float = 120) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.1)
