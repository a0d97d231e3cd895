"""What changed with a release, for the feeds and the page of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReleaseChanges:
    """What changed with a release.

    Attributes:
        version: what the release is called.
        day: the last day on which one of its statements was compared with its sources, as YYYY-MM-DD.
        changes: sentences, by the name of the jurisdiction.
    """

    version: str
    day: str
    changes: Mapping[str, Sequence[str]]
