"""Writing files so that a reader never finds half of one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def write_files(contents: Mapping[Path, str]) -> None:
    """Write several text files, all of them or none.

    Each text is first written and flushed to a temporary file beside its target; only when all are written are they
    renamed into place.

    Args:
        contents: the text of each file, which is written as UTF-8.

    Raises:
        OSError: a file can't be written; none of the targets has changed.
    """
    write_binary_files({target: text.encode() for target, text in contents.items()})


def write_binary_files(contents: Mapping[Path, bytes]) -> None:
    """Write several files, all of them or none; see ``write_files``."""
    staged: list[tuple[Path, Path]] = []
    try:
        for target, data in contents.items():
            staged.append((_stage(target, data), target))
        for temporary, target in staged:
            temporary.replace(target)
    finally:
        for temporary, _ in staged:
            with suppress(FileNotFoundError):
                temporary.unlink()


def _stage(target: Path, data: bytes) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary = Path(name)
    temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
    return temporary
