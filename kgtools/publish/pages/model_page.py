"""The page on the model: its records as they are in the data, and the answers to its queries.

The page is written by hand. Below a line ``<!-- record: kind:slug -->`` the record is put in as Turtle, and below each
query its answer as a table; both end with ``<!-- end -->``.
"""

from __future__ import annotations

import re
from typing import Final

import pyoxigraph as ox

from kgtools.answers.output import render
from kgtools.core.errors import BuildError
from kgtools.core.namespaces import OWL, PREFIXES
from kgtools.graph.store import Solutions, Store
from kgtools.graph.turtle import canonical_turtle

ROWS: Final = 6
"""How many rows of an answer the page shows."""

_RECORD: Final = re.compile(r"<!-- record: (?P<name>\S+) -->\n.*?<!-- end -->\n", re.DOTALL)
_QUERY: Final = re.compile(r"```sparql\n(?P<query>.*?)```\n\n<!-- answer -->\n.*?<!-- end -->\n", re.DOTALL)
_PREFIX_LINES: Final = re.compile(r"^@prefix .*\n", re.MULTILINE)


def with_answers(page: str, store: Store) -> str:
    """The page with its records and answers as they are now.

    Args:
        page: the page.
        store: the ontology and the data.

    Raises:
        BuildError: the page shows a record that is not there, or a query that finds nothing.
        StoreError: a query can't be answered.
    """
    shown = _RECORD.sub(lambda found: _record(found["name"], store), page)
    return _QUERY.sub(lambda found: _answer(found["query"], store), shown)


def _record(name: str, store: Store) -> str:
    kind, _, slug = name.partition(":")
    subject = ox.NamedNode(PREFIXES[kind] + slug)
    triples = store.construct(f"CONSTRUCT {{ {subject} ?p ?o }} WHERE {{ {subject} ?p ?o }}")
    said = [t for t in triples if t.object != ox.NamedNode(OWL + "NamedIndividual")]
    if not said:
        raise BuildError(f"docs/explanation/model.md shows {name}, which is not on record; choose another record.")
    turtle = _PREFIX_LINES.sub("", canonical_turtle(said)).strip()
    return f"<!-- record: {name} -->\n```turtle\n{turtle}\n```\n<!-- end -->\n"


def _answer(query: str, store: Store) -> str:
    answer = store.select(query)
    if not answer.rows:
        raise BuildError(f"A query of docs/explanation/model.md finds nothing; it begins: {query.strip()[:80]}")
    rest = len(answer.rows) - ROWS
    table = render(Solutions(answer.variables, answer.rows[:ROWS]), "md")
    more = f"\n… and {rest} more.\n" if rest > 0 else ""
    return f"```sparql\n{query}```\n\n<!-- answer -->\n{table}{more}<!-- end -->\n"
