"""What of a shapes graph is not carried out: terms that are refused, and what has no effect where it stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property, lru_cache

import pyoxigraph as ox

from kgtools.core.errors import ShapesError
from kgtools.graph.known_terms import known_terms
from kgtools.graph.store.interface import Term
from kgtools.shacl import model as m
from kgtools.shacl.naming import Naming
from kgtools.shacl.shapes_index import ShapesIndex
from kgtools.shacl.terms import CORE, DASH, DATASHAPES, TERMS, Fate, Kind, TermEntry, TermPlace, entry_of, named
from kgtools.shacl.vocab import FALSE, OWL, RDF, RDF_TYPE, RDFS, SHACL, TRUE, XSD, XSD_BOOLEAN, XSD_DATATYPES, sh

OWL_IMPORTS = ox.NamedNode(f"{OWL}imports")
_REIFIES = ox.NamedNode(f"{RDF}reifies")
_NAMESPACES = (SHACL, DASH, RDF, RDFS, OWL, XSD)
_CLOSED = {"rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD}
_STANDARDS = {"rdf": "RDF", "rdfs": "RDF Schema", "owl": "OWL", "xsd": "XML Schema"}
_MEMBER = re.compile("_[1-9][0-9]*")
_DATATYPES: dict[str, tuple[str, ...]] = {
    "rdf": ("HTML", "JSON", "PlainLiteral", "XMLLiteral", "dirLangString", "langString"),
    "rdfs": ("Literal",),
    "owl": ("rational", "real"),
    "xsd": XSD_DATATYPES,
}
_NEAR = 0.95  # how much of a namespace must be the same; one letter of the shortest makes 0.96
_BOOLEANS = tuple(
    sh(name) for name in ("deactivated", "closed", "uniqueLang", "qualifiedValueShapesDisjoint", "optional")
)
_NAMES_DATA = tuple(
    sh(name) for name in ("path", "targetClass", "class", "datatype", "targetSubjectsOf", "targetObjectsOf")
)
"""Properties whose values are properties, classes and datatypes of the data."""
_SHAPES_ONLY_INSIDE = frozenset({TermPlace.PATH, TermPlace.RESULT})
_MENTIONED = {TermPlace.NODE_SHAPE: "a node shape", TermPlace.PROPERTY_SHAPE: "a property shape"}


def refuse_terms(index: ShapesIndex, own: Collection[ox.NamedNode]) -> None:
    """Refuse what would otherwise check nothing, in silence: terms not supported here, or in a namespace near by.

    Args:
        index: the shapes graph.
        own: the parameters of constraint components that the graph itself declares.

    Raises:
        ShapesError: names the term, and what it is said of.
    """
    idle = idle_nodes(index)
    fine = set(own)
    for triple in index.triples:
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        if predicate not in fine and subject not in idle and _refuse(predicate, subject, value):
            fine.add(predicate)
        if type(value) is ox.NamedNode and value not in fine and subject not in idle:
            for term in _terms(predicate, (value,)):
                if _refuse(term, subject, None):
                    fine.add(term)
    for node, described in index.by_subject.items():
        for predicate in _BOOLEANS:
            for value in described.get(predicate, ()):
                _refuse_no_boolean(node, predicate, value)


def _refuse(term: ox.NamedNode, node: Term, value: Term | None) -> bool:
    """Refuse a term that must not stand where it does, and say whether it may stand anywhere."""
    near = near_namespace(term.value)
    if near in {SHACL, DASH}:
        raise ShapesError(f"{term} is not a SHACL term; SHACL's namespace is <{near}>; correct the prefix.", node)
    entry = entry_of(term)
    # The value of a property may be a term as such, as in sh:targetSubjectsOf sh:rule.
    if entry is not None and entry.fate is Fate.REFUSED and (value is None) is (entry.kind is not Kind.PROPERTY):
        shown = f" {value}" if isinstance(value, ox.NamedNode) else ""
        raise ShapesError(f"{entry.name}{shown} {_standard(entry)}not supported here. {entry.advice}", node)
    return entry is None or entry.fate is not Fate.REFUSED


def _standard(entry: TermEntry) -> str:
    return "is " if entry.standard == CORE else f"is {entry.standard}, "


def _meant(term: ox.NamedNode) -> str:
    name = named(term.value)
    of_a_kind = [e.name for e in TERMS.values() if _local(e.name)[:1].isupper() == _local(name)[:1].isupper()]
    known = {known.lower(): known for known in of_a_kind}
    near = get_close_matches(name.lower(), known, 1)
    return f" Did you mean {known[near[0]]}?" if near else ""


def _local(name: str) -> str:
    return name.partition(":")[2]


def refuse_on_shape(index: ShapesIndex, node: Term) -> None:
    """Refuse, on a shape, terms that SHACL does not have, and terms of paths and of reports, taken for others.

    Raises:
        ShapesError: names the term.
    """
    for predicate, values in index.by_subject.get(node, {}).items():
        entry = TERMS.get(predicate)
        if entry is not None and entry.places and entry.places <= _SHAPES_ONLY_INSIDE:
            hint = " Did you mean sh:hasValue?" if entry.name == "sh:value" else ""
            raise ShapesError(f"{entry.name} is not a SHACL term for shapes.{hint}", node)
        # Of a sh:nodeKind its reader says what it may be.
        for term in (predicate, *(() if predicate == sh("nodeKind") else _terms(predicate, values))):
            if _is_unknown(term):
                raise ShapesError(f"{named(term.value)} is not a SHACL term.{_meant(term)}", node)


def _terms(predicate: ox.NamedNode, values: Iterable[Term]) -> Iterator[ox.NamedNode]:
    """The values of a property that are terms, where only terms make sense: classes, and values of SHACL's own."""
    if predicate == RDF_TYPE or predicate.value.startswith(SHACL):
        yield from (value for value in values if isinstance(value, ox.NamedNode))


def _is_unknown(term: ox.NamedNode) -> bool:
    return term.value.startswith(SHACL) and term.value != SHACL and entry_of(term) is None


def _refuse_no_boolean(node: Term, predicate: ox.NamedNode, value: Term) -> None:
    if (
        not isinstance(value, ox.Literal)
        or value.datatype != XSD_BOOLEAN
        or value.value not in {"true", "false", "1", "0"}
    ):
        raise ShapesError(f"{named(predicate.value)} must be true or false, not {value}.", node)


@lru_cache(maxsize=4096)
def near_namespace(iri: str) -> str | None:
    """The namespace that is meant where an IRI's is a little off: ``https:`` for ``http:``, or a letter."""
    own = iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
    if own in _NAMESPACES:
        return None
    for known in _NAMESPACES:
        if _differ_little(own, known):
            return known
        if iri.startswith(known[:-1]) and known + iri[len(known) - 1 :].lstrip("#/") in {t.value for t in TERMS}:
            return known
    return _most_like(own)


@lru_cache(maxsize=1024)
def _differ_little(namespace: str, known: str) -> bool:
    return _bare(namespace) == _bare(known)


@lru_cache(maxsize=256)
def _most_like(namespace: str) -> str | None:
    near = get_close_matches(namespace, _NAMESPACES, 1, _NEAR)
    return near[0] if near else None


@lru_cache(maxsize=4096)
def _no_such_name(iri: str, kind: str) -> str:
    """What to say of a name that its namespace, which is closed, does not have; empty if all is well."""
    for prefix, namespace in _CLOSED.items():
        if iri.startswith(namespace):
            name = iri[len(namespace) :]
            known = _DATATYPES[prefix] if kind == "a datatype" else _names_in(namespace)
            if not known or name in known or (prefix == "rdf" and _MEMBER.fullmatch(name)):
                return ""
            near = get_close_matches(name, known, 1)
            hint = f" Did you mean {prefix}:{near[0]}?" if near else ""
            return f"{prefix}:{name}, which is not {kind} of {_STANDARDS[prefix]}.{hint}"
    return ""


def _names_in(namespace: str) -> tuple[str, ...]:
    return tuple(sorted(term[len(namespace) :] for term in known_terms() if term.startswith(namespace)))


def _bare(namespace: str) -> str:
    return namespace.partition("://")[2].removeprefix("www.").rstrip("#/").lower()


def idle_nodes(index: ShapesIndex) -> set[Term]:
    """The nodes inside of what is reported as not used as a whole: rules, functions, expressions."""
    waiting: list[Term] = []
    for triple in index.triples:
        entry = TERMS.get(triple.predicate)
        if entry is not None and entry.fate is Fate.UNUSED:
            is_part = isinstance(triple.object, ox.BlankNode) or triple.predicate == sh("rule")
            waiting += [triple.object] if is_part else []
        elif triple.predicate == RDF_TYPE and isinstance(triple.object, ox.NamedNode):
            kind = TERMS.get(triple.object)
            waiting += [triple.subject] if kind is not None and kind.fate is Fate.UNUSED else []
    idle: set[Term] = set()
    while waiting:
        node = waiting.pop()
        if node not in idle:
            idle.add(node)
            described = index.by_subject.get(node, {})
            waiting += [v for values in described.values() for v in values if isinstance(v, ox.BlankNode)]
    return idle


class Survey:
    """Looks for what in a shapes graph has no effect.

    Args:
        index: the shapes graph.
        shapes: the shapes that were read from it.
        own: the parameters of constraint components that the graph itself declares.
        naming: names its nodes.
    """

    def __init__(
        self, index: ShapesIndex, shapes: Mapping[Term, m.Shape], own: Collection[ox.NamedNode], naming: Naming
    ) -> None:
        self._index = index
        self._shapes = shapes
        self._own = own
        self._naming = naming
        self._idle = idle_nodes(index)
        self._places = _places(index, shapes)

    def remarks(self, addresses: Collection[str]) -> Iterator[m.Remark]:
        """All that has no effect.

        Args:
            addresses: the addresses of the files that were read, which need no importing.
        """
        yield from self._imports(addresses)
        for node, described in self._index.by_subject.items():
            for predicate in described:
                yield from self._of_term(node, predicate)
            yield from self._unknown_datatypes(node, described)
            yield from self._of_types(node)
        for node, shape in self._shapes.items():
            if node not in self._idle:
                yield from self._of_shape(node, shape)

    def _remark(self, node: Term, predicate: ox.NamedNode | None, message: str) -> m.Remark:
        is_shape = node in self._shapes
        return m.Remark(node, predicate, self._naming.subject(node, "Shape" if is_shape else "The node"), message)

    def _imports(self, addresses: Collection[str]) -> Iterator[m.Remark]:
        for triple in self._index.triples:
            value = triple.object
            if triple.predicate != OWL_IMPORTS or not isinstance(value, ox.NamedNode):
                continue
            if value in self._index.by_subject or value.value in addresses or _bare(value.value) == _bare(SHACL):
                continue
            message = (
                f"owl:imports {value} was not read: nothing is fetched, so no shape in it was checked. Save it "
                "to a file, and name that after --shapes as well."
            )
            yield self._remark(triple.subject, OWL_IMPORTS, message)

    def _of_term(self, node: Term, predicate: ox.NamedNode) -> Iterator[m.Remark]:
        near = near_namespace(predicate.value)
        if near is not None:
            yield self._remark(node, predicate, f"{predicate} has no effect: perhaps you mean the namespace <{near}>.")
        if predicate in _NAMES_DATA:
            yield from self._near_names(node, predicate)
            yield from self._unknown_names(node, predicate)
        if predicate in self._own or not predicate.value.startswith((SHACL, DASH)):
            return
        entry = TERMS.get(predicate)
        if self._index.values(node, _REIFIES):
            told = "is about a statement here, which is SHACL 1.2; not used."
            yield self._remark(node, predicate, f"{named(predicate.value)} {told}")
        elif node in self._idle:
            return
        elif entry is None:
            standard = "SHACL" if predicate.value.startswith(SHACL) else "DASH"
            told = f"{named(predicate.value)} was not used: it is not a term of {standard}.{_meant(predicate)}"
            yield self._remark(node, predicate, told)
        elif entry.fate is Fate.UNUSED:
            yield self._remark(node, predicate, _unused(entry))
        elif entry.fate is Fate.READ:
            yield from self._misplaced(node, predicate, entry)

    def _near_names(self, node: Term, predicate: ox.NamedNode) -> Iterator[m.Remark]:
        """Names of what the data are looked through for, in a namespace that is a little off."""
        for value in self._index.values(node, predicate):
            near = near_namespace(value.value) if isinstance(value, ox.NamedNode) else None
            if near is not None:
                told = f"{named(predicate.value)} names {value}: perhaps you mean the namespace <{near}>."
                yield self._remark(node, predicate, told)

    def _unknown_names(self, node: Term, predicate: ox.NamedNode) -> Iterator[m.Remark]:
        """Names that RDF, RDFS, OWL or XML Schema does not have, so that no data can meet what is asked."""
        kind = "a datatype" if predicate == sh("datatype") else "a term"
        for value in self._index.values(node, predicate):
            if isinstance(value, ox.NamedNode) and (told := _no_such_name(value.value, kind)):
                yield self._remark(node, predicate, f"{named(predicate.value)} names {told}")

    def _unknown_datatypes(self, node: Term, described: Mapping[ox.NamedNode, Iterable[Term]]) -> Iterator[m.Remark]:
        """Datatypes that XML Schema and RDF do not have, on the literals of a shape."""
        for predicate, values in described.items():
            for value in values:
                if isinstance(value, ox.Literal) and (told := _no_such_name(value.datatype.value, "a datatype")):
                    yield self._remark(node, predicate, f"The literal {value} has {told}")

    def _misplaced(self, node: Term, predicate: ox.NamedNode, entry: TermEntry) -> Iterator[m.Remark]:
        here = self._places.get(node, frozenset())
        if TermPlace.ANYWHERE in entry.places or not here.isdisjoint(entry.places):
            return
        if TermPlace.PARAMETER in here and TermPlace.PROPERTY_SHAPE in entry.places:
            return  # what the values of a parameter must be, for those who write shapes
        is_here = " and ".join(sorted(_mention(place) for place in here)) or "nothing that a shape refers to"
        whole = entry.places >= set(_MENTIONED)
        others = entry.places - set(_MENTIONED) if whole else entry.places
        belongs = " or ".join([*(["a shape"] if whole else []), *sorted(map(_mention, others))])
        message = f"{entry.name} has no effect here: this is {is_here}, and the term belongs on {belongs}."
        yield self._remark(node, predicate, message)

    def _of_types(self, node: Term) -> Iterator[m.Remark]:
        for value in self._index.values(node, RDF_TYPE):
            entry = TERMS.get(value) if isinstance(value, ox.NamedNode) else None
            # A rule is reported where a shape has it.
            if entry is not None and entry.fate is Fate.UNUSED and not isinstance(node, ox.BlankNode):
                yield self._remark(node, RDF_TYPE, _unused(entry))
            elif isinstance(value, ox.NamedNode) and _is_unknown(value):
                told = f"{named(value.value)} was not used: it is not a term of SHACL.{_meant(value)}"
                yield self._remark(node, RDF_TYPE, told)

    def _of_shape(self, node: Term, shape: m.Shape) -> Iterator[m.Remark]:
        if shape.deactivated:
            return
        if not shape.targets and node not in self._used:
            message = "It has no target, and no other shape refers to it, so it checks nothing. Add sh:targetClass."
            yield self._remark(node, None, message)
            return
        yield from self._incomplete(node, shape)
        yield from self._empty_range(node)
        for predicate in _BOOLEANS:
            for value in self._index.values(node, predicate):
                if value not in {TRUE, FALSE}:
                    told = (
                        f"{named(predicate.value)} {value} has no effect, because SHACL needs exactly the literal true."
                    )
                    yield self._remark(node, predicate, told)
        yield from self._without_results(node, shape)

    def _incomplete(self, node: Term, shape: m.Shape) -> Iterator[m.Remark]:
        """Terms that do something only beside another."""
        index = self._index
        counts = [*index.values(node, sh("qualifiedMinCount")), *index.values(node, sh("qualifiedMaxCount"))]
        beside = (
            ("flags", "sh:pattern", index.values(node, sh("pattern"))),
            ("ignoredProperties", "sh:closed true", [v for v in index.values(node, sh("closed")) if v == TRUE]),
            ("qualifiedValueShape", "sh:qualifiedMinCount or sh:qualifiedMaxCount", counts),
            ("qualifiedValueShapesDisjoint", "sh:qualifiedValueShape", index.values(node, sh("qualifiedValueShape"))),
        )
        for name, other, found in beside:
            is_misplaced = name.startswith("qualified") and shape.path is None  # already reported
            if index.values(node, sh(name)) and not found and not is_misplaced:
                yield self._remark(node, sh(name), f"sh:{name} has no effect without {other} beside it.")

    def _empty_range(self, node: Term) -> Iterator[m.Remark]:
        for head in self._index.values(node, sh("languageIn")):
            items = self._index.list_items(node, sh("languageIn"), head)
            if any(isinstance(item, ox.Literal) and not item.value for item in items):
                told = (
                    'sh:languageIn has "", which is not a language: a text without one never conforms (section 4.4.4).'
                )
                yield self._remark(node, sh("languageIn"), told)

    def _without_results(self, node: Term, shape: m.Shape) -> Iterator[m.Remark]:
        """A severity or message on a shape that gives no results itself."""
        has_own = any(not isinstance(constraint, m.PropertyConstraint) for constraint in shape.constraints)
        for name in ("severity", "message"):
            if self._index.values(node, sh(name)) and not has_own:
                told = f"sh:{name} has no effect here, because property shapes do not inherit it; put it on each."
                yield self._remark(node, sh(name), told)
        if has_own and node not in self._reporting and self._index.values(node, sh("severity")):
            told = "sh:severity has no effect here: the shape that refers to this one gives the result its own."
            yield self._remark(node, sh("severity"), told)

    @cached_property
    def _used(self) -> set[Term]:
        """The shapes that others refer to."""
        return {inner for s in self._shapes.values() for c in s.constraints for inner in m.referenced_shapes(c)}

    @cached_property
    def _reporting(self) -> set[Term]:
        """The shapes whose results are in the report: those with targets, and property shapes below them."""
        waiting = [node for node, shape in self._shapes.items() if shape.targets]
        found: set[Term] = set()
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting += [c.shape for c in self._shapes[node].constraints if isinstance(c, m.PropertyConstraint)]
        return found


def _unused(entry: TermEntry) -> str:
    kind = "a term of DASH" if entry.standard == DATASHAPES else entry.standard
    told = (
        f"{entry.name} was not used: it is {kind}, not supported here."
        if entry.standard != CORE
        else (f"{entry.name} was not used.")
    )
    return f"{told} {entry.advice}".strip()


def _mention(place: TermPlace) -> str:
    return _MENTIONED.get(place, f"a {place.value}")


def _places(index: ShapesIndex, shapes: Mapping[Term, m.Shape]) -> dict[Term, frozenset[TermPlace]]:
    """What each node of a shapes graph is."""
    found: dict[Term, set[TermPlace]] = {}

    def note(nodes: Iterable[Term], place: TermPlace) -> None:
        for node in nodes:
            found.setdefault(node, set()).add(place)

    for node, shape in shapes.items():
        note([node], TermPlace.NODE_SHAPE if shape.path is None else TermPlace.PROPERTY_SHAPE)
        note(index.values(node, sh("sparql")), TermPlace.CONSTRAINT)
    for node, described in index.by_subject.items():
        note(described.get(sh("declare"), ()), TermPlace.DECLARATION)
        note(_inside(index, described.get(sh("path"), ())), TermPlace.PATH)
        if sh("ConstraintComponent") in index.types(node):
            note([node], TermPlace.COMPONENT)
            note(described.get(sh("parameter"), ()), TermPlace.PARAMETER)
            for name in ("validator", "nodeValidator", "propertyValidator"):
                note(described.get(sh(name), ()), TermPlace.VALIDATOR)
    return {node: frozenset(places) for node, places in found.items()}


def _inside(index: ShapesIndex, nodes: Iterable[Term]) -> set[Term]:
    """The nameless nodes among some, and below them."""
    found: set[Term] = set()
    waiting = [node for node in nodes if isinstance(node, ox.BlankNode)]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            described = index.by_subject.get(node, {})
            waiting += [v for values in described.values() for v in values if isinstance(v, ox.BlankNode)]
    return found
