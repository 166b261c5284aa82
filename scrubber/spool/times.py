"""Times as the spool writes them: UTC, to the second."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """The time: ``2026-06-30T07:15:00Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
