"""The version of the package."""

from __future__ import annotations

from pathlib import Path


def version() -> str:
    """The version of the installed package, or of the clone that the code runs from."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("spf-kg")
    except PackageNotFoundError:
        import tomllib

        text = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")
        return str(tomllib.loads(text)["project"]["version"])
