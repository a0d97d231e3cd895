"""The typed model of a shapes graph: shapes, targets and constraints, in SHACL's own terms.

A constraint refers to another shape by that shape's node; ``ShapesGraph.shapes`` holds the shape itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

import pyoxigraph as ox

from kgtools.graph.store.interface import Term
from kgtools.shacl.paths import Path
from kgtools.shacl.vocab import VIOLATION, sh


@dataclass(frozen=True, slots=True)
class TargetNode:
    """``sh:targetNode`` (section 2.1.3.1)."""

    node: Term


@dataclass(frozen=True, slots=True)
class TargetClass:
    """``sh:targetClass``, or a shape that is itself a class (sections 2.1.3.2 and 2.1.3.3)."""

    cls: Term


@dataclass(frozen=True, slots=True)
class TargetSubjectsOf:
    """``sh:targetSubjectsOf`` (section 2.1.3.4)."""

    predicate: ox.NamedNode


@dataclass(frozen=True, slots=True)
class TargetObjectsOf:
    """``sh:targetObjectsOf`` (section 2.1.3.5)."""

    predicate: ox.NamedNode


Target: TypeAlias = TargetNode | TargetClass | TargetSubjectsOf | TargetObjectsOf


class Comparison(Enum):
    """How a value must stand to the bound, with the sign that SPARQL writes for it."""

    MIN_EXCLUSIVE = ">"
    MIN_INCLUSIVE = ">="
    MAX_EXCLUSIVE = "<"
    MAX_INCLUSIVE = "<="


@dataclass(frozen=True, slots=True)
class ClassConstraint:
    """``sh:class`` (section 4.1.1)."""

    cls: Term


@dataclass(frozen=True, slots=True)
class DatatypeConstraint:
    """``sh:datatype`` (section 4.1.2)."""

    datatype: ox.NamedNode


@dataclass(frozen=True, slots=True)
class NodeKindConstraint:
    """``sh:nodeKind`` (section 4.1.3): which of the three kinds of node are let through."""

    kind: ox.NamedNode
    iri: bool
    blank: bool
    literal: bool


@dataclass(frozen=True, slots=True)
class MinCountConstraint:
    """``sh:minCount`` (section 4.2.1)."""

    count: int


@dataclass(frozen=True, slots=True)
class MaxCountConstraint:
    """``sh:maxCount`` (section 4.2.2)."""

    count: int


@dataclass(frozen=True, slots=True)
class RangeConstraint:
    """``sh:minExclusive``, ``sh:minInclusive``, ``sh:maxExclusive`` or ``sh:maxInclusive`` (section 4.3)."""

    comparison: Comparison
    bound: ox.Literal


@dataclass(frozen=True, slots=True)
class MinLengthConstraint:
    """``sh:minLength`` (section 4.4.1)."""

    length: int


@dataclass(frozen=True, slots=True)
class MaxLengthConstraint:
    """``sh:maxLength`` (section 4.4.2)."""

    length: int


@dataclass(frozen=True, slots=True)
class PatternConstraint:
    """``sh:pattern`` with ``sh:flags`` (section 4.4.3)."""

    pattern: str
    flags: str


@dataclass(frozen=True, slots=True)
class LanguageInConstraint:
    """``sh:languageIn`` (section 4.4.4)."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UniqueLangConstraint:
    """``sh:uniqueLang`` (section 4.4.5)."""


@dataclass(frozen=True, slots=True)
class EqualsConstraint:
    """``sh:equals`` (section 4.5.1)."""

    predicate: ox.NamedNode


@dataclass(frozen=True, slots=True)
class DisjointConstraint:
    """``sh:disjoint`` (section 4.5.2)."""

    predicate: ox.NamedNode


@dataclass(frozen=True, slots=True)
class LessThanConstraint:
    """``sh:lessThan``, or ``sh:lessThanOrEquals`` (sections 4.5.3 and 4.5.4)."""

    predicate: ox.NamedNode
    or_equals: bool


@dataclass(frozen=True, slots=True)
class NotConstraint:
    """``sh:not`` (section 4.6.1)."""

    shape: Term


@dataclass(frozen=True, slots=True)
class AndConstraint:
    """``sh:and`` (section 4.6.2)."""

    shapes: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class OrConstraint:
    """``sh:or`` (section 4.6.3)."""

    shapes: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class XoneConstraint:
    """``sh:xone`` (section 4.6.4)."""

    shapes: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class NodeConstraint:
    """``sh:node`` (section 4.7.1)."""

    shape: Term


@dataclass(frozen=True, slots=True)
class PropertyConstraint:
    """``sh:property`` (section 4.7.2); its results are those of the property shape."""

    shape: Term


@dataclass(frozen=True, slots=True)
class QualifiedConstraint:
    """``sh:qualifiedValueShape`` with one of its two counts (section 4.7.3).

    Attributes:
        shape: the shape that values must conform to in order to be counted.
        count: how many conforming values there must be.
        is_minimum: whether ``count`` is ``sh:qualifiedMinCount``, else it is ``sh:qualifiedMaxCount``.
        siblings: the sibling shapes whose conforming values are left out of the count.
    """

    shape: Term
    count: int
    is_minimum: bool
    siblings: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class ClosedConstraint:
    """``sh:closed`` with ``sh:ignoredProperties`` (section 4.8.1)."""

    allowed: frozenset[ox.NamedNode]


@dataclass(frozen=True, slots=True)
class HasValueConstraint:
    """``sh:hasValue`` (section 4.8.2)."""

    value: Term


@dataclass(frozen=True, slots=True)
class InConstraint:
    """``sh:in`` (section 4.8.3)."""

    values: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class SparqlConstraint:
    """A SPARQL-based constraint, or a use of a SPARQL-based constraint component (sections 5 and 6).

    Attributes:
        query: the SELECT or ASK query with its prefixes written out and ``$PATH`` replaced.
        is_ask: whether ``query`` is an ASK query: then ``$value`` is pre-bound, and false is a violation.
        component: the IRI that results carry.
        parameters: the component's parameters by variable name.
        messages: templates of the messages, from the constraint or from the validator.
        node: the value of ``sh:sparql``; None for a component.
        in_store: a query with the same solutions for a whole store, which needs no pre-binding; empty where
            ``query`` is quick enough.
    """

    query: str
    is_ask: bool
    component: ox.NamedNode
    parameters: tuple[tuple[str, Term], ...] = ()
    messages: tuple[ox.Literal, ...] = ()
    node: Term | None = None
    in_store: str = ""


Constraint: TypeAlias = (
    ClassConstraint
    | DatatypeConstraint
    | NodeKindConstraint
    | MinCountConstraint
    | MaxCountConstraint
    | RangeConstraint
    | MinLengthConstraint
    | MaxLengthConstraint
    | PatternConstraint
    | LanguageInConstraint
    | UniqueLangConstraint
    | EqualsConstraint
    | DisjointConstraint
    | LessThanConstraint
    | NotConstraint
    | AndConstraint
    | OrConstraint
    | XoneConstraint
    | NodeConstraint
    | PropertyConstraint
    | QualifiedConstraint
    | ClosedConstraint
    | HasValueConstraint
    | InConstraint
    | SparqlConstraint
)

_RANGE_COMPONENTS = {
    Comparison.MIN_EXCLUSIVE: sh("MinExclusiveConstraintComponent"),
    Comparison.MIN_INCLUSIVE: sh("MinInclusiveConstraintComponent"),
    Comparison.MAX_EXCLUSIVE: sh("MaxExclusiveConstraintComponent"),
    Comparison.MAX_INCLUSIVE: sh("MaxInclusiveConstraintComponent"),
}
_LESS_THAN = sh("LessThanConstraintComponent")
_LESS_THAN_OR_EQUALS = sh("LessThanOrEqualsConstraintComponent")
_QUALIFIED_MIN = sh("QualifiedMinCountConstraintComponent")
_QUALIFIED_MAX = sh("QualifiedMaxCountConstraintComponent")
_BY_NAME: dict[type, ox.NamedNode] = {}


def component_of(constraint: Constraint) -> ox.NamedNode:
    """The IRI of the constraint component that a constraint belongs to, as results name it."""
    match constraint:
        case RangeConstraint(comparison, _):
            return _RANGE_COMPONENTS[comparison]
        case LessThanConstraint(_, or_equals):
            return _LESS_THAN_OR_EQUALS if or_equals else _LESS_THAN
        case QualifiedConstraint():
            return _QUALIFIED_MIN if constraint.is_minimum else _QUALIFIED_MAX
        case SparqlConstraint():
            return constraint.component
        case _:
            kind = type(constraint)
            return _BY_NAME.setdefault(kind, sh(f"{kind.__name__}Component"))


def referenced_shapes(constraint: Constraint) -> tuple[Term, ...]:
    """The shapes that a constraint needs in order to be evaluated."""
    match constraint:
        case NotConstraint(shape) | NodeConstraint(shape) | PropertyConstraint(shape):
            return (shape,)
        case AndConstraint(shapes) | OrConstraint(shapes) | XoneConstraint(shapes):
            return shapes
        case QualifiedConstraint():
            return (constraint.shape, *constraint.siblings)
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape, or a property shape where ``path`` is given (section 2)."""

    node: Term
    path: Path | None = None
    targets: tuple[Target, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    deactivated: bool = False
    severity: ox.NamedNode = VIOLATION
    messages: tuple[ox.Literal, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in a shapes graph that has no effect on validation, though who wrote it may think so.

    Attributes:
        node: what it is said of: a shape, or another node of the graph.
        predicate: the property that has no effect; None where the whole node has none.
        name: what the node is called.
        message: what has no effect, why, and what to do, as sentences.
    """

    node: Term
    predicate: ox.NamedNode | None
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class ShapesGraph:
    """All shapes of a shapes graph.

    Attributes:
        shapes: each shape by its node.
        triples: the triples it was read from; SPARQL constraints can ask for them as ``$shapesGraph``.
        names: what the shapes that have no name are called.
    """

    shapes: Mapping[Term, Shape]
    triples: tuple[ox.Triple, ...] = field(default=(), repr=False)
    names: Mapping[Term, str] = field(default_factory=dict, repr=False)

    def targeted(self) -> Iterator[Shape]:
        """The shapes that select focus nodes themselves, in a fixed order."""
        for shape in sorted(self.shapes.values(), key=lambda shape: str(shape.node)):
            if shape.targets and not shape.deactivated:
                yield shape
