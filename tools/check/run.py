"""Running checks and judging what they find by the profile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from tools.check.model import Check, CheckReport, Exempted, Found, Outcome
from tools.check.profile import Excuse, Profile
from tools.check.repository import Repository

UNUSED_EXCEPTION = "unused-exception"
"""The check of the profile itself."""


def run_checks(
    repository: Repository,
    checks: Sequence[Check],
    profile: Profile,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> CheckReport:
    """Run checks one after the other.

    Args:
        repository: what is checked.
        checks: the checks; one called ``unused-exception`` checks the profile after the others.
        profile: severities and exceptions.
        progress: called with the name of each check before it runs.
    """
    used: set[Excuse] = set()
    outcomes = []
    for check in checks:
        progress(check.name)
        start = _processor_seconds()
        if check.name == UNUSED_EXCEPTION:
            ran = {c.name for c in checks}
            findings: Iterable[Found] = _unused(e for e in profile.exceptions if e.check in ran and e not in used)
        else:
            findings = check.find(repository)
        placed = sorted({_placed(repository, found) for found in findings})
        excused = [(found, e) for found in placed if (e := _excuse(profile, check, found))]
        used |= {excuse for _, excuse in excused}
        left = {found for found, _ in excused}
        outcomes.append(
            Outcome(
                check,
                profile.severity(check.name),
                tuple(found for found in placed if found not in left),
                tuple(Exempted(found, excuse.reason) for found, excuse in excused),
                _processor_seconds() - start,
            )
        )
    return CheckReport(tuple(outcomes))


def _processor_seconds() -> float:
    """The processor time of this process and of those that it waited for, such as HermiT's."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _excuse(profile: Profile, check: Check, found: Found) -> Excuse | None:
    return next((e for e in profile.exceptions if e.excuses(check.name, found)), None)


def _placed(repository: Repository, found: Found) -> Found:
    if found.file:
        return found
    file, line = repository.place_of(found.subject)
    return replace(found, file=file, line=line)


def _unused(excuses: Iterable[Excuse]) -> Iterable[Found]:
    for excuse in excuses:
        yield Found(
            f"The exception of {excuse.check} for {excuse.subject} excuses nothing; remove it from the profile.",
            excuse.subject,
        )
