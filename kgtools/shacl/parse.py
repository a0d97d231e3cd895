"""Read a shapes graph into the typed model, and refuse what is malformed (SHACL sections 2 to 6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches

import pyoxigraph as ox

from kgtools.core.errors import RecursiveShapesError, ShapesError
from kgtools.graph.regex import RegexError, portable
from kgtools.graph.store.interface import Term
from kgtools.shacl import model as m
from kgtools.shacl.components import (
    ComponentDefinition,
    component_constraints,
    read_components,
    sparql_constraint,
    sparql_remarks,
)
from kgtools.shacl.naming import Naming, Where, nowhere
from kgtools.shacl.paths import MAX_DEPTH, Path
from kgtools.shacl.shapes_index import ShapesIndex, short
from kgtools.shacl.terms import TERMS, Fate, Kind, TermPlace
from kgtools.shacl.unread import Survey, idle_nodes, refuse_on_shape, refuse_terms
from kgtools.shacl.vocab import OWL_CLASS, RDF_FIRST, RDF_TYPE, RDFS_CLASS, SHACL, VIOLATION, sh

_PATH = sh("path")
_NODE_SHAPE, _PROPERTY_SHAPE = sh("NodeShape"), sh("PropertyShape")


def _target_node(shape: Term, value: Term) -> Term:
    if isinstance(value, ox.BlankNode):
        raise ShapesError(
            "sh:targetNode must be an IRI or a literal; a node expression is SHACL 1.2, not supported here.", shape
        )
    return value


_TARGETS: dict[ox.NamedNode, Callable[[ShapesIndex, Term, Term], m.Target]] = {
    sh("targetNode"): lambda _index, shape, value: m.TargetNode(_target_node(shape, value)),
    sh("targetClass"): lambda index, shape, value: m.TargetClass(index.iri(shape, sh("targetClass"), value)),
    sh("targetSubjectsOf"): lambda index, shape, value: m.TargetSubjectsOf(
        index.iri(shape, sh("targetSubjectsOf"), value)
    ),
    sh("targetObjectsOf"): lambda index, shape, value: m.TargetObjectsOf(
        index.iri(shape, sh("targetObjectsOf"), value)
    ),
}
_NODE_KINDS = {
    sh(name): (
        "IRI" in name,
        "BlankNode" in name,
        "Literal" in name,
    )
    for name in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
}
_RANGES = {
    sh("minExclusive"): m.Comparison.MIN_EXCLUSIVE,
    sh("minInclusive"): m.Comparison.MIN_INCLUSIVE,
    sh("maxExclusive"): m.Comparison.MAX_EXCLUSIVE,
    sh("maxInclusive"): m.Comparison.MAX_INCLUSIVE,
}
# Counts without a shape to count by may stand on a node shape, with no effect (W3C test core/node/qualified-001).
_PROPERTY_ONLY = tuple(
    entry.iri
    for entry in TERMS.values()
    if entry.places == {TermPlace.PROPERTY_SHAPE}
    and entry.name not in {"sh:qualifiedMinCount", "sh:qualifiedMaxCount", "sh:qualifiedValueShapesDisjoint"}
)
_NOT_TELLING = frozenset(
    f"sh:{name}"
    for name in (
        "path",
        "severity",
        "message",
        "deactivated",
        "flags",
        "ignoredProperties",
        "qualifiedValueShapesDisjoint",
    )
)
# What shows that a node is a shape, apart from its types and targets (section 2.1).
_PARAMETERS = frozenset(
    entry.iri
    for entry in TERMS.values()
    if entry.kind is Kind.PROPERTY
    and entry.fate is Fate.READ
    and entry.name not in _NOT_TELLING
    and entry.places & {TermPlace.NODE_SHAPE, TermPlace.PROPERTY_SHAPE}
)


def parse_shapes(triples: Iterable[ox.Triple], *, where: Where = nowhere) -> m.ShapesGraph:
    """Read a shapes graph.

    Args:
        triples: the shapes graph; triples that describe no shape are ignored, so OWL may be mixed in.
        where: gives the places of its nodes, which name those without a name.

    Returns:
        The typed shapes.

    Raises:
        ShapesError: a shape is malformed, or its SPARQL uses what SHACL forbids; the message names the shape.
        RecursiveShapesError: a shape refers to itself.
    """
    index = ShapesIndex(triples)
    naming = Naming(index, where)
    try:
        return _parsed(index, naming)
    except ShapesError as error:
        if not isinstance(error.shape, ox.BlankNode):
            raise
        raise type(error)(error.reason, error.shape, naming.subject(error.shape)) from error


def remarks_on(shapes: m.ShapesGraph, *, addresses: Collection[str] = ()) -> tuple[m.Remark, ...]:
    """What in a shapes graph has no effect on validation, though who wrote it may think so.

    Args:
        shapes: what ``parse_shapes`` returned.
        addresses: the addresses of the files that it was read from, which need no importing.
    """
    index = ShapesIndex(shapes.triples)
    naming = Naming(index)
    components = read_components(index)
    survey = Survey(index, shapes.shapes, _own_parameters(components), naming)
    found = (*survey.remarks(addresses), *sparql_remarks(index, components, shapes.shapes, naming))
    return tuple(dict.fromkeys(found))


def _own_parameters(components: Iterable[ComponentDefinition]) -> set[ox.NamedNode]:
    return {parameter.predicate for definition in components for parameter in definition.parameters}


def _parsed(index: ShapesIndex, naming: Naming) -> m.ShapesGraph:
    components = read_components(index)
    own = _own_parameters(components)
    refuse_terms(index, own)
    shapes: dict[Term, m.Shape] = {}
    waiting = _shape_nodes(index, components)
    while waiting:
        node = waiting.pop()
        if node not in shapes:
            shape = _read_shape(index, components, node)
            shapes[node] = shape
            waiting += [inner for constraint in shape.constraints for inner in m.referenced_shapes(constraint)]
    _refuse_undescribed(index, shapes, own)
    _refuse_recursion(shapes)
    _refuse_property_without_path(shapes)
    names: dict[Term, str] = {node: naming.inline(node) for node in shapes if isinstance(node, ox.BlankNode)}
    return m.ShapesGraph(shapes, index.triples, names)


def _shape_nodes(index: ShapesIndex, components: tuple[ComponentDefinition, ...]) -> list[Term]:
    """Every node that is a shape by its type, its targets or its parameters (section 2.1)."""
    own = {definition.key_parameter for definition in components}
    telling = _PARAMETERS | _TARGETS.keys() | own
    types = {_NODE_SHAPE, _PROPERTY_SHAPE}
    idle = idle_nodes(index)
    # The shape of a parameter is for those who write shapes, not for data.
    idle |= {value for described in index.by_subject.values() for value in described.get(sh("parameter"), ())}
    return [
        node
        for node, described in index.by_subject.items()
        if not types.isdisjoint(described.get(RDF_TYPE, ()))
        or (node not in idle and not telling.isdisjoint(described))
        or not _TARGETS.keys().isdisjoint(described)
    ]


def _read_shape(index: ShapesIndex, components: tuple[ComponentDefinition, ...], node: Term) -> m.Shape:
    if isinstance(node, ox.Literal):
        raise ShapesError("a literal is used where a shape is expected; use the IRI of a shape or [ … ].", node)
    refuse_on_shape(index, node)
    path = _read_path(index, node)
    constraints = [*_read_constraints(index, node, is_property=path is not None)]
    constraints += component_constraints(index, components, node, path)
    severity = index.one(node, sh("severity"))
    return m.Shape(
        node=node,
        path=path,
        targets=_read_targets(index, node),
        constraints=tuple(constraints),
        deactivated=index.is_true(node, sh("deactivated")),
        severity=VIOLATION if severity is None else index.iri(node, sh("severity"), severity),
        messages=tuple(index.message(node, sh("message"), value) for value in index.values(node, sh("message"))),
    )


def _read_path(index: ShapesIndex, node: Term) -> Path | None:
    types = index.values(node, RDF_TYPE)
    value = index.one(node, _PATH)
    if value is None:
        if _PROPERTY_SHAPE in types:
            raise ShapesError("it is a sh:PropertyShape and needs one sh:path.", node)
        for predicate in _PROPERTY_ONLY:
            if index.values(node, predicate):
                raise ShapesError(f"{short(predicate)} belongs in a property shape; add sh:path or move it.", node)
        return None
    if _NODE_SHAPE in types:
        raise ShapesError("it is a sh:NodeShape and must not have sh:path; make it a sh:PropertyShape.", node)
    return index.path(node, value)


def _read_targets(index: ShapesIndex, node: Term) -> tuple[m.Target, ...]:
    targets = [
        read(index, node, value) for predicate, read in _TARGETS.items() for value in index.values(node, predicate)
    ]
    if _is_class(index, node):
        if not isinstance(node, ox.NamedNode):
            raise ShapesError("it is a class too, whose instances are its targets; a class needs a name.", node)
        targets.append(m.TargetClass(node))
    return tuple(dict.fromkeys(targets))


def _is_class(index: ShapesIndex, node: Term) -> bool:
    """Whether a shape is also a class: an instance of rdfs:Class or of a subclass of it, owl:Class included."""
    return not index.types(node).isdisjoint({RDFS_CLASS, OWL_CLASS})


def _read_constraints(index: ShapesIndex, node: Term, *, is_property: bool) -> Iterable[m.Constraint]:
    for predicate, read in _READERS.items():
        for value in index.values(node, predicate):
            yield read(index, node, value)
    for predicate, read in _SINGLE_READERS.items():
        single = index.one(node, predicate)
        if single is not None:
            yield read(index, node, single)
    if index.is_true(node, sh("closed")):
        yield _read_closed(index, node)
    if index.is_true(node, sh("uniqueLang")):
        yield m.UniqueLangConstraint()
    yield from _read_qualified(index, node)
    path = index.path(node, index.values(node, _PATH)[0]) if is_property else None
    for value in index.values(node, sh("sparql")):
        constraint = sparql_constraint(index, node, value, path)
        if constraint is not None:
            yield constraint


def _list_reader(
    kind: type[m.AndConstraint] | type[m.OrConstraint] | type[m.XoneConstraint], name: str
) -> Callable[[ShapesIndex, Term, Term], m.Constraint]:
    return lambda index, shape, value: kind(index.list_items(shape, sh(name), value))


def _predicate_reader(
    kind: type[m.EqualsConstraint] | type[m.DisjointConstraint], name: str
) -> Callable[[ShapesIndex, Term, Term], m.Constraint]:
    return lambda index, shape, value: kind(index.iri(shape, sh(name), value))


def _less_than_reader(name: str, *, or_equals: bool) -> Callable[[ShapesIndex, Term, Term], m.Constraint]:
    return lambda index, shape, value: m.LessThanConstraint(index.iri(shape, sh(name), value), or_equals)


def _shape_reader(
    kind: type[m.NotConstraint] | type[m.NodeConstraint] | type[m.PropertyConstraint], name: str
) -> Callable[[ShapesIndex, Term, Term], m.Constraint]:
    return lambda index, shape, value: kind(index.resource(shape, sh(name), value))


def _count_reader(
    kind: type[m.MinCountConstraint]
    | type[m.MaxCountConstraint]
    | type[m.MinLengthConstraint]
    | type[m.MaxLengthConstraint],
    name: str,
) -> Callable[[ShapesIndex, Term, Term], m.Constraint]:
    return lambda index, shape, value: kind(index.integer(shape, sh(name), value))


def _range_reader(predicate: ox.NamedNode) -> Callable[[ShapesIndex, Term, Term], m.Constraint]:
    def read(_index: ShapesIndex, shape: Term, value: Term) -> m.Constraint:
        if not isinstance(value, ox.Literal):
            raise ShapesError(f"{short(predicate)} must be a literal, not {value}.", shape)
        return m.RangeConstraint(_RANGES[predicate], value)

    return read


def _read_node_kind(_index: ShapesIndex, shape: Term, value: Term) -> m.Constraint:
    if not isinstance(value, ox.NamedNode) or value not in _NODE_KINDS:
        kinds = ", ".join(short(kind) for kind in _NODE_KINDS)
        raise ShapesError(f"sh:nodeKind must be one of {kinds}, not {short(value)}.", shape)
    return m.NodeKindConstraint(value, *_NODE_KINDS[value])


def _read_pattern(index: ShapesIndex, shape: Term, value: Term) -> m.Constraint:
    pattern = index.text(shape, sh("pattern"), value)
    flags_value = index.one(shape, sh("flags"))
    flags = "" if flags_value is None else index.text(shape, sh("flags"), flags_value)
    shown = f"sh:pattern {ox.Literal(pattern)}" + (f" with sh:flags {ox.Literal(flags)}" if flags else "")
    try:
        found = portable(pattern, flags)
    except RegexError as error:
        raise ShapesError(f"{shown} is not a regular expression of SPARQL: {error}.", shape) from error
    answer = ox.Store().query(f"SELECT (REGEX('', {ox.Literal(found.pattern)}, '{found.flags}') AS ?fits) {{}}")
    assert isinstance(answer, ox.QuerySolutions)
    if next(answer)[0] is None:
        raise ShapesError(f"{shown} is too large to run; repeat less in it.", shape)
    return m.PatternConstraint(pattern, flags)


def _read_languages(index: ShapesIndex, shape: Term, value: Term) -> m.Constraint:
    items = index.list_items(shape, sh("languageIn"), value)
    return m.LanguageInConstraint(tuple(index.text(shape, sh("languageIn"), item) for item in items))


def _read_closed(index: ShapesIndex, shape: Term) -> m.Constraint:
    allowed: set[ox.NamedNode] = set()
    ignored = index.one(shape, sh("ignoredProperties"))
    if ignored is not None:
        for item in index.list_items(shape, sh("ignoredProperties"), ignored):
            allowed.add(index.iri(shape, sh("ignoredProperties"), item))
    for inner in index.values(shape, sh("property")):
        allowed.update(value for value in index.values(inner, _PATH) if isinstance(value, ox.NamedNode))
    return m.ClosedConstraint(frozenset(allowed))


def _read_qualified(index: ShapesIndex, node: Term) -> Iterable[m.Constraint]:
    minimum, maximum = (index.one(node, sh(name)) for name in ("qualifiedMinCount", "qualifiedMaxCount"))
    shapes = index.values(node, sh("qualifiedValueShape"))
    if not shapes and index.values(node, _PATH) and (minimum is not None or maximum is not None):
        raise ShapesError("sh:qualifiedMinCount and sh:qualifiedMaxCount need a sh:qualifiedValueShape.", node)
    for shape in shapes:
        siblings = _siblings(index, node, shape) if index.is_true(node, sh("qualifiedValueShapesDisjoint")) else ()
        for name, value, is_minimum in (("qualifiedMinCount", minimum, True), ("qualifiedMaxCount", maximum, False)):
            if value is not None:
                count = index.integer(node, sh(name), value)
                yield m.QualifiedConstraint(
                    index.resource(node, sh("qualifiedValueShape"), shape), count, is_minimum, siblings
                )


def _siblings(index: ShapesIndex, node: Term, own: Term) -> tuple[Term, ...]:
    """The qualified shapes of the other property shapes of the same parents (section 4.7.3)."""
    found: dict[Term, None] = {}
    for parent, described in index.by_subject.items():
        if node in described.get(sh("property"), ()):
            for other in index.values(parent, sh("property")):
                found.update(dict.fromkeys(index.values(other, sh("qualifiedValueShape"))))
    found.pop(own, None)
    return tuple(found)


def _class(index: ShapesIndex, shape: Term, value: Term) -> Term:
    if index.values(value, RDF_FIRST):
        raise ShapesError("sh:class has a list, which is SHACL 1.2, not supported here; use sh:or instead.", shape)
    return index.iri(shape, sh("class"), value)


_READERS: dict[ox.NamedNode, Callable[[ShapesIndex, Term, Term], m.Constraint]] = {
    sh("class"): lambda index, shape, value: m.ClassConstraint(_class(index, shape, value)),
    sh("equals"): _predicate_reader(m.EqualsConstraint, "equals"),
    sh("disjoint"): _predicate_reader(m.DisjointConstraint, "disjoint"),
    sh("lessThan"): _less_than_reader("lessThan", or_equals=False),
    sh("lessThanOrEquals"): _less_than_reader("lessThanOrEquals", or_equals=True),
    sh("not"): _shape_reader(m.NotConstraint, "not"),
    sh("and"): _list_reader(m.AndConstraint, "and"),
    sh("or"): _list_reader(m.OrConstraint, "or"),
    sh("xone"): _list_reader(m.XoneConstraint, "xone"),
    sh("node"): _shape_reader(m.NodeConstraint, "node"),
    sh("property"): _shape_reader(m.PropertyConstraint, "property"),
    sh("hasValue"): lambda _index, _shape, value: m.HasValueConstraint(value),
    sh("pattern"): _read_pattern,
}
_SINGLE_READERS: dict[ox.NamedNode, Callable[[ShapesIndex, Term, Term], m.Constraint]] = {
    sh("datatype"): lambda index, shape, value: m.DatatypeConstraint(index.iri(shape, sh("datatype"), value)),
    sh("nodeKind"): _read_node_kind,
    sh("minCount"): _count_reader(m.MinCountConstraint, "minCount"),
    sh("maxCount"): _count_reader(m.MaxCountConstraint, "maxCount"),
    sh("minLength"): _count_reader(m.MinLengthConstraint, "minLength"),
    sh("maxLength"): _count_reader(m.MaxLengthConstraint, "maxLength"),
    sh("languageIn"): _read_languages,
    sh("in"): lambda index, shape, value: m.InConstraint(index.list_items(shape, sh("in"), value)),
    **{predicate: _range_reader(predicate) for predicate in _RANGES},
}


def _refuse_undescribed(index: ShapesIndex, shapes: dict[Term, m.Shape], own: Collection[ox.NamedNode]) -> None:
    """A shape that is used and described nowhere would let everything pass."""
    described = {node for node in shapes if _is_described(index, node, own)}
    for shape in shapes.values():
        for constraint in shape.constraints:
            for node in m.referenced_shapes(constraint):
                if node not in described:
                    others = {_local_name(other): other for other in described - {shape.node}}
                    near = get_close_matches(_local_name(node), others, 1, 0.75)
                    hint = (
                        f"; did you mean {others[near[0]]}?"
                        if near
                        else ". Add the file that describes it to --shapes."
                    )
                    raise ShapesError(f"it uses the shape {node}, which is not described anywhere{hint}", shape.node)


def _local_name(node: Term) -> str:
    """The last part of an IRI, after its namespace."""
    return re.split(r"[#/:]", str(node).rstrip("#/>"))[-1].lower()


def _is_described(index: ShapesIndex, node: Term, own: Collection[ox.NamedNode]) -> bool:
    """Whether anything of SHACL is said of a node; one without a name is described where it stands."""
    if not isinstance(node, ox.NamedNode):
        return True
    known = index.by_subject.get(node, {})
    is_typed = not {_NODE_SHAPE, _PROPERTY_SHAPE}.isdisjoint(index.types(node))
    return is_typed or any(predicate.value.startswith(SHACL) or predicate in own for predicate in known)


def _refuse_property_without_path(shapes: dict[Term, m.Shape]) -> None:
    for shape in shapes.values():
        for constraint in shape.constraints:
            if isinstance(constraint, m.PropertyConstraint) and shapes[constraint.shape].path is None:
                raise ShapesError(f"its sh:property {constraint.shape} has no sh:path; give it one.", shape.node)


def _refuse_recursion(shapes: dict[Term, m.Shape]) -> None:
    """Walk the references depth first; meeting a shape that is still open means a circle."""
    depths: dict[Term, int] = {}

    def depth(node: Term, trail: tuple[Term, ...]) -> int:
        if node in trail:
            circle = " → ".join(str(step) for step in (*trail[trail.index(node) :], node))
            raise RecursiveShapesError(f"it refers to itself ({circle}), which SHACL leaves undefined.", node)
        if len(trail) > MAX_DEPTH:
            raise ShapesError(f"shapes are nested more than {MAX_DEPTH} deep.", trail[0])
        if node not in depths:
            inner = [step for c in shapes[node].constraints for step in m.referenced_shapes(c)]
            depths[node] = 1 + max((depth(step, (*trail, node)) for step in inner), default=0)
        if len(trail) + depths[node] > MAX_DEPTH:
            raise ShapesError(f"shapes are nested more than {MAX_DEPTH} deep.", node)
        return depths[node]

    for node in shapes:
        depth(node, ())
