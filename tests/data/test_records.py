"""How much the committed data holds; what must hold of each record, python -m tools.check says."""

from __future__ import annotations

import pytest

from kgtools.core.namespaces import PREFIXES
from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore

PROLOGUE = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())


@pytest.fixture(scope="module")
def graph(project: Project) -> EmbeddedStore:
    return load_project(project)


def rows(graph: EmbeddedStore, query: str) -> list[tuple[str, ...]]:
    found = graph.select(PROLOGUE + query).rows
    return [tuple("" if term is None else term.value for term in row) for row in found]  # type: ignore[union-attr]


def test_every_state_and_recommended_policy_has_an_answer(graph: EmbeddedStore) -> None:
    cells = rows(
        graph,
        """SELECT ?d (COUNT(?claim) AS ?n) { ?d a spf:Determination ; spf:jurisdiction ?place .
           FILTER NOT EXISTS { ?place a spf:Territory } OPTIONAL { ?d spf:evidence ?claim } } GROUP BY ?d""",
    )
    assert len(cells) == 51 * 41
    claimed = rows(graph, "SELECT DISTINCT ?j ?p { ?c spf:alignsWith ?p ; spf:alignsStatePolicy/spf:jurisdiction ?j }")
    assert sum(int(n) > 0 for _, n in cells) == len(claimed)


def test_territories_are_not_reviewed(graph: EmbeddedStore) -> None:
    answers = rows(
        graph, "SELECT ?v { ?d spf:jurisdiction ?place ; spf:determinationValue ?v . ?place a spf:Territory }"
    )
    assert {value.rsplit("/", 1)[1] for (value,) in answers} == {"not-reviewed"}
    assert len(answers) == 5 * 41


def test_each_condition_of_the_third_edition_is_complete(graph: EmbeddedStore) -> None:
    counts = {
        row[0]: [int(n) for n in row[1:]]
        for row in rows(
            graph,
            """SELECT ?slug (COUNT(DISTINCT ?tp) AS ?policies) (COUNT(DISTINCT ?ac) AS ?actions)
               (COUNT(DISTINCT ?ex) AS ?examples) (COUNT(DISTINCT ?re) AS ?resources) {
                 ?c spf:inEdition edition:third-edition . BIND(STRAFTER(STR(?c), "/condition/") AS ?slug)
                 { ?tp a spf:TransformativePolicy ; spf:recommendedUnder ?c ; spf:requiresAuthority ?authority }
                 UNION { ?ac a spf:ImplementationAction ; spf:recommendedUnder ?c ; spf:takenBy ?actor }
                 UNION { ?ex spf:illustrates ?c } UNION { ?re spf:supports ?c } } GROUP BY ?slug""",
        )
    }
    assert {slug: (policies, actions) for slug, (policies, actions, *_) in counts.items()} == {
        "accountability-and-improvement": (5, 6),
        "balanced-assessment": (5, 7),
        "educator-capacity": (4, 7),
        "funding-and-resources": (5, 6),
        "innovation-and-networks": (5, 6),
        "learning-framework": (5, 6),
        "pathways-and-credit": (8, 6),
        "shared-vision": (4, 6),
    }
    assert all(examples and resources for *_, examples, resources in counts.values())
