"""What all tests share: how many examples Hypothesis tries (``HYPOTHESIS_PROFILE``), and a clean start."""

from __future__ import annotations

import os
import tempfile

import pytest
import structlog
from hypothesis import HealthCheck, settings

# Whatever tables the user who runs the tests has imported, the tests know only those that are shipped.
_no_tables = tempfile.TemporaryDirectory(prefix="scrubber-tests-")
os.environ["XDG_DATA_HOME"] = _no_tables.name
# Nor do they use what a run of another state of the program left in the user's cache.
_no_cache = tempfile.TemporaryDirectory(prefix="scrubber-tests-")
os.environ["XDG_CACHE_HOME"] = _no_cache.name

# Files are large values; how fast they are drawn on a busy machine says nothing about the program.
_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)

# The default tries the same few examples every time: so all tests are over in minutes, and a change is
# judged by what it changes. The others explore.
settings.register_profile(
    "default", max_examples=25, deadline=None, derandomize=True, suppress_health_check=_SLOW
)
_EXPLORING = settings(deadline=None, print_blob=True, suppress_health_check=_SLOW)
settings.register_profile("ci", _EXPLORING, max_examples=200)
settings.register_profile("thorough", _EXPLORING, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True)
def _log_not_set_up() -> None:
    """Let no test log where an earlier one has said."""
    structlog.reset_defaults()
