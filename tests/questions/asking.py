"""Asking canned questions in tests."""

from __future__ import annotations

from pathlib import Path

from kgtools.answers.questions import Question, bind
from kgtools.answers.questions.page import example_parameters
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from kgtools.graph.store import EmbeddedStore, Solutions, Store

FOLDER = Path(__file__).parent
FIXTURE = FOLDER / "fixture.ttl"

EXAMPLES_ON_FIXTURE = {
    "actions": {"policy": "credit-by-demonstrated-mastery"},
    "adaptations": {"state": "NH"},
    "as-of": {"year": "2010", "state": "UT"},
    "by-authority": {"authority": "state-board"},
    "claims-by-certainty": {},
    "compare": {"state": "UT,KY,NH", "condition": "3"},
    "condition": {"condition": "3"},
    "conditions": {},
    "coverage": {"state": "UT,KY,PR"},
    "coverage-by-condition": {},
    "criteria": {"condition": "3"},
    "crosswalk": {"text": "VISION"},
    "diffusion": {"policy": "credit-by-demonstrated-mastery"},
    "due-for-review": {"year": "2026", "state": "UT"},
    "editions": {},
    "evidence": {"claim": "ut-credit--credit-by-demonstrated-mastery"},
    "evidence-strength": {},
    "examples": {"condition": "3"},
    "gaps": {"state": "NH"},
    "instrument-mix": {"condition": "3"},
    "how-complete": {},
    "most-alike": {"state": "NH"},
    "next-steps": {"state": "PR", "least": "1"},
    "not-yet-looked": {},
    "publishers": {"least": "1"},
    "rarest": {},
    "ratings": {"state": "UT"},
    "ratings-beside-ours": {},
    "resources": {"condition": "3"},
    "search": {"text": "Credit in"},
    "single-source": {"state": "KY"},
    "sources": {"state": "KY"},
    "state-profile": {"state": "KY"},
    "statements-by-status": {},
    "terms": {},
    "timeline": {"condition": "3", "state": "UT"},
    "together": {"least": "1"},
    "topics": {},
    "uncertain": {"state": "KY"},
    "unplaced-resources": {},
    "who-carries-out": {"policy": "credit-by-demonstrated-mastery"},
    "who-could-act": {"state": "PR"},
}
"""What each question is asked of the fixture; its answer is in ``expected/NAME.csv``."""


def ask(store: Store, question: Question, given: dict[str, str] | None = None) -> Solutions:
    """Ask a question, with the parameters of its example where none are given."""
    values = example_parameters(question) if given is None else given
    return store.select(bind(question.query, question.parameters, values, store))


def fixture_store(project: Project) -> EmbeddedStore:
    """The ontology and the hand-written fixture in memory."""
    store = EmbeddedStore()
    for file in project.ontology:
        store.load(read_triples(file), project.graph_of(file))
    store.load(read_triples(FIXTURE))
    return store
