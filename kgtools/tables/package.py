"""Opening the zip package that an .xlsx file is, as a hostile file until it is read (ECMA-376 part 2)."""

from __future__ import annotations

import io
import posixpath
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from kgtools.graph.files import Files
from kgtools.graph.reading import TooLargeFileError, UnreadableFileError

MAX_PACKED: Final = 50_000_000
MAX_UNPACKED: Final = 120_000_000
MAX_PARTS: Final = 2_000
MAX_SECONDS: Final = 8.0
"""The most processor time that is spent on taking one workbook apart; a busy machine alone causes no refusal."""

_CHUNK: Final = 1 << 16
_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE: Final = "Save it as an Excel workbook (.xlsx) and send that."
_ACTIVE: Final = (
    ("vbaproject", "holds macros", "Save it as a workbook without macros (.xlsx)."),
    ("macrosheets/", "holds macros", "Save it as a workbook without macros (.xlsx)."),
    ("externallinks/", "has links to other files", "Break them (Data, Edit Links, Break Link) and save again."),
    ("connections.xml", "has connections to other data", "Delete them (Data, Queries & Connections) and save again."),
    ("activex/", "holds ActiveX controls", "Delete them and save again."),
    ("embeddings/", "holds embedded files", "Delete them and save again."),
)


class UnreadableWorkbookError(UnreadableFileError):
    """A file is not a workbook that can be read safely."""


@dataclass
class Package:
    """An open workbook file.

    Attributes:
        file: the file.
        archive: its zip archive.
        deadline: the time at which reading is given up.
    """

    file: Path
    archive: zipfile.ZipFile
    deadline: float

    def names(self) -> set[str]:
        """The names of its parts."""
        return set(self.archive.namelist())

    def links(self, part: str) -> dict[str, str]:
        """The addresses outside the workbook that a part links to, by identifier; nothing is fetched from them."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, str] = {}
        if rels not in self.names():
            return found

        def start(tag: str, attributes: dict[str, str]) -> None:
            if local(tag) == "Relationship" and attributes.get("Type", "").endswith("/hyperlink"):
                found[attributes.get("Id", "")] = attributes.get("Target", "")

        self.parse(rels, StartElementHandler=start)
        return found

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The relations of a part: the last segment of the type, and the part that each leads to, by identifier."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}
        if rels not in self.names():
            return found

        def start(tag: str, attributes: dict[str, str]) -> None:
            if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                kind = attributes.get("Type", "").rsplit("/", 1)[-1]
                found[attributes.get("Id", "")] = (kind, posixpath.normpath(path))

        self.parse(rels, StartElementHandler=start)
        return found

    def parse(self, part: str, **handlers: Any) -> expat.XMLParserType:
        """Run handlers over an XML part, piece by piece.

        Args:
            part: the name of the part.
            **handlers: handlers of ``xml.parsers.expat``, by name.

        Returns:
            The parser, when it is done.

        Raises:
            UnreadableWorkbookError: the part is missing or damaged, declares entities, or takes too long.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        for name, handler in handlers.items():
            setattr(parser, name, handler)
        try:
            with self.archive.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    parser.Parse(chunk, False)
                    self.check_time()
            parser.Parse(b"", True)
        except KeyError as error:
            raise self.refused(f"It has no part {part}, so the workbook is incomplete. {_SAVE}") from error
        except (expat.ExpatError, zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError) as error:
            raise self.refused(f"Its part {part} is damaged ({error}). Open it in Excel and save it again.") from error
        return parser

    def check_time(self) -> None:
        """Give up when reading takes too long.

        Raises:
            UnreadableWorkbookError: it does.
        """
        if time.process_time() > self.deadline:
            raise self.refused(f"Unpacking it took more than {MAX_SECONDS:.0f} seconds. Split it into smaller ones.")

    def refused(self, reason: str) -> UnreadableWorkbookError:
        """The error that says why the file is not read."""
        return UnreadableWorkbookError(self.file, reason)

    def _refuse_doctype(self, *_: object) -> None:
        raise self.refused("It declares XML entities, which no workbook does. It was not read.")


def local(tag: str) -> str:
    """The name of an element without its prefix."""
    return tag.rpartition(":")[2]


@contextmanager
def open_package(file: Path, files: Files) -> Iterator[Package]:
    """Open a workbook file once it has been found to be safe to read.

    Args:
        file: the file.
        files: the files as the command reads them.

    Raises:
        UnreadableWorkbookError: it is not a workbook, is damaged or protected, holds macros or links to other files, or
            is too large.
    """
    data = _content(file, files)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableWorkbookError(file, "The file is incomplete or damaged. Send it again.") from error
    with archive:
        package = Package(file, archive, time.process_time() + MAX_SECONDS)
        _check_parts(package)
        yield package


def _content(file: Path, files: Files) -> bytes:
    try:
        data = files.content(file, MAX_PACKED)
    except TooLargeFileError as error:
        raise UnreadableWorkbookError(file, f"It is larger than {MAX_PACKED // 1_000_000} MB. Split it.") from error
    except OSError as error:
        raise UnreadableWorkbookError(file, f"It can't be opened: {error.strerror or error}.") from error
    if data.startswith(_ZIP):
        return data
    raise UnreadableWorkbookError(file, _what_it_is(data))


def _what_it_is(data: bytes) -> str:
    if data.startswith(_COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return (
                "It is protected with a password. Remove the password (File, Info, Protect Workbook) and send it again."
            )
        return f"It is an old Excel workbook (.xls) with the ending of a new one. {_SAVE}"
    text = data[:4_096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        return f"It is a web page (HTML), not a workbook, despite its name. {_SAVE}"
    if not data:
        return "The file is empty."
    return f"It isn't an Excel workbook, despite its name. {_SAVE}"


def _check_parts(package: Package) -> None:
    entries = package.archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or len(entries) > MAX_PARTS:
        raise package.refused(
            f"It unpacks to {unpacked // 1_000_000:,} MB in {len(entries):,} parts, more than a workbook of "
            "records needs. Copy the records to the template and send that."
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise package.refused("It is protected with a password. Remove the password and send it again.")
    lowered = [entry.filename.lower() for entry in entries]
    if len(set(lowered)) < len(lowered):
        raise package.refused("It has two parts with the same name, and programs would disagree on what it says.")
    for part, what, fix in _ACTIVE:
        if any(part in name for name in lowered):
            raise package.refused(f"It {what}; such workbooks are not read. {fix}")
    if "[content_types].xml" not in lowered:
        raise package.refused(f"It is a zip archive, but not a workbook. {_SAVE}")
