"""The formats in which a verb may give a table."""

from __future__ import annotations

from typing import Final

from kgtools.answers.output import FORMATS
from kgtools.cli.output import WORKBOOK

TABLE_FORMATS: Final = (*FORMATS, WORKBOOK)
