"""Writes the lock files from pyproject.toml; ``make lock`` runs it.

``requirements.lock`` has what kgtools and ``make check`` need, ``requirements-dev.lock`` also what developing it needs,
each at the newest version that pyproject.toml allows.
``requirements-minimum.lock`` has the oldest version that pyproject.toml
allows of each direct dependency, and the newest of everything else. ``requirements-serve.lock`` has what the container
image needs: kgtools with the server and the tools for assistants. ``requirements-fuzz.lock`` has what guided fuzzing
also needs; it is installed where there are wheels for the machine. All name a hash for each file that may be
installed, and no place to get it from: that is left to pip's own configuration.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement

ROOT: Final = Path(__file__).resolve().parents[1]

_COMPILE: Final = (
    *(sys.executable, "-m", "uv", "pip", "compile"),
    *("--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"),
    *("--custom-compile-command", "make lock"),
)
_PROJECT: Final = ("pyproject.toml", "--group", "build")
_SERVE: Final = (*_PROJECT, "--extra", "serve", "--extra", "mcp")
_DEV: Final = (*_PROJECT, "--extra", "dev")


def main() -> int:
    """Write the files; an argument ``--upgrade`` takes newer versions than those that are locked now.

    Returns:
        The exit status.
    """
    changing = [argument for argument in sys.argv[1:] if argument == "--upgrade"]
    newest = [_compiled("requirements.lock", *changing, *_PROJECT, "--extra", "reason")]
    newest.append(_compiled("requirements-dev.lock", *changing, *_DEV, "--constraints", "requirements.lock"))
    newest.append(_compiled("requirements-serve.lock", *changing, *_SERVE, "--constraints", "requirements-dev.lock"))
    newest.append(_compiled("requirements-fuzz.lock", *changing, "--group", "fuzz"))
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as oldest:
        oldest.write("".join(f"{pin}\n" for pin in oldest_pins()))
        oldest.flush()
        # Notes on where each package comes from would name the temporary file, another one each time.
        options = (*_DEV, "--constraints", oldest.name, "--no-annotate")
        newest.append(_compiled("requirements-minimum.lock", *changing, *options))
    return max(newest)


def oldest_pins() -> list[str]:
    """The direct dependencies of kgtools and its optional parts, each at its lower bound in pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project: dict[str, Any] = tomllib.load(file)["project"]
    optional = (lines for extra, lines in project["optional-dependencies"].items() if extra != "dev")
    requirements = map(Requirement, [*project["dependencies"], *(line for lines in optional for line in lines)])
    return sorted({f"{one.name}=={_lower_bound(one)}" for one in requirements})


def _lower_bound(requirement: Requirement) -> str:
    (bound,) = (part.version for part in requirement.specifier if part.operator in (">=", "=="))
    return bound


def _compiled(target: str, *options: str) -> int:
    return subprocess.run([*_COMPILE, *options, "--output-file", target], cwd=ROOT, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
