"""Places that can't be written to, and how a test gets at them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import ROOT


def _mounted(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of its own in a folder; skips the test where none can be mounted."""
    folder.mkdir(parents=True)
    if os.geteuid() != 0 or not _mounted("-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)):
        pytest.skip("a disk can be mounted by root alone, outside of most containers")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, leave: int = 0) -> None:
    """Use up the space of a disk, but for so many bytes."""
    with (disk / "filling").open("wb", buffering=0) as stream:
        block = b"\0" * 4096
        try:
            while True:
                stream.write(block)
        except OSError:
            stream.truncate(max(0, stream.tell() - leave))


@contextmanager
def only_to_read(folder: Path) -> Iterator[None]:
    """Mount a folder over itself so that it can only be read; skips the test where that can't be done."""
    if os.geteuid() != 0 or not _mounted("--bind", str(folder), str(folder)):
        pytest.skip("a folder can be mounted by root alone, outside of most containers")
    try:
        assert _mounted("-o", "remount,ro,bind", str(folder))
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def bound_by_permissions(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run ``kgtools`` as somebody whom permissions bind; root is, without the right to pass them over."""
    command = [sys.executable, "-m", "kgtools", *arguments]
    if os.geteuid() == 0:
        found = shutil.which("setpriv")
        if found is None:
            pytest.skip("root ignores permissions, and there is no setpriv to give that up with")
        without = "-dac_override,-dac_read_search"
        command = [found, "--inh-caps", without, "--bounding-set", without, *command]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300)
