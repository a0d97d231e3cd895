"""Watching which files are opened and parsed, and changing one of them under the command."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kgtools.graph.store import EmbeddedStore

_watchers: list[Callable[[Path], None]] = []


def _told(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _watchers and isinstance(arguments[0], str | bytes) and "r" in (arguments[1] or "r"):
        path = Path(arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]).absolute()
        for watcher in tuple(_watchers):
            watcher(path)


sys.addaudithook(_told)  # sees whatever Python opens, by whichever function


@contextmanager
def _watching(watcher: Callable[[Path], None]) -> Iterator[None]:
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)


@contextmanager
def opened_files() -> Iterator[Counter[Path]]:
    """How often each file is opened for reading in the meantime."""
    found: Counter[Path] = Counter()

    def count(path: Path) -> None:
        found[path] += 1

    with _watching(count):
        yield found


@contextmanager
def parsed_files(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often each file is parsed in the meantime, by its address."""
    found: Counter[str] = Counter()
    parse, load = ox.parse, EmbeddedStore.load_turtle

    def counted(*arguments: Any, **named: Any) -> Any:
        found[named.get("base_iri") or str(named.get("path", ""))] += 1
        return parse(*arguments, **named)

    def counted_load(store: EmbeddedStore, data: bytes, base: str, graph: str) -> None:
        found[base] += 1
        load(store, data, base, graph)

    with monkeypatch.context() as patch:
        patch.setattr(ox, "parse", counted)
        patch.setattr(EmbeddedStore, "load_turtle", counted_load)
        yield found


@contextmanager
def swapped(file: Path, second: bytes, after: int) -> Iterator[None]:
    """Give a file other content once it was opened so often: whoever opens it again reads that.

    Args:
        file: the file.
        second: the other content.
        after: how often it can be opened before.
    """
    opens = 0

    def swap(path: Path) -> None:
        nonlocal opens
        if path != file.absolute():
            return
        opens += 1
        if opens == after + 1:
            file.write_bytes(second)

    with _watching(swap):
        yield
