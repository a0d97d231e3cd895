"""The tools over the Model Context Protocol, on standard input and output."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeAlias, TypeVar

from mcp import types
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from kgtools.answers.citations import NOTES
from kgtools.core.errors import UserError
from kgtools.core.project import Project
from kgtools.graph.store import Store
from kgtools.graph.store.query_text import with_prefixes
from kgtools.serve.answering import Preparation, SparqlJob
from kgtools.serve.assistant.arguments import start_of
from kgtools.serve.assistant.described import Tool
from kgtools.serve.assistant.fitting import as_json
from kgtools.serve.assistant.offers import PROMPTS, RESOURCES, TEMPLATES, prompt_text, resource_text
from kgtools.serve.assistant.tools import Tools, query_text, validation_job, working_folder
from kgtools.serve.settings import Limits
from kgtools.serve.submissions import ValidationPreparation
from kgtools.serve.workers import Job, WorkerPool, WorkerSettings

Context = TypeVar("Context")
Result = TypeVar("Result")

_Context: TypeAlias = ServerRequestContext[Any]
_LONGEST_ERROR: Final = 2_000
_INSTRUCTIONS: Final = (
    "A knowledge graph of US state policy for personalized, competency-based learning. 'brief' for one state as a "
    "whole, 'ask' for comparisons and lists, 'search' for words, 'record' for one record, 'check_statement' before you "
    "pass a statement on. Answer only from the tools, and cite what you say from 'sources' (title, address, the day on "
    "which it was read) with the page of the row. An answer holds about 6 kB; 'next' says how to go on. "
    + " ".join(NOTES)
)
_QUERY_MEGABYTES: Final = 4
_RESULTS: Final = "application/sparql-results+json, text/turtle;q=0.9"


def serve(tools: Tools, version: str, store: str | None) -> None:
    """Offer the tools until standard input ends.

    Args:
        tools: the tools.
        version: the version that the server reports.
        store: the endpoint or embedded store that answers; None for the project's own graph.
    """
    asyncio.run(_serve(tools, version, store))


async def _serve(tools: Tools, version: str, store: str | None) -> None:
    validating = _Later(ValidationPreparation(tools.project.root), _validation_settings())
    querying = _Later(Preparation(tools.project.root, store), _query_settings(sealed=store is None))
    try:
        async with stdio_server() as (incoming, outgoing):
            server = _server(tools, validating, querying, version)
            await server.run(incoming, outgoing, server.create_initialization_options())
    finally:
        validating.close()
        querying.close()


def _server(tools: Tools, validating: _Later[Project], querying: _Later[Store], version: str) -> Server[Any]:
    here = _Handlers(tools, validating, querying)
    return Server(
        "kgtools",
        version=version,
        title="State policy for personalized learning",
        instructions=_INSTRUCTIONS,
        on_list_tools=here.list_tools,
        on_call_tool=here.call_tool,
        on_list_resources=here.list_resources,
        on_list_resource_templates=here.list_templates,
        on_read_resource=here.read_resource,
        on_list_prompts=here.list_prompts,
        on_get_prompt=here.get_prompt,
    )


@dataclass(frozen=True, slots=True)
class _Handlers:
    """What the server answers to each request of the protocol."""

    tools: Tools
    validating: _Later[Project]
    querying: _Later[Store]

    async def list_tools(self, _: _Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_told(tool) for tool in self.tools.tools])

    async def call_tool(self, _: _Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            return _result(await self._answer(params.name, params.arguments or {}))
        except UserError as error:
            return types.CallToolResult(content=[types.TextContent(text=str(error)[:_LONGEST_ERROR])], is_error=True)

    async def _answer(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        if name == "validate":
            return await _validated(self.tools, self.validating, arguments)
        if name == "sparql":
            return await _queried(self.tools, self.querying, arguments)
        return await asyncio.to_thread(self.tools.answer, name, arguments)

    async def list_resources(self, _: _Context, __: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=list(RESOURCES))

    async def list_templates(
        self, _: _Context, __: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(resource_templates=list(TEMPLATES))

    async def read_resource(self, _: _Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        try:
            media_type, text = await asyncio.to_thread(resource_text, self.tools, str(params.uri))
        except UserError as error:
            raise MCPError(types.INVALID_PARAMS, str(error)[:_LONGEST_ERROR]) from error
        contents = types.TextResourceContents(uri=params.uri, mime_type=media_type, text=text)
        return types.ReadResourceResult(contents=[contents])

    async def list_prompts(self, _: _Context, __: types.PaginatedRequestParams | None) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=list(PROMPTS))

    async def get_prompt(self, _: _Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        try:
            words = prompt_text(params.name, params.arguments or {})
        except UserError as error:
            raise MCPError(types.INVALID_PARAMS, str(error)[:_LONGEST_ERROR]) from error
        message = types.PromptMessage(role="user", content=types.TextContent(text=words))
        return types.GetPromptResult(messages=[message])


async def _validated(tools: Tools, pool: _Later[Project], arguments: Mapping[str, Any]) -> dict[str, Any]:
    start = start_of(arguments)
    with working_folder() as folder:
        reply = await pool.run(validation_job(arguments, Path(folder)))
    return tools.validated(reply.verdict, json.loads(reply.parts["json"]), start)


async def _queried(tools: Tools, pool: _Later[Store], arguments: Mapping[str, Any]) -> dict[str, Any]:
    start = start_of(arguments)
    job = SparqlJob(with_prefixes(query_text(arguments)), None, _RESULTS, _QUERY_MEGABYTES)
    reply = await pool.run(job)
    return tools.queried(reply.media_type, reply.body, start)


class _Later(Generic[Context]):
    """A pool of one process, started when it is first needed: an assistant that never asks pays nothing for it."""

    def __init__(self, prepare: Callable[[], Context], settings: WorkerSettings) -> None:
        self._prepare = prepare
        self._settings = settings
        self._pool: WorkerPool[Context] | None = None
        self._starting = asyncio.Lock()

    async def run(self, job: Job[Context, Result]) -> Result:
        """Do a job in the process."""
        async with self._starting:
            if self._pool is None:
                pool = WorkerPool(self._prepare, self._settings)
                await pool.start()
                self._pool = pool
        return await self._pool.run(job)

    def close(self) -> None:
        """End the process, if there is one."""
        if self._pool is not None:
            self._pool.close()


def _validation_settings() -> WorkerSettings:
    limits = Limits()
    return WorkerSettings(
        workers=1,
        seconds=limits.validation_seconds,
        megabytes=limits.validation_megabytes,
        queue_seconds=limits.validation_seconds,
        once=True,
        what="validation",
    )


def _query_settings(*, sealed: bool) -> WorkerSettings:
    limits = Limits()
    return WorkerSettings(
        workers=1,
        seconds=limits.query_seconds,
        megabytes=limits.query_megabytes,
        queue_seconds=limits.queue_seconds,
        sealed=sealed,
    )


def _told(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=dict(tool.parameters),
        annotations=types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
    )


def _result(answer: Mapping[str, Any]) -> types.CallToolResult:
    """An answer as text, for every client, and structured, for those that take it."""
    return types.CallToolResult(content=[types.TextContent(text=as_json(answer))], structured_content=dict(answer))
