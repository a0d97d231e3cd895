"""Every term of SHACL and of DASH: what becomes of it in a shapes graph, and where it may stand.

``terms.tsv`` is the one list. The parser refuses, reports and passes over terms by it, the documentation shows it, and
a test makes a shapes graph from each entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.shacl.vocab import SHACL

DASH: Final = "http://datashapes.org/dash#"
_PREFIXES: Final = {"sh": SHACL, "dash": DASH}

CORE: Final = "SHACL 1.0 Core"
DATASHAPES: Final = "DASH"


class Fate(Enum):
    """What becomes of a term."""

    READ = "read"
    SAID = "said"
    UNUSED = "unused"
    REFUSED = "refused"

    @property
    def words(self) -> str:
        """For readers of the documentation."""
        return _WORDS[self]


_WORDS: Final = {
    Fate.READ: "implemented",
    Fate.SAID: "a description, with no effect on validation",
    Fate.UNUSED: "reported as not used",
    Fate.REFUSED: "refused by name",
}


class Kind(Enum):
    """What a term names."""

    PROPERTY = "property"
    CLASS = "class"
    VALUE = "value"


class TermPlace(Enum):
    """What a property may be said of."""

    NODE_SHAPE = "node shape"
    PROPERTY_SHAPE = "property shape"
    CONSTRAINT = "value of sh:sparql"
    VALIDATOR = "validator"
    COMPONENT = "constraint component"
    PARAMETER = "parameter"
    PATH = "path"
    DECLARATION = "value of sh:declare"
    RESULT = "report or result"
    ANYWHERE = "anything"


@dataclass(frozen=True, slots=True)
class TermEntry:
    """A term.

    Attributes:
        name: its short name, such as ``sh:minCount``.
        standard: the specification that it comes from.
        kind: what it names.
        fate: what becomes of it.
        places: what a property that is implemented may be said of.
        advice: what to do instead, as a sentence; empty where there is nothing to say.
    """

    name: str
    standard: str
    kind: Kind
    fate: Fate
    places: frozenset[TermPlace] = frozenset()
    advice: str = ""

    @property
    def iri(self) -> ox.NamedNode:
        """The term's IRI."""
        prefix, _, local = self.name.partition(":")
        return ox.NamedNode(_PREFIXES[prefix] + local)


def _entries() -> Iterator[TermEntry]:
    text = Path(__file__).with_name("terms.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            name, standard, kind, fate, places, advice = [*line.split("\t"), "", ""][:6]
            where = frozenset(TermPlace(place) for place in places.split(", ") if place)
            yield TermEntry(name, standard, Kind(kind), Fate(fate), where, advice)


TERMS: Final[dict[ox.NamedNode, TermEntry]] = {entry.iri: entry for entry in _entries()}
"""The entries by IRI."""


def entry_of(term: ox.NamedNode) -> TermEntry | None:
    """The entry of a term; the name of a parameter, such as ``sh:InConstraintComponent-in``, goes by its owner."""
    owner, _, parameter = term.value.partition("-")
    is_parameter = bool(parameter) and owner.endswith(("ConstraintComponent", "Expression"))
    return TERMS.get(ox.NamedNode(owner) if is_parameter else term)


def named(iri: str) -> str:
    """A term by its prefix where it has one here, else in angle brackets."""
    for prefix, namespace in _PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"
