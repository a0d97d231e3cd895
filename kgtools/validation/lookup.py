"""What is looked up and not reported on: the project's graph beside a file, and the context files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kgtools.core.errors import UserError
from kgtools.graph.files import Files
from kgtools.graph.reading import FORMATS, apart
from kgtools.graph.store import Term
from kgtools.shacl import MemoryGraph
from kgtools.validation.documents import text_of, writes_labels
from kgtools.validation.problems import Problem


@dataclass(slots=True)
class Lookup:
    """Statements that are looked up.

    Attributes:
        graph: the statements, those about hidden subjects included.
        stated: how many there are about each subject, repeated ones included.
        hidden: the subjects about which they do not count, since the files that are reported on describe them.
    """

    graph: MemoryGraph = field(default_factory=MemoryGraph)
    stated: Counter[Term] = field(default_factory=Counter)
    hidden: Collection[Term] = frozenset()

    def add(self, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        """Add the statements of a file."""
        self.stated.update(self.graph.add(triples))

    @property
    def size(self) -> int:
        """How many statements count."""
        return self.stated.total() - self.size_hidden

    @property
    def size_hidden(self) -> int:
        """How many statements do not count."""
        return sum(self.stated[subject] for subject in self.hidden if subject in self.stated)

    def triples(self) -> list[ox.Triple]:
        """The statements that count, each once."""
        return [ox.Triple(s, p, o) for s, p, o in self.graph.triples() if s not in self.hidden]  # type: ignore[arg-type]

    def about(self, subject: Term) -> list[ox.Triple]:
        """The statements about a subject, whether they count or not."""
        return [ox.Triple(subject, p, o) for p, o in self.graph.about(subject)]  # type: ignore[arg-type]


def read_lookup(paths: Sequence[Path], files: Files, max_megabytes: int) -> Lookup | None:
    """Read files that are looked up, straight into columns.

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
            lookup.add(apart(files.triples(file), f"c{number}x") if has_labels else files.passing(file))
        except (UserError, SyntaxError, ValueError, MemoryError, OSError):
            return None
    return lookup
