"""The tools over the Model Context Protocol, on standard input and output."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from mcp import types
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server

from kgtools.answers.citations import NOTES
from kgtools.core.errors import UserError
from kgtools.core.project import Project
from kgtools.serve.assistant.tools import Tool, Tools, validation_job, working_folder
from kgtools.serve.settings import Limits
from kgtools.serve.submissions import ValidationPreparation
from kgtools.serve.workers import WorkerPool, WorkerSettings

_INSTRUCTIONS: Final = (
    "A knowledge graph of US state policy for personalized, competency-based learning. Answer only from the tools, "
    "and cite what you say from 'citations': the title, the address, the day on which it was read, and whether the "
    "source states it or it was inferred. " + " ".join(NOTES)
)


def serve(tools: Tools, version: str) -> None:
    """Offer the tools until standard input ends.

    Args:
        tools: the tools.
        version: the version that the server reports.
    """
    asyncio.run(_serve(tools, version))


async def _serve(tools: Tools, version: str) -> None:
    async with _validations(tools.project) as validations, stdio_server() as (incoming, outgoing):
        server = _server(tools, validations, version)
        await server.run(incoming, outgoing, server.create_initialization_options())


def _server(tools: Tools, validations: WorkerPool[Project], version: str) -> Server[Any]:
    async def listed(_: ServerRequestContext[Any], __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_told(tool) for tool in tools.tools])

    async def called(_: ServerRequestContext[Any], params: types.CallToolRequestParams) -> types.CallToolResult:
        arguments = params.arguments or {}
        try:
            if params.name == "validate":
                return _result(await _validated(validations, arguments))
            return _result(await asyncio.to_thread(tools.answer, params.name, arguments))
        except UserError as error:
            return types.CallToolResult(content=[types.TextContent(text=str(error))], is_error=True)

    return Server(
        "kgtools",
        version=version,
        title="State policy for personalized learning",
        instructions=_INSTRUCTIONS,
        on_list_tools=listed,
        on_call_tool=called,
    )


async def _validated(validations: WorkerPool[Project], arguments: Mapping[str, Any]) -> dict[str, Any]:
    with working_folder() as folder:
        reply = await validations.run(validation_job(arguments, Path(folder)))
    return {"verdict": reply.verdict, "report": json.loads(reply.parts["json"]), "notes": list(NOTES)}


@asynccontextmanager
async def _validations(project: Project) -> AsyncIterator[WorkerPool[Project]]:
    """A process that validates, ended and replaced after each text."""
    limits = Limits()
    spending = WorkerSettings(
        workers=1,
        seconds=limits.validation_seconds,
        megabytes=limits.validation_megabytes,
        queue_seconds=limits.validation_seconds,
        once=True,
        what="validation",
    )
    pool = WorkerPool(ValidationPreparation(project.root), spending)
    await pool.start()
    try:
        yield pool
    finally:
        pool.close()


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
    text = json.dumps(answer, ensure_ascii=False, indent=1)
    return types.CallToolResult(content=[types.TextContent(text=text)], structured_content=dict(answer))
