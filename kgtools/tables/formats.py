"""Which files hold tables; cheap to import."""

from __future__ import annotations

from pathlib import Path
from typing import Final

WORKBOOKS: Final = (".xlsx", ".xlsm", ".xltx", ".xltm")
"""The endings of workbooks."""


def is_table(path: Path) -> bool:
    """Whether a file or folder holds tables: a workbook, a CSV file, or a folder."""
    return path.suffix.lower() in {*WORKBOOKS, ".csv", ".tsv"} or path.is_dir() or not path.suffix
