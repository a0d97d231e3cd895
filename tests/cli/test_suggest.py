"""Guessing what somebody meant."""

from __future__ import annotations

import pytest

from kgtools.core.suggest import nearest

VALUES = ("present", "partial", "confirmed-absent", "not-reviewed", "could-not-determine", "Confirmed absent by law")


@pytest.mark.parametrize(
    ("word", "known", "guess"),
    [
        ("absent", VALUES[:5], "confirmed-absent"),
        ("reviewed", VALUES[:5], "not-reviewed"),
        ("presnt", VALUES[:5], "present"),
        ("Partial", VALUES[:5], "partial"),
        ("zzz", VALUES[:5], None),
        ("absent", VALUES, "present"),
    ],
)
def test_nearest(word: str, known: tuple[str, ...], guess: str | None) -> None:
    assert nearest(word, known) == guess
