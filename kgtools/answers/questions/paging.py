"""A page of an answer: the store itself leaves out the other rows, so that a national list need not be sent whole.

Each question that gives a table ends with a total order, so pages neither overlap nor leave a row out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox

from kgtools.graph.store import EmbeddedStore, Solutions, Store

_SELECT = re.compile(r"^SELECT\b", re.MULTILINE)
_ORDER = re.compile(r"^ORDER BY\b.*\Z", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of an answer.

    Attributes:
        solutions: the rows.
        total: how many rows the whole answer has.
    """

    solutions: Solutions
    total: int


def paged(query: str, limit: int, offset: int = 0) -> str:
    """The query of a question for some of its rows.

    Args:
        query: the text of a question that gives a table.
        limit: how many rows at most.
        offset: how many rows are passed over.
    """
    return f"{query.rstrip()}\nLIMIT {limit}\nOFFSET {offset}\n"


def select_page(store: Store, query: str, limit: int, offset: int = 0) -> Page:
    """A page of an answer, with how many rows the whole has.

    Args:
        store: what answers.
        query: the text of a question that gives a table.
        limit: how many rows at most.
        offset: how many rows are passed over.

    Raises:
        StoreError: the store can't be reached.
    """
    if isinstance(store, EmbeddedStore):  # where asking once for all is cheaper than asking twice
        whole = store.select(query)
        return Page(Solutions(whole.variables, whole.rows[offset : offset + limit]), len(whole.rows))
    page = store.select(paged(query, limit, offset))
    if 0 < len(page.rows) < limit or (not page.rows and offset == 0):
        return Page(page, offset + len(page.rows))
    return Page(page, _count(store, query))


def _count(store: Store, query: str) -> int:
    start = _SELECT.search(query)
    at = start.start() if start else 0
    inner = _ORDER.sub("", query[at:])
    rows = store.select(f"{query[:at]}SELECT (COUNT(*) AS ?total) WHERE {{ {{ {inner} }} }}").rows
    value = rows[0][0] if rows else None
    return int(value.value) if isinstance(value, ox.Literal) else 0
