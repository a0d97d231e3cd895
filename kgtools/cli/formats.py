"""The formats in which a verb may give a table."""

from __future__ import annotations

from typing import Final

from kgtools.cli.output import WORKBOOK
from kgtools.output import FORMATS

TABLE_FORMATS: Final = (*FORMATS, WORKBOOK)
