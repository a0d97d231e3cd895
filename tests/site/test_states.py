"""The first screens: precedents by first, nearest and most alike; peers; findings; how to cite."""

from __future__ import annotations

import json
import re

import pytest

from kgtools.answers.evidence.graph import Thing, ThingGraph
from kgtools.answers.evidence.precedents import _BORDERS, borders_between, neighbors, precedents
from kgtools.answers.evidence.standing import Evidence
from kgtools.answers.questions import bind, find_question
from kgtools.core.project import Project
from kgtools.core.words import either
from kgtools.graph.files import Files
from kgtools.graph.store import EmbeddedStore
from kgtools.publish.site.nation import national_findings
from kgtools.publish.site.states import brief_of
from tests.conftest import ROOT
from tests.site.conftest import Built


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """Of the whole graph: neighbors and precedents are told of all states."""
    project = Project(ROOT)
    return Evidence(ThingGraph.of(Files().triples(*project.ontology, *project.data)))


def _place(evidence: Evidence, slug: str) -> Thing:
    return next(place for place in evidence.jurisdictions if place.slug == slug)


def test_every_border_has_two_sides_and_every_state_is_reached(evidence: Evidence) -> None:
    for code, others in _BORDERS.items():
        for other in others.split():
            assert code in _BORDERS[other].split(), (code, other)
    codes = {place.text("uspsCode") for place in evidence.jurisdictions}
    assert set(_BORDERS) == codes == set(borders_between("HI"))
    far = borders_between("OH")
    assert (far["OH"], far["IN"], far["TN"], far["ME"], far["HI"]) == (0, 1, 2, 5, 7)
    assert [place.text("uspsCode") for place in neighbors(evidence, _place(evidence, "oh"))] == [
        "IN", "KY", "MI", "PA", "WV",
    ]  # fmt: skip


def test_the_first_precedent_is_the_one_that_the_question_names(project: Project, store: EmbeddedStore) -> None:
    question = find_question(project, "next-steps")
    evidence = Evidence(ThingGraph.of(Files().triples(*project.ontology, *project.data)))
    ohio = _place(evidence, "oh")
    answer = store.select(bind(question.query, question.parameters, {"state": "OH", "least": "1"}, store))
    asked = {}
    for row in answer.rows:
        cells = {name: getattr(term, "value", "") for name, term in zip(answer.variables, row, strict=True)}
        asked[cells["policy"]] = cells["year"]
    steps = {s.standing.recommendation.slug: s for s in evidence.next_steps(ohio)}
    assert asked.keys() <= steps.keys()
    assert len(asked) > 10
    for slug, year in asked.items():
        found = precedents(evidence, ohio, steps[slug].standing.recommendation)
        first = [p.policy.text("yearAdopted") for p in found if "first" in p.why]
        assert first == ([year] if year else []), slug
        assert all(p.place != ohio for p in found)


def test_each_precedent_is_named_once_and_the_most_alike_is_of_those_given(evidence: Evidence) -> None:
    ohio, named = _place(evidence, "oh"), set()
    for step in evidence.next_steps(ohio):
        found = precedents(evidence, ohio, step.standing.recommendation, ["TN", "UT"])
        places = [p.place for p in found]
        assert len(places) == len(set(places))
        named |= {p.place.text("uspsCode") for p in found if "most alike" in p.why}
        for precedent in found:
            level = evidence.standing(precedent.place, step.standing.recommendation).level
            assert level == "in-full"
    assert named == {"TN", "UT"}


def test_the_first_screen_counts_what_the_answers_say(evidence: Evidence) -> None:
    ohio = _place(evidence, "oh")
    brief = brief_of(evidence, ohio, evidence.next_steps(ohio), [("KY", 61)])
    standings = [s for cell in evidence.row(ohio) for s in cell.standings]
    assert brief.in_full == sum(s.level == "in-full" for s in standings)
    assert brief.sentences[0].startswith(f"Ohio carries out {brief.in_full} of {len(standings)} recommended policies")
    unseen = len(standings) - brief.looked_at
    assert (f"For {unseen} of the {len(standings)}, nobody has looked" in brief.sentences[-1]) == (unseen > 0)
    assert [(p.place.label, p.percent) for p in brief.alike] == [("Kentucky", 61)]
    assert len(brief.steps) == 3
    assert sum(map(len, brief.by_condition.values())) == len(standings) - brief.in_full


def test_the_searches_that_found_nothing_agree_with_what_was_not_found(evidence: Evidence) -> None:
    overtaken = 0
    for place in evidence.jurisdictions:
        brief = brief_of(evidence, place, (), [])
        absent = [s for cell in evidence.row(place) for s in cell.standings if s.level == "looked-for-not-found"]
        found = re.search(r"(\d+) search(?:es)? that found nothing(?:: (.*))?\.", brief.evidence[0])
        if found and found[2]:
            overtaken += 1
            assert sum(map(int, re.findall(r"(\d+) (?:for|overtaken)", found[2]))) == int(found[1])
            shown = {0: "", 1: "for the one policy not found"}.get(len(absent), f"for the {len(absent)} policies not")
            assert shown in found[2]
    assert overtaken


def test_a_page_says_why_an_inferred_claim_of_in_full_counts_as_in_part(built: Built) -> None:
    said = "An inferred claim cannot make an answer “in full”"
    pages = [f.read_text(encoding="utf-8") for f in (built.folder / "policies").glob("*.html")]
    assert any(said in page for page in pages if "In full, we infer this" in page)
    assert not any(said in page for page in pages if "infer this" not in page)


def test_where_nobody_has_looked_no_number_reads_as_none(evidence: Evidence) -> None:
    guam = next(place for place in evidence.territories if place.slug == "gu")
    brief = brief_of(evidence, guam, evidence.next_steps(guam), [])
    assert brief.sentences == (
        "Not reviewed: nobody has looked for policies of Guam. That does not mean that it has none.",
    )
    assert brief.steps == ()


def test_the_findings_are_counted_from_the_answers(evidence: Evidence) -> None:
    conditions, policies, looked = national_findings(evidence)
    assert conditions.about is not None
    reached = sum(cell.in_full > 0 for cell in evidence.column(conditions.about))
    assert conditions.figure == f"{reached} of 51"
    assert all(sum(c.in_full > 0 for c in evidence.column(each)) <= reached for each in evidence.conditions)
    assert policies.about is not None
    full = [standing.level for _, standing in evidence.standings(policies.about)].count("in-full")
    assert policies.figure.startswith(f"{full} of ")
    assert re.fullmatch(r"\d+%", looked.figure)
    levels = [s.level for place in evidence.jurisdictions for cell in evidence.row(place) for s in cell.standings]
    assert f"{levels.count('looked-for-not-found')} of them on a look that found nothing" in looked.words
    assert f"{levels.count('status-unknown')} on a policy whose status is unknown" in looked.words
    assert "never means no" in looked.more


def test_a_page_says_how_to_cite_it_and_what_it_is(built: Built) -> None:
    page = built.text("states/oh.html")
    address = "https://w3id.org/spf-kg/id/jurisdiction/oh"
    assert re.search(r"The spf-kg maintainers\. \(2026, \w+ \d+\)\. Ohio\. In spf-kg.* \(Version 0\.0\.0\)", page)
    assert f"url = {{{address}}}" in page
    assert f"UR  - {address}" in page
    data = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert data["about"] == {"@id": address, "@type": "AdministrativeArea", "name": "Ohio"}
    policy = built.text("policies/id-mastery-education-network.html")
    data = json.loads(policy.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert data["about"]["@type"] == "Legislation"
    assert data["about"]["legislationIdentifier"].startswith("Idaho Code")
    assert "The spf-kg maintainers" in built.text("about.html")


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")]
)
def test_names_as_a_choice(names: list[str], said: str) -> None:
    assert either(names) == said
