"""Where each IRI of the graph is shown: the page, and the anchor on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from kgtools.answers.evidence.graph import Thing, ThingGraph
from kgtools.answers.evidence.standing import current_edition
from kgtools.core.namespaces import BASE, RULE, SHAPES, SPF

Address = Callable[[Thing], str]


def address_of(thing: Thing) -> str:
    """The path in the site, with an anchor where the thing has no page; empty where it isn't shown.

    Args:
        thing: a node of the graph.
    """
    if thing.kind:
        return _BY_KIND.get(thing.kind, _concept)(thing)
    if thing.iri.startswith(SPF):
        return f"ontology.html#{thing.slug}"
    if thing.iri.startswith(RULE):
        return f"ontology.html#rule-{thing.slug}"
    if thing.iri.startswith(SHAPES):
        return f"rules.html#{thing.slug}"
    if thing.iri.startswith(BASE + "shapes"):
        return "rules.html"
    return "ontology.html" if thing.iri.startswith((BASE + "ontology", BASE + "rules")) else ""


def addresses(graph: ThingGraph) -> Iterator[tuple[str, str]]:
    """Each IRI of the project that the graph describes, with its address, sorted by IRI."""
    for iri in sorted(graph.values):
        found = address_of(graph.thing(iri)) if iri.startswith(BASE) else ""
        if found:
            yield iri, found


def _own_page(folder: str) -> Address:
    return lambda thing: f"{folder}/{thing.slug}.html"


def _on(page: str) -> Address:
    return lambda thing: f"{page}.html#{thing.kind}-{thing.slug}"


def _on_page_of(prop: str) -> Address:
    def find(thing: Thing) -> str:
        owner = thing.one(prop)
        return f"{address_of(owner).partition('#')[0]}#{thing.kind}-{thing.slug}" if owner else ""

    return find


def _condition(thing: Thing) -> str:
    current = thing.one("inEdition") == current_edition(thing.graph)
    return f"conditions/{thing.slug}.html" if current else f"editions.html#condition-{thing.slug}"


def _determination(thing: Thing) -> str:
    place, about = thing.one("jurisdiction"), thing.one("concerns")
    if not place or not about:
        return ""
    condition = about.one("recommendedUnder") or about
    return f"{address_of(place)}#{condition.slug}"


def _provision(thing: Thing) -> str:
    policies = [policy for claim in thing.referring("restsOn") for policy in claim.many("alignsStatePolicy")]
    return f"{address_of(policies[0])}#provision-{thing.slug}" if policies else ""


def _source(thing: Thing) -> str:
    return f"sources/{initial(thing)}.html#source-{thing.slug}"


def _concept(thing: Thing) -> str:
    return f"vocabulary.html#{thing.kind}-{thing.slug}"


def initial(source: Thing) -> str:
    """The name of the page that lists a source: its first letter, or ``0-9``."""
    return source.slug[0] if source.slug[0].isalpha() else "0-9"


_BY_KIND: Final[dict[str, Address]] = {
    "condition": _condition,
    "jurisdiction": _own_page("states"),
    "state-policy": _own_page("policies"),
    "transformative-policy": _own_page("recommendations"),
    "topic": _own_page("topics"),
    "rating-scheme": _own_page("ratings"),
    "criterion": _on_page_of("criterionOf"),
    "claim": _on_page_of("alignsStatePolicy"),
    "provision": _provision,
    "inquiry": _on_page_of("jurisdiction"),
    "determination": _determination,
    "derivation": _on("about"),
    "adaptation": _on_page_of("jurisdiction"),
    "authority": _on_page_of("jurisdiction"),
    "rating": _on_page_of("jurisdiction"),
    "rating-item": _on_page_of("ratingScheme"),
    "end-state": _on_page_of("endStateOf"),
    "implementation-action": _on_page_of("recommendedUnder"),
    "state-example": _on_page_of("illustrates"),
    "mapping": _on("crosswalk"),
    "edition": _on("editions"),
    "framework": _on("editions"),
    "resource": _on("resources"),
    "organization": _on("organizations"),
    "person": _on("organizations"),
    "source": _source,
}
