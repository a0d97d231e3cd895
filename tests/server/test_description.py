"""Requests made up from the description of the interface: none may bring out a fault of the server."""

from __future__ import annotations

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.server.conftest import Server

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SAMPLE = ("coverage", "compare", "search", "next-steps", "as-of", "evidence", "timeline")


def _tried(server: Server, examples: int, names: tuple[str, ...] = ()) -> int:
    """Send made-up requests to each operation, or to those of some questions.

    Returns:
        How many requests were sent.
    """
    document = httpx.get(f"{server.url}api/openapi.json").raise_for_status().json()
    if names:
        wanted = {*(f"/api/questions/{name}" for name in names), "/api/records/{kind}/{slug}", "/api/questions"}
        document["paths"] = {path: item for path, item in document["paths"].items() if path in wanted}
    schema = schemathesis.openapi.from_dict(document)
    sent = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):

            @settings(
                max_examples=examples,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @_given(operation, mode)
            def one(case: schemathesis.Case) -> None:
                nonlocal sent
                sent += 1
                case.call_and_validate(base_url=server.url.rstrip("/"), checks=CHECKS)

            one()
    return sent
