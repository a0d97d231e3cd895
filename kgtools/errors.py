"""The root of every error that a user can cause."""


class UserError(Exception):
    """Something that the user can mend; the message is a sentence that says what, where and how.

    The command line shows the message and exits with 2. Any other exception is a fault of ours.
    """
