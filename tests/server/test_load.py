"""Many clients at once: no error, and a memory that doesn't grow."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.measuring import needs_proc
from tests.server.conftest import Server, running
from tests.site.conftest import Built

PATHS = (
    "", "states/ut.html", "conditions/shared-vision.html", "assets/site.css", "api/questions/coverage?state=UT",
    "api/questions/gaps?state=ID&format=csv", "api/records/state-policy/ut-alternative-credit-rule",
    "sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fs%20%3Fp%20%3Fo%7D",
)  # fmt: skip
CLIENTS = 16


def loaded(url: str, seconds: float) -> Counter[int]:
    """The statuses that the clients get who ask without a pause."""

    def ask(number: int) -> Counter[int]:
        seen: Counter[int] = Counter()
        end = time.monotonic() + seconds
        with httpx.Client(base_url=url, timeout=60) as client:
            while time.monotonic() < end:
                seen[client.get(PATHS[number % len(PATHS)]).status_code] += 1
                number += 1
        return seen

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(ask, range(CLIENTS)), Counter())


def resident_megabytes(process: int) -> float:
    """The memory of a process and its children."""
    total = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if str(process) in (status.parent.name, fields["PPid"].strip()):
            total += int(fields.get("VmRSS", "0 kB").split()[0]) / 1024
    return total


@needs_proc
def test_sixteen_clients_for_a_moment(server: Server) -> None:
    seen = loaded(server.url, 2)
    assert set(seen) == {200}
    assert seen[200] > CLIENTS


@needs_proc
@pytest.mark.soak
def test_sixteen_clients_for_a_minute(tmp_path: Path, served_site: Built, capsys: pytest.CaptureFixture[str]) -> None:
    with running(tmp_path, f"--site={served_site.folder}") as server:
        loaded(server.url, 10)
        before = resident_megabytes(server.process.pid)
        seen = loaded(server.url, 60)
        after = resident_megabytes(server.process.pid)
    with capsys.disabled():
        print(f"\n{dict(seen)} in 60 s by {CLIENTS} clients; {before:.0f} MB before, {after:.0f} MB after")
    assert set(seen) == {200}
    assert after < before * 1.1 + 20
