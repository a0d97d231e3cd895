"""The description of the interface for programs (OpenAPI 3.1), made from the headers of the canned questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kgtools.answers.questions import Parameter, Question
from kgtools.answers.questions.schema import parameter_schema
from kgtools.serve.building import BuiltSite
from kgtools.serve.settings import Limits

MAX_ROWS: Final = 10_000
"""How many rows of an answer are given at once, at most."""
USUAL_ROWS: Final = 100
"""How many rows are given where the client doesn't say."""
MAX_OFFSET: Final = 1_000_000

REPORT_TYPES: Final[dict[str, str]] = {
    "json": "application/json",
    "sarif": "application/sarif+json",
    "html": "text/html",
    "text": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The formats of a validation report, each with its media type; ``xlsx`` is the annotated workbook."""
UPLOAD_TYPES: Final[dict[str, str]] = {
    "text/turtle": "ttl",
    "application/trig": "trig",
    "application/ld+json": "jsonld",
    "application/n-triples": "nt",
    "application/n-quads": "nq",
    "application/rdf+xml": "rdf",
    "text/csv": "csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
"""The media types that can be validated, each with the file ending that it stands for."""

LIST_TYPES: Final[dict[str, str]] = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/plain": "txt",
    "text/markdown": "md",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
"""The media types of lists of laws, each with the file ending that it stands for."""

_TEXT: Final = {"type": "string"}


def openapi(built: BuiltSite, limits: Limits, version: str) -> dict[str, Any]:
    """The document.

    Args:
        built: the questions and the allowed values.
        limits: the server's limits.
        version: the version of the interface.
    """
    questions = {f"/api/questions/{name}": _question_path(q, built.allowed) for name, q in built.questions.items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "State policy for personalized learning",
            "version": version,
            "summary": "Canned questions to the knowledge graph, and validation of submitted data.",
            "description": "Read-only, without a key. The names of the eight conditions are a reconstruction. "
            "'Not reviewed' and 'looked for, not found' never mean no.",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "paths": {
            "/api/questions": {"get": _list_operation()},
            **questions,
            "/api/records/{kind}/{slug}": {"get": _record_operation()},
            "/api/validate": {"post": _validate_operation(limits)},
            "/api/template": {"post": _template_operation(limits)},
        },
        "components": {"schemas": _schemas(), "responses": _responses()},
    }


def _question_path(question: Question, allowed: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    operation = {
        "operationId": question.name.replace("-", "_"),
        "summary": question.summary,
        "description": question.description,
        "tags": list(question.tags),
        "parameters": [*(_parameter(p, allowed) for p in question.parameters), *_paging()],
        "responses": {
            "200": {
                "description": "A page of the answer",
                "headers": {"Link": {"description": "first, prev, next and last page (RFC 8288)", "schema": _TEXT}},
                "content": {"application/json": {"schema": _answer(question)}, "text/csv": {"schema": _TEXT}},
            },
            **_refusals("400", "406", "422"),
        },
    }
    return {"get": operation}


def _parameter(parameter: Parameter, allowed: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.description,
        "schema": parameter_schema(parameter, allowed),
        **({"style": "form", "explode": False} if parameter.many else {}),
    }


def _paging() -> list[dict[str, Any]]:
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_ROWS, "default": USUAL_ROWS}
    offset = {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0}
    format_ = {"type": "string", "enum": ["json", "csv"]}
    return [
        {"name": "limit", "in": "query", "description": "How many rows at most.", "schema": limit},
        {"name": "offset", "in": "query", "description": "How many rows to skip.", "schema": offset},
        {"name": "format", "in": "query", "description": "Overrides the header Accept.", "schema": format_},
    ]


def _answer(question: Question) -> dict[str, Any]:
    columns = {c.name: {"$ref": "#/components/schemas/Value", "description": c.description} for c in question.columns}
    row = {"type": "object", "properties": columns, "required": list(columns), "additionalProperties": False}
    specific = {"type": "object", "properties": {"rows": {"type": "array", "items": row}}}
    return {"allOf": [{"$ref": "#/components/schemas/Answer"}, specific]}


def _list_operation() -> dict[str, Any]:
    listed = {"type": "array", "items": {"$ref": "#/components/schemas/Question"}}
    schema = {"type": "object", "properties": {"questions": listed}, "required": ["questions"]}
    return {
        "operationId": "list_questions",
        "summary": "The canned questions",
        "responses": {"200": {"description": "All of them", "content": {"application/json": {"schema": schema}}}},
    }


def _record_operation() -> dict[str, Any]:
    slug = {**_TEXT, "pattern": "^[a-z0-9-]+$"}
    places = [("kind", "The kind, such as state-policy"), ("slug", "The last part of the identifier")]
    parameters = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": text,
            "schema": slug,
        }
        for name, text in places
    ]
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Record"}}}
    return {
        "operationId": "get_record",
        "summary": "A record, with its sources",
        "parameters": parameters,
        "responses": {"200": {"description": "The record", "content": content}, **_refusals("400", "404")},
    }


def _template_operation(limits: Limits) -> dict[str, Any]:
    binary = {"type": "string", "format": "binary"}
    fields = {"list": binary, "text": _TEXT, "state": _TEXT}
    form = {"type": "object", "properties": fields, "required": ["state"]}
    state = {"type": "string", "maxLength": 60}
    return {
        "operationId": "template",
        "summary": "A workbook to fill in, made from a list of laws in any form",
        "description": f"At most {limits.upload_megabytes} MB. Nothing is kept. Each guess is marked as one.",
        "parameters": [
            {"name": "state", "in": "query", "description": "Whose list it is, by USPS code or name.", "schema": state},
            {"name": "name", "in": "query", "description": "What the list is called.", "schema": state},
        ],
        "requestBody": {
            "required": True,
            "content": {
                **{media_type: {"schema": _TEXT} for media_type in LIST_TYPES},
                "multipart/form-data": {"schema": form},
            },
        },
        "responses": {
            "200": {"description": "The workbook", "content": {REPORT_TYPES["xlsx"]: {"schema": {}}}},
            **_refusals("400", "413", "415", "422"),
        },
    }


def _validate_operation(limits: Limits) -> dict[str, Any]:
    binary = {"type": "string", "format": "binary"}
    form = {"type": "object", "properties": {"files": {"type": "array", "items": binary}}, "required": ["files"]}
    format_ = {"type": "string", "enum": list(REPORT_TYPES)}
    name = {"type": "string", "maxLength": 100}
    return {
        "operationId": "validate",
        "summary": "What is wrong with data, where, and how to fix it",
        "description": f"At most {limits.upload_megabytes} MB. Nothing is kept.",
        "parameters": [
            {"name": "format", "in": "query", "description": "Overrides the header Accept.", "schema": format_},
            {"name": "name", "in": "query", "description": "What the report calls the file.", "schema": name},
        ],
        "requestBody": {
            "required": True,
            "content": {
                **{media_type: {"schema": _TEXT} for media_type in UPLOAD_TYPES},
                "multipart/form-data": {"schema": form},
            },
        },
        "responses": {
            "200": {
                "description": "The report, with or without findings",
                "content": {media_type: {"schema": {}} for media_type in REPORT_TYPES.values()},
            },
            **_refusals("400", "406", "413", "415", "422"),
        },
    }


def _refusals(*statuses: str) -> dict[str, Any]:
    return {status: {"$ref": "#/components/responses/Refused"} for status in (*statuses, "429", "502", "503")}


def _responses() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {"application/problem+json": {"schema": schema}}
    return {"Refused": {"description": "Why the request failed (RFC 9457)", "content": content}}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


def _schemas() -> dict[str, Any]:
    texts = {"type": "array", "items": _TEXT}
    number = {"type": "integer", "minimum": 0}
    column = _object("name description", name=_TEXT, description=_TEXT)
    columns = {"type": "array", "items": column}
    rows = {"type": "array", "items": {"type": "object"}}
    sources = {"type": "array", "items": {"$ref": "#/components/schemas/Citation"}}
    said = {"type": "object", "additionalProperties": texts}
    return {
        "Value": {"type": ["string", "number", "boolean", "null"]},
        "Question": _object("name summary columns", name=_TEXT, summary=_TEXT, description=_TEXT, columns=columns),
        "Answer": _object(
            "question parameters columns total limit offset rows notes",
            question=_TEXT,
            summary=_TEXT,
            parameters={"type": "object"},
            columns=columns,
            total=number,
            limit=number,
            offset=number,
            rows=rows,
            notes=texts,
        ),
        "Citation": _object("title url", title=_TEXT, url=_TEXT, accessed=_TEXT, kind=_TEXT, publisher=_TEXT),
        "Record": _object(
            "iri label kind statements sources", iri=_TEXT, label=_TEXT, kind=_TEXT, statements=said, sources=sources
        ),
        "Problem": _object(
            "title status detail",
            type=_TEXT,
            title=_TEXT,
            status=number,
            detail=_TEXT,
            parameter=_TEXT,
            nearest={"type": ["string", "null"]},
            allowed=texts,
        ),
    }
