"""What can go wrong before a check runs."""

from kgtools.errors import UserError


class ProfileError(UserError):
    """The profile, or the choice of checks, can't be used; the message says what is wrong with it."""
