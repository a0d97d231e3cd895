"""Random shapes and random data, small enough to collide often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox
from hypothesis import strategies as st

from kgtools.graph.store.interface import Term
from kgtools.shacl.vocab import RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, RDFS_SUBCLASS_OF, TRUE, sh, xsd

EX = "http://example.org/"


def ex(name: str) -> ox.NamedNode:
    return ox.NamedNode(EX + name)


NODES: list[ox.NamedNode | ox.BlankNode] = [ex("a"), ex("b"), ex("c"), ox.BlankNode("n1"), ox.BlankNode("n2")]
PREDICATES = [ex("p"), ex("q"), ex("r")]
CLASSES = [ex("C"), ex("D"), ex("E")]
_TEXTS = [
    ox.Literal("x"),
    ox.Literal("xyz"),
    ox.Literal("x", language="en"),
    ox.Literal("y", language="en"),
    ox.Literal("y", language="en-gb"),
    ox.Literal("z", language="fr"),
]
_NUMBERS = [
    ox.Literal("1", datatype=xsd("integer")),
    ox.Literal("01", datatype=xsd("integer")),
    ox.Literal("7", datatype=xsd("integer")),
    ox.Literal("1.50", datatype=xsd("double")),
    ox.Literal("5", datatype=xsd("byte")),
]
_DATES = [
    ox.Literal("2020-01-31", datatype=xsd("date")),
    ox.Literal("2021-06-30", datatype=xsd("date")),
]
_MOMENTS = [
    ox.Literal("2020-01-31T00:00:00Z", datatype=xsd("dateTime")),
    ox.Literal("2020-01-31T00:00:00+01:00", datatype=xsd("dateTime")),
]
# Constraints that order values meet literals of one kind only: test_reference.py says why.
FLAVOURS: list[tuple[list[ox.Literal], bool]] = [
    ([*_TEXTS, *_NUMBERS, *_DATES, *_MOMENTS], False),
    (_NUMBERS, True),
    (_DATES, True),
    (_MOMENTS, True),
]
_KINDS = [sh(n) for n in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")]


def data_graphs(draw: st.DrawFn, literals: Sequence[ox.Literal]) -> list[ox.Triple]:
    """A small data graph with some types and a short class hierarchy."""
    statements = st.one_of(
        st.builds(ox.Triple, st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from([*NODES, *literals])),
        st.builds(ox.Triple, st.sampled_from(NODES), st.just(RDF_TYPE), st.sampled_from(CLASSES)),
    )
    triples = draw(st.lists(statements, min_size=1, max_size=14))
    if draw(st.booleans()):
        triples.append(ox.Triple(CLASSES[1], RDFS_SUBCLASS_OF, CLASSES[0]))
    if draw(st.booleans()):
        triples.append(ox.Triple(CLASSES[2], RDFS_SUBCLASS_OF, CLASSES[1]))
    return list(dict.fromkeys(triples))


@dataclass
class ShapesBuilder:
    """Draws shapes and collects their triples."""

    draw: st.DrawFn
    literals: Sequence[ox.Literal]
    is_ordered: bool
    less_than: bool = True
    triples: list[ox.Triple] = field(default_factory=list)
    _count: int = 0

    @property
    def names(self) -> list[Term]:
        """What shapes can name: no blank node."""
        return [*(node for node in NODES if isinstance(node, ox.NamedNode)), *self.literals]

    def fresh(self) -> ox.BlankNode:
        self._count += 1
        return ox.BlankNode(f"s{self._count}")

    def add(self, subject: ox.NamedNode | ox.BlankNode, name: str, value: Term) -> None:
        self.triples.append(ox.Triple(subject, sh(name), value))

    def list_of(self, items: Sequence[Term]) -> ox.NamedNode | ox.BlankNode:
        head: ox.NamedNode | ox.BlankNode = RDF_NIL
        for item in reversed(items):
            cell = self.fresh()
            self.triples += [ox.Triple(cell, RDF_FIRST, item), ox.Triple(cell, RDF_REST, head)]
            head = cell
        return head

    def number(self, low: int, high: int) -> ox.Literal:
        return ox.Literal(str(self.draw(st.integers(low, high))), datatype=xsd("integer"))

    def one_of(self, items: Sequence[Term]) -> Term:
        return self.draw(st.sampled_from(items))

    def path(self, depth: int = 2) -> ox.NamedNode | ox.BlankNode:
        forms = ["iri", "iri", "iri", "iri"]
        if depth:
            forms += ["inversePath", "sequence", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"]
        form = self.draw(st.sampled_from(forms))
        if form == "iri":
            return self.draw(st.sampled_from(PREDICATES))
        if form == "sequence":
            return self.list_of([self.path(depth - 1), self.path(depth - 1)])
        node = self.fresh()
        if form == "inversePath":  # of one property only: see test_reference.py
            depth = 1
        inner = (
            self.list_of([self.path(depth - 1), self.path(depth - 1)])
            if form == "alternativePath"
            else self.path(depth - 1)
        )
        self.add(node, form, inner)
        return node

    def shape(
        self, depth: int, *, node: ox.NamedNode | ox.BlankNode | None = None, is_property: bool = False
    ) -> ox.NamedNode | ox.BlankNode:
        node = node or self.fresh()
        if is_property:
            self.add(node, "path", self.path())
        self.triples.append(ox.Triple(node, RDF_TYPE, sh("PropertyShape" if is_property else "NodeShape")))
        makers = self._value_makers() + (self._property_makers(depth) if is_property else [])
        makers += self._nested_makers(depth) if depth else []
        for make in self.draw(st.lists(st.sampled_from(makers), min_size=1, max_size=3, unique=True)):
            make(node)
        if self.draw(st.integers(0, 9)) == 0:
            self.add(node, "severity", sh("Warning"))
        if self.draw(st.integers(0, 19)) == 0:
            self.add(node, "deactivated", TRUE)
        return node

    def _value_makers(self) -> list[Callable[[ox.NamedNode | ox.BlankNode], None]]:
        datatypes = [xsd(n) for n in ("string", "integer", "decimal", "byte", "boolean", "date", "dateTime")]
        ordered = [
            lambda s: self.add(s, "minInclusive", self.one_of(self.literals)),
            lambda s: self.add(s, "maxExclusive", self.one_of(self.literals)),
        ]
        return (ordered if self.is_ordered else []) + [
            lambda s: self.add(s, "class", self.one_of(CLASSES)),
            lambda s: self.add(s, "datatype", self.one_of(datatypes)),
            lambda s: self.add(s, "nodeKind", self.one_of(_KINDS)),
            lambda s: self.add(s, "minLength", self.number(1, 4)),
            lambda s: self.add(s, "maxLength", self.number(0, 4)),
            lambda s: self.add(s, "pattern", self.one_of([ox.Literal(p) for p in ("^x", "[0-9]+", "e$", "^(x|y)+$")])),
            lambda s: self.add(
                s, "languageIn", self.list_of([ox.Literal("en"), ox.Literal("fr")][: self.draw(st.integers(1, 2))])
            ),
            lambda s: self.add(
                s, "in", self.list_of(self.draw(st.lists(st.sampled_from(self.names), max_size=4, unique=True)))
            ),
            lambda s: self.add(s, "hasValue", self.one_of(self.names)),
            lambda s: self.add(s, "equals", self.one_of(PREDICATES)),
            lambda s: self.add(s, "disjoint", self.one_of(PREDICATES)),
            self._close,
        ]

    def _property_makers(self, depth: int) -> list[Callable[[ox.NamedNode | ox.BlankNode], None]]:
        return [
            lambda s: self.add(s, "minCount", self.number(0, 3)),
            lambda s: self.add(s, "maxCount", self.number(0, 3)),
            lambda s: self.add(s, "uniqueLang", TRUE),
            *(
                [lambda s: self.add(s, "lessThan", self.one_of(PREDICATES))]
                if self.is_ordered and self.less_than
                else []
            ),
            *([self._qualify] if depth else []),
        ]

    def _close(self, shape: ox.NamedNode | ox.BlankNode) -> None:
        self.add(shape, "closed", TRUE)
        ignored = self.draw(st.lists(st.sampled_from([*PREDICATES, RDF_TYPE]), max_size=3, unique=True))
        self.add(shape, "ignoredProperties", self.list_of(ignored))

    def _qualify(self, shape: ox.NamedNode | ox.BlankNode) -> None:
        self.add(shape, "qualifiedValueShape", self.shape(0))
        self.add(shape, self.draw(st.sampled_from(["qualifiedMinCount", "qualifiedMaxCount"])), self.number(0, 2))
        if self.draw(st.booleans()):
            self.add(shape, "qualifiedValueShapesDisjoint", TRUE)

    def _nested_makers(self, depth: int) -> list[Callable[[ox.NamedNode | ox.BlankNode], None]]:
        def inner() -> ox.NamedNode | ox.BlankNode:
            return self.shape(depth - 1, is_property=self.draw(st.booleans()))

        def listed(name: str) -> Callable[[ox.NamedNode | ox.BlankNode], None]:
            return lambda s: self.add(s, name, self.list_of([inner() for _ in range(self.draw(st.integers(1, 3)))]))

        return [
            lambda s: self.add(s, "property", self.shape(depth - 1, is_property=True)),
            lambda s: self.add(s, "property", self.shape(depth - 1, is_property=True)),
            lambda s: self.add(s, "node", self.shape(depth - 1)),
            lambda s: self.add(s, "not", inner()),
            listed("and"),
            listed("or"),
            listed("xone"),
        ]

    def target(self, shape: ox.NamedNode) -> None:
        name = self.draw(
            st.sampled_from(["targetNode", "targetClass", "targetClass", "targetSubjectsOf", "targetObjectsOf"])
        )
        if name == "targetNode":
            self.add(shape, name, self.one_of(self.names))
        else:
            self.add(shape, name, self.one_of(CLASSES if name == "targetClass" else PREDICATES))


def shapes_graphs(
    draw: st.DrawFn, literals: Sequence[ox.Literal], *, is_ordered: bool, less_than: bool = True
) -> list[ox.Triple]:
    """One to three shapes with targets, and what they refer to."""
    builder = ShapesBuilder(draw, literals, is_ordered, less_than)
    for number in range(draw(st.integers(1, 3))):
        shape = ex(f"Shape{number}")
        builder.shape(2, node=shape, is_property=draw(st.booleans()))
        for _ in range(draw(st.integers(1, 2))):
            builder.target(shape)
    return list(dict.fromkeys(builder.triples))


@st.composite
def cases(draw: st.DrawFn, *, less_than: bool = True) -> tuple[list[ox.Triple], list[ox.Triple]]:
    """A shapes graph and a data graph."""
    literals, is_ordered = draw(st.sampled_from(FLAVOURS))
    return shapes_graphs(draw, literals, is_ordered=is_ordered, less_than=less_than), data_graphs(draw, literals)
