"""Show the compiled queries, for people who want to see them or to run them on their own endpoint."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kgtools.graph.store.query_text import tokens
from kgtools.shacl.compile import Plan

_LOCAL = re.compile(r"[A-Za-z_][\w-]*\Z")


def explain_plan(plan: Plan, prefixes: Mapping[str, str] | None = None) -> str:
    """Write a plan as SPARQL text.

    Args:
        plan: what ``compile_shapes`` returned.
        prefixes: namespaces by prefix; each query declares those that it uses.

    Returns:
        For each shape with targets the query that finds its focus nodes, and for each constraint the query that
        returns what violates it; each under a heading in comments, apart by an empty line.

    Raises:
        ShapesError: a constraint can't be compiled for another store; see ``Plan.queries``.
    """
    sections = [(f"Focus nodes of shape {shape.node}", text) for shape, text in plan.target_queries]
    sections += [(f"{query.heading}, severity {query.shape.severity}", query.text) for query in plan.queries]
    return "\n".join(_section(heading, _shortened(text, prefixes or {})) for heading, text in sections)


def _section(heading: str, query: str) -> str:
    one_line = " ".join(heading.split())
    return f"# {one_line}\n{query.strip()}\n"


def _shortened(query: str, prefixes: Mapping[str, str]) -> str:
    """A query with prefixed names in place of full IRIs, and the declarations that these need."""
    declared: dict[str, str] = {}
    used: dict[str, str] = {}
    parts: list[str] = []
    before = ["", ""]
    for token in tokens(query):
        text = token.text
        if token.kind == "iri" and before[0].upper() == "PREFIX":
            declared[before[1].removesuffix(":")] = text[1:-1]
        elif token.kind == "iri":
            text = _short_name(text[1:-1], prefixes, declared, used) or text
        if token.kind != "space":
            before = [before[1], token.text]
        parts.append(text)
    lines = [f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(used.items()) if name not in declared]
    return "".join([*lines, *parts])


def _short_name(iri: str, prefixes: Mapping[str, str], declared: Mapping[str, str], used: dict[str, str]) -> str | None:
    for name, namespace in prefixes.items():
        local = iri.removeprefix(namespace)
        if local != iri and _LOCAL.match(local) and declared.get(name, namespace) == namespace:
            used[name] = namespace
            return f"{name}:{local}"
    return None
