"""Refusals and faults as responses: a sentence for people, a problem document (RFC 9457) for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Scope

from kgtools.core.errors import RefusedError

FAULT: Final = "This is a fault in kgtools, not in what you asked. It was written to the server's log."


def refusal(scope: Scope, error: RefusedError, details: Mapping[str, Any] | None = None) -> Response:
    """The response for a request that isn't carried out.

    Args:
        scope: the request.
        error: why.
        details: what a program can use of it, such as the allowed values.
    """
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
    if error.status in (408, 413):
        headers["Connection"] = "close"
    return problem(scope, error.status, error.message, details, headers)


def problem(
    scope: Scope,
    status: int,
    sentence: str,
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A response for what went wrong: JSON under ``/api``, plain text elsewhere."""
    if scope["path"].startswith("/api"):
        document = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": sentence}
        body = json.dumps({**document, **(details or {})}, ensure_ascii=False)
        return Response(body, status, headers, "application/problem+json")
    return Response(sentence + "\n", status, headers, "text/plain")
