"""The MCP server, spoken to over stdio by the SDK's own client."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import jsonschema
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent, Tool

from kgtools.answers.api import Graph
from kgtools.answers.checking import SAYINGS
from kgtools.answers.citations import NOTES, RecordError, find_record
from kgtools.core.errors import UserError
from kgtools.core.namespaces import ID, SPF
from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore
from kgtools.serve.assistant.fitting import MOST_BYTES, as_json
from kgtools.serve.assistant.offers import prompt_text, resource_text
from kgtools.serve.assistant.tools import Tools
from tests.conftest import ROOT

Result = TypeVar("Result")


RESOURCES = ("questions", "reading", "brief/OH")


def spoken(talk: Callable[[Client], Awaitable[Result]], root: Path = ROOT) -> Result:
    """Start the server as an assistant does, and speak with it."""

    async def begun() -> Result:
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "kgtools", "--project", str(root), "mcp"], cwd=str(ROOT)
        )
        async with Client(command) as client:
            return await talk(client)

    return asyncio.run(begun())


def structured(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, result.content
    (content,) = result.content
    assert isinstance(content, TextContent)
    answer: dict[str, Any] = result.structured_content
    assert json.loads(content.text) == answer
    return answer


@pytest.fixture(scope="module")
def store(project: Project) -> EmbeddedStore:
    return load_project(project)


@pytest.fixture(scope="module")
def tools(project: Project, store: EmbeddedStore) -> Tools:
    return Tools(project, store, "9.9.9")


def size(answer: dict[str, Any]) -> int:
    return len(as_json(answer).encode())


def test_the_tools_are_few_and_cheap_to_list(few: Project) -> None:
    async def talk(client: Client) -> tuple[str | None, list[Tool]]:
        return client.instructions, list((await client.list_tools()).tools)

    instructions, listed = spoken(talk, few.root)
    assert instructions is not None
    assert "never mean no" in instructions
    names = {tool.name for tool in listed}
    assert names == {"ask", "brief", "record", "search", "check_statement", "validate", "sparql"}
    for tool in listed:
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
    assert sum(len(tool.model_dump_json(exclude_none=True)) for tool in listed) < 12_000


def test_each_row_of_each_question_has_its_own_evidence_and_every_answer_fits(tools: Tools) -> None:
    graph = Graph.open(project=tools.project.root)
    for name in tools.questions:
        answer = tools.answer("ask", {"question": name})
        assert size(answer) <= MOST_BYTES, name
        expected = graph.ask(name)
        assert answer["total_rows"] == len(expected)
        assert answer["rows"], name
        assert set(NOTES) <= set(answer["notes"])
        assert answer["data"]["version"] == "9.9.9"
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", answer["data"]["as_of"])
        cited: set[str] = set()
        for row, whole in zip(answer["rows"], expected.rows, strict=False):
            evidence = row.pop("evidence")
            assert evidence["page"].startswith(ID) or evidence["sources"] == ["data"], (name, row)
            assert evidence["sources"], (name, row)
            cited |= set(evidence["sources"])
            for column, value in row.items():
                told = str(whole[column])
                assert value == whole[column] or (told.startswith(str(value)[:-2]) and str(value).endswith("…")), name
        assert cited == set(answer["sources"]), name
        assert all(source["url"].startswith("http") and source["title"] for source in answer["sources"].values())


def test_the_pages_of_an_answer_are_the_whole_answer(tools: Tools) -> None:
    asked = {"question": "gaps", "parameters": {"state": "ID"}}
    rows: list[Any] = []
    answer = tools.answer("ask", asked)
    while True:
        rows += [row["policy"] for row in answer["rows"]]
        assert size(answer) <= MOST_BYTES
        if "next" not in answer:
            break
        answer = tools.answer("ask", asked | answer["next"])
    expected = Graph.open(project=tools.project.root).ask("gaps", state="ID")
    assert rows == [row["policy"] for row in expected.rows]
    assert len(rows) > 5


def test_an_answer_about_a_state_cites_that_states_evidence(tools: Tools) -> None:
    answer = tools.answer("ask", {"question": "gaps", "parameters": {"state": "ID"}})
    assert answer["parameters"] == {"state": "ID"}
    pages = [row["evidence"]["page"].removeprefix(ID) for row in answer["rows"]]
    assert any(page.startswith("determination/id-") for page in pages)
    assert not any(page.startswith(("determination/ut-", "state-policy/ut-")) for page in pages)


@pytest.mark.parametrize("length", ["short", "long"])
def test_a_brief_comes_in_pages_that_fit(tools: Tools, length: str) -> None:
    written, start, pages = "", 0, 0
    while True:
        answer = tools.answer("brief", {"state": "Ohio", "length": length, "start": start})
        assert size(answer) <= MOST_BYTES
        marks = {n for mark in re.findall(r"\\\[([\d, ]+)\\\]", answer["brief"]) for n in mark.split(", ")}
        assert marks == set(answer["sources"])
        written += answer["brief"]
        pages += 1
        if "next" not in answer:
            break
        start = answer["next"]["start"]
    assert "## Where Ohio stands" in written
    assert "## What is not known" in written
    assert ("## How to read this" in written) == (length == "long")
    assert (pages > 3) == (length == "long")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("UT", "jurisdiction/ut"),
        ("SB 143", "state-policy/ut-pcbl-grants"),
        ("S.B. 143", "state-policy/ut-pcbl-grants"),
        ("mastery demonstrated credit", "transformative-policy/credit-by-demonstrated-mastery"),
        ("portriat of a gradute", "transformative-policy/adopt-portrait-of-a-graduate"),
        ("Award credit for demonstrated mastery", "transformative-policy/credit-by-demonstrated-mastery"),
        ("15-943", "state-policy/az-weighted-support-level"),
    ],
)
def test_search_ranks_by_relevance(tools: Tools, words: str, first: str) -> None:
    answer = tools.answer("search", {"words": words})
    assert answer["records"][0]["id"] == first
    assert answer["records"][0]["page"] == ID + first
    assert size(answer) <= MOST_BYTES


def test_a_search_is_held_to_a_kind_and_a_state_and_never_ends_in_nothing(tools: Tools) -> None:
    found = tools.answer("search", {"words": "mastery credit", "state": "Ohio", "kind": "state-policy"})["records"]
    assert found
    assert {(record["kind"], record["state"]) for record in found} == {("state-policy", "OH")}
    nothing = tools.answer("search", {"words": "xyzzyx"})
    assert nothing["total"] == 0
    assert "Try fewer or other words" in nothing["notes"][0]


def test_a_statement_is_checked_and_nothing_more_is_said(tools: Tools) -> None:
    answer = tools.answer(
        "check_statement",
        {"state": "OH", "policy": "mastery credit", "says": "does it in full", "year": 2009, "citation": "SB 311"},
    )
    assert answer["verdict"] == "borne out"
    assert answer["statement"]["policy"] == "Award credit for demonstrated mastery"
    assert answer["rests_on"][0]["policy"] == "Credit flexibility plan"
    assert any(
        text.startswith("XQ Institute (Feb 2026) names “Mastery-Based Credits”") for text in answer["others_differ"]
    )
    verdicts = {"borne out", "contradicted", "not on record", "not reviewed"}
    for says in SAYINGS:
        for state, policy in (("OH", "credit-by-demonstrated-mastery"), ("PR", "fund-beyond-seat-time")):
            told = tools.answer("check_statement", {"state": state, "policy": policy, "says": says})
            assert told["verdict"] in verdicts
            assert (told["verdict"] == "not reviewed") == (state == "PR")
            assert size(told) <= MOST_BYTES


@pytest.mark.parametrize("says", SAYINGS)
def test_a_cell_that_nobody_looked_at_and_a_look_that_found_nothing_prove_nothing(
    tools: Tools, store: EmbeddedStore, says: str
) -> None:
    query = (
        f"SELECT ?code ?policy ?value WHERE {{ ?d <{SPF}jurisdiction>/<{SPF}uspsCode> ?code ; "
        f"<{SPF}concerns> ?policy ; <{SPF}determinationValue> ?value }} ORDER BY ?d"
    )
    expected = {
        "not-reviewed": "not reviewed",
        "looked-for-not-found": "not on record",
        "status-unknown": "not on record",
    }
    left = dict.fromkeys(expected, 3)
    for code, policy, value in store.select(query).rows:
        slug = value.value.rpartition("/")[2]  # type: ignore[union-attr]
        if left.get(slug, 0):
            left[slug] -= 1
            told = tools.answer(
                "check_statement",
                {"state": code.value, "policy": policy.value.rpartition("/")[2], "says": says},  # type: ignore[union-attr]
            )
            assert told["verdict"] == expected[slug], told
    assert not any(left.values())


def test_what_is_wrong_is_told_in_a_sentence(tools: Tools) -> None:
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("ask", {"question": "coverag"}, "Did you mean 'coverage'?"),
        ("ask", {"question": "coverage", "parameters": {"state": "UTT"}}, "Did you mean 'UT'"),
        ("ask", {"question": "coverage", "parameters": {"stat": "UT"}}, "It takes state"),
        ("ask", {"question": "coverage", "parameters": {"state": {"a": 1}}}, "must be a text"),
        ("ask", {"question": "coverage", "start": -1}, "whole number from 0"),
        ("ask", {"question": "state-records"}, "gives a graph"),
        ("ask", {"question": "search"}, "tool of its own"),
        ("ask", {}, "needs 'question'"),
        ("ask", {"question": "coverage", "limit": 5}, "not an argument"),
        ("asks", {}, "Did you mean 'ask'?"),
        ("record", {}, "needs 'record'"),
        ("record", {"record": "ut-alternative-credit-rul"}, "Did you mean"),
        ("search", {"words": "a", "kind": "law"}, "is not a kind"),
        ("search", {"words": "a" * 301}, "at most 300"),
        ("brief", {"state": "Utha"}, "Did you mean 'Utah'"),
        ("check_statement", {"state": "OH"}, "Give 'policy'"),
        ("check_statement", {"state": "OH", "policy": "credit"}, "10 nearest of 41"),
        ("check_statement", {"state": "OH", "policy": "fund-beyond-seat-time", "says": "does it"}, "Use one of"),
        ("check_statement", {"state": "OH", "citation": "3313.60", "year": "19x0"}, "four digits"),
    ]
    for name, arguments, told in wrong:
        with pytest.raises(UserError) as caught:
            tools.answer(name, arguments)
        assert told in str(caught.value), (name, arguments)
        assert len(str(caught.value)) < 1_000


def test_a_record_says_what_the_graph_holds_with_its_sources(tools: Tools) -> None:
    found = tools.answer("record", {"record": "state-policy:ut-alternative-credit-rule"})
    assert found["statements"]["jurisdiction"] == ["Utah"]
    assert (found["certainty"], found["how"]) == ("high", "stated")
    assert any(source["kind"] == "official" for source in found["sources"])
    assert size(tools.answer("record", {"record": "condition/pathways-and-credit"})) <= MOST_BYTES


def test_queries_resources_and_prompts() -> None:
    query = "SELECT ?p WHERE { ?p a spf:TransformativePolicy } ORDER BY ?p"

    async def talk(client: Client) -> tuple[Any, ...]:
        return (
            structured(await client.call_tool("sparql", {"query": query})),
            structured(await client.call_tool("sparql", {"query": query, "start": 40})),
            structured(await client.call_tool("sparql", {"query": "ASK { ?p a spf:Nothing }"})),
            structured(await client.call_tool("sparql", {"query": "DESCRIBE jurisdiction:oh"})),
            await client.call_tool("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}),
            await client.call_tool("sparql", {"query": "DELETE WHERE { ?s ?p ?o }"}),
            await client.call_tool("sparql", {"query": "SELECT"}),
            (await client.list_resources()).resources,
            (await client.list_resource_templates()).resource_templates,
            [
                (await client.read_resource(f"spf-kg://{name}")).contents[0]
                for name in ("questions", "reading", "brief/OH")
            ],
            (await client.list_prompts()).prompts,
            (await client.get_prompt("brief-a-state", {"state": "OH"})).messages[0].content,
        )

    first, last, no, turtle, *refused, resources, templates, read, prompts, prompt = spoken(talk)
    assert first["total_rows"] == 41
    assert len(last["rows"]) == 1
    assert no["boolean"] is False
    assert "jurisdiction:oh" in turtle["turtle"]
    assert all(result.is_error for result in refused)
    assert "SERVICE" in refused[0].content[0].text
    assert "read-only" in refused[1].content[0].text
    assert {str(resource.uri) for resource in resources} == {"spf-kg://questions", "spf-kg://reading"}
    assert len(templates) == 2
    assert "## who-carries-out" in read[0].text
    assert "not reviewed" in read[1].text
    assert json.loads(read[2].text)["title"].endswith("Ohio")
    assert {prompt.name for prompt in prompts} == {"brief-a-state", "check-a-draft", "next-step"}
    assert "OH" in prompt.text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (lambda tools: resource_text(tools, "spf-kg://nothing"), "There is no resource"),
        (lambda tools: resource_text(tools, "file:///etc/passwd"), "There is no resource"),
        (lambda tools: resource_text(tools, "spf-kg://brief/ZZ"), "is not a state"),
        (lambda _: prompt_text("brief-a-stat", {}), "Did you mean 'brief-a-state'?"),
        (lambda _: prompt_text("brief-a-state", {"state": " "}), "needs 'state'"),
        (lambda _: prompt_text("check-a-draft", {"text": "x" * 20_001}), "at most 20,000"),
    ],
)
def test_a_resource_or_prompt_that_is_not_there(tools: Tools, asked: Callable[[Tools], object], told: str) -> None:
    with pytest.raises(UserError, match=re.escape(told)):
        asked(tools)


def test_text_is_validated(few: Project) -> None:
    good = (ROOT / "data" / "states" / "ut.ttl").read_text(encoding="utf-8")

    async def talk(client: Client) -> tuple[CallToolResult, ...]:
        return (
            await client.call_tool("validate", {"text": good}),
            await client.call_tool("validate", {"text": good.replace("extent:full", "extent:ful", 1), "format": "ttl"}),
            await client.call_tool("validate", {"text": "{", "format": "jsonld"}),
            await client.call_tool("validate", {"text": good, "format": "docx"}),
        )

    fine, wrong, unreadable, refused = spoken(talk, few.root)
    assert structured(fine)["verdict"] == "conforms"
    assert structured(wrong)["totals"]["violation"] == 1
    (finding,) = [each for each in structured(wrong)["findings"] if each["severity"] == "violation"]
    assert finding["rule"] == "claim.extent.not-in-list"
    assert "extent:full" in finding["finding"]
    assert isinstance(finding["line"], int)
    assert size(structured(wrong)) <= MOST_BYTES
    assert structured(unreadable)["verdict"] == "unreadable"
    assert refused.is_error


_TYPO = """{"@context": {"spf": "https://w3id.org/spf-kg/ontology#", "label": "http://www.w3.org/2004/02/skos/core#prefLabel"},
 "@id": "https://w3id.org/spf-kg/id/organization/x-garden", "@type": "spf:Organization",
 "sumary": "Looks after plots."}"""


def test_what_was_dropped_and_what_was_not_checked_is_told() -> None:
    async def talk(client: Client) -> tuple[CallToolResult, ...]:
        return (
            await client.call_tool("validate", {"text": _TYPO, "format": "jsonld"}),
            await client.call_tool("validate", {"text": "# nothing", "format": "ttl"}),
            await client.call_tool("validate", {"text": "<urn:a> <urn:b> 1 .", "format": "ttl"}),
        )

    dropped, empty, unknown = (structured(answer) for answer in spoken(talk))
    (key,) = [each for each in dropped["findings"] if each["rule"] == "record.key.not-mapped"]
    assert "'sumary'" in key["finding"]
    assert key["line"] == 3
    assert empty["verdict"] == "nothing-checked"
    assert "0 of 1 records were checked; no rule is for the others." in unknown["notes"]


@pytest.mark.parametrize("space", [f"{ID}state-policy/", "state-policy/", "state-policy:", ""])
def test_a_record_is_found_however_it_is_named(store: EmbeddedStore, space: str) -> None:
    found = find_record(store, f"{space}ut-alternative-credit-rule")
    assert found.iri == f"{ID}state-policy/ut-alternative-credit-rule"


@pytest.mark.parametrize("written", ["nothing-like-it", "state-policy/zz", "kind/zz", "", "a b <c>", "x" * 10_000])
def test_a_record_that_is_not_there(store: EmbeddedStore, written: str) -> None:
    with pytest.raises(RecordError, match="There is no record"):
        find_record(store, written)
