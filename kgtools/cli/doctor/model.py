"""What one look at the machine says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """Whether something works; a program that is found was not started."""

    WORKS = "works"
    FOUND = "found"
    MISSING = "missing"
    BROKEN = "broken"


class Need(Enum):
    """Who needs it."""

    REQUIRED = "needed by kgtools"
    SOME = "needed by some commands"
    TESTS = "needed by the tests"
    STORE = "the store that you named"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at.

    Attributes:
        subject: what it is, such as ``Java``.
        need: who needs it.
        state: whether it works.
        found: what was found, as a phrase; what does not work for want of it, where it is missing.
        remedy: how to fix it, as a sentence; empty where it works, or where ``found`` says so.
        counts: whether kgtools can't do what it is asked for when it doesn't work.
    """

    subject: str
    need: Need
    state: State
    found: str
    remedy: str = ""
    counts: bool = False

    @property
    def fails(self) -> bool:
        """Whether kgtools can't do what it is asked for."""
        return self.counts and self.state in {State.MISSING, State.BROKEN}

    def as_dict(self) -> dict[str, str | bool]:
        """The diagnosis with plain values, for JSON."""
        return {
            "subject": self.subject,
            "need": self.need.value,
            "state": self.state.value,
            "found": self.found,
            "remedy": self.remedy,
            "counts": self.counts,
        }


def works(subject: str, need: Need, found: str) -> Diagnosis:
    """A diagnosis of something that works."""
    return Diagnosis(subject, need, State.WORKS, found)
