"""Requests made up from the description of the interface: none may bring out a fault of the server."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import Figures
from tests.server.conftest import Server

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SAMPLE = ("coverage", "compare", "search", "next-steps", "as-of", "evidence", "timeline")


def _tried(server: Server, examples: int, modes: tuple[GenerationMode, ...], names: tuple[str, ...] = ()) -> int:
    """Send made-up requests, right or wrong ones or both, to each operation, or to those of some questions.

    Returns:
        How many requests were sent.
    """
    document = httpx.get(f"{server.url}api/openapi.json").raise_for_status().json()
    if names:
        wanted = {*(f"/api/questions/{name}" for name in names), "/api/records/{kind}/{slug}", "/api/questions"}
        document["paths"] = {path: item for path, item in document["paths"].items() if path in wanted}
    sent = 0
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(found, Ok), found
        for mode in modes:
            most = min(examples, 20) if found.ok().path == "/api/validate" else examples  # each takes a process
            sent += _tried_operation(found.ok(), mode, server.url.rstrip("/"), most)
    return sent


def _tried_operation(operation: Any, mode: GenerationMode, url: str, examples: int) -> int:
    sent = 0

    def send(case: Any) -> None:
        nonlocal sent
        sent += 1
        case.call_and_validate(base_url=url, checks=CHECKS, timeout=120)

    limited = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with contextlib.suppress(Unsatisfiable):  # an operation without parameters can't be asked wrongly
        limited(given(case=operation.as_strategy(generation_mode=mode))(send))()
    return sent


def test_made_up_requests_bring_out_no_fault(server: Server) -> None:
    assert _tried(server, 6, tuple(GenerationMode), SAMPLE) > 50


@pytest.mark.soak
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_many_made_up_requests_bring_out_no_fault(server: Server, mode: GenerationMode, figures: Figures) -> None:
    """Right ones and wrong ones, more than 5,000 together; each kind is a test, so that two workers share them."""
    began = time.monotonic()
    sent = _tried(server, 100, (mode,))
    figures(f"{sent} {mode.value} requests in {time.monotonic() - began:.0f} s")
    assert sent > 2_500
