"""Terms that are not declared: the classes and properties that a typing error makes up.

SHACL looks only at what its targets select, so a misspelt class is checked by nothing and passes. These checks look at
every statement of the files instead.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import (
    DCTERMS,
    FOAF,
    ID,
    ORG,
    OWL,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    SH,
    SKOS,
    SPF,
    XSD,
)
from kgtools.core.suggest import edits
from kgtools.graph.known_terms import known_terms
from kgtools.graph.store import Term
from kgtools.shacl.graph import MemoryGraph, cells

_TYPE: Final = ox.NamedNode(f"{RDF}type")
_UNDECLARED: Final = {"class": "record.class.undeclared"}
DECIDED: Final = ("record.class.undeclared", "record.property.undeclared")
"""The rules that have a shape for other engines, and that ``check_terms`` decides more thoroughly."""

_LOOKALIKE: Final = re.compile(r"https?://(?:www\.)?w3id\.org/spf[-_]?kg(?![\w-])", re.IGNORECASE)
_OURS: Final = re.compile(
    r"https://w3id\.org/spf-kg(?:/(?:ontology(?:#|/|\Z)|shapes(?:#|/|\Z)|rules(?:#|/|\Z)|id/|graph/|docs/)|/?\Z)"
)
_LOCAL: Final = re.compile(r"[^/#:]*\Z")
_CLASS_KINDS: Final = {OWL + "Class", RDFS + "Class", RDFS + "Datatype"}
_CHECKED: Final = (RDF, RDFS, OWL, SKOS, DCTERMS, PROV, ORG)
_KNOWN_SPACES: Final = tuple({*PREFIXES.values(), XSD, FOAF, SH})


@dataclass(frozen=True, slots=True)
class TermFinding:
    """A statement that uses a term which does not exist.

    Attributes:
        rule: the identifier of the rule.
        subject: the record.
        predicate: the property of the statement.
        value: the term at fault, or the record where it is the record itself.
        suggestion: the terms that may be meant, the likeliest first.
    """

    rule: str
    subject: Term
    predicate: str
    value: Term
    suggestion: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The declared classes and properties of our namespace."""

    classes: frozenset[str]
    properties: frozenset[str]

    @classmethod
    def of(cls, graph: MemoryGraph) -> Vocabulary:
        """Gather what is declared in a graph."""
        classes: set[str] = set()
        properties: set[str] = set()
        for kind, cell in graph.backwards(_TYPE).items():
            if not isinstance(kind, ox.NamedNode):
                continue
            found = classes if kind.value in _CLASS_KINDS else properties if kind.value.endswith("Property") else None
            if found is not None:
                found.update(subject.value for subject in cells(cell) if isinstance(subject, ox.NamedNode))
        return cls(frozenset(classes), frozenset(properties))

    def suggest(self, iri: str, *, is_class: bool) -> tuple[str, ...]:
        """The declared terms that are most like a given one, at most three."""
        known = {name for name in (self.classes if is_class else self.properties) if name.startswith(SPF)}
        return nearest_terms(iri, known)


def nearest_terms(iri: str, known: Collection[str]) -> tuple[str, ...]:
    """The IRIs whose last part is most like that of a given IRI, at most three, the likeliest first."""
    word = _last_part(iri).casefold()
    limit = max(1, len(word) // 3)
    scored = ((edits(word, _last_part(name).casefold(), limit), name) for name in known)
    close = sorted((score, -_ratio(word, name), name) for score, name in scored if score <= limit)
    return tuple(name for _, _, name in close[:3])


def _ratio(word: str, name: str) -> float:
    return difflib.SequenceMatcher(None, word, _last_part(name).casefold()).ratio()


def _last_part(iri: str) -> str:
    found = _LOCAL.search(iri.rstrip("/#"))
    return found[0] if found else iri


def check_terms(triples: Iterable[ox.Triple], vocabulary: Vocabulary, described: Collection[Term]) -> list[TermFinding]:
    """Look at each statement for terms that do not exist.

    Args:
        triples: the statements of the files that are reported on.
        vocabulary: what is declared in them and in their context.
        described: the subjects of files and context that have a class.

    Returns:
        The findings, one per record and term.
    """
    judge = cache(partial(_judged, vocabulary=vocabulary))  # most terms come again; kept for this call alone
    found: dict[tuple[Term, str, Term], TermFinding] = {}
    unclassed: dict[Term, str] = {}
    ours: dict[ox.NamedNode, bool] = {}
    fine: dict[str, set[Term]] = {"property": set(), "class": set(), "node": set()}
    properties, classes, nodes = fine.values()
    last, classed = None, False
    for triple in triples:
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        is_next = subject != last  # triples of a subject come together
        if is_next:
            last, classed = subject, subject in described
        if (
            predicate not in properties
            or (is_next and subject not in nodes)
            or (type(value) is ox.NamedNode and value not in (classes if predicate == _TYPE else nodes))
        ):
            for finding in _of_triple(triple, judge, fine):
                found.setdefault((finding.subject, finding.rule, finding.value), finding)
            ours[predicate] = predicate.value.startswith(SPF)
        if ours[predicate]:
            if not classed:
                unclassed.setdefault(subject, predicate.value)
        elif predicate == _TYPE and _is_record(triple):
            found[subject, "record.identifier.missing", subject] = TermFinding(
                "record.identifier.missing", subject, predicate.value, subject
            )
    for node, property_ in unclassed.items():
        found[node, "record.class.missing", node] = TermFinding("record.class.missing", node, property_, node)
    return list(found.values())


def all_are_fine(graph: MemoryGraph, vocabulary: Vocabulary) -> bool:
    """Whether ``check_terms`` would find nothing, told from each term of a graph once and not from each statement.

    Args:
        graph: the files with their context; for a fault in the context alone the answer is no, too.
        vocabulary: what is declared in it.
    """
    typed = graph.column(_TYPE)
    nodes = (term.value for term in graph.terms() if type(term) is ox.NamedNode)
    judged = itertools.chain(
        (("property", predicate.value) for predicate in graph.columns),
        (("class", cls.value) for cls in graph.backwards(_TYPE) if isinstance(cls, ox.NamedNode)),
        (("node", iri) for iri in nodes if not iri.startswith(ID)),  # nothing is wrong with an identifier of ours
    )
    if any(_judged(iri, role, vocabulary)[0] for role, iri in judged):
        return False
    ours = [column for predicate, column in graph.columns.items() if predicate.value.startswith(SPF)]
    if any(node in column for node in graph.own.difference(typed) for column in ours):
        return False
    blank = (node for node in typed if type(node) is ox.BlankNode)
    return not any(isinstance(c, ox.NamedNode) and c.value.startswith(SPF) for n in blank for c in cells(typed[n]))


def _is_record(triple: ox.Triple) -> bool:
    cls = triple.object
    return isinstance(triple.subject, ox.BlankNode) and isinstance(cls, ox.NamedNode) and cls.value.startswith(SPF)


def _of_triple(
    triple: ox.Triple, judge: Callable[[str, str], tuple[str, tuple[str, ...]]], fine: dict[str, set[Term]]
) -> Iterator[TermFinding]:
    """What is wrong with the terms of a triple; those that nothing is wrong with are added to ``fine`` by role."""
    predicate = triple.predicate.value
    terms: list[tuple[str, Term]] = [("property", triple.predicate)]
    if isinstance(triple.subject, ox.NamedNode):
        terms.append(("node", triple.subject))
    if isinstance(triple.object, ox.NamedNode):
        terms.append(("class" if predicate == f"{RDF}type" else "node", triple.object))
    for role, term in terms:
        assert isinstance(term, ox.NamedNode)
        rule, suggestion = judge(term.value, role)
        if rule:
            yield TermFinding(rule, triple.subject, predicate, term, suggestion)
        else:
            fine[role].add(term)


def _judged(iri: str, role: str, vocabulary: Vocabulary) -> tuple[str, tuple[str, ...]]:
    """The rule that a term in a role breaks, with suggestions; no rule where there is nothing to say."""
    if role != "node" and iri.startswith((SPF, ID)):
        declared = vocabulary.classes if role == "class" else vocabulary.properties
        if iri in declared:
            return "", ()
        return _UNDECLARED.get(role, "record.property.undeclared"), vocabulary.suggest(iri, is_class=role == "class")
    if _LOOKALIKE.match(iri) and (role != "node" or not _OURS.match(iri)):
        return "record.namespace.misspelled", _right_namespace(iri, role, vocabulary)
    scheme, _, rest = iri.partition(":")
    if scheme in PREFIXES and not rest.startswith("//"):
        return "record.namespace.misspelled", (PREFIXES[scheme] + rest,)
    return ("", ()) if role == "node" else _judged_foreign(iri, role)


def _judged_foreign(iri: str, role: str) -> tuple[str, tuple[str, ...]]:
    """As ``_judged``, for classes and properties of other vocabularies."""
    space = next((space for space in _CHECKED if iri.startswith(space)), None)
    if space is not None:
        known = _terms_of(space)
        is_member = space == RDF and re.fullmatch(r"_[1-9][0-9]*", iri.removeprefix(space)) is not None
        return ("", ()) if iri in known or is_member else ("record.term.unknown", nearest_terms(iri, known))
    is_unknown = role == "property" and not iri.startswith(_KNOWN_SPACES)
    return ("record.property.of-other-vocabulary" if is_unknown else ""), ()


def _right_namespace(iri: str, role: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    rest = iri[_LOOKALIKE.match(iri).end() :]  # type: ignore[union-attr]
    found = re.match(r"/(?:id|ID|ids)/(.+)", rest)
    if found:
        return (ID + found[1],)
    if role == "node":
        return ()
    return vocabulary.suggest(SPF + _last_part(iri), is_class=role == "class")


@cache
def _terms_of(space: str) -> frozenset[str]:
    """The terms of an outside vocabulary."""
    return frozenset(term for term in known_terms() if term.startswith(space))
