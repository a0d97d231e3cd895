"""The rule that turns claims into determinations, case by case."""

from __future__ import annotations

import dataclasses

import pytest

from kgtools.answers.determine import ClaimFacts, answer

FULL = ClaimFacts("c1", "ut", "shared-vision", "adopt-statewide-vision", "full", "in-force", "stated", frozenset({"s"}))


def variant(policy: str = "adopt-statewide-vision", **changes: str) -> ClaimFacts:
    return dataclasses.replace(FULL, claim=f"c-{policy}-{changes}", transformative_policy=policy, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("claims", "recommended", "value"),
    [
        ([], 4, "not-reviewed"),
        ([FULL], 4, "partial"),
        ([FULL], 2, "present"),
        ([FULL, variant("b")], 4, "present"),
        ([FULL, variant(extent="full")], 4, "partial"),
        ([FULL, variant("b", extent="enabling")], 4, "partial"),
        ([FULL, variant("b", epistemic="inferred")], 4, "partial"),
        ([FULL, variant("b", status="unknown")], 4, "partial"),
        ([variant(status="unknown")], 1, "partial"),
        ([variant(status="repealed"), variant("b", status="proposed")], 2, "could-not-determine"),
    ],
)
def test_the_rule(claims: list[ClaimFacts], recommended: int, value: str) -> None:
    assert answer(claims, recommended).value == value


def test_the_evidence_is_the_live_claims() -> None:
    ended = variant("b", status="expired")
    assert answer([FULL, ended], 4).evidence == (FULL,)
    assert "Of 4 transformative policies, 1 is carried out in full" in answer([FULL, ended], 4).basis
