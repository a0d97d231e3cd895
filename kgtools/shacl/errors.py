"""What can be wrong with a shapes graph, said in a sentence that names the shape."""

from __future__ import annotations

from kgtools.errors import UserError
from kgtools.store.interface import Term


class ShapesError(UserError):
    """A shapes graph is malformed, or asks for something that SHACL forbids.

    Attributes:
        shape: the shape at fault, or None when the fault lies outside any shape.
    """

    def __init__(self, message: str, shape: Term | None = None) -> None:
        self.shape = shape
        super().__init__(f"Shape {shape}: {message}" if shape is not None else message)


class RecursiveShapesError(ShapesError):
    """A shape refers to itself, directly or through others; SHACL leaves that undefined (section 3.4.3)."""
