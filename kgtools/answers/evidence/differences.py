"""Where another publisher's rating says the opposite of our answer.

The rule is the canned question ``ratings-beside-ours``, which marks such a row with ``differs``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kgtools.answers.questions import bind, find_question
from kgtools.core.namespaces import SKOS, SPF
from kgtools.core.project import Project
from kgtools.core.words import day
from kgtools.graph.store import Solutions, Store

QUESTION: Final = "ratings-beside-ours"
"""The canned question that tells them."""
_DIFFERS: Final = "differs"
_POLICIES: Final = f"SELECT ?name ?p WHERE {{ ?p a <{SPF}TransformativePolicy> ; <{SKOS}prefLabel> ?name }}"
_PUBLISHERS: Final = f"""SELECT ?item ?who WHERE {{
  ?i <{SPF}ratingScheme>/<{SPF}publishedBy>/<{SKOS}prefLabel> ?who ; <{SKOS}prefLabel> ?item }} ORDER BY ?item ?who"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A rating that says the opposite of our answer.

    Attributes:
        usps: the postal code of the jurisdiction.
        recommendation: the name of the transformative policy.
        policy: its short name.
        publisher: who rates; empty where it isn't known.
        item: what was rated.
        their_value: what the publisher says: a value, ``praised`` or ``next step``.
        time: the time that the rating applies to.
        answer: our answer.
    """

    usps: str
    recommendation: str
    policy: str
    publisher: str
    item: str
    their_value: str
    time: str
    answer: str

    @property
    def words(self) -> str:
        """Both sides in a sentence."""
        theirs = {
            "next step": f"names “{self.item}” as a next step",
            "praised": f"praises “{self.item}”",
        }.get(self.their_value, f"rates “{self.item}” as “{self.their_value}”")
        return (
            f"{self.publisher or 'Another publisher'} ({day(self.time)}) {theirs}; our answer for "
            f"“{self.recommendation}” is “{self.answer}”."
        )


def differences(project: Project, store: Store, states: str = "") -> list[Difference]:
    """The ratings of jurisdictions that say the opposite of our answers.

    Args:
        project: where the question is.
        store: what answers.
        states: the jurisdictions as a user writes them, several with commas; all where none is given.

    Raises:
        ParameterError: there is no such jurisdiction.
        StoreError: the store can't be reached.
    """
    question = find_question(project, QUESTION)
    asked = store.select(bind(question.query, question.parameters, {"state": states} if states else {}, store))
    rows = [row for row in _rows(asked) if row.get("look") == _DIFFERS]
    publishers = {row["item"]: row["who"] for row in _rows(store.select(_PUBLISHERS))} if rows else {}
    policies = {row["name"]: row["p"].rpartition("/")[2] for row in _rows(store.select(_POLICIES))} if rows else {}
    return [
        Difference(
            usps=row["usps"],
            recommendation=row["transformative_policy"],
            policy=policies.get(row["transformative_policy"], ""),
            publisher=publishers.get(row["item"], ""),
            item=row["item"],
            their_value=row["their_value"],
            time=row["time"],
            answer=row["answer_here"],
        )
        for row in rows
    ]


def beside(found: Iterable[Difference], answer: Solutions, states: str = "") -> list[Difference]:
    """The differences that bear on what an answer tells: of the policies that it names, and the claims on them.

    Args:
        found: the differences.
        answer: the answer.
        states: the jurisdictions that it is about, where its rows don't say; empty where it is about none.
    """
    rows = [(row.get("usps"), set(row.values())) for row in _rows(answer)]
    return [
        d
        for d in found
        if any((usps == d.usps or (usps is None and states)) and _named(d, cells) for usps, cells in rows)
    ]


def _named(difference: Difference, cells: set[str]) -> bool:
    return difference.recommendation in cells or any(cell.endswith(f"--{difference.policy}") for cell in cells)


def _rows(solutions: Solutions) -> Iterable[Mapping[str, str]]:
    for row in solutions.rows:
        yield {
            name: str(getattr(term, "value", "")) for name, term in zip(solutions.variables, row, strict=True) if term
        }
