"""Numbers of JSON-LD that would come out as something else than what is written.

JSON-LD 1.1 reads a number with a fraction as a double, whatever type the context gives it: 0.67 of the type xsd:decimal
becomes 6.7E-1, which is no decimal (section 8.6 of its API). And the parser reads whole numbers beyond 64 bits as
doubles, where JSON-LD keeps those below 1e21 whole. Both are refused with the place; in quotation marks they are exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import XSD, shortened
from kgtools.graph.guarding import Refusal, refusal_at

_AS_DOUBLE: Final = re.compile(r"-?[0-9]\.[0-9]+E-?[0-9]+\Z")
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|(-?[0-9][0-9.eE+-]*)', re.DOTALL)
_FLOATS: Final = frozenset({XSD + "double", XSD + "float"})
_WHOLE_BELOW: Final = Decimal("1e21")


def changed_number(data: bytes, objects: Iterable[object]) -> Refusal | None:
    """The first number of a document that is another value in the graph than in the text.

    Args:
        data: the document.
        objects: the objects of the triples that were read from it.
    """
    suspects = {Decimal(term.value): term for term in objects if isinstance(term, ox.Literal) and _is_changed(term)}
    if not suspects:
        return None
    for found in _TOKEN.finditer(data):
        if found[1] and (term := suspects.get(Decimal(found[1].decode()))):
            written = found[1].decode()[:40]
            whole = "." not in written and "e" not in written.lower()
            name = shortened(XSD + "integer" if whole and term.datatype.value in _FLOATS else term.datatype.value)
            message = f"The number {written} would be read as {term.value[:40]}, which is no {name}."
            advice = f'Write it as a text with its type: {{"@value": "{written}", "@type": "{name}"}}.'
            return refusal_at(data, found.start(1), message, advice, len(written))
    return None


def _is_changed(term: ox.Literal) -> bool:
    if not _AS_DOUBLE.match(term.value):
        return False
    if term.datatype.value not in _FLOATS:
        return True
    value = Decimal(term.value)
    size = value.copy_abs()  # abs() would round to the precision of the context, and overflow
    return 2**63 <= size < _WHOLE_BELOW and value == value.to_integral_value()
