"""The memo: what it says is on record, what it cites is there, and nothing from a record is taken for markup."""

from __future__ import annotations

import datetime as dt
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import docx
import pyoxigraph as ox
import pytest

from kgtools.answers.evidence.differences import Difference, differences
from kgtools.answers.evidence.graph import ThingGraph
from kgtools.answers.evidence.standing import Evidence
from kgtools.answers.questions import bind, find_question
from kgtools.cli.main import main
from kgtools.core.namespaces import SKOS, SPF, identifier
from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore, TermTriple
from kgtools.publish.memo import Memo, as_html, as_markdown, as_word, briefing
from kgtools.publish.memo.document import CitationMark, Heading, Items, MemoTable, Paragraph, TextRun, text

TODAY = dt.date(2026, 11, 27)
HOSTILE = "<script>alert(1)</script> | # *x* [y](javascript:z) \x07 _end_"


@pytest.fixture(scope="module")
def store(project: Project) -> EmbeddedStore:
    return load_project(project)


def drawn(project: Project, store: EmbeddedStore, state: str) -> list[TermTriple]:
    question = find_question(project, "briefing")
    return list(store.construct(bind(question.query, question.parameters, {"state": state}, store)))


def memo(
    triples: list[TermTriple], state: str, *conditions: str, long: bool = True, opposed: list[Difference] | None = None
) -> Memo:
    graph = ThingGraph.of(triples)
    chosen = [graph.thing(identifier("condition", slug)) for slug in conditions]
    place = graph.thing(identifier("jurisdiction", state.lower()))
    return briefing(
        Evidence(graph),
        place,
        conditions=chosen,
        alike=("CO", "NV"),
        differences=opposed or (),
        long=long,
        version="9.9.9",
        today=TODAY,
    )


def citations(document: Memo) -> set[int]:
    lines = [
        line
        for block in document.blocks
        for line in (
            [block.line]
            if isinstance(block, Paragraph)
            else block.lines
            if isinstance(block, Items)
            else [cell for row in block.rows for cell in row]
            if isinstance(block, MemoTable)
            else []
        )
    ]
    return {number for line in lines for part in line if isinstance(part, CitationMark) for number in part.numbers}


@pytest.fixture(scope="module")
def utah(project: Project, store: EmbeddedStore) -> Memo:
    return memo(drawn(project, store, "UT"), "UT")


def test_the_construct_query_gives_the_same_memo_as_the_whole_graph(
    project: Project, store: EmbeddedStore, utah: Memo
) -> None:
    everything = list(store.construct("CONSTRUCT WHERE { ?s ?p ?o }"))
    assert memo(everything, "UT") == utah


def test_every_policy_of_the_state_is_told_with_its_citation(store: EmbeddedStore, utah: Memo) -> None:
    written = as_markdown(utah)
    found = store.select(
        f"SELECT ?name ?cited WHERE {{ ?p <{SPF}jurisdiction> <{identifier('jurisdiction', 'ut')}> ; "
        f"a <{SPF}StatePolicy> ; <{SKOS}prefLabel> ?name OPTIONAL {{ ?p <{SPF}citation> ?cited }} }}"
    )
    assert len(found.rows) >= 10
    for name, cited in found.rows:
        assert isinstance(name, ox.Literal)
        assert f"### {name.value}\n" in written
        assert cited is None or (isinstance(cited, ox.Literal) and cited.value in written)


def test_each_citation_has_its_endnote_and_each_endnote_is_cited(utah: Memo) -> None:
    numbers = [note.number for note in utah.endnotes]
    assert numbers == list(range(1, len(numbers) + 1))
    assert citations(utah) == set(numbers)
    assert all(note.url.startswith(("https://", "http://")) and "read " in note.text.lower() for note in utah.endnotes)


def test_the_figures_in_brief_are_those_of_the_coverage_question(
    project: Project, store: EmbeddedStore, utah: Memo
) -> None:
    question = find_question(project, "coverage")
    rows = store.select(bind(question.query, question.parameters, {"state": "UT"}, store))
    names = ("in_full", "recommended", "not_reviewed")
    counts = [[int(getattr(row[rows.variables.index(name)], "value", "")) for name in names] for row in rows.rows]
    table = next(block for block in utah.blocks if isinstance(block, MemoTable))
    told = [row[1][0].text for row in table.rows if not isinstance(row[1][0], CitationMark)]
    assert told == [f"{in_full} of {of}" for in_full, of, _ in counts]
    of, in_full, unseen = (sum(numbers[n] for numbers in counts) for n in (1, 0, 2))
    written = as_markdown(utah)
    assert f"Utah carries out {in_full} of {of} recommended policies in full" in written
    looked = (
        f"{of - unseen} of the {of} have been looked for here." if unseen else f"All {of} have been looked for here."
    )
    assert looked in written
    assert re.search(rf"Of {of} recommended policies: {in_full} in full, ", written)
    assert (f" {unseen} not reviewed" in written) == bool(unseen)


def test_a_territory_that_nobody_reviewed_is_never_told_as_lacking(project: Project, store: EmbeddedStore) -> None:
    written = as_markdown(memo(drawn(project, store, "PR"), "PR"))
    assert "nobody has looked for policies of Puerto Rico yet. That does not mean that it has none." in written
    assert "No next step can be named" in written
    assert written.count("| not reviewed: ") == 8
    assert not re.search(r"\| (no|absent)\b", written)


def test_the_reconstruction_is_said_for_as_long_as_the_data_says_so(project: Project, store: EmbeddedStore) -> None:
    triples = drawn(project, store, "UT")
    official = ox.NamedNode(identifier("epistemic-status", "stated"))
    status = ox.NamedNode(f"{SPF}epistemicStatus")
    settled = [ox.Triple(t.subject, status, official) if t.predicate == status else t for t in triples]
    assert "are a reconstruction" in memo(triples, "UT").caution
    assert "reconstruction" not in memo(settled, "UT").caution


def test_the_short_form_is_the_first_page_of_the_long_one(project: Project, store: EmbeddedStore, utah: Memo) -> None:
    short = memo(drawn(project, store, "UT"), "UT", long=False)
    headings = [block.text for block in short.blocks if isinstance(block, Heading) and block.level == 2]
    assert headings == ["Where Utah stands", "Findings", "Next steps to weigh, and whom to ask", "What is not known"]
    words = [as_plain(block) for block in short.blocks]
    assert words == [as_plain(block) for block in utah.blocks[: len(words)]]
    following = utah.blocks[len(words)]
    assert isinstance(following, Heading)
    assert following.new_page
    findings = next(block for block in short.blocks if isinstance(block, Items))
    assert len(findings.lines) == 3
    assert len([b for b in short.blocks if isinstance(b, Heading) and b.level == 3]) == 3
    assert len(as_markdown(short).split()) < 700


def as_plain(block: object) -> str:
    """The words of a block; numbers of sources differ between the short form and the long one."""
    lines = getattr(block, "lines", None) or ((block.line,) if isinstance(block, Paragraph) else ())
    words = " / ".join("".join(part.text for part in line if isinstance(part, TextRun)) for line in lines)
    return words or getattr(block, "text", "")


def test_precedents_are_the_first_the_nearest_and_the_most_alike(project: Project, store: EmbeddedStore) -> None:
    short = memo(drawn(project, store, "UT"), "UT", long=False)
    place = next(n for n, b in enumerate(short.blocks) if isinstance(b, Heading) and b.level == 3)
    named = short.blocks[place + 2]
    assert isinstance(named, Items)
    said = [line[1].text for line in named.lines if isinstance(line[1], TextRun)]
    whys = [re.findall(r"first|nearest|most alike on record", text.partition(":")[0]) for text in said]
    assert [why for each in whys for why in each][:1] == ["first"]
    assert sorted(why for each in whys for why in each) == sorted({why for each in whys for why in each})
    question = find_question(project, "next-steps")
    rows = store.select(bind(question.query, question.parameters, {"state": "UT"}, store))
    heading = short.blocks[place]
    assert isinstance(heading, Heading)
    named_first = {
        str(row[rows.variables.index("transformative_policy")].value): row  # type: ignore[union-attr]
        for row in rows.rows
    }[heading.text]
    year = named_first[rows.variables.index("year")]
    assert getattr(year, "value", "") in said[0]


def test_sources_are_grouped_and_official_ones_come_first(utah: Memo) -> None:
    official = [note.official for note in utah.endnotes]
    assert official == sorted(official, reverse=True)
    assert len(set(official)) == 2
    written = as_markdown(utah)
    assert written.index("## Official sources") < written.index("## Other sources: unofficial copies")


def test_a_rating_that_says_the_opposite_stands_beside_the_claim(project: Project, store: EmbeddedStore) -> None:
    opposed = differences(project, store, "OH")
    assert [one.item for one in opposed] == ["Mastery-Based Credits"]
    triples = drawn(project, store, "OH")
    sentence = (
        "XQ Institute (Feb 2026) names “Mastery-Based Credits” as a next step; our answer for “Award credit for "
        "demonstrated mastery” is “in full”."
    )
    flagged = as_markdown(memo(triples, "OH", opposed=opposed))
    beside = [line for line in flagged.splitlines() if "**Award credit for demonstrated mastery** (" in line]
    assert beside
    assert all(sentence in line for line in beside)
    assert sentence in as_markdown(memo(triples, "OH", long=False, opposed=opposed))
    elsewhere = as_markdown(memo(triples, "OH", "funding-and-resources", opposed=opposed))
    assert sentence not in elsewhere


def test_one_policy_is_not_some_of_them(project: Project, store: EmbeddedStore) -> None:
    triples = drawn(project, store, "UT")
    kept = "ut-pcbl-grants"
    alone = [
        t
        for t in triples
        if not ("/id/state-policy/ut-" in str(t.subject) and kept not in str(t.subject))
        and not ("/id/state-policy/ut-" in str(t.object) and kept not in str(t.object))
    ]
    written = as_markdown(memo(alone, "UT"))
    assert re.search(r"1 policy is on record, and it is ", written)
    assert not re.search(r"\b1 (policies|are|claims|others|searches)\b", written)


def test_one_condition_alone(project: Project, store: EmbeddedStore) -> None:
    document = memo(drawn(project, store, "NH"), "NH", "funding-and-resources")
    table = next(block for block in document.blocks if isinstance(block, MemoTable))
    assert len(table.rows) == 1
    assert ("About", "New Hampshire (NH), Funding and resources") in document.facts


class _Text(HTMLParser):
    """The text of a page, and the names of its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.elements: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.elements.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def hostile(project: Project, store: EmbeddedStore) -> Memo:
    """A memo in which every text of a policy is hostile."""
    changed: list[TermTriple] = []
    for triple in drawn(project, store, "UT"):
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        is_text = isinstance(value, ox.Literal) and value.language == "en" and "/id/state-policy/ut-" in str(subject)
        changed.append(ox.Triple(subject, predicate, ox.Literal(HOSTILE, language="en")) if is_text else triple)
    return memo(changed, "UT")


def test_nothing_of_a_record_becomes_html(hostile: Memo) -> None:
    page = _Text()
    page.feed(as_html(hostile))
    assert "script" not in page.elements
    assert "<script>alert(1)</script> | # *x*" in page.text


def test_nothing_of_a_record_becomes_markdown(hostile: Memo) -> None:
    written = as_markdown(hostile)
    assert "<script" not in written.replace("\\<script", "")
    assert "\\*x\\* \\[y\\](javascript:z)" in written
    assert "[y](" not in written.replace("\\[y\\](", "")


def test_a_paragraph_can_not_begin_like_a_heading_or_a_list() -> None:
    lines = ("# one", "- two", "3. three", "+ four", "---", "plain 5. five")
    document = Memo("t", (), "c", tuple(Paragraph(text(line)) for line in lines), ())
    paragraphs = as_markdown(document).split("\n\n")[3:]
    assert [p.strip() for p in paragraphs] == ["\\# one", "\\- two", "3\\. three", "\\+ four", "\\---", "plain 5. five"]


def test_the_word_document_holds_the_same_words_links_and_no_forbidden_characters(utah: Memo, hostile: Memo) -> None:
    word = docx.Document(io.BytesIO(as_word(utah, TODAY)))
    paragraphs = [paragraph.text for paragraph in word.paragraphs]
    assert paragraphs[0] == utah.title
    assert utah.caution in paragraphs
    assert [c.text for c in word.tables[0].rows[0].cells] == [
        "Condition",
        "In full",
        "Recommended policies by answer",
    ]
    links = {r.target_ref for r in word.part.rels.values() if r.is_external}
    assert links == {note.url for note in utah.endnotes}
    again = docx.Document(io.BytesIO(as_word(hostile, TODAY)))
    assert any("<script>alert(1)</script>" in paragraph.text for paragraph in again.paragraphs)


@pytest.mark.parametrize("ending", ["md", "html", "docx"])
def test_the_command_writes_each_format(tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"memo.{ending}"
    assert main(["memo", "Utah", "--next-steps", "2", "-o", str(target)]) == 0
    assert len(target.read_bytes()) > 5_000


def test_the_command_writes_the_short_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["memo", "OH", "--length", "short"]) == 0
    written = capsys.readouterr().out
    assert "## What is not known" in written
    assert "## Standing by condition" not in written
    assert "**Others see it differently:** XQ Institute (Feb 2026)" in written


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["UT", "--format", "docx"], "name a file for it"),
        (["UT", "-o", "memo.pdf"], "use .md, .html or .docx"),
        (["Utha"], "Did you mean 'Utah'"),
        (["UT", "--condition", "9"], "is not a known condition"),
        (["UT", "--next-steps", "many"], "is not a number"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    try:
        status = main(["memo", *arguments])
    except SystemExit as stopped:
        status = int(str(stopped.code))
    assert status == 2
    assert told in capsys.readouterr().err
