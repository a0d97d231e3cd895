"""What can go wrong before a check runs."""


class ProfileError(Exception):
    """The profile, or the choice of checks, can't be used; the message says what is wrong with it."""
