"""Which focus nodes a SPARQL constraint can have solutions for, decided by columns before a query is asked.

Most constraints on many nodes look at few: a policy that has ended, a claim that names another state. What a query
demands of the focus node by plain triple patterns, and by comparisons of IRIs, is a necessary condition that a look
into one column decides. The query then runs for the nodes that are left, and only what it reads of them is copied.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from kgtools.graph.store.interface import Term
from kgtools.graph.store.query_text import Token
from kgtools.graph.store.written import is_ambiguous, is_stored_otherwise
from kgtools.shacl import model as m
from kgtools.shacl.graph import MemoryGraph, Pairs, cells
from kgtools.shacl.paths import Alternative, Path, Predicate, is_forward
from kgtools.shacl.sparql_analysis import Block, Footprint, Pattern, followed, joined, outermost_block
from kgtools.shacl.sparql_text import ParsedQuery
from kgtools.shacl.values import failing_values

_ANY_OTHER = "!"
_COMPARED = 3  # tokens of ?a != ?b
_FEW_OF = 4  # times as many nodes as are asked about
_MANY_VALUES = 16  # combinations of the values of a node


@dataclass(frozen=True, slots=True)
class Has:
    """The node has a value of one of these properties, among some IRIs where they are given."""

    predicates: tuple[ox.NamedNode, ...]
    among: frozenset[ox.NamedNode] | None = None


@dataclass(frozen=True, slots=True)
class Lacks:
    """The node has no value of any of these properties."""

    predicates: tuple[ox.NamedNode, ...]


@dataclass(frozen=True, slots=True)
class IsNoValue:
    """The node is the value of no other by this property."""

    predicate: ox.NamedNode


@dataclass(frozen=True, slots=True)
class HasOther:
    """A path leads to a value that is not this IRI."""

    path: Path
    iri: ox.NamedNode


@dataclass(frozen=True, slots=True)
class Differs:
    """Two paths lead to values of which some are not the same; None stays at the node."""

    left: Path | None
    right: Path | None


@dataclass(frozen=True, slots=True)
class Matches:
    """A path leads to a text that a regular expression finds something in, or finds nothing in."""

    path: Path | None
    pattern: m.PatternConstraint
    is_found: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """Another node has the same values of these properties, and certain IRIs as values of others."""

    predicates: tuple[ox.NamedNode, ...]
    demanded: tuple[tuple[ox.NamedNode, ox.NamedNode], ...] = ()


Condition: TypeAlias = Has | Lacks | IsNoValue | HasOther | Differs | Matches | Shares


def conditions(query: ParsedQuery, bound: Collection[str] = ()) -> tuple[Condition, ...]:
    """What must hold of a focus node for a SELECT query to have a solution; necessary, rarely sufficient.

    Args:
        query: the query.
        bound: variables that are bound beforehand, apart from ``$this``.
    """
    block = outermost_block(query)
    if block is None:
        return ()
    reached = followed(block.patterns, {"?this": ()})
    compared = [each for each in map(_comparison, block.filters) if each is not None]
    among = {name: iris for name, other, iris in compared if iris and not other}
    found: list[Condition] = list(_demanded(block, among))
    found += _absent(block, {f"?{name}" for name in ("this", *bound, *query.assigned)})
    for left, right, iris in compared:
        if right == _ANY_OTHER:
            steps = reached.get(left)
            if steps and all(map(is_forward, steps)):
                found += (HasOther(joined(steps), iri) for iri in iris)
            continue
        if right and left in reached and right in reached:
            paths = [joined(reached[name]) if reached[name] else None for name in (left, right)]
            # Literals meet in the store whatever way they were written, so paths backwards prove nothing here.
            if all(path is None or is_forward(path) for path in paths):
                found.append(Differs(*paths))
        if right and "?this" in {left, right}:
            found += _shared(block, right if left == "?this" else left)
    for name, pattern, is_found in filter(None, map(_match, block.filters)):
        steps = reached.get(name)
        if steps is not None and all(map(is_forward, steps)):
            found.append(Matches(joined(steps) if steps else None, pattern, is_found))
    return tuple(dict.fromkeys(found))


def narrowed(found: tuple[Condition, ...], nodes: Collection[Term], graph: MemoryGraph) -> Collection[Term]:
    """The nodes for which all conditions hold.

    Args:
        found: what ``conditions`` returned.
        nodes: distinct focus nodes.
        graph: the data.
    """
    for condition in sorted(found, key=lambda each: _cost(each, graph)):
        if nodes:
            nodes = _keeping(condition, nodes, graph)
    return nodes


def _cost(condition: Condition, graph: MemoryGraph) -> int:
    """What empties most comes first: a property that few have; what walks along paths comes last."""
    if isinstance(condition, HasOther | Differs | Matches | Shares):
        return 1 << 62
    if isinstance(condition, IsNoValue):
        return 1 << 61
    size = sum(len(graph.column(predicate)) for predicate in condition.predicates)
    return size if isinstance(condition, Has) else 1 << 61


def _keeping(condition: Condition, nodes: Collection[Term], graph: MemoryGraph) -> Collection[Term]:
    match condition:
        case Has() | Lacks():
            return _having(condition, nodes, graph)
        case IsNoValue(predicate):
            values = graph.backwards(predicate)
            return [node for node in nodes if node not in values]
        case HasOther(path, iri):
            return [node for node, each in graph.pairs(path, nodes).items() if any(value != iri for value in each)]
        case Differs():
            return _differing(condition, nodes, graph)
        case Matches():
            return _matching(condition, nodes, graph)
        case Shares():
            return _sharing(condition, nodes, graph)


def _having(condition: Has | Lacks, nodes: Collection[Term], graph: MemoryGraph) -> Collection[Term]:
    columns = [graph.column(predicate) for predicate in condition.predicates]
    if not any(columns):
        return nodes if isinstance(condition, Lacks) else ()
    if isinstance(condition, Has) and isinstance(nodes, dict) and sum(map(len, columns)) * 4 < len(nodes):
        some = {node: column for column in columns for node in column if node in nodes}
        if condition.among is None:
            return list(some)
        return [node for node, column in some.items() if not condition.among.isdisjoint(cells(column[node]))]
    ends = [graph.pairs(Predicate(predicate), nodes).ends for predicate in condition.predicates]
    if isinstance(condition, Lacks):
        return [node for node, *each in zip(nodes, *ends, strict=True) if not any(each)]
    among = condition.among
    if among is not None:
        return [node for node, values in zip(nodes, ends[0], strict=True) if not among.isdisjoint(values)]
    return [node for node, *each in zip(nodes, *ends, strict=True) if any(each)]


def _differing(condition: Differs, nodes: Collection[Term], graph: MemoryGraph) -> Collection[Term]:
    """Leave out nodes where both sides have one value each, and the same; literals may be the same in other forms."""
    left, right = (
        Pairs.staying(nodes) if path is None else graph.pairs(path, nodes) for path in (condition.left, condition.right)
    )
    return [node for node, one, other in zip(nodes, left.ends, right.ends, strict=True) if _may_differ(one, other)]


def _matching(condition: Matches, nodes: Collection[Term], graph: MemoryGraph) -> Collection[Term]:
    """Keep nodes with a text that fits; what has another written form in a store is left for the store to decide."""
    pairs = Pairs.staying(nodes) if condition.path is None else graph.pairs(condition.path, nodes)
    values = {id(value): value for each in pairs.ends for value in each}
    kept = {id(value) for value in values.values() if isinstance(value, ox.Literal) and is_stored_otherwise(value)}
    without = failing_values(condition.pattern, values.values(), graph) or set()
    lacking = {id(value) for value in without}
    kept |= (values.keys() - lacking) if condition.is_found else lacking
    return [node for node, each in pairs.items() if any(id(value) in kept for value in each)]


def _sharing(condition: Shares, nodes: Collection[Term], graph: MemoryGraph) -> Collection[Term]:
    """Leave out nodes whose values no other node has, for as long as no node has many values or one in another form."""
    first, *others = [graph.column(predicate) for predicate in condition.predicates]
    demanded = [(graph.column(predicate), graph.interned(iri)) for predicate, iri in condition.demanded]
    if len(nodes) * _FEW_OF < len(first):
        return nodes  # of few nodes the store finds out faster
    counted: Counter[tuple[int, ...]] = Counter()
    own: dict[int, list[tuple[int, ...]]] = {}
    of_itself: set[int] = set()
    for node, cell in first.items():
        values = [cells(cell), *(cells(column.get(node)) for column in others)]
        if math.prod(map(len, values)) > _MANY_VALUES or any(is_ambiguous(value) for each in values for value in each):
            return nodes
        own[id(node)] = list(itertools.product(*(map(id, each) for each in values)))
        if all(iri in cells(column.get(node)) for column, iri in demanded):
            counted.update(own[id(node)])
            of_itself.add(id(node))
    kept = []
    for node in nodes:
        key = id(graph.interned(node))
        if any(counted[values] > (key in of_itself) for values in own.get(key, ())):
            kept.append(node)
    return kept


def _may_differ(left: Collection[Term], right: Collection[Term]) -> bool:
    if len(left) != 1 or len(right) != 1:
        return bool(left and right)
    (one,), (other,) = left, right
    return one != other or isinstance(one, ox.Literal)


def _demanded(block: Block, among: Mapping[str, frozenset[ox.NamedNode]]) -> Iterator[Condition]:
    for pattern in block.patterns:
        predicates = _properties(pattern.path)
        if pattern.subject == "?this" and predicates:
            given = frozenset({pattern.iri}) if pattern.iri is not None else among.get(pattern.value)
            yield Has(predicates, given if len(predicates) == 1 else None)


def _absent(block: Block, bound: Collection[str]) -> Iterator[Condition]:
    """What EXISTS and NOT EXISTS say of single patterns about the focus node, with a value that nothing else names."""
    taken = _bound(block).union(bound)
    for part in block.parts:
        inner = part.block
        if part.kind not in {"EXISTS", "NOT EXISTS"} or len(inner.patterns) != 1 or inner.parts or inner.filters:
            continue
        pattern = inner.patterns[0]
        predicates = _properties(pattern.path)
        is_negated = part.kind == "NOT EXISTS"
        if is_negated and pattern.value == "?this" and pattern.subject.startswith("?") and pattern.subject not in taken:
            yield from map(IsNoValue, predicates)
        if pattern.subject == "?this" and predicates and pattern.value.startswith("?") and pattern.value not in taken:
            yield Lacks(predicates) if is_negated else Has(predicates)


def _shared(block: Block, other: str) -> Iterator[Condition]:
    """That another node has the values of the focus node, where a query asks for both with one variable."""
    own = {(p.path.iri, p.value) for p in _plain(block, "?this") if isinstance(p.path, Predicate)}
    theirs = {(p.path.iri, p.value) for p in _plain(block, other) if isinstance(p.path, Predicate)}
    if own & theirs:
        about = (pattern for pattern in block.patterns if pattern.subject == other and pattern.iri is not None)
        demanded = {(p.path.iri, p.iri) for p in about if isinstance(p.path, Predicate) and p.iri is not None}
        # One property with two variables asks for no more than with one.
        shared = {predicate for predicate, _ in own & theirs}
        yield Shares(tuple(sorted(shared, key=str)), tuple(sorted(demanded, key=str)))


def _plain(block: Block, subject: str) -> Iterator[Pattern]:
    """The patterns about a variable with a variable as their value."""
    return (pattern for pattern in block.patterns if pattern.subject == subject and pattern.value.startswith("?"))


def _properties(path: Path) -> tuple[ox.NamedNode, ...]:
    """The properties that a path is a choice of; none where it is anything else."""
    branches = path.branches if isinstance(path, Alternative) else (path,)
    single = tuple(branch.iri for branch in branches if isinstance(branch, Predicate))
    return single if len(single) == len(branches) else ()


def _bound(block: Block) -> frozenset[str]:
    """The variables of the block that are not local to a group of EXISTS."""
    joined_parts = [part.block for part in block.parts if part.kind not in {"EXISTS", "NOT EXISTS"}]
    return block.variables.union(*map(_bound, joined_parts))


def _comparison(tokens: Sequence[Token]) -> tuple[str, str, frozenset[ox.NamedNode]] | None:
    """A comparison that columns can decide: ``?a != ?b``, ``?a != <iri>``, ``?a = <iri>``, or ``?a IN (<iri>, …)``.

    Returns:
        The variable, the other variable of ``!=`` (``_ANY_OTHER`` where an IRI stands there), and the IRIs.
    """
    texts = [token.text for token in tokens]
    if len(tokens) == _COMPARED + 1 and texts[1:3] == ["!", "="] and tokens[0].variable and tokens[3].kind == "iri":
        return f"?{tokens[0].variable}", _ANY_OTHER, frozenset({_iri(tokens[3])})
    if len(tokens) == _COMPARED + 1 and texts[1:3] == ["!", "="] and tokens[0].variable and tokens[3].variable:
        return f"?{tokens[0].variable}", f"?{tokens[3].variable}", frozenset()
    if len(tokens) == _COMPARED and texts[1] == "=" and tokens[0].variable and tokens[2].kind == "iri":
        return f"?{tokens[0].variable}", "", frozenset({_iri(tokens[2])})
    if len(tokens) > _COMPARED and tokens[0].variable and tokens[1].upper == "IN" and texts[2] == "(":
        listed = tokens[3:-1]
        commas = [token.text for token in listed[1::2]]
        if texts[-1] == ")" and all(token.kind == "iri" for token in listed[::2]) and set(commas) <= {","}:
            return f"?{tokens[0].variable}", "", frozenset(map(_iri, listed[::2]))
    return None


def _match(tokens: Sequence[Token]) -> tuple[str, m.PatternConstraint, bool] | None:
    """The variable, expression and outcome of ``REGEX(STR(?a), "…")``, or of its negation."""
    is_found = not (tokens and tokens[0].text == "!" and tokens[0].kind == "other")
    inner = tokens if is_found else tokens[1:]
    shape = [
        token.upper or ("var" if token.variable else token.kind if token.kind == "string" else token.text)
        for token in inner
    ]
    if shape != ["REGEX", "(", "STR", "(", "var", ")", ",", "string", ")"]:
        return None
    text = inner[7].text
    if "\\" in text or text[:3] in {'"""', "'''"}:
        return None
    return f"?{inner[4].variable}", m.PatternConstraint(text[1:-1], ""), is_found


def _iri(token: Token) -> ox.NamedNode:
    return ox.NamedNode(token.text[1:-1])


def signature(query: ParsedQuery, read: Footprint | None) -> tuple[ox.NamedNode, ...]:
    """The properties of the focus node that alone decide a query's solutions; none where the node itself matters.

    A query that names ``$this`` as a subject only can't distinguish two nodes with the same values.
    """
    if read is None or query.uses_in_expression("this") or {"LIMIT", "OFFSET"} & query.keywords:
        return ()
    own = [one.step for one in read.reads if not one.start]
    single = tuple(dict.fromkeys(step.iri for step in own if isinstance(step, Predicate)))
    block = outermost_block(query)
    is_object = block is None or _has_value(block, "?this")
    return () if is_object or not all(isinstance(step, Predicate) for step in own) else single


def _has_value(block: Block, name: str) -> bool:
    return any(pattern.value == name for pattern in block.patterns) or any(
        _has_value(part.block, name) for part in block.parts
    )


def alike(
    predicates: tuple[ox.NamedNode, ...], nodes: Collection[Term], graph: MemoryGraph
) -> dict[Term, list[Term]] | None:
    """Nodes with the same values, under one of them.

    Args:
        predicates: the properties that are looked at.
        nodes: distinct nodes.
        graph: the data.

    Returns:
        All the nodes, in groups; None where most have their own values, and nothing would be gained.
    """
    ends = [graph.pairs(Predicate(predicate), nodes).ends for predicate in predicates]
    groups: dict[tuple[tuple[int, ...], ...], list[Term]] = {}
    most = len(nodes) // 4
    for node, *each in zip(nodes, *ends, strict=True):
        groups.setdefault(tuple([tuple(map(id, values)) for values in each]), []).append(node)
        if len(groups) > most:
            return None
    return {group[0]: group for group in groups.values()}
