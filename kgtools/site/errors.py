"""The errors of building the explorer."""


class SiteError(Exception):
    """The explorer can't be built or written as wanted; the message is a sentence for the user."""
