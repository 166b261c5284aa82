"""A pre-submission scrubber for X12 837P health-care claims.

`scrub` gives the report of one input as typed values, `read` its claims one by one::

    import scrubber

    report = scrubber.scrub("claims.837")
    for claim in report.files[0].claims:
        print(claim.control_number, claim.verdict, [finding.edit for finding in claim.findings])
"""

from typing import TYPE_CHECKING, Any

from scrubber.errors import (
    ConfigurationError,
    InputChangedError,
    OutputExistsError,
    ScrubberError,
    UnreadableError,
)
from scrubber.version import __version__

if TYPE_CHECKING:
    from scrubber.api import read, scrub

__all__ = [
    "ConfigurationError",
    "InputChangedError",
    "OutputExistsError",
    "ScrubberError",
    "UnreadableError",
    "__version__",
    "read",
    "scrub",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name is of
    """Import what does the work when it is asked for: the pytest plugin is loaded where nobody needs it."""
    if name in ("read", "scrub"):
        from scrubber import api  # noqa: PLC0415 - this is the point

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
