"""Saying which keys of JSON-LD were left out, since a JSON-LD processor drops them without a word."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from kgtools.cli.output import note
from kgtools.graph.files import Files
from kgtools.graph.reading import FORMATS, without_mark


def note_dropped(files: Iterable[Path], read: Files) -> None:
    """Name each key that the context maps to no property.

    Args:
        files: the files, of any kind; those that are not JSON-LD drop nothing.
        read: the files as the command reads them.
    """
    for file in files:
        if file.is_file() and FORMATS.get(file.suffix.lower()) == ox.RdfFormat.JSON_LD:
            _note_keys(file, read)


def _note_keys(file: Path, read: Files) -> None:
    from kgtools.validation.json_spots import unmapped_keys
    from kgtools.validation.spots import LineIndex

    read.whole(file)  # which sees to it that the text is well-formed
    text = without_mark(read.content(file)).decode("utf-8", "replace")
    lines = LineIndex(text)
    for key, offset in unmapped_keys(text, read.base(file)):
        place = lines.place(offset)
        note(
            f"warning: {file}:{place.line}:{place.column}: The context maps the key '{key[:80]}' to no property, so "
            "its value was left out. Correct the key, or add it to the context."
        )
