"""What is on each page: its template, its path, and what the template is filled with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kgtools.answers.evidence.authorities import authorities_of
from kgtools.answers.evidence.differences import Difference
from kgtools.answers.evidence.graph import Thing, ThingGraph
from kgtools.answers.evidence.standing import Evidence, NextStep, tally, year_of
from kgtools.answers.questions import Question
from kgtools.answers.statistics import Statistics
from kgtools.core.namespaces import PREFIXES
from kgtools.publish.site import timeline
from kgtools.publish.site.addresses import address_of, initial
from kgtools.publish.site.assets import libraries
from kgtools.publish.site.maps import condition_map, policy_map
from kgtools.publish.site.nation import national_findings
from kgtools.publish.site.releases import ReleaseChanges
from kgtools.publish.site.states import Brief, brief_of
from kgtools.publish.site.tiles import WIDTH
from kgtools.schema.rules import Rule


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the explorer.

    Attributes:
        path: where it is in the site.
        template: the template's name.
        title: its title.
        description: one sentence for search engines and link previews.
        about: the thing that it shows, if it shows one.
        context: what else the template needs.
        scripts: the scripts that it loads, by path in the site.
        downloads: files about what it shows, by path in the site, with their names.
    """

    path: str
    template: str
    title: str
    description: str
    about: Thing | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    scripts: tuple[str, ...] = ()
    downloads: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Site:
    """What all pages are made from.

    Attributes:
        graph: the ontology and the data.
        shapes: the shapes.
        rules: the rules that the shapes are.
        statistics: the counts.
        questions: the canned questions.
        version: the version of the package.
        base_url: where the site will be published, with a slash at its end; empty when that isn't known.
        files: the content of the project's Turtle files by path in the site.
        served: whether ``kgtools serve`` shows it, which adds pages for what needs a server.
        alike: for each postal code, the codes of the jurisdictions most alike on record, with how much in percent.
        differences: where another publisher says the opposite of our answer.
        history: what changed with each release after the first that is known, the oldest first.
    """

    graph: ThingGraph
    shapes: ThingGraph
    rules: tuple[Rule, ...]
    statistics: Statistics
    questions: tuple[Question, ...]
    version: str
    base_url: str
    files: Mapping[str, bytes]
    served: bool = False
    alike: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    differences: Sequence[Difference] = ()
    history: Sequence[ReleaseChanges] = ()

    @cached_property
    def snippets(self) -> dict[str, str]:
        """What has been rendered for one page and stands on others too, by IRI and the way to the site's folder."""
        return {}

    @cached_property
    def evidence(self) -> Evidence:
        """The answers of the graph."""
        return Evidence(self.graph)

    @cached_property
    def as_of(self) -> str:
        """The last day on which a statement was compared with its sources."""
        return max((day for thing in self.graph.all("StatePolicy") for day in thing.texts("dateReviewed")), default="")

    def following(self, place: Thing) -> Sequence[NextStep]:
        """The next steps of a jurisdiction, the most common elsewhere first."""
        if place.iri not in self._following:
            self._following[place.iri] = self.evidence.next_steps(place)
        return self._following[place.iri]

    def brief(self, place: Thing) -> Brief:
        """The first screen of a jurisdiction's page."""
        if place.iri not in self._briefs:
            alike = self.alike.get(place.text("uspsCode"), ())
            self._briefs[place.iri] = brief_of(self.evidence, place, self.following(place), alike)
        return self._briefs[place.iri]

    @cached_property
    def _following(self) -> dict[str, Sequence[NextStep]]:
        return {}

    @cached_property
    def _briefs(self) -> dict[str, Brief]:
        return {}

    @property
    def policies(self) -> list[Thing]:
        """The state policies, by jurisdiction and name."""
        return sorted(self.graph.all("StatePolicy"), key=lambda p: (p.slug_of("jurisdiction"), p.label.casefold()))

    def values(self, kind: str) -> list[Thing]:
        """The concepts of a closed list, by name."""
        return self.graph.all(kind)


TABLE = ("assets/table.js",)


def all_pages(site: Site) -> Iterator[Page]:
    """Every page of the explorer."""
    yield from _overviews(site)
    yield from _records(site)
    yield from _lists(site)
    yield from _reference(site)
    yield from _TOOLS
    if site.served:
        yield from _SERVED


def _overviews(site: Site) -> Iterator[Page]:
    conditions_of = {policy.iri: _conditions_of(policy) for policy in site.policies}
    n = site.statistics
    yield Page(
        "index.html",
        "index.html",
        "State policy for personalized learning",
        f"{n.state_policies} policies of {n.jurisdictions_with_policies} US jurisdictions, set against eight policy "
        "conditions for personalized, competency-based learning, each with its citation and sources.",
        context={
            "maps": [
                (
                    condition_map(site.evidence, c),
                    [policy_map(site.evidence, r) for r in site.evidence.recommendations(c)],
                )
                for c in site.evidence.conditions
            ],
            "findings": national_findings(site.evidence),
            "tiles_wide": WIDTH,
        },
        scripts=("assets/front.js", "assets/table.js"),
    )
    yield Page(
        "states.html", "states.html", "States", "Each jurisdiction with what is on record for it.", scripts=TABLE
    )
    yield Page(
        "changes.html", "changes.html", "What changed", "What each release says that the one before did not, by state."
    )
    yield Page(
        "conditions.html", "conditions.html", "Conditions", "The eight conditions and how many states meet each."
    )
    yield Page(
        "recommendations.html",
        "recommendations.html",
        "Recommended policies",
        "The policies that the framework recommends, and how many states carry out each.",
        scripts=TABLE,
    )
    yield Page(
        "policies.html",
        "policies.html",
        "State policies",
        "Every state policy on record, to filter and sort.",
        context={"conditions_of": conditions_of},
        scripts=TABLE,
    )
    yield Page(
        "timeline.html",
        "timeline.html",
        "Timeline of adoption",
        "State policies by the year in which they were adopted.",
        context={"bars": timeline.bars(site.policies), "conditions_of": conditions_of},
        scripts=("assets/timeline.js", *TABLE),
    )


def _records(site: Site) -> Iterator[Page]:
    evidence = site.evidence
    for condition in evidence.conditions:
        yield Page(
            address_of(condition),
            "condition.html",
            condition.label,
            condition.summary,
            condition,
            {"map": condition_map(evidence, condition), "tiles_wide": WIDTH, **_of_condition(evidence, condition)},
        )
        for recommendation in evidence.recommendations(condition):
            standings = evidence.standings(recommendation)
            yield Page(
                address_of(recommendation),
                "recommendation.html",
                recommendation.label,
                recommendation.summary,
                recommendation,
                {
                    "standings": standings,
                    "counts": tally(s.level for _, s in standings),
                    **_first(evidence, recommendation),
                    "map": policy_map(evidence, recommendation),
                    "tiles_wide": WIDTH,
                },
            )
    for place in (*evidence.jurisdictions, *evidence.territories):
        yield _jurisdiction(site, place)
    for policy in site.policies:
        yield Page(address_of(policy), "policy.html", policy.label, policy.summary, policy)
    for topic in site.values("Topic"):
        yield Page(address_of(topic), "topic.html", topic.label.capitalize(), topic.summary, topic, scripts=TABLE)
    for scheme in site.graph.all("RatingScheme"):
        yield Page(address_of(scheme), "rating_scheme.html", scheme.label, scheme.summary, scheme)


def _first(evidence: Evidence, recommendation: Thing) -> dict[str, Any]:
    """Who carried out a recommended policy first, of those whose year is on record, and how many those are."""
    dated = [(place, claim) for place, claim in evidence.carried_out(recommendation) if year_of(claim)]
    earliest = min((year_of(claim) for _, claim in dated), default=0)
    return {"first": [pair for pair in dated if year_of(pair[1]) == earliest], "dated": len(dated)}


def _of_condition(evidence: Evidence, condition: Thing) -> dict[str, Any]:
    cells = evidence.column(condition)
    rows = [(r, tally(s.level for _, s in evidence.standings(r))) for r in evidence.recommendations(condition)]
    actions = [r for r in condition.referring("recommendedUnder") if r.kind == "implementation-action"]
    return {"cells": cells, "rows": rows, "actions": actions, "mappings": _mappings(condition)}


def _mappings(thing: Thing) -> list[Thing]:
    return [*thing.referring("mappingObject"), *thing.referring("mappingSubject")]


def _jurisdiction(site: Site, place: Thing) -> Page:
    records = {kind: [r for r in place.referring("jurisdiction") if r.kind == kind] for kind in _RECORD_KINDS}
    policies = records["state-policy"]
    return Page(
        address_of(place),
        "jurisdiction.html",
        place.label,
        f"What is on record for {place.label}: its policies for personalized learning with citations and sources, what "
        "is missing, and who has done it.",
        place,
        {
            "cells": site.evidence.row(place),
            "policies": sorted(policies, key=lambda p: (-p.number("yearAdopted"), p.label)),
            "adaptations": records["adaptation"],
            "authorities": authorities_of(place),
            "ratings": sorted(records["rating"], key=lambda r: (r.slug_of("ratingScheme"), r.iri)),
            "examples": records["state-example"],
            "steps": site.following(place),
            "brief": site.brief(place),
            "turtle": f"states/{place.slug}.ttl" if f"states/{place.slug}.ttl" in site.files else "",
        },
        ("assets/state.js", *TABLE),
        downloads=(
            (f"states/{place.slug}.docx", "Memo, one page (Word)"),
            (f"states/{place.slug}-long.docx", "Memo, long form (Word)"),
            (f"states/{place.slug}.xlsx", "Answers and evidence (workbook)"),
            (f"states/{place.slug}.csv", "Answers and evidence (CSV)"),
            *(((f"states/{place.slug}.ttl", "Records (Turtle)"),) if f"states/{place.slug}.ttl" in site.files else ()),
            (f"states/{place.slug}.atom", "Feed of changes (Atom)"),
        ),
    )


_RECORD_KINDS = ("state-policy", "adaptation", "rating", "state-example")


def _conditions_of(policy: Thing) -> list[Thing]:
    found = {r.one("recommendedUnder") for c in policy.referring("alignsStatePolicy") for r in c.many("alignsWith")}
    return sorted((c for c in found if c), key=lambda c: c.number("position"))


def _lists(site: Site) -> Iterator[Page]:
    graph = site.graph
    yield Page("topics.html", "topics.html", "Topics", "The subjects that state policies are about.")
    yield Page(
        "resources.html", "resources.html", "Resources", "Publications and tools for further reading.", scripts=TABLE
    )
    yield Page(
        "ratings.html", "ratings.html", "Other publishers' ratings", "What others say about the states, kept separate."
    )
    yield Page(
        "crosswalk.html",
        "crosswalk.html",
        "Crosswalk",
        "How the conditions and policies relate to earlier editions and to other frameworks.",
        context={"mappings": graph.all("Mapping")},
        scripts=TABLE,
    )
    yield Page("editions.html", "editions.html", "Editions", "The three editions of the framework.")
    by_initial: dict[str, list[Thing]] = {}
    for source in sorted(graph.all("Source"), key=lambda s: s.slug):
        by_initial.setdefault(initial(source), []).append(source)
    yield Page(
        "sources.html", "sources.html", "Sources", "The documents that were read.", context={"by_initial": by_initial}
    )
    for letter, sources in by_initial.items():
        title = f"Sources, {letter.upper()}"
        context = {"sources": sources, "by_initial": by_initial, "letter": letter}
        yield Page(f"sources/{letter}.html", "source_list.html", title, f"{title}: who cites them.", context=context)
    yield Page("organizations.html", "organizations.html", "Organizations and people", "Who published what was read.")


def _reference(site: Site) -> Iterator[Page]:
    graph, shapes = site.graph, site.shapes
    schemes = [(s, s.referring("skos:inScheme")) for s in graph.all("skos:ConceptScheme")]
    terms = {
        "Classes": graph.all("owl:Class"),
        "Object properties": graph.all("owl:ObjectProperty"),
        "Data properties": graph.all("owl:DatatypeProperty"),
        "Annotation properties": graph.all("owl:AnnotationProperty"),
    }
    own = {
        title: [t for t in found if t.iri.startswith((PREFIXES["spf"], PREFIXES["rule"]))]
        for title, found in terms.items()
    }
    yield Page(
        "ontology.html", "ontology.html", "Ontology", "Every class and property.", context={"terms": own}, scripts=TABLE
    )
    yield Page("vocabulary.html", "vocabulary.html", "Vocabulary", "The closed lists.", context={"schemes": schemes})
    groups = [thing for thing in shapes.all("sh:NodeShape") if thing.many("sh:property")]
    named = {PREFIXES["shapes"] + rule.identifier for rule in site.rules}
    others = [
        thing
        for thing in map(shapes.thing, sorted(shapes.values))
        if thing.iri.startswith(PREFIXES["shapes"]) and thing not in groups and thing.iri not in named
    ]
    yield Page(
        "rules.html",
        "rules.html",
        "Shapes and rules",
        "What data must be like, why, and how to fix it.",
        context={"rules": site.rules, "groups": groups, "others": others},
        scripts=TABLE,
    )
    yield Page(
        "downloads.html",
        "downloads.html",
        "Downloads",
        "The data, the ontology and the shapes.",
        context={"libraries": libraries()},
    )
    yield Page("about.html", "about.html", "How to read this", "What the words and colors mean, and the limits.")


_TOOLS = (
    Page(
        "compare.html",
        "compare.html",
        "Compare states",
        "Any states side by side, condition by condition.",
        scripts=("data/compare.js", "assets/compare.js"),
    ),
    Page(
        "search.html",
        "search.html",
        "Search",
        "Full-text search over every record.",
        scripts=("assets/vendor/minisearch/minisearch.js", "data/search.js", "assets/search.js"),
    ),
    Page(
        "questions.html",
        "questions.html",
        "Questions",
        "The canned questions, with their text, to run in the browser.",
        scripts=TABLE,
    ),
    Page(
        "query.html",
        "query.html",
        "Ask the graph",
        "Questions answered in the browser, with no server; the SPARQL is there to change.",
        scripts=("assets/vendor/yasqe/yasqe.min.js", "data/questions.js", "assets/query.js"),
    ),
    Page("404.html", "404.html", "Page not found", "There is no such page."),
)

_SERVED = (
    Page(
        "validate.html",
        "validate.html",
        "Check your data",
        "Submit a file and see what is wrong, and where.",
        scripts=("assets/handin.js",),
    ),
    Page("api.html", "api.html", "Use from a program", "The canned questions and the SPARQL endpoint, for programs."),
)
"""The pages for what needs a server."""
