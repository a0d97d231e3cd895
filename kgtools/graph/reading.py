"""Reading RDF files into triples, with problems as sentences that name file, line and column."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import pyoxigraph as ox

from kgtools.core.errors import UserError
from kgtools.graph.guarding import Refusal, refusal, type_map

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

_Subject: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Triple
_UNLABELED: Final = frozenset({ox.NamedNode, ox.Literal})


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


class TooLargeFileError(UnreadableFileError):
    """A file is larger than is allowed where it is read."""

    def __init__(self, file: Path, most: int) -> None:
        super().__init__(file, f"The file is larger than {most // 1_000_000:,} MB. Split it.")


def read_triples(*files: Path) -> Iterator[ox.Triple]:
    """Read files of any RDF format, named graphs merged, with each file's own address as base.

    Args:
        files: the files; the ending of each gives the format. Blank nodes of different files are different.

    Raises:
        UnreadableFileError: as for ``read_quads``.
    """
    for number, file in enumerate(files):
        triples = (quad.triple for quad in read_quads(file))
        yield from apart(triples, f"f{number}x") if len(files) > 1 else triples


def apart(triples: Iterable[ox.Triple], tag: str) -> Iterator[ox.Triple]:
    """The triples with a tag before the label of each blank node, since labels mean nothing outside their file.

    Args:
        triples: the triples of one file.
        tag: what no other file gets; a letter first.
    """
    for triple in triples:
        subject, value = triple.subject, triple.object
        if type(subject) is ox.NamedNode and type(value) in _UNLABELED:
            yield triple
        else:
            yield ox.Triple(_tagged_subject(subject, tag), triple.predicate, _tagged_object(value, tag))


def _tagged_subject(term: _Subject, tag: str) -> _Subject:
    return ox.BlankNode(tag + term.value) if isinstance(term, ox.BlankNode) else term


def _tagged_object(term: _Subject | ox.Literal, tag: str) -> _Subject | ox.Literal:
    if isinstance(term, ox.Triple):  # a statement about a statement
        return next(apart((term,), tag))
    return ox.BlankNode(tag + term.value) if isinstance(term, ox.BlankNode) else term


def without_mark(data: bytes) -> bytes:
    """A text without the byte order mark that some editors put first; it is no part of any syntax."""
    return data.removeprefix(codecs.BOM_UTF8)


def read_quads(file: Path) -> Iterator[ox.Quad]:
    """Read a file of any RDF format, with the file's own address as base.

    Args:
        file: the file; its ending gives the format.

    Raises:
        UnreadableFileError: there is no such file, its ending is unknown, it is too large or nested too deeply, or its
            text is not of the format.
    """
    format_ = format_of(file)
    try:
        data = without_mark(read_content(file))
        if refused := refusal(data, format_):
            raise refused_file(file, refused)
        quads: Iterable[ox.Quad] = ox.parse(data, format=format_, base_iri=file.resolve().as_uri())
        if format_ == ox.RdfFormat.JSON_LD:
            quads = _of_json(file, data, quads)
        yield from quads
    except (SyntaxError, MemoryError, OSError, ValueError) as error:
        raise unreadable(file, error) from error


def _of_json(file: Path, data: bytes, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    read: list[ox.Quad] = []
    errors: list[Exception] = []
    try:
        read.extend(quads)
    except SyntaxError as error:
        errors.append(error)
    if refused := refused_json(data, (quad.object for quad in read), errors):
        raise refused_file(file, refused)
    if errors:
        raise errors[0]
    return read


def refused_json(data: bytes, objects: Iterable[object], errors: Sequence[Exception]) -> Refusal | None:
    """What is refused in JSON-LD once the parser has read it.

    Args:
        data: the document.
        objects: the objects of its triples.
        errors: what the parser says is wrong.
    """
    from kgtools.graph.json_losses import lost_name
    from kgtools.graph.json_numbers import changed_number

    if any("@type must be the first key" in str(error) for error in errors):
        return type_map(data)
    return None if errors else changed_number(data, objects) or lost_name(data)


def read_content(file: Path, most: int = MAX_BYTES) -> bytes:
    """Read a file; nothing else opens a file that data comes from, so that what is checked is what is used.

    Args:
        file: the file.
        most: how many bytes it may have.

    Raises:
        UnreadableFileError: it is not an ordinary file, or is too large.
        OSError: it can't be opened.
    """
    check_ordinary(file)
    with file.open("rb") as stream:
        if os.fstat(stream.fileno()).st_size > most:
            raise TooLargeFileError(file, most)
        return stream.read()


def format_of(file: Path) -> ox.RdfFormat:
    """The format that the ending of a file's name stands for.

    Raises:
        UnreadableFileError: the ending is unknown.
    """
    format_ = FORMATS.get(file.suffix.lower())
    if format_ is None:
        raise UnreadableFileError(file, f"The ending '{file.suffix}' is not known; use one of {', '.join(FORMATS)}.")
    return format_


def check_ordinary(file: Path) -> None:
    """Refuse a pipe or a device, which may have no end.

    Raises:
        UnreadableFileError: it is one.
    """
    if file.exists() and not file.is_file() and not file.is_dir():
        raise UnreadableFileError(file, "This is not an ordinary file. Save the data to a file and name that.")


def refused_file(file: Path, refused: Refusal) -> UnreadableFileError:
    """What ``refusal`` says, as an error that names the file and the place."""
    return UnreadableFileError(file, str(refused), refused.line, refused.column)


def unreadable(file: Path, error: Exception) -> UnreadableFileError:
    """What the parser or the system says, as an error that names the file and the place."""
    if isinstance(error, SyntaxError):
        return UnreadableFileError(file, explained(error.msg), error.lineno or 0, error.offset or 0)
    if isinstance(error, MemoryError):
        return UnreadableFileError(
            file, "A text or address in it is longer than 16 MB. A quotation mark or bracket may not be closed."
        )
    return UnreadableFileError(file, _reason(error))


def explained(message: str) -> str:
    """The parser's complaint as a sentence."""
    if "LoadDocumentCallback" in message:
        return (
            "A context is outside the file, and nothing is fetched from the network. Copy the context's content "
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
