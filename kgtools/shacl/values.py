"""Constraints that look at one value at a time: which values of a set fail (SHACL sections 4.1, 4.3, 4.4 and 4.8.3)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection

import pyoxigraph as ox

from kgtools.graph.regex import portable
from kgtools.graph.store.interface import Term
from kgtools.shacl import model as m
from kgtools.shacl.graph import MemoryGraph, cells
from kgtools.shacl.literals import compare, has_lexical_rules, is_well_formed, language_matches
from kgtools.shacl.vocab import RDF_TYPE

_OPERATORS: dict[m.Comparison, Callable[[int, int], bool]] = {
    m.Comparison.MIN_EXCLUSIVE: operator.gt,
    m.Comparison.MIN_INCLUSIVE: operator.ge,
    m.Comparison.MAX_EXCLUSIVE: operator.lt,
    m.Comparison.MAX_INCLUSIVE: operator.le,
}
# Patterns that Python's engine, which goes back and tries again, can't be slow on: plain characters and classes,
# anchors, and repeats of single characters that stop at a given count.
_PLAIN_PATTERN = re.compile(
    r"\^?(?:[\w :/@,;=&%#<>!~'\"-]|\\[.\-/]|\[[\w\-]+\])*(?:\[[\w\-]+\](?:\{\d{1,2}\}|[+*]))?\$?", re.ASCII
)


def failing_values(constraint: m.Constraint, values: Collection[Term], graph: MemoryGraph) -> set[Term] | None:
    """The values that fail a constraint.

    Args:
        constraint: any constraint.
        values: distinct value nodes.
        graph: the data, for ``sh:class``.

    Returns:
        The failing values, or None if the constraint looks at more than one value at a time.
    """
    match constraint:
        case m.ClassConstraint(cls):
            return _outside_class(cls, values, graph)
        case m.DatatypeConstraint(datatype):
            return _other_datatype(datatype, values)
        case m.NodeKindConstraint():
            return _other_kind(constraint, values)
        case m.RangeConstraint(comparison, bound):
            holds = _OPERATORS[comparison]
            return {v for v in values if (order := compare(v, bound)) is None or not holds(order, 0)}
        case m.MinLengthConstraint(length):
            return {v for v in values if (text := text_of(v)) is None or len(text) < length}
        case m.MaxLengthConstraint(length):
            return {v for v in values if (text := text_of(v)) is None or len(text) > length}
        case m.PatternConstraint():
            return _without_match(constraint, values)
        case m.LanguageInConstraint(tags):
            return {v for v in values if not (own := _language(v)) or not any(language_matches(own, t) for t in tags)}
        case m.InConstraint(allowed):
            return set(values).difference(allowed)
        case _:
            return None


def text_of(term: Term) -> str | None:
    """SPARQL's ``str()``: nothing for blank nodes."""
    return term.value if isinstance(term, ox.Literal | ox.NamedNode) else None


def _language(term: Term) -> str:
    return (term.language or "") if isinstance(term, ox.Literal) else ""


def _outside_class(cls: Term, values: Collection[Term], graph: MemoryGraph) -> set[Term]:
    accepted = set(graph.subclasses(cls))
    types = graph.column(RDF_TYPE)
    return {v for v in values if accepted.isdisjoint(cells(types.get(v)))}


def _other_datatype(datatype: ox.NamedNode, values: Collection[Term]) -> set[Term]:
    if not has_lexical_rules(datatype.value):
        return {v for v in values if not isinstance(v, ox.Literal) or v.datatype != datatype}
    name = datatype.value
    return {
        v
        for v in values
        if not isinstance(v, ox.Literal) or v.datatype != datatype or not is_well_formed(v.value, name)
    }


def _other_kind(kind: m.NodeKindConstraint, values: Collection[Term]) -> set[Term]:
    accepted = tuple(
        term_class
        for term_class, is_accepted in (
            (ox.NamedNode, kind.iri),
            (ox.BlankNode, kind.blank),
            (ox.Literal, kind.literal),
        )
        if is_accepted
    )
    return {v for v in values if not isinstance(v, accepted)}


def _without_match(constraint: m.PatternConstraint, values: Collection[Term]) -> set[Term]:
    """Match in linear time: by pyoxigraph's engine, or by Python's where that is safe and fast."""
    if not constraint.flags and _PLAIN_PATTERN.fullmatch(constraint.pattern):
        search = re.compile(
            constraint.pattern.removesuffix("$") + (r"\Z" if constraint.pattern.endswith("$") else ""), re.ASCII
        ).search
        return {v for v in values if (text := text_of(v)) is None or search(text) is None}
    texts = {v: text for v in values if (text := text_of(v)) is not None}
    matching = _linear_matches(constraint, set(texts.values()))
    return {v for v in values if v not in texts or texts[v] not in matching}


def _linear_matches(constraint: m.PatternConstraint, texts: Collection[str]) -> set[str]:
    store = ox.Store()
    node = ox.NamedNode("urn:x")
    store.bulk_extend(ox.Quad(node, node, ox.Literal(text)) for text in texts)
    wanted = portable(constraint.pattern, constraint.flags)
    arguments = f"{ox.Literal(wanted.pattern)}, {ox.Literal(wanted.flags)}"
    found = store.query(f"SELECT ?text {{ ?s {node} ?text FILTER(REGEX(?text, {arguments})) }}")
    assert isinstance(found, ox.QuerySolutions)
    return {text for solution in found if (text := text_of(solution[0])) is not None}
