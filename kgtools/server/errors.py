"""What the server answers when it can't do what was asked."""

from __future__ import annotations

from kgtools.errors import UserError


class ServerError(UserError):
    """The server can't be started; the message says why and what to do."""


class RefusedError(UserError):
    """A request that isn't carried out.

    Args:
        status: the HTTP status.
        message: a sentence for the client.
        retry_after: seconds after which the same request may succeed, where waiting helps.
    """

    def __init__(self, status: int, message: str, retry_after: int | None = None) -> None:
        super().__init__(status, message, retry_after)  # all three, so that it survives the way between processes
        self.status = status
        self.message = message
        self.retry_after = retry_after

    def __str__(self) -> str:
        return self.message
