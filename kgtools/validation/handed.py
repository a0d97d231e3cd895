"""What a submission leaves out: a state submits all of its records, so what is missing counts as withdrawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

import pyoxigraph as ox

from kgtools.core.namespaces import ID, SPF
from kgtools.graph.store import Term
from kgtools.shacl.graph import MemoryGraph
from kgtools.validation.documents import Document

OWN_KINDS: Final = ("state-policy", "claim", "adaptation", "inquiry", "state-example")
"""The kinds of record that belong to a state. Determinations are worked out from them; provisions go with claims."""
_SUBMISSION: Final = ox.NamedNode(f"{SPF}Submission")
_IN_SUBMISSION: Final = f"{SPF}inSubmission"
_JURISDICTION: Final = ox.NamedNode(f"{SPF}jurisdiction")
_ALIGNS: Final = ox.NamedNode(f"{SPF}alignsStatePolicy")

_Said: TypeAlias = tuple[ox.NamedNode, Term]
"""A property and a value of a record."""


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
    return list(dict.fromkeys(triple.subject for triple in document.typed if triple.object == _SUBMISSION))


class OnFile:
    """What is on record, gone through once however many submissions are held against it.

    Args:
        graph: the project's data.
    """

    def __init__(self, graph: MemoryGraph) -> None:
        self._graph = graph

    @cached_property
    def _indexed(self) -> tuple[dict[Term, set[Term]], dict[Term, list[Term]]]:
        return _by_state(self._graph.triples((_JURISDICTION, _ALIGNS)))

    def of_state(self, states: Collection[Term]) -> set[Term]:
        """The records of a state, its claims among them."""
        return _of_states(*self._indexed, states)

    def said(self, subject: Term) -> set[_Said]:
        """What is on record of a determination."""
        return set(self._graph.about(subject))


def left_out(document: Document, on_file: OnFile) -> LeftOut:
    """What a file with one submission leaves out.

    Args:
        document: the file, which is not one of the project's own.
        on_file: what is on record.

    Returns:
        Nothing for files without a submission; for workbooks that only add policies; for
        those whose records are all about another jurisdiction than their
        submission, since then the submission is wrong and not the records; and for tables with a row whose identifier
        can't be read, which may be a record that seems to be missing.
    """
    submissions = submissions_of(document)
    if len(submissions) != 1 or document.has_unnamed_rows or document.only_adds:
        return LeftOut()
    told = [t for t in document.triples if (predicate := t.predicate) == _JURISDICTION or predicate == _ALIGNS]
    states = {t.object for t in told if t.subject == submissions[0] and t.predicate == _JURISDICTION}
    own = {subject for subject in document.subjects if kind_of(subject) in OWN_KINDS}
    stated = ((t.subject, t.predicate, t.object) for t in told)
    if len(states) != 1 or (own and not _of_states(*_by_state(stated), states) & own):
        return LeftOut()
    gone = on_file.of_state(states) - document.subjects.keys()
    return LeftOut(frozenset(s for s in gone if isinstance(s, ox.NamedNode)), _unchanged(document, on_file))


def _by_state(
    triples: Iterable[tuple[Term, ox.NamedNode, Term]],
) -> tuple[dict[Term, set[Term]], dict[Term, list[Term]]]:
    """The records of each state, and the claims on each policy."""
    records: dict[Term, set[Term]] = defaultdict(set)
    claims: dict[Term, list[Term]] = defaultdict(list)
    for subject, predicate, value in triples:
        if predicate == _JURISDICTION:
            if kind_of(subject) in OWN_KINDS:
                records[value].add(subject)
        elif predicate == _ALIGNS:
            claims[value].append(subject)
    return records, claims


def _of_states(records: dict[Term, set[Term]], claims: dict[Term, list[Term]], states: Collection[Term]) -> set[Term]:
    """The records of states, their claims among them."""
    found = {subject for state in states for subject in records.get(state, ())}
    return {*found, *(claim for subject in found for claim in claims.get(subject, ()))}


def _unchanged(document: Document, on_file: OnFile) -> frozenset[ox.NamedNode]:
    derived = {subject for subject in document.subjects if is_derived(subject)}
    handed: dict[Term, set[_Said]] = defaultdict(set)
    for triple in document.triples if derived else ():
        if triple.subject in derived:
            handed[triple.subject].add((triple.predicate, triple.object))
    same = (s for s in derived if _without_submission(on_file.said(s)) == _without_submission(handed[s]))
    return frozenset(s for s in same if isinstance(s, ox.NamedNode))


def _without_submission(facts: Iterable[_Said]) -> set[_Said]:
    return {fact for fact in facts if fact[0].value != _IN_SUBMISSION}
