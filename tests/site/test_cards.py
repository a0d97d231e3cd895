"""The pictures that links are shown with: one for each kind of page and each state, small, and as drawn now."""

from __future__ import annotations

import struct

import pytest

from kgtools.core.project import Project
from kgtools.publish.site.cards import FOLDER, Card
from tests.site.conftest import Built
from tools.cards import HEIGHT, WIDTH, cards, fingerprint, told_by

_MOST = 16_000


@pytest.fixture(scope="module")
def kept(project: Project) -> list[Card]:
    return cards(project)


def test_each_picture_is_kept_and_was_made_from_what_it_would_be_made_from_now(kept: list[Card]) -> None:
    assert {file.stem for file in FOLDER.iterdir()} == {card.name for card in kept}
    stale = [c.name for c in kept if told_by((FOLDER / f"{c.name}.png").read_bytes()) != fingerprint(c)]
    assert not stale, "run python -m tools.cards"


def test_each_picture_is_small_and_has_the_size_that_pages_tell(kept: list[Card]) -> None:
    for file in FOLDER.iterdir():
        content = file.read_bytes()
        assert len(content) < _MOST, file.name
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">II", content[16:24]) == (WIDTH, HEIGHT)


def test_another_drawing_has_another_fingerprint_and_a_file_without_one_is_stale(kept: list[Card]) -> None:
    assert len({fingerprint(card) for card in kept}) == len(kept)
    assert told_by(b"\x89PNG") == ""


@pytest.mark.parametrize(
    ("path", "name", "heading"),
    [
        ("index.html", "front", "How is your state doing?"),
        ("states/oh.html", "state-oh", "How is Ohio doing?"),
        ("states/dc.html", "state-dc", "How is the District of Columbia doing?"),
        ("states/mp.html", "state-mp", "How are the Northern Mariana Islands doing?"),
        ("conditions/pathways-and-credit.html", "condition", "How far has each state come?"),
        ("recommendations/adopt-portrait-of-a-graduate.html", "recommendation", "Which states do it?"),
        ("policies/id-mastery-education-network.html", "policy", "What does this policy do?"),
        ("compare.html", "compare", "How do these states compare?"),
        ("query.html", "questions", "What do you want to know?"),
        ("sources/a.html", "front", "How is your state doing?"),
    ],
)
def test_a_page_has_the_picture_of_its_kind(built: Built, path: str, name: str, heading: str) -> None:
    page = built.text(path)
    assert f'<meta property="og:image" content="https://example.org/assets/cards/{name}.png">' in page
    assert f'<meta property="og:image:alt" content="{heading} ' in page
    assert (built.folder / f"assets/cards/{name}.png").is_file()
