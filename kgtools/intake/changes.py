"""What differs between two states of the data, record by record and in plain words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import ID, RDF, SPF, shortened
from kgtools.graph.store import Term
from kgtools.tables.names import Names
from kgtools.tables.schema import TableSchema

Records = Mapping[ox.NamedNode, frozenset[ox.Triple]]
"""The statements about each record."""

_SILENT: Final = {RDF + "type", SPF + "inSubmission"}
_DESCRIBED_BY: Final = {
    "claim": ("alignsStatePolicy", "alignsWith"),
    "determination": ("jurisdiction", "concerns"),
    "inquiry": ("jurisdiction", "concerns"),
    "provision": ("hasSource", "locator"),
    "adaptation": ("adaptationKind", "concerns"),
}


@dataclass(frozen=True, slots=True)
class RecordChange:
    """What happens to one record.

    Attributes:
        kind: ``added``, ``changed`` or ``removed``.
        subject: the record.
        what: what kind of record it is.
        label: what it is called.
        details: for a changed record, one line per property.
    """

    kind: str
    subject: ox.NamedNode
    what: str
    label: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = f"{self.kind} {self.what} “{self.label}”"
        return "\n".join([head, *(f"    {line}" for line in self.details)])


def by_record(triples: Iterable[ox.Triple]) -> dict[ox.NamedNode, frozenset[ox.Triple]]:
    """The statements about each record."""
    found: dict[ox.NamedNode, set[ox.Triple]] = defaultdict(set)
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode):
            found[triple.subject].add(triple)
    return {subject: frozenset(facts) for subject, facts in found.items()}


class RecordComparison:
    """Compares records.

    Args:
        schema: what kinds of record and property are called.
        names: what things are called, before and after.
    """

    def __init__(self, schema: TableSchema, names: Names) -> None:
        self._schema = schema
        self._names = names

    def changes(self, before: Records, after: Records) -> list[RecordChange]:
        """What happens to the records, additions first.

        How a record was submitted isn't compared: that is not what it says.
        """
        found = [self._change("added", s, after[s]) for s in after if s not in before]
        both = ((s, self._details(s, before[s], after[s])) for s in after if s in before)
        found += [self._change("changed", s, after[s], details) for s, details in both if details]
        found += [self._change("removed", s, before[s]) for s in before if s not in after]
        order = {"added": 0, "changed": 1, "removed": 2}
        return sorted(found, key=lambda c: (order[c.kind], c.what, c.subject.value))

    def _change(
        self, kind: str, subject: ox.NamedNode, facts: Iterable[ox.Triple], details: tuple[str, ...] = ()
    ) -> RecordChange:
        sheet = self._schema.sheets.get(_kind_of(subject))
        return RecordChange(kind, subject, sheet.label if sheet else "record", self.label(subject, facts), details)

    def label(self, subject: ox.NamedNode, facts: Iterable[ox.Triple]) -> str:
        """What a record is called: its name, or what it links."""
        every = list(facts)
        linked = [
            self._names.label(t.object.value)
            for name in _DESCRIBED_BY.get(_kind_of(subject), ())
            for t in every
            if t.predicate.value == SPF + name and isinstance(t.object, ox.NamedNode)
        ]
        return ": ".join(linked) if linked else self._names.label(subject.value)

    def _details(
        self, subject: ox.NamedNode, before: Iterable[ox.Triple], after: Iterable[ox.Triple]
    ) -> tuple[str, ...]:
        old, new = _by_property(before), _by_property(after)
        sheet = self._schema.sheets.get(_kind_of(subject))
        order = [column.path.value for column in sheet.columns] if sheet else []
        paths = sorted(old.keys() | new.keys(), key=lambda p: (order.index(p) if p in order else len(order), p))
        return tuple(
            self._detail(subject, path, old.get(path, set()), new.get(path, set()))
            for path in paths
            if old.get(path) != new.get(path) and path not in _SILENT
        )

    def _detail(self, subject: ox.NamedNode, path: str, old: set[Term], new: set[Term]) -> str:
        sheet = self._schema.sheets.get(_kind_of(subject))
        headings = {c.path.value: c.heading.lower() for c in sheet.columns} if sheet else {}
        noun = headings.get(path) or shortened(path)
        gone, come = self._listed(old - new), self._listed(new - old)
        if gone and come:
            return f"{noun}: {gone} → {come}"
        return f"{noun}: {come} added" if come else f"{noun}: {gone} removed"

    def _listed(self, terms: Iterable[Term]) -> str:
        return ", ".join(sorted(self._plain(term) for term in terms))

    def _plain(self, term: Term) -> str:
        if isinstance(term, ox.NamedNode):
            return self._names.label(term.value)
        return f"“{term.value}”" if isinstance(term, ox.Literal) else str(term)


def _by_property(facts: Iterable[ox.Triple]) -> dict[str, set[Term]]:
    found: dict[str, set[Term]] = defaultdict(set)
    for triple in facts:
        found[triple.predicate.value].add(triple.object)
    return found


def _kind_of(subject: ox.NamedNode) -> str:
    return subject.value.removeprefix(ID).partition("/")[0]
