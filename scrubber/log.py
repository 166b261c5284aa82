"""Structured logging to standard error, free of anything that could be patient data.

Only the keys listed here may be logged; anything else is dropped, not masked, so that a careless call cannot
leak. Event names are fixed texts in the source.
"""

from __future__ import annotations

import sys
from collections.abc import MutableMapping
from typing import Any, Protocol

ALLOWED_KEYS = frozenset(
    {
        "event", "level", "timestamp", "file_number", "edit", "pack", "segment_number", "byte", "claims",
        "accepted", "held", "lines", "verdict", "error", "seconds", "status", "job", "why", "files", "errno",
    }
)  # fmt: skip


class Logger(Protocol):
    """What the program asks of a logger."""

    def info(self, event: str, **keys: object) -> object:
        """Log what happened."""

    def error(self, event: str, **keys: object) -> object:
        """Log what went wrong."""


def configure(*, verbose: bool) -> None:
    """Send log lines as JSON to standard error; informational events only if requested."""
    import logging  # noqa: PLC0415 - a tenth of a second that a run without a log need not spend

    import structlog  # noqa: PLC0415 - likewise

    structlog.configure(
        processors=[
            _allow_listed,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO if verbose else logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def logger(*, verbose: bool) -> Logger:
    """Return a logger for a run, configured as `configure` says."""
    import structlog  # noqa: PLC0415 - likewise

    configure(verbose=verbose)
    made: Logger = structlog.get_logger()
    return made


def _allow_listed(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in event.items() if key in ALLOWED_KEYS}
