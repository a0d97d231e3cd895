"""Show the compiled queries, for people who want to see them or to run them on their own endpoint."""

from __future__ import annotations

from kgtools.shacl.compile import Plan


def explain_plan(plan: Plan) -> str:
    """Write a plan as SPARQL text.

    Args:
        plan: what ``compile_shapes`` returned.

    Returns:
        For each shape with targets the query that finds its focus nodes, and for each constraint the query that
        returns what violates it; each under a heading in comments, apart by an empty line.

    Raises:
        ShapesError: a constraint can't be compiled for another store; see ``Plan.queries``.
    """
    parts = [_section(f"Focus nodes of shape {shape.node}", text) for shape, text in plan.target_queries]
    parts += [_section(f"{query.heading}, severity {query.shape.severity}", query.text) for query in plan.queries]
    return "\n".join(parts)


def _section(heading: str, query: str) -> str:
    one_line = " ".join(heading.split())
    return f"# {one_line}\n{query.strip()}\n"
