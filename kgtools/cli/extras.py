"""Optional dependencies: what to install when one is missing."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from kgtools.core.errors import UserError


class MissingExtraError(UserError):
    """A verb needs packages that are installed on request only."""


def require(extra: str, modules: Iterable[str]) -> None:
    """See to it that the packages of an extra are there.

    Args:
        extra: the extra, which the verb is called by too.
        modules: the modules that it needs.

    Raises:
        MissingExtraError: one is missing; the message says how to install it.
    """
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        raise MissingExtraError(
            f"'kgtools {extra}' needs packages that aren't installed ({', '.join(missing)}). "
            f"Install them with: pip install 'spf-kg[{extra}]'"
        )
