"""The rules, read from the shapes, so that what is listed and what is checked can't drift apart.

A rule about a field has the name of its property shape and the fault that it finds, such as
``state-policy.legal-status.missing``; its sentences are made from the field. A rule across fields or records has the
name of its shape and hand-written sentences.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from kgtools.core.errors import RuleError
from kgtools.core.namespaces import BASE, RDFS, RULE, SH, SHAPES, shortened
from kgtools.core.suggest import nearest
from kgtools.graph.store import Term
from kgtools.schema.facts import Facts, name_of
from kgtools.schema.model import Fault, Field
from kgtools.schema.shapes import components_of, fault_of, read_fields
from kgtools.schema.wording import RATIONALES, RDF_READER, Reader, filled, fix, message

SEVERITIES: Final = ("violation", "warning", "info")
"""From the gravest to the lightest."""

_MEANINGS: Final = {"violation": "mandatory", "warning": "recommended", "info": "nice to have"}
_SEVERITY: Final = {f"{SH}{name.capitalize()}": name for name in SEVERITIES}
_TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_NOT_CONSTRAINTS: Final = frozenset(
    ["name", "description", "message", "severity", "order", "group", "path", "property", "deactivated", "flags"]
) | set(_TARGETS)  # fmt: skip
_PARAMETER_OF: Final = {
    Fault.MISSING: ("minCount",),
    Fault.TOO_MANY: ("maxCount", "uniqueLang"),
    Fault.WRONG_KIND: ("class", "or"),
    Fault.NOT_IN_LIST: ("class", "in", "or"),
    Fault.WRONG_FORM: ("datatype", "or"),
    Fault.MALFORMED: ("pattern",),
    Fault.TOO_LONG: ("pattern",),
    Fault.OUT_OF_RANGE: ("minInclusive", "maxInclusive"),
}
_PAGES: Final = f"{BASE}docs/rules#"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, as its page shows it.

    Attributes:
        identifier: such as ``state-policy.legal-status.missing``; for shapes of others, what comes nearest to a name.
        severity: ``violation``, ``warning`` or ``info``.
        name: a short name.
        message: what is said when it is broken.
        rationale: why the rule is there.
        fix: how to fix what breaks it, with placeholders for records and fields where it is written by hand.
        example: a passing statement, in Turtle.
        link: its page in the documentation.
        shape: the shape that it is.
        target: the classes, nodes or properties that select what it looks at.
        path: the property that it is about, where it is about one.
        constraint: what is asked, in SHACL's terms.
        field: the field that it is about, where its sentences are made from the field.
        fault: what it finds wrong with the field.
        fields: the fields whose values its example shows.
        follows_from: the identifier of a rule; what breaks that one breaks this one too, and nothing is said of it.
    """

    identifier: str
    severity: str
    name: str = ""
    message: str = ""
    rationale: str = ""
    fix: str = ""
    example: str = ""
    link: str = ""
    shape: str = ""
    target: str = ""
    path: str = ""
    constraint: str = ""
    field: Field | None = None
    fault: Fault | None = None
    fields: tuple[Field, ...] = ()
    follows_from: str = ""

    @property
    def meaning(self) -> str:
        """How binding the rule is, in plain words."""
        return _MEANINGS[self.severity]

    def message_for(self, kind: str, reader: Reader = RDF_READER) -> str:
        """What is said of a record of a kind, where the sentence is made from a field; else the rule's own message."""
        if self.field is None or self.fault is None:
            return self.message
        return message(self.field, self.fault, kind or "record", reader)

    def fix_for(self, reader: Reader = RDF_READER) -> str:
        """How to fix what breaks it, in a reader's words."""
        if self.field is None or self.fault is None:
            return filled(self.fix, reader)
        return fix(self.field, self.fault, reader)


class Catalog:
    """The rules of a shapes graph.

    Args:
        triples: the shapes graph.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._facts = Facts(triples)
        self._owners: dict[Term, list[Term]] = {}
        for node in self._facts.subjects:
            for member in self._facts.all(node, f"{SH}property"):
                self._owners.setdefault(member, []).append(node)
        self._known: dict[tuple[Term, str], Rule] = {}
        self._by_component: dict[tuple[Term, str], Rule] = {}

    @cached_property
    def fields(self) -> Mapping[Term, Field]:
        """The fields by property shape."""
        return read_fields(self._facts)

    @cached_property
    def _by_path(self) -> Mapping[str, Field]:
        return {field.path: field for field in sorted(self.fields.values(), key=lambda field: field.name)}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The project's rules, sorted by identifier."""
        found = {rule.identifier: rule for rule in itertools.starmap(self.rule, self._constraints())}
        return tuple(found[name] for name in sorted(found))

    @property
    def size(self) -> int:
        """How many rules of the project there are; counted without making them."""
        return len({self._identifier(shape, component) for shape, component in self._constraints()})

    def _constraints(self) -> Iterator[tuple[Term, str]]:
        """The shapes that are rules of the project, each with the components of its constraints."""
        for node in self._facts.subjects:
            if node in self.fields:
                yield from ((node, component) for component in components_of(self._facts, node))
            elif self._facts.text(node, f"{RULE}rationale"):
                yield node, ""

    def _identifier(self, shape: Term, component: str) -> str:
        field = self.fields.get(shape)
        fault = fault_of(field, component) if field else None
        return f"{field.name}.{fault.value}" if field and fault else self._made_up(shape)

    def rule(self, shape: Term, component: str = "") -> Rule:
        """The rule that a constraint of a shape is, made up as far as possible for shapes that carry no rule texts.

        Args:
            shape: the shape.
            component: the local name of the constraint component without ``ConstraintComponent``; it matters for
                the project's property shapes, each constraint of which is its own rule.
        """
        if (shape, component) not in self._by_component:
            field = self.fields.get(shape)
            fault = fault_of(field, component) if field else None
            key = (shape, fault.value if fault else "")
            if key not in self._known:
                made = self._of_field(shape, field, fault) if field and fault else self._read(shape)
                self._known[key] = made
            self._by_component[shape, component] = self._known[key]
        return self._by_component[shape, component]

    def named(self, name: str) -> Rule:
        """The rule of a name that code decides itself, such as ``cell.formula`` or ``record.name.missing``."""
        return self._by_name.get(name) or self.rule(ox.NamedNode(SHAPES + name))

    @cached_property
    def _by_name(self) -> Mapping[str, Rule]:
        return {rule.identifier: rule for rule in self.rules}

    def find(self, identifier: str) -> Rule:
        """The rule of an identifier, in capital or small letters.

        Raises:
            RuleError: there is none.
        """
        known = {rule.identifier.casefold(): rule for rule in self.rules}
        found = known.get(identifier.casefold())
        if found:
            return found
        meant = nearest(identifier, known)
        hint = f" Did you mean {known[meant].identifier}?" if meant else ""
        raise RuleError(f"There is no rule '{identifier[:80]}'.{hint} 'kgtools rules' lists them all.")

    def _of_field(self, shape: Term, field: Field, fault: Fault) -> Rule:
        kinds = [self._facts.text(owner, f"{SH}name") for owner in self._owners.get(shape, [])]
        kind = kinds[0] if len(kinds) == 1 else "record"
        own = field.rationale if fault is Fault.MISSING else ""
        identifier = f"{field.name}.{fault.value}"
        return Rule(
            identifier=identifier,
            severity=_SEVERITY.get(self._facts.text(shape, f"{SH}severity"), "violation"),
            name=f"{kind}: {field.label}, {fault.value.replace('-', ' ')}",
            message=message(field, fault, kind),
            rationale=own or RATIONALES[fault],
            fix=fix(field, fault),
            example=_statement(field),
            link=_PAGES + identifier,
            shape=name_of(shape),
            target=self._target(shape),
            path=field.path,
            constraint=self._constraint(shape, only=_PARAMETER_OF[fault]),
            field=field,
            fault=fault,
            fields=(field,),
        )

    def _read(self, node: Term) -> Rule:
        rationale = self._facts.text(node, f"{RULE}rationale")
        primary = self._facts.text(node, f"{RULE}property")
        shown = [primary, *sorted(map(name_of, self._facts.all(node, f"{RULE}alsoProperty")))]
        fields = tuple(self._by_path[path] for path in shown if path in self._by_path)
        identifier = self._made_up(node)
        return Rule(
            identifier=identifier,
            severity=_SEVERITY.get(self._severity(node), "violation"),
            name=self._facts.text(node, f"{SH}name") or self._facts.text(node, f"{RDFS}label"),
            message=self._message(node),
            rationale=rationale or self._facts.text(node, f"{SH}description"),
            fix=self._facts.text(node, f"{RULE}fix"),
            example=self._facts.text(node, f"{RULE}example") or " ; ".join(map(_statement, fields)),
            link=_PAGES + identifier if rationale else self._facts.text(node, f"{RDFS}seeAlso"),
            shape=name_of(node),
            target=self._target(node),
            path=self._path(node) or primary,
            constraint=self._constraint(node),
            fields=fields,
            follows_from=self._facts.text(node, f"{RULE}followsFrom").removeprefix(SHAPES),
        )

    def _severity(self, node: Term) -> str:
        return self._facts.text(node, f"{SH}severity") or self._facts.text(node, f"{RULE}severity")

    def _message(self, node: Term) -> str:
        own = self._facts.text(node, f"{SH}message") or self._facts.text(node, f"{RULE}message")
        queries = self._facts.all(node, f"{SH}sparql")
        return own or next((self._facts.text(query, f"{SH}message") for query in queries), "")

    def _path(self, node: Term) -> str:
        path = self._facts.one(node, f"{SH}path")
        return path.value if isinstance(path, ox.NamedNode) else ""

    def _made_up(self, node: Term) -> str:
        if isinstance(node, ox.NamedNode):
            own = node.value.startswith(SHAPES)
            return node.value.removeprefix(SHAPES) if own else shortened(node.value).strip("<>")
        owner = next(iter(self._owners.get(node, [])), None)
        path = self._path(node)
        inner = shortened(path).strip("<>") if path else "rule"
        return f"{self._made_up(owner)} / {inner}" if owner is not None else inner

    def _target(self, node: Term) -> str:
        named = {shortened(name_of(v)) for kind in _TARGETS for v in self._facts.all(node, f"{SH}{kind}")}
        return ", ".join(sorted(named)) or ", ".join(
            sorted({target for owner in self._owners.get(node, []) if (target := self._target(owner))})
        )

    def _constraint(self, node: Term, only: tuple[str, ...] = ()) -> str:
        parts = []
        for predicate, values in sorted(self._facts.about(node).items()):
            local = predicate.removeprefix(SH)
            if predicate.startswith(SH) and (local in only if only else local not in _NOT_CONSTRAINTS):
                parts += [f"sh:{local} {self._shown(value)}" for value in values]
        return " ; ".join(parts)

    def _shown(self, value: Term) -> str:
        if isinstance(value, ox.NamedNode):
            query = self._facts.text(value, f"{SH}select") or self._facts.text(value, f"{SH}ask")
            return query or shortened(value.value)
        if isinstance(value, ox.Literal):
            return value.value
        items = self._facts.list_of(value)
        if items:
            return f"( {' '.join(self._shown(item) for item in items)} )"
        return self._facts.text(value, f"{SH}select") or f"[ {self._constraint(value)} ]"

    def demanded(self, shape: Term, parameter: str) -> tuple[str, ...]:
        """What a shape asks for by a parameter, such as the classes of ``class``."""
        return tuple(name_of(value) for value in self._facts.all(shape, f"{SH}{parameter}"))

    def alternatives(self, shape: Term) -> Mapping[Term, tuple[str, str]]:
        """The members of a shape's ``sh:or`` or ``sh:xone``: the kind of demand, and what is demanded."""
        found: dict[Term, tuple[str, str]] = {}
        for head in (*self._facts.all(shape, f"{SH}or"), *self._facts.all(shape, f"{SH}xone")):
            for item in self._facts.list_of(head):
                for kind in ("class", "datatype"):
                    if demanded := self._facts.text(item, f"{SH}{kind}"):
                        found[item] = (kind, demanded)
                found.setdefault(item, ("shape", self._constraint(item)))
        return found

    def nested(self, shape: Term) -> frozenset[Term]:
        """A shape and the shapes that it is made of."""
        found: set[Term] = set()
        waiting = [shape]
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting += (*self._facts.all(node, f"{SH}property"), *self._facts.all(node, f"{SH}node"))
        return frozenset(found)


def _statement(field: Field) -> str:
    """A passing statement of a field, in Turtle."""
    if field.example is None:
        return ""
    prop = shortened(field.path)
    return f"{prop} {_turtle(field.example)}"


def _turtle(term: Term) -> str:
    if isinstance(term, ox.NamedNode):
        return shortened(term.value)
    if not isinstance(term, ox.Literal) or term.language:
        return str(term)
    datatype = term.datatype.value
    if datatype.endswith("#integer") and re.fullmatch(r"[+-]?\d+", term.value):
        return term.value
    return str(ox.Literal(term.value)) + ("" if datatype.endswith("#string") else f"^^{shortened(datatype)}")
