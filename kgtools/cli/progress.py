"""Progress of long work, on standard error, only where somebody watches."""

from __future__ import annotations

import sys
import time


class ProgressLine:
    """One line on a terminal that says what is being done and how far it is; silent everywhere else."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._last = 0.0
        self._width = 0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say how far the work is; calls that come too quickly are passed over.

        Args:
            what: what is being done.
            done: how much of it is done.
            total: how much there is.
        """
        now = time.monotonic()
        if not self._shown or (done < total and now - self._last < 0.1):
            return
        self._last = now
        text = f"{what}: {done:,} of {total:,}" if total > 1 else f"{what} …"
        sys.stderr.write("\r" + text.ljust(self._width))
        sys.stderr.flush()
        self._width = len(text)

    def done(self) -> None:
        """Clear the line."""
        if self._shown and self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
