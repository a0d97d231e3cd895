"""The values of parameters as JSON Schema, for interfaces that describe themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kgtools.answers.questions.parameters import MAX_DIGITS, MAX_TEXT, YEARS, Parameter

_MANY_VALUES = 60


def parameter_schema(parameter: Parameter, allowed: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """The schema of a parameter: of an array where several values may be given.

    Args:
        parameter: the parameter.
        allowed: the allowed values by parameter type; a type that is left out is not held to a list.
    """
    one = _value_schema(parameter.type, allowed)
    if parameter.many:
        return {"type": "array", "items": one, "minItems": 1, "maxItems": _MANY_VALUES, **_default(parameter, one)}
    return {**one, **_default(parameter, one)}


def _value_schema(type_: str, allowed: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    if type_ == "year":
        return {"type": "integer", "minimum": YEARS.start, "maximum": YEARS.stop - 1}
    if type_ == "count":
        return {"type": "integer", "minimum": 0, "maximum": 10**MAX_DIGITS - 1}
    if type_ == "text":
        return {"type": "string", "minLength": 1, "maxLength": MAX_TEXT, "pattern": r"\S"}
    return {"type": "string", **({"enum": list(allowed[type_])} if type_ in allowed else {})}


def _default(parameter: Parameter, schema: Mapping[str, Any]) -> dict[str, Any]:
    if parameter.default is None:
        return {}
    if parameter.many:
        return {"default": parameter.default.split(",")}
    return {"default": int(parameter.default) if schema["type"] == "integer" else parameter.default}
