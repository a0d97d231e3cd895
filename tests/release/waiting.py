"""What a server of a test answers, once it is there."""

from __future__ import annotations

import time
from urllib.request import urlopen


def fetched(url: str) -> str:
    """The answer of a server that has just been started."""
    for _ in range(100):
        try:
            with urlopen(url, timeout=20) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer within 20 s")
