"""Findings in the words of a spreadsheet: the texts of the rules, with columns, cells and labels in place of Turtle.

The rules have one text each, which speaks of properties (``spf:legalStatus``) and of identifiers
(``legal-status:in-force``). Of a record that stands in a table the same text is told with the heading and the cell of
the column, and with what people choose from its list. Nothing is written twice, so that the two can't drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import ID, KINDS, PREFIXES
from kgtools.tables.names import Names
from kgtools.tables.reading import Draft
from kgtools.tables.schema import SUBMISSION_KINDS, Column, ValueKind
from kgtools.validation.findings import Finding
from kgtools.validation.sheets import TableDocument

_PROPERTY: Final = r"\(((?:spf|skos):\w+)\)"
_BARE: Final = re.compile(r"\b((?:spf|skos):\w+)\b")
_ADD: Final = re.compile(rf"\b(?:Add|add) (?:an? |the )?[\w -]+ {_PROPERTY}")
_NAMED: Final = re.compile(rf" {_PROPERTY}")
_EXISTING: Final = re.compile(r"Use the identifier of (?:an? [\w -]+? that exists|one of them)(?:: (.*))?$")
_LABELLED: Final = re.compile(r" \(([a-z][a-z-]*:[a-z0-9][\w-]*)\)")
_CURIE: Final = re.compile(r"\b([a-z][a-z-]*):([a-z0-9][\w-]*)")
_LITERAL: Final = re.compile(r'"([^"]*)"\^\^\w+:\w+')
_TECHNICAL: Final = (
    (re.compile(r",? typed xsd:\w+(?:, xsd:\w+)*(?: or xsd:\w+)?"), ""),
    (re.compile(r",? with the language tag en\b"), ""),
    (re.compile(r" without a language tag\b"), ""),
    (re.compile(r"\b([Rr])emove the statement\b"), r"\1emove what the cell says"),
    (re.compile(r"\bRemove the record\b"), "Delete the row"),
    (re.compile(r"\bremove the record\b"), "delete the row"),
    (re.compile(r"\bKeep one record\b"), "Keep one row"),
    (re.compile(r"\b(make|Make) a record\b"), r"\1 a row"),
    (re.compile(r"\bthat is described\b"), "that is known"),
    (re.compile(r"\bis described neither in the files nor in the project\b"), "is neither in the file nor on record"),
    (re.compile(r"\bKeep the right\b"), "Keep one value in the"),
    (re.compile(r", such as https://…(?=\.)"), ""),
)
_FEW: Final = 12
"""The longest list that is told in full."""


class SheetWords:
    """Tells what a report says of one table as a reader of the table wants it.

    Args:
        document: the table.
        names: what things are called.
    """

    def __init__(self, document: TableDocument, names: Names) -> None:
        self._places = document.places
        self._names = names

    def told(self, finding: Finding) -> Finding:
        """A finding about a record of the table, in the words of a spreadsheet."""
        draft = self._places.records.get(ox.NamedNode(finding.record.iri)) if ":" in finding.record.iri else None
        if draft is None:
            return finding
        column = _column(draft, finding.path)
        return replace(
            finding,
            message=self._plain(finding.message, draft),
            hint=self._plain(finding.hint, draft),
            value=self._value(finding),
            path_label=column.heading if column else finding.path_label,
            own_fix=finding.own_fix if finding.own_fix is not None else self._fix(finding, draft, column),
            own_example=self._example(finding.rule.example, draft),
        )

    def _fix(self, finding: Finding, draft: Draft, column: Column | None) -> str:
        found = _EXISTING.search(finding.rule.fix)
        if found and column:
            return self._chosen(f"Choose {self._where(draft, column)}", column, found[1] or "")
        added = _ADD.match(finding.rule.fix)
        property_ = _column(draft, _iri(added[1])) if added else None
        if added and property_ and property_.kind is ValueKind.REFERENCE:
            rest = finding.rule.fix[added.end() :].removeprefix(":").strip()
            return self._chosen(f"Fill in {self._where(draft, property_)}", property_, rest)
        return self._plain(finding.rule.fix, draft)

    def _chosen(self, begin: str, column: Column, note: str) -> str:
        """What to choose: one of a few labels, or a row of another sheet, which may have to be added first."""
        if column.new_row:
            return f"{begin} from the sheet {column.sheet}. {column.new_row}"
        members = self._names.current(column.classes) if column.classes else []
        if 0 < len(members) <= _FEW:
            labels = ", ".join(f"“{self._names.display(iri, column.classes)}”" for iri in members)
            return f"{begin} from its list: {labels}."
        return f"{begin} from its list{': ' + note if note else '.'}"

    def _plain(self, text: str, draft: Draft) -> str:
        """A text of a rule with columns in place of properties and labels in place of identifiers."""
        begins_large = text[:1].isupper()
        text = _LITERAL.sub(r"\1", text)
        for pattern, plain in _TECHNICAL:
            text = pattern.sub(plain, text)
        text = _ADD.sub(lambda found: self._replaced(found, "fill in {}", draft), text)
        for found in list(_NAMED.finditer(text)):
            text = self._without_noun(text, found, draft)
        text = _BARE.sub(lambda found: self._replaced(found, "{}", draft), text)
        text = _LABELLED.sub(lambda found: f" ({found[1].partition(':')[2]})" if _is_row(found[1]) else "", text)
        text = _CURIE.sub(self._called, text)
        text = " ".join(text.split())
        return text[:1].upper() + text[1:] if begins_large else text

    def _replaced(self, found: re.Match[str], form: str, draft: Draft) -> str:
        column = _column(draft, _iri(found[1]))
        if column is None:
            return found[0].replace(f" ({found[1]})", "").replace(found[1], _words(found[1]))
        return form.format(self._where(draft, column))

    def _without_noun(self, text: str, found: re.Match[str], draft: Draft) -> str:
        """A text in which “the legal status (spf:legalStatus)” has become the column."""
        column = _column(draft, _iri(found[1]))
        if column is None:
            return text.replace(found[0], "")
        nouns = "|".join(map(re.escape, sorted({column.heading, *column.names}, key=len, reverse=True)))
        noun = rf"(?:(?:the right |the |an? )?(?:{nouns}))?{re.escape(found[0])}"
        return re.sub(noun, lambda _: " " + self._where(draft, column), text, flags=re.IGNORECASE)

    def _where(self, draft: Draft, column: Column) -> str:
        """A column with the cell in it: “Legal status” (Policies!K4)."""
        missing = all(c.path != column.path for c in draft.layout.columns.values())
        return f"“{column.heading}”" + ("" if missing else f" ({self._places.cell(draft, column.path)})")

    def _called(self, found: re.Match[str]) -> str:
        """What a cell says for an identifier: its label where it goes by that, else the last part of it."""
        if found[1] not in KINDS:
            return found[0]
        iri = f"{ID}{found[1]}/{found[2]}"
        label = self._names.labels.get(iri)
        return f"“{label}”" if label and not _is_row(found[0]) else found[2]

    def _value(self, finding: Finding) -> str:
        return _LABELLED.sub(
            lambda found: f" ({found[1].partition(':')[2]})" if _is_row(found[1]) else "",
            _LITERAL.sub(r"\1", finding.value),
        )

    def _example(self, turtle: str, draft: Draft) -> str:
        """An example as cells: “Legal status”: in force."""
        shown = []
        for path, value in _statements(turtle):
            column = _column(draft, path.value)
            if column:
                named = isinstance(value, ox.NamedNode)
                text = self._names.display(value.value, column.classes) if named and column.classes else value.value
                text = value.value.rpartition("/")[2] if named and ":" in text else text
                shown.append(f"“{column.heading}”: {text}")
        return "; ".join(shown)


def _column(draft: Draft, path: str) -> Column | None:
    return next((c for c in draft.layout.sheet.columns if c.path.value == path), None)


def _iri(curie: str) -> str:
    prefix, _, local = curie.partition(":")
    return PREFIXES.get(prefix, prefix) + local


def _words(curie: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r" \1", curie.partition(":")[2]).lower()


def _is_row(curie: str) -> bool:
    """Whether an identifier is of a kind whose records are rows of a sheet and go by their identifier."""
    kind = curie.partition(":")[0]
    return kind in SUBMISSION_KINDS and kind not in {"organization", "person"}


@cache
def _statements(turtle: str) -> tuple[tuple[ox.NamedNode, ox.NamedNode | ox.Literal], ...]:
    """The properties and values of a rule's example; nothing where it is no Turtle."""
    prefixes: Mapping[str, str] = PREFIXES
    lines = "".join(f"@prefix {name}: <{space}> .\n" for name, space in prefixes.items())
    try:
        quads = list(ox.parse(f"{lines}<urn:x> {turtle} .", format=ox.RdfFormat.TURTLE))
    except SyntaxError:
        return ()
    return tuple((q.predicate, q.object) for q in quads if isinstance(q.object, ox.NamedNode | ox.Literal))
