"""Generated pages are fresh, and say what they should."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest

from kgtools.core.errors import BuildError
from kgtools.core.namespaces import SKOS, SPF
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore
from kgtools.intake.records.kinds import record_kinds
from kgtools.publish.pages.model_page import with_answers
from kgtools.publish.pages.model_picture import drawn_links, model_picture, read_links
from kgtools.schema.read import read_schema


def test_the_picture_has_a_square_for_each_state_and_condition(project: Project) -> None:
    svg = ET.fromstring((project.root / "docs" / "images" / "coverage.svg").read_text(encoding="utf-8"))
    space = "{http://www.w3.org/2000/svg}"
    titled = [rect.find(f"{space}title") for rect in svg.findall(f"{space}rect")]
    squares = [title.text for title in titled if title is not None]
    assert len(squares) == 51 * 8
    present = load_project(project).select(
        f"""PREFIX spf: <{SPF}> SELECT DISTINCT ?code ?name WHERE {{ ?d spf:determinationValue ?value ;
            spf:concerns/spf:recommendedUnder/<{SKOS}prefLabel> ?name ; spf:jurisdiction/spf:uspsCode ?code .
            ?value <{SKOS}notation> "in-full" }}"""
    )
    expected = {f"{code.value}, {name.value}" for code, name in present.rows}  # type: ignore[union-attr]
    full = (": some in full", ": half in full")
    assert {text.rpartition(":")[0] for text in squares if text and text.endswith(full)} == expected
    assert expected


def test_the_page_on_bulk_records_names_every_key(project: Project) -> None:
    page = (project.root / "docs" / "reference" / "bulk-records.md").read_text(encoding="utf-8")
    for group, kind in record_kinds(read_schema(Files().triples(*project.ontology, *project.shapes))).items():
        section = page.partition(f"\n## `{group}`\n")[2].partition("\n## ")[0]
        assert all(f"| {key} |" in section or f"| **{key}** |" in section for key in kind.keys), group


def test_the_sssom_table_has_a_row_for_each_mapping(project: Project) -> None:
    lines = (project.root / "data" / "crosswalk.sssom.tsv").read_text(encoding="utf-8").splitlines()
    table = list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))
    mappings = (
        (project.root / "data" / "framework" / "crosswalk.ttl").read_text(encoding="utf-8").count("spf:Mapping ;")
    )
    assert len(table) == mappings > 80
    assert {row["predicate_id"] for row in table} <= {
        f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")
    }
    assert all(0 < float(row["confidence"]) <= 1 and row["comment"] for row in table)
    declared = {line.split(":")[0].strip("# ") for line in lines if line.startswith("#  ")}
    assert {row["object_id"].split(":")[0] for row in table} <= declared


@pytest.fixture(scope="module")
def ontology(project: Project) -> EmbeddedStore:
    store = EmbeddedStore()
    store.load(Files().triples(*project.ontology))
    return store


def test_the_picture_of_the_model_is_drawn_from_the_ontology(ontology: EmbeddedStore, project: Project) -> None:
    links = read_links(ontology)
    told = {(link.subject, link.name, link.target) for link in links}
    assert ("AlignmentClaim", "restsOn", "Provision") in told
    assert ("Determination", "jurisdiction", "Jurisdiction") in told  # from the class above it
    assert ("Determination", "concerns", "TransformativePolicy") in told  # one of a union
    svg = ET.fromstring(model_picture(ontology))
    space = "{http://www.w3.org/2000/svg}"
    assert svg.get("role") == "img"
    assert {svg.find(f"{space}{name}").get("id") for name in ("title", "desc")} == set(  # type: ignore[union-attr]
        str(svg.get("aria-labelledby")).split()
    )
    said = str(svg.findtext(f"{space}desc"))
    page = (project.root / "docs" / "explanation" / "model.md").read_text(encoding="utf-8")
    arrows = drawn_links(links)
    assert len(svg.findall(f"{space}line")) == len(arrows) > 8
    for arrow in arrows:
        assert f"{arrow.subject} {arrow.name} {arrow.target}." in said
        assert f"| {arrow.subject} | `spf:{arrow.name}` | {arrow.target} |" in page
    assert len(re.findall(r"^\| \w+ \| `spf:", page, re.MULTILINE)) == len(arrows)


def test_a_link_that_the_ontology_lost_is_not_drawn(ontology: EmbeddedStore) -> None:
    links = [link for link in read_links(ontology) if link.name != "restsOn"]
    with pytest.raises(BuildError, match="draws AlignmentClaim restsOn Provision, which the ontology does not have"):
        drawn_links(links)


def test_the_page_on_the_model_shows_five_records_and_eight_answers(project: Project) -> None:
    """That they are what the graph holds now is for the check of stale pages; here it is that they say something."""
    page = (project.root / "docs" / "explanation" / "model.md").read_text(encoding="utf-8")
    queries = re.findall(r"```sparql\n(.*?)```\n\n<!-- answer -->\n(.*?)<!-- end -->", page, re.DOTALL)
    records = re.findall(r"<!-- record: (\S+) -->\n```turtle\n(\S+) a spf:(\w+)", page)
    assert [kind for _, _, kind in records] == [
        "TransformativePolicy", "Determination", "AlignmentClaim", "StatePolicy", "Provision"
    ]  # fmt: skip
    assert all(asked == shown for asked, shown, _ in records)
    assert len(queries) == page.count("```sparql") == 8
    store = load_project(project)
    for query, table in queries:
        answer = store.select(query)
        lines = [line for line in table.splitlines() if line.startswith("|")]
        assert lines[0] == f"| {' | '.join(answer.variables)} |"
        assert len(lines) - 2 == min(len(answer.rows), 6) > 1
    last = store.select(queries[-1][0])
    assert any(value is not None for value in (row[3] for row in last.rows)), "the first year is never found"


def test_a_query_or_a_record_that_finds_nothing_is_refused(ontology: EmbeddedStore) -> None:
    with pytest.raises(BuildError, match="claim:none, which is not on record"):
        with_answers("<!-- record: claim:none -->\n<!-- end -->\n", ontology)
    with pytest.raises(BuildError, match="finds nothing; it begins: SELECT"):
        with_answers("```sparql\nSELECT ?x { ?x a ?x }\n```\n\n<!-- answer -->\n<!-- end -->\n", ontology)
    ontology.load([ox.Triple(*(ox.NamedNode(f"https://w3id.org/spf-kg/id/claim/{n}") for n in "abc"))])
    page = with_answers("<!-- record: claim:a -->\nold\n<!-- end -->\nkept\n", ontology)
    assert page == "<!-- record: claim:a -->\n```turtle\nclaim:a claim:b claim:c .\n```\n<!-- end -->\nkept\n"
