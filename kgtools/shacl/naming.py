"""What the nodes of a shapes graph are called: by their names, or by where they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pyoxigraph as ox

from kgtools.graph.store.interface import Term
from kgtools.shacl.shapes_index import ShapesIndex, short
from kgtools.shacl.vocab import sh

Where: TypeAlias = Callable[[Term], str]
"""Gives the place of a node, such as ``shapes.ttl:7:12``; nothing where it is not known."""

_PATH = sh("path")
_FURTHEST = 100  # steps up; a list or a circle of nameless nodes is no longer


def nowhere(_node: Term) -> str:
    """Where nothing is known of places."""
    return ""


class Naming:
    """Names the nodes of a shapes graph for people.

    Args:
        index: the shapes graph.
        where: gives the places of its nodes.
    """

    def __init__(self, index: ShapesIndex, where: Where = nowhere) -> None:
        self._index = index
        self._where = where
        self._users: dict[Term, tuple[Term, ox.NamedNode]] | None = None

    def subject(self, node: Term, kind: str = "Shape") -> str:
        """A node at the beginning of a sentence: ``Shape <…>``, or ``Shape without a name at shapes.ttl:7:12 (…)``."""
        if not isinstance(node, ox.BlankNode):
            return f"{kind} {node}"
        place = self._where(node)
        known = ", ".join(self._known(node))
        return f"{kind} without a name{f' at {place}' if place else ''}{f' ({known})' if known else ''}"

    def inline(self, node: Term) -> str:
        """A shape within a sentence."""
        return self.subject(node, "the shape") if isinstance(node, ox.BlankNode) else str(node)

    def _known(self, node: Term) -> list[str]:
        """The path of a nameless shape, and the nearest node with a name that it belongs to, by which property."""
        found: list[str] = []
        paths = self._index.values(node, _PATH)
        if paths and isinstance(paths[0], ox.NamedNode):
            found.append(f"on {paths[0]}")
        user = self._user(node)
        if user is not None:
            found.append(f"in {short(user[1])} of {user[0]}")
        return found

    def _user(self, node: Term) -> tuple[Term, ox.NamedNode] | None:
        """The nearest node with a name above, and its property that leads here."""
        if self._users is None:
            self._users = {}
            for subject, described in self._index.by_subject.items():
                for predicate, values in described.items():
                    for value in values:
                        self._users.setdefault(value, (subject, predicate))
        for _ in range(_FURTHEST):
            found = self._users.get(node)
            if found is None:
                return None
            if not isinstance(found[0], ox.BlankNode):
                return found
            node = found[0]
        return None
