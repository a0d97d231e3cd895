"""What a submission leaves out: a state submits all of its records, so what is missing counts as withdrawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import ID, RDF, SPF
from kgtools.graph.store import Term
from kgtools.validation.documents import Document

OWN_KINDS: Final = ("state-policy", "claim", "adaptation", "inquiry", "state-example")
"""The kinds of record that belong to a state. Determinations are worked out from them; provisions go with claims."""
_TYPE: Final = f"{RDF}type"
_SUBMISSION: Final = ox.NamedNode(f"{SPF}Submission")
_IN_SUBMISSION: Final = f"{SPF}inSubmission"


@dataclass(frozen=True)
class LeftOut:
    """What a submission changes beyond the records that it holds.

    Attributes:
        gone: the records on file of its state that are not in it.
        unchanged: its determinations that are on file as they are and that are worked out again on acceptance, so that
            what is wrong with them follows from other records.
    """

    gone: frozenset[ox.NamedNode] = field(default_factory=frozenset)
    unchanged: frozenset[ox.NamedNode] = field(default_factory=frozenset)


def kind_of(subject: Term) -> str:
    """The kind of a record, a key of ``kgtools.core.namespaces.KINDS``; empty for other terms."""
    iri = subject.value if isinstance(subject, ox.NamedNode) else ""
    return iri.removeprefix(ID).partition("/")[0] if iri.startswith(ID) else ""


def is_derived(subject: Term) -> bool:
    """Whether a record is a determination, which is worked out from others on acceptance."""
    return kind_of(subject) == "determination"


def submissions_of(document: Document) -> list[Term]:
    """The submissions that a file describes."""
    found = (t.subject for t in document.triples if t.predicate.value == _TYPE and t.object == _SUBMISSION)
    return list(dict.fromkeys(found))


def left_out(document: Document, on_file: Sequence[ox.Triple]) -> LeftOut:
    """What a file with one submission leaves out.

    Args:
        document: the file, which is not one of the project's own.
        on_file: the project's data.

    Returns:
        Nothing for files without a submission; for workbooks that only add policies; for
        those whose records are all about another jurisdiction than their
        submission, since then the submission is wrong and not the records; and for tables with a row whose identifier
        can't be read, which may be a record that seems to be missing.
    """
    submissions = submissions_of(document)
    if len(submissions) != 1 or document.has_unnamed_rows or document.only_adds:
        return LeftOut()
    handed = _about(document.triples)
    states = {t.object for t in handed.get(submissions[0], ()) if t.predicate.value == f"{SPF}jurisdiction"}
    own = [subject for subject in handed if kind_of(subject) in OWN_KINDS]
    if len(states) != 1 or (own and not _of_state(document.triples, states) & set(own)):
        return LeftOut()
    gone = _of_state(on_file, states) - handed.keys()
    return LeftOut(frozenset(s for s in gone if isinstance(s, ox.NamedNode)), _unchanged(handed, on_file))


def _about(triples: Iterable[ox.Triple]) -> dict[Term, set[ox.Triple]]:
    found: dict[Term, set[ox.Triple]] = defaultdict(set)
    for triple in triples:
        found[triple.subject].add(triple)
    return found


def _of_state(triples: Sequence[ox.Triple], states: Collection[Term]) -> set[Term]:
    """The records of a state, its claims among them."""
    placed = (t.subject for t in triples if t.predicate.value == f"{SPF}jurisdiction" and t.object in states)
    found = {subject for subject in placed if kind_of(subject) in OWN_KINDS}
    aligned = [t.subject for t in triples if t.predicate.value == f"{SPF}alignsStatePolicy" and t.object in found]
    return {*found, *aligned}


def _unchanged(handed: dict[Term, set[ox.Triple]], on_file: Sequence[ox.Triple]) -> frozenset[ox.NamedNode]:
    derived = {subject for subject in handed if is_derived(subject)}
    before = _about(t for t in on_file if t.subject in derived)
    same = (s for s in derived if _said(before.get(s, ())) == _said(handed[s]))
    return frozenset(s for s in same if isinstance(s, ox.NamedNode))


def _said(facts: Iterable[ox.Triple]) -> set[ox.Triple]:
    return {t for t in facts if t.predicate.value != _IN_SUBMISSION}
