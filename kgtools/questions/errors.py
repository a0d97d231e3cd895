"""The errors of the catalogue."""

from kgtools.errors import UserError


class QuestionError(UserError):
    """A question can't be found, or its file is not as it should be; the message is a sentence for the user."""
