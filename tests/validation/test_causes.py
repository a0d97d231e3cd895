"""Guesses at what went wrong in Turtle, where the parser stops behind the mistake."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kgtools.validation.causes import _INNER_QUOTE, turtle_cause
from kgtools.validation.spots import Place

_PREFIX = "@prefix ex: <http://e.org/x#> .\n"


def _cause(text: str) -> str:
    with pytest.raises(SyntaxError) as error:
        list(ox.parse((_PREFIX + text).encode(), format=ox.RdfFormat.TURTLE))
    return turtle_cause(error.value.msg, _PREFIX + text, Place(error.value.lineno or 0, error.value.offset or 0))


@pytest.mark.parametrize(
    "text",
    [
        'ex:a ex:p "He said "no" to it" .',
        'ex:a ex:p "A "quoted word" begins" ; ex:q 1 .',
        '<http://e.org/y#z> ex:p "one" , "The "Act"" .',
        'ex:a ex:p "a \\" b "c" d"@en .',
    ],
)
def test_inner_quotes_are_the_cause(text: str) -> None:
    assert "may contain quotation marks" in _cause(text)


@pytest.mark.parametrize(
    "text", ['ex:a ex:p "one" ex:q "two" .', 'ex:a ex:p "one"@en "two" .', 'ex:a ex:p "one" , , "two" .']
)
def test_other_mistakes_beside_texts_are_not_taken_for_them(text: str) -> None:
    assert "may contain quotation marks" not in _cause(text)


@pytest.mark.parametrize(
    "line",
    [
        'ex:a ex:p "x"^^ex:t , "y"@en ; ex:q ( "1" "2" ) .',
        'ex:a ex:p """He said "no" to it""" .',
        '# a "b"c" d',
        '""' * 5000,
    ],
    ids=["typed", "long", "comment", "many"],
)
def test_right_lines_have_no_inner_quotes(line: str) -> None:
    assert not _INNER_QUOTE.search(line)
