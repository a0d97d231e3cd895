"""Which focus nodes a SPARQL constraint can have solutions for, decided by columns before a query is asked.

Most constraints on many nodes look at few: a policy that has ended, a claim that names another state. What a query
demands of the focus node by plain triple patterns, and by comparisons of IRIs, is a necessary condition that a look
into one column decides. The query then runs for the nodes that are left, and only what it reads of them is copied.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from kgtools.graph.store.interface import Term
from kgtools.graph.store.query_text import Token
from kgtools.graph.store.written import is_ambiguous, is_stored_otherwise
from kgtools.shacl import model as m
from kgtools.shacl.graph import MemoryGraph, Pairs, cells
from kgtools.shacl.paths import Alternative, Path, Predicate, is_forward, path_predicates
from kgtools.shacl.sparql_analysis import Block, Footprint, Pattern, followed, joined, outermost_block
from kgtools.shacl.sparql_text import ParsedQuery
from kgtools.shacl.values import failing_values

_ANY_OTHER = "!"
_COMPARED = 3  # tokens of ?a != ?b
_FEW_OF = 4  # times as many nodes as are asked about
_MANY_VALUES = 16  # combinations of the values of a node
_NOT_ASCII = "\u00e9"  # stands for every text with letters that are not in ASCII
_UNSURE = "\u212a"  # the Kelvin sign
_Key: TypeAlias = tuple[int | str, ...]


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
    """Another node has the same values of some properties, and the same texts of others but for capital letters.

    Attributes:
        predicates: the properties with the same values.
        folded: the properties with the same texts.
        demanded: properties and their values that the other node must have besides.
        is_all: whether the query reads the properties with the same values and texts of the two nodes only.
    """

    predicates: tuple[ox.NamedNode, ...]
    folded: tuple[ox.NamedNode, ...] = ()
    demanded: tuple[tuple[ox.NamedNode, ox.NamedNode], ...] = ()
    is_all: bool = False


@dataclass(frozen=True, slots=True)
class Sharing:
    """The nodes of a graph that share values with another one.

    Attributes:
        near: these nodes, by their identity.
        asked: the identities of those for which the other one has what is demanded of it too.
    """

    near: Mapping[int, Term]
    asked: Collection[int]


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
    filters = [part for expression in block.filters for part in _conjuncts(expression)]
    compared = [each for each in map(_comparison, filters) if each is not None]
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
            found += _shared(block, right if left == "?this" else left, list(filter(None, map(_folding, filters))))
    for name, pattern, is_found in filter(None, map(_match, filters)):
        steps = reached.get(name)
        if steps is not None and all(map(is_forward, steps)):
            found.append(Matches(joined(steps) if steps else None, pattern, is_found))
    return tuple(dict.fromkeys(found))


def narrowed(
    found: tuple[Condition, ...],
    nodes: Collection[Term],
    graph: MemoryGraph,
    share: Callable[[Shares, MemoryGraph], Sharing | None] | None = None,
) -> Collection[Term]:
    """The nodes for which all conditions hold.

    Args:
        found: what ``conditions`` returned.
        nodes: distinct focus nodes.
        graph: the data.
        share: as ``sharing``, for who wants its answer again.
    """
    for condition in sorted(found, key=lambda each: _cost(each, graph)):
        if not nodes:
            return nodes
        if isinstance(condition, Shares):
            nodes = _sharing(condition, nodes, graph, share or sharing)
        else:
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


def _keeping(
    condition: Has | Lacks | IsNoValue | HasOther | Differs | Matches, nodes: Collection[Term], graph: MemoryGraph
) -> Collection[Term]:
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


def _sharing(
    condition: Shares,
    nodes: Collection[Term],
    graph: MemoryGraph,
    share: Callable[[Shares, MemoryGraph], Sharing | None],
) -> Collection[Term]:
    """Leave out nodes whose values no other node has, where that can be told."""
    if len(nodes) * _FEW_OF < len(graph.column((*condition.predicates, *condition.folded)[0])):
        return nodes  # of few nodes the store finds out faster
    found = share(condition, graph)
    return nodes if found is None else [node for node in nodes if id(graph.interned(node)) in found.asked]


def sharing(condition: Shares, graph: MemoryGraph) -> Sharing | None:
    """The nodes of a graph that share values with another.

    None where that can't be told: where a node has many values, or one that a store may take for another.
    """
    exact = len(condition.predicates)
    first, *others = [graph.column(predicate) for predicate in (*condition.predicates, *condition.folded)]
    demanded = [(graph.column(predicate), graph.interned(iri)) for predicate, iri in condition.demanded]
    counted: Counter[_Key] = Counter()
    of_others: Counter[_Key] = Counter()
    own: list[tuple[Term, list[_Key], bool]] = []
    for node, cell in first.items():
        keys = _keys([cells(cell), *[cells(column.get(node)) for column in others]], exact)
        if keys is None:
            return None
        is_other = all(iri in cells(column.get(node)) for column, iri in demanded)
        own.append((node, keys, is_other))
        counted.update(keys)
        if is_other:
            of_others.update(keys)
    near = {id(node): node for node, keys, _ in own if any(counted[key] > 1 for key in keys)}
    if not demanded:
        return Sharing(near, near)
    return Sharing(near, {id(node) for node, keys, own_too in own if any(of_others[key] > own_too for key in keys)})


def _keys(values: Sequence[Collection[Term]], exact: int) -> list[_Key] | None:
    """What a node must have in common with another, once for each choice of its values; None where nobody can tell."""
    if math.prod(map(len, values)) > _MANY_VALUES:
        return None
    parts: list[list[int | str]] = []
    for number, each in enumerate(values):
        if any(map(is_ambiguous, each)):
            return None
        parts.append([id(value) if number < exact else _lower(value) for value in each])
    return None if any(_UNSURE in part for part in parts) else list(itertools.product(*parts))


def _lower(value: Term) -> str:
    """A text in small letters, where every program agrees what these are; one key for all texts with other letters.

    The Kelvin sign is the only letter outside of ASCII whose small letter is in it; with one of these nothing is sure.
    """
    text = str(value) if isinstance(value, ox.BlankNode | ox.Triple) else value.value
    if text.isascii():
        return text.lower()
    return _UNSURE if _UNSURE in text else _NOT_ASCII


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


def _shared(block: Block, other: str, folded: Sequence[frozenset[str]]) -> Iterator[Condition]:
    """That another node has the values of the focus node, where a query asks for both with one variable.

    Args:
        block: the outermost group of the query.
        other: the variable of the other node.
        folded: pairs of variables whose texts must be the same but for capital letters.
    """
    own = {(p.path.iri, p.value) for p in _plain(block, "?this") if isinstance(p.path, Predicate)}
    theirs = {(p.path.iri, p.value) for p in _plain(block, other) if isinstance(p.path, Predicate)}
    alike = {p for p, one in own for q, two in theirs if p == q and frozenset({one, two}) in folded}
    if own & theirs or alike:
        # One property with two variables asks for no more than with one.
        exact = {predicate for predicate, _ in own & theirs}
        elsewhere = {iri for path in _paths_of_others(block, {"?this", other}) for iri in path_predicates(path)}
        is_all = elsewhere.isdisjoint(exact | alike)
        about = (pattern for pattern in block.patterns if pattern.subject == other and pattern.iri is not None)
        demanded = {(p.path.iri, p.iri) for p in about if isinstance(p.path, Predicate) and p.iri is not None}
        names, folds = sorted(exact, key=str), sorted(alike - exact, key=str)
        yield Shares(tuple(names), tuple(folds), tuple(sorted(demanded, key=str)), is_all)


def _paths_of_others(block: Block, names: Collection[str]) -> Iterator[Path]:
    """What a query reads, apart from plain properties of some variables."""
    for pattern in block.patterns:
        if pattern.subject not in names or not isinstance(pattern.path, Predicate):
            yield pattern.path
    for part in block.parts:
        yield from _paths_of_others(part.block, names)


def _conjuncts(tokens: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    """The parts of an expression with AND between them, each of which must hold; with OR anywhere, the whole."""
    operators = [token.text if token.kind == "other" else "" for token in tokens]
    if "||" in operators or "&&" not in operators:
        yield tokens
        return
    depths = itertools.accumulate((text == "(") - (text == ")") for text in operators)
    ends = [n for n, (text, depth) in enumerate(zip(operators, depths, strict=True)) if text == "&&" and not depth]
    for begin, end in itertools.pairwise((-1, *ends, len(tokens))):
        yield tokens[begin + 1 : end]


def _folding(tokens: Sequence[Token]) -> frozenset[str] | None:
    """The variables of ``LCASE(STR(?a)) = LCASE(STR(?b))``."""
    shape = [token.upper or ("var" if token.variable else token.text) for token in tokens]
    side = ["LCASE", "(", "STR", "(", "var", ")", ")"]
    if shape != [*side, "=", *side]:
        return None
    return frozenset({f"?{tokens[4].variable}", f"?{tokens[12].variable}"})


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
