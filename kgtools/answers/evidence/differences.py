"""Where another publisher's rating says the opposite of our answer.

The rule is the canned question ``ratings-beside-ours``, which marks such a row with ``differs``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kgtools.answers.evidence.graph import ThingGraph
from kgtools.core.words import day

QUESTION: Final = "ratings-beside-ours"
"""The canned question that tells them."""
_DIFFERS: Final = "differs"


@dataclass(frozen=True, slots=True)
class Difference:
    """A rating that says the opposite of our answer.

    Attributes:
        recommendation: the name of the transformative policy.
        publisher: who rates, or the rating scheme; empty where neither is known.
        item: what was rated.
        their_value: what the publisher says: a value, ``praised`` or ``next step``.
        time: the time that the rating applies to.
        answer: our answer.
    """

    recommendation: str
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


def differences(rows: Iterable[Mapping[str, object]], graph: ThingGraph) -> list[Difference]:
    """The differences among the rows of ``ratings-beside-ours``.

    Args:
        rows: the rows, by the names of the columns.
        graph: where the publishers of the schemes are looked up.
    """
    publishers = {
        item.label: ", ".join(publisher.label for publisher in scheme.many("publishedBy")) or scheme.label
        for item in graph.all("RatingItem")
        for scheme in item.many("ratingScheme")
    }
    return [
        Difference(
            recommendation=str(row["transformative_policy"]),
            publisher=publishers.get(str(row["item"]), ""),
            item=str(row["item"]),
            their_value=str(row["their_value"]),
            time=str(row["time"]),
            answer=str(row["answer_here"]),
        )
        for row in rows
        if row["look"] == _DIFFERS
    ]
