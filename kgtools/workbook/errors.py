"""What a user can be told about tables that can't be made; cheap to import."""

from __future__ import annotations

from kgtools.errors import UserError


class TableError(UserError):
    """Data can't be taken in or given out as asked; the message is a sentence for the user."""


class UnwritableTableError(TableError):
    """A graph can't be written as tables."""


class UnwritableFormatError(TableError):
    """Data can't be written in the format that was asked for."""


class UnknownJurisdictionError(TableError):
    """A state was named that is not known."""
