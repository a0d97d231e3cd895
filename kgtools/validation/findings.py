"""What a validation found: one model, which every rendering is made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias, overload

from kgtools.core.namespaces import ID, shortened
from kgtools.schema.rules import SEVERITIES, Rule
from kgtools.shacl import ValidationResult
from kgtools.tables.formats import is_table
from kgtools.validation.problems import Problem
from kgtools.validation.spots import Place

FORMULA_RULE: Final = "cell.formula"
"""The rule on formulas in cells of records: a file that breaks it was not read in full."""
FAIL_LEVELS: Final = (*SEVERITIES, "never")
"""What ``--fail-on`` can be set to."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file; the place is missing where it is not known."""

    file: str
    place: Place | None = None

    def __str__(self) -> str:
        if not self.place:
            return self.file
        return f"{self.file}{': ' if self.place.sheet else ':'}{self.place.short}"


@dataclass(frozen=True, slots=True)
class Record:
    """A record that was checked.

    Attributes:
        iri: its identifier, or a blank node's label.
        label: its name, or the short form of its identifier.
        kind: the name of its class.
        location: where its description begins.
    """

    iri: str
    label: str
    kind: str
    location: Location

    @property
    def shown(self) -> str:
        """The identifier as its reader knows it: of a row, what the sheet calls it; empty where it has none."""
        if self.location.place and self.location.place.sheet:
            return self.iri.rpartition("/")[2] if self.iri.startswith(ID) else ""
        return "" if self.iri.startswith("_:") else shortened(self.iri).strip("<>")


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that one record breaks.

    Attributes:
        rule: the rule.
        record: the record.
        message: what is wrong, with the value filled in.
        path: the property, as an IRI or a SPARQL property path; empty where the rule is about no single one.
        path_label: the property's name.
        value: the value at fault, as people write it; empty where there is none.
        value_term: the value at fault in N-Triples.
        hint: what is probably meant, or which alternative came nearest; empty where there is no good guess.
        location: the closest place that is known: the value's, else the property's, else the record's.
        source: the result in SHACL's own terms.
        fix: how to fix it, in the reader's words.
        example: something that passes, in Turtle; of tables, what cells may hold.
    """

    rule: Rule
    record: Record
    message: str
    path: str = ""
    path_label: str = ""
    value: str = ""
    value_term: str = ""
    hint: str = ""
    location: Location = Location("")
    source: ValidationResult | None = None
    fix: str = ""
    example: str = ""

    @property
    def in_sheet(self) -> bool:
        """Whether it is about a row of a sheet, so that its reader knows cells and headings."""
        return bool(self.record.location.place and self.record.location.place.sheet)

    @property
    def sentence(self) -> str:
        """The finding as one line that can stand alone."""
        kind = f"{self.record.kind} " if self.record.kind else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{kind}“{self.record.label}”: {self.message}{hint}"


class Noted(NamedTuple):
    """What is known of a finding before its place and the rest of its words are made.

    Attributes:
        rule: as of ``Finding``, and so are the next five.
        record: the record.
        message: what is wrong.
        path: the property.
        value_term: the value at fault.
        source: the result in SHACL's own terms.
        ready: the finding, where it was made at once.
    """

    rule: Rule
    record: Record
    message: str
    path: str
    value_term: str
    source: ValidationResult | None
    ready: Finding | None = None

    @classmethod
    def of(cls, made: Finding) -> Noted:
        """What is known of a finding that is made already."""
        return cls(made.rule, made.record, made.message, made.path, made.value_term, made.source, made)


RecordKey: TypeAlias = tuple[int, tuple[int, int], str]
"""What records are sorted by: the number of their file, where they begin, and their identifier."""


class LateFindings(Sequence[Finding]):
    """Findings in order, each made when it is first asked for: of many, most are only counted.

    Args:
        noted: what is known of each.
        order: what the records are sorted by; the findings of one record are then sorted by place.
        make: makes some of the findings, those of one record next to each other.
    """

    def __init__(
        self,
        noted: Sequence[Noted],
        order: Callable[[Record], RecordKey],
        make: Callable[[Sequence[Noted]], list[Finding]],
    ) -> None:
        keys = [order(each.record) for each in noted]
        ranks = sorted(range(len(noted)), key=keys.__getitem__)
        self.noted: Final = [noted[rank] for rank in ranks]
        self._keys = [keys[rank] for rank in ranks]
        self._make = make
        self._made: list[Finding] = []

    def _up_to(self, number: int) -> list[Finding]:
        """As many findings as are asked for, and the others of the last one's record."""
        begun, end = len(self._made), min(number, len(self.noted))
        if begun < end:
            while end < len(self.noted) and self._keys[end] == self._keys[end - 1]:
                end += 1
            fresh = zip(self._keys[begun:end], self._make(self.noted[begun:end]), strict=True)
            for _, of_record in groupby(fresh, key=lambda pair: pair[0]):
                self._made += sorted((finding for _, finding in of_record), key=_within_record)
        return self._made

    def __len__(self) -> int:
        return len(self.noted)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> list[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | list[Finding]:
        chosen = range(len(self))[index]
        if isinstance(chosen, int):
            return self._up_to(chosen + 1)[chosen]
        return self._up_to(max(chosen, default=-1) + 1)[index]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._up_to(len(self)))


def _within_record(finding: Finding) -> tuple[tuple[int, int], str, str]:
    at = finding.location.place
    return (at.line, at.column) if at else (0, 0), finding.rule.identifier, finding.value_term


@dataclass(frozen=True, slots=True)
class Caution:
    """Something in the shapes that has no effect on the validation.

    Attributes:
        location: where it is.
        message: the shape's name, and what has no effect there, as sentences.
    """

    location: Location
    message: str

    @property
    def sentence(self) -> str:
        """The caution as one line that can stand alone."""
        return f"{self.location}: {self.message}"


@dataclass(frozen=True, slots=True)
class FileSummary:
    """A file that was reported on, and how much it holds."""

    file: Path
    triples: int
    records: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was checked.

    Attributes:
        shapes: how many shapes have a target.
        shapes_used: how many of them found a record.
        rules: how many rules there are in all.
        records: how many records the files hold.
        records_checked: how many of them a shape checked.
        focus_nodes: how many nodes were checked, including parts without an identifier.
        untouched: the records that no shape checked.
    """

    shapes: int
    shapes_used: int
    rules: int
    records: int
    records_checked: int
    focus_nodes: int
    untouched: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a validation.

    Attributes:
        findings: sorted by place, then by rule.
        problems: what kept files from being read.
        files: the files that were read and reported on.
        context_triples: how many triples were looked up without being reported on.
        coverage: what was checked.
        notes: other things that the user should know, as sentences.
        engine: the engine that decided.
        cautions: what in the shapes has no effect.
    """

    findings: Sequence[Finding]
    problems: tuple[Problem, ...]
    files: tuple[FileSummary, ...]
    context_triples: int
    coverage: Coverage
    notes: tuple[str, ...] = ()
    engine: str = "fast"
    cautions: tuple[Caution, ...] = ()

    @property
    def noted(self) -> Sequence[Noted | Finding]:
        """The findings, as far as they must be known to be counted."""
        return self.findings.noted if isinstance(self.findings, LateFindings) else self.findings

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity."""
        found = Counter(each.rule.severity for each in self.noted)
        return {severity: found[severity] for severity in SEVERITIES}

    @property
    def by_rule(self) -> tuple[tuple[Rule, int], ...]:
        """The broken rules, the most often broken first."""
        rules = {each.rule.identifier: each.rule for each in self.noted}
        count = Counter(each.rule.identifier for each in self.noted)
        return tuple((rules[name], n) for name, n in sorted(count.items(), key=lambda pair: (-pair[1], pair[0])))

    @property
    def records(self) -> int:
        """How many records have findings."""
        return len({record for record, _ in groupby(each.record for each in self.noted)})

    @property
    def formulas(self) -> int:
        """How many cells hold a formula in place of a value."""
        return sum(each.rule.identifier == FORMULA_RULE for each in self.noted)

    @property
    def of_sheets(self) -> bool:
        """Whether all files are workbooks or CSV, so that their sender knows sheets and cells."""
        return bool(self.files) and all(is_table(summary.file) for summary in self.files)

    @property
    def nothing_checked(self) -> bool:
        """Whether files or a store were read and no shape found anything to look at in them."""
        return (bool(self.files) or not self.problems) and not self.coverage.focus_nodes

    @property
    def verdict(self) -> str:
        """``unreadable``, ``nothing-checked``, ``findings`` or ``conforms``."""
        if self.problems:
            return "unreadable"
        if self.nothing_checked:
            return "nothing-checked"
        return "findings" if self.findings else "conforms"

    def exit_status(self, fail_on: str = "violation") -> int:
        """The exit status: 2 when a file can't be read in full, 1 for findings at or above a level or nothing checked.

        A formula in a cell of a record counts as not read in full, whatever the level: what it gives is not known.

        Args:
            fail_on: the lightest severity that counts, or ``never``.
        """
        if self.problems or self.formulas:
            return 2
        if self.nothing_checked:
            return 1
        if fail_on == "never":
            return 0
        counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        counts = self.counts
        return 1 if any(counts[severity] for severity in counted) else 0
