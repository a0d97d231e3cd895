"""The errors of adding records."""


class ImportRefusedError(Exception):
    """Records were refused and nothing was written; the message lists why."""
