"""Guessing what was meant: the nearest term, the nearest record, the alternative of an ``sh:or`` that comes nearest."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Final, TypeGuard

import pyoxigraph as ox

from kgtools.core.namespaces import PREFIXES, RDF, RDFS, SKOS, SPF, XSD, shortened
from kgtools.graph.store import Term
from kgtools.schema.rules import Catalogue, Rule
from kgtools.shacl.graph import MemoryGraph, cells
from kgtools.shacl.report import ValidationResult
from kgtools.validation.terms import in_words, nearest_terms

_TYPE: Final = ox.NamedNode(f"{RDF}type")
_SUBCLASS: Final = ox.NamedNode(f"{RDFS}subClassOf")
_PREFERRED: Final = ox.NamedNode(f"{SKOS}prefLabel")
_LABEL: Final = ox.NamedNode(f"{RDFS}label")
_LEXICAL: Final = {
    XSD + "date": re.compile(r"-?\d{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:Z|[+-]\d\d:\d\d)?\Z"),
    XSD + "gYearMonth": re.compile(r"-?\d{4,}-(?:0[1-9]|1[0-2])(?:Z|[+-]\d\d:\d\d)?\Z"),
    XSD + "gYear": re.compile(r"-?\d{4,}(?:Z|[+-]\d\d:\d\d)?\Z"),
    XSD + "integer": re.compile(r"[+-]?\d+\Z"),
    XSD + "decimal": re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)\Z"),
    XSD + "boolean": re.compile(r"(?:true|false|0|1)\Z"),
    XSD + "anyURI": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z"),
    XSD + "string": re.compile(r""),
}
_BARE: Final = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+\Z"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    XSD + "boolean": re.compile(r"(?:true|false)\Z"),
}
_SLASHED: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\Z")


class Names:
    """The labels and the classes of the terms of a graph; gathered when first asked for.

    Args:
        graph: data and context.
        withdrawn: what was said of records that no longer hold; they have labels, and are described no more.
    """

    def __init__(self, graph: MemoryGraph, withdrawn: Iterable[ox.Triple] = ()) -> None:
        self._graph = graph
        self._withdrawn = tuple(withdrawn)
        self.withdrawn: set[Term] = {triple.subject for triple in self._withdrawn}

    @cached_property
    def labels(self) -> dict[str, str]:
        """The English or untagged name of each term that has one, preferred names first."""
        found = {
            _text(triple.subject): triple.object.value
            for triple in self._withdrawn
            if triple.predicate == _PREFERRED and _is_english(triple.object)
        }
        for subject, _, value in self._graph.triples((_PREFERRED,)):
            if _is_english(value):
                found[_text(subject)] = value.value
        for subject, _, value in self._graph.triples((_LABEL,)):
            if _is_english(value):
                found.setdefault(_text(subject), value.value)
        return found

    def classes(self, node: Term) -> list[str]:
        """The classes that a node is said to belong to."""
        values = cells(self._graph.column(_TYPE).get(node))
        return [value.value for value in values if isinstance(value, ox.NamedNode)]

    @cached_property
    def _instances(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for subject, _, value in self._graph.triples((_TYPE,)):
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode):
                found[value.value].append(subject.value)
        return found

    @cached_property
    def _subclasses(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for subject, _, value in self._graph.triples((_SUBCLASS,)):
            if isinstance(value, ox.NamedNode | ox.Literal):
                found[value.value].append(_text(subject))
        return found

    def instances(self, cls: str) -> set[str]:
        """The named instances of a class and of its subclasses."""
        found: set[str] = set()
        waiting, seen = [cls], set()
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                found.update(self._instances.get(one, ()))
                waiting += self._subclasses.get(one, ())
        return found

    def of_class(self, cls: str) -> str:
        """The name of a class, in the singular."""
        return self.labels.get(cls) or shortened(cls).strip("<>").rpartition(":")[2].rpartition("/")[2]

    def kind(self, node: Term) -> str:
        """The name of a node's class; the project's own class where there are several."""
        own = sorted(self.classes(node), key=lambda iri: (not iri.startswith(SPF), iri))
        return self.of_class(own[0]) if own else ""

    def display(self, term: Term) -> str:
        """A term as a reader wants it: an IRI with its label, a literal as Turtle writes it."""
        if isinstance(term, ox.Literal):
            return _literal(term)
        if not isinstance(term, ox.NamedNode):
            return "a part without an identifier" if isinstance(term, ox.BlankNode) else str(term)
        label, short = self.labels.get(term.value), shortened(term.value)
        return f"{label} ({short})" if label else short


def _is_english(term: Term) -> TypeGuard[ox.Literal]:
    return isinstance(term, ox.Literal) and (term.language or "en").startswith("en")


def _text(term: Term) -> str:
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value


def _literal(literal: ox.Literal, limit: int = 160) -> str:
    text = literal.value if len(literal.value) <= limit else f"{literal.value[: limit - 1]}…"
    if literal.language:
        return f'"{text}"@{literal.language}'
    datatype = literal.datatype.value
    if datatype in _BARE and _BARE[datatype].match(text):
        return text
    return f'"{text}"' if datatype == f"{XSD}string" else f'"{text}"^^{shortened(datatype)}'


def hint_for(result: ValidationResult, rule: Rule, catalogue: Catalogue, names: Names) -> str:
    """What is probably meant by the value of a result; empty where there is no good guess.

    Args:
        result: the engine's result, with details where there are any.
        rule: the rule that it breaks.
        catalogue: the shapes.
        names: the labels and classes of data and context.
    """
    value, kind = result.value, result.component.value.rpartition("#")[2]
    if value is None:
        return ""
    demanded = _after(rule.constraint, "sh:class")
    if kind == "ClassConstraintComponent" and demanded:
        return _wrong_class(value, [demanded], names)
    if kind == "DatatypeConstraintComponent":
        return _wrong_datatype(value, [_after(rule.constraint, "sh:datatype")])
    if kind in {"OrConstraintComponent", "XoneConstraintComponent"}:
        return _nearest_alternative(result, value, catalogue, names)
    return ""


def _after(constraint: str, parameter: str) -> str:
    found = re.search(rf"{parameter} (\S+)", constraint)
    if not found:
        return ""
    prefix, _, local = found[1].strip("<>").partition(":")
    return PREFIXES[prefix] + local if prefix in PREFIXES else found[1].strip("<>")


def _wrong_class(value: Term, demanded: list[str], names: Names) -> str:
    if isinstance(value, ox.Literal):
        return f"{_literal(value, 60)} is a text; an identifier is needed, without quotation marks."
    if not isinstance(value, ox.NamedNode):
        return ""
    if names.classes(value):
        return f"{shortened(value.value)} is of the kind “{names.kind(value)}”."
    if value in names.withdrawn:
        return (
            f"{names.display(value)} is on record, and the submission no longer holds it: put it back, or remove what "
            "refers to it."
        )
    candidates = set().union(*(names.instances(cls) for cls in demanded))
    close = nearest_terms(value.value, candidates)
    return in_words(close) or f"{shortened(value.value)} is described neither in the files nor in the project."


def _wrong_datatype(value: Term, demanded: list[str]) -> str:
    if not isinstance(value, ox.Literal):
        return "An identifier stands where a text or number is needed; put it in quotation marks."
    text = value.value.strip()
    if demanded == [f"{RDF}langString"]:
        return f'Write "{_cut(text)}"@en.'
    for datatype in demanded:
        if datatype in _BARE and _BARE[datatype].match(text):
            return f"Write {_cut(text)}, without quotation marks."
        if datatype in _LEXICAL and _LEXICAL[datatype].match(text):
            return f'Write "{_cut(text)}"' + ("." if datatype == f"{XSD}string" else f"^^{shortened(datatype)}.")
    slashed = _SLASHED.match(text)
    if slashed and f"{XSD}date" in demanded:
        return f'If this is month/day/year, write "{slashed[3]}-{int(slashed[1]):02}-{int(slashed[2]):02}"^^xsd:date.'
    return ""


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _nearest_alternative(result: ValidationResult, value: Term, catalogue: Catalogue, names: Names) -> str:
    """Say which alternative the value comes nearest to (needs details only for alternatives that are whole shapes)."""
    alternatives = catalogue.alternatives(result.source_shape)
    kinds = {kind for kind, _ in alternatives.values()}
    demanded = [what for _, what in alternatives.values()]
    if kinds == {"class"}:
        return _wrong_class(value, demanded, names)
    if kinds == {"datatype"}:
        close = _wrong_datatype(value, demanded)
        listed = ", ".join(shortened(iri) for iri in demanded)
        return close or f"It fits none of {listed}."
    return _nearest_by_details(result.details, {item: catalogue.nested(item) for item in alternatives})


def _nearest_by_details(details: Iterable[ValidationResult], alternatives: Mapping[Term, Collection[Term]]) -> str:
    order = list(alternatives)
    failures: dict[Term, list[ValidationResult]] = {}
    for detail in details:
        item = next((item for item, nested in alternatives.items() if detail.source_shape in nested), None)
        if item is not None:
            failures.setdefault(item, []).append(detail)
    if not failures:
        return ""
    node, failed = min(failures.items(), key=lambda pair: (len(pair[1]), order.index(pair[0])))
    said = "; ".join(dict.fromkeys(message.value.rstrip(".") for one in failed for message in one.messages))
    return f"Alternative {order.index(node) + 1} of {len(order)} comes nearest; it fails because: {said}."
