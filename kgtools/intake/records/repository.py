"""Which file each record lives in, and how new records are merged into what is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.answers.determine import derive_certainties, derive_determinations
from kgtools.core.namespaces import ID, SPF
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.turtle import canonical_turtle
from kgtools.intake.records.convert import Conversion
from kgtools.intake.records.reader import RecordPlace, RecordProblem

_FILES: Final = {
    "framework": "framework/editions.ttl",
    "edition": "framework/editions.ttl",
    "person": "reference/people.ttl",
    "organization": "reference/organizations.ttl",
    "jurisdiction": "reference/jurisdictions.ttl",
    "end-state": "framework/third-edition.ttl",
    "transformative-policy": "framework/third-edition.ttl",
    "implementation-action": "framework/third-edition.ttl",
    "criterion": "framework/criteria.ttl",
    "state-example": "framework/examples.ttl",
    "mapping": "framework/crosswalk.ttl",
    "resource": "resources.ttl",
    "derivation": "reference/derivations.ttl",
    "authority": "reference/authorities.ttl",
    "source": "sources.ttl",
    "rating-scheme": "ratings.ttl",
    "rating-item": "ratings.ttl",
    "rating": "ratings.ttl",
}
_IN_EDITION: Final = ox.NamedNode(SPF + "inEdition")
_ALIGNS: Final = ox.NamedNode(SPF + "alignsStatePolicy")
_CERTAINTY: Final = ox.NamedNode(SPF + "certainty")
_STATE_KINDS: Final = {"state-policy", "claim", "provision", "inquiry", "determination", "adaptation", "submission"}


@dataclass
class DataFiles:
    """The triples of each data file, by subject."""

    root: Path
    files: dict[Path, dict[ox.NamedNode, set[ox.Triple]]] = field(default_factory=dict)

    @classmethod
    def read(cls, project: Project, files: Files) -> DataFiles:
        """Read every data file of a project.

        Args:
            project: the project.
            files: the files as the command reads them.

        Raises:
            UnreadableFileError: a file isn't RDF.
        """
        found = cls(project.root / "data")
        for file in project.data:
            for triple in files.triples(file):
                found._add(file, triple)
        return found

    def _add(self, file: Path, triple: ox.Triple) -> None:
        if isinstance(triple.subject, ox.NamedNode):
            self.files.setdefault(file, {}).setdefault(triple.subject, set()).add(triple)

    def merge(self, conversion: Conversion) -> list[RecordProblem]:
        """Put converted records in their files, in place of what described them before.

        A source or an organization that a record describes in passing does not replace a description that is
        there. Claims about a policy that is imported again, and that it no longer makes, are dropped.

        Returns:
            The records for which no file could be found.
        """
        problems = []
        described = {subject for subjects in self.files.values() for subject in subjects}
        self._drop_claims(conversion)
        for subject, triples in conversion.triples.items():
            if subject in conversion.nested_sources and subject in described:
                continue
            file = self._file_for(subject, triples)
            if file is None:
                place = conversion.places.get(subject, RecordPlace(self.root, 1))
                problems.append(RecordProblem(place, f"No known file holds {subject.value}."))
                continue
            self.files.setdefault(file, {})[subject] = set(triples)
        return problems

    def _drop_claims(self, conversion: Conversion) -> None:
        renewed = conversion.triples.keys()
        for subjects in self.files.values():
            gone = [
                subject
                for subject, triples in subjects.items()
                if any(t.predicate == _ALIGNS and t.object in renewed for t in triples)
            ]
            for subject in gone:
                del subjects[subject]

    def derive(self, project: Project) -> set[ox.NamedNode]:
        """Work out what follows from the records: the certainty of each claim, and then the determinations.

        Args:
            project: the project whose rules are applied.

        Returns:
            The claims and determinations that say something else than before.
        """
        changed = self._set_certainties(project)
        derived = derive_determinations(self.every(), project)
        before = self._take_determinations()
        for subject, triples in derived.items():
            file = self._file_for(subject, triples)
            if file is not None:
                self.files.setdefault(file, {})[subject] = triples
        return changed | {s for s in {**before, **derived} if before.get(s) != derived.get(s)}

    def _set_certainties(self, project: Project) -> set[ox.NamedNode]:
        changed = set()
        follows = derive_certainties(self.every(), project)
        for subjects in self.files.values():
            for claim in subjects.keys() & follows.keys():
                now = {t for t in subjects[claim] if t.predicate != _CERTAINTY} | {follows[claim]}
                if now != subjects[claim]:
                    subjects[claim] = now
                    changed.add(claim)
        return changed

    def _take_determinations(self) -> dict[ox.NamedNode, set[ox.Triple]]:
        prefix = f"{ID}determination/"
        return {
            subject: subjects.pop(subject)
            for subjects in self.files.values()
            for subject in [s for s in subjects if s.value.startswith(prefix)]
        }

    def every(self) -> list[ox.Triple]:
        """The triples of all files."""
        return [t for subjects in self.files.values() for triples in subjects.values() for t in triples]

    def prune(self) -> None:
        """Drop provisions, then sources, and then organizations, that nothing refers to anymore."""
        for kind in ("provision", "source", "organization"):
            used = {t.object for subjects in self.files.values() for triples in subjects.values() for t in triples}
            for subjects in self.files.values():
                for subject in [s for s in subjects if s.value.startswith(f"{ID}{kind}/") and s not in used]:
                    del subjects[subject]

    def _file_for(self, subject: ox.NamedNode, triples: Iterable[ox.Triple]) -> Path | None:
        kind, _, slug = subject.value.removeprefix(ID).partition("/")
        if kind in _STATE_KINDS:
            return self.root / "states" / f"{slug[:2]}.ttl"
        if kind == "condition":
            editions = [
                t.object.value for t in triples if t.predicate == _IN_EDITION and isinstance(t.object, ox.NamedNode)
            ]
            return self.root / "framework" / f"{editions[0].rsplit('/', 1)[1]}.ttl" if editions else None
        return self.root / _FILES[kind] if kind in _FILES else None

    def texts(self) -> dict[Path, str]:
        """The canonical text of each file."""
        return {
            file: canonical_turtle(triple for triples in subjects.values() for triple in triples)
            for file, subjects in self.files.items()
        }
