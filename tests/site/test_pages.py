"""The built explorer: complete, linked, valid, honest about what is not known, and safe."""

from __future__ import annotations

import csv
import gzip
import json
import posixpath
import re
from urllib.parse import unquote, urlsplit

import html5rdf
import pyoxigraph as ox
import pytest

from kgtools.answers.statistics import count
from kgtools.core.namespaces import BASE
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.store import EmbeddedStore
from tests.site.conftest import REVIEWED, Built

_ID = re.compile(r'\sid="([^"]*)"')
_LINK = re.compile(r'\s(?:href|src|action)="([^"]*)"')
ONE_OF_EACH_KIND = (
    "index.html", "states.html", "conditions.html", "recommendations.html", "policies.html", "timeline.html",
    "compare.html", "search.html", "questions.html", "query.html", "topics.html", "resources.html", "ratings.html",
    "crosswalk.html", "editions.html", "sources.html", "sources/b.html", "organizations.html", "ontology.html",
    "vocabulary.html", "rules.html", "downloads.html", "about.html", "404.html", "states/id.html", "states/gu.html",
    "conditions/shared-vision.html", "recommendations/adopt-portrait-of-a-graduate.html",
    "policies/id-mastery-education-network.html", "topics/pilot-or-network.html", "ratings/xq-count.html",
)  # fmt: skip


def test_the_front_page_is_light(built: Built) -> None:
    needed = ["index.html", *re.findall(r'(?:src|href)="(assets/[^"]+)"', built.text("index.html"))]
    assert "assets/site.css" in needed
    assert sum((built.folder / path).stat().st_size for path in needed) < 300_000


def test_every_link_leads_somewhere(built: Built, whole: bool) -> None:
    files = {file.relative_to(built.folder).as_posix() for file in built.folder.rglob("*") if file.is_file()}
    texts = {path: built.text(path) for path in built.html_paths()}
    anchors = {path: set(_ID.findall(text)) for path, text in texts.items()}
    broken = []
    for path, text in texts.items():
        for link in set(_LINK.findall(text)):
            parts = urlsplit(link.replace("&amp;", "&"))
            if parts.scheme:
                continue
            target = (
                posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path))).lstrip("/")
                if parts.path
                else path
            )
            if target not in files or (parts.fragment and unquote(parts.fragment) not in anchors[target]):
                broken.append(f"{path}: {link}")
    assert not broken, broken[:10]
    assert len(anchors) == built.pages > (700 if whole else 300)


def test_every_iri_of_the_project_has_a_page_or_an_anchor(built: Built, project: Project) -> None:
    anchors = {path: set(_ID.findall(built.text(path))) for path in built.html_paths()}
    rows = list(csv.DictReader(built.text("downloads/addresses.csv").splitlines()))
    for row in rows:
        page, _, anchor = row["page"].partition("#")
        assert page in anchors, row
        assert not anchor or anchor in anchors[page], row
    files = (*project.ontology, *project.shapes, *project.data)
    described = {t.subject.value for t in Files().triples(*files) if isinstance(t.subject, ox.NamedNode)}
    assert {iri for iri in described if iri.startswith(BASE)} - {row["iri"] for row in rows} == set()


@pytest.mark.parametrize("path", ONE_OF_EACH_KIND)
def test_html_is_valid(built: Built, path: str) -> None:
    html5rdf.HTMLParser(strict=True).parse(built.text(path))
    ids = _ID.findall(built.text(path))
    assert len(ids) == len(set(ids))


def test_a_parser_that_finds_errors_is_used() -> None:
    with pytest.raises(html5rdf.html5parser.ParseError):
        html5rdf.HTMLParser(strict=True).parse("<!doctype html><title>x</title><p><b>never closed</p>")


def test_ids_are_unique_on_every_page(built: Built) -> None:
    for path in built.html_paths():
        ids = _ID.findall(built.text(path))
        assert len(ids) == len(set(ids)), path


def test_nothing_is_loaded_from_elsewhere_and_no_script_is_inline(built: Built) -> None:
    for path in built.html_paths():
        text = built.text(path)
        assert "default-src 'none'; script-src 'self'" in text, path
        assert not re.search(r"<(?:script|img|iframe|source|video|audio)[^>]*\ssrc=\"(?:https?:)?//", text), path
        assert not re.search(r'<link[^>]*rel="(?:stylesheet|icon|preload)"[^>]*href="(?:https?:)?//', text), path
        assert not re.search(r"<script(?![^>]*(?:\ssrc=|ld\+json))", text), path
        assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)=\"", text), path
        assert "<style" not in text, path
    for name in ("site.css", "site.js"):
        file = built.folder / "assets" / name
        assert not file.exists() or "url(http" not in file.read_text(encoding="utf-8")


def test_the_reconstruction_of_the_names_is_said_wherever_they_appear(built: Built) -> None:
    for path in built.html_paths():
        assert "names of the eight conditions are our reconstruction" in built.text(path), path
    assert "name reconstructed" in built.text("conditions/shared-vision.html")


def test_not_reviewed_is_never_shown_as_no(built: Built, whole: bool) -> None:
    guam = built.text("states/gu.html")
    assert guam.count('class="chip v-not-reviewed"') == 8
    assert guam.count('class="swatch v-not-reviewed"') == 8 + 1, "and once in the legend"
    assert guam.count('class="chip l-not-reviewed"') == 41
    assert "confirmed-absent" not in guam
    assert "Not reviewed does not mean no" in guam
    assert "so no next step can be named" in guam
    assert not re.search(r"<b>0</b>", guam), "a zero would read as none"
    assert built.text("states.html").count(">not reviewed</td>") == (5 if whole else 56 - len(REVIEWED))
    answers = list(csv.DictReader(built.text("downloads/determinations.csv").splitlines()))
    assert len(answers) == 56 * 41
    assert {(row["claims"], row["inquiries"]) for row in answers if row["answer"] == "not-reviewed"} == {("", "")}
    looked_at = {(row["usps"], row["condition"]) for row in answers if row["answer"] != "not-reviewed"}
    assert not any(code in {"PR", "GU", "VI", "AS", "MP"} for code, _ in looked_at)
    assert built.text("index.html").count('data-value="not-reviewed"') == 56 * 8 - len(looked_at)


def test_the_front_page_tells_the_numbers_of_the_graph(built: Built, store: EmbeddedStore) -> None:
    numbers = count(store)
    front = built.text("index.html")
    assert f"<b>{numbers.state_policies:,}</b> state policies, {numbers.state_policies_in_force} in force" in front
    assert f"<b>{numbers.sources:,}</b> documents" in front
    assert len(re.findall(r'class="tile v-', front)) == 51
    assert len(re.findall(r"<td class=\"v-[a-z-]+\" data-value=", front)) == 56 * 8


def test_the_grid_agrees_with_the_determinations(built: Built, store: EmbeddedStore) -> None:
    query = f"""PREFIX spf: <{BASE}ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    SELECT ?usps ?c (COUNT(*) AS ?all) (SUM(IF(?slug = "in-full", 1, 0)) AS ?full)
      (SUM(IF(?slug IN ("in-part", "made-possible"), 1, 0)) AS ?some)
      (SUM(IF(?slug = "status-unknown", 1, 0)) AS ?unknown)
      (SUM(IF(?slug = "ended-or-never-adopted", 1, 0)) AS ?ended) (SUM(IF(?slug = "not-reviewed", 1, 0)) AS ?unseen)
    WHERE {{ ?d spf:jurisdiction/spf:uspsCode ?usps ; spf:concerns/spf:recommendedUnder ?c ;
      spf:determinationValue/skos:notation ?slug }} GROUP BY ?usps ?c"""
    told: dict[tuple[str, str], int] = {}
    for code, _, *found in store.select(query).rows:
        recommended, full, some, unknown, ended, unseen = (int(getattr(n, "value", "")) for n in found)
        if full:
            shade = "half-in-full" if 2 * full >= recommended else "some-in-full"
        elif some or (ended and not unknown):
            shade = "none-in-full"
        else:
            shade = "status-unknown" if unknown else "not-reviewed" if unseen == recommended else "looked-for-not-found"
        place = (getattr(code, "value", ""), shade)
        told[place] = told.get(place, 0) + 1
    front = built.text("index.html")
    rows = re.findall(r'<tr id="row-([A-Z]{2})">(.*?)</tr>', front, re.DOTALL)
    shown: dict[tuple[str, str], int] = {}
    for code, cells in rows:
        for value in re.findall(r'data-value="([a-z-]+)"', cells):
            shown[code, value] = shown.get((code, value), 0) + 1
    assert shown == told


def test_a_policy_shows_its_whole_evidence_chain(built: Built) -> None:
    page = built.text("policies/id-mastery-education-network.html")
    assert "Idaho Code § 33-1632" in page
    chain = page.partition('class="chain"')[2].partition("</ol>")[0]
    assert chain.count('<li id="claim-') >= 3
    assert 'href="../recommendations/pilot-and-learning-network.html"' in chain
    assert 'href="../states/id.html#innovation-and-networks"' in chain
    assert 'href="https://legislature.idaho.gov/' in chain
    assert "sources/l.html#source-legislature-idaho-gov-586c2a305e" in chain


def test_the_metadata_describes_the_data_set(built: Built) -> None:
    front = built.text("index.html")
    data = json.loads(front.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert data["@type"] == "Dataset"
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    for file in data["distribution"]:
        assert (built.folder / file["contentUrl"].removeprefix("https://example.org/")).is_file()
    assert '<link rel="canonical" href="https://example.org/index.html">' in front
    assert built.text("sitemap.xml").count("<loc>https://example.org/") == built.pages
    state = built.text("states/id.html")
    assert f'<link rel="describes" href="{BASE}id/jurisdiction/id">' in state
    assert (
        '<link rel="alternate" type="text/turtle" title="The records of this jurisdiction" href="../states/id.ttl">'
        in state
    )


def test_the_downloads_hold_the_graph(built: Built, project: Project, store: EmbeddedStore) -> None:
    triples = set(Files().triples(*project.ontology, *project.data))
    packed = gzip.decompress((built.folder / "downloads/spf-kg.nt.gz").read_bytes())
    assert packed == (built.folder / "downloads/spf-kg.nt").read_bytes()
    read = [ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(input=packed, format=ox.RdfFormat.N_TRIPLES)]
    assert len(read) == len({str(t) for t in triples})
    named = {t for t in triples if not isinstance(t.subject, ox.BlankNode) and not isinstance(t.object, ox.BlankNode)}
    assert named <= set(read)
    assert built.text("states/id.ttl") == (project.root / "data/states/id.ttl").read_text(encoding="utf-8")
    policies = list(csv.DictReader(built.text("downloads/state-policies.csv").splitlines()))
    assert len(policies) == count(store).state_policies
    assert all(row["sources"] for row in policies)


def test_search_and_comparison_cover_the_records(built: Built, project: Project) -> None:
    documents = json.loads(built.text("data/search.js").removeprefix("globalThis.spfSearch=").rstrip(";\n"))
    kinds = {one["kind"] for one in documents}
    assert {"state policy", "condition", "source", "resource", "jurisdiction"} <= kinds
    assert len({one["id"] for one in documents}) == len(documents)
    compared = json.loads(built.text("data/compare.js").removeprefix("globalThis.spfCompare=").rstrip(";\n"))
    assert len(compared["states"]) == 56
    assert [len(c["policies"]) for c in compared["conditions"]] == [
        len(cell["standings"]) for cell in compared["states"]["ID"]["cells"]
    ]
