"""The canned questions as addresses: typed parameters, JSON or CSV, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kgtools.answers.citations import NOTES
from kgtools.answers.questions import ParameterError, Question
from kgtools.core.errors import RefusedError
from kgtools.core.suggest import nearest
from kgtools.serve.answering import QuestionJob, QuestionPage, RecordJob
from kgtools.serve.generation import generation_of
from kgtools.serve.negotiation import chosen
from kgtools.serve.openapi import MAX_OFFSET, MAX_ROWS, USUAL_ROWS, openapi
from kgtools.serve.problems import problem

_JSON: Final = "application/json"
_CSV: Final = "text/csv"
_OWN: Final = ("limit", "offset", "format")


async def described(request: Request) -> Response:
    """The description of the interface."""
    settings = request.app.state.settings
    return JSONResponse(openapi(generation_of(request).built, settings.limits, settings.version))


async def listed(request: Request) -> Response:
    """The list of questions."""
    return JSONResponse({"questions": [_told(q) for q in generation_of(request).built.questions.values()]})


async def asked(request: Request) -> Response:
    """The answer to a question, or a page of it."""
    generation = generation_of(request)
    name = request.path_params["name"]
    question = generation.built.questions.get(name)
    if question is None:
        known = tuple(generation.built.questions)
        return _problem(request, 404, f"There is no question called '{name[:60]}'.", "", nearest(name, known), known)
    try:
        job = _job(request, question)
        page = await generation.queries.run(job)
    except ParameterError as error:
        return _parameter_problem(request, question, error)
    headers = {"Vary": "Accept", **_links(request, page.total, job)}
    if job.media_type == _CSV:
        return Response(page.csv, headers=headers, media_type=_CSV)
    return JSONResponse(_document(question, job, page), headers=headers)


async def recorded(request: Request) -> Response:
    """A record with its sources."""
    named = f"{request.path_params['kind']}/{request.path_params['slug']}"
    return JSONResponse(asdict(await generation_of(request).queries.run(RecordJob(named))))


def _told(question: Question) -> dict[str, Any]:
    told = asdict(question)
    return {key: told[key] for key in ("name", "summary", "description", "tags", "parameters", "columns", "example")}


def _document(question: Question, job: QuestionJob, page: QuestionPage) -> dict[str, Any]:
    defaults = {p.name: p.default for p in question.parameters if p.default is not None}
    return {
        "question": question.name,
        "summary": question.summary,
        "parameters": {**defaults, **job.given},
        "columns": [asdict(column) for column in question.columns],
        "total": page.total,
        "limit": job.limit,
        "offset": job.offset,
        "rows": page.rows,
        "notes": list(NOTES),
    }


def _job(request: Request, question: Question) -> QuestionJob:
    given = _given(request.query_params, question)
    own = {name: given.pop(name) for name in _OWN if name in given}
    return QuestionJob(
        question,
        given,
        _number("limit", own.get("limit", str(USUAL_ROWS)), 1, MAX_ROWS),
        _number("offset", own.get("offset", "0"), 0, MAX_OFFSET),
        _media_type(request, own.get("format")),
    )


def _given(parameters: QueryParams, question: Question) -> dict[str, str]:
    """The parameters by name; several values for one that takes several are joined."""
    many = {parameter.name for parameter in question.parameters if parameter.many}
    known = (*(parameter.name for parameter in question.parameters), *_OWN)
    given: dict[str, str] = {}
    for name, value in parameters.multi_items():
        if name not in known:
            raise _unknown(name, known)
        if name in given and name not in many:
            raise _named(ParameterError(f"The parameter '{name}' is given twice."), name)
        given[name] = f"{given[name]},{value}" if name in given else value
    return given


def _unknown(name: str, known: tuple[str, ...]) -> ParameterError:
    return ParameterError(f"'{name[:60]}' is not a parameter of this question. It takes {', '.join(known)}.")


def _named(error: ParameterError, name: str) -> ParameterError:
    error.parameter = name
    return error


def _number(name: str, written: str, least: int, most: int) -> int:
    if not (written.isascii() and written.isdecimal() and len(written) <= 10 and least <= int(written) <= most):
        message = f"'{written[:20]}' is not a valid {name}; write a whole number from {least} to {most}."
        raise _named(ParameterError(message), name)
    return int(written)


def _media_type(request: Request, format_: str | None) -> str:
    if format_ is not None:
        if format_ not in ("json", "csv"):
            raise _named(ParameterError(f"'{format_[:20]}' is not a format; use json or csv."), "format")
        return _JSON if format_ == "json" else _CSV
    accept = ", ".join(request.headers.getlist("accept"))
    media_type = chosen(accept, (_JSON, _CSV))
    if media_type is None:
        # A browser names no JSON, and is shown it all the same.
        if chosen(accept, ("text/html",)):
            return _JSON
        raise RefusedError(406, f"The answer can't be given as {accept[:200]}. It can be given as {_JSON} or {_CSV}.")
    return media_type


def _links(request: Request, total: int, job: QuestionJob) -> dict[str, str]:
    """The pages around this one (RFC 8288)."""
    last = max(0, (total - 1) // job.limit * job.limit)
    offsets = {"first": 0, "last": last}
    if job.offset > 0:
        offsets["prev"] = min(max(0, job.offset - job.limit), last)
    if job.offset + job.limit < total:
        offsets["next"] = job.offset + job.limit
    others = [pair for pair in request.query_params.multi_items() if pair[0] not in ("limit", "offset")]
    pages = {
        relation: urlencode([*others, ("limit", job.limit), ("offset", offset)]) for relation, offset in offsets.items()
    }
    return {"Link": ", ".join(f'<{request.url.path}?{query}>; rel="{name}"' for name, query in pages.items())}


def _parameter_problem(request: Request, question: Question, error: ParameterError) -> Response:
    """A wrong name is a malformed request; a wrong value is one that can't be processed."""
    if not error.parameter:
        known = (*(parameter.name for parameter in question.parameters), *_OWN)
        unknown = next((name for name in request.query_params if name not in known), "")
        return _problem(request, 400, str(error), unknown, nearest(unknown, known), known)
    type_ = next((p.type for p in question.parameters if p.name == error.parameter), "")
    allowed = generation_of(request).built.allowed.get(type_, ("json", "csv") if error.parameter == "format" else ())
    written = request.query_params.get(error.parameter, "")
    wrong = next((part for part in written.split(",") if part.strip() not in allowed), "").strip()
    return _problem(request, 422, str(error), error.parameter, nearest(wrong, allowed, cutoff=0.5), allowed)


def _problem(
    request: Request, status: int, sentence: str, parameter: str, guess: str | None, allowed: tuple[str, ...]
) -> Response:
    details: Mapping[str, Any] = {"parameter": parameter, "nearest": guess, "allowed": list(allowed)}
    return problem(request.scope, status, sentence, details)
