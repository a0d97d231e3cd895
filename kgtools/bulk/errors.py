"""The errors of adding records."""

from kgtools.errors import UserError


class ImportRefusedError(UserError):
    """Records were refused and nothing was written; the message lists why."""
