"""Slugs: from stable facts, valid, and never the same for two addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgtools.core.minting import is_slug, pair_slug, slug_of, source_slug


@given(st.text(min_size=1).filter(lambda t: any(c.isascii() and c.isalnum() for c in t)))
def test_a_slug_of_any_name_is_a_slug(name: str) -> None:
    assert is_slug(slug_of(name))
    assert len(slug_of(name)) <= 60


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Utah State Board of Education", "utah-state-board-of-education"),
        ("  L'École & Co. ", "l-ecole-co"),
        ("a" * 80, "a" * 60),
        ("one two three " * 10, "one-two-three-one-two-three-one-two-three-one-two-three-one"),
    ],
)
def test_slugs(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_name_without_letters_has_no_slug() -> None:
    with pytest.raises(ValueError, match="no letters or digits"):
        slug_of("!!!")


def test_the_slug_of_a_source_tells_its_host_and_tells_addresses_apart() -> None:
    first, second = source_slug("https://www.le.utah.gov/a"), source_slug("https://le.utah.gov/b")
    assert first.startswith("le-utah-gov-")
    assert second.startswith("le-utah-gov-")
    assert first != second
    assert first == source_slug("https://www.le.utah.gov/a")
    assert is_slug(first)


def test_a_pair_is_told_from_a_single_slug() -> None:
    assert pair_slug("a-b", "c") == "a-b--c"
    assert is_slug("a-b--c")
    assert not is_slug("a---b")
    assert not is_slug("-a")
    assert not is_slug("A")
