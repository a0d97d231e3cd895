"""Copies beside originals."""

from __future__ import annotations

import pytest

from tools.mirrors import same_document


@pytest.mark.parametrize(
    ("official", "mirror", "same"),
    [
        ("110 ILCS 27 Dual Credit Quality Act", "110 ILCS 27 dual credit quality act.", True),
        ("RCW 28A.230.212", "Washington Code 28A.230.212 - Plans", True),
        ("RCW 28A.230.700", "Washington Code 28A.230.212", False),
        ("Sections 53F-5-501 and 53F-5-502", "Utah Code 53F-5-501", True),
        ("College & Career Readiness", "HRS 304A-803 Dual credit program", False),
        ("SB 425 (2023)", "SB 425 (2023)", True),
        ("SB 34 (2017)", "HB 34 (2017)", False),
    ],
)
def test_same_document(official: str, mirror: str, same: bool) -> None:
    assert same_document(official, mirror) is same
