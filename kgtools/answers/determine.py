"""Deriving what follows from the records: determinations from claims and inquiries, certainty from provisions.

Each rule stands once, as a SPARQL CONSTRUCT in ``queries/derive/``, which any store can run: ``determinations.rq``
and ``certainties.rq``. This module runs the two over triples; it holds no rule itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import ID, RDF, SPF
from kgtools.core.project import Project
from kgtools.graph.store import QuerySyntaxError

DETERMINATIONS: Final = "determinations"
CERTAINTIES: Final = "certainties"
_TYPE: Final = RDF + "type"
_CERTAINTY: Final = SPF + "certainty"
_DETERMINATION: Final = f"{ID}determination/"
_READ_BY_THE_RULES: Final = {
    _TYPE,
    *(
        SPF + name
        for name in (
            "alignsStatePolicy",
            "alignsWith",
            "concerns",
            "dateOfInquiry",
            "dateReviewed",
            "epistemicStatus",
            "extent",
            "hasSource",
            "jurisdiction",
            "legalStatus",
            "locator",
            "outcome",
            "publishedBy",
            "readingManner",
            "restsOn",
            "sourceKind",
            "uspsCode",
        )
    ),
}


def derive_determinations(triples: Iterable[ox.Triple], project: Project) -> dict[ox.NamedNode, set[ox.Triple]]:
    """The determination of every jurisdiction and transformative policy, by ``determinations.rq``.

    Args:
        triples: all data.
        project: the project whose rule is applied.

    Returns:
        The triples of each determination.
    """
    found: dict[ox.NamedNode, set[ox.Triple]] = defaultdict(set)
    for triple in _constructed(triples, project, DETERMINATIONS):
        if isinstance(triple.subject, ox.NamedNode):
            found[triple.subject].add(triple)
    return dict(found)


def rule_text(project: Project, rule: str) -> str | None:
    """The CONSTRUCT query of a rule, which any store can run; nothing where the project has none."""
    file = project.root / "queries" / "derive" / f"{rule}.rq"
    return file.read_text(encoding="utf-8") if file.exists() else None


def is_determination(triple: ox.Triple) -> bool:
    """Whether a triple is part of a determination, which is derived and never written by hand."""
    return isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(_DETERMINATION)


def derive_certainties(triples: Iterable[ox.Triple], project: Project) -> dict[ox.NamedNode, ox.Triple]:
    """The certainty of every claim, by ``certainties.rq``.

    Args:
        triples: all data.
        project: the project whose rule is applied.

    Returns:
        The one triple that each claim takes.
    """
    made = _constructed(triples, project, CERTAINTIES)
    return {triple.subject: triple for triple in made if isinstance(triple.subject, ox.NamedNode)}


def with_certainties(triples: Iterable[ox.Triple], project: Project) -> list[ox.Triple]:
    """The triples, each claim with the certainty that follows from its provisions.

    Args:
        triples: all data.
        project: the project whose rule is applied.
    """
    every = list(triples)
    follows = derive_certainties(every, project)
    kept = [t for t in every if t.predicate.value != _CERTAINTY or t.subject not in follows]
    return [*kept, *follows.values()]


def _constructed(triples: Iterable[ox.Triple], project: Project, rule: str) -> list[ox.Triple]:
    """What a rule makes of the triples; only those that the rules read are put in the store, which halves its time."""
    store = ox.Store()
    store.bulk_extend(
        ox.Quad(t.subject, t.predicate, t.object) for t in triples if t.predicate.value in _READ_BY_THE_RULES
    )
    text = rule_text(project, rule)
    made = store.query(text) if text else None
    if not isinstance(made, ox.QueryTriples):
        raise QuerySyntaxError(
            f"queries/derive/{rule}.rq is missing or not a CONSTRUCT query; restore it from the project's release."
        )
    return list(made)
