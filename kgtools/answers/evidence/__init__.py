"""The graph as things with values, and what the claims say of each jurisdiction: standings, gaps, next steps."""

from kgtools.answers.evidence.graph import Thing, ThingGraph
from kgtools.answers.evidence.standing import (
    Cell,
    Evidence,
    EvidenceError,
    NextStep,
    Standing,
    reach,
    sources_of,
    tally,
)

__all__ = [
    "Cell",
    "Evidence",
    "EvidenceError",
    "NextStep",
    "Standing",
    "Thing",
    "ThingGraph",
    "reach",
    "sources_of",
    "tally",
]
