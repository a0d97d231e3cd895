"""JSON-LD 1.1 with a context made from the ontology and the graph.

Properties and classes go by their own names, individuals by their path under ``https://w3id.org/spf-kg/id/``. Each file
carries the whole context, so that nothing is fetched to read it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import pyoxigraph as ox

from kgtools.core.namespaces import ID, OWL, PREFIXES, RDF, SKOS, SPF, XSD

Context: TypeAlias = dict[str, Any]

_VOCABULARIES: Final = {name: iri for name, iri in PREFIXES.items() if not iri.startswith(ID)}
_SKOS_NAMES: Final = (
    *("prefLabel", "altLabel", "definition", "notation", "inScheme", "broader", "topConceptOf"),
    *("scopeNote", "example", "historyNote", "editorialNote"),
)


def make_context(triples: Iterable[ox.Triple]) -> Context:
    """The context for a graph: how each property's values are written follows from the values that it has.

    Args:
        triples: ontology and data together.
    """
    values: dict[str, set[str]] = defaultdict(set)
    classes = set()
    for t in triples:
        values[t.predicate.value].add(_form(t.object))
        if t.object == ox.NamedNode(OWL + "Class") and isinstance(t.subject, ox.NamedNode):
            classes.add(t.subject.value)
    context: Context = {"@version": 1.1, "@base": ID, **_VOCABULARIES, "id": "@id", "type": "@type"}
    for iri in sorted(classes):
        if iri.startswith(SPF):
            context[iri.removeprefix(SPF)] = f"spf:{iri.removeprefix(SPF)}"
    named = [iri for iri in values if iri.startswith(SPF)] + [SKOS + name for name in _SKOS_NAMES]
    for iri in sorted(named):
        context[_local(iri)] = _definition(iri, values[iri])
    return context


def _form(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.Literal):
        return f"@{term.language}" if term.language else term.datatype.value
    return "@id"


def _definition(iri: str, forms: set[str]) -> dict[str, str]:
    short = _compact(iri)
    if forms == {"@id"}:
        return {"@id": short, "@type": "@id"}
    if forms == {"@en"}:
        return {"@id": short, "@language": "en"}
    if len(forms) == 1 and not (form := next(iter(forms))).startswith("@") and form != XSD + "string":
        return {"@id": short, "@type": _compact(form)}
    return {"@id": short}


def write_context(context: Context) -> str:
    """The published context as its own document."""
    return json.dumps({"@context": context}, ensure_ascii=False, indent=1) + "\n"


def write_jsonld(triples: Iterable[ox.Triple], context: Context) -> str:
    """A graph as one flattened document, a node object a subject.

    Args:
        triples: the graph, in the order that its nodes are to have.
        context: what ``make_context`` gave.
    """
    names = {_expanded(d["@id"], context): name for name, d in context.items() if isinstance(d, dict)}
    types = {_expanded(d, context): name for name, d in context.items() if isinstance(d, str) and d.startswith("spf:")}
    nodes: dict[str, dict[str, Any]] = {}
    for t in triples:
        node = nodes.setdefault(_reference(t.subject), {"id": _reference(t.subject)})
        if t.predicate.value == RDF + "type":
            _add(node, "type", types.get(str(getattr(t.object, "value", "")), _reference(t.object)))
            continue
        name = names.get(t.predicate.value, _compact(t.predicate.value))
        _add(node, name, _value(t.object, context.get(name, {})))
    document = {"@context": context, "@graph": list(nodes.values())}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _add(node: dict[str, Any], name: str, value: object) -> None:
    if name not in node:
        node[name] = value
    elif isinstance(node[name], list):
        node[name].append(value)
    else:
        node[name] = [node[name], value]


def _value(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, definition: Mapping[str, str]) -> object:
    if not isinstance(term, ox.Literal):
        reference = _reference(term)
        return reference if definition.get("@type") == "@id" else {"id": reference}
    datatype = _compact(term.datatype.value)
    if term.language:
        is_default = definition.get("@language") == term.language
        return term.value if is_default else {"@value": term.value, "@language": term.language}
    if definition.get("@type") == datatype:
        is_number = datatype == "xsd:integer" and str(_integer(term.value)) == term.value
        return int(term.value) if is_number else term.value
    if datatype == "xsd:string":
        return {"@value": term.value} if "@language" in definition or "@type" in definition else term.value
    return {"@value": term.value, "@type": datatype}


def _integer(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _reference(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    assert isinstance(term, ox.NamedNode), "subjects and references are IRIs or blank nodes"
    return term.value.removeprefix(ID) if term.value.startswith(ID) else _compact(term.value)


def _compact(iri: str) -> str:
    for name, space in _VOCABULARIES.items():
        if iri.startswith(space) and len(iri) > len(space) and "/" not in iri[len(space) :]:
            return f"{name}:{iri[len(space) :]}"
    return iri


def _expanded(short: str, context: Context) -> str:
    prefix, _, local = short.partition(":")
    return str(context[prefix]) + local


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1]
