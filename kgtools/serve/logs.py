"""Logs of one JSON object a line. No parameter's value is written, only how long it is: queries may be private."""

from __future__ import annotations

import json
import logging
from typing import Any, Final
from urllib.parse import parse_qsl

LOGGER: Final = logging.getLogger("kgtools.serve")
_LONGEST_PATH: Final = 200


class JsonFormatter(logging.Formatter):
    """Writes a record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03d}",
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)  # in ASCII: some characters beyond it end a line for some readers


LOGGING: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "kgtools.serve.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
    "loggers": {
        "kgtools.serve": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "python_multipart": {"level": "CRITICAL"},  # it warns of what clients send
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
"""The configuration of the logs: requests and events of our own, and warnings of the HTTP server."""


def parameter_lengths(query: str) -> dict[str, int]:
    """The names of a request's parameters, each with the length of its value."""
    try:
        pairs = parse_qsl(query[:100_000], keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return {}
    return {name[:40]: len(value) for name, value in pairs}


def told_path(path: str) -> str:
    """A path as the log shows it: not longer than useful, without a report's token."""
    if path.startswith("/validate/reports/"):
        return "/validate/reports/…"
    return path[:_LONGEST_PATH]
