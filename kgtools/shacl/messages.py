"""What a result says when the shape gives no ``sh:message`` (SHACL section 3.6.2.6)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from kgtools.graph.store.interface import Term
from kgtools.shacl import model as m
from kgtools.shacl.shapes_index import short

_PLACEHOLDER = re.compile(r"\{[$?](\w+)\}")
_COMPARED = {
    m.Comparison.MIN_EXCLUSIVE: "more than",
    m.Comparison.MIN_INCLUSIVE: "at least",
    m.Comparison.MAX_EXCLUSIVE: "less than",
    m.Comparison.MAX_INCLUSIVE: "at most",
}


def fill_template(template: ox.Literal, bindings: Mapping[str, Term]) -> ox.Literal:
    """Put values in place of ``{$this}`` and ``{?value}`` in a message (section 5.3.2)."""

    def value(found: re.Match[str]) -> str:
        term = bindings.get(found[1])
        return found[0] if term is None else readable(term)

    text = _PLACEHOLDER.sub(value, template.value)
    return ox.Literal(text, language=template.language) if template.language else ox.Literal(text)


def readable(term: Term) -> str:
    """A term for people: a literal's text, an IRI's address."""
    return str(term) if isinstance(term, ox.Triple | ox.BlankNode) else term.value


def default_message(constraint: m.Constraint, names: Mapping[Term, str]) -> ox.Literal:
    """A sentence that says what the constraint asks for.

    Args:
        constraint: the constraint.
        names: what shapes without a name are called.
    """
    return ox.Literal(_sentence(constraint, names))


def _sentence(constraint: m.Constraint, names: Mapping[Term, str]) -> str:  # noqa: C901, PLR0912 - one line per constraint, read as a table
    match constraint:
        case m.ClassConstraint(cls):
            return f"Value must be an instance of {cls}."
        case m.DatatypeConstraint(datatype):
            return f"Value must be a well-formed literal of datatype {datatype}."
        case m.NodeKindConstraint(kind):
            return f"Value must be of node kind {short(kind)}."
        case m.MinCountConstraint(count):
            return f"At least {count} value(s) are needed."
        case m.MaxCountConstraint(count):
            return f"At most {count} value(s) are allowed."
        case m.RangeConstraint(comparison, bound):
            return f"Value must be {_COMPARED[comparison]} {bound}."
        case m.MinLengthConstraint(length):
            return f"Value must be at least {length} characters long."
        case m.MaxLengthConstraint(length):
            return f"Value must be at most {length} characters long."
        case m.PatternConstraint(pattern, flags):
            return f'Value must match the pattern "{pattern}"' + (f" with flags {flags}." if flags else ".")
        case m.LanguageInConstraint(tags):
            return f"Value must be a text in one of these languages: {', '.join(tags)}."
        case m.UniqueLangConstraint():
            return "No two values may have the same language."
        case m.EqualsConstraint(predicate):
            return f"Values must be the same as those of {predicate}."
        case m.DisjointConstraint(predicate):
            return f"Value must not also be a value of {predicate}."
        case m.LessThanConstraint(predicate, or_equals):
            return f"Value must be less than {'or equal to ' if or_equals else ''}each value of {predicate}."
        case m.NotConstraint(shape):
            return f"Value must not conform to {_shape(shape, names)}."
        case m.AndConstraint(shapes):
            return f"Value must conform to all of the shapes {_listed(shapes, names)}."
        case m.OrConstraint(shapes):
            return f"Value must conform to at least one of the shapes {_listed(shapes, names)}."
        case m.XoneConstraint(shapes):
            return f"Value must conform to exactly one of the shapes {_listed(shapes, names)}."
        case m.NodeConstraint(shape) | m.PropertyConstraint(shape):
            return f"Value must conform to {_shape(shape, names)}."
        case m.QualifiedConstraint():
            amount = "At least" if constraint.is_minimum else "At most"
            return f"{amount} {constraint.count} value(s) must conform to {_shape(constraint.shape, names)}."
        case m.ClosedConstraint():
            return "This property is not allowed here: the shape is closed."
        case m.HasValueConstraint(value):
            return f"The value {value} is missing."
        case m.InConstraint(values):
            shown = ", ".join(str(value) for value in values[:10])
            return f"Value must be one of: {shown}{', …' if len(values) > 10 else ''}."
        case m.SparqlConstraint():
            return f"The SPARQL constraint of component {short(constraint.component)} is violated."


def _shape(shape: Term, names: Mapping[Term, str]) -> str:
    return names.get(shape, f"shape {shape}")


def _listed(shapes: tuple[Term, ...], names: Mapping[Term, str]) -> str:
    return ", ".join(names.get(shape, str(shape)) for shape in shapes)
