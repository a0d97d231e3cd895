"""A graph as what it says of each thing, for the little that the schema needs to look up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from kgtools.core.namespaces import RDF
from kgtools.graph.store import Term


class Facts:
    """The objects of a graph by subject and predicate.

    Args:
        triples: the graph.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._about: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            self._about[triple.subject][triple.predicate.value].append(triple.object)

    @property
    def subjects(self) -> Iterable[Term]:
        """All subjects, in the order of the graph."""
        return self._about.keys()

    def about(self, node: Term) -> Mapping[str, list[Term]]:
        """All that is said of a thing."""
        return self._about.get(node, {})

    def all(self, node: Term, predicate: str) -> list[Term]:
        """The objects of a thing and a property."""
        return self._about.get(node, {}).get(predicate, [])

    def one(self, node: Term, predicate: str) -> Term | None:
        """The first object of a thing and a property, if there is any."""
        return next(iter(self.all(node, predicate)), None)

    def text(self, node: Term, predicate: str) -> str:
        """The first object as text, English before other languages; empty where there is none."""
        values = self.all(node, predicate)
        english = [v for v in values if isinstance(v, ox.Literal) and (v.language or "en").startswith("en")]
        return name_of((english or values)[0]) if values else ""

    def number(self, node: Term, predicate: str) -> int | None:
        """The first object as a whole number, if it is one."""
        written = self.text(node, predicate)
        return int(written) if written.lstrip("-").isdecimal() else None

    def list_of(self, head: Term | None) -> list[Term]:
        """The members of an RDF list; a list in a circle ends after a hundred."""
        items: list[Term] = []
        while head is not None and self.all(head, f"{RDF}first") and len(items) < 100:
            items.append(self.all(head, f"{RDF}first")[0])
            head = self.one(head, f"{RDF}rest")
        return items


def name_of(term: Term) -> str:
    """A term without its marks: the IRI, the label of a blank node, the text of a literal."""
    return str(term) if isinstance(term, ox.Triple) else term.value
