"""The MCP server, spoken to over stdio by the SDK's own client."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import jsonschema
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from kgtools.answers.api import Graph
from kgtools.answers.citations import NOTES, RecordError, find_record
from kgtools.answers.questions import read_catalogue
from kgtools.core.namespaces import ID
from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.graph.store import EmbeddedStore
from tests.conftest import ROOT

Result = TypeVar("Result")
COUNTS_ONLY = {  # answers about no single record, which cite the data set
    "ask_claims_by_certainty", "ask_instrument_mix", "ask_most_alike", "ask_publishers", "ask_statements_by_status",
    "ask_terms", "ask_topics", "ask_who_could_act",
}  # fmt: skip


def spoken(talk: Callable[[Client], Awaitable[Result]]) -> Result:
    """Start the server as an assistant does, and speak with it."""

    async def begun() -> Result:
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "kgtools", "--project", str(ROOT), "mcp"], cwd=str(ROOT)
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


def test_every_question_is_a_typed_tool_and_each_answer_cites(project: Project) -> None:
    graph = Graph.open(project=project.root)
    questions = {q.name: q for q in read_catalogue(project)}

    async def talk(client: Client) -> None:
        assert client.instructions is not None
        assert "never mean no" in client.instructions
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {
            "list_questions", "get_record", "validate", "search",
            *(f"ask_{name.replace('-', '_')}" for name in questions if name != "search"),
        }  # fmt: skip
        for tool in tools.values():
            jsonschema.Draft202012Validator.check_schema(tool.input_schema)
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
        for name, question in questions.items():
            tool_name = "search" if name == "search" else f"ask_{name.replace('-', '_')}"
            assert [p.name for p in question.parameters] == list(tools[tool_name].input_schema["properties"])[:-2]
            answer = structured(await client.call_tool(tool_name, {}))
            expected = graph.ask(name)
            assert answer["rows"] == list(expected.rows[:50]), name
            assert answer["total"] == len(expected)
            assert set(NOTES) <= set(answer["notes"])
            kinds = {citation["kind"] for citation in answer["citations"]}
            assert ("data set" in kinds) == (tool_name in COUNTS_ONLY), (name, kinds)
            for citation in answer["citations"]:
                assert citation["title"], name
                assert citation["url"].startswith("http")
                assert len(citation["accessed"]) == 10
                assert citation["epistemic_status"] or citation["record"].startswith(f"{ID}source/")

    spoken(talk)


def test_an_answer_about_a_state_cites_that_states_evidence() -> None:
    async def talk(client: Client) -> dict[str, Any]:
        return structured(await client.call_tool("ask_gaps", {"state": "ID", "limit": 5, "offset": 1}))

    answer = spoken(talk)
    assert answer["parameters"] == {"state": "ID"}
    assert len(answer["rows"]) == 5
    assert any("more rows follow; ask with offset=6" in note for note in answer["notes"])
    places = {c["record"].removeprefix(ID) for c in answer["citations"]}
    assert any(place.startswith("determination/id-") for place in places)
    assert not any(place.startswith(("determination/ut-", "state-policy/ut-")) for place in places)


def test_records_search_and_what_is_wrong() -> None:
    async def talk(client: Client) -> tuple[CallToolResult, ...]:
        return (
            await client.call_tool("get_record", {"record": "state-policy:ut-alternative-credit-rule"}),
            await client.call_tool("get_record", {"record": "ut-alternative-credit-rul"}),
            await client.call_tool("search", {"text": "credit flexibility"}),
            await client.call_tool("ask_coverage", {"state": ["UTT"]}),
            await client.call_tool("ask_coverage", {"stat": "UT"}),
            await client.call_tool("ask_coverag", {}),
            await client.call_tool("ask_coverage", {"limit": 10**9}),
            await client.call_tool("ask_coverage", {"state": {"a": 1}}),
            await client.call_tool("get_record", {}),
        )

    record, unknown, search, *wrong = spoken(talk)
    found = structured(record)
    assert found["record"]["statements"]["jurisdiction"] == ["Utah"]
    assert {c["epistemic_status"] for c in found["citations"]} == {"stated"}
    assert {c["certainty"] for c in found["citations"]} == {"high"}
    assert structured(search)["total"] > 0
    said = [result.content[0].text for result in (unknown, *wrong) if isinstance(result.content[0], TextContent)]
    assert all(result.is_error for result in (unknown, *wrong))
    expected = (
        "Did you mean",
        "Did you mean 'UT'",
        "It takes state",
        "ask_coverage",
        "from 1 to",
        "must be a text",
        "needs 'record'",
    )
    for text, part in zip(said, expected, strict=True):
        assert part in text
        assert "Traceback" not in text


def test_text_is_validated() -> None:
    good = (ROOT / "data" / "states" / "ut.ttl").read_text(encoding="utf-8")

    async def talk(client: Client) -> tuple[CallToolResult, ...]:
        return (
            await client.call_tool("validate", {"text": good}),
            await client.call_tool("validate", {"text": good.replace("extent:full", "extent:ful", 1), "format": "ttl"}),
            await client.call_tool("validate", {"text": "{", "format": "jsonld"}),
            await client.call_tool("validate", {"text": good, "format": "docx"}),
        )

    fine, wrong, unreadable, refused = spoken(talk)
    assert structured(fine)["verdict"] == "conforms"
    findings = structured(wrong)["report"]["findings"]
    assert any("extent:ful" in json.dumps(finding) for finding in findings)
    assert structured(unreadable)["verdict"] == "unreadable"
    assert refused.is_error


@pytest.mark.parametrize("space", [f"{ID}state-policy/", "state-policy/", "state-policy:", ""])
def test_a_record_is_found_however_it_is_named(store: EmbeddedStore, space: str) -> None:
    found = find_record(store, f"{space}ut-alternative-credit-rule")
    assert found.iri == f"{ID}state-policy/ut-alternative-credit-rule"


@pytest.mark.parametrize("written", ["nothing-like-it", "state-policy/zz", "kind/zz", "", "a b <c>", "x" * 10_000])
def test_a_record_that_is_not_there(store: EmbeddedStore, written: str) -> None:
    with pytest.raises(RecordError, match="There is no record"):
        find_record(store, written)
