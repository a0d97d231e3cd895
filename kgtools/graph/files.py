"""Files as a command first read them: each is opened once and parsed once, whatever becomes of it in the meantime.

A command makes one ``Files`` and hands it down to all that read for it. So what was validated is what is written, even
when somebody saves the file in between, and the project's own graph is parsed once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.graph.guarding import Refusal, refusal
from kgtools.graph.reading import (
    MAX_BYTES,
    TooLargeFileError,
    apart,
    format_of,
    read_content,
    refused_file,
    refused_json,
    unreadable,
    without_mark,
)

MAX_ERRORS: Final = 20
"""How many syntax errors of one file are reported; later ones often follow from earlier ones."""
_RECOVERABLE: Final = frozenset({ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS})
_LINEAR: Final = frozenset({ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES})
"""The formats without named graphs that are read from the start to the end."""
_DEFAULT: Final = ox.DefaultGraph()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came of parsing a file.

    Attributes:
        plain: the triples outside of any named graph, up to what could not be parsed.
        named: the quads of named graphs.
        refused: why it was not given to the parser.
        errors: what the parser says is wrong; after some errors it goes on, so that one run reports all.
    """

    plain: tuple[ox.Triple, ...] = ()
    named: tuple[ox.Quad, ...] = ()
    refused: Refusal | None = None
    errors: tuple[Exception, ...] = ()

    @property
    def triples(self) -> tuple[ox.Triple, ...]:
        """All triples, named graphs merged."""
        return (*self.plain, *(quad.triple for quad in self.named)) if self.named else self.plain

    @property
    def quads(self) -> tuple[ox.Quad, ...]:
        """All triples, each with the name of its graph."""
        return (*(ox.Quad(t.subject, t.predicate, t.object) for t in self.plain), *self.named)


class Files:
    """The files that one command reads.

    Args:
        root: the folder as whose root files are named in addresses, so that nothing shows where it lies; None for the
            real root.
    """

    def __init__(self, root: Path | None = None) -> None:
        self._root = root
        self._contents: dict[Path, bytes] = {}
        self._listings: dict[Path, tuple[Path, ...]] = {}
        self._parsed: dict[Path, Parsed] = {}

    def content(self, file: Path, most: int = MAX_BYTES) -> bytes:
        """What a file holds.

        Args:
            file: the file.
            most: how many bytes it may have.

        Raises:
            UnreadableFileError: it is not an ordinary file, or is too large.
            OSError: it can't be opened.
        """
        key = file.absolute()
        if key not in self._contents:
            self._contents[key] = read_content(file, most)
        data = self._contents[key]
        if len(data) > most:
            raise TooLargeFileError(file, most)
        return data

    def put(self, file: Path, data: bytes) -> None:
        """Take this for what a file holds, such as what is about to be written."""
        key = file.absolute()
        self._contents[key] = data
        self._parsed.pop(key, None)

    def listing(self, folder: Path) -> tuple[Path, ...]:
        """The files of a folder, sorted.

        Raises:
            OSError: it can't be listed.
        """
        key = folder.absolute()
        if key not in self._listings:
            self._listings[key] = tuple(sorted(file for file in folder.iterdir() if file.is_file()))
        return self._listings[key]

    def base(self, file: Path) -> str:
        """The address that relative ones in a file are resolved against: its own."""
        whole = file.resolve()
        if self._root is not None and whole.is_relative_to(self._root.resolve()):
            whole = Path(whole.anchor) / whole.relative_to(self._root.resolve())
        return whole.as_uri()

    def parsed(self, file: Path) -> Parsed:
        """What came of parsing a file of RDF, faults included.

        Raises:
            UnreadableFileError: its ending is unknown, it is not an ordinary file, or is too large.
            OSError: it can't be opened.
        """
        key = file.absolute()
        if key not in self._parsed:
            data = self._contents[key] if key in self._contents else self.content(file)
            self._parsed[key] = _parse(without_mark(data), format_of(file), self.base(file))
        return self._parsed[key]

    def passing(self, file: Path) -> Iterable[ox.Triple | ox.Quad]:
        """The statements of a file for somebody who goes through them once: they are not kept.

        Raises:
            UnreadableFileError: as for ``whole``.
            SyntaxError, ValueError, MemoryError: what the parser says is wrong, in the midst of the statements.
        """
        format_ = format_of(file)
        if file.absolute() in self._parsed or format_ not in _LINEAR:
            return self.whole(file).triples
        data = without_mark(self.content(file))
        if refused := refusal(data, format_):
            raise refused_file(file, refused)
        return ox.parse(data, format=format_, base_iri=self.base(file))

    def forget(self, file: Path) -> None:
        """Keep what a file holds, and not its triples, which take ten times the memory and can be parsed again."""
        self._parsed.pop(file.absolute(), None)

    def whole(self, file: Path) -> Parsed:
        """What a file of RDF states.

        Raises:
            UnreadableFileError: there is no such file, its ending is unknown, it is too large or nested too deeply, or
                its text is not of the format.
        """
        format_of(file)
        try:
            parsed = self.parsed(file)
        except OSError as error:
            raise unreadable(file, error) from error
        if parsed.refused:
            raise refused_file(file, parsed.refused)
        if parsed.errors:
            raise unreadable(file, parsed.errors[0]) from parsed.errors[0]
        return parsed

    def triples(self, *files: Path) -> tuple[ox.Triple, ...]:
        """The triples of files of RDF, one file after the other, named graphs merged and blank nodes kept apart.

        Raises:
            UnreadableFileError: as for ``whole``.
        """
        if len(files) == 1:
            return self.whole(files[0]).triples
        return tuple(t for n, file in enumerate(files) for t in apart(self.whole(file).triples, f"f{n}x"))


def _parse(data: bytes, format_: ox.RdfFormat, base: str) -> Parsed:
    if refused := refusal(data, format_):
        return Parsed(refused=refused)
    triples: list[ox.Triple] = []
    named: list[ox.Quad] = []
    errors: list[Exception] = []
    quads = ox.parse(data, format=format_, base_iri=base)
    while len(errors) < MAX_ERRORS:
        try:
            if format_.supports_datasets:
                named += quads
            else:
                triples += [quad.triple for quad in quads]
            break
        except (SyntaxError, ValueError, MemoryError) as error:
            errors.append(error)
            if format_ not in _RECOVERABLE or isinstance(error, MemoryError):
                break
    if format_ == ox.RdfFormat.JSON_LD and (refused := refused_json(data, (quad.object for quad in named), errors)):
        return Parsed(refused=refused)
    triples += [quad.triple for quad in named if quad.graph_name == _DEFAULT]
    named = [quad for quad in named if quad.graph_name != _DEFAULT]
    return Parsed(tuple(triples), tuple(named), errors=tuple(errors))
