"""The arguments of a tool, read and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kgtools.answers.questions import ParameterError
from kgtools.core.suggest import nearest

MAX_START: Final = 1_000_000
_FOUR_DIGITS: Final = re.compile(r"[0-9]{4}\Z")


def text_of(arguments: Mapping[str, Any], name: str, *, needed: bool = False, most: int = 300) -> str:
    """A text; empty where none is given.

    Raises:
        ParameterError: it is missing, too long, or no text.
    """
    value = arguments.get(name, "")
    if not isinstance(value, str):
        raise ParameterError(f"'{name}' must be a text.")
    if needed and not value.strip():
        raise ParameterError(f"The tool needs '{name}'.")
    if len(value) > most:
        raise ParameterError(f"'{name}' has {len(value):,} characters; use at most {most:,}.")
    return value.strip()


def one_of(arguments: Mapping[str, Any], name: str, allowed: Sequence[str], usual: str) -> str:
    """One of a list of values, or the usual one where none is given.

    Raises:
        ParameterError: it is none of them.
    """
    value = text_of(arguments, name) or usual
    if value and value not in allowed:
        guess = nearest(value, allowed)
        hint = f" Did you mean '{guess}'?" if guess else ""
        raise ParameterError(f"'{value[:60]}' is not a value of '{name}'.{hint} Use one of: {'; '.join(allowed)}.")
    return value


def year_of(arguments: Mapping[str, Any]) -> str:
    """A year as four digits; empty where none is given.

    Raises:
        ParameterError: it is no year.
    """
    value = arguments.get("year")
    if value is None or value == "":
        return ""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | str)
        or not str(value).isdecimal()
        or len(str(value)) != 4
    ):
        raise ParameterError("'year' must be four digits, such as 2021.")
    return str(value)


def start_of(arguments: Mapping[str, Any]) -> int:
    """Where an answer goes on.

    Raises:
        ParameterError: it is no number.
    """
    value = arguments.get("start", 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_START:
        raise ParameterError(f"'start' must be a whole number from 0 to {MAX_START:,}, as 'next' gives it.")
    return value


def given_of(arguments: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of a question as a user would write them: several values with commas.

    Raises:
        ParameterError: one is of the wrong kind.
    """
    given = arguments.get("parameters", {})
    if not isinstance(given, dict):
        raise ParameterError('\'parameters\' must be an object, such as {"state": "OH"}.')
    return {name: _written(name, value) for name, value in given.items()}


def _written(name: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | list):
        raise ParameterError(f"'{name[:60]}' must be a text, a number, or a list of texts.")
    if isinstance(value, list):
        return ",".join(_written(name, part) for part in value)
    return str(value)


def parts_of(written: str | None) -> list[str]:
    """The parts of a value that commas separate."""
    return [part.strip() for part in (written or "").split(",") if part.strip()]
