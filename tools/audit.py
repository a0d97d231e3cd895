"""Asks the OSV vulnerability service about every locked package; ``make audit`` runs it.

Exit status: 0 no vulnerability is known, 1 some are, 2 the service could not be reached about every package.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
_AUDIT: Final = (
    *(sys.executable, "-m", "pip_audit", "--requirement", "requirements-dev.lock", "--require-hashes", "--disable-pip"),
    *("--vulnerability-service", "osv", "--timeout", "20", "--progress-spinner", "off", "--format", "json"),
)


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit came to.

    Attributes:
        status: the exit status.
        lines: what to say.
    """

    status: int
    lines: tuple[str, ...]


def main() -> int:
    """Run the audit and say what came of it.

    Returns:
        The exit status.
    """
    done = subprocess.run(_AUDIT, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    audit = read_audit(done.stdout, done.stderr)
    print("\n".join(audit.lines), file=sys.stdout if audit.status == 0 else sys.stderr)
    return audit.status


def read_audit(output: str, errors: str) -> Audit:
    """Make out what pip-audit said; a package that it skipped is not one without vulnerabilities.

    Args:
        output: its standard output, JSON where it came to an end.
        errors: its standard error.
    """
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = next((line for line in reversed(errors.splitlines()) if line.strip()), "pip-audit gave no output.")
        return Audit(2, ("Nothing was audited, because the vulnerability service could not be reached.", last[:300]))
    found = [_told(package, one) for package in packages for one in package.get("vulns", ())]
    skipped = sorted(package["name"] for package in packages if "skip_reason" in package)
    if skipped or not packages:
        said = f"{len(skipped)} of {len(packages)} packages were not audited: {', '.join(skipped[:10])} …"
        return Audit(2, (*found, said))
    if found:
        return Audit(1, (*found, f"{len(found)} known vulnerabilities in {len(packages)} packages."))
    return Audit(0, (f"No known vulnerability in {len(packages)} packages.",))


def _told(package: dict[str, Any], vulnerability: dict[str, Any]) -> str:
    fixed = ", ".join(vulnerability["fix_versions"]) or "no version yet"
    return f"{package['name']} {package['version']}: {vulnerability['id']}, fixed in {fixed}"


if __name__ == "__main__":
    sys.exit(main())
