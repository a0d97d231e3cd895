"""Checks on the canned questions: they answer, and every term of the ontology serves one of them."""

from __future__ import annotations

import re
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.answers.questions import ParameterError, Question, bind, read_question
from kgtools.core.errors import QuestionError
from kgtools.core.namespaces import OWL, RDF, RDFS, SPF, shortened
from kgtools.graph.store import StoreError
from tools.check.model import Found, declare
from tools.check.repository import Repository

_GROUP: Final = "Questions"
_USED: Final = re.compile(r"\bspf:([A-Za-z]\w*)")
_LINKED: Final = {RDFS + "subClassOf", RDFS + "domain", RDFS + "range", OWL + "inverseOf"}
_KINDS: Final = tuple(OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty"))


@declare(
    title="A canned question doesn't answer",
    problem="The header of a question is incomplete, its example command can't be run, the answer's "
    "columns are not those that the header describes, or the example finds nothing. The catalog would mislead "
    "users.",
    solution="Fix the query or the header until the example gives rows with the columns that the header describes.",
    example="#+ columns: without a variable that the query selects",
    group=_GROUP,
)
def failing_question(repository: Repository) -> Iterator[Found]:
    """Each canned question answers its own example."""
    for path in (*repository.project.questions, *repository.project.graph_questions):
        file = repository.relative(path)
        wrong = _wrong_with(repository, path)
        if wrong:
            yield Found(wrong, file, file)


def _wrong_with(repository: Repository, path: Path) -> str:
    try:
        question = read_question(path)
        query = bind(question.query, question.parameters, _example(question), repository.store)
        if question.gives_graph:
            return "" if any(True for _ in repository.store.construct(query)) else _nothing(question)
        answer = repository.store.select(query)
    except (QuestionError, ParameterError, StoreError, ValueError) as error:
        return f"The question can't be asked: {' '.join(str(error).split())}"
    described = tuple(column.name for column in question.columns)
    if described != answer.variables:
        return f"The answer has the columns {', '.join(answer.variables)}; the header describes {', '.join(described)}."
    return "" if answer.rows else _nothing(question)


def _nothing(question: Question) -> str:
    return f"The example finds nothing: {question.example}"


def _example(question: Question) -> dict[str, str]:
    words = shlex.split(question.example)
    if words[:3] != ["kgtools", "query", question.name]:
        raise QuestionError(f"the example does not begin with 'kgtools query {question.name}'")
    return dict(word.split("=", 1) for flag, word in pairwise(words) if flag in {"-p", "--parameter"})


@declare(
    title="A term serves no question",
    problem="No canned question asks for a class or property of the ontology, and no check uses it. "
    "Either a question is missing, or the term is not needed.",
    solution="Write the question that needs the term, or excuse the term in the profile with the reason.",
    example="spf:scale, declared and filled in, but shown to nobody",
    group=_GROUP,
)
def unasked_term(repository: Repository) -> Iterator[Found]:
    """Each class and property is used by a question or a check.

    With a property, the classes that it links and its inverse are used; with a class, the wider ones.
    """
    queries = sorted((repository.project.root / "queries").rglob("*.rq"))
    used = {SPF + name for file in queries for name in _USED.findall(file.read_text(encoding="utf-8"))}
    implied = _implications(repository.ontology)
    while more := {iri for known in used for iri in implied[known]} - used:
        used |= more
    for triple in repository.ontology:
        if triple.predicate.value == RDF + "type" and _iri(triple.object) in _KINDS:
            iri = _iri(triple.subject)
            if iri.startswith(SPF) and iri not in used:
                yield Found(f"{shortened(iri)} is used by no canned question and no check.", iri)


def _implications(triples: Iterable[ox.Triple]) -> dict[str, set[str]]:
    implied: dict[str, set[str]] = defaultdict(set)
    for triple in triples:
        if triple.predicate.value in _LINKED:
            implied[_iri(triple.subject)].add(_iri(triple.object))
        if triple.predicate.value == OWL + "inverseOf":
            implied[_iri(triple.object)].add(_iri(triple.subject))
    return implied


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


CHECKS: Final = (failing_question, unasked_term)
