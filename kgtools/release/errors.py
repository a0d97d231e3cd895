"""What can keep a release from being built."""

from kgtools.errors import UserError


class BuildError(UserError):
    """The release can't be built; the message is a sentence for the user."""
