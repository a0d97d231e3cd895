"""The errors of building the explorer."""

from kgtools.errors import UserError


class SiteError(UserError):
    """The explorer can't be built or written as wanted; the message is a sentence for the user."""
