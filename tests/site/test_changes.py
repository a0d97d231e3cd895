"""What a walk through the site as an analyst missed: changes, looks that found nothing, and who was first."""

from __future__ import annotations

import csv
import re

from kgtools.answers.questions import bind, find_question
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.store import EmbeddedStore
from kgtools.publish.site import build
from kgtools.publish.site.pages import all_pages
from kgtools.publish.site.releases import ReleaseChanges
from tests.site.conftest import Built


def test_what_changed_is_a_page_that_every_page_leads_to(built: Built) -> None:
    page = built.text("changes.html")
    assert "is the first release that this page covers, so nothing has changed yet" in page
    feeds = re.findall(r'href="(states/\w\w\.atom)"', page)
    assert len(set(feeds)) == 56
    assert all((built.folder / feed).is_file() for feed in feeds)
    for path in ("index.html", "states/oh.html", "recommendations.html"):
        assert ">What changed</a>" in built.text(path)


def test_changes_of_releases_are_told_newest_first_and_on_the_page_of_the_state(project: Project) -> None:
    history = [
        ReleaseChanges("1.1", "2026-01-02", {"Idaho": ["A <b>policy</b> is new."], "Ohio": []}),
        ReleaseChanges("1.2", "2026-02-03", {"Ohio": [f"Change {n}." for n in range(250)]}),
    ]
    whole = build._whole(project, Files(), "1.2", "", served=False, history=history)
    pages = {page.path: page for page in all_pages(whole.site)}
    told = build._html(whole.site, pages["changes.html"])
    assert re.findall(r"<h2>Version ([\d.]+)", told) == ["1.2", "1.1"]
    assert "A &lt;b&gt;policy&lt;/b&gt; is new." in told
    assert told.count("<li>Change ") == 200
    assert "<li>50 more.</li>" in told
    idaho = build._html(whole.site, pages["states/id.html"]).partition('id="changes"')[2].partition("</section>")[0]
    assert re.findall(r"<h3>Version ([\d.]+)</h3>\n<(?:ul><li>|p>)([^<&]*)", idaho) == [
        ("1.2", "Nothing changed on record."),
        ("1.1", "A "),
    ]


def test_looks_that_found_nothing_stand_together_on_the_page_of_the_state(built: Built) -> None:
    answers = csv.DictReader(built.text("downloads/determinations.csv").splitlines())
    asked: dict[str, list[str]] = {}
    for row in answers:
        if row["answer"] == "looked-for-not-found":
            asked.setdefault(row["usps"].lower(), []).append(row["transformative_policy"])
    for code in ("oh", "la", "gu"):
        page = built.text(f"states/{code}.html")
        section = page.partition('id="looked-for"')[2].partition("</section>")[0]
        assert re.findall(r"</span> <a href=[^>]*>([^<]*)", section) == asked.get(code, [])
        assert ('href="#looked-for"' in page) == (code in asked)
        assert ("looked at " in section) == (code in asked)


def test_the_page_of_a_recommended_policy_says_who_was_first(
    built: Built, project: Project, store: EmbeddedStore
) -> None:
    question = find_question(project, "who-carries-out")
    given = {"policy": "credit-by-demonstrated-mastery"}
    answer = store.select(bind(question.query, question.parameters, given, store))
    rows = [
        {name: getattr(term, "value", "") for name, term in zip(answer.variables, row, strict=True)}
        for row in answer.rows
    ]
    years = [
        int(row["year"]) for row in rows if row["extent"] == "full" and row["status"] == "in force" and row["year"]
    ]
    page = built.text("recommendations/credit-by-demonstrated-mastery.html")
    first = page.partition('<p id="first">')[2].partition("</p>")[0]
    assert re.findall(r"\((\d{4})\)", first)[:1] == [str(min(years))]
    assert re.search(r"of the \d+ of \d+ whose year is on record: <a ", first)
