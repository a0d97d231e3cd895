"""Checks on the records that SPARQL can't express."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import pyoxigraph as ox

from kgtools.answers.determine import derive_certainties, derive_determinations
from kgtools.core.namespaces import ID, PREFIXES, SPF, XSD, shortened
from tools.check.model import Found, declare
from tools.check.repository import Repository
from tools.mirrors import same_document

_GROUP: Final = "Ontology and data"
_LONGEST_SUMMARY: Final = 45
_PROLOGUE: Final = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("spf", "skos", "source-kind"))


@declare(
    title="An address is not well formed",
    problem="The address of a source or resource is not an http or https address of a public host, so nobody can"
    " follow it.",
    solution="Copy the address from the browser. It begins with https:// (or http://), names a host, and contains no "
    "space, user name or password.",
    example='spf:url "www.example.gov/rule"^^xsd:anyURI   # https:// is missing',
    group=_GROUP,
)
def malformed_address(repository: Repository) -> Iterator[Found]:
    """Each xsd:anyURI of the data is an address that a browser can open."""
    for triple in repository.data:
        value = triple.object
        if isinstance(value, ox.Literal) and value.datatype.value == XSD + "anyURI":
            wrong = _wrong_with(value.value)
            if wrong:
                subject = str(getattr(triple.subject, "value", ""))
                yield Found(f"The address {value.value[:200]!r} of {shortened(subject)} {wrong}.", subject)


def _wrong_with(address: str) -> str:
    if any(c.isspace() or not c.isprintable() or c in '<>"{}|\\^`' for c in address):
        return "contains a character that no address can contain"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return "can't be parsed as an address"
    if parts.scheme not in {"http", "https"}:
        return "doesn't begin with https:// or http://"
    if parts.username or parts.password:
        return "contains a user name or password"
    if "." not in host.strip(".") or host.endswith((".local", ".localhost", ".internal")):
        return "names no public host"
    return ""


@declare(
    title="A copy is cited beside the official text",
    problem="A state policy cites an unofficial copy of a document whose official text it cites as well. The copy"
    " adds nothing, may be older, and makes the evidence look like two sources.",
    solution="Remove the copy from the record; kgtools import does so automatically.",
    example="spf:hasSource source:rules-utah-gov-…, source:law-cornell-edu-… , both Rule R277-705",
    group=_GROUP,
)
def mirror_beside_official(repository: Repository) -> Iterator[Found]:
    """No state policy cites a copy beside the official text of the same document."""
    query = """SELECT DISTINCT ?policy ?official ?copy ?source { ?policy a spf:StatePolicy ; spf:hasSource ?a, ?source .
      ?a spf:sourceKind source-kind:official ; skos:prefLabel ?official .
      ?source spf:sourceKind source-kind:mirror ; skos:prefLabel ?copy }"""
    for row in repository.store.select(_PROLOGUE + query).rows:
        policy, official, copy, source = (str(getattr(term, "value", "")) for term in row)
        if same_document(official, copy):
            yield Found(f"{shortened(policy)} cites {shortened(source)}, a copy, beside the official text.", policy)


@declare(
    title="A summary is too long",
    problem=f"The summary of a state policy has more than {_LONGEST_SUMMARY} words. Long summaries tend to be the "
    "source's words, not ours, and don't fit the tables.",
    solution="Say in your own words what the policy does, for whom, and on what terms; leave the rest to the source.",
    example="A paragraph of the statute pasted into spf:summary",
    group=_GROUP,
)
def long_summary(repository: Repository) -> Iterator[Found]:
    """Each summary of a state policy has at most 45 words."""
    query = "SELECT ?policy ?text { ?policy a spf:StatePolicy ; spf:summary ?text }"
    for policy, text in repository.store.select(_PROLOGUE + query).rows:
        words = len(str(getattr(text, "value", "")).split())
        if words > _LONGEST_SUMMARY:
            subject = str(getattr(policy, "value", ""))
            yield Found(
                f"The summary of {shortened(subject)} has {words} words; at most {_LONGEST_SUMMARY} are allowed.",
                subject,
            )


@declare(
    title="A determination doesn't follow from the records",
    problem="Determinations are derived from claims and inquiries by one published rule "
    "(queries/derive/determinations.rq). This one says something else, because somebody edited it by hand or "
    "changed a record without deriving again.",
    solution="Run kgtools import on the record that changed, or correct the determination.",
    example="determination:ut-x spf:determinationValue determination-value:in-full, with no claim in full",
    group=_GROUP,
)
def underived_determination(repository: Repository) -> Iterator[Found]:
    """Each determination is what the rule derives from claims and inquiries."""
    derived = derive_determinations(repository.data, repository.project)
    committed: dict[ox.NamedNode, set[ox.Triple]] = defaultdict(set)
    for triple in repository.data:
        if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(f"{ID}determination/"):
            committed[triple.subject].add(triple)
    for subject in sorted({*derived, *committed}, key=str):
        if derived.get(subject, set()) != committed[subject]:
            said, follows = (_value(found) for found in (committed[subject], derived.get(subject, set())))
            yield Found(f"{shortened(subject.value)} says {said}; the rule gives {follows}.", subject.value)


def _value(triples: set[ox.Triple]) -> str:
    values = [
        t.object.value
        for t in triples
        if t.predicate.value == SPF + "determinationValue" and isinstance(t.object, ox.NamedNode)
    ]
    evidence = sum(t.predicate.value == SPF + "evidence" for t in triples)
    return f"{', '.join(v.rsplit('/', 1)[1] for v in values) or 'nothing'} on {evidence} claims"


@declare(
    title="A claim's certainty doesn't follow from its provisions",
    problem="The certainty of a claim is derived from how its provisions were read, by one published rule "
    "(queries/derive/certainties.rq). This claim says another, because somebody edited it by hand.",
    solution="Record how the provisions were read, and run kgtools import.",
    example="claim:x spf:certainty certainty:high, with no official text read at its locator",
    group=_GROUP,
)
def underived_certainty(repository: Repository) -> Iterator[Found]:
    """The certainty of each claim is what the rule derives from its provisions."""
    derived = derive_certainties(repository.data, repository.project)
    for triple in repository.data:
        if triple.predicate.value == SPF + "certainty" and isinstance(triple.subject, ox.NamedNode):
            follows = derived.get(triple.subject)
            if follows is not None and follows != triple:
                said, due = (shortened(str(getattr(t.object, "value", ""))) for t in (triple, follows))
                name = shortened(triple.subject.value)
                yield Found(f"{name} says {said}; the rule gives {due}.", triple.subject.value)


CHECKS: Final = (malformed_address, mirror_beside_official, long_summary, underived_determination, underived_certainty)
