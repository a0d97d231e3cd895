"""The pictures that a link to a page is shown with elsewhere: what each says, and which one a page has.

They are drawn once, by ``python -m tools.cards``, and kept in the package, since no dependency draws text. So they say
nothing that changes with the data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kgtools.answers.evidence.graph import Thing

if TYPE_CHECKING:
    from kgtools.publish.site.pages import Page

FOLDER: Final = Path(__file__).parent / "assets" / "cards"


@dataclass(frozen=True, slots=True)
class Card:
    """The picture of a page.

    Attributes:
        name: the name of its file, without the ending.
        heading: the question that the page answers.
        words: one sentence more.
        drawn: what is drawn beside the words; ``tools/cards.py`` knows each by its name.
        place: the postal code that the map marks, if it marks one.
    """

    name: str
    heading: str
    words: str
    drawn: str = "map"
    place: str = ""

    @property
    def path(self) -> str:
        """Where it is in the site."""
        return f"assets/cards/{self.name}.png"

    @property
    def alternative(self) -> str:
        """The same for those who can't see it."""
        return f"{self.heading} {self.words}"


_OF_STATE: Final = "State policy for personalized learning, on the record."
_FRONT: Final = Card(
    "front",
    "How is your state doing?",
    "State policy for personalized learning: what each state has done, on what evidence, and what could come next.",
)
_STATE: Final = Card(
    "state",
    "How is this state doing?",
    _OF_STATE,
)
_DATA: Final = Card(
    "data",
    "Take the data with you",
    "Every record with its sources, free to use: tables, workbooks, memos and linked data.",
    "table",
)
_QUESTIONS: Final = Card(
    "questions",
    "What do you want to know?",
    "Questions about state policy for personalized learning, each answered from the records.",
    "mark",
)
_KINDS: Final = {
    "jurisdiction.html": _STATE,
    "condition.html": Card(
        "condition",
        "How far has each state come?",
        "One of eight policy conditions for personalized learning: what is recommended, and what each state has done.",
    ),
    "recommendation.html": Card(
        "recommendation",
        "Which states do it?",
        "A recommended policy for personalized learning: who has it, who had it first, and on what evidence.",
    ),
    "policy.html": Card(
        "policy",
        "What does this policy do?",
        "A state policy for personalized learning, with its citation, its sources, and how sure we are.",
        "document",
    ),
    "compare.html": Card(
        "compare",
        "How do these states compare?",
        "States side by side, condition by condition, with the evidence.",
        "columns",
    ),
    "timeline.html": Card(
        "timeline", "When did states act?", "State policies for personalized learning, year by year.", "years"
    ),
    "questions.html": _QUESTIONS,
    "query.html": _QUESTIONS,
    "about.html": Card(
        "method",
        "How do we know?",
        "What each answer means, how it was found, and what nobody has looked at yet.",
        "looks",
    ),
    "downloads.html": _DATA,
    "ontology.html": _DATA,
    "vocabulary.html": _DATA,
    "rules.html": _DATA,
    "api.html": _DATA,
    "validate.html": Card(
        "check", "Is your file right?", "Hand in a state's data and see, cell by cell, what to fix and how.", "table"
    ),
}


def card_of(page: Page) -> Card:
    """The picture of a page: its own, or else that of its kind, or else that of the whole site."""
    kind = _KINDS.get(page.template, _FRONT)
    own = _of_place(page.about) if kind is _STATE and page.about else kind
    return own if (FOLDER / f"{own.name}.png").is_file() else kind


def all_cards(places: Iterable[Thing]) -> list[Card]:
    """Every picture that the package keeps.

    Args:
        places: the jurisdictions, each of which has its own.
    """
    return list({card.name: card for card in (_FRONT, *_KINDS.values(), *map(_of_place, places))}.values())


def _of_place(place: Thing) -> Card:
    islands = place.label.endswith("Islands")
    article = "the " if islands or place.label.startswith("District") else ""
    return Card(
        f"state-{place.slug}",
        f"How {'are' if islands else 'is'} {article}{place.label} doing?",
        _OF_STATE,
        place=place.text("uspsCode"),
    )
