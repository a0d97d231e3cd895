"""The meaning of literals: which are well-formed, and how two compare (XML Schema 1.1 part 2, SPARQL 1.1 section 17).

Everything here works on written forms, which a store may have rewritten.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache

import pyoxigraph as ox

from kgtools.graph.regex.characters import NAME, NAME_START, Characters, without
from kgtools.graph.store.interface import Term
from kgtools.shacl.vocab import XSD

_ZONE = r"(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR = r"(-?(?:[1-9]\d{3,}|0\d{3}))"
_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[12]\d|3[01])"
_TIME = r"(?:([01]\d|2[0-3]):([0-5]\d):([0-5]\d(?:\.\d+)?)|(24):00:00(?:\.0+)?)"
# Every day of a common year, and 29 February in leap years only.
_LONG = r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))"
_LEAP = r"-?\d*(?:(?:[02468][048]|[13579][26])00|\d\d(?:0[48]|[2468][048]|[13579][26]))"
_ANY_DAY = f"(?:{_YEAR}-{_LONG}|{_LEAP}-02-29)"
_SECONDS = r"\d+(?:\.\d+)?S"
_CLOCK = rf"T(?:\d+H(?:\d+M)?(?:{_SECONDS})?|\d+M(?:{_SECONDS})?|{_SECONDS})"
_DAY_TIME = rf"(?:\d+D(?:{_CLOCK})?|{_CLOCK})"
_YEAR_MONTH = r"(?:\d+Y(?:\d+M)?|\d+M)"
_B64 = "(?:[A-Za-z0-9+/] ?)"
_B64_ENDS = f"{_B64}{{2}}[AEIMQUYcgkosw048] ?=|{_B64}[AQgw] ?= ?="
_COLON = ((ord(":"), ord(":")),)
_INTEGER = r"[+-]?\d+"
_REAL = r"(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN)"

# Integers: the smallest and the largest value that each derived type holds.
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{
        name: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        for name, bits in (("byte", 8), ("short", 16), ("int", 32), ("long", 64))
    },
    **{
        name: (0, 2**bits - 1)
        for name, bits in (("unsignedByte", 8), ("unsignedShort", 16), ("unsignedInt", 32), ("unsignedLong", 64))
    },
}
_MOMENTS = {
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE[:-1]}",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "time": f"{_TIME}{_ZONE}",
    "gYear": f"{_YEAR}{_ZONE}",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
}
_FORMS = {
    **dict.fromkeys(_BOUNDS, _INTEGER),
    **_MOMENTS,
    "boolean": "true|false|1|0",
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "double": _REAL,
    "float": _REAL,
    "duration": f"-?P(?:{_YEAR_MONTH}(?:{_DAY_TIME})?|{_DAY_TIME})",
    "dayTimeDuration": f"-?P{_DAY_TIME}",
    "yearMonthDuration": f"-?P{_YEAR_MONTH}",
    "hexBinary": r"(?:[0-9a-fA-F]{2})*",
    "base64Binary": f"(?:{_B64}{{4}})*(?:{_B64}{{3}}[A-Za-z0-9+/]|{_B64_ENDS})?",
    "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "normalizedString": r"[^\r\n\t]*",
    "token": r"(?:[^\r\n\t ]+(?: [^\r\n\t ]+)*)?",
    "NMTOKEN": f"{Characters(NAME)}+",
    "Name": f"{Characters(NAME_START)}{Characters(NAME)}*",
    "NCName": f"{Characters(without(NAME_START, _COLON))}{Characters(without(NAME, _COLON))}*",
}
_MOMENT_NAMES = {XSD + name: name for name in _MOMENTS}
_FLOATS = {XSD + "double", XSD + "float"}
_INTEGERS = {XSD + name for name in _BOUNDS}
_LONGEST_BOUND = 20  # digits: more than any bounded integer type has
_LONGEST_VALUE = 4000  # characters: no number or date of use is longer, and int() is quadratic
_FEBRUARY = 2
_TEXT = XSD + "string"
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def has_lexical_rules(datatype: str) -> bool:
    """Whether a literal of this datatype can be ill-formed at all."""
    return datatype.startswith(XSD) and datatype.removeprefix(XSD) in _FORMS


@cache
def _compiled(datatype: str) -> re.Pattern[str]:
    """The lexical rules of a datatype that has some, compiled when they are first needed."""
    return re.compile(_FORMS[datatype.removeprefix(XSD)], re.ASCII)


def lexical_rules(datatype: str) -> tuple[str, int | None, int | None] | None:
    """The rules of a datatype's lexical forms, for engines that take a regular expression and bounds.

    Args:
        datatype: the IRI of the datatype.

    Returns:
        An anchored regular expression, days counted, and the bounds of integers; None for unknown datatypes.
    """
    if not has_lexical_rules(datatype):
        return None
    name = datatype.removeprefix(XSD)
    form = (
        _FORMS[name].replace(f"{_YEAR}-{_MONTH}-{_DAY}", _ANY_DAY).replace(f"--{_MONTH}-{_DAY}", f"--(?:{_LONG}|02-29)")
    )
    return f"^(?:{form})$".replace(r"\d", "[0-9]"), *_BOUNDS.get(name, (None, None))


def is_well_formed(lexical: str, datatype: str) -> bool:
    """Whether a lexical form belongs to its datatype; unknown datatypes take any form (SHACL section 4.1.2)."""
    if not has_lexical_rules(datatype):
        return True
    found = _compiled(datatype).fullmatch(lexical)
    if found is None:
        return False
    if datatype in _INTEGERS:
        return _within(datatype, lexical)
    return datatype not in _MOMENT_NAMES or _is_day(_MOMENT_NAMES[datatype], found)


def _within(datatype: str, lexical: str) -> bool:
    low, high = _BOUNDS[datatype.removeprefix(XSD)]
    if low is None and high is None:
        return True
    if len(lexical.lstrip("+-0")) > _LONGEST_BOUND:  # longer than any bounded type; int() is quadratic on hostile input
        return (low is None and lexical[0] == "-") or (high is None and lexical[0] != "-")
    value = int(lexical)
    return (low is None or value >= low) and (high is None or value <= high)


def _is_day(name: str, found: re.Match[str]) -> bool:
    """Whether the day exists in its month, leap years counted."""
    if name in {"dateTime", "dateTimeStamp", "date"}:
        year, month, day = int(found[1][-4:]), int(found[2]), int(found[3])
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return day <= (28 if month == _FEBRUARY and not leap else _DAYS[month - 1])
    return name != "gMonthDay" or int(found[2]) <= _DAYS[int(found[1]) - 1]


def compare(left: Term, right: Term) -> int | None:
    """Compare two terms as SPARQL's ``<`` does (SPARQL 1.1 section 17.3), extended to dates and times.

    Returns:
        -1, 0 or 1; None where SPARQL would raise a type error, which SHACL counts as a violation.
    """
    if not isinstance(left, ox.Literal) or not isinstance(right, ox.Literal):
        return None
    first, second = _value(left), _value(right)
    if first is None or second is None or first[0] != second[0]:
        return None
    return _order(first[1:], second[1:])


def _order(left: tuple[object, ...], right: tuple[object, ...]) -> int | None:
    match left, right:
        case (float() as a,), (int() | float() | Decimal() as b,):
            return _sign(a, _as_float(b))
        case (int() | Decimal() as a,), (float() as b,):
            return _sign(_as_float(a), b)
        case (int() | Decimal() as a,), (int() | Decimal() as b,):
            return _sign(a, b)
        case (str() as a,), (str() as b,):
            return (a > b) - (a < b)
        case (Fraction() as a, bool() as a_zoned), (Fraction() as b, bool() as b_zoned):
            return _order_moments(a, b, same_zone=a_zoned == b_zoned)
    return None


def _as_float(number: float | Decimal) -> float:
    """The nearest float; infinity for what is larger than any (XPath Functions 3.1, section 4.2)."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _sign(left: float | Decimal, right: float | Decimal) -> int | None:
    if left != left or right != right:  # noqa: PLR0124 - NaN compares with nothing
        return None
    return (left > right) - (left < right)


def _order_moments(left: Fraction, right: Fraction, *, same_zone: bool) -> int | None:
    """Order two moments; with one time zone missing they must lie more than 14 hours apart (XSD 1.0 3.2.7.3)."""
    if same_zone:
        return (left > right) - (left < right)
    slack = 14 * 3600
    if abs(left - right) <= slack:
        return None
    return -1 if left < right else 1


@lru_cache(maxsize=65536)
def _value(literal: ox.Literal) -> tuple[object, ...] | None:
    """The value, after the name of the family of values that it can be compared with."""
    lexical, datatype = literal.value, literal.datatype.value
    if datatype == _TEXT:
        return ("text", lexical)
    if len(lexical) > _LONGEST_VALUE or not has_lexical_rules(datatype) or not is_well_formed(lexical, datatype):
        return None
    if datatype in _INTEGERS:
        return ("number", int(lexical))
    if datatype in _FLOATS:
        return ("number", float(lexical.replace("INF", "inf")))
    if datatype == XSD + "decimal":
        return ("number", Decimal(lexical))
    if datatype == XSD + "boolean":
        return ("boolean", int(lexical in {"true", "1"}))
    return _moment(lexical, datatype)


def _moment(lexical: str, datatype: str) -> tuple[object, ...] | None:
    name = _MOMENT_NAMES.get(datatype)
    if name is None or name in {"gMonth", "gDay", "gMonthDay"}:
        return None
    found = _compiled(datatype).fullmatch(lexical)
    assert found is not None, "checked by the caller"
    parts = list(found.groups())
    zone = parts.pop()
    family = "dateTime" if name == "dateTimeStamp" else name
    return (family, _seconds(name, parts) - _zone_seconds(zone), zone is not None)


def _seconds(name: str, parts: list[str | None]) -> Fraction:
    year, month, day = 1972, 1, 1
    dated = {"dateTime": 3, "dateTimeStamp": 3, "date": 3, "gYearMonth": 2, "gYear": 1}.get(name, 0)
    numbers = [int(part) for part in parts[:dated] if part is not None]
    year, month, day = (*numbers, *(year, month, day)[dated:])
    clock = parts[dated:]
    if not clock:
        return Fraction(_days(year, month, day) * 86400)
    if clock[3] is not None:
        return Fraction(_days(year, month, day) * 86400 + 86400)
    hour, minute, second = (part or "0" for part in clock[:3])
    return Fraction(second) + int(minute) * 60 + int(hour) * 3600 + _days(year, month, day) * 86400


def _days(year: int, month: int, day: int) -> int:
    """Days since a fixed day, in the proleptic Gregorian calendar and for years of any size."""
    year -= month <= _FEBRUARY
    era, of_era = divmod(year, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year


def _zone_seconds(zone: str | None) -> int:
    if zone is None or zone == "Z":
        return 0
    seconds = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    return -seconds if zone[0] == "-" else seconds


def language_matches(tag: str, language_range: str) -> bool:
    """SPARQL's ``langMatches`` (RFC 4647 basic filtering): ``en`` matches ``en`` and ``en-US``, ``*`` any tag."""
    tag, language_range = tag.lower(), language_range.lower()
    if language_range == "*":
        return bool(tag)
    return tag == language_range or tag.startswith(f"{language_range}-")
