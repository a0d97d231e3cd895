"""From an engine's results to findings that a person can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kgtools.core.namespaces import SH, SHAPES, SPF, shortened
from kgtools.graph.store import Term
from kgtools.schema.rules import Catalogue, Rule
from kgtools.shacl import ValidationResult
from kgtools.shacl.paths import Predicate, path_to_sparql
from kgtools.validation.documents import Document
from kgtools.validation.findings import Finding, Location, Record
from kgtools.validation.hints import Names, hint_for
from kgtools.validation.locate import Locator
from kgtools.validation.terms import TermFinding, in_words

if TYPE_CHECKING:
    from kgtools.tables.cells import CellProblem
    from kgtools.validation.sheets import TableDocument


class Translator:
    """Turns results into findings.

    Args:
        catalogue: the rules.
        names: labels and classes of data and context.
        locator: where things are.
    """

    def __init__(self, catalogue: Catalogue, names: Names, locator: Locator) -> None:
        self._catalogue = catalogue
        self._names = names
        self.locator = locator

    def record(self, node: Term) -> Record:
        """A node as a record: its owner where it has no identifier of its own."""
        owner, _ = self.locator.owner(node)
        iri = owner.value if isinstance(owner, ox.NamedNode) else str(owner)
        label = self._names.labels.get(iri) or (
            shortened(iri).strip("<>") if isinstance(owner, ox.NamedNode) else "without an identifier"
        )
        return Record(iri, label, self._names.kind(owner), self.locator.location(owner))

    def of_result(self, result: ValidationResult) -> Finding:
        """A result of an engine as a finding."""
        rule = self._catalogue.rule(result.source_shape)
        value = None if result.value == result.focus_node else result.value
        prop = self._property(result, rule, value)
        path = path_to_sparql(result.path) if result.path and not isinstance(result.path, Predicate) else prop
        return Finding(
            rule=rule,
            record=self.record(result.focus_node),
            message=self._filled(" ".join(message.value for message in result.messages), result.value),
            path=path,
            path_label=self._names.labels.get(prop, shortened(path).strip("<>") if prop else path),
            value=self._names.display(value) if value is not None else "",
            value_term=str(value) if value is not None else "",
            hint=hint_for(result, rule, self._catalogue, self._names),
            location=self._location(result.focus_node, prop, value),
            source=result,
        )

    def _property(self, result: ValidationResult, rule: Rule, value: Term | None) -> str:
        """The property that a result is about; for a rule that is a query, the one that holds the value."""
        if isinstance(result.path, Predicate):
            return result.path.iri.value
        found = self.locator.property_of(result.focus_node, value) if value is not None else ""
        return found or rule.path

    def _filled(self, message: str, value: Term | None) -> str:
        """The message with labels in place of bare addresses."""
        if isinstance(value, ox.NamedNode):
            return message.replace(value.value, self._names.display(value))
        return message

    def _location(self, node: Term, prop: str, value: Term | None) -> Location:
        owner, outer = self.locator.owner(node)
        if owner != node:
            return self.locator.location(owner, outer or None)
        return self.locator.location(node, prop or None, value)

    def of_term(self, found: TermFinding) -> Finding:
        """An undeclared term as a finding."""
        rule = self._catalogue.rule(ox.NamedNode(SHAPES + found.rule))
        is_record = found.value == found.subject and found.rule in {"VOC-004", "VOC-006"}
        short = self._names.display(found.value)
        predicate = found.predicate
        return Finding(
            rule=rule,
            record=self.record(found.subject),
            message=rule.message.replace("{?value}", short),
            path="" if is_record else predicate,
            path_label="" if is_record else self._names.labels.get(predicate, shortened(predicate).strip("<>")),
            value="" if is_record else short,
            value_term="" if is_record else str(found.value),
            hint=in_words(found.suggestion),
            location=self._location(found.subject, "" if is_record else predicate, None if is_record else found.value),
            source=_as_result(found, rule, rule.message.replace("{?value}", short)),
        )

    def of_cell(self, document: TableDocument, problem: CellProblem) -> Finding:
        """What is wrong with a cell as a finding."""
        from kgtools.validation.sheets import cell_place

        rule = self._catalogue.rule(ox.NamedNode(SHAPES + problem.rule))
        location = Location(str(document.file), cell_place(problem.place))
        known = problem.subject is not None and problem.subject in document.places.records
        record = Record(document.base, problem.place.sheet, "sheet", location)
        if known and problem.subject:
            self.locator.prepare([problem.subject])
            record = self.record(problem.subject)
        path = problem.path.value if problem.path else ""
        return Finding(
            rule=rule,
            record=record,
            message=problem.message,
            path=path,
            path_label=self._names.labels.get(path, shortened(path).strip("<>") if path else ""),
            location=location,
            own_fix=problem.fix,
        )

    def of_key(self, document: Document, key: str, offset: int) -> Finding:
        """A key that JSON-LD dropped as a finding."""
        rule = self._catalogue.rule(ox.NamedNode(f"{SHAPES}VOC-008"))
        location = Location(str(document.file), document.place(offset))
        known = {name.rpartition("#")[2]: name for name in self._names.labels if name.startswith(SPF)}
        hint = in_words([known[key]]) if key in known else ""
        return Finding(
            rule=rule,
            record=Record(document.base, document.file.name, "file", location),
            message=rule.message.replace("The key", f"The key '{key[:80]}'"),
            value=f'"{key[:80]}"',
            value_term=str(ox.Literal(key)),
            hint=hint,
            location=location,
            source=_as_result(
                TermFinding("VOC-008", ox.NamedNode(document.base), "", ox.Literal(key)), rule, rule.message
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
