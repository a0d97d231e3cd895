"""What can keep a release from being built."""


class BuildError(Exception):
    """The release can't be built; the message is a sentence for the user."""
