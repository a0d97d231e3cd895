"""Reading RDF files into triples, with problems as sentences that name file, line and column."""

from __future__ import annotations

import os
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.core.errors import UserError
from kgtools.graph.guarding import refusal

MAX_BYTES: Final = 2_000_000_000
"""The largest file of RDF that is read; verbs that hold a whole file in memory need about five times its size."""

FORMATS: Final[dict[str, ox.RdfFormat]] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
}
"""The RDF formats that are read, by the ending of the file's name."""


class UnreadableFileError(UserError):
    """A file can't be read as RDF.

    Attributes:
        file: the file.
        line: the line, counted from one; 0 where the whole file is meant.
        column: the column, counted from one; 0 where the whole line is meant.
        reason: what is wrong, as a sentence.
    """

    def __init__(self, file: Path, reason: str, line: int = 0, column: int = 0) -> None:
        self.file, self.reason, self.line, self.column = file, reason, line, column
        where = f"{file}:{line}:{column}" if line else str(file)
        super().__init__(f"{where}: {reason}")


def read_triples(file: Path) -> Iterator[ox.Triple]:
    """Read a file of any RDF format, named graphs merged, with the file's own address as base.

    Args:
        file: the file; its ending tells the format.

    Raises:
        UnreadableFileError: as for ``read_quads``.
    """
    return (ox.Triple(quad.subject, quad.predicate, quad.object) for quad in read_quads(file))


def read_quads(file: Path) -> Iterator[ox.Quad]:
    """Read a file of any RDF format, with the file's own address as base.

    Args:
        file: the file; its ending tells the format.

    Raises:
        UnreadableFileError: there is no such file, its ending is unknown, it is too large or nested too deeply, or its
            text is not of the format.
    """
    format_ = FORMATS.get(file.suffix.lower())
    if format_ is None:
        raise UnreadableFileError(file, f"The ending '{file.suffix}' is not known; use one of {', '.join(FORMATS)}.")
    try:
        check_file(file)
        yield from ox.parse(path=str(file), format=format_, base_iri=file.resolve().as_uri())
    except SyntaxError as error:
        raise UnreadableFileError(file, explained(error.msg), error.lineno or 0, error.offset or 0) from error
    except MemoryError as error:
        raise UnreadableFileError(
            file, "A text or address in it is longer than 16 MB. A quotation mark or a bracket is perhaps not closed."
        ) from error
    except (OSError, ValueError) as error:
        raise UnreadableFileError(file, _reason(error)) from error


def check_ordinary(file: Path) -> None:
    """Refuse a pipe or a device, which may have no end.

    Raises:
        UnreadableFileError: it is one.
    """
    if file.exists() and not file.is_file() and not file.is_dir():
        raise UnreadableFileError(file, "This is not an ordinary file. Save the data to a file and name that.")


def check_file(file: Path) -> None:
    """Refuse a file that must not be given to a parser.

    Args:
        file: a file whose ending is one of ``FORMATS``.

    Raises:
        UnreadableFileError: it is not an ordinary file, is larger than ``MAX_BYTES``, or is refused by ``refusal``.
        OSError: it can't be opened.
    """
    check_ordinary(file)
    with file.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > MAX_BYTES:
            raise UnreadableFileError(file, f"The file is larger than {MAX_BYTES // 1_000_000:,} MB. Split it.")
        if not size:
            return  # nothing to map
        with mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
            refused = refusal(data, FORMATS[file.suffix.lower()])
    if refused:
        raise UnreadableFileError(file, str(refused), refused.line, refused.column)


def explained(message: str) -> str:
    """The parser's complaint as a sentence."""
    if "LoadDocumentCallback" in message:
        return (
            "A context lies outside the file, and nothing is fetched from the network. Copy the context's content "
            "into the file in place of its address."
        )
    return f"{message}.".replace("..", ".")


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "There is no such file."
    if isinstance(error, PermissionError):
        return "You are not allowed to read this file."
    if isinstance(error, IsADirectoryError):
        return "This is a folder; name the files in it."
    return f"The file can't be read: {error}."
