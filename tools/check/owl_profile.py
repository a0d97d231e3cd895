"""The OWL 2 DL profile, for the constructs that this ontology uses (OWL 2 Structural Specification, section 3 and 11).

A reasoner's answer is only defined inside the profile. What OWL allows and this ontology doesn't use (keys with
anonymous individuals, property chains) is not looked at, apart from the rule that chains and transitivity make a
property non-simple.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import OWL, RDF, RDFS, XSD, shortened
from kgtools.graph.reasoning import TRANSLATED_DATATYPES
from tools.check.model import Found, declare
from tools.check.repository import Repository

_TYPE: Final = RDF + "type"
_PROPERTY_KINDS: Final = (OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty")
_RESERVED: Final = (OWL, RDF, RDFS, XSD)
_BUILT_IN_ANNOTATIONS: Final = {RDFS + n for n in ("label", "comment", "seeAlso", "isDefinedBy")} | {
    OWL + n
    for n in ("versionInfo", "deprecated", "priorVersion", "backwardCompatibleWith", "incompatibleWith", "versionIRI")
}
_CLASS_AXIOMS: Final = {RDFS + "subClassOf", OWL + "equivalentClass", OWL + "disjointWith", RDFS + "domain"}
_DATATYPES: Final = {
    *(
        XSD + n
        for n in [
            "anyURI",
            "base64Binary",
            "boolean",
            "byte",
            "dateTime",
            "dateTimeStamp",
            "decimal",
            "double",
            "float",
            "hexBinary",
            "int",
            "integer",
            "language",
            "long",
            "Name",
            "NCName",
            "negativeInteger",
            "NMTOKEN",
            "nonNegativeInteger",
            "nonPositiveInteger",
            "normalizedString",
            "positiveInteger",
            "short",
            "string",
            "token",
            "unsignedByte",
            "unsignedInt",
            "unsignedLong",
            "unsignedShort",
        ]
    ),
    *(RDF + n for n in ("PlainLiteral", "XMLLiteral", "langString")),
    *(OWL + n for n in ("real", "rational")),
    RDFS + "Literal",
}
_NEEDS_SIMPLE: Final = {
    OWL + n for n in ("FunctionalProperty", "InverseFunctionalProperty", "AsymmetricProperty", "IrreflexiveProperty")
}
_OBJECT_ONLY: Final = _NEEDS_SIMPLE - {OWL + "FunctionalProperty"} | {
    OWL + n for n in ("SymmetricProperty", "TransitiveProperty", "ReflexiveProperty")
}
_FILLERS: Final = {
    OWL + n
    for n in [
        "someValuesFrom",
        "allValuesFrom",
        "hasValue",
        "hasSelf",
        "minCardinality",
        "maxCardinality",
        "cardinality",
        "minQualifiedCardinality",
        "maxQualifiedCardinality",
        "qualifiedCardinality",
    ]
}


class _Terms:
    """The triples, indexed for the rules below."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.triples = tuple(triples)
        self.types: dict[str, set[str]] = defaultdict(set)
        self.kinds: dict[str, set[str]] = defaultdict(set)
        self.out: dict[str, list[tuple[str, object]]] = defaultdict(list)
        for t in self.triples:
            subject = _name(t.subject)
            self.out[subject].append((t.predicate.value, t.object))
            if t.predicate.value == _TYPE:
                self.types[subject].add(_name(t.object))
        for subject, types in self.types.items():
            self.kinds[subject] = {kind for kind in types if kind in _PROPERTY_KINDS}
        self.classes = {s for s, types in self.types.items() if OWL + "Class" in types}

    def non_simple(self) -> set[str]:
        """Object properties that are transitive, end a chain, or have such a property below them."""
        found = {s for s, types in self.types.items() if OWL + "TransitiveProperty" in types}
        found |= {_name(t.subject) for t in self.triples if t.predicate.value == OWL + "propertyChainAxiom"}
        links = [
            (_name(t.subject), _name(t.object)) for t in self.triples if t.predicate.value == RDFS + "subPropertyOf"
        ]
        inverse = [(_name(t.subject), _name(t.object)) for t in self.triples if t.predicate.value == OWL + "inverseOf"]
        links += inverse + [(b, a) for a, b in inverse]
        while more := {upper for lower, upper in links if lower in found} - found:
            found |= more
        return found


@declare(
    title="The ontology leaves OWL 2 DL",
    problem="An axiom or a record uses a term in a way that OWL 2 DL does not allow, such as a property that is "
    "declared to be of two kinds, or a class that nobody declared. A reasoner's answers are then not "
    "defined.",
    solution="Declare the term with one kind, and use it as that kind. Dates that OWL 2 has no datatype for have "
    "no range in the ontology; the shapes hold them.",
    example="spf:topic a owl:ObjectProperty, owl:DatatypeProperty .",
    group="Ontology and data",
)
def owl_profile(repository: Repository) -> Iterator[Found]:
    """The ontology and the data are in OWL 2 DL."""
    terms = _Terms((*repository.ontology, *repository.data))
    for rule in (_punning, _reserved, _undeclared, _assertions, _characteristics, _restrictions, _ranges):
        yield from rule(terms)


def _punning(terms: _Terms) -> Iterator[Found]:
    for subject, kinds in terms.kinds.items():
        if len(kinds) > 1:
            names = " and ".join(sorted(shortened(kind) for kind in kinds))
            yield _found(subject, f"is declared as {names}; a property is of one kind")
    for subject in terms.classes:
        if RDFS + "Datatype" in terms.types[subject]:
            yield _found(subject, "is declared as owl:Class and rdfs:Datatype; it can't be both")


def _reserved(terms: _Terms) -> Iterator[Found]:
    for subject in terms.types:
        if subject.startswith(_RESERVED):
            yield _found(subject, "belongs to the reserved vocabulary and must not be declared or described")


def _undeclared(terms: _Terms) -> Iterator[Found]:
    for t in terms.triples:
        predicate = t.predicate.value
        if not predicate.startswith(_RESERVED) and not terms.kinds.get(predicate):
            yield _found(
                _name(t.subject), f"uses {shortened(predicate)}, which is not declared as any kind of property"
            )
        if isinstance(t.object, ox.NamedNode):
            yield from _undeclared_class(terms, t, t.object.value)


def _undeclared_class(terms: _Terms, triple: ox.Triple, target: str) -> Iterator[Found]:
    is_type = triple.predicate.value == _TYPE and not target.startswith(_RESERVED)
    is_axiom = triple.predicate.value in _CLASS_AXIOMS and target not in {OWL + "Thing", OWL + "Nothing"}
    is_annotation = OWL + "AnnotationProperty" in terms.kinds.get(_name(triple.subject), ())
    if (is_type or (is_axiom and not is_annotation)) and target not in terms.classes:
        yield _found(_name(triple.subject), f"uses {shortened(target)} as a class, which is not declared as one")


def _assertions(terms: _Terms) -> Iterator[Found]:
    for t in terms.triples:
        kinds = terms.kinds.get(t.predicate.value, set())
        is_literal = isinstance(t.object, ox.Literal)
        if OWL + "ObjectProperty" in kinds and is_literal:
            yield _found(_name(t.subject), f"gives the object property {shortened(t.predicate.value)} a literal")
        if OWL + "DatatypeProperty" in kinds and not is_literal:
            yield _found(_name(t.subject), f"gives the data property {shortened(t.predicate.value)} an IRI")
        if OWL + "AnnotationProperty" not in kinds and isinstance(t.object, ox.Literal):
            datatype = t.object.datatype.value
            if datatype not in _DATATYPES | TRANSLATED_DATATYPES:
                yield _found(
                    _name(t.subject), f"has a literal of {shortened(datatype)}, which is not a datatype of OWL 2"
                )


def _characteristics(terms: _Terms) -> Iterator[Found]:
    non_simple = terms.non_simple()
    for subject, types in terms.types.items():
        if OWL + "DatatypeProperty" in types and types & _OBJECT_ONLY:
            names = ", ".join(sorted(shortened(kind) for kind in types & _OBJECT_ONLY))
            yield _found(subject, f"is a data property and {names}, which only an object property can be")
        if subject in non_simple and types & _NEEDS_SIMPLE:
            names = ", ".join(sorted(shortened(kind) for kind in types & _NEEDS_SIMPLE))
            yield _found(subject, f"is {names} and not simple (transitive, or above a transitive property)")


def _restrictions(terms: _Terms) -> Iterator[Found]:
    owners = {_name(t.object): _name(t.subject) for t in terms.triples if isinstance(t.object, ox.BlankNode)}
    for subject, types in terms.types.items():
        if OWL + "Restriction" not in types:
            continue
        on = [value for predicate, value in terms.out[subject] if predicate == OWL + "onProperty"]
        fillers = [predicate for predicate, _ in terms.out[subject] if predicate in _FILLERS]
        owner = owners.get(subject, subject)
        if len(on) != 1 or len(fillers) != 1:
            yield _found(
                owner, f"has a restriction with {len(on)} properties and {len(fillers)} fillers; it needs one each"
            )
        elif OWL + "AnnotationProperty" in terms.kinds.get(_name(on[0]), ()):
            yield _found(owner, f"restricts {shortened(_name(on[0]))}, which is an annotation property")


def _ranges(terms: _Terms) -> Iterator[Found]:
    for t in terms.triples:
        if t.predicate.value != RDFS + "range" or not isinstance(t.object, ox.NamedNode):
            continue
        kinds, target = terms.kinds.get(_name(t.subject), set()), t.object.value
        if OWL + "DatatypeProperty" in kinds and target not in _DATATYPES:
            yield _found(_name(t.subject), f"has the range {shortened(target)}, which is not a datatype of OWL 2")
        if OWL + "ObjectProperty" in kinds and target not in terms.classes:
            yield _found(_name(t.subject), f"has the range {shortened(target)}, which is not declared as a class")


def _name(term: object) -> str:
    return str(getattr(term, "value", term))


def _found(subject: str, what: str) -> Found:
    name = shortened(subject) if ":" in subject else "A blank node"
    return Found(f"{name} {what}.", subject)


CHECKS: Final = (owl_profile,)
