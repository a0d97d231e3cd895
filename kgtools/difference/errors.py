"""What can keep two versions from being compared."""

from kgtools.errors import UserError


class DifferenceError(UserError):
    """A version can't be found or read; the message is a sentence for the user."""
