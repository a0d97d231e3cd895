"""From an engine's results to findings that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kgtools.core.namespaces import SH, SPF, shortened
from kgtools.graph.store import Term
from kgtools.schema.rules import Catalog, Rule
from kgtools.shacl import ValidationResult
from kgtools.shacl.paths import Predicate, path_to_sparql
from kgtools.validation.cited import CITATION, RULE, CitedTwice
from kgtools.validation.documents import Document
from kgtools.validation.findings import Finding, Location, Noted, Record
from kgtools.validation.hints import hint_for, meant
from kgtools.validation.locate import Locator
from kgtools.validation.names import Labels
from kgtools.validation.readers import FindingReader, RdfFindingReader, SheetReader
from kgtools.validation.terms import TermFinding
from kgtools.validation.texts import TextFinding

if TYPE_CHECKING:
    from kgtools.tables.cells import CellProblem
    from kgtools.tables.names import Names as TableNames
    from kgtools.validation.sheets import TableDocument


class Translator:
    """Turns results into findings.

    Args:
        catalog: the rules.
        names: labels and classes of data and context.
        locator: where things are.
        tables: the workbooks and folders of CSV files, by their path.
        known: what tables call things; needed where there are tables.
    """

    def __init__(
        self,
        catalog: Catalog,
        names: Labels,
        locator: Locator,
        tables: Mapping[str, TableDocument] | None = None,
        known: TableNames | None = None,
    ) -> None:
        self._catalog = catalog
        self._names = names
        self._tables = tables or {}
        self._known = known
        self._rdf_reader = RdfFindingReader(names)
        self._of_sheets: dict[tuple[str, str], Rule] = {}
        self.locator = locator
        # Thousands of findings may say the same of the same; it is worked out once. Sheets name the cell in all of it.
        self._records: dict[Term, Record] = {}
        self._said: dict[tuple[str, str, str], str] = {}
        self._fixes: dict[tuple[str, str], str] = {}
        self._hints: dict[tuple[str, Term, Term | None], str] = {}
        self._shown: dict[Term, str] = {}
        self._path_labels: dict[tuple[str, str], str] = {}

    def reader(self, record: Record) -> FindingReader:
        """The reader of what is wrong with a record: the one who fills in its row, or the one who writes RDF."""
        document = self._tables.get(record.location.file)
        if document is None or self._known is None or ":" not in record.iri:
            return self._rdf_reader
        draft = document.places.records.get(ox.NamedNode(record.iri))
        return SheetReader(document, draft, self._known, self._names) if draft else self._rdf_reader

    def record(self, node: Term) -> Record:
        """A node as a record: its owner where it has no identifier."""
        if node not in self._records:
            self._records[node] = self._read_record(node)
        return self._records[node]

    def _read_record(self, node: Term) -> Record:
        owner, _ = self.locator.owner(node)
        iri = owner.value if isinstance(owner, ox.NamedNode) else str(owner)
        location = self.locator.location(owner)
        label = self._names.labels.get(iri) or "without an identifier"
        if iri not in self._names.labels and isinstance(owner, ox.NamedNode):
            in_sheet = location.place and location.place.sheet  # there, the identifier is a cell without a prefix
            label = iri.rpartition("/")[2] if in_sheet else shortened(iri).strip("<>")
        return Record(iri, label, self._names.kind(owner), location)

    def _told(self, rule: Rule, kind: str, reader: FindingReader) -> Rule:
        """The rule in the words of whom the finding is for: what reports say of a rule must not speak Turtle either.

        Args:
            rule: the rule.
            kind: of the record.
            reader: who reads of it.
        """
        if not isinstance(reader, SheetReader):
            return rule
        key = (rule.identifier, kind)
        if key not in self._of_sheets:
            anyone = reader.of_any_row()
            one_kind = ", " not in rule.target
            self._of_sheets[key] = replace(
                rule,
                message=rule.message_for(kind if one_kind else "row", anyone),
                fix=rule.fix_for(anyone),
                example=anyone.example(rule),
                field=None,
                fault=None,
            )
        return self._of_sheets[key]

    def noted(self, result: ValidationResult) -> Noted:
        """What must be known of a result of an engine to count and sort it."""
        rule = self._rule(result)
        value = None if result.value == result.focus_node else result.value
        record = self.record(result.focus_node)
        reader = self.reader(record)
        whole = result.path is not None and not isinstance(result.path, Predicate)
        return Noted(
            rule=self._told(rule, record.kind, reader),
            record=record,
            message=self._message(result, rule, record, reader),
            path=path_to_sparql(result.path) if result.path and whole else self._property(result, rule, value),
            value_term=str(value) if value is not None else "",
            source=result,
        )

    def findings(self, noted: Sequence[Noted]) -> list[Finding]:
        """Make findings that are only noted so far, once their places are found."""
        self.locator.prepare(each.source.focus_node for each in noted if each.source and not each.ready)
        return [each.ready or self.of_noted(each) for each in noted]

    def of_noted(self, noted: Noted) -> Finding:
        """A finding of which only the most important is known so far."""
        result = noted.source
        assert result is not None
        rule, reader = self._rule(result), self.reader(noted.record)
        value = None if result.value == result.focus_node else result.value
        prop = self._property(result, rule, value)
        return Finding(
            rule=noted.rule,
            record=noted.record,
            message=noted.message,
            path=noted.path,
            path_label=reader.heading(prop, self._path_label(prop, noted.path)),
            value=self._value(value, reader) if value is not None else "",
            value_term=noted.value_term,
            hint=self._hint(result, reader),
            fix=self._fix(rule, reader),
            example=reader.example(rule),
            location=self.place(result.focus_node, prop, value),
            source=result,
        )

    def _rule(self, result: ValidationResult) -> Rule:
        """The rule that a result breaks."""
        component = result.component.value.removeprefix(SH).removesuffix("ConstraintComponent")
        return self._catalog.rule(result.source_shape, component)

    def _path_label(self, prop: str, path: str) -> str:
        """What the property of a result is called, else its path."""
        if (prop, path) not in self._path_labels:
            written = shortened(path).strip("<>") if prop else path
            self._path_labels[prop, path] = self._names.labels.get(prop, written)
        return self._path_labels[prop, path]

    def _value(self, value: Term, reader: FindingReader) -> str:
        """A value as the reader knows it."""
        if reader is not self._rdf_reader:
            return reader.value(value)
        if value not in self._shown:
            self._shown[value] = reader.value(value)
        return self._shown[value]

    def _hint(self, result: ValidationResult, reader: FindingReader) -> str:
        """What is probably meant; of equal values that fail the same shape, the same."""
        if reader is not self._rdf_reader or result.details:
            return hint_for(result, self._catalog, self._names, reader)
        key = (result.component.value, result.source_shape, result.value)
        if key not in self._hints:
            self._hints[key] = hint_for(result, self._catalog, self._names, reader)
        return self._hints[key]

    def _fix(self, rule: Rule, reader: FindingReader) -> str:
        """How to fix what breaks a rule."""
        if reader is not self._rdf_reader:
            return rule.fix_for(reader)
        key = (rule.identifier, rule.shape)
        if key not in self._fixes:
            self._fixes[key] = rule.fix_for(reader)
        return self._fixes[key]

    def _label(self, prop: str) -> str:
        """What a property is called; empty where there is none."""
        return self._names.labels.get(prop) or (shortened(prop).strip("<>") if prop else "")

    def _property(self, result: ValidationResult, rule: Rule, value: Term | None) -> str:
        """The property that a result is about; for a rule that is a query, the one that holds the value."""
        if isinstance(result.path, Predicate):
            return result.path.iri.value
        found = self.locator.property_of(result.focus_node, value) if value is not None else ""
        return found or rule.path

    def _message(self, result: ValidationResult, rule: Rule, record: Record, reader: FindingReader) -> str:
        """The sentence made from the field, or the engine's message with labels in place of bare addresses."""
        if rule.field is not None:
            if reader is not self._rdf_reader:
                return rule.message_for(record.kind, reader)
            key = (rule.identifier, rule.shape, record.kind)
            if key not in self._said:
                self._said[key] = rule.message_for(record.kind, reader)
            return self._said[key]
        said = " ".join(message.value for message in result.messages)
        value = result.value
        return said.replace(value.value, reader.value(value)) if isinstance(value, ox.NamedNode) else said

    def place(self, node: Term, prop: str, value: Term | None) -> Location:
        """Where a value of a record is, or of a part of it, as near as is known.

        Args:
            node: the record, or the part of it without an identifier.
            prop: the property; empty for the record itself.
            value: the value, where it is about one.
        """
        owner, outer = self.locator.owner(node)
        if owner != node:
            return self.locator.location(owner, outer or None)
        return self.locator.location(node, prop or None, value)

    def of_term(self, found: TermFinding) -> Finding:
        """An undeclared term as a finding."""
        rule = self._catalog.named(found.rule)
        record = self.record(found.subject)
        reader = self.reader(record)
        is_record = found.value == found.subject and found.rule in {"record.class.missing", "record.identifier.missing"}
        short = reader.value(found.value)
        predicate = found.predicate
        return Finding(
            rule=self._told(rule, record.kind, reader),
            record=record,
            message=rule.message.replace("{?value}", short),
            path="" if is_record else predicate,
            path_label="" if is_record else self._label(predicate),
            value="" if is_record else short,
            value_term="" if is_record else str(found.value),
            hint=meant(found.suggestion, reader),
            fix=rule.fix_for(reader),
            example=reader.example(rule),
            location=self.place(found.subject, "" if is_record else predicate, None if is_record else found.value),
            source=_as_result(found, rule, rule.message.replace("{?value}", short)),
        )

    def of_text(self, found: TextFinding) -> Finding:
        """A text that a wrong encoding has spoiled as a finding."""
        rule = self._catalog.named(found.rule)
        record = self.record(found.subject)
        reader = self.reader(record)
        as_term = TermFinding(found.rule, found.subject, found.predicate, found.value)
        return Finding(
            rule=self._told(rule, record.kind, reader),
            record=record,
            message=found.message,
            path=found.predicate,
            path_label=self._label(found.predicate),
            value=reader.value(found.value),
            value_term=str(found.value),
            fix=found.fix,
            example=reader.example(rule),
            location=self.place(found.subject, found.predicate, found.value),
            source=_as_result(as_term, rule, found.message),
        )

    def of_cited(self, case: CitedTwice) -> Finding:
        """A new policy that cites what a policy on record cites, as a finding."""
        rule = self._catalog.named(RULE)
        record = self.record(case.policy)
        reader = self.reader(record)
        value = ox.Literal(case.citation)
        found = TermFinding(RULE, case.policy, CITATION, value)
        return Finding(
            rule=self._told(rule, record.kind, reader),
            record=record,
            message=case.message,
            path=CITATION,
            path_label=reader.heading(CITATION, self._label(CITATION)),
            value=case.citation,
            value_term=str(value),
            location=self.place(case.policy, CITATION, value),
            fix=rule.fix_for(reader),
            example=reader.example(rule),
            source=_as_result(found, rule, case.message),
        )

    def of_cell(self, document: TableDocument, problem: CellProblem) -> Finding:
        """What is wrong with a cell as a finding."""
        from kgtools.validation.sheets import cell_place

        rule = self._catalog.named(problem.rule)
        location = Location(str(document.file), cell_place(problem.place))
        known = problem.subject is not None and problem.subject in document.places.records
        record = Record(document.base, problem.place.sheet, "sheet", location)
        if known and problem.subject:
            record = self.record(problem.subject)
        path = problem.path.value if problem.path else ""
        reader = self.reader(record) if known else self._reader_of_sheet(document, problem.place.sheet)
        return Finding(
            rule=self._told(rule, record.kind, reader),
            record=record,
            message=problem.message,
            path=path,
            path_label=self._label(path),
            location=location,
            fix=problem.fix,
            example=reader.example(rule),
        )

    def _reader_of_sheet(self, document: TableDocument, sheet: str) -> FindingReader:
        """Who fills in a sheet, where it can't be told which record a row is; the first sheet, if it has no record."""
        drafts = document.places.records.values()
        draft = next((d for d in drafts if d.layout.grid.name == sheet), None) or next(iter(drafts), None)
        if draft is None or self._known is None:
            return self._rdf_reader
        return SheetReader(document, draft, self._known, self._names).of_any_row()

    def of_key(self, document: Document, key: str, offset: int) -> Finding:
        """A key that JSON-LD dropped as a finding."""
        rule = self._catalog.named("record.key.not-mapped")
        location = Location(str(document.file), document.place(offset))
        known = {name.rpartition("#")[2]: name for name in self._names.labels if name.startswith(SPF)}
        hint = meant([known[key]], self._rdf_reader) if key in known else ""
        return Finding(
            rule=rule,
            record=Record(document.base, document.file.name, "file", location),
            message=rule.message.replace("the key", f"the key '{key[:80]}'"),
            value=f'"{key[:80]}"',
            value_term=str(ox.Literal(key)),
            hint=hint,
            fix=rule.fix_for(),
            example=rule.example,
            location=location,
            source=_as_result(
                TermFinding("record.key.not-mapped", ox.NamedNode(document.base), "", ox.Literal(key)),
                rule,
                rule.message,
            ),
        )


def _as_result(found: TermFinding, rule: Rule, message: str) -> ValidationResult:
    """An undeclared term in SHACL's terms, for reports that other tools read."""
    return ValidationResult(
        focus_node=found.subject,
        path=None,
        value=found.value,
        component=ox.NamedNode(f"{SH}SPARQLConstraintComponent"),
        severity=ox.NamedNode(SH + rule.severity.capitalize()),
        source_shape=ox.NamedNode(rule.shape),
        source_constraint=None,
        messages=(ox.Literal(message, language="en"),),
    )
