"""Making a memo from a store: the canned questions that it draws on, asked and put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kgtools.answers.api import plain
from kgtools.answers.evidence.differences import differences
from kgtools.answers.evidence.graph import ThingGraph
from kgtools.answers.evidence.standing import Evidence
from kgtools.answers.questions import bind, find_question
from kgtools.answers.questions.parameters import PARAMETER_TYPES
from kgtools.core.project import Project
from kgtools.graph.store import Store
from kgtools.publish.memo.content import briefing
from kgtools.publish.memo.document import Memo


def memo_of(
    project: Project,
    store: Store,
    state: str,
    *,
    conditions: Sequence[str] = (),
    steps: int = 8,
    long: bool = True,
    version: str,
    today: dt.date,
) -> Memo:
    """A memo on one jurisdiction.

    Args:
        project: where the questions are.
        store: what answers.
        state: the jurisdiction, as a user writes it.
        conditions: the conditions to speak of, as a user writes them; all, if none are given.
        steps: how many next steps to list in the long form, at most.
        long: whether the long form follows the first page.
        version: of the data.
        today: the date of the memo.

    Raises:
        ParameterError: there is no such jurisdiction or condition.
        StoreError: the store can't be reached.
    """
    place = PARAMETER_TYPES["jurisdiction"](state, store).value
    chosen = [PARAMETER_TYPES["condition"](each, store).value for each in conditions]
    question = find_question(project, "briefing")
    graph = ThingGraph.of(store.construct(bind(question.query, question.parameters, {"state": state}, store)))
    return briefing(
        Evidence(graph),
        graph.thing(place),
        conditions=[graph.thing(iri) for iri in chosen],
        steps=steps,
        alike=_most_alike(project, store, state),
        differences=differences(project, store, state),
        long=long,
        version=version,
        today=today,
    )


def _most_alike(project: Project, store: Store, state: str) -> list[str]:
    """The postal codes of the jurisdictions that are most alike, the most alike first."""
    question = find_question(project, "most-alike")
    rows = plain(store.select(bind(question.query, question.parameters, {"state": state}, store))).rows
    return [str(row["usps"]) for row in rows]
