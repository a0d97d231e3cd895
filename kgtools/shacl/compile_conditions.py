"""Constraints as SPARQL conditions: expressions that hold when a node fails (SHACL sections 4.1 to 4.8).

The SPARQL keeps to what stores agree on: no property path with a star and two open ends, no VALUES inside EXISTS,
no EXISTS inside a function call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, count

import pyoxigraph as ox

from kgtools.core.errors import ShapesError
from kgtools.graph.regex import portable
from kgtools.graph.store.interface import Term
from kgtools.shacl import model as m
from kgtools.shacl.literals import lexical_rules
from kgtools.shacl.paths import path_to_sparql
from kgtools.shacl.sparql_text import ParsedQuery
from kgtools.shacl.vocab import RDF_LANG_STRING, RDF_TYPE, RDFS_SUBCLASS_OF, XSD_INTEGER, XSD_STRING

ALWAYS, NEVER = "true", "false"


@dataclass(slots=True)
class Scope:
    """What compiling needs to know: the shapes, fresh variable names, and the prologues that were met.

    Attributes:
        shapes: the shapes.
        subclasses: all subclasses of each class, where the store was asked for them; without, queries follow the paths.
        prologues: the prologues of users' queries that were met.
    """

    shapes: m.ShapesGraph
    subclasses: Mapping[Term, frozenset[Term]] | None = None
    prologues: list[str] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def fresh(self) -> str:
        """A variable that no query of the user's has."""
        return f"?kg{next(self._numbers)}"


def constant(term: Term, shape: Term) -> str:
    """A term as SPARQL text; a blank node can't be named in a query."""
    if isinstance(term, ox.BlankNode):
        raise ShapesError(
            f"it names the blank node {term}, which a query can't find in another store; use an IRI.", shape
        )
    return str(term)


def class_patterns(node: str, cls: Term, shape: Term, scope: Scope) -> tuple[str, ...]:
    """The ways to be an instance: by type, and by each subclass, or, where these are not known, by a path to one.

    The paths stand apart, since stores differ on zero-length paths.
    """
    direct = f"{node} {RDF_TYPE} {constant(cls, shape)} ."
    below = None if scope.subclasses is None else scope.subclasses.get(cls, frozenset()) - {cls}
    if below is not None and not any(isinstance(each, ox.BlankNode) for each in below):
        return (direct, *(f"{node} {RDF_TYPE} {each} ." for each in sorted(map(str, below))))
    sub, middle = scope.fresh(), scope.fresh()
    one = f"{sub} {RDFS_SUBCLASS_OF} {cls} ."
    two = f"{sub} {RDFS_SUBCLASS_OF} {middle} . {middle} {RDFS_SUBCLASS_OF} {cls} ."
    more = f"{sub} {RDFS_SUBCLASS_OF} {middle} . {middle} {RDFS_SUBCLASS_OF}+ {cls} ."
    # The first two are covered by the third, which Virtuoso does not always follow inside EXISTS.
    above = " UNION ".join(f"{{ {pattern} }}" for pattern in (one, two, more))
    return direct, f"{node} {RDF_TYPE} {sub} . {above}"


def value_fails(constraint: m.Constraint, node: str, shape: m.Shape, scope: Scope) -> str | None:
    """The condition that one value fails a constraint.

    Args:
        constraint: any constraint.
        node: the variable that holds the value.
        shape: the shape that has the constraint, for error messages.
        scope: what compiling needs to know.

    Returns:
        A SPARQL expression, or None when the constraint looks at more than one value.
    """
    match constraint:
        case m.ClassConstraint(cls):
            return all_of([f"NOT EXISTS {{ {way} }}" for way in class_patterns(node, cls, shape.node, scope)])
        case m.DatatypeConstraint(datatype):
            return _datatype_fails(datatype, node)
        case m.NodeKindConstraint():
            return _kind_fails(constraint, node)
        case m.RangeConstraint(comparison, bound):
            return not_(compares(node, comparison.value, str(bound)))
        case m.MinLengthConstraint(length):
            return f"(isBlank({node}) || STRLEN(STR({node})) < {length})"
        case m.MaxLengthConstraint(length):
            return f"(isBlank({node}) || STRLEN(STR({node})) > {length})"
        case m.PatternConstraint(pattern, flags):
            wanted = portable(pattern, flags)
            arguments = f"STR({node}), {ox.Literal(wanted.pattern)}" + (f", '{wanted.flags}'" if wanted.flags else "")
            return f"(isBlank({node}) || !REGEX({arguments}))"
        case m.LanguageInConstraint(tags):
            matching = " || ".join(f"langMatches(LANG({node}), {ox.Literal(tag)})" for tag in tags) or NEVER
            return f"(!isLiteral({node}) || LANG({node}) = '' || !({matching}))"
        case m.InConstraint(values):
            return _is_none_of(node, values, shape.node)
        case _:
            return _nested_value_fails(constraint, node, scope)


def _nested_value_fails(constraint: m.Constraint, node: str, scope: Scope) -> str | None:
    match constraint:
        case m.NodeConstraint(inner) | m.PropertyConstraint(inner):
            return fails(inner, node, scope)
        case m.NotConstraint(inner):
            return not_(fails(inner, node, scope))
        case m.AndConstraint(shapes):
            return any_of([fails(inner, node, scope) for inner in shapes])
        case m.OrConstraint(shapes):
            return all_of([fails(inner, node, scope) for inner in shapes])
        case m.XoneConstraint(shapes):
            return _xone_fails(shapes, node, scope)
        case _:
            return None


def _xone_fails(shapes: Sequence[Term], node: str, scope: Scope) -> str:
    """None conforms, or some two do."""
    none = all_of([fails(inner, node, scope) for inner in shapes])
    two = [
        all_of([not_(fails(first, node, scope)), not_(fails(second, node, scope))])
        for first, second in combinations(shapes, 2)
    ]
    return any_of([none, *two])


def any_of(conditions: Sequence[str]) -> str:
    """The disjunction."""
    return f"({' || '.join(conditions)})" if conditions else NEVER


def all_of(conditions: Sequence[str]) -> str:
    """The conjunction."""
    return f"({' && '.join(conditions)})" if conditions else ALWAYS


def not_(condition: str) -> str:
    """The negation."""
    return f"(!{condition})"


def compares(left: str, sign: str, right: str) -> str:
    """A comparison that is false, rather than an error or a guess, between values that can't be compared."""
    comparable = (
        f"((isNumeric({left}) && isNumeric({right})) || "
        f"(DATATYPE({left}) = DATATYPE({right}) && LANG({left}) = '' && LANG({right}) = ''))"
    )
    return f"COALESCE(isLiteral({left}) && isLiteral({right}) && {comparable} && {left} {sign} {right}, false)"


def _datatype_fails(datatype: ox.NamedNode, node: str) -> str:
    """Written as what must hold, since Virtuoso knows no datatype for texts with a language."""
    if datatype == RDF_LANG_STRING:
        return f"(!COALESCE(isLiteral({node}) && LANG({node}) != '', false))"
    right = [f"isLiteral({node})", f"DATATYPE({node}) = {datatype}"]
    rules = lexical_rules(datatype.value)
    if rules is not None:
        form, low, high = rules
        right.append(f"REGEX(STR({node}), {ox.Literal(form)})")
        number = f"{XSD_INTEGER}(STR({node}))"
        right += [f"{number} >= {low}"] * (low is not None) + [f"{number} <= {high}"] * (high is not None)
    return f"(!COALESCE({all_of(right)}, false))"


def _kind_fails(kind: m.NodeKindConstraint, node: str) -> str:
    tests = (("isIRI", kind.iri), ("isBlank", kind.blank), ("isLiteral", kind.literal))
    return not_(any_of([f"{test}({node})" for test, accepted in tests if accepted]))


def _is_none_of(node: str, terms: Sequence[Term], shape: Term) -> str:
    """Written with NOT IN where that is exact: Virtuoso gets several sameTerm in one expression wrong."""
    iris = [str(term) for term in terms if isinstance(term, ox.NamedNode)]
    texts = [str(term) for term in terms if isinstance(term, ox.Literal) and term.datatype == XSD_STRING]
    others = [constant(term, shape) for term in terms if str(term) not in {*iris, *texts}]
    parts = [f"{node} NOT IN ({', '.join(iris)})"] if iris else []
    if texts:
        listed = ", ".join(texts)
        parts.append(f"COALESCE({node} NOT IN ({listed}) || (isLiteral({node}) && LANG({node}) != ''), true)")
    parts += [f"!sameTerm({node}, {term})" for term in others]
    return all_of(parts)


def fails(node: Term, variable: str, scope: Scope) -> str:
    """The condition that a node does not conform to a shape, for use inside other conditions.

    Args:
        node: the shape's node.
        variable: the variable that holds the node to check.
        scope: what compiling needs to know.
    """
    shape = scope.shapes.shapes[node]
    if shape.deactivated:
        return NEVER
    return any_of([_constraint_fails(shape, constraint, variable, scope) for constraint in shape.constraints])


def _constraint_fails(shape: m.Shape, constraint: m.Constraint, focus: str, scope: Scope) -> str:
    value = focus if shape.path is None else scope.fresh()
    condition = value_fails(constraint, value, shape, scope)
    if condition is not None:
        return condition if shape.path is None else _exists(shape, focus, value, condition)
    match constraint:
        case m.MinCountConstraint(number):
            return not_(_has_values(shape, focus, number, scope))
        case m.MaxCountConstraint(number):
            return _has_values(shape, focus, number + 1, scope)
        case m.QualifiedConstraint():
            enough = constraint.count if constraint.is_minimum else constraint.count + 1
            found = _has_values(shape, focus, enough, scope, lambda each: counts(constraint, each, scope))
            return not_(found) if constraint.is_minimum else found
        case m.HasValueConstraint(wanted):
            return not_(has_value(shape, focus, constant(wanted, shape.node)))
        case m.SparqlConstraint():
            return sparql_fails(shape, constraint, focus, value, scope)
        case _:
            return f"EXISTS {{ {relation_pattern(shape, constraint, focus, value, scope)} }}"


def has_value(shape: m.Shape, focus: str, term: str) -> str:
    """The condition that a term is among the value nodes."""
    if shape.path is None:
        return f"sameTerm({focus}, {term})"
    return f"EXISTS {{ {focus} {path_to_sparql(shape.path)} {term} }}"


def _exists(shape: m.Shape, focus: str, value: str, condition: str) -> str:
    assert shape.path is not None
    return f"EXISTS {{ {focus} {path_to_sparql(shape.path)} {value} FILTER({condition}) }}"


def counts(constraint: m.QualifiedConstraint, value: str, scope: Scope) -> str:
    """The condition that a value conforms to the qualified shape, and to no sibling."""
    return all_of(
        [not_(fails(constraint.shape, value, scope)), *(fails(other, value, scope) for other in constraint.siblings)]
    )


def _has_values(
    shape: m.Shape, focus: str, number: int, scope: Scope, condition: Callable[[str], str] | None = None
) -> str:
    """The condition that there are so many values; not written as a subquery, which could not see the focus."""
    if number <= 0:
        return ALWAYS
    assert shape.path is not None, "counts belong to property shapes"
    path = path_to_sparql(shape.path)
    names = [scope.fresh() for _ in range(number)]
    triples = " ".join(f"{focus} {path} {name} ." for name in names)
    filters = [f"!sameTerm({one}, {other})" for one, other in combinations(names, 2)]
    filters += [condition(name) for name in names] if condition else []
    return f"EXISTS {{ {triples} {f'FILTER({all_of(filters)})' if filters else ''} }}"


def relation_pattern(shape: m.Shape, constraint: m.Constraint, focus: str, value: str, scope: Scope) -> str:
    """The pattern of what is wrong, for constraints that compare values with other values of the same node.

    ``value`` is bound to the value at fault; for node shapes it is the focus node's own variable.
    """
    other = scope.fresh()
    reach = f"{focus} {path_to_sparql(shape.path)} {value} ." if shape.path is not None else ""
    match constraint:
        case m.DisjointConstraint(predicate):
            return f"{reach} {focus} {predicate} {value} ."
        case m.LessThanConstraint(predicate, or_equals):
            holds = compares(value, "<=" if or_equals else "<", other)
            return f"{reach} {focus} {predicate} {other} . FILTER({not_(holds)})"
        case m.UniqueLangConstraint():
            same = f"LANG({value}) != '' && LCASE(LANG({value})) = LCASE(LANG({other}))"
            second = reach.replace(f" {value} .", f" {other} .")
            literals = f"isLiteral({value}) && isLiteral({other}) && !sameTerm({value}, {other})"
            return f"{reach} {second} FILTER({literals} && {same})"
        case m.ClosedConstraint(allowed):
            return f"{reach} {closed_pattern(value, other, scope.fresh(), allowed)}"
        case m.EqualsConstraint(predicate):
            return _unequal(shape, predicate, focus, value, other)
    raise AssertionError(constraint)


def _unequal(shape: m.Shape, predicate: ox.NamedNode, focus: str, value: str, other: str) -> str:
    if shape.path is None:
        missing = f"FILTER NOT EXISTS {{ {focus} {predicate} {focus} }}"
        return f"{{ {missing} }} UNION {{ {focus} {predicate} {other} FILTER({other} != {focus}) }}"
    path = path_to_sparql(shape.path)
    return (
        f"{{ {focus} {path} {value} FILTER NOT EXISTS {{ {focus} {predicate} {value} }} }} UNION "
        f"{{ {focus} {predicate} {value} FILTER NOT EXISTS {{ {focus} {path} {value} }} }}"
    )


def closed_pattern(node: str, predicate: str, value: str, allowed: frozenset[ox.NamedNode]) -> str:
    """The triples of a node with a property that a closed shape does not allow."""
    listed = ", ".join(sorted(str(iri) for iri in allowed))
    return f"{node} {predicate} {value} . " + (f"FILTER({predicate} NOT IN ({listed}))" if listed else "")


def sparql_fails(shape: m.Shape, constraint: m.SparqlConstraint, focus: str, value: str, scope: Scope) -> str:
    """The condition that a SPARQL constraint is violated, with its variables renamed to fit in."""
    query = ParsedQuery(constraint.query)
    refuse_per_node(query, shape.node, nested=True)
    renames = {"this": focus[1:], "value": value[1:] if constraint.is_ask else scope.fresh()[1:]}
    prologue, body = query.body(frozenset(), "")
    scope.prologues.append(prologue)
    names = {name: renames.get(name) or scope.fresh()[1:] for name in sorted(query.variables | {"this"})}
    renamed = ParsedQuery(with_constants(body, query, shape, constraint)).renamed(lambda name: names.get(name, name))
    if not constraint.is_ask:
        return f"EXISTS {renamed}"
    if shape.path is None:
        return f"(NOT EXISTS {renamed})"
    return _exists(shape, focus, value, f"NOT EXISTS {renamed}")


def with_constants(body: str, query: ParsedQuery, shape: m.Shape, constraint: m.SparqlConstraint) -> str:
    """A group with the parameters' values bound at its start."""
    pattern = constants_pattern(query, shape, constraint)
    return f"{{ {pattern} {body[1:]}"


def constants_pattern(query: ParsedQuery, shape: m.Shape, constraint: m.SparqlConstraint) -> str:
    """SPARQL that binds the parameters of a component, and ``$currentShape``."""
    if "shapesGraph" in query.variables:
        raise ShapesError("its query asks for $shapesGraph, which another store does not have.", shape.node)
    known = {**dict(constraint.parameters), "currentShape": shape.node}
    return " ".join(
        f"BIND({constant(term, shape.node)} AS ?{name})" for name, term in known.items() if name in query.variables
    )


def refuse_per_node(query: ParsedQuery, shape: Term, *, nested: bool) -> None:
    """Refuse what can't be asked about a whole set of nodes at once."""
    words = {"LIMIT", "OFFSET"} | ({"GROUP", "HAVING"} if nested else set())
    for word in sorted(words & query.keywords):
        raise ShapesError(f"its query uses {word}, which can't be compiled here for a whole set of nodes.", shape)
