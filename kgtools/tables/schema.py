"""The sheets and columns of a workbook, read from the shapes and the ontology, so that the two can't drift apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import KINDS, PREFIXES, RDF, RDFS, SH, SKOS, SPF, XSD
from kgtools.core.project import Project
from kgtools.graph.files import Files

SUBMISSION_KINDS: Final = (
    "submission",
    "state-policy",
    "claim",
    "determination",
    "adaptation",
    "state-example",
    "resource",
    "source",
    "organization",
    "person",
)
"""The kinds of record that a state hands in, in the order of their sheets."""

_TITLES: Final = {
    "submission": "Submission",
    "state-policy": "Policies",
    "claim": "Claims",
    "determination": "Determinations",
    "adaptation": "Adaptations",
    "state-example": "Examples",
    "resource": "Resources",
    "source": "Sources",
    "organization": "Organizations",
    "person": "People",
    "framework": "Frameworks",
    "edition": "Editions",
    "condition": "Conditions",
    "end-state": "End states",
    "transformative-policy": "Transformative policies",
    "implementation-action": "Implementation actions",
    "criterion": "Criteria",
    "mapping": "Mappings",
    "rating-scheme": "Rating schemes",
    "rating-item": "Rating items",
    "rating": "Ratings",
    "jurisdiction": "Jurisdictions",
}


class ValueKind(Enum):
    """What a cell of a column holds."""

    TEXT = "text"
    STRING = "plain text"
    ADDRESS = "web address"
    INTEGER = "whole number"
    DATE = "date"
    PARTIAL_DATE = "date, month or year"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: one property.

    Attributes:
        path: the property.
        heading: what people see at the top of the column.
        names: what else the heading may be written as.
        definition: what the property means, from the ontology.
        note: what to write, from the shapes.
        example: the object of the shapes' example.
        kind: what a cell holds.
        required: whether a record without a value is refused.
        recommended: whether a record without a value is warned about.
        many: whether a cell may hold several values.
        classes: for references, the classes that the things referred to may be of.
        allowed: for references to a few fixed things, these things.
        bounds: for whole numbers, the least and the greatest.
        sheet: for references to records that a submission holds, the sheet that they are rows of.
        sheet_columns: the headings of that sheet that a new row should be filled in under.
        rules: the identifier of the rule that each SHACL constraint of the column comes from, by the constraint's
            local name, such as ``class``.
    """

    path: ox.NamedNode
    heading: str
    names: frozenset[str]
    definition: str
    note: str
    example: ox.NamedNode | ox.Literal | None
    kind: ValueKind
    required: bool
    recommended: bool
    many: bool
    classes: tuple[str, ...] = ()
    allowed: tuple[ox.NamedNode, ...] = ()
    bounds: tuple[int, int] | None = None
    sheet: str = ""
    sheet_columns: tuple[str, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)

    @property
    def new_row(self) -> str:
        """How to refer to something that is new, as a sentence; empty where the column has a fixed list."""
        if not self.sheet:
            return ""
        return f"For a new one, add a row on the sheet {self.sheet} first: {', '.join(self.sheet_columns)}."

    @property
    def code(self) -> str:
        """The column's name for programs, such as ``year_adopted``."""
        local = re.split(r"[#/]", self.path.value)[-1]
        named = {"prefLabel": "name", "hasSource": "source"}.get(local, local)
        return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", named).lower()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook, or a file of a folder of CSV files: one class.

    Attributes:
        title: the sheet's name.
        kind: the kind of its records, a key of ``kgtools.core.namespaces.KINDS``.
        label: what one record is called.
        definition: what a record is, from the ontology.
        columns: its columns, in the shapes' order; the identifier comes before them.
    """

    title: str
    kind: str
    label: str
    definition: str
    columns: tuple[Column, ...]

    @property
    def class_iri(self) -> str:
        """The class of the records."""
        return SPF + KINDS[self.kind]

    @property
    def file(self) -> str:
        """The name of the CSV file."""
        return self.title.lower().replace(" ", "-") + ".csv"

    def column_of(self, path: ox.NamedNode) -> int | None:
        """The number of a property's column, counted from 1 as the identifier is column 0."""
        return next((i for i, column in enumerate(self.columns, start=1) if column.path == path), None)


@dataclass(frozen=True, slots=True)
class Schema:
    """All sheets that there can be.

    Attributes:
        sheets: the sheets by kind, those of a submission first.
        superclasses: the superclasses of each class, itself included.
    """

    sheets: Mapping[str, Sheet]
    superclasses: Mapping[str, frozenset[str]]

    def for_submission(self) -> tuple[Sheet, ...]:
        """The sheets that a state fills in."""
        return tuple(self.sheets[kind] for kind in SUBMISSION_KINDS)


class _Facts:
    """The objects of a graph by subject and predicate."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._objects: dict[tuple[object, str], list[ox.NamedNode | ox.BlankNode | ox.Literal]] = defaultdict(list)
        self.subjects: dict[str, list[ox.NamedNode]] = defaultdict(list)
        for t in triples:
            if isinstance(t.object, ox.Triple):
                continue
            self._objects[t.subject, t.predicate.value].append(t.object)
            if isinstance(t.subject, ox.NamedNode):
                self.subjects[t.predicate.value].append(t.subject)

    def all(self, subject: object, predicate: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        return self._objects.get((subject, predicate), [])

    def text(self, subject: object, predicate: str) -> str:
        found = self.all(subject, predicate)
        return "" if not found else found[0].value

    def list_of(self, node: object) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        items = []
        while isinstance(node, ox.BlankNode):
            items += self.all(node, RDF + "first")
            node = next(iter(self.all(node, RDF + "rest")), None)
        return items


@cache
def read_schema(project: Project, files: Files) -> Schema:
    """Read the sheets and columns from a project's shapes and ontology.

    Args:
        project: the project.
        files: the files as the command reads them.

    Returns:
        A sheet for each class that a node shape with property shapes targets.
    """
    facts = _Facts(files.triples(*project.ontology, *project.shapes))
    kinds = {SPF + name: kind for kind, name in KINDS.items()}
    sheets: dict[str, Sheet] = {}
    for shape in facts.subjects[SH + "targetClass"]:
        kind = kinds.get(facts.text(shape, SH + "targetClass"))
        if kind and facts.all(shape, SH + "property"):
            sheets[kind] = _sheet(facts, shape, kind)
    ordered = [k for k in (*SUBMISSION_KINDS, *KINDS) if k in sheets]
    homes = _homes(sheets)
    return Schema({kind: _with_homes(sheets[kind], homes) for kind in ordered}, _superclasses(facts))


def _homes(sheets: Mapping[str, Sheet]) -> dict[str, Sheet]:
    """The sheet of a submission that holds the records of a class; agents are mostly organizations."""
    found = {sheets[kind].class_iri: sheets[kind] for kind in SUBMISSION_KINDS if kind in sheets}
    organizations = found.get(SPF + "Organization")
    return found | ({SPF + "Agent": organizations} if organizations else {})


def _with_homes(sheet: Sheet, homes: Mapping[str, Sheet]) -> Sheet:
    def told(column: Column) -> Column:
        home = next((homes[cls] for cls in column.classes if cls in homes), None)
        if home is None:
            return column
        needed = tuple(c.heading for c in home.columns if c.required or c.recommended)
        return replace(column, sheet=home.title, sheet_columns=needed)

    return replace(sheet, columns=tuple(map(told, sheet.columns)))


def _superclasses(facts: _Facts) -> dict[str, frozenset[str]]:
    direct = {
        s.value: {o.value for o in facts.all(s, RDFS + "subClassOf") if isinstance(o, ox.NamedNode)}
        for s in facts.subjects[RDFS + "subClassOf"]
    }
    found: dict[str, frozenset[str]] = {}
    for cls in {*direct, *(o for objects in direct.values() for o in objects)}:
        reached, frontier = {cls}, [cls]
        while frontier:
            new = direct.get(frontier.pop(), set()) - reached
            reached |= new
            frontier += new
        found[cls] = frozenset(reached)
    return found


def _sheet(facts: _Facts, shape: ox.NamedNode, kind: str) -> Sheet:
    class_node = ox.NamedNode(SPF + KINDS[kind])
    by_path: dict[ox.NamedNode, list[ox.NamedNode | ox.BlankNode | ox.Literal]] = defaultdict(list)
    for rule in sorted(facts.all(shape, SH + "property"), key=str):
        path = next(iter(facts.all(rule, SH + "path")), None)
        if isinstance(path, ox.NamedNode):
            by_path[path].append(rule)
    order = {path: min(int(facts.text(r, SH + "order") or 999) for r in rules) for path, rules in by_path.items()}
    label = facts.text(class_node, SKOS + "prefLabel")
    title = _TITLES.get(kind, label.capitalize())
    columns = tuple(_column(facts, path, by_path[path]) for path in sorted(by_path, key=lambda p: order[p]))
    return Sheet(title, kind, label, facts.text(class_node, SKOS + "definition"), columns)


def _column(facts: _Facts, path: ox.NamedNode, rules: list[ox.NamedNode | ox.BlankNode | ox.Literal]) -> Column:
    constraints: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal] = {}
    identifiers: dict[str, str] = {}
    severity = ""
    for rule in rules:
        for name in (
            "minCount",
            "maxCount",
            "class",
            "datatype",
            "or",
            "in",
            "pattern",
            "minInclusive",
            "maxInclusive",
        ):
            for value in facts.all(rule, SH + name):
                constraints[name] = value
                identifiers[name] = facts.text(rule, SPF + "ruleIdentifier")
                severity = facts.text(rule, SH + "severity") if name == "minCount" else severity
    kind, classes, allowed = _value_kind(facts, constraints)
    noun = _noun(facts, rules) or facts.text(path, SKOS + "prefLabel")
    label = facts.text(path, SKOS + "prefLabel")
    local = re.split(r"[#/]", path.value)[-1]
    return Column(
        path=path,
        heading=noun[:1].upper() + noun[1:],
        names=frozenset(filter(None, (noun, label, local, *(a.value for a in facts.all(path, SKOS + "altLabel"))))),
        definition=facts.text(path, SKOS + "definition"),
        note=_note(facts, rules),
        example=_example(facts, rules, path),
        kind=kind,
        required=severity == SH + "Violation",
        recommended=severity == SH + "Warning",
        many="maxCount" not in constraints,
        classes=classes,
        allowed=allowed,
        bounds=_bounds(constraints),
        rules=identifiers,
    )


def _bounds(constraints: Mapping[str, ox.NamedNode | ox.BlankNode | ox.Literal]) -> tuple[int, int] | None:
    if "minInclusive" not in constraints or "maxInclusive" not in constraints:
        return None
    return int(constraints["minInclusive"].value), int(constraints["maxInclusive"].value)


_DATATYPES: Final = {
    RDF + "langString": ValueKind.TEXT,
    XSD + "string": ValueKind.STRING,
    XSD + "anyURI": ValueKind.ADDRESS,
    XSD + "integer": ValueKind.INTEGER,
    XSD + "date": ValueKind.DATE,
}


def _value_kind(
    facts: _Facts, constraints: Mapping[str, ox.NamedNode | ox.BlankNode | ox.Literal]
) -> tuple[ValueKind, tuple[str, ...], tuple[ox.NamedNode, ...]]:
    if "datatype" in constraints:
        return _DATATYPES[constraints["datatype"].value], (), ()
    if "class" in constraints:
        return ValueKind.REFERENCE, (constraints["class"].value,), ()
    if "in" in constraints:
        allowed = facts.list_of(constraints["in"])
        return ValueKind.REFERENCE, (), tuple(a for a in allowed if isinstance(a, ox.NamedNode))
    options = facts.list_of(constraints.get("or"))
    classes = tuple(facts.text(option, SH + "class") for option in options)
    if any(classes):
        return ValueKind.REFERENCE, tuple(filter(None, classes)), ()
    return (ValueKind.PARTIAL_DATE if options else ValueKind.STRING), (), ()


_NOUNS: Final = (re.compile(r": (.+) is given$"), re.compile(r": one (.+)$"), re.compile(r": (?:form|kind) of (.+)$"))


def _noun(facts: _Facts, rules: list[ox.NamedNode | ox.BlankNode | ox.Literal]) -> str:
    """What the shapes' messages call the value, from the names of the rules."""
    names = [facts.text(rule, SH + "name") for rule in rules]
    found = (match[1] for pattern in _NOUNS for name in names if (match := pattern.search(name)))
    return next(found, "")


def _note(facts: _Facts, rules: list[ox.NamedNode | ox.BlankNode | ox.Literal]) -> str:
    fixes = [facts.text(rule, SPF + "ruleFix") for rule in rules]
    told = [fix.partition(": ")[2] for fix in fixes if ": " in fix]
    return min(told, key=len, default="")


@cache
def _prefix_lines() -> str:
    return "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())


def _example(
    facts: _Facts, rules: list[ox.NamedNode | ox.BlankNode | ox.Literal], path: ox.NamedNode
) -> ox.NamedNode | ox.Literal | None:
    for rule in rules:
        text = facts.text(rule, SPF + "ruleExample")
        try:
            parsed = ox.parse(f"{_prefix_lines()}<urn:x> {text} .", format=ox.RdfFormat.TURTLE)
            found = [q.object for q in parsed if q.predicate == path]
        except SyntaxError:
            continue
        if found and isinstance(found[0], ox.NamedNode | ox.Literal):
            return found[0]
    return None
