"""Guessing what was meant: the nearest term, the nearest record, the alternative of an ``sh:or`` that comes nearest."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import ID, KINDS, RDF, XSD, shortened
from kgtools.core.suggest import near_record
from kgtools.graph.store import Term
from kgtools.schema.rules import Catalog
from kgtools.shacl.report import ValidationResult
from kgtools.tables.schema import SUBMISSION_KINDS
from kgtools.validation.names import BARE, Labels, cut, literal_text
from kgtools.validation.readers import FindingReader
from kgtools.validation.terms import nearest_terms

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
_OF_A_STATE: Final = {"submission", "state-policy", "claim", "determination", "adaptation", "state-example"}
"""The kinds whose identifiers begin with the code of their state."""
_SLASHED: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\Z")


def hint_for(result: ValidationResult, catalog: Catalog, names: Labels, reader: FindingReader) -> str:
    """What is probably meant by the value of a result; empty where there is no good guess.

    Args:
        result: the engine's result, with details where there are any.
        catalog: the shapes.
        names: the labels and classes of data and context.
        reader: who reads it.
    """
    value, kind = result.value, result.component.value.rpartition("#")[2]
    if value is None:
        return ""
    demanded = catalog.demanded(result.source_shape, "class")
    if kind == "ClassConstraintComponent" and demanded:
        return _wrong_class(value, demanded, names, reader)
    if kind == "DatatypeConstraintComponent":
        return _wrong_datatype(value, catalog.demanded(result.source_shape, "datatype"), reader)
    if kind in {"OrConstraintComponent", "XoneConstraintComponent"}:
        return _nearest_alternative(result, value, catalog, names, reader)
    return ""


def meant(iris: Collection[str], reader: FindingReader) -> str:
    """Suggestions as a question; empty for none."""
    return f"Did you mean {' or '.join(map(reader.short, iris))}?" if iris else ""


def _wrong_class(value: Term, demanded: Sequence[str], names: Labels, reader: FindingReader) -> str:
    if isinstance(value, ox.Literal):
        return f"{literal_text(value, 60)} is a text; write an identifier instead, without quotation marks."
    if not isinstance(value, ox.NamedNode):
        return ""
    if names.classes(value):
        return f"{reader.short(value.value)} is of the kind “{names.kind(value)}”."
    if value in names.withdrawn:
        return (
            f"{reader.value(value)} is on record, but the submission no longer contains it: put it back, or remove "
            "what refers to it."
        )
    candidates = set().union(*(names.instances(cls) for cls in demanded))
    if close := _near(value.value, candidates):
        return meant(close, reader)
    where = "not described in the files or in the project" if reader.speaks_rdf else "not in the file or on record"
    return f"{reader.short(value.value)} is {where}."


def _near(iri: str, candidates: Collection[str]) -> tuple[str, ...]:
    """What an identifier is a slip of: for records, one of the same kind and state where few letters differ."""
    kind, slug = _kind_and_slug(iri)
    if kind not in KINDS:
        return nearest_terms(iri, candidates)
    alike = {_kind_and_slug(other)[1]: other for other in candidates if _kind_and_slug(other)[0] == kind}
    if kind not in SUBMISSION_KINDS:
        return nearest_terms(iri, alike.values())
    if kind in _OF_A_STATE:
        alike = {s: other for s, other in alike.items() if s.partition("-")[0] == slug.partition("-")[0]}
    guess = near_record(slug, alike)
    return (alike[guess],) if guess else ()


def _kind_and_slug(iri: str) -> tuple[str, str]:
    kind, _, slug = iri.removeprefix(ID).partition("/") if iri.startswith(ID) else ("", "", iri)
    return kind, slug


def _wrong_datatype(value: Term, demanded: Sequence[str], reader: FindingReader) -> str:
    if not isinstance(value, ox.Literal):
        return "This is an identifier, but a text or number is needed; put it in quotation marks."
    text = value.value.strip()
    if f"{RDF}langString" in demanded:
        return f"Write {reader.written(text, f'{RDF}langString')}."
    for datatype in demanded:
        if datatype in BARE and BARE[datatype].match(text):
            return f"Write {cut(text)}, without quotation marks."
        if datatype in _LEXICAL and _LEXICAL[datatype].match(text):
            return f"Write {reader.written(text, datatype)}."
    slashed = _SLASHED.match(text)
    if slashed and f"{XSD}date" in demanded:
        day = f"{slashed[3]}-{int(slashed[1]):02}-{int(slashed[2]):02}"
        return f"If this is month/day/year, write {reader.written(day, f'{XSD}date')}."
    return ""


def _nearest_alternative(
    result: ValidationResult, value: Term, catalog: Catalog, names: Labels, reader: FindingReader
) -> str:
    """Say which alternative the value comes nearest to (needs details only for alternatives that are whole shapes)."""
    alternatives = catalog.alternatives(result.source_shape)
    kinds = {kind for kind, _ in alternatives.values()}
    demanded = [what for _, what in alternatives.values()]
    if kinds == {"class"}:
        return _wrong_class(value, demanded, names, reader)
    if kinds == {"datatype"}:
        close = _wrong_datatype(value, demanded, reader)
        listed = ", ".join(map(shortened, demanded) if reader.speaks_rdf else map(reader.form, demanded))
        return close or f"It matches none of {listed}."
    return _nearest_by_details(result.details, {item: catalog.nested(item) for item in alternatives})


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
    return f"Alternative {order.index(node) + 1} of {len(order)} comes closest; it fails because: {said}."
