"""Many clients at once: no error, and a memory that doesn't grow."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import httpx
import pytest

from kgtools.cli.main import main
from kgtools.serve.openapi import UPLOAD_TYPES
from tests.conftest import ROOT, Figures
from tests.measuring import needs_proc
from tests.server.conftest import Server, running
from tests.site.conftest import Built

SECONDS = int(os.environ.get("KGTOOLS_LOAD_SECONDS", "600"))
"""How long the long form measures, after it has warmed up."""

PATHS = (
    "", "states/ut.html", "conditions/shared-vision.html", "assets/site.css", "api/questions/coverage?state=UT",
    "api/questions/gaps?state=ID&format=csv", "api/records/state-policy/ut-alternative-credit-rule",
    "sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fs%20%3Fp%20%3Fo%7D",
)  # fmt: skip
CLIENTS = 16
_WARM_UP = min(60, SECONDS / 4)
_SAMPLE_EVERY = min(10, SECONDS / 12)
_UPLOAD_EVERY = 20  # seconds, each of the clients that hand in data: a validation is a process of its own
_BUSY = ("busy", "was stopped")


class Load:
    """What the clients get who ask without a pause, but for those that hand in data.

    Args:
        url: the server's address.
        uploads: what is handed in, each by one client: the media type, and the content.
    """

    def __init__(self, url: str, uploads: Sequence[tuple[str, bytes]] = ()) -> None:
        self.seen: Counter[tuple[str, int]] = Counter()
        self._url = url
        self._uploads = uploads
        self._over = threading.Event()

    def run(self, seconds: float) -> None:
        """Ask for as long."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(self._client, number) for number in range(CLIENTS)]
            self._over.wait(seconds)
            self._over.set()
            for client in clients:
                client.result()

    def _client(self, number: int) -> None:
        with httpx.Client(base_url=self._url, timeout=120) as client:
            while not self._over.is_set():
                if number < len(self._uploads):
                    media_type, content = self._uploads[number]
                    headers = {"Content-Type": media_type}
                    self._told("upload", client.post("api/validate", content=content, headers=headers))
                    self._over.wait(_UPLOAD_EVERY)
                else:
                    path = PATHS[number % len(PATHS)]
                    self._told(path.partition("/")[0].partition("?")[0] or "start", client.get(path))
                    number += CLIENTS + 1

    def _told(self, kind: str, response: httpx.Response) -> None:
        if response.status_code == 503:
            assert any(word in response.text for word in _BUSY), response.text
        if kind == "upload" and response.status_code == 200:
            assert response.json()["verdict"] in ("conforms", "findings")
        self.seen[kind, response.status_code] += 1


def resident_megabytes(process: int) -> float:
    """The memory of a process and all that it started, and these started."""
    memory: dict[int, float] = {}
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:  # it has ended
            continue
        number = int(status.parent.name)
        memory[number] = int(fields.get("VmRSS", "0 kB").split()[0]) / 1024
        children.setdefault(int(fields["PPid"]), []).append(number)
    total, left = 0.0, [process]
    while left:
        number = left.pop()
        total += memory.get(number, 0)
        left += children.get(number, [])
    return total


def _sampled(process: int, over: threading.Event) -> list[float]:
    """The memory every few seconds until it is over."""
    samples = [resident_megabytes(process)]
    while not over.wait(_SAMPLE_EVERY):
        samples.append(resident_megabytes(process))
    return samples


@needs_proc
def test_sixteen_clients_for_a_moment(server: Server) -> None:
    load = Load(server.url)
    load.run(2)
    assert {status for _, status in load.seen} == {200}
    assert load.seen.total() > CLIENTS


@pytest.fixture
def good_uploads(tmp_path: Path) -> list[tuple[str, bytes]]:
    """Data of a state in Turtle, and as a workbook."""
    types = {ending: media_type for media_type, ending in UPLOAD_TYPES.items()}
    book = tmp_path / "utah.xlsx"
    assert main(["--project", str(ROOT), "template", "--state", "UT", "-o", str(book)]) == 0
    turtle = ROOT / "data" / "states" / "ut.ttl"
    return [(types[file.suffix[1:]], file.read_bytes()) for file in (turtle, book)]


@needs_proc
@pytest.mark.soak
def test_sixteen_clients_for_long(
    tmp_path: Path,
    served_site: Built,
    good_uploads: list[tuple[str, bytes]],
    figures: Figures,
) -> None:
    with running(tmp_path, f"--site={served_site.folder}") as server:
        Load(server.url, good_uploads).run(_WARM_UP)
        load, over = Load(server.url, good_uploads), threading.Event()
        with ThreadPoolExecutor(1) as pool:
            sampling = pool.submit(_sampled, server.process.pid, over)
            began = time.monotonic()
            try:
                load.run(SECONDS)
            finally:
                over.set()
            seconds = time.monotonic() - began
            samples = sampling.result()
        errors = [line for line in server.logged() if line["level"] in ("error", "critical")]
    statuses: Counter[int] = Counter()
    for (_, status), count in load.seen.items():
        statuses[status] += count
    third = len(samples) // 3
    first, last = median(samples[:third]), median(samples[-third:])
    figures(
        f"{statuses.total()} requests in {seconds:.0f} s by {CLIENTS} clients: {dict(statuses)}; "
        f"{dict(load.seen)}\n"
        f"memory of all processes in MB, {len(samples)} samples: {samples[0]:.0f} at the start, "
        f"{median(samples):.0f} median, {max(samples):.0f} highest, {samples[-1]:.0f} at the end; "
        f"median of the first third {first:.0f}, of the last {last:.0f}"
    )
    assert errors == []
    assert set(statuses) <= {200, 503}
    assert statuses[200] > 0.99 * statuses.total()
    assert load.seen["upload", 200] >= SECONDS / _UPLOAD_EVERY / 4
    assert last <= first * 1.1 + 20
