"""Reading RDF files into triples, with problems as sentences that name file, line and column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.errors import UserError

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
        UnreadableFileError: there is no such file, its ending is unknown, or its text is not of the format.
    """
    format_ = FORMATS.get(file.suffix.lower())
    if format_ is None:
        raise UnreadableFileError(file, f"The ending '{file.suffix}' is not known; use one of {', '.join(FORMATS)}.")
    try:
        for quad in ox.parse(path=str(file), format=format_, base_iri=file.resolve().as_uri()):
            yield ox.Triple(quad.subject, quad.predicate, quad.object)
    except SyntaxError as error:
        raise UnreadableFileError(
            file, f"{error.msg}.".replace("..", "."), error.lineno or 0, error.offset or 0
        ) from error
    except (OSError, ValueError) as error:
        raise UnreadableFileError(file, _reason(error)) from error


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "There is no such file."
    if isinstance(error, PermissionError):
        return "You are not allowed to read this file."
    if isinstance(error, IsADirectoryError):
        return "This is a folder; name the files in it."
    return f"The file can't be read: {error}."
