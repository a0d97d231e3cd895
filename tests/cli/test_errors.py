"""Errors that a user can cause say the same after the way from one process to another."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from kgtools.core.errors import RecursiveShapesError, RefusedError, ShapesError, UserError
from kgtools.graph.disk.locks import InUseError
from kgtools.graph.reading import TooLargeFileError, UnreadableFileError


@pytest.mark.parametrize(
    "error",
    [
        UserError("It is so."),
        RefusedError(429, "Wait.", 3),
        ShapesError("no path", shape="ex:S", name="A shape"),
        RecursiveShapesError("a circle"),
        InUseError(Path("store"), "another"),
        UnreadableFileError(Path("a.ttl"), "A dot is missing.", 3, 4),
        TooLargeFileError(Path("a.ttl"), 32_000_000),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_says_the_same_in_another_process(error: UserError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
