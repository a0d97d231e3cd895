"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from tools.check.repository import Repository

SEVERITIES: Final = ("violation", "warning", "info")
"""From the most to the least serious, as in ``kgtools validate``."""

FAIL_LEVELS: Final = (*SEVERITIES, "never")
"""What ``--fail-on`` can be set to."""


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """One thing that a check found.

    Attributes:
        message: what is wrong, as a sentence.
        subject: what it is about: an IRI, or the path of a file; exceptions in the profile name it.
        file: the file, from the project's folder; empty where the check names no place and the subject's own is used.
        line: the line, counted from one; 0 where the whole file is meant.
    """

    message: str
    subject: str
    file: str = ""
    line: int = 0

    @property
    def where(self) -> str:
        """The place as ``file:line``, or the file, or nothing."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        name: what it is called by.
        title: what is wrong when it finds something.
        problem: what that means, and why it matters.
        solution: what to do.
        example: a line or two that show it.
        find: looks at a repository.
        group: what it is about; the heading on its page.
    """

    name: str
    title: str
    problem: str
    solution: str
    example: str
    find: Callable[[Repository], Iterable[Found]]
    group: str


@dataclass(frozen=True, slots=True)
class Exempted:
    """A thing found that the profile excuses, with the reason."""

    found: Found
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check found.

    Attributes:
        check: the check.
        severity: how serious the profile says its findings are.
        found: what it found, sorted.
        exempted: what it found and the profile excuses.
        seconds: its processor time; what several checks share counts for the first of them.
    """

    check: Check
    severity: str
    found: tuple[Found, ...]
    exempted: tuple[Exempted, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What all checks found, in the order of the registry."""

    outcomes: tuple[Outcome, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many things were found, by severity."""
        return {s: sum(len(o.found) for o in self.outcomes if o.severity == s) for s in SEVERITIES}

    def exit_status(self, fail_on: str) -> int:
        """1 where something was found at or above a severity, else 0.

        Args:
            fail_on: the least serious severity that counts, or ``never``.
        """
        if fail_on == "never":
            return 0
        counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        return int(any(self.counts[severity] for severity in counted))


def declare(
    *, title: str, problem: str, solution: str, example: str, group: str
) -> Callable[[Callable[[Repository], Iterable[Found]]], Check]:
    """Make a check of the function below it; its name is the function's, with hyphens."""

    def make(find: Callable[[Repository], Iterable[Found]]) -> Check:
        return Check(find.__name__.replace("_", "-"), title, problem, solution, example, find, group)

    return make
