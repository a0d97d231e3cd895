"""The rules, read from the shapes, so that what is listed and what is checked can't drift apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from kgtools.core.errors import RuleError
from kgtools.core.namespaces import PREFIXES, RDF, RDFS, SH, SPF, shortened
from kgtools.core.suggest import nearest
from kgtools.graph.store import Term

SEVERITIES: Final = ("violation", "warning", "info")
"""From the gravest to the lightest."""

_MEANINGS: Final = {"violation": "mandatory", "warning": "recommended", "info": "nice to have"}
_SEVERITY: Final = {f"{SH}{name.capitalize()}": name for name in SEVERITIES}
_PROPERTY: Final = re.compile(r"\b([a-z][\w-]*):([A-Za-z][\w-]*)")
_TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_NOT_CONSTRAINTS: Final = frozenset(
    ["name", "description", "message", "severity", "order", "group", "path", "property", "deactivated", "flags"]
) | set(_TARGETS)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, as its page shows it.

    Attributes:
        identifier: such as ``POL-003``; for shapes of others, what comes nearest to a name.
        severity: ``violation``, ``warning`` or ``info``.
        name: a short name.
        message: what is said when it is broken.
        rationale: why the rule is there.
        fix: how to mend what breaks it.
        example: a passing statement, in Turtle.
        link: its page in the documentation.
        shape: the shape that it is.
        target: the classes, nodes or properties that select what it looks at.
        path: the property that it is about, where it is about one.
        constraint: what is asked, in SHACL's terms.
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

    @property
    def meaning(self) -> str:
        """How binding the rule is, in plain words."""
        return _MEANINGS[self.severity]


class Catalogue:
    """The rules of a shapes graph.

    Args:
        triples: the shapes graph.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._about: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._owner: dict[Term, Term] = {}
        for triple in triples:
            self._about[triple.subject][triple.predicate.value].append(triple.object)
            if triple.predicate.value == f"{SH}property":
                self._owner.setdefault(triple.object, triple.subject)
        self._known: dict[Term, Rule] = {}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that have an identifier, sorted by it."""
        return tuple(sorted((self.rule(node) for node in self._marked), key=lambda rule: rule.identifier))

    @property
    def size(self) -> int:
        """How many rules have an identifier."""
        return len(self._marked)

    @cached_property
    def _marked(self) -> list[Term]:
        return [node for node, described in self._about.items() if f"{SPF}ruleIdentifier" in described]

    def rule(self, shape: Term) -> Rule:
        """The rule that a shape is, made up as far as possible for shapes that carry no rule texts."""
        if shape not in self._known:
            self._known[shape] = self._read(shape)
        return self._known[shape]

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
        raise RuleError(f"There is no rule '{identifier[:40]}'.{hint} 'kgtools rules' lists them all.")

    def _read(self, node: Term) -> Rule:
        path = self._path(node)
        example = self._text(node, f"{SPF}ruleExample")
        return Rule(
            identifier=self._text(node, f"{SPF}ruleIdentifier") or self._made_up(node),
            severity=_SEVERITY.get(self._text(node, f"{SH}severity"), "violation"),
            name=self._text(node, f"{SH}name") or self._text(node, f"{RDFS}label"),
            message=self._message(node),
            rationale=self._text(node, f"{SPF}ruleRationale") or self._text(node, f"{SH}description"),
            fix=self._text(node, f"{SPF}ruleFix"),
            example=example,
            link=self._text(node, f"{RDFS}seeAlso"),
            shape=_name(node),
            target=self._target(node),
            path=path or _first_property(example),
            constraint=self._constraint(node),
        )

    def _values(self, node: Term, predicate: str) -> list[Term]:
        return self._about.get(node, {}).get(predicate, [])

    def _text(self, node: Term, predicate: str) -> str:
        values = self._values(node, predicate)
        english = [v for v in values if isinstance(v, ox.Literal) and (v.language or "en").startswith("en")]
        return _name((english or values)[0]) if values else ""

    def _message(self, node: Term) -> str:
        own = self._text(node, f"{SH}message")
        return own or next((self._text(c, f"{SH}message") for c in self._values(node, f"{SH}sparql")), "")

    def _path(self, node: Term) -> str:
        paths = self._values(node, f"{SH}path")
        return paths[0].value if paths and isinstance(paths[0], ox.NamedNode) else ""

    def _made_up(self, node: Term) -> str:
        if isinstance(node, ox.NamedNode):
            return shortened(node.value).strip("<>")
        owner = self._owner.get(node)
        path = self._path(node)
        inner = shortened(path).strip("<>") if path else "rule"
        return f"{self._made_up(owner)} / {inner}" if owner is not None else inner

    def _target(self, node: Term) -> str:
        named = [shortened(_name(v)) for kind in _TARGETS for v in self._values(node, f"{SH}{kind}")]
        if not named and node in self._owner:
            return self._target(self._owner[node])
        return ", ".join(named)

    def _constraint(self, node: Term) -> str:
        parts = []
        for predicate, values in sorted(self._about.get(node, {}).items()):
            if predicate.startswith(SH) and predicate.removeprefix(SH) not in _NOT_CONSTRAINTS:
                parts += [f"sh:{predicate.removeprefix(SH)} {self._shown(value)}" for value in values]
        return " ; ".join(parts)

    def _shown(self, value: Term) -> str:
        if isinstance(value, ox.NamedNode):
            query = self._text(value, f"{SH}select") or self._text(value, f"{SH}ask")
            return query or shortened(value.value)
        if isinstance(value, ox.Literal):
            return value.value
        items = self._items(value)
        if items:
            return f"( {' '.join(self._shown(item) for item in items)} )"
        return self._text(value, f"{SH}select") or f"[ {self._constraint(value)} ]"

    def _items(self, head: Term) -> list[Term]:
        items: list[Term] = []
        while self._values(head, f"{RDF}first") and len(items) < 100:
            items.append(self._values(head, f"{RDF}first")[0])
            head = next(iter(self._values(head, f"{RDF}rest")), ox.NamedNode(f"{RDF}nil"))
        return items

    def alternatives(self, shape: Term) -> Mapping[Term, tuple[str, str]]:
        """The members of a shape's ``sh:or`` or ``sh:xone``: the kind of demand, and what is demanded."""
        found: dict[Term, tuple[str, str]] = {}
        for head in (*self._values(shape, f"{SH}or"), *self._values(shape, f"{SH}xone")):
            for item in self._items(head):
                for kind in ("class", "datatype"):
                    if demanded := self._text(item, f"{SH}{kind}"):
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
                waiting += (*self._values(node, f"{SH}property"), *self._values(node, f"{SH}node"))
        return frozenset(found)


def _name(term: Term) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _first_property(example: str) -> str:
    """The property that an example begins with: what a rule written as a query is about."""
    found = _PROPERTY.match(example)
    return PREFIXES[found[1]] + found[2] if found and found[1] in {"spf", "skos", "rdfs"} else ""
