"""Writing several files, all of them or none, also when the process is killed half-way.

The way of a write-ahead journal, in the folder that the files lie in:

1. ``.kgtools-staging`` lists the files. Each is written to a hidden file beside its target.
2. ``.kgtools-staging`` is renamed to ``.kgtools-journal``. From here on the change counts as made.
3. The hidden files are renamed to their targets, and the journal is removed.

A command that finds ``.kgtools-staging`` and nobody at work throws the hidden files away: all of the old is there. One
that finds ``.kgtools-journal`` and nobody at work goes on with step 3: all of the new is there.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from kgtools.core.errors import UserError
from kgtools.graph.disk.durable import flush_folder, make_folder, write_through
from kgtools.graph.disk.locks import InUseError, in_use

STAGING: Final = ".kgtools-staging"
JOURNAL: Final = ".kgtools-journal"
_ENDING: Final = ".kgtools-new"
_LARGEST: Final = 50_000_000  # bytes of a journal that is read

_Pair = tuple[Path, Path]


class UnfinishedError(UserError):
    """A command was killed while it changed a folder, and the change can't be finished here."""


def write_together(contents: Mapping[Path, bytes], folder: Path) -> None:
    """Write several files, all of them or none.

    Args:
        contents: what each file shall hold.
        folder: the folder whose readers call ``recover``; it keeps the journal.

    Raises:
        InUseError: another command writes into the folder.
        OSError: a file can't be written; none has changed.
    """
    make_folder(folder)
    with in_use(folder):
        _recover(folder)
        for parent in {target.parent for target in contents}:
            make_folder(parent)
        pairs = {target: _beside(target) for target in contents}
        try:
            listed = _listed(((new, target) for target, new in pairs.items()), folder)
            write_through(folder / STAGING, listed, folder)
            for target, data in contents.items():
                _stage(pairs[target], target, data)
            for parent in {target.parent for target in contents}:
                flush_folder(parent)
            (folder / STAGING).rename(folder / JOURNAL)
        except BaseException:
            _throw_away(folder, pairs.values())
            raise
        _finish(folder, [(new, target) for target, new in pairs.items()])


def recover(folder: Path) -> None:
    """Finish or undo what a command that was killed had begun in a folder; costs two look-ups when there is nothing.

    Raises:
        InUseError: a command that changes the folder just now takes long.
        UnfinishedError: there is a change to finish, and the folder can't be written to.
    """
    begun = (folder / JOURNAL).is_file()
    if not begun and not (folder / STAGING).is_file():
        return
    try:
        with in_use(folder, patience=None if begun else 0):
            _recover(folder)
    except InUseError:
        if begun:
            raise
        # Somebody prepares a change: nothing of it shows yet.
    except OSError as error:
        if begun:
            raise UnfinishedError(
                f"A command was stopped while it changed files in {folder}, and the change can't be finished: "
                f"{error.strerror}. Run any kgtools command on it as a user who can write there."
            ) from error


def _recover(folder: Path) -> None:
    if (folder / JOURNAL).is_file():
        _finish(folder, _read(folder / JOURNAL))
    if (folder / STAGING).is_file():
        _throw_away(folder, [new for new, _ in _read(folder / STAGING, torn=True)])


def _stage(new: Path, target: Path, data: bytes) -> None:
    write_through(new, data, target)
    if target.exists():
        new.chmod(target.stat().st_mode & 0o777)


def _finish(folder: Path, pairs: Iterable[_Pair]) -> None:
    flush_folder(folder)
    parents = set()
    for new, target in pairs:
        with suppress(FileNotFoundError):  # it was renamed before the process was killed
            new.replace(target)
        parents.add(target.parent)
    for parent in parents:
        flush_folder(parent)
    (folder / JOURNAL).unlink()


def _throw_away(folder: Path, files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
    (folder / STAGING).unlink(missing_ok=True)


def _beside(target: Path) -> Path:
    return target.parent / f".{target.name}.{os.urandom(6).hex()}{_ENDING}"


def _listed(pairs: Iterable[_Pair], folder: Path) -> bytes:
    """A journal's text, with paths from its folder, so that the folder may be moved."""
    return json.dumps([[os.path.relpath(path, folder) for path in pair] for pair in pairs]).encode()


def _read(journal: Path, *, torn: bool = False) -> list[_Pair]:
    """The pairs of a journal; one that was still being written (``torn``) has none."""
    try:
        with journal.open("rb") as stream:
            listed = json.loads(stream.read(_LARGEST))
        return [_checked(journal.parent / new, journal.parent / target) for new, target in listed]
    except (ValueError, TypeError) as error:
        if torn:
            return []
        raise UnfinishedError(f"{journal} is not a journal of kgtools; look at it, and remove it.") from error


def _checked(new: Path, target: Path) -> _Pair:
    """A pair as ``_beside`` makes them; a journal from elsewhere must not rename or remove any other file.

    Raises:
        ValueError: it is not.
    """
    named = re.fullmatch(rf"\.{re.escape(target.name)}\.[0-9a-f]{{12}}{re.escape(_ENDING)}", new.name)
    if not named or new.parent != target.parent:
        raise ValueError
    return new, target
