"""The ontology's own page: classes, properties, schemes, rules, questions and diagrams, from the files alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from kgtools.answers.questions import Question
from kgtools.core.namespaces import OWL, PREFIXES, RDF, RDFS, RULE, SKOS, SPF, shortened
from kgtools.schema.rules import Catalog, Rule

if TYPE_CHECKING:
    import jinja2

_TEMPLATES: Final = Path(__file__).parent / "templates"
_PROPERTY_KINDS: Final = {
    OWL + "ObjectProperty": "object property",
    OWL + "DatatypeProperty": "data property",
    OWL + "AnnotationProperty": "annotation property",
}
_CHARACTERISTICS: Final = {
    OWL + "FunctionalProperty": "functional",
    OWL + "InverseFunctionalProperty": "inverse functional",
    OWL + "AsymmetricProperty": "asymmetric",
    OWL + "IrreflexiveProperty": "irreflexive",
    OWL + "SymmetricProperty": "symmetric",
    OWL + "TransitiveProperty": "transitive",
}


@dataclass(frozen=True, slots=True)
class ReferenceEntry:
    """A class, property or concept as the page shows it.

    Attributes:
        iri: its IRI.
        name: its short form, such as ``spf:Topic``.
        label: its label.
        definition: its definition.
        notes: scope notes.
        examples: examples.
        kind: what it is, such as ``object property, functional``.
        above: the classes or properties that it is a kind of.
        below: those that are a kind of it.
        domain: the classes that a property is of.
        range: the classes or datatypes that its values are of.
        inverse: the inverse property.
        matches: links to other vocabularies, as property and target.
        rules: identifiers of the rules about it.
        questions: names of the questions that ask for it.
        notation: the notation of a concept.
    """

    iri: str
    name: str
    label: str
    definition: str
    notes: tuple[str, ...]
    examples: tuple[str, ...]
    kind: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    domain: tuple[str, ...]
    range: tuple[str, ...]
    inverse: tuple[str, ...]
    matches: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]
    questions: tuple[str, ...]
    notation: str

    @property
    def anchor(self) -> str:
        """Where it is on the page."""
        return self.name.partition(":")[2] if self.name.startswith("spf:") else self.name.replace(":", "-")


class _Graph:
    """The ontology and the shapes, indexed."""

    def __init__(self, triples: Iterable[ox.Triple], rules: Sequence[Rule], questions: Sequence[Question]) -> None:
        self.rules = rules
        self.about: dict[object, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]]
        self.about = defaultdict(lambda: defaultdict(list))
        self.back: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        for t in sorted(set(triples), key=str):
            if not isinstance(t.object, ox.Triple):
                self.about[t.subject][t.predicate.value].append(t.object)
                self.back[t.object][t.predicate.value].append(t.subject)
        self.questions = {q.name: q.query for q in questions}

    def texts(self, node: object, predicate: str) -> tuple[str, ...]:
        return tuple(str(getattr(v, "value", "")) for v in self.about[node][predicate])

    def names(self, node: object, predicate: str) -> tuple[str, ...]:
        """The named values of a property, with the parts of a union listed one by one."""
        found: list[str] = []
        for value in self.about[node][predicate]:
            if isinstance(value, ox.NamedNode):
                found.append(shortened(value.value))
            else:
                found += [shortened(i) for u in self.about[value][OWL + "unionOf"] for i in self._items(u)]
        return tuple(dict.fromkeys(found))

    def _items(self, node: object) -> Iterator[str]:
        while isinstance(node, ox.BlankNode):
            yield from self.texts(node, RDF + "first")
            node = next(iter(self.about[node][RDF + "rest"]), None)

    def entry(self, node: ox.NamedNode) -> ReferenceEntry:
        name = shortened(node.value)
        types = set(self.texts(node, RDF + "type"))
        said = [words for iri, words in {**_PROPERTY_KINDS, **_CHARACTERISTICS}.items() if iri in types]
        below = [*self.back[node][RDFS + "subClassOf"], *self.back[node][RDFS + "subPropertyOf"]]
        rules = [rule.identifier for rule in self.rules if rule.path == node.value or name in rule.target.split(", ")]
        return ReferenceEntry(
            iri=node.value,
            name=name,
            label=next(iter(self.texts(node, SKOS + "prefLabel")), name),
            definition=next(iter(self.texts(node, SKOS + "definition")), ""),
            notes=self.texts(node, SKOS + "scopeNote"),
            examples=self.texts(node, SKOS + "example"),
            kind=", ".join(said),
            above=(*self.names(node, RDFS + "subClassOf"), *self.names(node, RDFS + "subPropertyOf")),
            below=tuple(shortened(n.value) for n in below if isinstance(n, ox.NamedNode)),
            domain=self.names(node, RDFS + "domain"),
            range=self.names(node, RDFS + "range"),
            inverse=(*self.names(node, OWL + "inverseOf"), *self._inverse_of(node)),
            matches=tuple((kind, shortened(v)) for kind in ("seeAlso",) for v in self.texts(node, RDFS + kind)),
            rules=tuple(rules),
            questions=tuple(sorted(q for q, text in self.questions.items() if f"{name} " in text)),
            notation=next(iter(self.texts(node, SKOS + "notation")), ""),
        )

    def _inverse_of(self, node: object) -> tuple[str, ...]:
        return tuple(shortened(n.value) for n in self.back[node][OWL + "inverseOf"] if isinstance(n, ox.NamedNode))

    def of_type(self, *types: str) -> list[ox.NamedNode]:
        """Our own things of some types, by name."""
        found = {s for t in types for s in self.back[ox.NamedNode(t)][RDF + "type"] if isinstance(s, ox.NamedNode)}
        return sorted((s for s in found if s.value.startswith((SPF, RULE))), key=lambda s: s.value.casefold())


def write_reference(
    ontology: Iterable[ox.Triple], shapes: Iterable[ox.Triple], questions: Sequence[Question], version: str
) -> str:
    """The page, as HTML that loads nothing.

    Args:
        ontology: the triples of the ontology.
        shapes: the triples of the shapes.
        questions: the canned questions.
        version: the version of the ontology.
    """
    rules = Catalog(shapes).rules
    graph = _Graph(ontology, rules, questions)
    classes = [graph.entry(node) for node in graph.of_type(OWL + "Class")]
    properties = [graph.entry(node) for node in graph.of_type(*_PROPERTY_KINDS)]
    header = ox.NamedNode(SPF.removesuffix("#"))
    context: dict[str, Any] = {
        "version": version,
        "title": next(iter(graph.texts(header, "http://purl.org/dc/terms/title"))),
        "abstract": next(iter(graph.texts(header, "http://purl.org/dc/terms/abstract"))),
        "comment": next(iter(graph.texts(header, RDFS + "comment")), ""),
        "classes": classes,
        "properties": properties,
        "schemes": [_scheme(graph, node) for node in _schemes(graph)],
        "rules": rules,
        "questions": questions,
        "tree": _tree(classes),
        "diagrams": {entry.name: _links(entry, properties) for entry in classes},
        "prefixes": {name: iri for name, iri in PREFIXES.items() if "/id/" not in iri},
        "known": {entry.name: entry.anchor for entry in (*classes, *properties)},
    }
    return _environment().get_template("ontology.html").render(**context)


def _environment() -> jinja2.Environment:
    import jinja2

    loader = jinja2.FileSystemLoader(_TEMPLATES)
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _schemes(graph: _Graph) -> list[ox.NamedNode]:
    found = graph.back[ox.NamedNode(SKOS + "ConceptScheme")][RDF + "type"]
    return sorted((s for s in found if isinstance(s, ox.NamedNode)), key=lambda s: s.value)


def _scheme(graph: _Graph, node: ox.NamedNode) -> tuple[ReferenceEntry, list[ReferenceEntry]]:
    members = [m for m in graph.back[node][SKOS + "inScheme"] if isinstance(m, ox.NamedNode)]
    return graph.entry(node), [graph.entry(m) for m in sorted(members, key=lambda m: m.value)]


def _tree(classes: Sequence[ReferenceEntry]) -> list[tuple[int, ReferenceEntry]]:
    """The class hierarchy, each class once under each class above it, with its depth."""
    by_name = {entry.name: entry for entry in classes}
    roots = [entry for entry in classes if not any(above in by_name for above in entry.above)]
    lines: list[tuple[int, ReferenceEntry]] = []

    def descend(entry: ReferenceEntry, depth: int) -> None:
        lines.append((depth, entry))
        for name in sorted(entry.below):
            if name in by_name:
                descend(by_name[name], depth + 1)

    for root in roots:
        descend(root, 0)
    return lines


def _links(entry: ReferenceEntry, properties: Sequence[ReferenceEntry]) -> dict[str, list[tuple[str, str]]]:
    """What a diagram of a class shows: properties that lead to it and away from it, with the class at the other end."""
    come = [(p.name, d) for p in properties if entry.name in p.range for d in p.domain or ("any",)]
    go = [(p.name, r) for p in properties if entry.name in p.domain for r in p.range or ("a value",)]
    return {"come": come, "go": go}
