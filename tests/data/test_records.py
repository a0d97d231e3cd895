"""What the committed data promises: a source for each statement, our own words, and honest answers."""

from __future__ import annotations

from collections import Counter

import pytest

from kgtools.bulk.mirrors import same_document
from kgtools.graph import load_project
from kgtools.namespaces import PREFIXES
from kgtools.project import Project
from kgtools.store import EmbeddedStore

PROLOGUE = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())


@pytest.fixture(scope="module")
def graph(project: Project) -> EmbeddedStore:
    return load_project(project)


def rows(graph: EmbeddedStore, query: str) -> list[tuple[str, ...]]:
    found = graph.select(PROLOGUE + query).rows
    return [tuple("" if term is None else term.value for term in row) for row in found]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "class_name", ["StatePolicy", "AlignmentClaim", "StateAdaptation", "ExternalRating", "StateExample"]
)
def test_each_statement_has_source_access_date_certainty_and_epistemic_status(
    graph: EmbeddedStore, class_name: str
) -> None:
    every = rows(graph, f"SELECT ?x {{ ?x a spf:{class_name} }}")
    whole = rows(
        graph,
        f"""SELECT DISTINCT ?x {{ ?x a spf:{class_name} ; spf:hasSource ?s ; spf:certainty ?c ; spf:epistemicStatus ?e .
            FILTER NOT EXISTS {{ ?x spf:hasSource ?undated
            FILTER NOT EXISTS {{ ?undated spf:dateAccessed ?day }} }} }}""",
    )
    assert len(every) > 40
    assert set(every) == set(whole)


def test_each_determination_has_a_basis_and_a_day(graph: EmbeddedStore) -> None:
    every = rows(graph, "SELECT ?x { ?x a spf:Determination }")
    whole = rows(
        graph, "SELECT ?x { ?x a spf:Determination ; spf:basis ?b ; spf:dateReviewed ?d ; spf:determinationValue ?v }"
    )
    assert len(every) == 56 * 8
    assert set(every) == set(whole)


def test_each_summary_of_a_state_policy_is_short(graph: EmbeddedStore) -> None:
    summaries = rows(graph, "SELECT ?x ?text { ?x a spf:StatePolicy ; spf:summary ?text }")
    assert len(summaries) >= 500
    assert [(x, len(text.split())) for x, text in summaries if len(text.split()) > 45] == []


def test_no_two_records_share_a_summary_or_a_rationale(graph: EmbeddedStore) -> None:
    texts = Counter(
        row[0]
        for row in rows(
            graph,
            "SELECT ?t { ?x spf:summary|spf:rationale ?t ; a ?k . VALUES ?k { spf:StatePolicy spf:AlignmentClaim } }",
        )
    )
    assert {text: n for text, n in texts.items() if n > 1} == {}


def test_no_copy_is_cited_beside_the_official_text(graph: EmbeddedStore) -> None:
    pairs = rows(
        graph,
        """SELECT ?x ?official ?copy { ?x a spf:StatePolicy ; spf:hasSource ?a, ?b .
           ?a spf:sourceKind source-kind:official ; skos:prefLabel ?official .
           ?b spf:sourceKind source-kind:mirror ; skos:prefLabel ?copy }""",
    )
    assert len(pairs) > 50
    assert [pair for pair in pairs if same_document(pair[1], pair[2])] == []


def test_every_state_and_condition_has_an_answer_and_most_have_evidence(graph: EmbeddedStore) -> None:
    cells = rows(
        graph,
        """SELECT ?d (COUNT(?claim) AS ?n) { ?d a spf:Determination ; spf:jurisdiction ?place .
           FILTER NOT EXISTS { ?place a spf:Territory } OPTIONAL { ?d spf:evidence ?claim } } GROUP BY ?d""",
    )
    assert len(cells) == 51 * 8
    assert sum(int(n) > 0 for _, n in cells) >= 0.6 * 51 * 8


def test_territories_are_not_reviewed(graph: EmbeddedStore) -> None:
    answers = rows(
        graph, "SELECT ?v { ?d spf:jurisdiction ?place ; spf:determinationValue ?v . ?place a spf:Territory }"
    )
    assert {value.rsplit("/", 1)[1] for (value,) in answers} == {"not-reviewed"}
    assert len(answers) == 5 * 8


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
    assert len(counts) == 8
    for slug, (policies, actions, examples, resources) in counts.items():
        assert policies >= 4, slug
        assert actions >= 4, slug
        assert examples >= 4, slug
        assert resources >= 6, slug


def test_the_names_of_the_eight_conditions_are_marked_as_a_reconstruction(graph: EmbeddedStore) -> None:
    marked = rows(
        graph,
        """SELECT ?c { ?c spf:inEdition edition:third-edition ;
           spf:epistemicStatus epistemic-status:reconstructed ; spf:doubt ?said }""",
    )
    assert len(marked) == 8


def test_each_transformative_policy_has_one_criterion(graph: EmbeddedStore) -> None:
    counts = rows(
        graph,
        "SELECT ?p (COUNT(?k) AS ?n) { ?p a spf:TransformativePolicy OPTIONAL { ?k spf:criterionOf ?p } } GROUP BY ?p",
    )
    assert len(counts) >= 32
    assert [p for p, n in counts if n != "1"] == []
