"""Known faults of other engines, which separate explained differences of results from those that nobody has explained.

Each has a minimal case in ``tests/shacl/test_reference.py`` and stands in ``docs/reference/shacl-engine.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kgtools.shacl.literals import is_well_formed
from kgtools.shacl.vocab import XSD

_DATE: Final = f'"^^<{XSD}date>'


@dataclass(frozen=True, slots=True)
class Deviation:
    """A known fault of an engine.

    Attributes:
        engine: the engine.
        what: what it does otherwise, in words.
        explains: whether a result that it lacks is due to the fault; called with its key and all of the results.
    """

    engine: str
    what: str
    explains: Callable[[str, Counter[str]], bool]


def _is_repeated(key: str, theirs: Counter[str]) -> bool:
    """A result of a SPARQL constraint that is there, but not as often as the query has solutions."""
    return "\tSPARQLConstraintComponent\t" in key and key in theirs


def _is_ill_formed_date(key: str, _theirs: Counter[str]) -> bool:
    """An ill-formed date under ``sh:datatype``."""
    _, _, value, component, _ = key.split("\t")
    if component != "DatatypeConstraintComponent" or not value.endswith(_DATE):
        return False
    return not is_well_formed(value[1 : -len(_DATE)], f"{XSD}date")


DEVIATIONS: Final = (
    Deviation(
        "pyshacl",
        "gives one result where a query has several solutions that return the same (SHACL section 5.3.1: one each)",
        _is_repeated,
    ),
    Deviation(
        "rudof",
        "takes any xsd:date as well-formed, 2020-02-30 too (SHACL section 4.1.2: an ill-formed literal is a violation)",
        _is_ill_formed_date,
    ),
)


def explained(engine: str, missing: Counter[str], theirs: Counter[str]) -> dict[str, Counter[str]]:
    """The missing results that a known fault explains, by what the fault is.

    Args:
        engine: the engine that lacks them.
        missing: the results that it lacks, as often as it lacks them.
        theirs: its results.
    """
    found: dict[str, Counter[str]] = {}
    left = Counter(missing)
    for deviation in DEVIATIONS:
        if deviation.engine == engine:
            due = Counter({key: count for key, count in left.items() if deviation.explains(key, theirs)})
            left -= due
            if due:
                found[deviation.what] = due
    return found
