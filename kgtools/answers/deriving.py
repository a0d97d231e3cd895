"""Deriving the determinations of all that a store holds: whole, and in one graph alone.

A server may cut a long answer without a word, as Virtuoso does at its ``ResultSetMaxRows``. So what was read is held
against numbers that the server counts, which no limit on rows can cut.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import GRAPH, RDF, SPF
from kgtools.graph.loading import Loaded, Target
from kgtools.graph.store import StoreError, TermTriple

DERIVED: Final = f"{GRAPH}derived/determinations"
_CONSTRUCT: Final = re.compile(r"^CONSTRUCT \{.*?\}\s*WHERE", re.DOTALL | re.MULTILINE)
_PLACE: Final = f"?place a <{SPF}Jurisdiction> ; <{SPF}uspsCode> ?code"
_POLICY: Final = f"?asked a <{SPF}TransformativePolicy>"
_ELSEWHERE: Final = (
    f"SELECT ?g (COUNT(DISTINCT ?d) AS ?n) WHERE {{ GRAPH ?g {{ ?d a <{SPF}Determination> }} "
    f"FILTER(?g != <{DERIVED}>) }} GROUP BY ?g ORDER BY ?g"
)
_TWICE: Final = (
    f"SELECT ?one ?other (COUNT(DISTINCT ?s) AS ?n) WHERE {{ GRAPH ?one {{ ?s a <{SPF}StatePolicy> }} "
    f"GRAPH ?other {{ ?s a <{SPF}StatePolicy> }} FILTER(STR(?one) < STR(?other)) }} "
    "GROUP BY ?one ?other ORDER BY DESC(?n) ?one ?other LIMIT 3"
)
_ANSWERS: Final = (
    f"SELECT (COUNT(*) AS ?n) WHERE {{ SELECT DISTINCT ?d ?value WHERE {{ ?d a <{SPF}Determination> ; "
    f"<{SPF}determinationValue> ?value }} }}"
)
_THERE: Final = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{DERIVED}> {{ ?s <{SPF}jurisdiction> ?place ; ?p ?o }} }}"


def remove_elsewhere(target: Target) -> list[Loaded]:
    """Remove the determinations that another tool has put into other graphs; here they would contradict the derived.

    Args:
        target: the store.

    Raises:
        StoreError: the store can't be reached, or refuses.
    """
    done: list[Loaded] = []
    while found := [(str(_text(row[0])), _number(row[1])) for row in target.select(_ELSEWHERE).rows]:
        for graph, number in found:
            if any(one.graph == graph for one in done):
                raise StoreError(f"{number} old determinations stay in {graph}. Remove this graph, and load again.")
            triples = target.holds(graph)
            _remove(target, graph, number)
            done.append(Loaded(graph, triples - target.holds(graph), "determinations removed"))
    return done


def derive_into(target: Target, rule: str) -> list[Loaded]:
    """Derive the determinations of all that a store holds, into a graph of their own, which they replace whole.

    It is done even where all files were there already: the load before may have been killed just before this step.

    Args:
        target: the store.
        rule: the CONSTRUCT query.

    Raises:
        StoreError: the store can't be reached or refuses, or cuts its answers; then no determination is left there.
    """
    wanted = _counted(target, rule)
    if wanted.cells == 0:
        return []
    made, places = _whole(target, rule, wanted)
    there = target.holds(DERIVED) == len(made) and frozenset(_constructed(target, _THERE, places)) == made
    if not there:
        target.put(DERIVED, made)
    _check(target, len(made), wanted)
    return [Loaded(DERIVED, len(made), "already there" if there else "derived")]


def standing_twice(target: Target) -> list[str]:
    """State policies that stand in two graphs, as sentences; some servers count these twice.

    Args:
        target: the store.

    Raises:
        StoreError: the store can't be reached or refuses.
    """
    return [
        f"{_number(number):,} state policies stand both in {_text(one)} and in {_text(other)}. Some servers, such as "
        "Virtuoso, count these twice; remove one of the two graphs."
        for one, other, number in target.select(_TWICE).rows
    ]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a server counts.

    Attributes:
        cells: jurisdictions times recommended policies; each has one determination.
        rows: the cells, and the claims and inquiries of each.
    """

    cells: int
    rows: int

    def fault(self, made: Iterable[TermTriple]) -> str | None:
        """What is missing, in words.

        The days are not counted: not every cell has one, and a cut that takes a day takes what the rule writes after
        it, too.
        """
        found = Counter(triple.predicate.value for triple in made)
        value, _, claims, looks = (
            found.pop(SPF + name, 0) for name in ("determinationValue", "dateReviewed", "evidence", "inquiry")
        )
        types = found.pop(f"{RDF}type", 0)
        if value != self.cells:
            return f"{value:,} of {self.cells:,} determinations"
        if value + claims + looks != self.rows:
            return f"{claims + looks:,} of the {self.rows - self.cells:,} claims and inquiries that they rest on"
        return (
            None
            if set(found.values()) == {self.cells} and types == 2 * self.cells
            else f"only parts of {self.cells:,} determinations"
        )


def _counted(target: Target, rule: str) -> _Wanted:
    places = _single(target, f"SELECT (COUNT(DISTINCT ?place) AS ?n) WHERE {{ {_PLACE} }}")
    policies = _single(target, f"SELECT (COUNT(DISTINCT ?asked) AS ?n) WHERE {{ {_POLICY} }}")
    rows = 0
    if places and policies:
        head = "SELECT (COUNT(*) AS ?rows) WHERE { SELECT DISTINCT ?determination ?value ?claim ?look WHERE"
        rows = _single(target, _CONSTRUCT.sub(head, rule, count=1) + " }")
    return _Wanted(places * policies, rows)


def _whole(target: Target, rule: str, wanted: _Wanted) -> tuple[frozenset[TermTriple], tuple[ox.NamedNode, ...]]:
    """What the rule makes, and the jurisdictions that it was asked for one by one, where one answer was too long."""
    made = frozenset(_constructed(target, rule, ()))
    if wanted.fault(made) is None:
        return made, ()
    rows = target.select(f"SELECT DISTINCT ?place WHERE {{ {_PLACE} }} ORDER BY ?place").rows
    places = tuple(row[0] for row in rows if isinstance(row[0], ox.NamedNode))
    made = frozenset(_constructed(target, rule, places))
    if fault := wanted.fault(made):
        _refuse(target, f"The server gave {fault}")
    return made, places


def _constructed(target: Target, query: str, places: tuple[ox.NamedNode, ...]) -> Iterable[TermTriple]:
    if not places:
        yield from target.construct(query)
    for place in places:  # inside the braces: Virtuoso takes VALUES after them with SELECT alone
        yield from target.construct(f"{query.rstrip().removesuffix('}')} VALUES ?place {{ {place} }} }}")


def _check(target: Target, triples: int, wanted: _Wanted) -> None:
    """Hold what the store has now against what it should have."""
    there = target.holds(DERIVED)
    if there != triples:
        _refuse(target, f"The server holds {there:,} of the {triples:,} triples that were sent to it")
    answers = _single(target, _ANSWERS)
    if answers != wanted.cells:
        target.update(f"DROP SILENT GRAPH <{DERIVED}>")
        raise StoreError(
            f"The store has {answers:,} determinations where there should be {wanted.cells:,}, one for each "
            "jurisdiction and recommended policy. Others stand in its default graph, or were put there just now. "
            "Empty the store, and load again. Until then it has no derived determinations."
        )


def _refuse(target: Target, what: str) -> None:
    target.update(f"DROP SILENT GRAPH <{DERIVED}>")
    raise StoreError(
        f"{what}; it cuts long answers. The records were loaded, but no determinations were written, and old ones were "
        "removed. Raise the server's limit (ResultSetMaxRows in virtuoso.ini: 1000000), start it again, and repeat "
        "this command."
    )


def _remove(target: Target, graph: str, number: int) -> None:
    name = ox.NamedNode(graph)
    try:
        target.update(
            f"DELETE {{ GRAPH {name} {{ ?d ?p ?o }} }} "
            f"WHERE {{ GRAPH {name} {{ ?d a <{SPF}Determination> . ?d ?p ?o }} }}"
        )
    except StoreError as error:
        raise StoreError(
            f"{graph} holds {number} old determinations, which can't be removed: {error} "
            "Nothing was loaded. Remove the graph, and load again."
        ) from error


def _single(target: Target, query: str) -> int:
    """The one number of an answer."""
    rows = target.select(query).rows
    return _number(rows[0][0]) if rows else 0


def _number(cell: object) -> int:
    return int(_text(cell)) if isinstance(cell, ox.Literal) else 0


def _text(cell: object) -> str:
    return cell.value if isinstance(cell, ox.Literal | ox.NamedNode) else ""
