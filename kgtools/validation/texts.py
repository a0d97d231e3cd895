"""Texts that a wrong encoding has spoiled: letters that were lost, and letters that were taken for others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kgtools.core.words import LOST
from kgtools.graph.store import Term
from kgtools.shacl.graph import MemoryGraph
from kgtools.validation.documents import Document

_LONGEST: Final = 80
_TWO_LETTERS: Final = re.compile(r"[^\x00-\x7f]{2}")
"""Two letters in a row that aren't ASCII."""
_BY_NUMBER: Final = ("\\u", "\\U", "&#")
"""How a letter begins that is written by its number."""


@dataclass(frozen=True, slots=True)
class TextFinding:
    """A text that is not what somebody typed.

    Attributes:
        rule: the identifier of the rule.
        subject: the record, or a part of it.
        predicate: the property of the statement.
        value: the text.
        message: what is wrong, as a sentence.
        fix: what to do, as a sentence.
    """

    rule: str
    subject: Term
    predicate: str
    value: ox.Literal
    message: str
    fix: str


def check_texts(document: Document) -> Iterator[TextFinding]:
    """Look at each text of a file for signs of a wrong encoding; tables have done so for each cell.

    Args:
        document: the file, of which most hold no such signs at all.
    """
    if document.is_table or not _has_signs(document.text):
        return
    for triple in document.triples:
        value = triple.object
        if isinstance(value, ox.Literal) and not value.value.isascii():
            found = _found(value.value)
            if found:
                yield TextFinding(found[0], triple.subject, triple.predicate.value, value, *found[1:])


def texts_are_fine(graph: MemoryGraph) -> bool:
    """Whether ``check_texts`` would find nothing, told from each text of a graph once; no where there is a doubt."""
    return not any(_is_spoiled(term.value) for term in graph.terms() if type(term) is ox.Literal)


def _is_spoiled(text: str) -> bool:
    return not text.isascii() and (LOST in text or bool(_TWO_LETTERS.search(text))) and _found(text) is not None


def _has_signs(text: str) -> bool:
    if any(sign in text for sign in (LOST, *_BY_NUMBER)):
        return True
    lines = () if text.isascii() else text.split("\n")  # most lines are ASCII, which is quickly seen
    return any(not line.isascii() and _TWO_LETTERS.search(line) for line in lines)


def _found(text: str) -> tuple[str, str, str] | None:
    """The rule that a text breaks, with a message and what to do."""
    if LOST in text:
        told = f"Characters of '{text[:_LONGEST]}' were lost; each {LOST} stands for one or more of them."
        return "record.text.characters-lost", told, "Write the text again, and save the file as UTF-8."
    from kgtools.tables.spoiled import repaired, shown

    meant = repaired(text)
    if meant == text:
        return None
    told = f"'{shown(text)}' looks like '{shown(meant)}', saved in one encoding and opened in another."
    return "record.text.miscoded", told, f"Write '{shown(meant)}', and save the file as UTF-8."
