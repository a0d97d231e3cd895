"""The profile: how serious each check's findings are, and what is excused, with the reason."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from kgtools.core.errors import UserError
from kgtools.core.suggest import nearest
from tools.check.model import SEVERITIES, Found

STANDARD: Final = Path(__file__).with_name("profile.toml")
"""The profile that is used where no other is named."""

_SHORTEST_REASON: Final = 20


class ProfileError(UserError):
    """The profile, or the choice of checks, can't be used; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Excuse:
    """A thing that a check may find and that is excused.

    Attributes:
        check: the name of the check.
        subject: what it is about; ``*`` stands for any characters.
        reason: why it is excused.
    """

    check: str
    subject: str
    reason: str

    def excuses(self, check: str, found: Found) -> bool:
        """Whether this is about a finding of a check."""
        return check == self.check and fnmatchcase(found.subject, self.subject)


@dataclass(frozen=True, slots=True)
class Profile:
    """The severities and exceptions.

    Attributes:
        default: the severity of checks that aren't listed.
        severities: the severity of those that are.
        exceptions: what is excused.
    """

    default: str = "violation"
    severities: Mapping[str, str] = field(default_factory=dict)
    exceptions: tuple[Excuse, ...] = ()

    def severity(self, check: str) -> str:
        """The severity of a check's findings."""
        return self.severities.get(check, self.default)


def read_profile(file: Path, checks: Collection[str]) -> Profile:
    """Read a profile.

    Args:
        file: a TOML file.
        checks: the names of all checks.

    Raises:
        ProfileError: the file can't be read, names an unknown check or severity, or gives an exception no reason.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ProfileError(f"{file}: There is no such file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{file}: This is not valid TOML: {error}.") from error
    severities = dict(content.get("severity", {}))
    default = severities.pop("default", "violation")
    for check, severity in {**severities, "default": default}.items():
        _require_severity(file, check, severity)
    exceptions = tuple(_exception(file, entry) for entry in content.get("exception", ()))
    for check in (*severities, *(e.check for e in exceptions)):
        _require_check(file, check, checks)
    return Profile(default, severities, exceptions)


def _require_severity(file: Path, check: str, severity: object) -> None:
    if severity not in SEVERITIES:
        raise ProfileError(f"{file}: The severity of {check} is {severity!r}; use one of {', '.join(SEVERITIES)}.")


def _require_check(file: Path, name: str, checks: Collection[str]) -> None:
    if name not in checks:
        guess = nearest(name, checks)
        hint = f" Did you mean '{guess}'?" if guess else ""
        raise ProfileError(f"{file}: There is no check called '{name}'.{hint}")


def _exception(file: Path, entry: Mapping[str, Any]) -> Excuse:
    missing = [key for key in ("check", "subject", "reason") if not isinstance(entry.get(key), str)]
    if missing:
        raise ProfileError(f"{file}: An exception has no {' and no '.join(missing)}; each needs all three.")
    if len(entry["reason"]) < _SHORTEST_REASON:
        raise ProfileError(f"{file}: The exception for {entry['subject']} needs a reason that somebody can judge.")
    return Excuse(entry["check"], entry["subject"], entry["reason"])
