"""Reading files for validation: every file is read, and what can't be read is said with its place and likely cause."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import RDF
from kgtools.graph.files import Files
from kgtools.graph.reading import FORMATS, TooLargeFileError, UnreadableFileError, apart, explained, without_mark
from kgtools.graph.store import Term
from kgtools.validation.causes import binary_kind, other_format, turtle_cause
from kgtools.validation.problems import Problem, problem_at
from kgtools.validation.spots import LineIndex, Place, Spots

MAX_MEGABYTES: Final = 32
"""The largest file that is read, unless the user allows more."""

_JSON: Final = ox.RdfFormat.JSON_LD
_XML: Final = ox.RdfFormat.RDF_XML
_IN_LINES: Final = frozenset({ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS})
_LONE_RETURN: Final = re.compile(r"\r(?!\n)")
_TYPE: Final = ox.NamedNode(f"{RDF}type")
_NAMED: Final = (ox.NamedNode, ox.Literal)
_PREAMBLE: Final = re.compile(r"Parser error (?:at|between)? ?line \d+ .*?: |^Parser error[^:]*: ")


@dataclass(slots=True)
class Document:
    """A file that was read.

    Attributes:
        file: the file, as the user named it.
        stated: its triples as written, named graphs merged; None where they are not at hand.
        text: its text.
        format: its RDF format.
        base: its own IRI.
        tag: what the labels of its blank nodes begin with, so that those of other files differ.
    """

    file: Path
    stated: tuple[ox.Triple, ...] | None = field(repr=False)
    text: str = field(repr=False)
    format: ox.RdfFormat
    base: str
    tag: str = ""
    _lines: LineIndex | None = field(default=None, repr=False)
    _files: Files | None = field(default=None, repr=False)
    _subjects: dict[Term, None] | None = field(default=None, repr=False)
    _typed: list[ox.Triple] | None = field(default=None, repr=False)
    _size: int | None = field(default=None, repr=False)

    @classmethod
    def known(cls, file: Path, files: Files, subjects: Iterable[Term], typed: list[ox.Triple], size: int) -> Document:
        """A file that was read before and has no nodes without a name: of what it states, the most asked for.

        Args:
            file: the file.
            files: the files as the command reads them.
            subjects: what it describes, in its order.
            typed: its triples that give a class.
            size: how many triples it has.
        """
        format_, text = FORMATS[file.suffix.lower()], without_mark(files.content(file)).decode()
        document = cls(file, None, text, format_, files.base(file), _files=files)
        document._subjects, document._typed, document._size = dict.fromkeys(subjects), typed, size
        return document

    @property
    def triples(self) -> tuple[ox.Triple, ...]:
        """Its triples as written, named graphs merged; parsed where they are not at hand."""
        if self.stated is not None:
            return self.stated
        assert self._files is not None
        parsed = self._files.parsed(self.file)
        if self._size is None:
            self._files.forget(self.file)
        return _kept_apart(parsed.triples, self.tag, self.text, self.format)

    def let_go(self, files: Files) -> None:
        """Give the memory of the triples back, for files of which most is known from the graph that was made of them.

        Args:
            files: the files as the command reads them, which hold the same text for whoever needs the triples again.
        """
        if self.stated is None or self.is_table or self._has_unnamed_nodes():
            return  # a workbook takes long to read, and nodes in brackets are called otherwise in each reading
        files.forget(self.file)
        self.stated, self._typed, self._files = None, None, files

    def _has_unnamed_nodes(self) -> bool:
        named = all(type(subject) is ox.NamedNode for subject in self.subjects)
        return not named or any(type(triple.object) not in _NAMED for triple in self.triples)

    @property
    def size(self) -> int:
        """How many triples it has."""
        return len(self.triples) if self._size is None else self._size

    @property
    def subjects(self) -> dict[Term, None]:
        """What the file describes, in the order of the file; gathered once, as files may have millions of triples."""
        if self._subjects is None:
            self._subjects = dict.fromkeys(triple.subject for triple in self.triples)
        return self._subjects

    @property
    def typed(self) -> list[ox.Triple]:
        """The triples that give a class."""
        if self._typed is None:
            self._typed = [triple for triple in self.triples if triple.predicate == _TYPE]
        return self._typed

    @property
    def is_table(self) -> bool:
        """Whether it is a workbook or a folder of CSV files."""
        return False

    @property
    def has_unnamed_rows(self) -> bool:
        """Whether it is a table with a row whose record is not known."""
        return False

    @property
    def only_adds(self) -> bool:
        """Whether it is a workbook of new policies, which leaves alone what is on file."""
        return False

    def spots(self, wanted: Collection[str] | None = None) -> Spots:
        """Find where subjects are described.

        Args:
            wanted: the subjects to look for; all, when None.
        """
        if self.format == _JSON:
            from kgtools.validation.json_spots import scan_jsonld

            return scan_jsonld(self.text, self.base, wanted)
        if self.format == _XML:
            from kgtools.validation.xml_spots import scan_rdfxml

            return scan_rdfxml(self.text, self.base, wanted)
        from kgtools.validation.turtle_spots import scan_turtle

        return scan_turtle(self.text, self.base, wanted, in_lines=self._in_lines)

    def begins(self, wanted: Collection[str]) -> Mapping[str, int] | None:
        """Where subjects begin, where that is found out faster than all that ``spots`` gives; else None.

        Args:
            wanted: the subjects to look for.
        """
        if self.format in {_JSON, _XML} or self.is_table:
            return None
        from kgtools.validation.turtle_spots import scan_begins

        return scan_begins(self.text, self.base, wanted, in_lines=self._in_lines)

    @property
    def _in_lines(self) -> bool:
        """Whether each line is a statement; the parser also takes a carriage return alone for the end of one."""
        return self.format in _IN_LINES and not ("\r" in self.text and _LONE_RETURN.search(self.text))

    def name(self, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
        """A term as ``spots`` names it."""
        if isinstance(term, ox.BlankNode):
            return f"_:{term.value.removeprefix(self.tag)}"
        return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)

    def place(self, offset: int) -> Place:
        """The line and column of an offset."""
        if self._lines is None:
            self._lines = LineIndex(self.text)
        return self._lines.place(offset)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file: a document, or the problems that prevented it."""

    document: Document | None
    problems: tuple[Problem, ...] = ()


def read_document(file: Path, files: Files, max_megabytes: int = MAX_MEGABYTES, tag: str = "") -> Reading:
    """Read a file with its own address as base.

    Args:
        file: the file; its ending gives the format.
        files: the files as the command reads them.
        max_megabytes: a larger file is refused.
        tag: what the labels of blank nodes are made to begin with.

    Returns:
        The document, or the problems; never both.
    """
    text = text_of(file, files, max_megabytes)
    if isinstance(text, Problem):
        return Reading(None, (text,))
    return _parsed(file, files, text, FORMATS[file.suffix.lower()], tag)


def text_of(file: Path, files: Files, max_megabytes: int) -> str | Problem:
    """The text of a file that looks like what its ending says, or why it can't be had.

    Args:
        file: the file.
        files: the files as the command reads them.
        max_megabytes: a larger file is refused.
    """
    format_ = FORMATS.get(file.suffix.lower())
    if format_ is None:
        known = ", ".join(FORMATS)
        return Problem(file, None, f"The ending '{file.suffix}' is not known.", f"RDF files end in one of {known}.")
    data = _bytes(file, files, max_megabytes)
    text = data if isinstance(data, Problem) else _decoded(file, data, format_)
    if isinstance(text, Problem):
        return text
    is_json, is_xml = format_ == _JSON, format_ == _XML
    other = other_format(text, not is_json and not is_xml, is_xml, is_json)
    return problem_at(file, text, Place(1, 1), *other) if other else text


def _os_reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "There is no such file."
    if isinstance(error, IsADirectoryError):
        return "This is a folder; name the files in it."
    if isinstance(error, PermissionError):
        return "You are not allowed to read this file."
    return f"The file can't be read: {error.strerror or error}."


def _bytes(file: Path, files: Files, max_megabytes: int) -> bytes | Problem:
    try:
        return files.content(file, max_megabytes * 1_000_000)
    except TooLargeFileError:
        advice = "A state's submission is rarely larger than 5 MB; if the file is right, allow more with --max-size."
        return Problem(file, Place(1, 1), f"The file is larger than {max_megabytes} MB.", advice)
    except UnreadableFileError:
        return Problem(file, None, "This is not an ordinary file.", "Save the data to a file and name that.")
    except OSError as error:
        return Problem(file, None, _os_reason(error), "")


def _decoded(file: Path, data: bytes, format_: ox.RdfFormat) -> str | Problem:
    if not data.strip() and format_ in {_JSON, _XML}:  # in other formats it is a graph without statements
        return Problem(file, Place(1, 1), "The file is empty.", "It may not have been saved, or the export failed.")
    kind = binary_kind(data)
    if kind:
        return Problem(file, Place(1, 1), *kind)
    try:
        return without_mark(data).decode("utf-8")
    except UnicodeDecodeError as error:
        return _not_utf8(file, without_mark(data), error.start)


def _not_utf8(file: Path, data: bytes, offset: int) -> Problem:
    """Name the character; Windows-1252 is what such files nearly always are."""
    before = data[:offset].decode("utf-8")
    text = before + data[offset:].decode("cp1252", "replace")
    character = text[offset : offset + 1] if before.isascii() else text[len(before) : len(before) + 1]
    return problem_at(
        file,
        text,
        LineIndex(text).place(len(before)),
        f"The text is not UTF-8: the byte {data[offset]:02X} is not valid here.",
        f"It may be '{character}' in the Windows encoding; save the file again as UTF-8.",
    )


def _parsed(file: Path, files: Files, text: str, format_: ox.RdfFormat, tag: str) -> Reading:
    try:
        parsed = files.parsed(file)
    except ValueError as error:
        return Reading(None, (Problem(file, None, f"The file can't be read: {error}.", ""),))
    if refused := parsed.refused:
        place = Place(refused.line, refused.column)
        return Reading(None, (problem_at(file, text, place, refused.message, refused.advice, width=refused.width),))
    if any(isinstance(error, MemoryError) for error in parsed.errors):
        return Reading(None, (_too_long(file, text),))
    if parsed.errors:
        problems = [_syntax_problem(file, text, format_, error) for error in parsed.errors]
        return Reading(None, tuple(_one_a_line(problems)))
    return Reading(
        Document(file, _kept_apart(parsed.triples, tag, text, format_), text, format_, files.base(file), tag)
    )


def _kept_apart(triples: tuple[ox.Triple, ...], tag: str, text: str, format_: ox.RdfFormat) -> tuple[ox.Triple, ...]:
    """The triples with blank nodes that those of other files can't be taken for."""
    return tuple(apart(triples, tag)) if tag and writes_labels(text, format_) else triples


def writes_labels(text: str, format_: ox.RdfFormat) -> bool:
    """Whether a text may label blank nodes; to those without a label the parser gives one that it never gives again."""
    return format_ in {_JSON, _XML} or "_:" in text


def _too_long(file: Path, text: str) -> Problem:
    """The parser reads no single text or address that is longer than 16 MB."""
    longest = max(text.splitlines(), key=len)
    return problem_at(
        file,
        text,
        Place(text[: text.index(longest)].count("\n") + 1, 1),
        "A text or address on this line is longer than 16 MB.",
        "A quotation mark or bracket may not be closed.",
    )


def _one_a_line(problems: list[Problem]) -> Iterator[Problem]:
    """Drop errors on a line that has one already: they are consequences of the first."""
    seen: set[int | None] = set()
    for problem in problems:
        line = problem.place.line if problem.place else None
        if line not in seen:
            seen.add(line)
            yield problem


def _syntax_problem(file: Path, text: str, format_: ox.RdfFormat, error: Exception) -> Problem:
    raw = str(error.msg if isinstance(error, SyntaxError) else error)
    message = explained(_PREAMBLE.sub("", raw).strip().rstrip(".")).rstrip(".")
    message = (message[:1].upper() + message[1:])[:300] + "."
    if not isinstance(error, SyntaxError) or not error.lineno:
        return Problem(file, Place(1, 1), message, "The place is unknown; the fault may be anywhere in the file.")
    place = Place(error.lineno, error.offset or 1)
    width = (error.end_offset or 0) - place.column if error.end_lineno == error.lineno else 1
    cause = _json_cause(message) if format_ == _JSON else turtle_cause(message, text, place)
    return problem_at(file, text, place, message, cause, width=width)


def _json_cause(message: str) -> str:
    if "comma" in message:
        return "A comma is missing between two entries, or a bracket was closed too late."
    if "end of file" in message:
        return "A bracket or a quotation mark is not closed."
    if "quote" in message or "key" in message or "“" in message:
        return 'Put keys and texts in straight quotation marks ("), and no comma after the last entry.'
    return "JSON needs straight quotation marks, and a comma between entries but not after the last."
