"""What the project's graph knows: the names that cells may use, and what is on record of a jurisdiction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.core.errors import UnknownJurisdictionError
from kgtools.core.namespaces import ID, RDF, SKOS, SPF
from kgtools.core.project import Project
from kgtools.core.suggest import nearest
from kgtools.graph.files import Files
from kgtools.tables.clerk import Clerk
from kgtools.tables.names import Names, fold
from kgtools.tables.reading import TableReading
from kgtools.tables.schema import TableSchema, read_schema

_TYPE: Final = RDF + "type"
_BY_JURISDICTION: Final = {SPF + n for n in ("StatePolicy", "Inquiry", "StateAdaptation", "StateExample")}
_LINKS: Final = tuple(SPF + n for n in ("restsOn", "hasSource", "publishedBy", "submittedBy", "lookedBy"))


@dataclass(frozen=True)
class Context:
    """The project's graph, as tables need it.

    Attributes:
        schema: the sheets and columns.
        triples: ontology and data.
        read: the tables that were read against it, by file.
    """

    schema: TableSchema
    triples: tuple[ox.Triple, ...]
    read: dict[Path, TableReading] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, project: Project, files: Files) -> Context:
        """Read a project.

        Args:
            project: the project.
            files: the files as the command reads them.

        Raises:
            UnreadableFileError: a file of the project isn't RDF.
        """
        return cls(read_schema(project, files), files.triples(*project.ontology, *project.data))

    @cached_property
    def records(self) -> dict[ox.NamedNode, list[ox.Triple]]:
        """The statements about each individual."""
        found: dict[ox.NamedNode, list[ox.Triple]] = defaultdict(list)
        for triple in self.triples:
            if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(ID):
                found[triple.subject].append(triple)
        return dict(found)

    @cached_property
    def known(self) -> Names:
        """The names of everything in the project, to look things up in; nothing may be learned into them."""
        names = Names(self.schema.superclasses)
        names.learn(self.triples)
        return names

    @cached_property
    def clerk(self) -> Clerk:
        """Who knows what is on record."""
        return Clerk(lambda: self.records, self.known)

    def names(self, more: Iterable[ox.Triple] = ()) -> Names:
        """The names of everything in the project, and of what else is given."""
        names = self.known.copy()
        names.learn(more)
        return names

    def meanings(self) -> dict[str, str]:
        """The definition of each concept, and the summary of each element of the framework."""
        wanted = {SKOS + "definition", SPF + "summary"}
        return {
            t.subject.value: t.object.value
            for t in self.triples
            if t.predicate.value in wanted and isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.Literal)
        }

    def jurisdiction(self, text: str) -> ox.NamedNode:
        """The jurisdiction of a USPS code or name.

        Raises:
            UnknownJurisdictionError: there is none.
        """
        names = self.known
        found = names.resolve(text, [SPF + "Jurisdiction"])
        if found and names.is_of(found, [SPF + "Jurisdiction"]):
            return ox.NamedNode(found)
        members = names.members([SPF + "Jurisdiction"])
        guess = nearest(fold(text), [*(names.display(m, [SPF + "Jurisdiction"]) for m in members)])
        hint = f" Did you mean {guess}?" if guess else " Write its USPS code, such as UT."
        raise UnknownJurisdictionError(f"'{text[:60]}' is not a state or other jurisdiction that is known.{hint}")

    def on_record(self, jurisdiction: ox.NamedNode) -> set[ox.Triple]:
        """What is on record of a jurisdiction.

        These are its policies, claims, inquiries, adaptations and examples, with the provisions and sources that they
        cite and the organizations that published them.

        Args:
            jurisdiction: the jurisdiction.
        """
        found = {subject for subject, facts in self.records.items() if _is_of(facts, jurisdiction)}
        found |= {subject for subject, facts in self.records.items() if _aligns(facts, found)}
        frontier = set(found)
        while frontier:
            linked = {iri for subject in frontier for iri in _linked(self.records[subject]) if iri in self.records}
            frontier = linked - found
            found |= linked
        return {triple for subject in found for triple in self.records[subject]}


def _is_of(facts: Iterable[ox.Triple], jurisdiction: ox.NamedNode) -> bool:
    every = list(facts)
    typed = any(t.predicate.value == _TYPE and getattr(t.object, "value", "") in _BY_JURISDICTION for t in every)
    return typed and any(t.predicate.value == SPF + "jurisdiction" and t.object == jurisdiction for t in every)


def _aligns(facts: Iterable[ox.Triple], policies: set[ox.NamedNode]) -> bool:
    return any(t.predicate.value == SPF + "alignsStatePolicy" and t.object in policies for t in facts)


def _linked(facts: Iterable[ox.Triple]) -> Iterator[ox.NamedNode]:
    return (t.object for t in facts if t.predicate.value in _LINKS and isinstance(t.object, ox.NamedNode))
