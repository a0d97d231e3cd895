"""What can keep two versions from being compared."""


class DifferenceError(Exception):
    """A version can't be found or read; the message is a sentence for the user."""
