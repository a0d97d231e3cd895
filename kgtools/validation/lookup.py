"""What is looked up and not reported on: the project's graph beside a file, and the context files."""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.core.errors import UserError
from kgtools.core.namespaces import RDF
from kgtools.graph.cache import keep_file, keeps_files, kept_file, say_passed_over
from kgtools.graph.files import Files
from kgtools.graph.reading import FORMATS, apart
from kgtools.graph.store import Term
from kgtools.shacl import MemoryGraph
from kgtools.shacl.frozen import freeze, thaw
from kgtools.shacl.graph import cells
from kgtools.validation.documents import Document, text_of, writes_labels
from kgtools.validation.problems import Problem

_NAMED: Final = (ox.NamedNode, ox.Literal)
_TYPE: Final = ox.NamedNode(f"{RDF}type")
_CODE: Final = tuple(
    f"kgtools.{name}"
    for name in (
        "graph.files",
        "graph.guarding",
        "graph.reading",
        "shacl.frozen",
        "shacl.graph",
        "validation.causes",
        "validation.documents",
        "validation.lookup",
    )
)
"""The modules that decide what comes of a file; what was kept by another version of one of them is made again."""


@dataclass(slots=True)
class Lookup:
    """Statements of files, straight in columns.

    Attributes:
        graph: the statements, those about hidden subjects included.
        stated: how many there are about each subject, repeated ones included.
        described: the subjects of each file, in its order.
        hidden: the subjects about which they do not count, since the files that are reported on describe them.
        dropped: the subjects of files that were taken out.
    """

    graph: MemoryGraph = field(default_factory=MemoryGraph)
    stated: Counter[Term] = field(default_factory=Counter)
    described: dict[Path, list[Term]] = field(default_factory=dict)
    hidden: Set[Term] = frozenset()
    dropped: set[Term] = field(default_factory=set)

    def add(self, file: Path, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        """Add the statements of a file."""
        stated = self.graph.add(triples)
        self.described[file] = list(stated)
        self.stated.update(stated)

    def is_plain(self) -> bool:
        """Whether all nodes have names, and no two files describe the same; what was taken out does not count.

        A node without a name is in one file only, and is gone if it was described there.
        """
        subjects = sum(map(len, self.described.values()))
        unnamed = {term for term in self.graph.terms() if type(term) not in _NAMED}
        return subjects == len(self.stated) and unnamed <= self.dropped

    def drop(self, files: Collection[Path]) -> bool:
        """Take out files again, and say whether that could be done: another file may describe the same.

        Args:
            files: the files; those that are not there are passed over.
        """
        dropped = {subject for file, subjects in self.described.items() if file in files for subject in subjects}
        self.described = {file: subjects for file, subjects in self.described.items() if file not in files}
        if not all(map(dropped.isdisjoint, self.described.values())):
            return False
        self.graph.drop(dropped)
        self.dropped |= dropped
        for subject in dropped:
            del self.stated[subject]
        return True

    def document(self, file: Path, named: Path, files: Files) -> Document:
        """A file as one that is reported on, where it has no nodes without a name and no other describes the same.

        Args:
            file: the file.
            named: its name for the report.
            files: the files as the command reads them.
        """
        subjects, classes = self.described[file], self.graph.column(_TYPE)
        typed = [ox.Triple(s, _TYPE, cls) for s in subjects for cls in cells(classes.get(s))]  # type: ignore[arg-type]
        return Document.known(named, files, subjects, typed, sum(map(self.stated.__getitem__, subjects)))

    @property
    def size(self) -> int:
        """How many statements count."""
        return self.stated.total() - sum(self.stated[subject] for subject in self.stated.keys() & self.hidden)

    def triples(self) -> list[ox.Triple]:
        """The statements that count, each once."""
        return [ox.Triple(s, p, o) for s, p, o in self.graph.triples() if s not in self.hidden]  # type: ignore[arg-type]

    def about(self, subject: Term) -> list[ox.Triple]:
        """The statements about a subject, whether they count or not."""
        return [ox.Triple(subject, p, o) for p, o in self.graph.about(subject)]  # type: ignore[arg-type]


def read_lookup(paths: Sequence[Path], files: Files, max_megabytes: int) -> Lookup | None:
    """Read files straight into columns.

    Args:
        paths: the files.
        files: the files as the command reads them.
        max_megabytes: the largest file that is read.

    Returns:
        What they state; None where something is wrong with one of them, which is for ``read_document`` to tell.
    """
    lookup = Lookup()
    for number, file in enumerate(paths):
        text = text_of(file, files, max_megabytes)
        if isinstance(text, Problem):
            return None
        try:
            has_labels = writes_labels(text, FORMATS[file.suffix.lower()])
            lookup.add(file, apart(files.triples(file), f"c{number}x") if has_labels else files.passing(file))
        except (UserError, SyntaxError, ValueError, MemoryError, OSError):
            return None
    return lookup


def keep_lookup(paths: Sequence[Path], files: Files, max_megabytes: int) -> Lookup | None:
    """As ``read_lookup``, but from the cache folder where they were read twice before.

    What is read for the first time is only noted there: to keep it takes longer than to read it, and who edits a file
    of the project reads something else each time.

    Args:
        paths: the files, which hold the same bytes and lie in the same place as when they were read before.
        files: the files as the command reads them.
        max_megabytes: the largest file that is read.
    """
    if not keeps_files():
        return read_lookup(paths, files, max_megabytes)
    try:
        digest = _hash(paths, files, max_megabytes)
    except (UserError, OSError):
        return read_lookup(paths, files, max_megabytes)
    name, noted = f"{digest}.context", f"{digest}.seen"
    data = kept_file(name)
    if data is not None:
        try:
            graph, stated, described = thaw(data)
            return Lookup(graph, stated, dict(zip(paths, described, strict=True)))
        except ValueError as error:
            say_passed_over(str(error))
    lookup = read_lookup(paths, files, max_megabytes)
    if lookup and kept_file(noted) is None:
        keep_file(noted, b"")
    elif lookup:
        frozen = freeze(lookup.graph, lookup.stated, list(lookup.described.values()))
        if frozen is not None:
            keep_file(name, frozen)
    return lookup


def _hash(paths: Sequence[Path], files: Files, max_megabytes: int) -> str:
    found = hashlib.sha256(f"{ox.__version__} {sys.version}".encode())
    for module in _CODE:
        found.update(Path(str(sys.modules[module].__file__)).read_bytes())
    for file in paths:
        content = files.content(file, max_megabytes * 1_000_000)
        found.update(f"\n{files.base(file)} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()[:32]
