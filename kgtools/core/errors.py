"""Every error that a user can cause, so that the command line can show it as a sentence and exit with 2."""

from __future__ import annotations

from collections.abc import Callable


class UserError(Exception):
    """Something that the user can fix; the message is a sentence that says what, where and how.

    The command line shows the message and exits with 2. Any other exception is a fault of ours.
    """

    def __reduce__(
        self,
    ) -> tuple[Callable[..., UserError], tuple[type[UserError], tuple[object, ...]], dict[str, object]]:
        """Pass unchanged from one process to another, whatever arguments the constructor of a subclass takes."""
        return _restored, (type(self), self.args), self.__dict__


def _restored(kind: type[UserError], args: tuple[object, ...]) -> UserError:
    error = kind.__new__(kind)
    error.args = args
    return error


class ImportRefusedError(UserError):
    """Records were refused and nothing was written; the message lists why."""


class DifferenceError(UserError):
    """A version can't be found or read; the message is a sentence for the user."""


class BuildError(UserError):
    """The release can't be built; the message is a sentence for the user."""


class SiteError(UserError):
    """The explorer can't be built or written as wanted; the message is a sentence for the user."""


class QuestionError(UserError):
    """A question can't be found, or its file is not as it should be; the message is a sentence for the user."""


class TableError(UserError):
    """Data can't be taken in or given out as asked; the message is a sentence for the user."""


class UnwritableTableError(TableError):
    """A graph can't be written as tables."""


class UnwritableFormatError(TableError):
    """Data can't be written in the format that was asked for."""


class ListError(TableError):
    """A list of laws can't become a workbook; the message says why."""


class UnknownJurisdictionError(TableError):
    """A state was named that is not known."""


class RuleError(UserError):
    """There is no such rule; the message is a sentence for the user."""


class EnginesDifferError(Exception):
    """Two engines disagree about the same data; one of them has a fault."""


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
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after


class ShapesError(UserError):
    """A shapes graph is malformed, or asks for something that SHACL forbids.

    Attributes:
        reason: what is wrong with the shape.
        shape: the shape at fault, or None when the fault lies outside any shape.
    """

    def __init__(self, reason: str, shape: object | None = None, name: str = "") -> None:
        self.reason = reason
        self.shape = shape
        called = name or (f"Shape {shape}" if shape is not None else "")
        super().__init__(f"{called}: {reason}" if called else reason)


class RecursiveShapesError(ShapesError):
    """A shape refers to itself, directly or through others; SHACL leaves that undefined (section 3.4.3)."""
