"""The explorer in Chromium: journeys, the query engine, accessibility, small screens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import pytest

from kgtools.answers.questions import bind, find_question, read_catalog
from kgtools.core.namespaces import PREFIXES
from kgtools.core.project import Project
from kgtools.graph.store import EmbeddedStore, QuerySyntaxError
from kgtools.graph.store.query_syntax import check_syntax
from tests.browsing import RUN_AXE, axe_script, chromium, watched
from tests.conftest import ROOT
from tests.site.conftest import Built
from tests.site.test_pages import ONE_OF_EACH_KIND

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

_VIEWS = {
    "compare.html": "compare.html?states=ID,NH,UT",
    "search.html": "search.html?q=mastery",
    "query.html": "query.html?question=conditions",
}
# Rows of a long list come from one loop of a template: the first 16 stand for the rest.
_SHORTEN = """() => { for (const long of document.querySelectorAll("main *"))
  while (long.children.length > 16) long.lastElementChild.remove(); }"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; skips where it isn't installed."""
    yield from chromium()


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    """A page on which any console error, failed script or request to another host fails the test."""
    context = browser.new_context(base_url=served, accept_downloads=True)
    yield from watched(context, served)


@pytest.fixture
def small_page(browser: Browser, served: str) -> Iterator[Page]:
    context = browser.new_context(base_url=served, viewport={"width": 360, "height": 740})
    yield from watched(context, served)


def test_from_the_question_to_a_states_page_by_typing_or_choosing(page: Page, whole: bool) -> None:
    for typed, found in (("Ohio", "oh"), ("ut", "ut"), ("new mex", "nm"), ("Conneticut", "ct")):
        page.goto("index.html")
        page.fill("#state", typed)
        page.press("#state", "Enter")
        if typed == "Conneticut" or page.url.endswith("index.html"):
            page.wait_for_url(f"**/states/{found}.html")
        assert page.url.endswith(f"states/{found}.html"), typed
    page.goto("index.html")
    page.fill("#state", "New")
    page.click("#pick >> text=Show it")
    assert page.locator("#pick-said a").all_inner_texts() == ["New Hampshire", "New Jersey", "New Mexico", "New York"]
    page.fill("#state", "Ruritania")
    page.click("#pick >> text=Show it")
    assert "No state is called “Ruritania”" in page.inner_text("#pick-said")
    assert page.locator(".findings li").count() == (3 if whole else 2)


def test_several_states_named_at_once_are_compared(page: Page) -> None:
    page.goto("index.html")
    page.fill("#state", "OH, utah; New Hampshire, ohio")
    page.click("#pick >> text=Show it")
    page.locator(".compare").wait_for()
    assert page.locator(".compare thead th").all_inner_texts()[1:] == ["Ohio", "Utah", "New Hampshire"]
    page.goto("index.html")
    page.fill("#state", "OH, New, Ruritania")
    page.click("#pick >> text=Show it")
    assert page.inner_text("#pick-said") == "Not the name or code of one state: “new”, “ruritania”."


@pytest.mark.parametrize("path", ["compare.html?states=ID,KY,UT", "timeline.html", "states/oh.html", "index.html"])
def test_nothing_is_cut_off_on_paper(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 700, "height": 900})  # letter paper within its margins
    page.emulate_media(media="print")
    page.goto(path)
    page.wait_for_load_state("load")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    if "states=" in path or "timeline" in path:
        wide = "() => document.querySelector('.compare, svg.timeline').getBoundingClientRect().right <= innerWidth"
        assert page.evaluate(wide)


def test_from_map_to_condition_to_state_to_evidence(page: Page) -> None:
    page.goto("index.html")
    assert "Shared statewide vision" in page.inner_text("#map-title")
    page.click("#choices >> text=Innovation, flexibility and networks")
    for code in ("ID", "NH", "OH"):
        value = page.get_attribute(f"#row-{code} td:nth-child(8)", "data-value")
        assert f"v-{value}" in (page.get_attribute(f".tile[data-code={code}]", "class") or "").split()
    assert "map=innovation-and-networks" in page.url
    page.click("#map-title a")
    assert page.inner_text("h1") == "Innovation, flexibility and networks"
    page.click("#states >> a:has-text('Idaho')")
    assert page.url.endswith("states/id.html#innovation-and-networks")
    page.click("#innovation-and-networks .standings a:has-text('Mastery-based education')")
    assert "Idaho Code § 33-1632" in page.inner_text(".facts")
    chain = page.inner_text(".chain")
    assert "Set up a statewide pilot or learning network" in chain
    assert "legislature.idaho.gov" in chain


def test_a_states_page_prints_as_one_page_and_in_full_on_request(page: Page) -> None:
    for code in ("oh", "ut"):
        page.goto(f"states/{code}.html")
        assert _printed_pages(page) == 1, code
    assert page.locator("button", has_text="Print the long form").is_visible()
    page.evaluate("() => { globalThis.print = () => {}; }")
    page.click("text=Print the long form")
    assert page.locator("main .folded details:not([open])").count() == 0
    assert _printed_pages(page) > 3


def _printed_pages(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_the_menu_opens_on_a_phone(small_page: Page) -> None:
    small_page.goto("index.html")
    compare = small_page.locator("nav[aria-label=Main] a:has-text('Compare')")
    assert not compare.is_visible()
    small_page.click("label.menu")
    compare.click()
    assert small_page.inner_text("h1") == "Compare states"


def test_no_state_can_be_chosen_before_the_script_is_there(page: Page) -> None:
    seen: list[bool] = []

    def delayed(route: Route) -> None:
        seen.append(page.is_disabled("#add"))
        route.continue_()

    page.route("**/assets/compare.js", delayed)
    page.goto("compare.html", wait_until="commit")
    for code in ("OH", "IN", "KY"):
        page.select_option("#add", code)
    assert seen == [True]
    assert page.locator("#comparison thead th").all_inner_texts()[1:] == ["Ohio", "Indiana", "Kentucky"]
    assert "states=OH,IN,KY" in page.url


def test_one_map_for_each_recommended_policy_and_the_back_button(page: Page, project: Project) -> None:
    page.goto("index.html")
    page.click("#choices >> text=Flexible learning pathways and credit")
    page.click("#choices >> text=Which states award credit for demonstrated mastery?")
    assert page.inner_text("#map-title") == "Which states award credit for demonstrated mastery?"
    told = dict(part.rsplit(": ", 1) for part in page.inner_text("#map-counts").split(" · "))
    page.goto("recommendations/credit-by-demonstrated-mastery.html")
    for level in ("in-full", "in-part", "looked-for-not-found"):
        words = page.inner_text(f"#{level} .chip")
        assert page.inner_text(f"#{level} h3 .meta").split()[0] == told.get(words, "0")
        assert page.locator(f"#map .l-{level}").count() == int(told.get(words, "0"))
    page.go_back()
    assert page.inner_text("#map-title") == "Which states award credit for demonstrated mastery?"
    page.go_back()
    assert page.inner_text("#map-title") == "Flexible learning pathways and credit"
    page.go_back()
    assert page.inner_text("#map-title") == "Shared statewide vision"
    page.goto("index.html?map=the-moon")
    assert "asks for map “the-moon”, which this page does not have" in page.inner_text("#unknown")


def test_choosing_a_state_lands_at_the_top_of_its_page_with_the_condition_marked(page: Page, whole: bool) -> None:
    page.goto("index.html?map=balanced-assessment")
    page.click(".tile[data-code=OH]")
    page.wait_for_url("**/states/oh.html#at-balanced-assessment")
    assert page.evaluate("() => scrollY") == 0
    assert page.inner_text(".overview [aria-current]").startswith("Balanced systems of assessment")
    assert page.inner_text("#next-steps h2") == "What could come next on balanced systems of assessment"
    first = page.inner_text("#steps > li >> nth=0")
    assert re.search(r"Who could act: .*Ohio General Assembly", first)
    precedent = r"First[^\n]*\s+Delaware: .* 2021" if whole else r"No precedent on record\."
    assert re.search(precedent, first)
    page.click("text=Next steps on all conditions")
    assert page.inner_text("#next-steps h2") == "What could come next"
    page.go_back()
    assert page.locator(".overview [aria-current]").count() == 1
    page.goto("states/oh.html#pathways-and-credit")
    assert page.locator("#pathways-and-credit > details[open]").count() == 1
    page.locator("#pathways-and-credit .proof summary").first.click()
    proof = page.inner_text("#pathways-and-credit .proof[open]")
    assert "Read: " in proof
    assert "Official" in proof


def test_a_link_holds_the_view(page: Page) -> None:
    page.goto("index.html?condition=funding-and-resources&sort=-8")
    assert page.inner_text("#map-title") == "Funding and resources"
    assert page.get_attribute("#grid thead th:nth-child(9)", "aria-sort") == "descending"
    states = page.locator("#grid tbody:not(.territories) td:nth-child(9)")
    counts = [int(count) for count in states.evaluate_all("cells => cells.map(cell => cell.dataset.sort)")]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]
    page.goto("policies.html?state=ut&status=in-force&sort=-5")
    years = [
        int(t) for t in page.locator("#list tbody tr:not([hidden]) td:nth-child(6)").all_inner_texts() if t.isdigit()
    ]
    assert years == sorted(years, reverse=True)
    assert page.input_value("select[name=state]") == "ut"


def test_compare_three_states(page: Page) -> None:
    page.goto("compare.html")
    for code in ("ID", "NH", "UT"):
        page.select_option("#add", code)
    assert page.locator(".compare thead th").all_inner_texts()[1:] == ["Idaho", "New Hampshire", "Utah"]
    assert page.url.endswith("states=ID,NH,UT")
    everything = page.locator(".compare tbody tr").count()
    page.check("#differ")
    assert 0 < page.locator(".compare tbody tr").count() < everything
    page.click("button[aria-label='Remove New Hampshire']")
    assert page.url.endswith("states=ID,UT&differ=1")
    page.reload()
    assert page.locator(".compare thead th").all_inner_texts()[1:] == ["Idaho", "Utah"]
    page.go_back()
    assert page.locator(".compare thead th").all_inner_texts()[1:] == ["Idaho", "New Hampshire", "Utah"]
    page.set_viewport_size({"width": 360, "height": 740})
    box = page.locator(".compare").bounding_box()
    assert box is not None
    assert box["width"] <= 330, "three states fit on a phone"
    page.goto("compare.html?states=ID,XX")
    assert "state “XX”, which this page does not have" in page.inner_text("#unknown")


def test_states_are_checked_for_comparison(page: Page) -> None:
    page.goto("states.html")
    for name in ("Maine", "Vermont"):
        page.check(f"input[aria-label='Compare {name}']")
    page.click("text=Compare the checked states")
    page.locator(".compare").wait_for()
    assert page.locator(".compare thead th").all_inner_texts()[1:] == ["Maine", "Vermont"]


def test_search(page: Page) -> None:
    page.goto("index.html")
    page.fill("#find", "Mastery Education Network")
    page.press("#find", "Enter")
    first = page.locator("#results li").first
    assert "Idaho Mastery Education Network" in first.inner_text()
    page.fill("#words", "mastery")
    page.select_option("#kind", "source")
    assert {t.split(" · ")[0] for t in page.locator("#results .meta").all_inner_texts()} == {"source"}
    page.go_back()
    assert page.input_value("#kind") == ""
    assert page.input_value("#words") == "mastery"
    page.goto("search.html?q=mastery&kind=topic")
    assert page.input_value("#kind") == "topic"


@pytest.mark.parametrize(
    ("asked", "first", "kind"),
    [
        ("UT", "Utah", "jurisdiction"),
        ("Kentuky", "Kentucky", "jurisdiction"),
        ("SB 143", "Personalized, Competency-Based Learning Grants", "state policy · Utah"),
        ("S.B. 143", "Personalized, Competency-Based Learning Grants", "state policy · Utah"),
        ("Senate Bill 143", "Personalized, Competency-Based Learning Grants", "state policy · Utah"),
        ("graduate portrait", "Adopt a portrait of a graduate", "transformative policy"),
        ("masery eduction idaho", "Idaho", "jurisdiction"),
        ("33-1632", "Mastery-based education and the Idaho Mastery Education Network", "state policy · Idaho"),
    ],
)
def test_search_understands_what_people_write(page: Page, asked: str, first: str, kind: str) -> None:
    page.goto(f"search.html?q={quote(asked)}")
    assert page.inner_text("#results li:first-child h2") == first
    assert page.inner_text("#results li:first-child .meta") == kind


def test_a_search_finds_what_stands_in_a_rationale(page: Page) -> None:
    page.goto("search.html?q=Every district must offer credit by test or other proof of mastery")
    assert "Credit flexibility plan" in page.locator("#results h2").all_inner_texts()[:3]
    assert "offer credit by test" in page.inner_text("#results")


def test_a_search_never_ends_in_nothing(page: Page) -> None:
    page.goto("search.html?q=mastery zzzzzz")
    assert page.inner_text("#none") == "Nothing has all of these words. These have some of them."
    assert page.locator("#results li").count() > 10
    page.fill("#words", "qqqqqq zzzzzz")
    assert page.inner_text("#found") == "0 found"
    told = page.inner_text("#none")
    assert "That does not mean that it does not exist" in told
    assert page.locator("#none a >> text=the states").count() == 1
    page.goto("search.html?q=mastery%20education%20network&kind=jurisdiction")
    assert "found among all kinds of records" in page.inner_text("#none")


def test_filter(page: Page) -> None:
    page.goto("policies.html")
    page.select_option("select[name=condition]", "balanced-assessment")
    page.select_option("select[name=form]", "statute")
    page.fill("input[name=from]", "2020")
    rows = page.locator("#list tbody tr:not([hidden])")
    assert 0 < rows.count() < 60
    assert set(rows.locator("td[data-label=Form]").all_inner_texts()) == {"statute"}
    assert all(int(year) >= 2020 for year in rows.locator("td[data-label=Year]").all_inner_texts())
    assert page.inner_text("output").startswith(f"{rows.count()} of ")
    assert "condition=balanced-assessment" in page.url
    page.fill("form.filters input[name=q]", "no such words anywhere")
    assert rows.count() == 0
    page.go_back()
    assert rows.count() > 0
    page.go_back()
    assert page.input_value("input[name=from]") == ""
    page.goto("policies.html?state=ut&topic=the-moon")
    assert "topic “the-moon”" in page.inner_text("#unknown")


def test_the_timeline_is_filtered_and_its_chart_follows(page: Page) -> None:
    page.goto("timeline.html")
    counts = page.locator("svg.timeline .count")
    before = [int(text or 0) for text in counts.all_text_contents()]
    page.select_option("select[name=state]", "ut")
    page.select_option("select[name=form]", "statute")
    after = [int(text or 0) for text in counts.all_text_contents()]
    shown = page.locator("#years li:not([hidden])")
    assert 0 < sum(after) == shown.count() < sum(before)
    assert all(one <= other for one, other in zip(after, before, strict=True))
    assert set(shown.locator(".place").all_inner_texts()) == {"UT"}
    assert page.inner_text("output") == f"{sum(after)} of {sum(before)}"
    heights = page.locator("rect.bar").evaluate_all("bars => bars.map(bar => Number(bar.getAttribute('height')))")
    assert max(heights) == 150
    year = page.locator("#years .year:not([hidden]) h2 a").first
    assert re.fullmatch(r"\d+ (policy|policies) of \d+", year.inner_text())
    year.click()
    listed = page.locator("#list tbody tr:not([hidden])")
    page.locator("output", has_text=re.compile(r"\d")).wait_for()  # the page's script has filtered the list
    assert f"{listed.count()} " in page.inner_text("output")
    assert set(listed.locator("td[data-label=State]").all_inner_texts()) == {"Utah"}
    page.go_back()
    page.goto(page.url)
    page.locator("output", has_text=f"{sum(after)} of").wait_for()
    assert page.locator("#years li:not([hidden])").count() == sum(after)


def test_a_canned_question_and_a_written_one_in_the_browsers_own_store(page: Page, built: Built) -> None:
    page.goto("questions.html")
    page.click("#conditions >> text=Show the answer")
    page.locator("#state", has_text="rows in").wait_for()
    assert "Shared statewide vision" in page.inner_text("#answer")
    assert not page.is_visible("#editing"), "the answer comes first, and the query is folded"
    page.select_option("#question", "")
    _write(page, "SELECT (COUNT(*) AS ?n) WHERE { ?p a <https://w3id.org/spf-kg/ontology#StatePolicy> }")
    page.keyboard.press("Control+Enter")
    page.locator("#state", has_text="1 row in").wait_for()
    policies = len(list((built.folder / "policies").glob("*.html")))
    assert page.inner_text("#answer tbody") == str(policies)
    with page.expect_download() as saved:
        page.click("#csv")
    assert Path(saved.value.path()).read_bytes() == f"n\r\n{policies}\r\n".encode()
    with page.expect_download() as saved:
        page.click("#json")
    assert '"bindings"' in Path(saved.value.path()).read_text()
    # Columns come in the order asked, and faults in the words of the command line.
    _write(page, "SELECT ?z ?a (1 AS ?m) WHERE { VALUES (?a ?z) { (1 2) } }")
    page.click("#run")
    page.locator("#state", has_text="1 row in").wait_for()
    assert page.locator("#answer th").all_inner_texts() == ["z", "a", "m"]
    for wrong in _WRONG_QUERIES:
        with pytest.raises(QuerySyntaxError) as fault:
            check_syntax(wrong, PREFIXES)
        _write(page, wrong)
        page.click("#run")
        page.locator("#state.error").wait_for()
        assert page.inner_text("#state") == str(fault.value)
    _write(page, "ASK { ?s ?p ?o }")
    page.click("#run")
    page.locator("#state", has_text="The answer is yes").wait_for()


_WRONG_QUERIES = (
    "SELECT WHERE {",
    "PREFIX x: <http://x/> SELECT ?a WHERE { ?a x:b y:c }",
    "SELECT ?s WHERE { ?s spf:jurisdiction ?o } nought",
    "SELECT ?s (COUNT(?o) AS ?n) WHERE { ?s a ?o }",
    "SELECT ?s WHERE { ?s spf:jurisdiction ?o ) }",
    "SELEKT ?s WHERE { ?s a ?o }",
)


def test_a_question_is_asked_about_a_chosen_state(page: Page, project: Project, store: EmbeddedStore) -> None:
    gaps = find_question(project, "gaps")
    expected = len(store.select(bind(gaps.query, gaps.parameters, {"state": "WY"}, store)).rows)
    assert expected != len(store.select(gaps.query).rows), "choose a state whose answer differs from the default's"
    page.goto("query.html?question=gaps")
    page.locator("#state", has_text="rows in").wait_for()
    page.select_option("[data-parameter=state]", label="Wyoming")
    page.click("#run")
    page.locator("#state", has_text=f"{expected} rows in").wait_for()
    page.click("#text > summary")
    assert "VALUES ?_state { <https://w3id.org/spf-kg/id/jurisdiction/wy> }" in page.inner_text("#editing")
    assert "question=gaps&state=" in page.url
    page.goto(page.url)
    page.locator("#state", has_text=f"{expected} rows in").wait_for()
    assert page.locator("[data-parameter=state] option:checked").inner_text() == "Wyoming"
    page.goto("query.html?question=search")
    page.fill("[data-parameter=text]", 'x" } DROP ALL #')
    page.click("#run")
    page.locator("#state", has_text="0 rows in").wait_for()


def test_a_link_may_name_a_state_by_its_code(page: Page) -> None:
    page.goto("query.html?question=gaps&state=KY")
    page.locator("#state", has_text="rows in").wait_for()
    assert page.locator("[data-parameter=state] option:checked").inner_text() == "Kentucky"
    page.select_option("#question", "conditions")
    page.locator("#answer th", has_text="wording").wait_for()
    page.go_back()
    page.locator("#answer th", has_text="transformative policy").wait_for()
    assert page.locator("#answer th", has_text="wording").count() == 0
    assert page.locator("[data-parameter=state] option:checked").inner_text() == "Kentucky"
    page.goto("query.html?question=who-knows")
    assert "question “who-knows”, which this page does not have" in page.inner_text("#unknown")
    page.goto("query.html?question=gaps&state=Nowhere")
    page.locator("#state", has_text="Not run: state=Nowhere").wait_for()


def test_every_canned_question_is_answered_in_the_browser(page: Page, project: Project, store: EmbeddedStore) -> None:
    page.goto("query.html?question=conditions")
    page.locator("#state", has_text="rows in").wait_for()
    for question in read_catalog(project):
        page.select_option("#question", question.name)
        page.locator("#stop").wait_for(state="hidden")
        told = page.inner_text("#state")
        expected = len(store.select(question.query).rows)
        assert expected or project.root != ROOT, question.name
        assert re.match(rf"{expected:,} rows?\b", told), f"{question.name}: {told}"


def test_an_endless_query_is_stopped_and_others_are_answered_after_it(page: Page) -> None:
    page.goto("query.html")
    _write(page, "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    page.click("#run")
    page.locator("#state", has_text="Asking").wait_for()
    page.click("#stop")
    assert page.inner_text("#state") == "Stopped."
    _write(page, "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 3")
    page.click("#run")
    page.locator("#state", has_text="3 triples in").wait_for()


def _write(page: Page, query: str) -> None:
    page.click("#editing .CodeMirror")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(query)


def test_it_works_by_keyboard(page: Page) -> None:
    page.goto("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
    page.focus("#choices > li:nth-child(3) > a")
    page.keyboard.press("Enter")
    assert page.inner_text("#map-title") == "Flexible learning pathways and credit"
    page.focus(".tile[data-code=RI]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/states/ri.html#at-pathways-and-credit")
    page.goto("policies.html")
    page.focus("#list thead th:nth-child(6) button")
    page.keyboard.press("Enter")
    assert page.get_attribute("#list thead th:nth-child(6)", "aria-sort") == "descending"
    page.goto("query.html")
    page.focus("#editor-field")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('#editing') === null")


def test_light_and_dark_can_be_chosen_and_are_kept(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("about.html")
    light = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    page.goto("states.html")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") != light
    assert page.inner_text("#theme") == "Light"


def test_it_reads_without_scripts(browser: Browser, served: str) -> None:
    context = browser.new_context(base_url=served, java_script_enabled=False)
    page = context.new_page()
    page.goto("index.html")
    assert page.locator("#grid tbody td").count() == 56 * 8
    page.click("#choices >> text=Funding and resources")
    assert page.locator("svg.tiles .tile").count() == 51
    page.goto("compare.html")
    assert "Comparing needs JavaScript" in page.inner_text("main")
    context.close()


def test_it_works_from_a_file_and_says_what_needs_a_host(browser: Browser, built: Built) -> None:
    context = browser.new_context()
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((built.folder / "compare.html").as_uri() + "?states=ID,KY")
    assert page.locator(".compare thead th").count() == 3
    page.goto((built.folder / "search.html").as_uri() + "?q=mastery")
    assert page.locator("#results li").count() > 10
    page.goto((built.folder / "query.html").as_uri())
    assert "http.server" in page.inner_text("#needs-host")
    assert page.is_disabled("#run")
    assert not wrong
    context.close()


@pytest.mark.parametrize(
    ("scheme", "rules"), [("light", None), pytest.param("dark", ["color-contrast"], marks=pytest.mark.soak)]
)
def test_axe_finds_nothing_on_any_kind_of_page(
    browser: Browser, served: str, scheme: Literal["light", "dark"], rules: list[str] | None
) -> None:
    axe = axe_script()
    context = browser.new_context(base_url=served, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found = []
    for path in ONE_OF_EACH_KIND:
        page.goto(_VIEWS.get(path, path))
        if path == "query.html":
            page.locator("#state", has_text="rows in").wait_for()
        page.evaluate(axe)
        page.evaluate(_SHORTEN)
        result = page.evaluate(RUN_AXE, rules)
        found += [f"{path}: {v['impact']} {v['id']} {v['nodes'][0]['html'][:120]}" for v in result["violations"]]
    page.evaluate("() => document.querySelector('main').append(document.createElement('button'))")
    proof = page.evaluate(RUN_AXE, None)
    context.close()
    assert [v["id"] for v in proof["violations"]] == ["button-name"], "axe must be able to find something"
    assert not found


def test_nothing_overflows_on_small_screens(small_page: Page) -> None:
    too_wide = []
    for path in ONE_OF_EACH_KIND:
        small_page.set_viewport_size({"width": 320, "height": 740})
        small_page.goto(_VIEWS.get(path, path))
        if path == "query.html":
            small_page.locator("#state", has_text="rows in").wait_for()
        for width in (320, 768, 1000):
            small_page.set_viewport_size({"width": width, "height": 740})
            needed = small_page.evaluate("() => document.documentElement.scrollWidth")
            if needed > width:
                too_wide.append((path, width, needed))
    assert not too_wide
